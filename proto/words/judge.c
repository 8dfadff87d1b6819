#include "words/judge.h"

#include "base/text.h"
#include "words/partial.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_VALUE 200

struct rk_found {
	struct rk_found *next;
	struct rk_place place;
	Renkei__V1__Finding *finding;
};

static void *scratch(struct rk_judge *judge, size_t size)
{
	void *at = rk_arena_alloc(judge->scratch, size);

	if (!at)
		judge->status = RK_RESOURCE_EXHAUSTED;
	return at;
}

const char *rk_judge_text(struct rk_judge *judge, const char *format, ...)
{
	char text[256], *copy;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	copy = rk_arena_str(judge->scratch, text);
	if (!copy)
		judge->status = RK_RESOURCE_EXHAUSTED;
	return copy ? copy : "";
}

const char *rk_judge_date(struct rk_judge *judge, const Renkei__V1__PartialDate *date)
{
	if (!date)
		return "";
	if (date->precision == RENKEI__V1__DATE_PRECISION__DATE_PRECISION_FISCAL_YEAR)
		return rk_judge_text(judge, "FY%d", date->year);
	if (date->day)
		return rk_judge_text(judge, "%04d-%02d-%02d", date->year, date->month, date->day);
	if (date->month)
		return rk_judge_text(judge, "%04d-%02d", date->year, date->month);
	return rk_judge_text(judge, "%04d", date->year);
}

static const char *path_of(
	struct rk_judge *judge, const struct rk_record *record, const char *field, size_t index)
{
	const char *dot = *record->path ? "." : "";

	if (index == RK_SINGULAR || index == RK_WHOLE_LIST)
		return rk_judge_text(judge, "%s%s%s", record->path, dot, field);
	return rk_judge_text(judge, "%s%s%s[%zu]", record->path, dot, field, index);
}

static struct rk_place place_of(struct rk_place place, uint32_t number, size_t index)
{
	bool in_list = index != RK_SINGULAR && index != RK_WHOLE_LIST;

	if (place.depth < sizeof place.step / sizeof place.step[0])
		place.step[place.depth++] = (uint64_t)number << 32 |
			(in_list ? (uint32_t)index + 1 : 0);
	return place;
}

static const void *member(const ProtobufCMessage *message, size_t offset)
{
	return (const char *)message + offset;
}

static size_t size_of(const ProtobufCFieldDescriptor *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(void *);
	case PROTOBUF_C_TYPE_INT64:
		return sizeof(int64_t);
	case PROTOBUF_C_TYPE_DOUBLE:
		return sizeof(double);
	default:
		return sizeof(int32_t);
	}
}

static void add_spot(struct rk_judge *judge, const struct rk_record *record,
	const ProtobufCFieldDescriptor *field, const struct rk_limit *limit, const void *value,
	size_t index, size_t count)
{
	struct rk_spot *spot = scratch(judge, sizeof *spot);

	if (!spot)
		return;
	*spot = (struct rk_spot){NULL, record, field, limit, value, index, count};
	*judge->next_spot = spot;
	judge->next_spot = &spot->next;
}

static void open_record(struct rk_judge *judge, const struct rk_record *parent,
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t index);

static void open_value(struct rk_judge *judge, const struct rk_record *record,
	const ProtobufCFieldDescriptor *field, const struct rk_limit *limit, const void *at,
	size_t index)
{
	const ProtobufCMessage *message = NULL;

	if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
		memcpy(&message, at, sizeof message);
		add_spot(judge, record, field, limit, message, index, 0);
		if (message && limit->kind == RK_KIND_RECORD)
			open_record(judge, record, message, field, index);
		return;
	}
	add_spot(judge, record, field, limit, at, index, 0);
}

static void open_list(struct rk_judge *judge, const struct rk_record *record,
	const ProtobufCFieldDescriptor *field, const struct rk_limit *limit)
{
	size_t count;
	const char *values;

	memcpy(&count, member(record->message, field->quantifier_offset), sizeof count);
	memcpy(&values, member(record->message, field->offset), sizeof values);
	add_spot(judge, record, field, limit, NULL, RK_WHOLE_LIST, count);
	for (size_t i = 0; i < count && i < limit->count; i++)
		open_value(judge, record, field, limit, values + i * size_of(field), i);
}

/* A field "optional" in the .proto is a oneof of its own here; unset, it has no spot. */
static bool is_unset(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	uint32_t which;

	if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
		return false;
	memcpy(&which, member(message, field->quantifier_offset), sizeof which);
	return which != field->id;
}

static void open_fields(struct rk_judge *judge, const struct rk_record *record)
{
	for (size_t i = 0; i < record->limits->field_count && judge->status == RK_OK; i++) {
		const ProtobufCFieldDescriptor *field = &record->limits->of->fields[i];
		const struct rk_limit *limit = &record->limits->fields[i];

		if (field->label == PROTOBUF_C_LABEL_REPEATED)
			open_list(judge, record, field, limit);
		else if (!is_unset(record->message, field))
			open_value(judge, record, field, limit,
				member(record->message, field->offset), RK_SINGULAR);
	}
}

