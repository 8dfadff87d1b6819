/* thrift.h - Apache Thrift's compact protocol, written: what Parquet says of itself (thrift-compact-protocol.md).
 *
 * Fields are written in the order of their ids.  A failure of memory stays in the writer and is asked for once, at the end.
 */
#pragma once
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define RK_THRIFT_DEPTH 8

enum rk_thrift_type { RK_THRIFT_I32 = 5, RK_THRIFT_BINARY = 8, RK_THRIFT_STRUCT = 12 };

/* {.out = buf} begins with the fields of the outermost structure. */
struct rk_thrift {
	struct rk_buf *out;
	int last[RK_THRIFT_DEPTH]; /* id of the field before, by depth */
	int depth;
	bool failed;
};

void rk_thrift_i16(struct rk_thrift *thrift, int id, int16_t value);
void rk_thrift_i32(struct rk_thrift *thrift, int id, int32_t value);
void rk_thrift_i64(struct rk_thrift *thrift, int id, int64_t value);
void rk_thrift_bool(struct rk_thrift *thrift, int id, bool value);
void rk_thrift_binary(struct rk_thrift *thrift, int id, struct rk_slice value);
/* Fields of the inner one follow, then rk_thrift_end. */
void rk_thrift_begin(struct rk_thrift *thrift, int id);
/* So many elements follow: rk_thrift_item_i32, rk_thrift_item_binary, or rk_thrift_item_begin with rk_thrift_end each. */
void rk_thrift_list(struct rk_thrift *thrift, int id, enum rk_thrift_type type, size_t count);
void rk_thrift_item_i32(struct rk_thrift *thrift, int32_t value);
void rk_thrift_item_binary(struct rk_thrift *thrift, struct rk_slice value);
void rk_thrift_item_begin(struct rk_thrift *thrift);
/* Of an inner structure, and at last of the outermost. */
void rk_thrift_end(struct rk_thrift *thrift);
