/* A form as a folder of CSV files, for those without a spreadsheet program. */
#include "excel.h"
#include "form/file.h"
#include "table/table.h"
#include "template.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COLUMNS_MAX 64

/* One file that is written. */
struct sheet_file {
	struct rk_run *run;
	struct rk_column columns[COLUMNS_MAX];
	struct rk_value values[COLUMNS_MAX];
	struct rk_buf text;
	struct rk_table table;
};

static void file_clear(struct sheet_file *file)
{
	rk_table_clear(&file->table);
	rk_buf_clear(&file->text);
}

static void name_column(struct sheet_file *file, size_t at, const char *name)
{
	file->columns[at] = (struct rk_column){.name = name, .kind = RK_VALUE_TEXT};
}

static enum rk_status begin(
	struct sheet_file *file, struct rk_run *run, size_t column_count, struct rk_err *err)
{
	file->run = run;
	file->table = (struct rk_table){.format = rk_format_find("csv"),
		.columns = file->columns,
		.column_count = column_count,
		.out = &file->text};
	return rk_table_begin(&file->table, err);
}

/* An empty cell is nothing between the commas. */
static void set(struct sheet_file *file, size_t at, const char *text)
{
	file->values[at] = text && *text ? rk_value_text(rk_excel_text(file->run, text))
					 : rk_value_null();
}

static void set_filled(struct sheet_file *file, size_t at, const struct rk_filled *cell)
{
	bool number = cell->kind == RK_FILLED_NUMBER;

	if (number)
		file->values[at] = rk_value_text(cell->text);
	else
		set(file, at, cell->kind == RK_FILLED_NOTHING ? NULL : cell->text);
}

static enum rk_status end(struct sheet_file *file, const char *path, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf excel = {0};

	RK_TRY(rk_table_end(&file->table, err));
	if (rk_excel_add(&excel, &file->text) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", path);
	return rk_file_write(path, rk_buf_slice(&excel), 0666, err);
}

static enum rk_status write_cover(struct rk_run *run, const struct rk_filled_sheet *sheet,
	const char *path, struct rk_err *err)
{
	static const char *const names[] = {"key", "label", "value", "explanation"};
	RK_AUTO(file_clear) struct sheet_file file = {0};

	for (size_t i = 0; i < 4; i++)
		name_column(&file, i, names[i]);
	RK_TRY(begin(&file, run, 4, err));
	for (size_t i = 0; i < sheet->form->sheet->column_count; i++) {
		const struct rk_form_column *column = &sheet->form->columns[i];

		set(&file, 0, column->column->key);
		/* A key is a name of the form, and no formula for all its @. */
		file.values[0] = rk_value_text(column->column->key);
		set(&file, 1, column->label);
		set_filled(&file, 2, &sheet->rows[0].cells[i]);
		set(&file, 3, column->explanation);
		RK_TRY(rk_table_row(&file.table, file.values, err));
	}
	return end(&file, path, err);
}

static enum rk_status write_list(struct rk_run *run, const struct rk_filled_sheet *sheet,
	const char *path, struct rk_err *err)
{
	const struct rk_form_sheet *form = sheet->form;
	size_t count = form->sheet->column_count;
	RK_AUTO(file_clear) struct sheet_file file = {0};

	for (size_t i = 0; i < count; i++)
		name_column(&file, i, form->columns[i].column->key);
	RK_TRY(begin(&file, run, count, err));
	for (size_t i = 0; i < count; i++)
		set(&file, i, form->columns[i].label);
	RK_TRY(rk_table_row(&file.table, file.values, err));
	for (size_t i = 0; i < count; i++)
		set(&file, i, form->columns[i].explanation);
	RK_TRY(rk_table_row(&file.table, file.values, err));
	for (size_t row = 0; row < sheet->count; row++) {
		for (size_t i = 0; i < count; i++)
			set_filled(&file, i, &sheet->rows[row].cells[i]);
		RK_TRY(rk_table_row(&file.table, file.values, err));
	}
	return end(&file, path, err);
}

static enum rk_status write_lists(struct rk_run *run, const struct rk_form_design *design,
	const char *path, struct rk_err *err)
{
	RK_AUTO(file_clear) struct sheet_file file = {0};
	size_t longest = 0;

	for (size_t i = 0; i < design->list_count; i++) {
		name_column(&file, i, design->lists[i].title);
		longest = design->lists[i].count > longest ? design->lists[i].count : longest;
	}
	RK_TRY(begin(&file, run, design->list_count, err));
	for (size_t row = 0; row < longest; row++) {
		for (size_t i = 0; i < design->list_count; i++)
			set(&file, i,
				row < design->lists[i].count ? design->lists[i].values[row] : NULL);
		RK_TRY(rk_table_row(&file.table, file.values, err));
	}
	return end(&file, path, err);
}

static const char *path_of(struct rk_run *run, const char *folder, const char *name)
{
	return rk_run_printf(run, "%s/%s.csv", folder, name);
}

static enum rk_status write_all(struct rk_run *run, const struct rk_form_design *design,
	const struct rk_filled_sheet *sheets, const char *folder, struct rk_err *err)
{
	for (size_t i = 0; i < rk_sheet_count; i++) {
		const char *path = path_of(run, folder, rk_sheets[i].name);

		RK_TRY(rk_sheets[i].list ? write_list(run, &sheets[i], path, err)
					 : write_cover(run, &sheets[i], path, err));
	}
	return write_lists(run, design, path_of(run, folder, "lists"), err);
}

enum rk_status rk_template_csv(struct rk_run *run, const struct rk_form_design *design,
	const struct rk_filled_sheet *sheets, const char *folder, struct rk_err *err)
{
	bool made = mkdir(folder, 0777) == 0;

	if (!made && errno != EEXIST)
		return rk_fail_reason(
			err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "%s: %s", folder, strerror(errno));
	enum rk_status status = write_all(run, design, sheets, folder, err);

	if (status == RK_OK || !made)
		return status;
	for (size_t i = 0; i < rk_sheet_count; i++)
		unlink(path_of(run, folder, rk_sheets[i].name));
	unlink(path_of(run, folder, "lists"));
	rmdir(folder);
	return status;
}
