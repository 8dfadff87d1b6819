/* What the rules find: made, said in three languages, put in order. */
#include "base/text.h"
#include "words/judge.h"
#include "words/rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_VALUE 200

struct rk_found {
	struct rk_found *next;
	struct rk_place place;
	Renkei__V1__Finding *finding;
};

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
	return rk_arena_slice(judge->arena, rk_text_front(rk_slice_str(text), MAX_VALUE));
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
	const char *said;

	if (named)
		values[2].value = language == RK_JA ? named->ja
			: language == RK_ZH         ? named->zh
						    : named->en;
	for (size_t i = 3; more && more->name && i < 8; i++)
		values[i] = *more++;
	said = rk_say(judge->scratch, language, judge->rule->code, values);
	/* Every rule has its sentence: the code stands for one that there was no memory for. */
	return said == judge->rule->code ? NULL : rk_arena_str(judge->arena, said);
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
	finding->suggestion = cut(judge, suggestion);
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
	struct rk_found *found;
	const char *shown = remark && remark->value ? remark->value : value;

	if (rk_judge_is_told(judge, path))
		return;
	found = rk_judge_alloc(judge, sizeof *found);
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
	add(judge, rk_place_of(spot->record->place, spot->field->id, spot->index),
		rk_judge_path(judge, spot->record, spot->field->name, spot->index),
		value_text(judge, spot), remark);
}

void rk_find(struct rk_judge *judge, const struct rk_record *record, const char *field,
	size_t index, const struct rk_remark *remark)
{
	const ProtobufCFieldDescriptor *known = protobuf_c_message_descriptor_get_field_by_name(
		record->limits->of, field);

	add(judge, rk_place_of(record->place, known ? known->id : 0, index),
		rk_judge_path(judge, record, field, index), "", remark);
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
		place = rk_place_of(place, field->id, index);
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

static bool is_bad_text(const struct rk_found *found)
{
	return strcmp(found->finding->code, "TEXT_NUL") == 0 ||
		strcmp(found->finding->code, "TEXT_NOT_UTF8") == 0;
}

static bool same_place(const struct rk_place *a, const struct rk_place *b)
{
	return a->depth == b->depth && memcmp(a->step, b->step, a->depth * sizeof a->step[0]) == 0;
}

/* What is found at a text with bad bytes is found at their replacements: only the bad bytes themselves are told.  order is
 * sorted; returns how many stay. */
static size_t drop_doubtful(struct rk_found **order, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0, end; i < count; i = end) {
		bool bad = is_bad_text(order[i]);

		for (end = i + 1; end < count && same_place(&order[i]->place, &order[end]->place);
			end++)
			bad = bad || is_bad_text(order[end]);
		for (size_t j = i; j < end; j++) {
			if (!bad || is_bad_text(order[j]))
				order[kept++] = order[j];
		}
	}
	return kept;
}

/* An answer is to this value at this place: when the value changes, the warning is asked anew. */
static bool is_answer(const Renkei__V1__WarningAnswer *answer, const Renkei__V1__Finding *finding)
{
	return finding->severity == RK_WARNING && strcmp(answer->code, finding->code) == 0 &&
		strcmp(answer->field_path, finding->field_path) == 0 &&
		strcmp(answer->value, finding->value) == 0;
}

static bool answer(struct rk_judge *judge, const Renkei__V1__WarningAnswer *answer)
{
	bool used = false;

	for (struct rk_found *at = judge->found; at && *answer->reason; at = at->next) {
		if (!is_answer(answer, at->finding))
			continue;
		at->finding->answer = rk_arena_str(judge->arena, answer->reason);
		if (!at->finding->answer)
			judge->status = RK_RESOURCE_EXHAUSTED;
		used = true;
	}
	return used;
}

static void tell_unused(struct rk_judge *judge, const struct rk_rule *unused, size_t n)
{
	judge->rule = unused;
	rk_find(judge, judge->records, "warning_answers", n,
		&(struct rk_remark){.value = judge->report->warning_answers[n]->code});
}

void rk_judge_answers(
	struct rk_judge *judge, const struct rk_rule *unused, bool (*of_set)(const char *code))
{
	const Renkei__V1__Report *report = judge->report;

	for (size_t i = 0; report && i < report->n_warning_answers && i < RK_ANSWERS_MAX &&
		judge->status == RK_OK;
		i++) {
		const Renkei__V1__WarningAnswer *own = report->warning_answers[i];

		if (!of_set(own->code) || answer(judge, own))
			continue;
		if (*own->reason && rk_rules_is_of_form(own->code)) {
			rk_judge_tell_form(judge, own);
			(void)answer(judge, own);
		} else {
			tell_unused(judge, unused, i);
		}
	}
}

enum rk_status rk_judge_close(struct rk_judge *judge, Renkei__V1__Verdict *verdict)
{
	size_t i = judge->found_count;
	struct rk_found **order = rk_judge_alloc(judge, (i + 1) * sizeof *order);

	verdict->findings = rk_arena_alloc(judge->arena, (i + 1) * sizeof *verdict->findings);
	if (!order || !verdict->findings || judge->status != RK_OK)
		return RK_RESOURCE_EXHAUSTED;
	for (struct rk_found *at = judge->found; at; at = at->next)
		order[--i] = at;
	qsort(order, judge->found_count, sizeof *order, compare);
	verdict->n_findings = drop_doubtful(order, judge->found_count);
	for (i = 0; i < verdict->n_findings; i++) {
		verdict->findings[i] = order[i]->finding;
		count(verdict, order[i]->finding->severity);
		verdict->answered_count += *order[i]->finding->answer != '\0';
	}
	return RK_OK;
}
