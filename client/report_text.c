#include "report_text.h"

#include "attach.h"
#include "days.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "say_client.h"
#include "summary.h"
#include "verdict.h"
#include "who.h"
#include "words/partial.h"

#include <string.h>

const char *rk_partial_date(struct rk_run *run, const Renkei__V1__PartialDate *date)
{
	if (!date)
		return "";
	switch (date->precision) {
	case RENKEI__V1__DATE_PRECISION__DATE_PRECISION_DAY:
		return rk_run_printf(run, "%04d-%02d-%02d", date->year, date->month, date->day);
	case RENKEI__V1__DATE_PRECISION__DATE_PRECISION_MONTH:
		return rk_run_printf(run, "%04d-%02d", date->year, date->month);
	case RENKEI__V1__DATE_PRECISION__DATE_PRECISION_YEAR:
		return rk_run_printf(run, "%04d", date->year);
	case RENKEI__V1__DATE_PRECISION__DATE_PRECISION_FISCAL_YEAR:
		return rk_tell(
			run, "date.fiscal_year", "year", rk_run_printf(run, "%d", date->year));
	default:
		return "";
	}
}

const char *rk_partial_told(struct rk_run *run, const Renkei__V1__PartialDate *date)
{
	RK_AUTO(rk_buf_clear) struct rk_buf era = {0};
	const char *plain = rk_partial_date(run, date);

	/* Programs get the day as they read it. */
	if (run->language != RK_JA || !rk_out_is_human(run) || !*plain ||
		rk_partial_add(&era, date, RK_PARTIAL_ERA) != RK_OK)
		return plain;
	return rk_run_printf(run, "%s（%s）", rk_run_slice(run, rk_buf_slice(&era)), plain);
}

static const void *member(const ProtobufCMessage *message, unsigned offset)
{
	return (const char *)message + offset;
}

static size_t quantity(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return *(const size_t *)member(message, field->quantifier_offset);
	return 1;
}

/* The i-th value of a field, or the only one. */
static const void *value_at(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
	size_t i, size_t size)
{
	const void *at = member(message, field->offset);

	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return (const char *)*(const void *const *)at + i * size;
	return at;
}

/* One value as text; NULL when it is the default and was not said expressly; messages are not values. */
static const char *value_text(struct rk_run *run, const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, size_t i, bool said)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING: {
		const char *text = *(const char *const *)value_at(
			message, field, i, sizeof(char *));

		return text && (text[0] || said) ? rk_who(run, text) : NULL;
	}
	case PROTOBUF_C_TYPE_ENUM: {
		int value = *(const int *)value_at(message, field, i, sizeof(int));

		return value || said ? rk_label_enum(run, field->descriptor, value) : NULL;
	}
	case PROTOBUF_C_TYPE_BOOL:
		return *(const protobuf_c_boolean *)value_at(
			       message, field, i, sizeof(protobuf_c_boolean))
			? rk_tell(run, "value.yes")
			: said ? rk_tell(run, "value.no")
			       : NULL;
	case PROTOBUF_C_TYPE_INT32: {
		int32_t value = *(const int32_t *)value_at(message, field, i, sizeof value);

		return value || said ? rk_run_printf(run, "%d", value) : NULL;
	}
	case PROTOBUF_C_TYPE_INT64: {
		int64_t value = *(const int64_t *)value_at(message, field, i, sizeof value);

		return value || said ? rk_run_printf(run, "%lld", (long long)value) : NULL;
	}
	case PROTOBUF_C_TYPE_DOUBLE: {
		double value = *(const double *)value_at(message, field, i, sizeof value);

		return value != 0.0 || said ? rk_run_printf(run, "%.10g", value) : NULL;
	}
	default:
		return NULL;
	}
}

/* Dates, periods, moments and sentences fit on the line of their label. */
static const char *short_message(struct rk_run *run, const ProtobufCMessage *message)
{
	if (message->descriptor == &renkei__v1__partial_date__descriptor)
		return rk_partial_told(run, (const void *)message);
	if (message->descriptor == &renkei__v1__period__descriptor)
		return rk_period_label(run, (const void *)message);
	if (message->descriptor == &google__protobuf__timestamp__descriptor)
		return rk_moment_told(run, (const void *)message);
	if (message->descriptor == &renkei__v1__localized_text__descriptor)
		return rk_in_language(run, (const void *)message);
	return NULL;
}

