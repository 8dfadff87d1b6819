/* client/form: files as people keep them, to the reports in them. */
#include "check.h"
#include "form/form.h"
#include "form/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct rk_arena arena;

static char *write_file(const char *suffix, struct rk_slice text)
{
	static char path[64];

	snprintf(path, sizeof path, P_tmpdir "/renkei-form-XXXXXX%s", suffix);
	int fd = mkstemps(path, (int)strlen(suffix));

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.at, text.len), (ssize_t)text.len);
	close(fd);
	return path;
}

static enum rk_status read_text(
	const char *suffix, struct rk_slice text, struct rk_form *form, struct rk_err *err)
{
	char *path = write_file(suffix, text);

	rk_arena_clear(&arena);
	*err = (struct rk_err){0};
	enum rk_status status = rk_form_read(&arena, path, form, err);

	unlink(path);
	return status;
}

static void one_object_is_one_report(void **unused)
{
	struct rk_form form;
	struct rk_err err;

	(void)unused;
	assert_ok(
		read_text(".json",
			bytes("\xef\xbb\xbf{\"municipality_code\": \"401005\",\r\n \"nil\": true}\r\n"),
			&form, &err),
		err);
	assert_int_equal(form.count, 1);
	assert_slice_equal(form.reports[0].bytes,
		"\x0a\x06"
		"401005\x30\x01");
	assert_null(strrchr(form.reports[0].name, ':'));
}

static void arrays_and_lines_are_several_each_with_its_line(void **unused)
{
	struct rk_form form;
	struct rk_err err;

	(void)unused;
	assert_ok(read_text(".json",
			  bytes("[\n{\"nil\": true},\n {\"comments\": \"a]},{\\\"\"}\n]\n"), &form,
			  &err),
		err);
	assert_int_equal(form.count, 2);
	assert_contains(form.reports[0].name, ".json:2");
	assert_contains(form.reports[1].name, ".json:3");
	assert_slice_equal(form.reports[1].bytes,
		"\x7a\x06"
		"a]},{\"");
	assert_ok(
		read_text(".jsonl", bytes("{\"nil\":true}\n\n{\"nil\":true}\n"), &form, &err), err);
	assert_int_equal(form.count, 2);
	assert_contains(form.reports[1].name, ".jsonl:3");
}

static void a_bad_report_leaves_its_neighbours_alone_and_names_its_line(void **unused)
{
	struct rk_form form;
	struct rk_err err;

	(void)unused;
	assert_ok(read_text(".jsonl", bytes("{\"nil\":true}\n{\"nil\":tru}\n{\"nil\":true}\n"),
			  &form, &err),
		err);
	assert_int_equal(form.count, 3);
	assert_null(form.reports[0].faults);
	assert_int_equal(form.reports[0].err.status, RK_OK);
	assert_string_equal(form.reports[1].err.reason, "REPORT_UNREADABLE");
	assert_non_null(form.reports[1].faults);
	assert_null(form.reports[1].faults->next);
	assert_string_equal(form.reports[1].faults->fault.code, "BAD_JSON");
	assert_int_equal(form.reports[1].faults->fault.line, 2);
	assert_int_equal(form.reports[1].faults->fault.column, 10);
	assert_null(form.reports[2].faults);
	assert_non_null(form.reports[2].bytes.at);
}

static void every_mistake_of_a_report_is_told_and_the_rest_is_read(void **unused)
{
	static const char *const told[][3] = {
		{"activities[0].titel",                   "JSON_UNKNOWN_FIELD",  "title"},
		{"activities[0].themes[0]",               "JSON_EXPECTS_CHOICE", ""     },
		{"activities[0].participants[0].side",    "JSON_EXPECTS_CHOICE", ""     },
		{"activities[0].participants[0].persons", "JSON_EXPECTS_WHOLE",  "12"   },
		{"activities[1]",                         "JSON_EXPECTS_OBJECT", ""     },
		{"comments",			      "JSON_EXPECTS_TEXT",   "\"5\""},
	};
	const struct rk_read_fault *at;
	struct rk_form form;
	struct rk_err err;

	(void)unused;
	assert_ok(
		read_text(".json",
			bytes("{\"comments\": 5, \"nil\": true, \"activities\": [{\"titel\": \"x\","
			      "\"themes\": [\"x\", \"pm25\"], \"participants\": [{\"side\": \"SIDE_CHINA\","
			      "\"persons\": \"１２\", \"person_days\": 3}]}, 4, {\"title\": \"y\"}]}"),
			&form, &err),
		err);
	at = form.reports[0].faults;
	for (size_t i = 0; i < sizeof told / sizeof told[0]; i++, at = at->next) {
		assert_non_null(at);
		assert_string_equal(at->fault.path, told[i][0]);
		assert_string_equal(at->fault.code, told[i][1]);
		assert_string_equal(at->fault.suggestion, told[i][2]);
	}
	assert_null(at);
	assert_slice_equal(form.reports[0].bytes,
		"\x30\x01\x3a\x09\x7a\x02\x00\x01\x92\x01\x02\x28\x03\x3a\x00\x3a\x03\x1a\x01y");
}

