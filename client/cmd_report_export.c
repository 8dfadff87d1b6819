/* renkei report export - what the server holds, as the form that template writes, as CSV or as JSON. */
#include "base/text.h"
#include "command.h"
#include "encoding.h"
#include "form/file.h"
#include "form/form.h"
#include "periods.h"
#include "remote.h"
#include "report_diff.h"
#include "summary.h"
#include "template.h"
#include "wire/json.h"
#include "wire/pack.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* So many differences are told one by one. */
#define MOST_SHOWN 20

struct export
{
	struct rk_template_job job;
	bool json;
	size_t written, of;
};

/* The report as it is: its own action, base version and reason too. */
static int write_form(
	struct export *export, const Renkei__V1__GetReportResponse *response, const char *path)
{
	struct rk_run *run = export->job.run;
	const Renkei__V1__Report *report = response->report;
	const struct rk_form_subject subject = {.municipality = report->municipality_code,
		.period = export->job.period,
		.action = report->action,
		.base_version = report->base_version,
		.change_reason = report->change_reason,
		.carry = RK_CARRY_ALL,
		.from = report};
	const struct rk_filled_sheet *sheets = rk_form_prefill(
		&run->arena, export->job.design, &subject);

	return sheets ? rk_template_put(&export->job, sheets, report->municipality_code, path)
		      : rk_template_refuse(run, EX_OSERR, "out of memory");
}

static int write_json(
	struct rk_run *run, const Renkei__V1__GetReportResponse *response, const char *path)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	struct rk_err err;

	if (rk_json_from_message(&response->report->base, RK_JSON_PRETTY, &text) != RK_OK ||
		rk_buf_add_str(&text, "\n") != RK_OK)
		return rk_template_refuse(run, EX_OSERR, "out of memory");
	return rk_file_write(path, rk_buf_slice(&text), 0666, &err) == RK_OK
		? EX_OK
		: rk_trouble(run, &err);
}

/* Another client may have sent what the form has no place for. */
static int tell_differences(struct rk_run *run, const Renkei__V1__GetReportResponse *response,
	const struct rk_form_report *again, const char *path)
{
	ProtobufCMessage *message = NULL;
	size_t count = 0;
	struct rk_err err;

	if (again->bytes.at &&
		rk_unpack(&run->arena, &renkei__v1__report__descriptor, again->bytes, &message,
			&err) == RK_OK) {
		const struct rk_report_change *changes = rk_report_compare(run, response->report,
			(const Renkei__V1__Report *)(const void *)message, &count);

		rk_report_changes_print(run, stderr, changes, count, MOST_SHOWN);
	}
	rk_talk(run, count ? "export.differs" : "export.other_bytes", "file", rk_visible(run, path),
		"receipt", response->summary->receipt_number);
	return EX_DATAERR;
}

/* The export is the very report: what is mended in it is another version, and that is for a command to say. */
static void tell_how_to_mend(
	struct rk_run *run, const Renkei__V1__ReportSummary *summary, const char *path)
{
	if (summary->version != summary->latest_version || rk_run_flag(run, "all"))
		return;
	rk_talk(run,
		summary->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED
			? "export.to_correct"
			: "export.to_mend",
		"file", rk_visible(run, path), "period", rk_period_tag(run, summary->period));
}

/* Read again it has to be the very bytes that the receipt is of, or it is said what is not. */
static int check_written(
	struct rk_run *run, const Renkei__V1__GetReportResponse *response, const char *path)
{
	struct rk_slice stored = {response->report_bytes.data, response->report_bytes.len};
	struct rk_form form;
	struct rk_err err;

	if (rk_form_read(&run->arena, path, &form, &err) != RK_OK)
		return rk_trouble(run, &err);
	if (form.count == 1 && form.reports[0].bytes.at &&
		rk_slice_equal(form.reports[0].bytes, stored)) {
		rk_talk(run, "export.written", "file", rk_visible(run, path), "receipt",
			response->summary->receipt_number, "sha256", response->summary->sha256);
		tell_how_to_mend(run, response->summary, path);
		return EX_OK;
	}
	return form.count ? tell_differences(run, response, &form.reports[0], path) : EX_SOFTWARE;
}

static int write_report(
	struct export *export, const Renkei__V1__GetReportResponse *response, const char *path)
{
	struct rk_run *run = export->job.run;
	int status = rk_template_spare(run, path);

	if (status != EX_OK)
		return status;
	status = export->json ? write_json(run, response, path)
			      : write_form(export, response, path);
	/* What CP932 lacks was told already. */
	if (status == EX_OK)
		status = check_written(run, response, path);
	export->written += status == EX_OK || status == RK_EX_LOSSY || status == EX_DATAERR;
	return status;
}

