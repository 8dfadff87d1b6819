#include "base/text.h"
#include "check.h"
#include "wire/json.h"
#include "wire/varint.h"
#include "words/rules.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define FLAWED "support/flawed"

static const struct rk_rules_context may_day = {.today = 20170501};

static void read_file(const char *name, struct rk_buf *out)
{
	char path[300], piece[4096];
	size_t len;
	FILE *file;

	snprintf(path, sizeof path, FLAWED "/%s", name);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("cannot read %s", path);
	while ((len = fread(piece, 1, sizeof piece, file)) > 0)
		assert_int_equal(rk_buf_add(out, piece, len), RK_OK);
	fclose(file);
}

/* A report of the collection as bytes: its JSON on the wire, or the bytes themselves. */
static void read_report(const char *name, struct rk_buf *out)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0};
	struct rk_err err = {0};

	if (!strstr(name, ".json")) {
		read_file(name, out);
		return;
	}
	read_file(name, &json);
	assert_ok(rk_json_to_wire(&renkei__v1__report__descriptor, rk_buf_slice(&json), out, &err),
		err);
}

static Renkei__V1__Verdict *check(struct rk_arena *arena, struct rk_slice report)
{
	Renkei__V1__Report *unpacked;
	Renkei__V1__Verdict *verdict;
	struct rk_err err = {0};

	assert_ok(rk_rules_check(arena, report, &may_day, &unpacked, &verdict, &err), err);
	return verdict;
}

typedef void each_fn(const char *name, Renkei__V1__Verdict *verdict);

/* Calls back with every report of the collection; returns how many there are. */
static size_t each_flawed(each_fn *each)
{
	struct dirent **entries;
	int count = scandir(FLAWED, &entries, NULL, alphasort);
	size_t reports = 0;

	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		RK_AUTO(rk_buf_clear) struct rk_buf report = {0};
		RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};

		if (strstr(name, ".json") || strstr(name, ".binpb")) {
			read_report(name, &report);
			each(name, check(&arena, rk_buf_slice(&report)));
			reports++;
		}
		free(entries[i]);
	}
	free(entries);
	return reports;
}

static void compare_findings(const char *name, Renkei__V1__Verdict *verdict)
{
	RK_AUTO(rk_buf_clear) struct rk_buf found = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf expected = {0};
	char file[256];

	snprintf(file, sizeof file, "%.*s.expect", (int)(strrchr(name, '.') - name), name);
	read_file(file, &expected);
	for (size_t i = 0; i < verdict->n_findings; i++)
		assert_int_equal(rk_buf_addf(&found, "%s %s\n", verdict->findings[i]->code,
					 verdict->findings[i]->field_path),
			RK_OK);
	if (!rk_slice_equal(rk_buf_slice(&found), rk_buf_slice(&expected)))
		fail_msg("%s:\n%s\ninstead of\n%s", name, rk_buf_cstr(&found),
			rk_buf_cstr(&expected));
}

static void flawed_reports_have_the_findings_written_down_for_them(void **unused)
{
	(void)unused;
	assert_true(each_flawed(compare_findings) >= 60);
}