static void read_date(const char *date, struct rk_form *form)
{
	char json[200];
	struct rk_err err;

	snprintf(json, sizeof json, "{\"needs\": [{\"date\": %s}]}", date);
	assert_ok(read_text(".json", rk_slice_str(json), form, &err), err);
}

static void a_date_may_be_one_text(void **unused)
{
	const struct {
		const char *date;
		struct rk_slice fields;
	} cases[] = {
		{"\"2016-10-12\"",            bytes("\x08\xe0\x0f\x10\x0a\x18\x0c\x20\x01")},
		{"\"2016-10\"",               bytes("\x08\xe0\x0f\x10\x0a\x20\x02")        },
		{"\"FY2016\"",                bytes("\x08\xe0\x0f\x20\x04")                },
		{"\"２０１６年度\"",    bytes("\x08\xe0\x0f\x20\x04")                },
		{"\"2016年\"",               bytes("\x08\xe0\x0f\x20\x03")                },
		{"\"平成28年10月12日\"", bytes("\x08\xe0\x0f\x10\x0a\x18\x0c\x20\x01")},
		{"\"2016-09-31\"",            bytes("\x08\xe0\x0f\x10\x09\x18\x1f\x20\x01")},
	};

	static const char *const wrong[] = {
		"\"2016\"", "2016", "\"soon\"", "[]", "\"2016-10-12 \\u0000\""};
	struct rk_form form;

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		read_date(cases[i].date, &form);
		assert_null(form.reports[0].faults);
		assert_true(rk_slice_equal(
			rk_slice_of(form.reports[0].bytes.at + 4, form.reports[0].bytes.len - 4),
			cases[i].fields));
	}
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		read_date(wrong[i], &form);
		assert_non_null(form.reports[0].faults);
		assert_string_equal(form.reports[0].faults->fault.code, "JSON_EXPECTS_DATE");
		assert_string_equal(form.reports[0].faults->fault.path, "needs[0].date");
	}
}

static void a_precision_is_filled_in_only_where_the_numbers_say_it(void **unused)
{
	struct rk_form form;

	(void)unused;
	read_date("{\"year\": 2016, \"month\": 10, \"day\": 12}", &form);
	assert_slice_equal(
		form.reports[0].bytes, "\x4a\x0b\x12\x09\x08\xe0\x0f\x10\x0a\x18\x0c\x20\x01");
	assert_string_equal(form.reports[0].faults->fault.code, "DATE_PRECISION_FILLED");
	assert_int_equal(form.reports[0].faults->severity, RENKEI__V1__SEVERITY__SEVERITY_INFO);
	assert_string_equal(form.reports[0].faults->fault.value, "2016-10-12");
	read_date("{\"year\": 2016, \"month\": 10}", &form);
	assert_string_equal(form.reports[0].faults->fault.value, "2016-10");
	read_date("{\"year\": 2016}", &form);
	assert_null(form.reports[0].faults);
	assert_slice_equal(form.reports[0].bytes, "\x4a\x05\x12\x03\x08\xe0\x0f");
	read_date("{\"month\": 10, \"day\": 12}", &form);
	assert_null(form.reports[0].faults);
	read_date("{\"year\": 2016, \"month\": 10, \"precision\": \"years\"}", &form);
	assert_string_equal(form.reports[0].faults->fault.code, "JSON_EXPECTS_CHOICE");
	assert_null(form.reports[0].faults->next);
}

