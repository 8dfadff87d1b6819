#include "call/argument.h"

#include "base/text.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "words/code.h"

#include "renkei/v1/report.pb-c.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_CHARS 40
#define DEPTH       16 /* as deep as a scanned message can be */
#define FIRST_TIME  (-62135596800)
#define LAST_TIME   253402300799

/* Where the walk stands: a field of a message, inside another. */
struct place {
	const struct place *up;
	const ProtobufCFieldDescriptor *field;
	size_t index; /* when repeated */
};

struct walk {
	struct rk_arena *arena;
	struct rk_slice *detail;
	struct rk_err *err;
};

static const struct range {
	const char *field;
	int32_t min, max; /* 0 is always "not said" */
	const char *text;
} ranges[] = {
	{"fiscal_year",       2000, 2199, "2000-2199"},
	{"first_fiscal_year", 2000, 2199, "2000-2199"},
	{"last_fiscal_year",  2000, 2199, "2000-2199"},
	{"page_size",         1,    1000, "1-1000"   },
	{"version",           1,    9999, "1-9999"   },
};

static enum rk_status walk_message(
	struct walk *walk, const struct place *up, const ProtobufCMessage *message);

/* Valid UTF-8, cut between two characters. */
static const char *brief(struct rk_arena *arena, const char *value)
{
	struct rk_slice text = rk_slice_str(value);
	size_t at = 0;

	for (int i = 0; i < VALUE_CHARS && rk_text_next(text, &at); i++)
		;
	return rk_arena_slice(arena, rk_slice_of(text.at, at));
}

static void put(json_t *object, const char *key, const char *value)
{
	if (value && *value)
		json_object_set_new(object, key, json_string(value));
}

static struct rk_slice detail_of(
	struct rk_arena *arena, const struct rk_argument *argument, const char *value)
{
	json_t *root = json_object(), *metadata = json_object();
	char *text, *kept = NULL;

	put(root, "field", argument->field);
	put(root, "rule", argument->rule);
	put(metadata, "value", value);
	put(metadata, "range", argument->range);
	put(metadata, "suggestion", argument->suggestion);
	put(metadata, "other", argument->other);
	json_object_set_new(root, "metadata", metadata);
	text = json_dumps(root, JSON_COMPACT);
	if (text)
		kept = rk_arena_str(arena, text);
	free(text);
	json_decref(root);
	return rk_slice_str(kept);
}

enum rk_status rk_argument_refuse(struct rk_arena *arena, const struct rk_argument *argument,
	struct rk_slice *detail, struct rk_err *err)
{
	const char *reason = argument->reason ? argument->reason : "ARGUMENT_INVALID";
	const char *value = argument->value ? brief(arena, argument->value) : NULL;

	*detail = detail_of(arena, argument, value);
	if (argument->other)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, reason,
			"%s contradicts %s; name one of them", argument->field, argument->other);
	if (!value)
		return rk_fail_reason(
			err, RK_INVALID_ARGUMENT, reason, "%s is needed", argument->field);
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, reason, "%s cannot be %s%s%s",
		argument->field, value, argument->range ? "; possible: " : "",
		argument->range ? argument->range : "");
}

static char *path_of(struct rk_arena *arena, const struct place *place)
{
	const struct place *chain[DEPTH];
	char path[256] = "";
	size_t count = 0, len = 0;

	for (; place && count < DEPTH; place = place->up)
		chain[count++] = place;
	while (count-- > 0 && len < sizeof path) {
		const ProtobufCFieldDescriptor *field = chain[count]->field;
		int added = snprintf(
			path + len, sizeof path - len, "%s%s", len ? "." : "", field->name);

		len += added > 0 ? (size_t)added : 0;
		if (field->label != PROTOBUF_C_LABEL_REPEATED || len >= sizeof path)
			continue;
		added = snprintf(path + len, sizeof path - len, "[%zu]", chain[count]->index);
		len += added > 0 ? (size_t)added : 0;
	}
	return rk_arena_str(arena, path);
}

static enum rk_status refuse(
	const struct walk *walk, const struct place *place, struct rk_argument argument)
{
	argument.field = path_of(walk->arena, place);
	if (!argument.field)
		return rk_fail(walk->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
	return rk_argument_refuse(walk->arena, &argument, walk->detail, walk->err);
}

static enum rk_status check_enum(const struct walk *walk, const struct place *place, int value)
{
	const ProtobufCEnumDescriptor *type = place->field->descriptor;
	char number[16], range[40];

	if (protobuf_c_enum_descriptor_get_value(type, value))
		return RK_OK;
	snprintf(number, sizeof number, "%d", value);
	snprintf(range, sizeof range, "%d-%d", type->values[0].value,
		type->values[type->n_values - 1].value);
	return refuse(walk, place, (struct rk_argument){.value = number, .range = range});
}

static enum rk_status check_number(
	const struct walk *walk, const struct place *place, int32_t value)
{
	char number[16];

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		const struct range *range = &ranges[i];

		if (strcmp(range->field, place->field->name) != 0 || value == 0 ||
			(value >= range->min && value <= range->max))
			continue;
		snprintf(number, sizeof number, "%" PRId32, value);
		return refuse(
			walk, place, (struct rk_argument){.value = number, .range = range->text});
	}
	return RK_OK;
}

static enum rk_status check_time(
	const struct walk *walk, const struct place *place, const Google__Protobuf__Timestamp *time)
{
	char value[48];

	if (time->seconds >= FIRST_TIME && time->seconds <= LAST_TIME && time->nanos >= 0 &&
		time->nanos <= 999999999)
		return RK_OK;
	snprintf(value, sizeof value, "%" PRId64 " s, %" PRId32 " ns", time->seconds, time->nanos);
	return refuse(walk, place,
		(struct rk_argument){.value = value,
			.range = "0001-01-01T00:00:00Z - 9999-12-31T23:59:59.999999999Z"});
}

