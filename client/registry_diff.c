#include "registry_diff.h"

#include "labels.h"
#include "periods.h"
#include "report_text.h"

#include <string.h>

static const char *id_of(struct rk_run *run, const ProtobufCMessage *record)
{
	const void *at = record;

	if (record->descriptor == &renkei__v1__municipality__descriptor)
		return ((const Renkei__V1__Municipality *)at)->municipality_code;
	if (record->descriptor == &renkei__v1__partner_government__descriptor)
		return ((const Renkei__V1__PartnerGovernment *)at)->partner_code;
	if (record->descriptor == &renkei__v1__cooperation__descriptor)
		return ((const Renkei__V1__Cooperation *)at)->cooperation_id;
	if (record->descriptor == &renkei__v1__reporting_period__descriptor)
		return rk_period_tag(run, ((const Renkei__V1__ReportingPeriod *)at)->period);
	if (record->descriptor == &renkei__v1__holiday__descriptor) {
		const Renkei__V1__Holiday *day = at;

		return rk_run_printf(run, "%s %s", day->country, day->date);
	}
	if (record->descriptor == &renkei__v1__holiday_calendar__descriptor) {
		const Renkei__V1__HolidayCalendar *range = at;

		return rk_run_printf(run, "%s %s", range->country, range->first_day);
	}
	if (record->descriptor == &renkei__v1__reminder_stage__descriptor)
		return rk_run_printf(run, "%d", ((const Renkei__V1__ReminderStage *)at)->days);
	if (record->descriptor == &renkei__v1__deadline_rule__descriptor) {
		const Renkei__V1__DeadlineRule *rule = at;
		Renkei__V1__Period first = RENKEI__V1__PERIOD__INIT;

		first.fiscal_year = rule->first_fiscal_year;
		first.quarter = rule->quarter;
		first.variant = rule->variant;
		return rk_period_tag(run, &first);
	}
	if (record->descriptor == &renkei__v1__programme_fact__descriptor)
		return ((const Renkei__V1__ProgrammeFact *)at)->fact_id;
	if (record->descriptor == &renkei__v1__evaluation_text__descriptor) {
		const Renkei__V1__EvaluationText *text = at;

		return rk_run_printf(run, "FY%d-%d %s", text->first_fiscal_year,
			text->last_fiscal_year,
			rk_enum_name(
				run, &renkei__v1__evaluation_place__descriptor, (int)text->place));
	}
	if (record->descriptor == &renkei__v1__evaluation_statement__descriptor) {
		const Renkei__V1__EvaluationStatement *said = at;

		return rk_run_printf(run, "FY%d-%d %s", said->first_fiscal_year,
			said->last_fiscal_year, said->statement_id);
	}
	if (record->descriptor == &renkei__v1__evaluation_row__descriptor) {
		const Renkei__V1__EvaluationRow *row = at;

		return rk_run_printf(run, "FY%d-%d %s", row->first_fiscal_year,
			row->last_fiscal_year, row->municipality_code);
	}
	const Renkei__V1__EvaluationNote *note = at;

	return rk_run_printf(
		run, "FY%d-%d %d", note->first_fiscal_year, note->last_fiscal_year, note->number);
}

/* The lists of a registry by the word of ImportChange.entity. */
static const struct {
	const char *entity;
	const char *list;
} entities[] = {
	{"municipality",         "municipalities"       },
	{"partner_government",   "partner_governments"  },
	{"cooperation",          "cooperations"         },
	{"period",               "periods"              },
	{"holiday",              "holidays"             },
	{"holiday_calendar",     "holiday_calendars"    },
	{"deadline_rule",        "deadline_rules"       },
	{"reminder_stage",       "reminder_stages"      },
	{"evaluation_note",      "evaluation_notes"     },
	{"programme_fact",       "programme_facts"      },
	{"evaluation_text",      "evaluation_texts"     },
	{"evaluation_statement", "evaluation_statements"},
	{"evaluation_row",       "evaluation_rows"      },
};