static const char *name_of(const struct export *export, const Renkei__V1__ReportSummary *summary)
{
	return rk_run_printf(export->job.run, "%s%s", summary->receipt_number,
		export->json              ? ".json"
			: export->job.csv ? ""
					  : ".xlsx");
}

/* What a server says becomes the name of a file only when it can be nothing else. */
static bool is_file_name(const char *number)
{
	return *number && strspn(number, "0123456789-QF") == strlen(number);
}

/* One report, into folder when path is NULL. */
static int export_one(
	struct export *export, struct rk_report_key *key, const char *folder, const char *path)
{
	struct rk_run *run = export->job.run;
	Renkei__V1__GetReportResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (rk_get_report(run, key, &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!response->report || !response->summary ||
		!is_file_name(response->summary->receipt_number) ||
		!rk_period_from_message(response->report->period, &export->job.period))
		return rk_answer_bad(run, "a report without content, period or number");
	const char *name = name_of(export, response->summary);

	if (!path)
		path = folder ? rk_run_printf(run, "%s/%s", folder, name) : name;
	return write_report(export, response, path);
}

/* What a report takes is given back before the next. */
static int export_scoped(
	struct export *export, const Renkei__V1__ReportSummary *summary, const char *folder)
{
	struct rk_run *run = export->job.run;
	struct rk_arena kept = run->arena;
	struct rk_report_key key = {.municipality = summary->municipality_code,
		.period = *summary->period,
		.version = summary->version};

	run->arena = (struct rk_arena){.cap = kept.cap};
	int status = export_one(export, &key, folder, NULL);

	rk_arena_clear(&run->arena);
	run->arena = kept;
	return status;
}

static int make_folder(struct rk_run *run, const char *folder)
{
	(void)mkdir(folder, 0777);
	return rk_template_folder(run, folder);
}

static int export_all(struct export *export, const char *folder)
{
	struct rk_run *run = export->job.run;
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	Renkei__V1__ListReportsResponse all;
	struct rk_failure failure = {.retry_ms = -1};
	const char *municipality = rk_run_option(run, "municipality"),
		   *year = rk_run_option(run, "year");
	int32_t last;
	int status = EX_OK;

	if (year &&
		(rk_years_parse(year, &request.fiscal_year, &last, &failure.err) != RK_OK ||
			request.fiscal_year != last))
		return rk_usage(run, "usage.one_year", "value", year);
	request.municipality_code = rk_run_str(run, municipality ? municipality : "");
	if (rk_list_reports(run, &request, 1000000, &all, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (folder)
		status = make_folder(run, folder);
	if (status != EX_OK)
		return status;
	for (size_t i = 0; i < all.n_reports; i++)
		if (all.reports[i]->period)
			status = rk_worse(status, export_scoped(export, all.reports[i], folder));
	rk_talk(run, "export.written_all", "count", rk_run_printf(run, "%zu", export->written),
		"of", rk_run_printf(run, "%zu", all.n_reports), "folder",
		folder ? rk_visible(run, folder) : ".");
	return status;
}

static int check_options(struct rk_run *run, bool all, bool json)
{
	if (all == (run->operand_count > 0))
		return rk_usage(run, "export.one_or_all");
	if (all && rk_run_option(run, "version"))
		return rk_usage(run, "export.all_latest");
	if (json && rk_encoding_is_cp932(run))
		return rk_usage(run, "usage.encoding");
	if (!run->out_path)
		return EX_OK;
	if (all && rk_template_is_zip(run->out_path) && access(run->out_path, F_OK) != 0)
		return rk_usage(run, "export.all_zip", "file", rk_visible(run, run->out_path));
	/* Of all the folder is made, once there is something to put into it. */
	if (all && access(run->out_path, F_OK) != 0)
		return EX_OK;
	return all ? rk_template_folder(run, run->out_path)
		   : rk_template_folder_of(run, run->out_path);
}

int rk_cmd_report_export(struct rk_run *run)
{
	const char *format = rk_run_option(run, "format");
	struct export export = {
		.job = {.run = run, .server = true, .csv = rk_template_is_csv(run)},
		.json = format && strcmp(format, "json") == 0
        };
	bool all = rk_run_flag(run, "all");
	struct rk_report_key key;
	struct rk_err err;
	int status = check_options(run, all, export.json);

	if (status == EX_OK && !all && rk_report_asked(run, run->operands[0], &key, &err) != RK_OK)
		status = rk_trouble(run, &err);
	if (status == EX_OK && !export.json)
		status = rk_template_design(&export.job);
	if (status != EX_OK)
		return status;
	return all ? export_all(&export, run->out_path)
		   : export_one(&export, &key, NULL, run->out_path);
}