/* A word that means something else in another message has a label of its own. */
const char *rk_field_label(struct rk_run *run, const ProtobufCMessage *message, const char *field)
{
	const char *code = rk_run_printf(
		run, "field.%s.%s", message->descriptor->short_name, field);

	return rk_client_text(run->language, code) ? rk_tell(run, code)
						   : rk_label_field(run, field);
}

/* Line ends inside a text go on under its beginning. */
static void print_line(FILE *out, int depth, const char *label, const char *text)
{
	fprintf(out, "%*s%s: ", depth * 2, "", label);
	for (; *text; text++) {
		if (*text == '\n')
			fprintf(out, "\n%*s", depth * 2 + 4, "");
		else
			fputc(*text, out);
	}
	fputc('\n', out);
}

/* NOLINTNEXTLINE(readability-function-size): an element of a field, and where it is shown */
static void print_message_field(struct rk_run *run, FILE *out, const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, size_t i, size_t count, int depth)
{
	const ProtobufCMessage *inner = *(const ProtobufCMessage *const *)value_at(
		message, field, i, sizeof(void *));
	const char *label = rk_field_label(run, message, field->name), *text;

	if (!inner)
		return;
	text = short_message(run, inner);
	if (text) {
		if (text[0])
			print_line(out, depth, label, text);
		return;
	}
	if (count > 1 || field->label == PROTOBUF_C_LABEL_REPEATED)
		fprintf(out, "%*s%s %zu\n", depth * 2, "", label, i + 1);
	else
		fprintf(out, "%*s%s\n", depth * 2, "", label);
	rk_message_text(run, out, inner, depth + 1);
}

static void print_field(struct rk_run *run, FILE *out, const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, int depth)
{
	bool oneof = field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
	bool said = field->label == PROTOBUF_C_LABEL_REPEATED || oneof;
	size_t count = quantity(message, field);

	if (oneof && *(const uint32_t *)member(message, field->quantifier_offset) != field->id)
		return;
	if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
		for (size_t i = 0; i < count; i++)
			print_message_field(run, out, message, field, i, count, depth);
		return;
	}
	const char *joined = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *text = value_text(run, message, field, i, said);

		if (text)
			joined = joined ? rk_run_printf(run, "%s%s%s", joined,
						  rk_tell(run, "list.comma"), text)
					: text;
	}
	if (joined)
		print_line(out, depth, rk_field_label(run, message, field->name), joined);
}

void rk_message_text(struct rk_run *run, FILE *out, const ProtobufCMessage *message, int depth)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (unsigned i = 0; i < type->n_fields; i++)
		if (run->output == RK_OUT_WIDE || strcmp(type->fields[i].name, "etag") != 0)
			print_field(run, out, message, &type->fields[i], depth);
}

static const char *join(struct rk_run *run, const char *joined, const char *text)
{
	return !text || !text[0] ? joined
		: joined[0] ? rk_run_printf(run, "%s%s%s", joined, rk_tell(run, "list.comma"), text)
			    : text;
}

static const char *message_line(struct rk_run *run, const ProtobufCMessage *message)
{
	const char *text = message ? short_message(run, message) : "", *joined = "";

	if (text)
		return text;
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		const char *value = rk_field_line(run, message, field);

		if (value[0])
			joined = join(run, joined,
				rk_run_printf(run, "%s %s",
					rk_field_label(run, message, field->name), value));
	}
	return rk_run_printf(run, "(%s)", joined);
}

const char *rk_field_line(
	struct rk_run *run, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	bool oneof = field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
	bool said = field->label == PROTOBUF_C_LABEL_REPEATED || oneof;
	size_t count = quantity(message, field);
	const char *joined = "";

	if (oneof && *(const uint32_t *)member(message, field->quantifier_offset) != field->id)
		return "";
	for (size_t i = 0; i < count; i++)
		joined = join(run, joined,
			field->type == PROTOBUF_C_TYPE_MESSAGE
				? message_line(run,
					  *(const ProtobufCMessage *const *)value_at(
						  message, field, i, sizeof(void *)))
				: value_text(run, message, field, i, said));
	return joined;
}

