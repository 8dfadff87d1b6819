/* A form as CSV files, in a folder or in a ZIP archive, for those without a spreadsheet program. */
#include "encoding.h"
#include "excel.h"
#include "form/archive.h"
#include "form/file.h"
#include "table/table.h"
#include "template.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COLUMNS_MAX 64

/* The sheets and the code lists. */
#define FILES_MAX 32

/* All files, in memory until all of them are made. */
struct files {
	struct rk_run *run;
	struct rk_archive_change at[FILES_MAX];
	size_t count;
	int status; /* EX_OK, or of rk_encode */
};

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

/* For Excel, which reads UTF-8 by its mark, or for programs that read CP932. */
static enum rk_status encode(struct files *files, const char *name, const struct rk_buf *text,
	struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf excel = {0};

	if (rk_excel_add(&excel, text) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", name);
	if (rk_encoding_is_cp932(files->run))
		files->status = rk_worse(files->status,
			rk_encode(files->run, name, true, rk_buf_slice(&excel), out));
	else if (rk_buf_add_slice(out, rk_buf_slice(&excel)) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", name);
	return RK_OK;
}

static enum rk_status end(
	struct sheet_file *file, struct files *files, const char *name, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	const char *whole = rk_run_printf(files->run, "%s.csv", name);

	assert(files->count < FILES_MAX);
	RK_TRY(rk_table_end(&file->table, err));
	RK_TRY(encode(files, whole, &file->text, &bytes, err));
	files->at[files->count++] = (struct rk_archive_change){
		whole, rk_slice_of(rk_run_slice(files->run, rk_buf_slice(&bytes)), bytes.len)};
	return RK_OK;
}

static enum rk_status write_cover(
	struct files *files, const struct rk_filled_sheet *sheet, struct rk_err *err)
{
	static const char *const names[] = {"key", "label", "value", "explanation"};
	RK_AUTO(file_clear) struct sheet_file file = {0};

	for (size_t i = 0; i < 4; i++)
		name_column(&file, i, names[i]);
	RK_TRY(begin(&file, files->run, 4, err));
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
	return end(&file, files, sheet->form->sheet->name, err);
}

static enum rk_status write_list(
	struct files *files, const struct rk_filled_sheet *sheet, struct rk_err *err)
{
	const struct rk_form_sheet *form = sheet->form;
	size_t count = form->sheet->column_count;
	RK_AUTO(file_clear) struct sheet_file file = {0};

	for (size_t i = 0; i < count; i++)
		name_column(&file, i, form->columns[i].column->key);
	RK_TRY(begin(&file, files->run, count, err));
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
	return end(&file, files, sheet->form->sheet->name, err);
}

static enum rk_status write_lists(
	struct files *files, const struct rk_form_design *design, struct rk_err *err)
{
	RK_AUTO(file_clear) struct sheet_file file = {0};
	size_t longest = 0;

	for (size_t i = 0; i < design->list_count; i++) {
		name_column(&file, i, design->lists[i].title);
		longest = design->lists[i].count > longest ? design->lists[i].count : longest;
	}
	RK_TRY(begin(&file, files->run, design->list_count, err));
	for (size_t row = 0; row < longest; row++) {
		for (size_t i = 0; i < design->list_count; i++)
			set(&file, i,
				row < design->lists[i].count ? design->lists[i].values[row] : NULL);
		RK_TRY(rk_table_row(&file.table, file.values, err));
	}
	return end(&file, files, "lists", err);
}

static enum rk_status make_files(struct files *files, const struct rk_form_design *design,
	const struct rk_filled_sheet *sheets, struct rk_err *err)
{
	for (size_t i = 0; i < rk_sheet_count; i++)
		RK_TRY(rk_sheets[i].list ? write_list(files, &sheets[i], err)
					 : write_cover(files, &sheets[i], err));
	return write_lists(files, design, err);
}

static const char *path_of(const struct files *files, const char *folder, size_t n)
{
	return rk_run_printf(files->run, "%s/%s", folder, files->at[n].part);
}

static enum rk_status write_folder(
	const struct files *files, const char *folder, struct rk_err *err)
{
	bool made = mkdir(folder, 0777) == 0;
	enum rk_status status = RK_OK;

	if (!made && errno != EEXIST)
		return rk_fail_errno(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", folder, errno);
	for (size_t i = 0; i < files->count && status == RK_OK; i++)
		status = rk_file_write(path_of(files, folder, i), files->at[i].bytes, 0666, err);
	if (status == RK_OK || !made)
		return status;
	for (size_t i = 0; i < files->count; i++)
		unlink(path_of(files, folder, i));
	rmdir(folder);
	return status;
}

static enum rk_status write_zip(const struct files *files, const char *path, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};

	RK_TRY(rk_archive_write(files->at, files->count, &bytes, err));
	return rk_file_write(path, rk_buf_slice(&bytes), 0666, err);
}

bool rk_template_is_zip(const char *path)
{
	size_t len = strlen(path);

	return len > 4 && strcasecmp(path + len - 4, ".zip") == 0;
}

int rk_template_csv(struct rk_run *run, const struct rk_form_design *design,
	const struct rk_filled_sheet *sheets, const char *path)
{
	struct files files = {.run = run};
	struct rk_err err;

	if (make_files(&files, design, sheets, &err) != RK_OK)
		return rk_trouble(run, &err);
	if (files.status != EX_OK && files.status != RK_EX_LOSSY)
		return files.status;
	if ((rk_template_is_zip(path) ? write_zip(&files, path, &err)
				      : write_folder(&files, path, &err)) != RK_OK)
		return rk_trouble(run, &err);
	return files.status;
}
