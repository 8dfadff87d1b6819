/* What a file is evidence of: its kind and language, and the record that --item names. */
#include "act.h"
#include "attach.h"
#include "form/report_path.h"
#include "labels.h"
#include "out.h"
#include "return_place.h"
#include "summary.h"

#include <stdlib.h>
#include <string.h>

/* The lists of a report whose records have an id, which is their first field. */
static const char *const lists[] = {
	"activities", "needs", "outcomes", "challenges", "projects", "policy_contributions"};

enum { LISTS = sizeof lists / sizeof lists[0] };

static const char *list_called(struct rk_slice name)
{
	for (size_t i = 0; i < LISTS; i++)
		if (rk_slice_equal_str(name, lists[i]))
			return lists[i];
	return NULL;
}

const char *rk_record_id(const char *list, const ProtobufCMessage *record)
{
	const ProtobufCFieldDescriptor *first = protobuf_c_message_descriptor_get_field(
		record->descriptor, 1);

	if (!list_called(rk_slice_str(list)) || !first || first->type != PROTOBUF_C_TYPE_STRING)
		return NULL;
	return *(char *const *)(const void *)((const char *)record + first->offset);
}

const char *rk_record_path(struct rk_run *run, const Renkei__V1__Report *report,
	const Renkei__V1__RecordReference *record)
{
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
		report->base.descriptor, record->list);
	const ProtobufCMessage *element;

	if (!field || !list_called(rk_slice_str(record->list)))
		return NULL;
	for (size_t i = 0; (element = rk_message_element(&report->base, field, i)); i++) {
		const char *id = rk_record_id(record->list, element);

		if (id && strcmp(id, record->id) == 0)
			return rk_run_printf(run, "%s[%zu]", record->list, i);
	}
	return NULL;
}

/* "activities:a1": asks no server. */
static bool take_named(struct rk_run *run, const char *item, Renkei__V1__RecordReference *record)
{
	const char *colon = strchr(item, ':');
	const char *list = colon ? list_called(rk_slice_of(item, (size_t)(colon - item))) : NULL;

	if (!list || !colon[1])
		return false;
	record->list = rk_run_str(run, list);
	record->id = rk_run_str(run, colon + 1);
	return true;
}

/* The record that a path begins with: "activities[0].cost_lines[2]" is of activities[0]. */
static int take_path(struct rk_run *run, const Renkei__V1__Report *report, const char *number,
	const char *item, Renkei__V1__RecordReference *record)
{
	const char *path = NULL, *id = NULL;
	int status = rk_return_path(run, report, item, &path);

	if (status != EX_OK)
		return status;
	size_t len = strcspn(path, ".");
	const char *first = rk_run_slice(run, rk_slice_of(path, len));
	const char *list = list_called(rk_slice_of(first, strcspn(first, "[")));
	const ProtobufCMessage *element = list && strchr(first, '[')
		? rk_message_inside(&report->base, first)
		: NULL;

	if (element)
		id = rk_record_id(list, element);
	if (!id || !*id)
		return rk_usage(run, "usage.attach_item", "value", rk_visible(run, item), "receipt",
			rk_visible(run, number));
	record->list = rk_run_str(run, list);
	record->id = rk_run_str(run, id);
	return EX_OK;
}

static Renkei__V1__RecordReference *record_in(struct rk_run *run, Renkei__V1__UploadHead *head)
{
	head->record = rk_run_alloc(run, sizeof *head->record);
	renkei__v1__record_reference__init(head->record);
	return head->record;
}

int rk_attach_record_in(struct rk_run *run, const Renkei__V1__Report *report, const char *item,
	Renkei__V1__UploadHead *head)
{
	Renkei__V1__RecordReference *record = record_in(run, head);

	if (take_named(run, item, record))
		return EX_OK;
	if (!report)
		return rk_usage(
			run, "usage.attach_item", "value", rk_visible(run, item), "receipt", "-");
	return take_path(run, report, "-", item, record);
}

int rk_attach_record(struct rk_run *run, const char *item, Renkei__V1__UploadHead *head)
{
	struct rk_report_key key = {
		.municipality = head->municipality_code, .period = *head->period};
	Renkei__V1__GetReportResponse *seen = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	Renkei__V1__RecordReference *record = record_in(run, head);

	if (take_named(run, item, record))
		return EX_OK;
	if (rk_get_report(run, &key, &seen, &failure) != RK_OK)
		return rk_trouble_before(run, &failure);
	if (!seen->report || !seen->summary)
		return rk_answer_bad(run, "report");
	return take_path(run, seen->report, seen->summary->receipt_number, item, record);
}

void rk_attach_evidence(struct rk_run *run, Renkei__V1__UploadHead *head)
{
	const char *kind = rk_run_option(run, "kind"), *language = rk_run_option(run, "language");

	head->language = rk_run_str(run, language ? language : "");
	if (!kind && !language && !rk_run_option(run, "item"))
		return;
	head->kind = kind ? (Renkei__V1__AttachmentKind)rk_enum_value(
				    run, &renkei__v1__attachment_kind__descriptor, kind, NULL)
			  : RENKEI__V1__ATTACHMENT_KIND__ATTACHMENT_KIND_OTHER;
	/* Names of persons are for nobody else, whoever forgets to say so. */
	if (head->kind == RENKEI__V1__ATTACHMENT_KIND__ATTACHMENT_KIND_ROSTER &&
		!rk_run_option(run, "disclosure"))
		head->disclosure = RENKEI__V1__DISCLOSURE__DISCLOSURE_SECRETARIAT;
}

const char *rk_record_text(struct rk_run *run, const Renkei__V1__RecordReference *record)
{
	if (!record)
		return NULL;
	return rk_out_is_human(run) ? rk_run_printf(run, "%s %s", rk_label_field(run, record->list),
					      rk_visible(run, record->id))
				    : rk_run_printf(run, "%s:%s", record->list, record->id);
}