static void the_line_of_a_value_is_found_by_its_path(void **unused)
{
	static const char text[] =
		"{\n\"a\": [1,\n \"x,]}\\\"\",\n {\"theText\":\n [[], {\"b\": 1,\n\"c\": 2}]}],\n\"d\": {}}";

	static const struct {
		const char *path;
		size_t lines;
	} cases[] = {
		{"",                   0},
                {"a",                  1},
                {"a[0]",               1},
                {"a[1]",               2},
                {"a[2]",               3},
                {"a[2].the_text",      4},
		{"a[2].the_text[1].b", 4},
                {"a[2].the_text[1].c", 5},
                {"a[2].the_text[1].z", 4},
		{"a[7].x",             1},
                {"d",                  6},
                {"d.x[3]",             6},
                {"nothing",            0}
        };

	(void)unused;

	enum { COUNT = sizeof cases / sizeof cases[0] };

	const char *paths[COUNT];
	size_t lines[COUNT];

	for (size_t i = 0; i < COUNT; i++)
		paths[i] = cases[i].path;
	assert_true(rk_form_lines_of(rk_slice_str(text), paths, COUNT, lines));
	for (size_t i = 0; i < COUNT; i++)
		if (lines[i] != cases[i].lines)
			fail_msg("%s: line %zu", paths[i], lines[i]);
	for (size_t len = 0; len < sizeof text; len++) {
		assert_true(rk_form_lines_of(rk_slice_of(text, len), paths, COUNT, lines));
		for (size_t i = 0; i < COUNT; i++)
			assert_true(lines[i] <= cases[i].lines);
	}
}

static void lines_of_what_is_no_json_are_some_lines(void **unused)
{
	static const char *const texts[] = {"[}", "{]]]]",
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{\"a\"", "{\"a\":\n", "]", "",
		"{a:1}", "[1,}2]"};
	static const char *const paths[] = {
		"a", "a[0]", "[0][0]", "", "[", "a[99999999999999999999]"};
	size_t lines[6];

	(void)unused;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		assert_true(rk_form_lines_of(rk_slice_str(texts[i]), paths, 6, lines));
		for (size_t n = 0; n < 6; n++)
			assert_true(lines[n] <= 1);
	}
}

static void raw_bytes_stay_what_they_are(void **unused)
{
	struct rk_form form;
	struct rk_err err;

	(void)unused;
	assert_ok(read_text(".binpb", bytes("\x0a\x01\0\xff"), &form, &err), err);
	assert_slice_equal(form.reports[0].bytes, "\x0a\x01\0\xff");
}

static void wrong_files_are_told_by_name(void **unused)
{
	static const struct {
		const char *text;
		size_t len;
		const char *reason;
	} cases[] = {
		{"",			      0,  "FILE_EMPTY"     },
		{" \n ",			  3,  "FILE_EMPTY"     },
		{"[]",			    2,  "FILE_EMPTY"     },
		{"PK\3\4zip",                     7,  "WORKBOOK_BROKEN"},
		{"\xff\xfe{\0",                   4,  "FILE_UTF16"     },
		{"{\"comments\":\n\"\x8a\xc2\"}", 17, "FILE_NOT_UTF8"  },
		{"[{\"nil\":true}",               13, "FILE_CUT"       },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rk_form form;
		struct rk_err err;

		assert_int_equal(
			read_text(".json", rk_slice_of(cases[i].text, cases[i].len), &form, &err),
			RK_INVALID_ARGUMENT);
		assert_string_equal(err.reason, cases[i].reason);
	}
}

static void missing_files_and_folders_are_told_apart(void **unused)
{
	struct rk_form form;
	struct rk_err err;

	(void)unused;
	assert_int_equal(rk_form_read(&arena, "/nowhere/x.json", &form, &err), RK_NOT_FOUND);
	assert_string_equal(err.reason, "FILE_MISSING");
	assert_int_equal(rk_form_read(&arena, "/etc", &form, &err), RK_NOT_FOUND);
	assert_string_equal(err.reason, "FOLDER_WITHOUT_FORM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_object_is_one_report),
		cmocka_unit_test(arrays_and_lines_are_several_each_with_its_line),
		cmocka_unit_test(a_bad_report_leaves_its_neighbours_alone_and_names_its_line),
		cmocka_unit_test(every_mistake_of_a_report_is_told_and_the_rest_is_read),
		cmocka_unit_test(a_date_may_be_one_text),
		cmocka_unit_test(a_precision_is_filled_in_only_where_the_numbers_say_it),
		cmocka_unit_test(the_line_of_a_value_is_found_by_its_path),
		cmocka_unit_test(lines_of_what_is_no_json_are_some_lines),
		cmocka_unit_test(raw_bytes_stay_what_they_are),
		cmocka_unit_test(wrong_files_are_told_by_name),
		cmocka_unit_test(missing_files_and_folders_are_told_apart),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	rk_arena_clear(&arena);
	return failed;
}
