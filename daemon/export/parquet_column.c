#include "export/parquet_column.h"

#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Longer texts are no help to skip a row group by, and are part of what is read first. */
#define BOUND_BYTES 64

enum rk_parquet_type rk_parquet_type_of(enum rk_export_kind kind)
{
	switch (kind) {
	case RK_EXPORT_TIME:
	case RK_EXPORT_INTEGER:
		return RK_PARQUET_INT64;
	case RK_EXPORT_REAL:
		return RK_PARQUET_DOUBLE;
	case RK_EXPORT_BOOL:
		return RK_PARQUET_BOOLEAN;
	default:
		return RK_PARQUET_BYTE_ARRAY;
	}
}

bool rk_parquet_optional(const struct rk_export_column *column)
{
	return !column->key;
}

enum rk_status rk_parquet_little(struct rk_buf *buf, uint64_t value, int bytes)
{
	uint8_t out[8];

	for (int i = 0; i < bytes; i++)
		out[i] = (uint8_t)(value >> 8 * i);
	return rk_buf_add(buf, out, (size_t)bytes);
}

static uint64_t bits_of(double real)
{
	uint64_t bits;

	memcpy(&bits, &real, sizeof bits);
	return bits;
}

enum rk_status rk_parquet_complete(struct rk_parquet_column *column)
{
	uint64_t head = column->run << 1;
	uint8_t there = column->run_there;

	if (!column->run)
		return RK_OK;
	column->run = 0;
	for (; head >= 0x80; head >>= 7)
		RK_TRY(rk_parquet_little(&column->levels, 0x80 | (head & 0x7f), 1));
	RK_TRY(rk_parquet_little(&column->levels, head, 1));
	return rk_buf_add(&column->levels, &there, 1);
}

static enum rk_status add_level(struct rk_parquet_column *column, bool there)
{
	if (column->run_there != there)
		RK_TRY(rk_parquet_complete(column));
	column->run_there = there;
	column->run++;
	return RK_OK;
}

static enum rk_status add_integer(struct rk_parquet_column *column, int64_t value)
{
	if (!column->bounded || value < column->least.integer)
		column->least.integer = value;
	if (!column->bounded || value > column->greatest.integer)
		column->greatest.integer = value;
	return rk_parquet_little(&column->values, (uint64_t)value, 8);
}

static enum rk_status add_real(struct rk_parquet_column *column, double value)
{
	assert(isfinite(value));
	if (!column->bounded || value < column->least.real)
		column->least.real = value;
	if (!column->bounded || value > column->greatest.real)
		column->greatest.real = value;
	return rk_parquet_little(&column->values, bits_of(value), 8);
}

/* Eight to a byte, from the lowest bit on; only those that are there. */
static enum rk_status add_truth(struct rk_parquet_column *column, bool value)
{
	int64_t at = column->rows - column->missing;

	if (!column->bounded || value < column->least.integer)
		column->least.integer = value;
	if (!column->bounded || value > column->greatest.integer)
		column->greatest.integer = value;
	if (at % 8 == 0)
		RK_TRY(rk_parquet_little(&column->values, 0, 1));
	column->values.at[at / 8] |= (uint8_t)(value << at % 8);
	return RK_OK;
}

static int compare(struct rk_slice a, const struct rk_buf *b)
{
	size_t len = a.len < b->len ? a.len : b->len;
	int order = len ? memcmp(a.at, b->at, len) : 0;

	return order ? order : (a.len > b->len) - (a.len < b->len);
}

static enum rk_status keep(struct rk_buf *bound, struct rk_slice text)
{
	bound->len = 0;
	return rk_buf_add_slice(bound, text);
}

