/* report_text.h - a report as people read it: labels, lists, partial dates, nothing that was not said. */
#pragma once
#include "run.h"

#include "renkei/v1/report_service.pb-c.h"

/* returned: why and until when, where the report is returned; else NULL. */
void rk_report_text(struct rk_run *run, FILE *out, const Renkei__V1__GetReportResponse *response,
	const Renkei__V1__ReportTransition *returned);
/* Which report it is, when it came and in which state it is. */
void rk_report_head(struct rk_run *run, FILE *out, const Renkei__V1__ReportSummary *summary);
/* What has to be put right, and until when; nothing for a step that returns nothing.  report: whose fields they are, NULL = not known. */
void rk_return_text(struct rk_run *run, FILE *out, const Renkei__V1__Report *report,
	const Renkei__V1__ReportTransition *step);
/* The same below its title, with the approver's reason where it is one. */
void rk_returned_text(struct rk_run *run, FILE *out, const Renkei__V1__Report *report,
	const Renkei__V1__ReportTransition *step);
/* Any message the same way; fields that are not set are left out. */
void rk_message_text(struct rk_run *run, FILE *out, const ProtobufCMessage *message, int depth);
/* The label of a field of this message, in the run's language. */
const char *rk_field_label(struct rk_run *run, const ProtobufCMessage *message, const char *field);
/* The records of a list on a line each, *count of them; NULL for any other field. */
const char **rk_field_records(struct rk_run *run, const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, size_t *count);
/* A field on one line, what it holds joined by commas; "" when it is not set. */
const char *rk_field_line(
	struct rk_run *run, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
/* "2016-07", "2016年度", "" when nothing is known. */
const char *rk_partial_date(struct rk_run *run, const Renkei__V1__PartialDate *date);
/* The same as sentences tell it, in Japanese "平成28年11月（2016-11）". */
const char *rk_partial_told(struct rk_run *run, const Renkei__V1__PartialDate *date);