static void check_whole(const char *name, Renkei__V1__Verdict *verdict)
{
	size_t count;
	const struct rk_rule_info *rules = rk_rules_list(&count);
	int32_t sums[4] = {0};

	(void)name;
	assert_int_equal(verdict->n_rules_run, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(verdict->rules_run[i], rules[i].code);
	assert_string_equal(verdict->rule_set_hash, rk_rules_hash());
	for (size_t i = 0; i < verdict->n_findings; i++) {
		const Renkei__V1__Finding *finding = verdict->findings[i];

		assert_true(
			*finding->sentence->ja && *finding->sentence->en && *finding->sentence->zh);
		assert_null(strstr(finding->sentence->en, "…"));
		assert_true(strlen(finding->value) <= 200);
		assert_int_equal(
			rk_text_utf8_bad(rk_slice_str(finding->value)), strlen(finding->value));
		sums[finding->severity]++;
	}
	assert_int_equal(verdict->error_count, sums[RENKEI__V1__SEVERITY__SEVERITY_ERROR]);
	assert_int_equal(verdict->warning_count, sums[RENKEI__V1__SEVERITY__SEVERITY_WARNING]);
	assert_int_equal(verdict->info_count, sums[RENKEI__V1__SEVERITY__SEVERITY_INFO]);
}

static void a_verdict_names_every_rule_and_counts_its_findings(void **unused)
{
	(void)unused;
	each_flawed(check_whole);
}

static void an_answer_holds_for_its_value_at_its_place(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf report = {0};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	size_t answered = 0;

	(void)unused;
	read_report("answer_without_warning.json", &report);
	Renkei__V1__Verdict *verdict = check(&arena, rk_buf_slice(&report));

	for (size_t i = 0; i < verdict->n_findings; i++) {
		const Renkei__V1__Finding *finding = verdict->findings[i];

		if (strcmp(finding->code, "INTENTIONS_OUTSIDE_Q4") == 0) {
			assert_string_equal(finding->answer, "年度途中で事業が終わるため。");
			answered++;
		} else {
			assert_string_equal(finding->answer, "");
		}
	}
	assert_int_equal(answered, 1);
	assert_int_equal(verdict->answered_count, 1);
	assert_true(verdict->warning_count >= 1);
}

static bool seen[200];

static void mark_seen(const char *name, Renkei__V1__Verdict *verdict)
{
	size_t count;
	const struct rk_rule_info *rules = rk_rules_list(&count);

	(void)name;
	for (size_t i = 0; i < verdict->n_findings; i++) {
		for (size_t k = 0; k < count; k++) {
			if (strcmp(rules[k].code, verdict->findings[i]->code) != 0)
				continue;
			seen[k] = true;
			assert_int_equal(rules[k].severity, verdict->findings[i]->severity);
		}
	}
}

static void every_rule_has_a_report_that_breaks_it(void **unused)
{
	size_t count;
	const struct rk_rule_info *rules = rk_rules_list(&count);

	(void)unused;
	each_flawed(mark_seen);
	for (size_t i = 0; i < count; i++) {
		if (!seen[i])
			fail_msg("no report of the collection breaks %s", rules[i].code);
	}
}

static void rules_are_sorted_and_stand_once(void **unused)
{
	size_t count;
	const struct rk_rule_info *rules = rk_rules_list(&count);

	(void)unused;
	for (size_t i = 1; i < count; i++)
		assert_true(strcmp(rules[i - 1].code, rules[i].code) < 0);
	assert_int_equal(strlen(rk_rules_hash()), 64);
	assert_ptr_equal(rk_rules_hash(), rk_rules_hash());
}

static void a_code_gets_the_suggestion_and_its_name(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf report = {0};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	const Renkei__V1__Finding *finding;

	(void)unused;
	read_report("code_party_check_digit.json", &report);
	finding = check(&arena, rk_buf_slice(&report))->findings[0];
	assert_string_equal(finding->value, "401006");
	assert_string_equal(finding->suggestion, "401005");
	assert_contains(finding->sentence->ja, "北九州市");
	assert_contains(finding->sentence->en, "Kitakyushu");
}

static void today_decides_what_lies_in_the_future(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf report = {0};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	struct rk_rules_context before = {.today = 20170119}, on_the_day = {.today = 20170120};
	Renkei__V1__Report *unpacked;
	Renkei__V1__Verdict *verdict;
	struct rk_err err = {0};

	(void)unused;
	read_report("fine.json", &report);
	assert_ok(rk_rules_check(&arena, rk_buf_slice(&report), &before, &unpacked, &verdict, &err),
		err);
	assert_int_equal(verdict->error_count, 1);
	assert_string_equal(verdict->findings[0]->code, "ACTUAL_DATE_IN_FUTURE");
	assert_ok(rk_rules_check(
			  &arena, rk_buf_slice(&report), &on_the_day, &unpacked, &verdict, &err),
		err);
	assert_int_equal(verdict->error_count, 0);
	assert_non_null(unpacked);
}

static void bytes_that_are_no_report_leave_none(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf report = {0};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	Renkei__V1__Report *unpacked;
	Renkei__V1__Verdict *verdict;
	struct rk_err err = {0};

	(void)unused;
	read_report("bytes_nul.binpb", &report);
	assert_ok(
		rk_rules_check(&arena, rk_buf_slice(&report), &may_day, &unpacked, &verdict, &err),
		err);
	assert_null(unpacked);
	assert_int_equal(verdict->error_count, 1);
}

static void without_memory_there_is_no_verdict(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf report = {0};
	bool worked = false;

	(void)unused;
	read_report("many_flaws.json", &report);
	for (size_t cap = 512; cap < (1 << 20) && !worked; cap += 512) {
		RK_AUTO(rk_arena_clear) struct rk_arena arena = {.cap = cap};
		Renkei__V1__Report *unpacked;
		Renkei__V1__Verdict *verdict;
		struct rk_err err = {0};
		enum rk_status status = rk_rules_check(
			&arena, rk_buf_slice(&report), &may_day, &unpacked, &verdict, &err);

		worked = status == RK_OK;
		if (worked)
			assert_true(verdict->error_count > 10);
		else
			assert_int_equal(status, RK_RESOURCE_EXHAUSTED);
		if (!worked)
			assert_null(verdict);
	}
	assert_true(worked);
}

/* Appends a field of a message or a text, as it stands on the wire. */
static void put(struct rk_buf *out, uint32_t number, struct rk_slice content)
{
	assert_int_equal(rk_varint_add_head(out, number, 2, content.len), RK_OK);
	assert_int_equal(rk_buf_add_slice(out, content), RK_OK);
}

static void long_suggestions_are_cut_too(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf report = {0}, line = {0}, amount = {0}, upper = {0};
	const Renkei__V1__Finding *finding = NULL;
	static char long_name[100000];
	Renkei__V1__Verdict *verdict;

	(void)unused;
	memset(long_name, 'X', sizeof long_name);
	put(&amount, 1, rk_slice_of(long_name, sizeof long_name));
	put(&upper, 1, rk_slice_str("JPY"));
	put(&line, 5, rk_buf_slice(&amount));
	put(&line, 6, rk_buf_slice(&upper));
	put(&report, 14, rk_buf_slice(&line));
	verdict = check(&arena, rk_buf_slice(&report));
	for (size_t i = 0; i < verdict->n_findings; i++) {
		if (strcmp(verdict->findings[i]->code, "BAND_CURRENCY") == 0)
			finding = verdict->findings[i];
		assert_true(strlen(verdict->findings[i]->sentence->ja) < 1000);
	}
	assert_non_null(finding);
	assert_int_equal(strlen(finding->suggestion), 200);
}

static void countless_bad_texts_are_told_up_to_a_limit(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf report = {0}, activity = {0};
	Renkei__V1__Verdict *verdict;
	size_t bad = 0;

	(void)unused;
	for (int i = 0; i < 5000; i++)
		put(&activity, 14, rk_slice_str("\xff"));
	put(&report, 7, rk_buf_slice(&activity));
	verdict = check(&arena, rk_buf_slice(&report));
	for (size_t i = 0; i < verdict->n_findings; i++)
		bad += strcmp(verdict->findings[i]->code, "TEXT_NOT_UTF8") == 0;
	assert_int_equal(bad, 500);
}

/* A title of the longest length in Shift_JIS is no title too long, and a code with a NUL no code of six digits. */
static void of_a_text_with_bad_bytes_nothing_else_is_said(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf report = {0}, activity = {0};
	static char shift_jis[100000];
	Renkei__V1__Verdict *verdict;
	bool others = false;

	(void)unused;
	memset(shift_jis, '\x93', sizeof shift_jis);
	put(&activity, 3, rk_slice_of(shift_jis, sizeof shift_jis));
	put(&report, 1,
		rk_slice_of("24\0"
			    "021",
			6));
	put(&report, 7, rk_buf_slice(&activity));
	put(&report, 15, rk_slice_of(" \0\xff ", 4));
	verdict = check(&arena, rk_buf_slice(&report));
	for (size_t i = 0; i < verdict->n_findings; i++) {
		const Renkei__V1__Finding *finding = verdict->findings[i];

		if (strcmp(finding->field_path, "activities[0].title") == 0 ||
			strcmp(finding->field_path, "municipality_code") == 0 ||
			strcmp(finding->field_path, "comments") == 0)
			assert_true(strcmp(finding->code, "TEXT_NUL") == 0 ||
				strcmp(finding->code, "TEXT_NOT_UTF8") == 0);
		others = others || strcmp(finding->code, "ENUM_REQUIRED") == 0;
		assert_string_not_equal(finding->code, "TEXT_CONTROL");
	}
	assert_true(others);
}

static void long_values_are_cut_between_characters(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf report = {0};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	const Renkei__V1__Finding *finding;

	(void)unused;
	read_report("outcome_too_long.json", &report);
	finding = check(&arena, rk_buf_slice(&report))->findings[0];
	assert_int_equal(strlen(finding->value), 198);
	assert_contains(finding->sentence->en, "201");
	assert_contains(finding->sentence->en, "200");
}

static const Renkei__V1__Finding *finding_of(
	struct rk_arena *arena, const char *json, const char *code)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	Renkei__V1__Verdict *verdict;
	struct rk_err err = {0};

	assert_ok(rk_json_to_wire(&renkei__v1__report__descriptor, rk_slice_str(json), &wire, &err),
		err);
	verdict = check(arena, rk_buf_slice(&wire));
	for (size_t i = 0; i < verdict->n_findings; i++) {
		if (strcmp(verdict->findings[i]->code, code) == 0)
			return verdict->findings[i];
	}
	return NULL;
}