static void open_record(struct rk_judge *judge, const struct rk_record *parent,
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t index)
{
	struct rk_record *record = scratch(judge, sizeof *record);

	if (!record)
		return;
	record->parent = parent;
	record->message = message;
	record->limits = rk_limits_of(message->descriptor);
	record->path = parent ? path_of(judge, parent, field->name, index) : "";
	if (parent)
		record->place = place_of(parent->place, field->id, index);
	*judge->next_record = record;
	judge->next_record = &record->next;
	open_fields(judge, record);
}

void rk_judge_open(struct rk_judge *judge, const Renkei__V1__Report *report)
{
	judge->report = report;
	judge->next_record = &judge->records;
	judge->next_spot = &judge->spots;
	if (report)
		open_record(judge, NULL, &report->base, NULL, RK_SINGULAR);
}

void rk_judge_run(struct rk_judge *judge, const struct rk_rule *rule)
{
	judge->rule = rule;
	if (rule->on_spot) {
		for (const struct rk_spot *at = judge->spots; at && judge->status == RK_OK;
			at = at->next)
			rule->on_spot(judge, at);
	}
	if (!rule->on_record)
		return;
	for (const struct rk_record *at = judge->records; at && judge->status == RK_OK;
		at = at->next) {
		if (at->message->descriptor == rule->of)
			rule->on_record(judge, at);
	}
}

struct rk_slice rk_spot_text(const struct rk_spot *spot)
{
	const char *text;

	if (!rk_spot_is_value(spot) || spot->field->type != PROTOBUF_C_TYPE_STRING)
		return rk_slice_str("");
	memcpy(&text, spot->value, sizeof text);
	return rk_slice_str(text);
}

bool rk_spot_is_value(const struct rk_spot *spot)
{
	return spot->index != RK_WHOLE_LIST;
}

static const char *enum_text(
	struct rk_judge *judge, const ProtobufCFieldDescriptor *field, int32_t value)
{
	const ProtobufCEnumValue *named = protobuf_c_enum_descriptor_get_value(
		field->descriptor, value);

	return named ? named->name : rk_judge_text(judge, "%d", value);
}

/* A spot's value as people read it. */
static const char *value_text(struct rk_judge *judge, const struct rk_spot *spot)
{
	int32_t number;
	int64_t large;
	double real;

	if (!rk_spot_is_value(spot) || !spot->value)
		return "";
	switch (spot->field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return (const char *)rk_spot_text(spot).at;
	case PROTOBUF_C_TYPE_MESSAGE:
		return spot->limit->kind == RK_KIND_DATE ? rk_judge_date(judge, spot->value) : "";
	case PROTOBUF_C_TYPE_INT64:
		memcpy(&large, spot->value, sizeof large);
		return rk_judge_text(judge, "%" PRId64, large);
	case PROTOBUF_C_TYPE_DOUBLE:
		memcpy(&real, spot->value, sizeof real);
		return rk_judge_text(judge, "%.15g", real);
	default:
		memcpy(&number, spot->value, sizeof number);
		return spot->field->type == PROTOBUF_C_TYPE_ENUM
			? enum_text(judge, spot->field, number)
			: rk_judge_text(judge, "%d", number);
	}
}

/* At most so many bytes, ended between two characters; bytes that are no UTF-8 end it too, since findings are messages. */
static char *cut(struct rk_judge *judge, const char *text)
{
	struct rk_slice all = rk_slice_str(text);
	size_t len = rk_text_utf8_bad(all);

	if (len > MAX_VALUE) {
		for (len = MAX_VALUE; len > 0 && (all.at[len] & 0xc0) == 0x80; len--)
			;
	}
	return rk_arena_slice(judge->arena, rk_slice_of(text, len));
}

static char *say(struct rk_judge *judge, enum rk_language language,
	const Renkei__V1__Finding *finding, const struct rk_remark *remark)
{
	const struct rk_code_name *named = remark ? remark->named : NULL;
	const struct rk_say_value *more = remark ? remark->values : NULL;
	struct rk_say_value values[9] = {
		{"value",      finding->value     },
                {"suggestion", finding->suggestion},
                {"name",       NULL               }
        };

	if (named)
		values[2].value = language == RK_JA ? named->ja
			: language == RK_ZH         ? named->zh
						    : named->en;
	for (size_t i = 3; more && more->name && i < 8; i++)
		values[i] = *more++;
	return rk_arena_str(
		judge->arena, rk_say(judge->scratch, language, judge->rule->code, values));
}

static Renkei__V1__Finding *make(
	struct rk_judge *judge, const char *path, const char *value, const struct rk_remark *remark)
{
	Renkei__V1__Finding *finding = rk_arena_alloc(judge->arena, sizeof *finding);
	Renkei__V1__LocalizedText *sentence = rk_arena_alloc(judge->arena, sizeof *sentence);
	const char *suggestion = remark && remark->suggestion ? remark->suggestion : "";

