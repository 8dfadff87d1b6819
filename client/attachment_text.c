/* Attachments below the report that they belong to, and beside the record that they are evidence for. */
#include "attach.h"
#include "labels.h"
#include "out.h"
#include "report_text.h"

#include <string.h>

/* "議事録", "minutes"; NULL where nobody said it. */
static const char *kind_of(struct rk_run *run, const Renkei__V1__Attachment *one)
{
	return one->kind
		? rk_label_enum(run, &renkei__v1__attachment_kind__descriptor, (int)one->kind)
		: NULL;
}

static void print_one(struct rk_run *run, FILE *out, const Renkei__V1__Attachment *one)
{
	const char *kind = kind_of(run, one);

	fprintf(out, "%s  %s  %s%s%s%s%s", rk_visible(run, one->number),
		rk_visible(run, one->file_name), rk_attachment_size(run, one->size),
		kind ? "  " : "", kind ? kind : "", *one->title ? "  " : "",
		rk_visible(run, one->title));
	if (*one->language)
		fprintf(out, "  (%s)", rk_visible(run, one->language));
}

void rk_attachments_beside(struct rk_run *run, FILE *out,
	const Renkei__V1__GetReportResponse *response, const char *list, const char *id)
{
	for (size_t i = 0; id && i < response->n_attachments; i++) {
		const Renkei__V1__Attachment *one = response->attachments[i];

		if (!one->record || strcmp(one->record->list, list) != 0 ||
			strcmp(one->record->id, id) != 0)
			continue;
		fprintf(out, "  %s: ", rk_tell(run, "show.evidence"));
		print_one(run, out, one);
		fputc('\n', out);
	}
}

/* "取組1", as this version has it; a record that it has not, by its id. */
static const char *place_of(struct rk_run *run, const Renkei__V1__Report *report,
	const Renkei__V1__RecordReference *record)
{
	const char *path = report ? rk_record_path(run, report, record) : NULL;
	const char *label = path ? rk_label_path(run, path) : NULL;

	if (path)
		return label ? label : path;
	return rk_tell(run, "show.record_gone", "record", rk_record_text(run, record));
}

void rk_attachments_text(
	struct rk_run *run, FILE *out, const Renkei__V1__GetReportResponse *response)
{
	if (response->n_attachments == 0)
		return;
	fprintf(out, "\n%s\n", rk_tell(run, "show.attachments"));
	for (size_t i = 0; i < response->n_attachments; i++) {
		const Renkei__V1__Attachment *one = response->attachments[i];

		fputs("  ", out);
		print_one(run, out, one);
		if (one->record)
			fprintf(out, "  > %s", place_of(run, response->report, one->record));
		fputc('\n', out);
	}
}
