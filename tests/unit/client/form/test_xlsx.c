/* client/form/xlsx_write.c and xlsx_check.c: a workbook is written whole, and one that is not is noticed. */
#include "check.h"
#include "form/file.h"
#include "form/xlsx_check.h"
#include "form/xlsx_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fixture {
	struct rk_arena arena;
	const struct rk_form_design *design;
	const struct rk_filled_sheet *sheets;
	char folder[32];
	char path[64];
};

static void make(struct fixture *fixture)
{
	const struct rk_form_names *names;
	const struct rk_form_subject subject = {
		.municipality = "401005", .period = {2016, 3, false}
        };

	*fixture = (struct fixture){.folder = P_tmpdir "/renkei-xlsx-XXXXXX"};
	assert_non_null(mkdtemp(fixture->folder));
	snprintf(fixture->path, sizeof fixture->path, "%s/form.xlsx", fixture->folder);
	names = rk_form_names_known(&fixture->arena, RK_JA);
	assert_non_null(names);
	fixture->design = rk_form_design(&fixture->arena, RK_JA, names);
	assert_non_null(fixture->design);
	fixture->sheets = rk_form_prefill(&fixture->arena, fixture->design, &subject);
	assert_non_null(fixture->sheets);
}

static void end(struct fixture *fixture)
{
	unlink(fixture->path);
	rmdir(fixture->folder);
	rk_arena_clear(&fixture->arena);
}

static void write_form(struct fixture *fixture, struct rk_buf *bytes)
{
	struct rk_err err = {0};

	assert_ok(rk_xlsx_write(fixture->design, fixture->sheets, "北九州市 & 2016Q3",
			  fixture->path, &err),
		err);
	assert_ok(rk_file_read(fixture->path, bytes, &err), err);
}

static void put(const struct fixture *fixture, const uint8_t *at, size_t len)
{
	FILE *file = fopen(fixture->path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(at, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void a_form_is_the_same_bytes_whenever_it_is_written(void **unused)
{
	struct fixture fixture;
	RK_AUTO(rk_buf_clear) struct rk_buf first = {0}, second = {0};

	(void)unused;
	make(&fixture);
	write_form(&fixture, &first);
	sleep(1);
	write_form(&fixture, &second);
	assert_true(rk_slice_equal(rk_buf_slice(&first), rk_buf_slice(&second)));
	end(&fixture);
}

static void a_workbook_that_is_not_whole_is_noticed(void **unused)
{
	struct fixture fixture;
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	struct rk_err err = {0};

	(void)unused;
	make(&fixture);
	write_form(&fixture, &bytes);
	assert_ok(rk_xlsx_check(fixture.path, &err), err);
	put(&fixture, bytes.at, bytes.len - 100);
	assert_int_equal(rk_xlsx_check(fixture.path, &err), RK_DATA_LOSS);
	assert_string_equal(err.reason, "FILE_NOT_WRITTEN");
	put(&fixture, bytes.at, 0);
	assert_int_equal(rk_xlsx_check(fixture.path, &err), RK_DATA_LOSS);
	memset(bytes.at + bytes.len / 2, 0, 64);
	put(&fixture, bytes.at, bytes.len);
	assert_int_equal(rk_xlsx_check(fixture.path, &err), RK_DATA_LOSS);
	assert_non_null(strstr(err.text, "is not whole"));
	end(&fixture);
}

static void a_folder_that_is_not_there_is_named(void **unused)
{
	struct fixture fixture;
	struct rk_err err = {0};

	(void)unused;
	make(&fixture);
	assert_int_equal(
		rk_xlsx_write(fixture.design, fixture.sheets, "", "/nowhere/form.xlsx", &err),
		RK_DATA_LOSS);
	assert_non_null(strstr(err.text, "/nowhere/form.xlsx: No such file"));
	end(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_form_is_the_same_bytes_whenever_it_is_written),
		cmocka_unit_test(a_workbook_that_is_not_whole_is_noticed),
		cmocka_unit_test(a_folder_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