const ProtobufCMessage *rk_registry_find(struct rk_run *run, const Renkei__V1__Registry *registry,
	const char *entity, const char *id)
{
	const ProtobufCFieldDescriptor *field = NULL;

	for (size_t i = 0; registry && i < sizeof entities / sizeof entities[0]; i++)
		if (strcmp(entities[i].entity, entity) == 0)
			field = protobuf_c_message_descriptor_get_field_by_name(
				registry->base.descriptor, entities[i].list);
	if (!field)
		return NULL;
	const char *base = (const char *)registry;
	size_t count = *(const size_t *)(const void *)(base + field->quantifier_offset);
	const ProtobufCMessage *const *records = *(
		const ProtobufCMessage *const *const *)(const void *)(base + field->offset);

	for (size_t i = 0; i < count; i++)
		if (strcmp(id_of(run, records[i]), id) == 0)
			return records[i];
	return NULL;
}

static const char *first_said(const char *a, const char *b)
{
	return a && a[0] ? a : b;
}

static const char *name_of_code(struct rk_run *run, const Renkei__V1__Registry *registry,
	const char *entity, const char *code)
{
	const ProtobufCMessage *record = code[0] ? rk_registry_find(run, registry, entity, code)
						 : NULL;

	return record ? first_said(rk_registry_name(run, registry, record), code) : code;
}

const char *rk_registry_name(
	struct rk_run *run, const Renkei__V1__Registry *registry, const ProtobufCMessage *record)
{
	const void *at = record;

	if (!record)
		return "";
	if (record->descriptor == &renkei__v1__cooperation__descriptor) {
		const Renkei__V1__Cooperation *both = at;

		return rk_run_printf(run, "%s - %s",
			name_of_code(run, registry, "municipality", both->municipality_code),
			name_of_code(run, registry, "partner_government", both->partner_code));
	}
	if (record->descriptor == &renkei__v1__reporting_period__descriptor)
		return rk_period_label(run, ((const Renkei__V1__ReportingPeriod *)at)->period);
	if (record->descriptor == &renkei__v1__holiday__descriptor)
		return ((const Renkei__V1__Holiday *)at)->name;
	if (record->descriptor == &renkei__v1__municipality__descriptor) {
		const Renkei__V1__Municipality *one = at;

		return run->language == RK_EN    ? first_said(one->name_en, one->name_ja)
			: run->language == RK_ZH ? first_said(one->name_zh, one->name_ja)
						 : one->name_ja;
	}
	if (record->descriptor == &renkei__v1__partner_government__descriptor) {
		const Renkei__V1__PartnerGovernment *one = at;

		return run->language == RK_EN    ? first_said(one->name_en, one->name_ja)
			: run->language == RK_ZH ? first_said(one->name_zh, one->name_ja)
						 : one->name_ja;
	}
	return "";
}

static bool in_list(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

const struct rk_registry_change *rk_registry_compare(struct rk_run *run,
	const ProtobufCMessage *old_record, const ProtobufCMessage *new_record, size_t *count)
{
	static const char *const derived[] = {"etag", "current_type", NULL};
	/* Left out, these are not emptied: the server fills them in, or leaves them. */
	static const char *const filled[] = {"prefecture_code", "parent_code", "state", "status",
		"served_by", "due_at", "due_rule", "release_required", NULL};
	const ProtobufCMessageDescriptor *type = old_record->descriptor;
	struct rk_registry_change *changes = rk_run_alloc(run, type->n_fields * sizeof *changes);

	*count = 0;
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		const char *old_text = rk_field_line(run, old_record, field);
		const char *new_text = rk_field_line(run, new_record, field);

		if (strcmp(old_text, new_text) == 0 || in_list(field->name, derived) ||
			(!new_text[0] && in_list(field->name, filled)))
			continue;
		changes[(*count)++] = (struct rk_registry_change){field->name, old_text, new_text};
	}
	return changes;
}
