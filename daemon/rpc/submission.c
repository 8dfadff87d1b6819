#include "rpc/submission.h"

#include "base/clock.h"
#include "base/text.h"
#include "rpc/wirewalk.h"
#include "wire/json.h"
#include "wire/json_load.h"
#include "wire/pack.h"
#include "words/code.h"
#include "words/rules.h"

#include <jansson.h>
#include <stdlib.h>

static enum rk_status malformed(struct rk_err *err, const char *what)
{
	return rk_fail_reason(
		err, RK_INVALID_ARGUMENT, "MALFORMED_MESSAGE", "the request %s", what);
}

#define LAST_FIELD 4

static enum rk_status take_field(struct rk_submission_walk *walk, const struct rk_wirewalk *field,
	struct rk_slice *id, struct rk_slice *on_behalf_of)
{
	static const int types[] = {-1, 2, 0, 2, 2};

	if (field->number > LAST_FIELD)
		return rk_fail_reason(&walk->err, RK_INVALID_ARGUMENT, "UNKNOWN_FIELD",
			"the request has a field %u, which this server does not know",
			field->number);
	if (field->type != types[field->number])
		return malformed(&walk->err, "has a field of the wrong wire type");
	if (field->number == 1)
		*id = field->bytes;
	else if (field->number == 2)
		walk->validate_only = field->varint != 0;
	else if (field->number == 3)
		walk->report = field->bytes;
	else
		*on_behalf_of = field->bytes;
	return RK_OK;
}

static bool is_code(struct rk_slice text)
{
	char suggestion[RK_CODE_TEXT];

	return rk_lg_code_check(text, suggestion) == RK_CODE_FINE;
}

enum rk_status rk_submission_read(struct rk_submission_walk *walk, struct rk_slice request)
{
	struct rk_wirewalk field = {.rest = request};
	struct rk_slice id = {0}, on_behalf_of = {0};
	unsigned seen = 0;
	const char *kept;

	walk->request_id = "";
	walk->on_behalf_of = "";
	while (rk_wirewalk_next(&field)) {
		unsigned bit = field.number <= LAST_FIELD ? 1u << field.number : 0;

		if (seen & bit)
			return malformed(&walk->err, "has a field twice");
		seen |= bit;
		RK_TRY(take_field(walk, &field, &id, &on_behalf_of));
	}
	if (field.bad)
		return malformed(&walk->err, "is no protobuf message");
	if (!rk_text_is_uuid(id)) {
		walk->detail = rk_slice_str("{\"field\":\"request_id\"}");
		return rk_fail_reason(&walk->err, RK_INVALID_ARGUMENT, "REQUEST_ID_REQUIRED",
			"request_id is no UUID; every write carries one that its sender made");
	}
	if (!walk->report.at) {
		walk->detail = rk_slice_str("{\"field\":\"report\"}");
		return rk_fail_reason(&walk->err, RK_INVALID_ARGUMENT, "REPORT_REQUIRED",
			"the request has no report");
	}
	if (on_behalf_of.len && !is_code(on_behalf_of)) {
		walk->detail = rk_slice_str("{\"field\":\"on_behalf_of\"}");
		return rk_fail_reason(&walk->err, RK_INVALID_ARGUMENT, "ON_BEHALF_OF_DIFFERS",
			"on_behalf_of is no municipality code, and so not the report's");
	}
	kept = rk_arena_slice(walk->arena, id);
	if (kept)
		walk->on_behalf_of = rk_arena_slice(walk->arena, on_behalf_of);
	if (!kept || !walk->on_behalf_of)
		return rk_fail(&walk->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
	walk->request_id = kept;
	return RK_OK;
}

enum rk_status rk_submission_rules(struct rk_arena *arena, struct rk_slice report,
	Renkei__V1__Report **message, Renkei__V1__Verdict **verdict, struct rk_err *err)
{
	const struct rk_rules_context context = {
		.today = rk_clock_japan_date(rk_clock_now_us()),
	};

	return rk_rules_check(arena, report, &context, message, verdict, err);
}

enum rk_status rk_submission_judge(struct rk_submission_walk *walk)
{
	const Renkei__V1__Verdict *verdict;

