#include "out.h"

#include "base/text.h"
#include "encoding.h"
#include "excel.h"
#include "form/file.h"
#include "table/table.h"
#include "who.h"
#include "wire/json.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

bool rk_out_is_human(const struct rk_run *run)
{
	return run->output == RK_OUT_TABLE || run->output == RK_OUT_WIDE;
}

size_t rk_out_width(void)
{
	struct winsize size;
	int64_t columns;
	const char *variable = getenv("COLUMNS");

	if (variable && rk_text_i64(rk_slice_str(variable), 20, 1000, &columns))
		return (size_t)columns;
	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
		size.ws_col >= 20)
		return size.ws_col;
	return 80;
}

static FILE *cannot_create(struct rk_run *run, const char *path)
{
	rk_talk(run, "out.cannot_create", "file", path, "why", rk_errno_told(run, errno));
	run->failed = true;
	return NULL;
}

/* A device or a pipe is written to; to put a new file in its place would take it away. */
static bool is_special(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 && !S_ISREG(about.st_mode);
}

static FILE *open_target(struct rk_run *run)
{
	FILE *out;

	if (!run->out_path || strcmp(run->out_path, "-") == 0)
		return run->out = stdout;
	if (is_special(run->out_path)) {
		out = fopen(run->out_path, "we");
		if (!out)
			return cannot_create(run, run->out_path);
		run->out = out;
		return out;
	}
	run->out_temp = rk_run_printf(run, "%s.%d.tmp", run->out_path, (int)getpid());
	out = fopen(run->out_temp, "wxe");
	if (!out)
		return cannot_create(run, run->out_path);
	run->out = out;
	rk_file_forget_on_signal(run->out_temp);
	return out;
}

FILE *rk_out(struct rk_run *run)
{
	if (run->out)
		return run->out;
	if (!rk_encoding_is_cp932(run))
		return open_target(run);
	run->out = open_memstream(&run->out_text, &run->out_len);
	return run->out ? run->out : cannot_create(run, "memory");
}

/* Who reads no more of a pipe has what it wanted. */
static int cannot_write(struct rk_run *run, const char *path)
{
	if (errno != EPIPE)
		rk_talk(run, "out.cannot_create", "file", path, "why", rk_errno_told(run, errno));
	return EX_IOERR;
}

static int close_target(struct rk_run *run, bool whole)
{
	FILE *out = run->out;

	if (!out)
		return run->out_temp ? EX_CANTCREAT : EX_OK;
	run->out = NULL;
	bool good = fflush(out) == 0 && !ferror(out);

	if (out == stdout)
		return good ? EX_OK : cannot_write(run, "stdout");
	if (run->out_temp)
		good = good && fsync(fileno(out)) == 0;
	good = fclose(out) == 0 && good;
	if (!run->out_temp)
		return good ? EX_OK : cannot_write(run, run->out_path);
	if (whole && good && rename(run->out_temp, run->out_path) == 0) {
		rk_file_forget_on_signal(NULL);
		return EX_OK;
	}
	if (whole)
		rk_talk(run, "out.cannot_create", "file", run->out_path, "why",
			rk_errno_told(run, errno));
	unlink(run->out_temp);
	rk_file_forget_on_signal(NULL);
	return whole ? EX_IOERR : EX_OK;
}

/* What was gathered, to where it belongs.  A file that is not whole would vanish; what went to stdout stays. */
static int write_encoded(struct rk_run *run, struct rk_slice text, bool whole)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	int status, closed;

	if (!whole && run->out_path)
		return EX_OK;
	status = rk_encode(run, NULL, run->output == RK_OUT_CSV, text, &out);
	if (status != EX_OK && status != RK_EX_LOSSY)
		return status;
	if (!open_target(run))
		return EX_CANTCREAT;
	if (out.len && fwrite(out.at, 1, out.len, run->out) != out.len)
		status = EX_IOERR;
	closed = close_target(run, true);
	return rk_worse(status, closed);
}

int rk_out_close(struct rk_run *run, bool whole)
{
	int status;

	if (!run->out || !rk_encoding_is_cp932(run))
		return close_target(run, whole);
	bool good = fclose(run->out) == 0;

	run->out = NULL;
	status = good ? write_encoded(run, rk_slice_of(run->out_text, run->out_len), whole)
		      : EX_OSERR;
	free(run->out_text);
	return status;
}

void rk_grid_add(struct rk_grid *grid, const char *const *values)
{
	if (grid->count == grid->cap) {
		size_t cap = grid->cap ? grid->cap * 2 : 32;
		const char ***rows = rk_run_alloc(grid->run, cap * sizeof *rows);

		if (grid->count)
			memcpy(rows, grid->rows, grid->count * sizeof *rows);
		grid->rows = rows;
		grid->cap = cap;
	}
	const char **row = rk_run_alloc(grid->run, grid->column_count * sizeof *row);

	memcpy(row, values, grid->column_count * sizeof *row);
	grid->rows[grid->count++] = row;
}

static bool is_shown(const struct rk_grid *grid, const struct rk_grid_column *column)
{
	if (column->where == RK_COLUMN_HUMAN)
		return rk_out_is_human(grid->run);
	return column->where != RK_COLUMN_DATA || !rk_out_is_human(grid->run);
}