static void a_missing_choice_names_the_choices_and_no_value(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	const Renkei__V1__Finding *finding;

	(void)unused;
	finding = finding_of(&arena,
		"{\"action\":\"new\",\"period\":{\"fiscal_year\":2016,\"quarter\":\"q1\"}}",
		"ENUM_REQUIRED");
	assert_non_null(finding);
	assert_string_equal(finding->field_path, "period.variant");
	assert_string_equal(finding->value, "");
	assert_contains(finding->sentence->en, "regular, forecast.");
	assert_contains(finding->sentence->ja, "regular, forecast");
	finding = finding_of(&arena, "{\"activities\":[{\"scope\":77}]}", "ENUM_UNKNOWN");
	assert_contains(finding->sentence->zh, "whole, ");
	assert_string_equal(finding->value, "77");
}

#define HELD(date) "{\"activities\":[{\"status\":\"held\",\"actual_start\":" date "}]}"

static void a_date_without_precision_is_told_what_would_fit_and_is_no_missing_date(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	static const char *const day = HELD("{\"year\":2016,\"month\":9,\"day\":31}");
	const Renkei__V1__Finding *finding = finding_of(&arena, day, "DATE_PRECISION");

	(void)unused;
	assert_non_null(finding);
	assert_string_equal(finding->suggestion, "\"precision\": \"day\"");
	assert_contains(finding->sentence->en, "\"precision\" is missing.");
	assert_null(finding_of(&arena, day, "HELD_WITHOUT_START"));
	assert_non_null(finding_of(&arena, day, "DATE_IMPOSSIBLE"));
	finding = finding_of(&arena, HELD("{\"year\":2016}"), "DATE_PRECISION");
	assert_string_equal(finding->suggestion, "");
	assert_contains(finding->sentence->ja, "\"fiscal_year\" / \"year\"");
	finding = finding_of(&arena, HELD("{\"year\":2016,\"month\":9,\"precision\":\"day\"}"),
		"DATE_PRECISION");
	assert_contains(finding->sentence->zh, "缺少“day”");
	assert_string_equal(finding->suggestion, "\"precision\": \"month\"");
	finding = finding_of(
		&arena, HELD("{\"month\":13,\"precision\":\"month\"}"), "DATE_OUT_OF_RANGE");
	assert_non_null(finding);
	assert_non_null(finding_of(&arena, HELD("null"), "HELD_WITHOUT_START"));
}