	RK_TRY(rk_submission_rules(
		walk->arena, walk->report, &walk->message, &walk->verdict, &walk->err));
	verdict = walk->verdict;
	for (size_t i = 0; i < verdict->n_findings; i++) {
		const Renkei__V1__Finding *finding = verdict->findings[i];

		if (finding->severity != RENKEI__V1__SEVERITY__SEVERITY_ERROR)
			continue;
		rk_fail_reason(&walk->refusal, RK_INVALID_ARGUMENT, "REPORT_REFUSED",
			"the report has %d error%s; the first: %s at %s", verdict->error_count,
			verdict->error_count == 1 ? "" : "s", finding->code,
			*finding->field_path ? finding->field_path : "the report");
		return RK_OK;
	}
	if (!walk->message)
		rk_fail_reason(&walk->refusal, RK_INVALID_ARGUMENT, "REPORT_REFUSED",
			"the report is no clean message");
	return RK_OK;
}

const struct rk_statement rk_submission_permit = {
	"submit_permit", "select renkei_api.submission_permit($1::boolean) as allowed", 1};

static void on_permitted(struct rk_query *query, void *arg)
{
	struct rk_submission_walk *walk = arg;
	struct rk_err err = {0};
	enum rk_status status = rk_query_status(query, &walk->detail, &err);

	walk->query = NULL;
	/* Whoever may not submit learns nothing about the report. */
	if (status != RK_OK)
		walk->verdict = NULL;
	walk->told(status, (struct rk_slice){0}, &err, walk->arg);
}

static enum rk_status ask_permit(struct rk_submission_walk *walk)
{
	const struct rk_call *call = walk->call;
	const struct rk_query_actor actor = {
		.uri = call->principal->uri,
		.spki_sha256 = call->principal->spki_sha256,
		.roles = *walk->on_behalf_of ? RK_SUBMITTERS : "{municipality}",
		.timeout_ms = rk_call_left_ms(call),
	};
	enum rk_status status = RK_RESOURCE_EXHAUSTED;

	walk->query = rk_query_create(walk->arena, &rk_submission_permit, &actor, actor.timeout_ms);
	if (walk->query) {
		rk_query_text(walk->query, rk_slice_str(*walk->on_behalf_of ? "t" : "f"));
		status = rk_pool_submit(
			call->env->pool, walk->query, on_permitted, walk, &walk->err);
	} else {
		rk_fail(&walk->err, status, "the call's memory is used up");
	}
	if (status != RK_OK) {
		walk->query = NULL;
		walk->verdict = NULL;
	}
	return status;
}

void rk_submission_abandon(struct rk_submission_walk *walk)
{
	rk_batch_abandon(rk_rpc_of(walk->call)->batch, &walk->ticket);
	if (walk->query)
		rk_query_abandon(walk->call->env->pool, walk->query);
	walk->query = NULL;
}

/* A later version, or an answer to a need that an earlier report may have told. */
static bool follows(const Renkei__V1__Report *report)
{
	bool found = report->base_version > 0;

	for (size_t i = 0; i < report->n_activities && !found; i++)
		found = *report->activities[i]->need_id != '\0';
	return found;
}

enum rk_status rk_submission_send(struct rk_submission_walk *walk, rk_submitted_fn *told, void *arg)
{
	RK_AUTO(rk_buf_clear) struct rk_buf document = {0}, verdict = {0};
	struct rk_rpc *rpc = rk_rpc_of(walk->call);
	const struct rk_principal *sender = walk->sender ? walk->sender : walk->call->principal;
	struct rk_submission submission = {
		.uri = sender->uri,
		.spki_sha256 = sender->spki_sha256,
		.relay = walk->relay,
		.request_id = walk->request_id,
		.on_behalf_of = walk->on_behalf_of,
		.left_ms = rk_call_left_ms(walk->call),
		.validate_only = walk->validate_only,
		.report = walk->report,
	};

