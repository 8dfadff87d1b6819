/* registry_diff.h - what an import would change: the records of a file beside those the server has. */
#pragma once
#include "run.h"

#include "renkei/v1/registry_service.pb-c.h"

struct rk_registry_change {
	const char *field;               /* its stable name */
	const char *old_text, *new_text; /* one line each; "" = nothing */
};

/* A record by the entity and id of an ImportChange; NULL when the registry has none. */
const ProtobufCMessage *rk_registry_find(struct rk_run *run, const Renkei__V1__Registry *registry,
	const char *entity, const char *id);
/* "大分市", "大分市 - 武漢市", "" when it has no name; names of codes come from the registry. */
const char *rk_registry_name(
	struct rk_run *run, const Renkei__V1__Registry *registry, const ProtobufCMessage *record);
/* rk_registry_compare returns the fields that differ, count of them; what the file leaves to the server, and what
 * the server derives, is no difference. */
const struct rk_registry_change *rk_registry_compare(struct rk_run *run,
	const ProtobufCMessage *old_record, const ProtobufCMessage *new_record, size_t *count);
