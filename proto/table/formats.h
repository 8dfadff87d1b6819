/* formats.h - the formats by name, for formats.c, and what several of them share. */
#pragma once
#include "table/table.h"

extern const struct rk_format rk_format_table;
extern const struct rk_format rk_format_wide;
extern const struct rk_format rk_format_json;
extern const struct rk_format rk_format_jsonl;
extern const struct rk_format rk_format_csv;

/* Appends a number or truth value as JSON and CSV have it; value is neither missing nor text. */
RK_MUST_USE enum rk_status rk_value_add_plain(struct rk_buf *out, const struct rk_value *value);
