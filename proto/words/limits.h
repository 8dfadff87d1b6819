/* limits.h - what the comments of report.proto say of each field, as tables: kind, required, length, range, count. */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rk_kind {
	RK_KIND_FLAG, /* nothing to check */
	RK_KIND_TEXT, /* max = characters */
	RK_KIND_ID,   /* an identity the municipality chose */
	RK_KIND_LG_CODE,
	RK_KIND_GB_CODE,
	RK_KIND_ENUM,   /* required = must not be unspecified */
	RK_KIND_NUMBER, /* min to max, integer or real */
	RK_KIND_DATE,   /* a PartialDate */
	RK_KIND_RECORD, /* another message */
	RK_KINDS,
};

/* Activities of a report that are looked at: as many as may be.  What a report takes as a whole the size of a message bounds. */
#define RK_ACTIVITIES_MAX 1000

struct rk_limit {
	const char *field;
	enum rk_kind kind;
	bool required;
	bool zero_is_unknown; /* 0 passes beside min to max */
	bool unique;          /* of a list: each value once */
	int64_t min, max;
	size_t count; /* of a list: at most so many entries */
};

struct rk_limits {
	const ProtobufCMessageDescriptor *of;
	/* One for each field of the message, in the order of the field numbers. */
	const struct rk_limit *fields;
	size_t field_count;
};

/* The limits of a message of report.proto; NULL for any other. */
const struct rk_limits *rk_limits_of(const ProtobufCMessageDescriptor *type);
/* All of them, for the test that holds them against the .proto. */
const struct rk_limits *rk_limits_list(size_t *count);
