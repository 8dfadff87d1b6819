#include "words/judge.h"

#include "base/text.h"
#include "wire/json_text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void *rk_judge_alloc(struct rk_judge *judge, size_t size)
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
	(void)vsnprintf(text, sizeof text, format, args);
	va_end(args);
	copy = rk_arena_str(judge->scratch, text);
	if (!copy)
		judge->status = RK_RESOURCE_EXHAUSTED;
	return copy ? copy : "";
}

const char *rk_judge_choices(struct rk_judge *judge, const ProtobufCEnumDescriptor *type)
{
	RK_AUTO(rk_buf_clear) struct rk_buf names = {0};
	const char *copy = NULL;

	if (rk_json_add_choices(&names, type) == RK_OK)
		copy = rk_arena_slice(judge->scratch, rk_buf_slice(&names));
	if (!copy)
		judge->status = RK_RESOURCE_EXHAUSTED;
	return copy ? copy : "";
}

bool rk_judge_is_future(struct rk_judge *judge, int32_t day)
{
	if (day > judge->latest_day)
		judge->latest_day = day;
	return day > judge->today;
}

const char *rk_judge_day(struct rk_judge *judge, int32_t day)
{
	return rk_judge_text(judge, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
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

/* Every record of a report has its path, wanted or not: no printf. */
const char *rk_judge_path(
	struct rk_judge *judge, const struct rk_record *record, const char *field, size_t index)
{
	bool in_list = index != RK_SINGULAR && index != RK_WHOLE_LIST;
	size_t head = strlen(record->path), len = strlen(field);
	char *path = rk_judge_alloc(judge, head + len + sizeof ".[18446744073709551615]"),
	     *at = path;

	if (!path)
		return "";
	at = mempcpy(at, record->path, head);
	if (head > 0)
		*at++ = '.';
	at = mempcpy(at, field, len);
	if (in_list)
		(void)snprintf(at, sizeof "[18446744073709551615]", "[%zu]", index);
	return path;
}

struct rk_place rk_place_of(struct rk_place place, uint32_t number, size_t index)
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

static void add_spot(struct rk_judge *judge, const struct rk_spot *found)
{
	struct rk_spot *spot = rk_judge_alloc(judge, sizeof *spot);

	if (!spot)
		return;
	*spot = *found;
	*judge->next_spot = spot;
	judge->next_spot = &spot->next;
	*judge->next_of_kind[found->limit->kind] = spot;
	judge->next_of_kind[found->limit->kind] = &spot->next_of_kind;
}

static void open_record(struct rk_judge *judge, const struct rk_record *parent,
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t index);

/* One look at each text, for all the rules about characters. */
static void read_text(struct rk_spot *spot)
{
	static const uint8_t leads[256] = {[0x01 ... 0x08] = RK_LEAD_CONTROL,
		[0x0b ... 0x1f] = RK_LEAD_CONTROL,
		[0x7f] = RK_LEAD_CONTROL,
		[0xc2] = RK_LEAD_CONTROL,
		[0xe2] = RK_LEAD_E2,
		[0xef] = RK_LEAD_EF};
	const char *text;
	size_t len = 0;

	memcpy(&text, spot->value, sizeof text);
	for (; text[len]; len++)
		spot->leads |= leads[(uint8_t)text[len]];
	spot->text = rk_slice_of(text, len);
}

static void open_value(struct rk_judge *judge, const struct rk_record *record,
	const ProtobufCFieldDescriptor *field, const struct rk_limit *limit, const void *at,
	size_t index)
{
	const ProtobufCMessage *message = NULL;

	if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
		memcpy(&message, at, sizeof message);
		add_spot(judge,
			&(struct rk_spot){
				NULL, NULL, record, field, limit, message, index, 0, {0}, 0});
		if (message && limit->kind == RK_KIND_RECORD)
			open_record(judge, record, message, field, index);
		return;
	}
	struct rk_spot spot = {NULL, NULL, record, field, limit, at, index, 0, {0}, 0};

	if (field->type == PROTOBUF_C_TYPE_STRING)
		read_text(&spot);
	add_spot(judge, &spot);
}

static void open_list(struct rk_judge *judge, const struct rk_record *record,
	const ProtobufCFieldDescriptor *field, const struct rk_limit *limit)
{
	size_t count;
	const char *values;

	memcpy(&count, member(record->message, field->quantifier_offset), sizeof count);
	memcpy(&values, member(record->message, field->offset), sizeof values);
	add_spot(judge,
		&(struct rk_spot){
			NULL, NULL, record, field, limit, NULL, RK_WHOLE_LIST, count, {0}, 0});
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

/* Records of a type are compared with each other: the way from one to the next leads past all others. */
static void put_after(struct rk_judge *judge, struct rk_record *record)
{
	size_t count, type = (size_t)(record->limits - rk_limits_list(&count));

	assert(type < count && count <= RK_RECORD_TYPES);
	record->before = judge->latest[type];
	judge->latest[type] = record;
	*judge->next_record = record;
	judge->next_record = &record->next;
}

static void open_record(struct rk_judge *judge, const struct rk_record *parent,
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t index)
{
	struct rk_record *record = rk_judge_alloc(judge, sizeof *record);

	if (!record)
		return;
	record->parent = parent;
	record->message = message;
	record->limits = rk_limits_of(message->descriptor);
	record->path = parent ? rk_judge_path(judge, parent, field->name, index) : "";
	if (parent)
		record->place = rk_place_of(parent->place, field->id, index);
	put_after(judge, record);
	open_fields(judge, record);
}

void rk_judge_open(struct rk_judge *judge, const Renkei__V1__Report *report)
{
	judge->report = report;
	judge->next_record = &judge->records;
	judge->next_spot = &judge->spots;
	for (size_t kind = 0; kind < RK_KINDS; kind++)
		judge->next_of_kind[kind] = &judge->of_kind[kind];
	if (report)
		open_record(judge, NULL, &report->base, NULL, RK_SINGULAR);
}

/* Most rules look at one kind of spot: led past all others, they would spend their time on saying no. */
static void run_over_spots(struct rk_judge *judge, const struct rk_rule *rule)
{
	bool every = rule->kind == RK_KINDS;
	const struct rk_spot *at = every ? judge->spots : judge->of_kind[rule->kind];

	for (; at && judge->status == RK_OK; at = every ? at->next : at->next_of_kind)
		rule->on_spot(judge, at);
}

void rk_judge_run(struct rk_judge *judge, const struct rk_rule *rule)
{
	judge->rule = rule;
	if (rule->on_spot)
		run_over_spots(judge, rule);
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
	return spot->text.at ? spot->text : rk_slice_str("");
}

bool rk_spot_is_value(const struct rk_spot *spot)
{
	return spot->index != RK_WHOLE_LIST;
}

bool rk_is_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == 0x3000 || c == 0xa0;
}

bool rk_is_blank(struct rk_slice text)
{
	size_t at = 0;
	uint32_t c;

	while ((c = rk_text_next(text, &at)) != 0) {
		if (!rk_is_space(c))
			return false;
	}
	return true;
}
