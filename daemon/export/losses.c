#include "export/losses.h"

#include "base/cp932.h"
#include "base/text.h"

/* One value's losses on their way to the list. */
struct listing {
	struct rk_losses *losses;
	const struct rk_export_table *table;
	const struct rk_export_column *column;
	int64_t row;
	struct rk_slice text;
	enum rk_status status;
};

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for csv-cp932/LOSSES.csv");
}

enum rk_status rk_losses_open(
	struct rk_losses *losses, struct rk_export_folder *folder, struct rk_err *err)
{
	struct rk_export_entry *entry;

	RK_TRY(rk_export_file_open(&losses->file, folder, "csv-cp932/LOSSES.csv", &entry, err));
	entry->format = "csv-cp932";
	return rk_buf_add_str(&losses->file.buf,
		       "\xef\xbb\xbftable,row,column,character,code_point\r\n") == RK_OK
		? RK_OK
		: no_memory(err);
}

static void on_lost(void *arg, size_t at, uint32_t character)
{
	struct listing *listing = arg;
	struct rk_slice rest = rk_slice_of(listing->text.at + at, listing->text.len - at);
	size_t used = 0;

	(void)rk_text_next(rest, &used);
	if (listing->status == RK_OK)
		listing->status = rk_buf_addf(&listing->losses->file.buf,
			"%s,%lld,%s,%.*s,U+%04X\r\n", listing->table->name, (long long)listing->row,
			listing->column->name, (int)used, (const char *)rest.at,
			(unsigned)character);
}

enum rk_status rk_losses_row(struct rk_losses *losses, const struct rk_export_table *table,
	int64_t row, const struct rk_value *values, struct rk_err *err)
{
	for (size_t c = 0; c < table->column_count; c++) {
		struct listing listing = {.losses = losses,
			.table = table,
			.column = &table->columns[c],
			.row = row,
			.text = values[c].as.text};

		if (values[c].kind != RK_VALUE_TEXT)
			continue;
		losses->scratch.len = 0;
		RK_TRY(rk_cp932_write(listing.text, on_lost, &listing, &losses->scratch, err));
		if (listing.status != RK_OK)
			return no_memory(err);
	}
	return rk_export_file_flush(&losses->file, err);
}

enum rk_status rk_losses_end(struct rk_losses *losses, struct rk_err *err)
{
	return rk_export_file_end(&losses->file, err);
}

void rk_losses_clear(struct rk_losses *losses)
{
	rk_export_file_clear(&losses->file);
	rk_buf_clear(&losses->scratch);
}

static void mark_lossy(void *arg, size_t at, uint32_t character)
{
	(void)at;
	(void)character;
	*(bool *)arg = true;
}

enum rk_status rk_losses_encode(
	struct rk_losses *losses, struct rk_buf *buf, size_t from, bool *lossy, struct rk_err *err)
{
	*lossy = false;
	losses->scratch.len = 0;
	RK_TRY(rk_cp932_write(rk_slice_of(buf->at + from, buf->len - from), mark_lossy, lossy,
		&losses->scratch, err));
	buf->len = from;
	return rk_buf_add_slice(buf, rk_buf_slice(&losses->scratch)) == RK_OK ? RK_OK
									      : no_memory(err);
}
