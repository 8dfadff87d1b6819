/* parquet_column.h - a column of a Parquet row group while its rows come: values, which of them are missing, least and greatest. */
#pragma once
#include "base/buf.h"
#include "export/format.h"
#include "export/thrift.h"

/* Physical types (parquet.thrift, Type). */
enum rk_parquet_type {
	RK_PARQUET_BOOLEAN = 0,
	RK_PARQUET_INT64 = 2,
	RK_PARQUET_DOUBLE = 5,
	RK_PARQUET_BYTE_ARRAY = 6
};

/* The least or the greatest value of a column, of the one kind that it has. */
struct rk_parquet_bound {
	int64_t integer;
	double real;
	struct rk_buf text;
};

/* {0} is one without rows. */
struct rk_parquet_column {
	struct rk_buf levels; /* runs of rows that have a value, or have none (Encodings.md, RLE) */
	struct rk_buf values; /* PLAIN; the missing ones are not among them */
	uint64_t run;
	bool run_there;
	int64_t rows, missing;
	bool bounded;   /* least and greatest are of something */
	bool unbounded; /* a text was too long for that */
	struct rk_parquet_bound least, greatest;
};

enum rk_parquet_type rk_parquet_type_of(enum rk_export_kind kind);
/* Whether it may miss a value; the others have no levels. */
bool rk_parquet_optional(const struct rk_export_column *about);
/* Numbers are little-endian, whatever the machine is. */
RK_MUST_USE enum rk_status rk_parquet_little(struct rk_buf *buf, uint64_t value, int bytes);
/* Errors: RK_INTERNAL the value is missing where none may be, or is no time; RK_RESOURCE_EXHAUSTED memory. */
RK_MUST_USE enum rk_status rk_parquet_add(struct rk_parquet_column *column,
	const struct rk_export_column *about, const struct rk_value *value);
/* No more rows: levels and values are complete. */
RK_MUST_USE enum rk_status rk_parquet_complete(struct rk_parquet_column *column);
/* Statistics, as a field of what is being written (parquet.thrift). */
RK_MUST_USE enum rk_status rk_parquet_statistics(struct rk_thrift *thrift, int id,
	const struct rk_parquet_column *column, enum rk_parquet_type type);
/* For the next row group; the memory stays. */
void rk_parquet_reset(struct rk_parquet_column *column);
void rk_parquet_clear(struct rk_parquet_column *column);