static void where_a_form_could_not_be_read_the_rules_keep_silent(void **unused)
{
	static const struct rk_read_fault title = {
		NULL, RENKEI__V1__SEVERITY__SEVERITY_ERROR,
		{.code = "JSON_UNKNOWN_FIELD",
							.path = "activities[0].titel",
							.suggestion = "title"}
        };
	static const struct rk_read_fault days = {
		&title, RENKEI__V1__SEVERITY__SEVERITY_ERROR,
		{.code = "JSON_EXPECTS_WHOLE", .path = "activities[0].days", .found = "\"x\""}
        };
	const struct rk_rules_context context = {.today = 20170501, .faults = &days};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	Renkei__V1__Verdict *verdict;
	Renkei__V1__Report *report;
	struct rk_err err = {0};
	bool other = false;

	(void)unused;
	assert_ok(
		rk_rules_check(&arena, bytes("\x3a\x00"), &context, &report, &verdict, &err), err);
	for (size_t i = 0; i < verdict->n_findings; i++) {
		const Renkei__V1__Finding *finding = verdict->findings[i];

		assert_string_not_equal(finding->field_path, "activities[0].title");
		other = other || strcmp(finding->field_path, "activities[0].activity_id") == 0;
		if (strcmp(finding->code, "JSON_EXPECTS_WHOLE") == 0)
			assert_string_equal(finding->sentence->en,
				"A whole number from 0 to 3660 in half-width digits belongs here, not \"x\".");
	}
	assert_true(other);
	assert_ok(
		rk_rules_check(&arena, bytes("\x3a\x00"), &may_day, &report, &verdict, &err), err);
	assert_non_null(report);
}

static size_t latin_words;