const char **rk_field_records(struct rk_run *run, const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, size_t *count)
{
	const char **lines;

	*count = 0;
	if (field->label != PROTOBUF_C_LABEL_REPEATED || field->type != PROTOBUF_C_TYPE_MESSAGE)
		return NULL;
	lines = rk_run_alloc(run, (quantity(message, field) + 1) * sizeof *lines);
	for (size_t i = 0; i < quantity(message, field); i++)
		lines[(*count)++] = message_line(run,
			*(const ProtobufCMessage *const *)value_at(
				message, field, i, sizeof(void *)));
	return lines;
}

void rk_report_head(struct rk_run *run, FILE *out, const Renkei__V1__ReportSummary *summary)
{
	fprintf(out, "%s  %s (%s)  %s  v%d/%d  %s\n", summary->receipt_number,
		summary->municipality_name_ja, summary->municipality_code,
		rk_period_label(run, summary->period), summary->version, summary->latest_version,
		rk_state_shown(run, summary));
	fprintf(out, "%s: %s  %s: %s  %s\n", rk_tell(run, "col.received"),
		rk_moment_told(run, summary->received_at), rk_tell(run, "col.due"),
		summary->due_at ? rk_moment_told(run, summary->due_at) : "-",
		rk_label_enum(run, &renkei__v1__timeliness__descriptor, (int)summary->timeliness));
	if (*summary->delegated_by)
		fprintf(out, "%s\n", rk_delegation_line(run, summary));
	if (summary->released_at)
		fprintf(out, "%s: %s\n", rk_tell(run, "col.released"),
			rk_moment_told(run, summary->released_at));
	if (summary->change_reason[0])
		fprintf(out, "%s: %s\n", rk_tell(run, "col.change_reason"), summary->change_reason);
	fprintf(out, "SHA-256: %s\n\n", summary->sha256);
}

void rk_return_text(struct rk_run *run, FILE *out, const Renkei__V1__Report *report,
	const Renkei__V1__ReportTransition *step)
{
	for (size_t i = 0; i < step->n_items; i++) {
		const char *path = step->items[i]->field_path;

		fprintf(out, "    %s: %s\n", rk_label_item(run, report, path),
			step->items[i]->reason);
	}
	if (step->due_date[0])
		fprintf(out, "    %s\n",
			rk_tell(run, "history.due", "date", rk_day_told(run, step->due_date)));
}

void rk_returned_text(struct rk_run *run, FILE *out, const Renkei__V1__Report *report,
	const Renkei__V1__ReportTransition *step)
{
	bool inside = step->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK;

	fprintf(out, "%s\n", rk_tell(run, inside ? "sent_back.title" : "returned.title"));
	if (step->reason[0])
		fprintf(out, "    %s\n", step->reason);
	rk_return_text(run, out, report, step);
}

/* The report, and beside its records what was attached as evidence for them. */
static void print_content(
	struct rk_run *run, FILE *out, const Renkei__V1__GetReportResponse *response)
{
	const ProtobufCMessage *report = &response->report->base;

	for (unsigned n = 0; n < report->descriptor->n_fields; n++) {
		const ProtobufCFieldDescriptor *field = &report->descriptor->fields[n];
		size_t count = quantity(report, field);

		if (field->label != PROTOBUF_C_LABEL_REPEATED ||
			field->type != PROTOBUF_C_TYPE_MESSAGE) {
			print_field(run, out, report, field, 0);
			continue;
		}
		for (size_t i = 0; i < count; i++) {
			const ProtobufCMessage *record = *(const ProtobufCMessage *const *)value_at(
				report, field, i, sizeof(void *));

			print_message_field(run, out, report, field, i, count, 0);
			rk_attachments_beside(
				run, out, response, field->name, rk_record_id(field->name, record));
		}
	}
}

void rk_report_text(struct rk_run *run, FILE *out, const Renkei__V1__GetReportResponse *response,
	const Renkei__V1__ReportTransition *returned)
{
	if (response->summary)
		rk_report_head(run, out, response->summary);
	if (returned) {
		rk_returned_text(run, out, response->report, returned);
		fputc('\n', out);
	}
	if (response->report)
		print_content(run, out, response);
	if (response->verdict && response->verdict->n_findings) {
		fprintf(out, "\n%s\n", rk_tell(run, "show.findings"));
		rk_verdict_print_form(run, out, NULL, response->verdict);
	}
}