static enum rk_status add_text(struct rk_parquet_column *column, struct rk_slice text)
{
	if (text.len > BOUND_BYTES)
		column->unbounded = true;
	else if (!column->bounded || compare(text, &column->least.text) < 0)
		RK_TRY(keep(&column->least.text, text));
	if (text.len <= BOUND_BYTES &&
		(!column->bounded || compare(text, &column->greatest.text) > 0))
		RK_TRY(keep(&column->greatest.text, text));
	RK_TRY(rk_parquet_little(&column->values, text.len, 4));
	return rk_buf_add_slice(&column->values, text);
}

static enum rk_status add_time(struct rk_parquet_column *column, struct rk_slice text)
{
	int64_t seconds;
	int32_t nanos;

	if (!rk_text_rfc3339(text, &seconds, &nanos))
		return RK_INTERNAL;
	return add_integer(column, seconds * 1000000 + nanos / 1000);
}

static enum rk_status add_there(
	struct rk_parquet_column *column, enum rk_export_kind kind, const struct rk_value *value)
{
	switch (kind) {
	case RK_EXPORT_INTEGER:
		return add_integer(column, value->as.integer);
	case RK_EXPORT_REAL:
		return add_real(column, value->as.real);
	case RK_EXPORT_BOOL:
		return add_truth(column, value->as.truth);
	case RK_EXPORT_TIME:
		return add_time(column, value->as.text);
	default:
		return add_text(column, value->as.text);
	}
}

enum rk_status rk_parquet_add(struct rk_parquet_column *column,
	const struct rk_export_column *about, const struct rk_value *value)
{
	bool there = value->kind != RK_VALUE_NULL;

	if (rk_parquet_optional(about))
		RK_TRY(add_level(column, there));
	else if (!there)
		return RK_INTERNAL;
	if (there) {
		RK_TRY(add_there(column, about->kind, value));
		column->bounded = true;
	} else {
		column->missing++;
	}
	column->rows++;
	return RK_OK;
}

/* Both zeros are equal and only one can be a bound: the one that leaves out neither. */
static enum rk_status bound_bytes(const struct rk_parquet_bound *bound, enum rk_parquet_type type,
	double zero, struct rk_buf *out)
{
	switch (type) {
	case RK_PARQUET_BOOLEAN:
		return rk_parquet_little(out, (uint64_t)bound->integer, 1);
	case RK_PARQUET_INT64:
		return rk_parquet_little(out, (uint64_t)bound->integer, 8);
	case RK_PARQUET_DOUBLE:
		return rk_parquet_little(out, bits_of(bound->real == 0 ? zero : bound->real), 8);
	default:
		return rk_buf_add_slice(out, rk_buf_slice(&bound->text));
	}
}

enum rk_status rk_parquet_statistics(struct rk_thrift *thrift, int id,
	const struct rk_parquet_column *column, enum rk_parquet_type type)
{
	RK_AUTO(rk_buf_clear) struct rk_buf least = {0}, greatest = {0};

	RK_TRY(bound_bytes(&column->least, type, -0.0, &least));
	RK_TRY(bound_bytes(&column->greatest, type, 0.0, &greatest));
	rk_thrift_begin(thrift, id);
	rk_thrift_i64(thrift, 3, column->missing);
	if (column->bounded && !column->unbounded) {
		rk_thrift_binary(thrift, 5, rk_buf_slice(&greatest));
		rk_thrift_binary(thrift, 6, rk_buf_slice(&least));
	}
	rk_thrift_end(thrift);
	return RK_OK;
}

void rk_parquet_clear(struct rk_parquet_column *column)
{
	rk_buf_clear(&column->levels);
	rk_buf_clear(&column->values);
	rk_buf_clear(&column->least.text);
	rk_buf_clear(&column->greatest.text);
}

void rk_parquet_reset(struct rk_parquet_column *column)
{
	struct rk_parquet_column old = *column;

	*column = (struct rk_parquet_column){.levels = old.levels, .values = old.values};
	column->least.text = old.least.text;
	column->greatest.text = old.greatest.text;
	column->levels.len = column->values.len = 0;
}