/* A run of small letters is a word of English; names of types are not. */
static void count_latin(const char *name, Renkei__V1__Verdict *verdict)
{
	if (strncmp(name, "bytes_", 6) != 0)
		return;
	for (size_t i = 0; i < verdict->n_findings; i++) {
		const Renkei__V1__LocalizedText *said = verdict->findings[i]->sentence;

		/* Names the values that may be chosen as they are written. */
		if (strcmp(verdict->findings[i]->code, "ENUM_REQUIRED") == 0)
			continue;
		const char *both[] = {said->ja, said->zh};

		for (size_t k = 0; k < 2; k++) {
			if (strstr(both[k], " is ") || strstr(both[k], "number") ||
				strstr(both[k], "field") || strstr(both[k], "byte"))
				fail_msg("%s: %s", name, both[k]);
			latin_words++;
		}
	}
}

static void what_is_wrong_with_bytes_is_told_in_each_language(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	Renkei__V1__Verdict *verdict;

	(void)unused;
	latin_words = 0;
	each_flawed(count_latin);
	assert_true(latin_words > 20);
	verdict = check(&arena, bytes("\x3a\x00\x3a\x03\x98\x06\x01"));
	assert_contains(verdict->findings[0]->sentence->ja, "：Activity の番号 99（");
	verdict = check(&arena, bytes("\x20"));
	assert_contains(verdict->findings[0]->sentence->en, "at byte 1.");
	assert_contains(verdict->findings[0]->sentence->zh, "数字被截断");
}

/* Each name of a rule's fields is a field of its record, or of a message in it. */
static void what_is_judged_together_is_there(void **unused)
{
	static const ProtobufCMessageDescriptor *const types[] = {&renkei__v1__activity__descriptor,
		&renkei__v1__participants_line__descriptor, &renkei__v1__cost_line__descriptor,
		&renkei__v1__need__descriptor, &renkei__v1__project__descriptor,
		&renkei__v1__outcome__descriptor, &renkei__v1__policy_contribution__descriptor,
		&renkei__v1__environmental_value__descriptor,
		&renkei__v1__partner_party__descriptor,
		&renkei__v1__municipality_party__descriptor};
	size_t together = 0;

	(void)unused;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		for (unsigned f = 0; f < types[i]->n_fields; f++) {
			const char *field = types[i]->fields[f].name, *names;

			for (size_t n = 0; (names = rk_rules_together(types[i], field, n)); n++) {
				char copy[256], *left = copy, *name;

				assert_true((size_t)snprintf(copy, sizeof copy, "%s", names) <
					sizeof copy);
				together++;
				while ((name = strsep(&left, " "))) {
					name[strcspn(name, ".")] = '\0';
					if (!protobuf_c_message_descriptor_get_field_by_name(
						    types[i], name))
						fail_msg("%s: no %s", types[i]->name, name);
				}
			}
		}
	}
	assert_true(together > 40);
	assert_null(rk_rules_together(&renkei__v1__activity__descriptor, "title", 0));
	assert_non_null(
		rk_rules_together(&renkei__v1__cost_line__descriptor, "amount.minor_units", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_choice_names_the_choices_and_no_value),
		cmocka_unit_test(
			a_date_without_precision_is_told_what_would_fit_and_is_no_missing_date),
		cmocka_unit_test(where_a_form_could_not_be_read_the_rules_keep_silent),
		cmocka_unit_test(what_is_wrong_with_bytes_is_told_in_each_language),
		cmocka_unit_test(flawed_reports_have_the_findings_written_down_for_them),
		cmocka_unit_test(an_answer_holds_for_its_value_at_its_place),
		cmocka_unit_test(a_verdict_names_every_rule_and_counts_its_findings),
		cmocka_unit_test(every_rule_has_a_report_that_breaks_it),
		cmocka_unit_test(rules_are_sorted_and_stand_once),
		cmocka_unit_test(a_code_gets_the_suggestion_and_its_name),
		cmocka_unit_test(today_decides_what_lies_in_the_future),
		cmocka_unit_test(bytes_that_are_no_report_leave_none),
		cmocka_unit_test(without_memory_there_is_no_verdict),
		cmocka_unit_test(long_suggestions_are_cut_too),
		cmocka_unit_test(countless_bad_texts_are_told_up_to_a_limit),
		cmocka_unit_test(of_a_text_with_bad_bytes_nothing_else_is_said),
		cmocka_unit_test(long_values_are_cut_between_characters),
		cmocka_unit_test(what_is_judged_together_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
