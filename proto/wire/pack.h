/* pack.h - protobuf-c messages out of bytes and into them, with limits.
 *
 * protobuf-c 1.4 checks neither UTF-8 nor NUL, follows any nesting and multiplies small input into much memory.  So every
 * foreign message is scanned first (rk_scan) and then unpacked into an arena with a budget (rk_unpack).
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <protobuf-c/protobuf-c.h>

/* A string field that is no clean text, found by the scan. */
enum rk_scan_fault { RK_SCAN_NUL, RK_SCAN_NOT_UTF8 };

/* Called for each bad string, once a fault, with its path ("activities[0].title") and bytes; may be NULL in rk_scan: then the
 * first bad string fails the scan. */
typedef void rk_scan_fault_fn(
	void *arg, enum rk_scan_fault fault, const char *path, struct rk_slice value);

struct rk_scan_limits {
	size_t max_fields; /* in all, sub-messages counted; 0 = 100,000 */
	size_t max_depth;  /* 0 = 16 */
};

/* rk_scan walks the wire form of a message of this type without allocating.
 *
 * Errors, all RK_INVALID_ARGUMENT MALFORMED_MESSAGE with path and byte offset: bad varint, a number beyond its field's type,
 * tag 0, wire type 3, 4, 6, 7, a field of the wrong wire type, a length past the end, a singular field twice, two fields of
 * one oneof, more fields (elements counted) or depth than allowed (never over 64), bad strings when fault is NULL; and
 * UNKNOWN_FIELD: a field number the type does not have (nothing is ever dropped silently). */
RK_MUST_USE enum rk_status rk_scan(const ProtobufCMessageDescriptor *type, struct rk_slice bytes,
	const struct rk_scan_limits *limits, rk_scan_fault_fn *fault, void *arg,
	struct rk_err *err);

/* rk_scan_field finds the bytes of a length-delimited field of the outermost message; at == NULL when absent.
 * The bytes must have passed rk_scan. */
struct rk_slice rk_scan_field(struct rk_slice bytes, uint32_t number);

/* rk_unpack unpacks scanned bytes into the arena; budget min(16 x wire size + 256 KiB, 8 MiB) of it: the constant is for short
 * reports with long lists of empty things, which shall be told what is wrong with them and not that they are too large.
 * Returns the message in *out, which lives as long as the arena.  RK_RESOURCE_EXHAUSTED when the budget is reached,
 * RK_INVALID_ARGUMENT MALFORMED_MESSAGE when protobuf-c refuses. */
RK_MUST_USE enum rk_status rk_unpack(struct rk_arena *arena, const ProtobufCMessageDescriptor *type,
	struct rk_slice bytes, ProtobufCMessage **out, struct rk_err *err);
/* The same with another bound than 8 MiB, for who trusts the sender to need more. */
RK_MUST_USE enum rk_status rk_unpack_within(struct rk_arena *arena,
	const ProtobufCMessageDescriptor *type, struct rk_slice bytes, size_t most,
	ProtobufCMessage **out, struct rk_err *err);

/* How a field of this type travels, unpacked. */
ProtobufCWireType rk_wire_type(ProtobufCType type);

/* Appends the serialised message. */
RK_MUST_USE enum rk_status rk_pack(const ProtobufCMessage *message, struct rk_buf *out);