static enum rk_value_kind kind_of(const struct rk_grid_column *column)
{
	return column->kind == RK_COLUMN_NUMBER  ? RK_VALUE_INTEGER
		: column->kind == RK_COLUMN_BOOL ? RK_VALUE_BOOL
						 : RK_VALUE_TEXT;
}

static bool is_json(const struct rk_run *run)
{
	return run->output == RK_OUT_JSON || run->output == RK_OUT_JSONL;
}

static struct rk_value value_of(
	struct rk_run *run, const struct rk_grid_column *column, const char *text)
{
	int64_t number;
	double real;

	if (!text)
		return rk_value_null();
	/* Where the URI itself is asked for it stays. */
	if (column->kind == RK_COLUMN_TEXT && strcmp(column->name, "principal") != 0)
		text = rk_who(run, text);
	if (column->kind == RK_COLUMN_NUMBER &&
		rk_text_i64(rk_slice_str(text), INT64_MIN, INT64_MAX, &number))
		return rk_value_integer(number);
	/* Tables and csv show it with the decimals that it was given. */
	if (column->kind == RK_COLUMN_NUMBER && is_json(run) &&
		rk_text_double(rk_slice_str(text), &real))
		return rk_value_real(real);
	if (column->kind == RK_COLUMN_BOOL)
		return rk_value_bool(strcmp(text, "true") == 0);
	return rk_value_text(run->excel ? rk_excel_text(run, text) : text);
}

static enum rk_status write_rows(struct rk_grid *grid, struct rk_buf *text, struct rk_err *err)
{
	static const char *const formats[] = {"table", "wide", "json", "jsonl", "csv"};
	struct rk_run *run = grid->run;
	struct rk_column *columns = rk_run_alloc(run, grid->column_count * sizeof *columns);
	struct rk_value *values = rk_run_alloc(run, grid->column_count * sizeof *values);
	RK_AUTO(rk_table_clear)
	struct rk_table table = {.format = rk_format_find(formats[run->output]),
		.columns = columns,
		.out = text,
		.yes = rk_tell(run, "value.yes"),
		.no = rk_tell(run, "value.no"),
		.missing = "-",
		.width = isatty(STDOUT_FILENO) && !run->out_path ? rk_out_width() : 0};

	for (size_t i = 0; i < grid->column_count; i++) {
		const struct rk_grid_column *column = &grid->columns[i];

		if (!is_shown(grid, column))
			continue;
		columns[table.column_count++] = (struct rk_column){.name = column->name,
			.label = grid->heads && grid->heads[i]
				? grid->heads[i]
				: rk_tell(run, rk_run_printf(run, "col.%s", column->name)),
			.kind = kind_of(column),
			.wide_only = column->where == RK_COLUMN_WIDE};
	}
	RK_TRY(rk_table_begin(&table, err));
	for (size_t row = 0; row < grid->count; row++) {
		size_t shown = 0;

		for (size_t i = 0; i < grid->column_count; i++)
			if (is_shown(grid, &grid->columns[i]))
				values[shown++] = value_of(
					run, &grid->columns[i], grid->rows[row][i]);
		RK_TRY(rk_table_row(&table, values, err));
	}
	return rk_table_end(&table, err);
}

/* gcc 12 forgets that the run keeps its stream once a function that it does not see has been handed the run. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#pragma GCC diagnostic ignored "-Wanalyzer-file-leak"

static int write_text(struct rk_run *run, const struct rk_buf *text)
{
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	return text->len == 0 || fwrite(text->at, 1, text->len, out) == text->len ? EX_OK
										  : EX_IOERR;
}

#pragma GCC diagnostic pop

int rk_grid_print(struct rk_grid *grid)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf excel = {0};
	struct rk_err err = {0};
	enum rk_status status = write_rows(grid, &text, &err);

	if (status == RK_OK && grid->run->excel && rk_excel_add(&excel, &text) != RK_OK)
		status = rk_fail(&err, RK_RESOURCE_EXHAUSTED, "out of memory");
	if (status != RK_OK)
		return rk_trouble(grid->run, &err);
	if (grid->count == 0 && rk_out_is_human(grid->run))
		rk_talk(grid->run, "out.nothing");
	return write_text(grid->run, grid->run->excel ? &excel : &text);
}

int rk_message_print(struct rk_run *run, const ProtobufCMessage *message)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	if (rk_encoding_is_cp932(run))
		return rk_usage(run, "usage.encoding");
	enum rk_json_style style = run->output == RK_OUT_JSONL ? RK_JSON_COMPACT : RK_JSON_PRETTY;

	if (rk_json_from_message(message, style, &text) != RK_OK ||
		rk_buf_add_str(&text, "\n") != RK_OK) {
		struct rk_err err;

		rk_fail(&err, RK_RESOURCE_EXHAUSTED, "out of memory");
		return rk_trouble(run, &err);
	}
	return write_text(run, &text);
}

int rk_answer_print(struct rk_grid *grid, const ProtobufCMessage *answer)
{
	if (grid->run->output == RK_OUT_JSON)
		return rk_message_print(grid->run, answer);
	return rk_grid_print(grid);
}
