#include "db/query.h"

#include "db/query_own.h"
#include "db/sqlstate.h"

#include <libpq-fe.h>

#include <assert.h>
#include <limits.h>
#include <string.h>

enum { OID_BYTEA = 17, OID_TEXT = 25, OID_JSONB = 3802 };

#define ARRAY_MAX ((size_t)512 << 20)

static bool query_set_actor(struct rk_query *query, const struct rk_query_actor *actor)
{
	query->uri = rk_arena_str(query->arena, actor->uri);
	query->roles = rk_arena_str(query->arena, actor->roles);
	query->spki_sha256 = (const uint8_t *)rk_arena_slice(
		query->arena, rk_slice_of(actor->spki_sha256, 32));
	query->timeout_ms = actor->timeout_ms;
	return query->uri && query->roles && query->spki_sha256;
}

struct rk_query *rk_query_create(struct rk_arena *arena, const struct rk_statement *statement,
	const struct rk_query_actor *actor, int64_t timeout_ms)
{
	struct rk_query *query = rk_arena_alloc(arena, sizeof(*query));

	assert(statement->params >= 0 && statement->params <= RK_QUERY_PARAMS);
	if (!query)
		return NULL;
	query->arena = arena;
	query->statement = statement;
	query->timeout_ms = timeout_ms;
	query->status = RK_UNKNOWN;
	if (actor && !query_set_actor(query, actor))
		return NULL;
	/* 0 would mean no limit at all. */
	if (query->timeout_ms < 1)
		query->timeout_ms = 1;
	if (query->timeout_ms > INT_MAX)
		query->timeout_ms = INT_MAX;
	return query;
}

void rk_query_worker(struct rk_query *query, const char *worker)
{
	assert(!query->uri);
	query->worker = worker;
}

void rk_query_cost(struct rk_query *query, enum rk_cost cost)
{
	assert(cost < RK_COSTS && !query->slot && !query->turn.lane);
	query->cost = cost;
}

static void query_bind(struct rk_query *query, const void *value, size_t len, int format)
{
	assert(query->bound < query->statement->params);
	assert(len <= INT_MAX || query->bind_err.status != RK_OK);
	query->values[query->bound] = value;
	query->lengths[query->bound] = (int)len;
	query->formats[query->bound] = format;
	query->bound++;
}

static enum rk_status query_bind_failed(struct rk_query *query, struct rk_slice value)
{
	if (query->bind_err.status != RK_OK)
		return query->bind_err.status;
	if (value.len > 0 && memchr(value.at, 0, value.len))
		return rk_fail_reason(&query->bind_err, RK_INVALID_ARGUMENT, "NUL_IN_TEXT",
			"parameter %d of %s holds a NUL", query->bound + 1, query->statement->name);
	return rk_fail_reason(&query->bind_err, RK_RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE",
		"parameter %d of %s does not fit into the memory of its call", query->bound + 1,
		query->statement->name);
}

void rk_query_text(struct rk_query *query, struct rk_slice value)
{
	char *copy = NULL;

	/* libpq wants a NUL at the end, and would cut at an earlier one. */
	if (value.len < ARRAY_MAX && !(value.len > 0 && memchr(value.at, 0, value.len)))
		copy = rk_arena_slice(query->arena, value);
	if (!copy)
		(void)query_bind_failed(query, value);
	query_bind(query, copy, value.len, 0);
}

void rk_query_null(struct rk_query *query)
{
	query_bind(query, NULL, 0, 0);
}

void rk_query_bytes(struct rk_query *query, struct rk_slice value)
{
	query_bind(query, value.at ? value.at : (const uint8_t *)"", value.len, 1);
}

void rk_query_binary(struct rk_query *query)
{
	query->binary = 1;
}

static uint8_t *put_u32(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 24);
	at[1] = (uint8_t)(value >> 16);
	at[2] = (uint8_t)(value >> 8);
	at[3] = (uint8_t)value;
	return at + 4;
}

/* array_send's format: dimensions, has-null, element type; per dimension length and lower bound; then the elements. */
static uint8_t *put_array_head(uint8_t *at, size_t count, bool nulls, size_t oid)
{
	at = put_u32(at, count > 0);
	at = put_u32(at, nulls);
	at = put_u32(at, oid);
	if (count > 0) {
		at = put_u32(at, count);
		at = put_u32(at, 1);
	}
	return at;
}

static enum rk_status query_array(struct rk_query *query, struct rk_arena *arena,
	const struct rk_slice *items, size_t count, size_t oid)
{
	size_t version = oid == OID_JSONB, size = 20;
	bool nulls = false;
	uint8_t *bytes, *at;

	for (size_t i = 0; i < count; i++) {
		nulls = nulls || !items[i].at;
		if (oid != OID_BYTEA && items[i].at && memchr(items[i].at, 0, items[i].len))
			return query_bind_failed(query, items[i]);
		if (items[i].len > ARRAY_MAX || (size += 4 + version + items[i].len) > ARRAY_MAX)
			return query_bind_failed(query, (struct rk_slice){NULL, 0});
	}
	bytes = rk_arena_alloc(arena, size);
	if (!bytes)
		return query_bind_failed(query, (struct rk_slice){NULL, 0});
	at = put_array_head(bytes, count, nulls, oid);
	for (size_t i = 0; i < count; i++) {
		if (!items[i].at) {
			at = put_u32(at, UINT32_MAX);
			continue;
		}
		at = put_u32(at, items[i].len + version);
		if (version)
			*at++ = 1;
		if (items[i].len > 0)
			memcpy(at, items[i].at, items[i].len);
		at += items[i].len;
	}
	assert((size_t)(at - bytes) <= size);
	query_bind(query, bytes, (size_t)(at - bytes), 1);
	return RK_OK;
}

enum rk_status rk_query_text_array(
	struct rk_query *query, struct rk_arena *arena, const struct rk_slice *items, size_t count)
{
	return query_array(query, arena, items, count, OID_TEXT);
}

enum rk_status rk_query_bytes_array(
	struct rk_query *query, struct rk_arena *arena, const struct rk_slice *items, size_t count)
{
	return query_array(query, arena, items, count, OID_BYTEA);
}

enum rk_status rk_query_json_array(
	struct rk_query *query, struct rk_arena *arena, const struct rk_slice *items, size_t count)
{
	return query_array(query, arena, items, count, OID_JSONB);
}

enum rk_status rk_query_status(
	const struct rk_query *query, struct rk_slice *detail, struct rk_err *err)
{
	assert(query->status != RK_UNKNOWN && !query->slot);
	if (detail)
		*detail = query->detail;
	if (err && query->status != RK_OK)
		*err = query->err;
	return query->status;
}