	walk->told = told;
	walk->arg = arg;
	if (walk->refusal.status != RK_OK)
		return ask_permit(walk);
	if (!*rk_keyring_current(rpc->keys))
		return rk_fail_reason(&walk->err, RK_FAILED_PRECONDITION, "RECEIPT_KEY_MISSING",
			"this server has no key to sign a receipt with");
	if (rk_json_from_message(&walk->message->base, RK_JSON_COMPACT, &document) != RK_OK ||
		rk_json_from_message(&walk->verdict->base, RK_JSON_COMPACT, &verdict) != RK_OK)
		return rk_fail_reason(&walk->err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
			"no memory for the submission; nothing was stored");
	submission.follows = follows(walk->message);
	submission.document = rk_buf_slice(&document);
	submission.verdict = rk_buf_slice(&verdict);
	return rk_batch_add(rpc->batch, &submission, told, arg, &walk->ticket, &walk->err);
}

enum rk_status rk_submission_receipt(const struct rk_keyring *keys, struct rk_arena *arena,
	const json_t *json, Renkei__V1__Receipt **out, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	ProtobufCMessage *message;

	if (rk_json_value_to_wire(&renkei__v1__receipt__descriptor, json, &wire, err) != RK_OK ||
		rk_unpack(arena, &renkei__v1__receipt__descriptor, rk_buf_slice(&wire), &message,
			err) != RK_OK) {
		struct rk_err why = *err;

		return why.status == RK_RESOURCE_EXHAUSTED
			? why.status
			: rk_fail(err, RK_INTERNAL, "the receipt of the database: %s", why.text);
	}
	*out = (Renkei__V1__Receipt *)(void *)message;
	return rk_receipt_complete(keys, arena, *out, err);
}

static struct rk_slice dump(struct rk_arena *arena, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT), *kept = NULL;

	if (text)
		kept = rk_arena_str(arena, text);
	free(text);
	return rk_slice_str(kept);
}

/* Behind the commit: what is done is done, and the same request_id tells it. */
static enum rk_status starved(struct rk_submission_walk *walk)
{
	return rk_fail_reason(&walk->err, RK_UNAVAILABLE, "OUTCOME_UNKNOWN",
		"no memory for the outcome of the submission; send again with the same request_id");
}

static enum rk_status take_refusal(struct rk_submission_walk *walk, const json_t *refusal)
{
	const char *reason = json_string_value(json_object_get(refusal, "reason"));
	const char *message = json_string_value(json_object_get(refusal, "message"));
	json_int_t status = json_integer_value(json_object_get(refusal, "status"));

	if (status < 1 || status > 16 || !reason || !message)
		return rk_fail(
			&walk->err, RK_INTERNAL, "a refusal without status, reason or message");
	walk->detail = dump(walk->arena, refusal);
	return rk_fail_reason(&walk->err, (enum rk_status)status, reason, "%s", message);
}

static enum rk_status take_outcome(struct rk_submission_walk *walk, const json_t *outcome)
{
	const json_t *refusal = json_object_get(outcome, "refusal");
	const json_t *receipt = json_object_get(outcome, "receipt");
	struct rk_stats *stats = walk->call->env->stats;

	if (json_is_object(refusal))
		return take_refusal(walk, refusal);
	if (json_is_true(json_object_get(outcome, "valid")))
		return RK_OK;
	if (!json_is_object(receipt))
		return rk_fail(&walk->err, RK_INTERNAL, "an outcome without receipt or refusal");
	walk->replayed = json_is_true(json_object_get(outcome, "replayed"));
	atomic_fetch_add_explicit(
		walk->replayed ? &stats->replays : &stats->receipts, 1, memory_order_relaxed);
	if (rk_submission_receipt(rk_rpc_of(walk->call)->keys, walk->arena, receipt, &walk->receipt,
		    &walk->err) == RK_RESOURCE_EXHAUSTED)
		return starved(walk);
	return walk->err.status;
}

enum rk_status rk_submission_settle(struct rk_submission_walk *walk, enum rk_status status,
	struct rk_slice outcome, const struct rk_err *err)
{
	bool lacks_memory;
	json_t *root;

	walk->ticket = NULL;
	if (status != RK_OK) {
		walk->err = *err;
		return status;
	}
	if (walk->refusal.status != RK_OK) {
		walk->err = walk->refusal;
		return walk->err.status;
	}
	root = rk_json_load(outcome, 0, NULL, &lacks_memory);
	if (lacks_memory)
		status = starved(walk);
	else if (!root)
		status = rk_fail(&walk->err, RK_INTERNAL, "an outcome that is no JSON");
	else
		status = take_outcome(walk, root);
	json_decref(root);
	return status;
}