	if (!finding || !sentence)
		return NULL;
	renkei__v1__finding__init(finding);
	renkei__v1__localized_text__init(sentence);
	finding->sentence = sentence;
	finding->code = rk_arena_str(judge->arena, judge->rule->code);
	finding->severity = judge->rule->severity;
	finding->field_path = rk_arena_str(judge->arena, path);
	finding->value = cut(judge, value);
	finding->suggestion = rk_arena_str(judge->arena, suggestion);
	if (!finding->code || !finding->field_path || !finding->value || !finding->suggestion)
		return NULL;
	sentence->ja = say(judge, RK_JA, finding, remark);
	sentence->en = say(judge, RK_EN, finding, remark);
	sentence->zh = say(judge, RK_ZH, finding, remark);
	return sentence->ja && sentence->en && sentence->zh ? finding : NULL;
}

static void add(struct rk_judge *judge, struct rk_place place, const char *path, const char *value,
	const struct rk_remark *remark)
{
	struct rk_found *found = scratch(judge, sizeof *found);
	const char *shown = remark && remark->value ? remark->value : value;

	if (!found)
		return;
	found->place = place;
	found->finding = make(judge, path, shown, remark);
	if (!found->finding) {
		judge->status = RK_RESOURCE_EXHAUSTED;
		return;
	}
	found->next = judge->found;
	judge->found = found;
	judge->found_count++;
}

void rk_find_spot(
	struct rk_judge *judge, const struct rk_spot *spot, const struct rk_remark *remark)
{
	add(judge, place_of(spot->record->place, spot->field->id, spot->index),
		path_of(judge, spot->record, spot->field->name, spot->index),
		value_text(judge, spot), remark);
}

void rk_find(struct rk_judge *judge, const struct rk_record *record, const char *field,
	size_t index, const struct rk_remark *remark)
{
	const ProtobufCFieldDescriptor *known = protobuf_c_message_descriptor_get_field_by_name(
		record->limits->of, field);

	add(judge, place_of(record->place, known ? known->id : 0, index),
		path_of(judge, record, field, index), "", remark);
}

/* "activities[0].title" to its place; stops where the path leaves the report. */
static struct rk_place place_of_path(const char *path)
{
	const ProtobufCMessageDescriptor *type = &renkei__v1__report__descriptor;
	struct rk_place place = {0};

	while (type && *path) {
		char name[64];
		size_t len = strcspn(path, ".["), index = RK_SINGULAR;
		const ProtobufCFieldDescriptor *field;

		if (len >= sizeof name)
			return place;
		memcpy(name, path, len);
		name[len] = '\0';
		path += len;
		if (*path == '[')
			index = strtoul(path + 1, NULL, 10);
		path += strcspn(path, ".");
		path += *path == '.';
		field = protobuf_c_message_descriptor_get_field_by_name(type, name);
		if (!field)
			return place;
		place = place_of(place, field->id, index);
		type = field->type == PROTOBUF_C_TYPE_MESSAGE ? field->descriptor : NULL;
	}
	return place;
}

void rk_find_path(struct rk_judge *judge, const char *path, const struct rk_remark *remark)
{
	add(judge, place_of_path(path), path, "", remark);
}

static int compare(const void *a, const void *b)
{
	const struct rk_found *x = *(struct rk_found *const *)a, *y = *(struct rk_found *const *)b;

	for (size_t i = 0; i < x->place.depth && i < y->place.depth; i++) {
		if (x->place.step[i] != y->place.step[i])
			return x->place.step[i] < y->place.step[i] ? -1 : 1;
	}
	if (x->place.depth != y->place.depth)
		return x->place.depth < y->place.depth ? -1 : 1;
	return strcmp(x->finding->code, y->finding->code);
}

static void count(Renkei__V1__Verdict *verdict, Renkei__V1__Severity severity)
{
	if (severity == RK_ERROR)
		verdict->error_count++;
	else if (severity == RK_WARNING)
		verdict->warning_count++;
	else
		verdict->info_count++;
}

enum rk_status rk_judge_close(struct rk_judge *judge, Renkei__V1__Verdict *verdict)
{
	size_t i = judge->found_count;
	struct rk_found **order = scratch(judge, (i + 1) * sizeof *order);

	verdict->findings = rk_arena_alloc(judge->arena, (i + 1) * sizeof *verdict->findings);
	if (!order || !verdict->findings || judge->status != RK_OK)
		return RK_RESOURCE_EXHAUSTED;
	for (struct rk_found *at = judge->found; at; at = at->next)
		order[--i] = at;
	qsort(order, judge->found_count, sizeof *order, compare);
	for (i = 0; i < judge->found_count; i++) {
		verdict->findings[i] = order[i]->finding;
		count(verdict, order[i]->finding->severity);
	}
	verdict->n_findings = judge->found_count;
	return RK_OK;
}