static const char *fault_rule(enum rk_code_fault fault, bool japanese)
{
	switch (fault) {
	case RK_CODE_FULL_WIDTH:
		return japanese ? "LG_CODE_FULL_WIDTH" : "GB_CODE_FULL_WIDTH";
	case RK_CODE_SHAPE:
		return japanese ? "LG_CODE_SHAPE" : "GB_CODE_SHAPE";
	case RK_CODE_FIVE_DIGITS:
		return "LG_CODE_FIVE_DIGITS";
	case RK_CODE_AREA:
		return japanese ? "LG_CODE_PREFECTURE" : "GB_CODE_PROVINCE";
	case RK_CODE_CHECK_DIGIT:
		return "LG_CODE_CHECK_DIGIT";
	default:
		return NULL;
	}
}

/* Such a text is shown to others: on their terminal it would be more than text. */
static enum rk_status check_characters(
	const struct walk *walk, const struct place *place, const char *value)
{
	struct rk_slice text = rk_slice_str(value);
	size_t at = 0;
	uint32_t c;
	char number[16];

	while ((c = rk_text_next(text, &at)) != 0) {
		if (!rk_text_is_control(c) && !rk_text_is_direction(c))
			continue;
		snprintf(number, sizeof number, "%04" PRIX32, c);
		return refuse(walk, place,
			(struct rk_argument){.value = number,
				.rule = rk_text_is_control(c) ? "TEXT_CONTROL" : "TEXT_BIDI"});
	}
	return RK_OK;
}

static enum rk_status check_text(
	const struct walk *walk, const struct place *place, const char *value)
{
	bool japanese = strcmp(place->field->name, "municipality_code") == 0;
	char suggestion[RK_CODE_TEXT] = "";
	struct rk_slice code = rk_slice_str(value);
	const char *rule;

	RK_TRY(check_characters(walk, place, value));
	/* What the registry takes is its own affair. */
	if (place->up || !*value || (!japanese && strcmp(place->field->name, "partner_code") != 0))
		return RK_OK;
	rule = fault_rule(
		japanese ? rk_lg_code_check(code, suggestion) : rk_gb_code_check(code, suggestion),
		japanese);
	if (!rule)
		return RK_OK;
	return refuse(walk, place,
		(struct rk_argument){.value = value, .rule = rule, .suggestion = suggestion});
}

static enum rk_status check_value(struct walk *walk, const struct place *place, const void *at)
{
	const ProtobufCMessage *message;

	switch (place->field->type) {
	case PROTOBUF_C_TYPE_ENUM:
		return check_enum(walk, place, *(const int *)at);
	case PROTOBUF_C_TYPE_INT32:
		return check_number(walk, place, *(const int32_t *)at);
	case PROTOBUF_C_TYPE_STRING:
		return check_text(walk, place, *(char *const *)at);
	case PROTOBUF_C_TYPE_MESSAGE:
		message = *(ProtobufCMessage *const *)at;
		if (!message || message->descriptor == &renkei__v1__report__descriptor)
			return RK_OK;
		if (message->descriptor == &google__protobuf__timestamp__descriptor)
			return check_time(walk, place, (const void *)message);
		return walk_message(walk, place, message);
	default:
		return RK_OK;
	}
}

static size_t size_of(ProtobufCType type)
{
	return type == PROTOBUF_C_TYPE_STRING || type == PROTOBUF_C_TYPE_MESSAGE ? sizeof(void *)
										 : 4;
}

static bool is_checked(ProtobufCType type)
{
	return type == PROTOBUF_C_TYPE_ENUM || type == PROTOBUF_C_TYPE_INT32 ||
		type == PROTOBUF_C_TYPE_STRING || type == PROTOBUF_C_TYPE_MESSAGE;
}

static enum rk_status walk_field(
	struct walk *walk, struct place *place, const ProtobufCMessage *message)
{
	const ProtobufCFieldDescriptor *field = place->field;
	const uint8_t *base = (const uint8_t *)message, *at = base + field->offset;
	const void *quantifier = base + field->quantifier_offset;

	if (!is_checked(field->type))
		return RK_OK;
	if (field->label != PROTOBUF_C_LABEL_REPEATED) {
		bool chosen = !(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) ||
			*(const uint32_t *)quantifier == field->id;

		return chosen ? check_value(walk, place, at) : RK_OK;
	}
	at = *(uint8_t *const *)(const void *)at;
	for (; place->index < *(const size_t *)quantifier; place->index++) {
		RK_TRY(check_value(walk, place, at));
		at += size_of(field->type);
	}
	return RK_OK;
}

static enum rk_status walk_message(
	struct walk *walk, const struct place *up, const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (unsigned i = 0; i < type->n_fields; i++) {
		struct place place = {.up = up, .field = &type->fields[i]};

		RK_TRY(walk_field(walk, &place, message));
	}
	return RK_OK;
}

enum rk_status rk_arguments_check(struct rk_arena *arena, const ProtobufCMessage *request,
	struct rk_slice *detail, struct rk_err *err)
{
	struct walk walk = {.arena = arena, .detail = detail, .err = err};

	/* Health, reflection and a test's service have rules of their own. */
	if (strcmp(request->descriptor->package_name, "renkei.v1") != 0)
		return RK_OK;
	return walk_message(&walk, NULL, request);
}
