#include "compare.h"

#include "days.h"
#include "periods.h"
#include "verdict.h"
#include "wire/pack.h"
#include "wire/varint.h"
#include "words/compare.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

/* What is asked beside the matter itself may not hold it up. */
#define PATIENCE_MS 5000

enum rk_status rk_compare_asked(struct rk_run *run, struct rk_slice report,
	const Renkei__V1__Comparison **comparison, struct rk_failure *failure)
{
	RK_AUTO(rk_buf_clear) struct rk_buf request = {0};
	Renkei__V1__CheckReportResponse *response = NULL;
	int64_t patience = run->timeout_ms && run->timeout_ms < PATIENCE_MS ? run->timeout_ms
									    : PATIENCE_MS;

	*comparison = NULL;
	RK_TRY(rk_varint_add_head(&request, 1, 2, report.len));
	RK_TRY(rk_buf_add_slice(&request, report));
	RK_TRY(rk_remote_once(run, "/renkei.v1.ReportService/CheckReport", rk_buf_slice(&request),
		patience, &renkei__v1__check_report_response__descriptor,
		(ProtobufCMessage **)(void *)&response, failure));
	*comparison = response->comparison;
	return RK_OK;
}

static bool can_be_asked(const struct rk_form_report *report)
{
	return report->bytes.at && report->err.status == RK_OK;
}

bool rk_compare_forms(struct rk_run *run, struct rk_form *forms, size_t count)
{
	struct rk_failure failure = {.retry_ms = -1};

	for (size_t i = 0; i < count; i++) {
		for (size_t n = 0; n < forms[i].count; n++) {
			struct rk_form_report *report = &forms[i].reports[n];

			if (!can_be_asked(report) ||
				rk_compare_asked(
					run, report->bytes, &report->comparison, &failure) == RK_OK)
				continue;
			return false;
		}
	}
	return true;
}

static int add_earlier(struct rk_run *run, struct rk_earlier *earlier, const struct rk_form *form)
{
	struct rk_compared *grown = rk_run_alloc(
		run, (earlier->count + form->count + 1) * sizeof *grown);

	if (earlier->count)
		memcpy(grown, earlier->reports, earlier->count * sizeof *grown);
	earlier->reports = grown;
	for (size_t i = 0; i < form->count; i++) {
		const struct rk_form_report *report = &form->reports[i];
		ProtobufCMessage *message = NULL;
		struct rk_err err = report->err;

		if (err.status == RK_OK &&
			rk_unpack(&run->arena, &renkei__v1__report__descriptor, report->bytes,
				&message, &err) == RK_OK) {
			grown[earlier->count++] = (struct rk_compared){
				report->name, (const Renkei__V1__Report *)(const void *)message};
			continue;
		}
		fprintf(stderr, "%s: ", report->name);
		return rk_trouble(run, &err);
	}
	return EX_OK;
}

int rk_earlier_read(struct rk_run *run, struct rk_earlier *earlier)
{
	int status = EX_OK;
	const char *path;

	*earlier = (struct rk_earlier){0};
	for (size_t n = 0; status == EX_OK && (path = rk_run_option_at(run, "earlier", n)); n++) {
		struct rk_form *form = rk_run_alloc(run, sizeof *form);
		struct rk_err err;

		status = rk_form_read(&run->arena, path, form, &err) == RK_OK
			? add_earlier(run, earlier, form)
			: rk_trouble(run, &err);
	}
	return status;
}

int rk_compare_here(struct rk_run *run, const struct rk_earlier *earlier, struct rk_form *form)
{
	for (size_t i = 0; earlier->count && i < form->count; i++) {
		struct rk_form_report *report = &form->reports[i];
		Renkei__V1__Comparison *comparison;
		ProtobufCMessage *message = NULL;
		struct rk_err err;

		/* What cannot be read is told where it is judged. */
		if (!report->bytes.at ||
			rk_unpack(&run->arena, &renkei__v1__report__descriptor, report->bytes,
				&message, &err) != RK_OK)
			continue;
		if (rk_compare(&run->arena, (const Renkei__V1__Report *)(const void *)message,
			    earlier->reports, earlier->count, &comparison, &err) != RK_OK)
			return rk_trouble(run, &err);
		report->comparison = comparison;
	}
	return EX_OK;
}

const Renkei__V1__Comparison *rk_compare_once(
	struct rk_run *run, const struct rk_form_report *report)
{
	Renkei__V1__Comparison *once;

	if (!report->comparison || !report->comparison->verdict)
		return report->comparison;
	once = rk_run_alloc(run, sizeof *once);
	*once = *report->comparison;
	once->verdict = (Renkei__V1__Verdict *)(uintptr_t)rk_verdict_once(
		run, report, once->verdict);
	return once;
}

const Renkei__V1__Verdict *rk_compare_joined(struct rk_run *run, const Renkei__V1__Verdict *verdict,
	const Renkei__V1__Comparison *comparison)
{
	const Renkei__V1__Verdict *more = comparison ? comparison->verdict : NULL;
	Renkei__V1__Verdict *joined;

	if (!more || more->n_findings == 0)
		return verdict;
	joined = rk_run_alloc(run, sizeof *joined);
	*joined = *verdict;
	joined->n_findings = verdict->n_findings + more->n_findings;
	joined->findings = rk_run_alloc(run, joined->n_findings * sizeof *joined->findings);
	if (verdict->n_findings)
		memcpy(joined->findings, verdict->findings,
			verdict->n_findings * sizeof *joined->findings);
	memcpy(joined->findings + verdict->n_findings, more->findings,
		more->n_findings * sizeof *joined->findings);
	joined->warning_count += more->warning_count;
	joined->info_count += more->info_count;
	joined->answered_count += more->answered_count;
	return joined;
}

void rk_compare_print(struct rk_run *run, FILE *out, const struct rk_form_report *report,
	const Renkei__V1__Comparison *comparison)
{
	const char *receipts = "";

	if (!comparison || !comparison->verdict || comparison->verdict->n_findings == 0)
		return;
	for (size_t i = 0; i < comparison->n_receipt_numbers; i++)
		receipts = rk_run_printf(run, "%s%s%s", receipts,
			i ? rk_tell(run, "list.comma") : "",
			rk_visible(run, comparison->receipt_numbers[i]));
	fprintf(out, "%s\n", rk_tell(run, "compare.found", "receipts", receipts));
	rk_verdict_print_form(run, out, report, comparison->verdict);
}

void rk_compare_kept(struct rk_run *run, FILE *out, const Renkei__V1__Comparison *comparison)
{
	fprintf(out, "%s\n",
		rk_tell(run, "compare.kept", "time", rk_moment_told(run, comparison->compared_at)));
	for (size_t i = 0; i < comparison->n_compared; i++)
		fprintf(out, "  %s  SHA-256 %s\n",
			rk_visible(run, comparison->compared[i]->receipt_number),
			rk_visible(run, comparison->compared[i]->sha256));
	if (comparison->verdict && comparison->verdict->n_findings)
		rk_verdict_print_form(run, out, NULL, comparison->verdict);
	else
		fprintf(out, "  %s\n", rk_tell(run, "compare.nothing"));
}
