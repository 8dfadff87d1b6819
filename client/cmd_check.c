/* renkei check - judge reports with all rules, without a server. */
#include "answers.h"
#include "command.h"
#include "compare.h"
#include "days.h"
#include "labels.h"
#include "meant.h"
#include "out.h"
#include "periods.h"
#include "today.h"
#include "verdict.h"
#include "wire/json.h"
#include "words/rules.h"
#include "write_back.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const struct rk_grid_column columns[] = {
	{"file",       RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"severity",   RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"field_path", RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"label",      RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"value",      RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"sentence",   RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"suggestion", RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"code",       RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"answer",     RK_COLUMN_TEXT, RK_COLUMN_WIDE},
};

struct tally {
	size_t reports;
	int errors, warnings, infos;
};

static void add_finding(struct rk_grid *grid, const struct rk_form_report *report,
	const Renkei__V1__Finding *finding)
{
	struct rk_run *run = grid->run;
	const char *label = rk_label_path(run, finding->field_path);
	const char *path = report->place ? report->place(report, finding->field_path)
					 : finding->field_path;

	bool human = rk_out_is_human(run);
	const char *value = finding->value, *suggestion = finding->suggestion;

	rk_grid_add(grid,
		(const char *const[]){report->name,
			human ? rk_severity_label(run, finding->severity)
			      : rk_severity_name(finding->severity),
			path, label ? label : "",
			human ? rk_finding_shown(report, finding, value) : value,
			rk_finding_sentence(run, report, finding),
			human ? rk_finding_shown(report, finding, suggestion) : suggestion,
			finding->code, finding->answer});
}

/* A report that cannot be read is a finding too: it stands in the same list. */
static void add_unreadable(struct rk_grid *grid, const char *name, const struct rk_err *err)
{
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[]){name,
			rk_out_is_human(run)
				? rk_severity_label(run, RENKEI__V1__SEVERITY__SEVERITY_ERROR)
				: "error",
			"", "", "",
			rk_out_is_human(run) ? rk_sentence(run, err) : rk_run_str(run, err->text),
			"", err->reason[0] ? rk_run_str(run, err->reason) : "UNREADABLE", ""});
}

static enum rk_status add_json_string(struct rk_buf *out, const char *name, const char *text)
{
	json_t *string = json_string(text);
	char *quoted = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
	enum rk_status status = quoted ? rk_buf_addf(out, "\"%s\": %s", name, quoted)
				       : RK_RESOURCE_EXHAUSTED;

	free(quoted);
	json_decref(string);
	return status;
}

/* {"file": ..., "verdict": ...}, or the error that kept the report from being read. */
static enum rk_status add_json(struct rk_run *run, struct rk_buf *out,
	const struct rk_form_report *report, const Renkei__V1__Verdict *verdict,
	const struct rk_err *err)
{
	const Renkei__V1__Comparison *comparison = report->comparison;

	RK_TRY(rk_buf_add_str(out, out->len ? ",\n{" : "[\n{"));
	RK_TRY(add_json_string(out, "file", report->name));
	if (verdict) {
		RK_TRY(rk_buf_add_str(out, ", \"verdict\": "));
		RK_TRY(rk_json_from_message(&verdict->base, RK_JSON_PRETTY, out));
		if (comparison) {
			RK_TRY(rk_buf_add_str(out, ", \"comparison\": "));
			RK_TRY(rk_json_from_message(&comparison->base, RK_JSON_PRETTY, out));
		}
	} else {
		RK_TRY(rk_buf_add_str(out, ", \"error\": {"));
		RK_TRY(add_json_string(out, "reason", err->reason[0] ? err->reason : "UNREADABLE"));
		RK_TRY(rk_buf_add_str(out, ", "));
		RK_TRY(add_json_string(out, "message", rk_run_str(run, err->text)));
		RK_TRY(rk_buf_add_str(out, "}"));
	}
	return rk_buf_add_str(out, "}");
}

static int print_json(struct rk_run *run, struct rk_buf *json)
{
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	fprintf(out, "%.*s%s", (int)json->len, json->len ? (const char *)json->at : "[",
		json->len ? "\n]\n" : "]\n");
	return EX_OK;
}

static void say_report(struct rk_run *run, const struct rk_form_report *report,
	const Renkei__V1__Verdict *verdict, const struct rk_err *err)
{
	FILE *out = rk_out(run);

	if (out && verdict) {
		rk_verdict_print_form(run, out, report, verdict);
		rk_compare_print(run, out, report, report->comparison);
	} else if (out)
		fprintf(out, "%s\n  %s %s\n", report->name,
			rk_severity_label(run, RENKEI__V1__SEVERITY__SEVERITY_ERROR),
			rk_visible(run, rk_sentence(run, err)));
}

/* All reports of one command. */
struct check {
	struct rk_run *run;
	struct rk_grid grid;
	struct rk_buf json;
	struct tally tally;
	struct rk_answers answers;
	struct rk_earlier earlier;
	const Renkei__V1__Period *period; /* that was asked for; NULL: any */
	const char *copy;                 /* of --write-back, where -O names it */
};

static int check_report(struct check *check, const char *file, const struct rk_form_report *read)
{
	struct rk_run *run = check->run;
	struct rk_form_report once = *read, *report = &once;
	const Renkei__V1__Verdict *verdict = NULL, *all = NULL;
	struct rk_err err;
	bool judged = rk_check_form(run, report, &verdict, &err) == RK_OK;

	if (judged) {
		once.comparison = rk_compare_once(run, read);
		verdict = rk_verdict_once(
			run, report, rk_meant_joined(run, report, verdict, check->period));
		all = rk_compare_joined(run, verdict, report->comparison);
	}
	check->tally.reports++;
	check->tally.errors += judged ? all->error_count : 1;
	check->tally.warnings += judged ? all->warning_count : 0;
	check->tally.infos += judged ? all->info_count : 0;
	if (run->output == RK_OUT_TABLE)
		say_report(run, report, judged ? verdict : NULL, &err);
	else if (run->output == RK_OUT_JSON &&
		add_json(run, &check->json, report, judged ? verdict : NULL, &err) != RK_OK)
		exit(EX_OSERR);
	else if (!judged)
		add_unreadable(&check->grid, report->name, &err);
	size_t count = 0;
	const Renkei__V1__Finding **findings = judged
		? rk_findings_in_order(run, report, all, &count)
		: NULL;

	for (size_t i = 0; i < count; i++)
		add_finding(&check->grid, report, findings[i]);
	return judged && rk_run_flag(run, "write-back")
		? rk_write_back(run, file, check->copy, report, all)
		: EX_OK;
}

/* Whose clock is ahead is told here that all is well, and refused by the server. */
static void say_day(struct rk_run *run)
{
	int32_t today;
	struct rk_err err;

	if (!run->clock_decides || rk_today(run, &today, &err) != RK_OK)
		return;
	rk_talk(run, "check.today", "today", rk_day_told(run, rk_date_iso(run, today)));
}

static void say_summary(struct rk_run *run, const struct tally *tally)
{
	say_day(run);
	rk_talk(run, tally->errors ? "check.bad" : "check.good", "reports",
		rk_run_printf(run, "%zu", tally->reports), "errors",
		rk_run_printf(run, "%d", tally->errors), "warnings",
		rk_run_printf(run, "%d", tally->warnings), "infos",
		rk_run_printf(run, "%d", tally->infos));
}

int rk_cmd_check(struct rk_run *run)
{
	struct check check = {
		.run = run,
		.grid = {.run = run,
			 .columns = columns,
			 .column_count = sizeof columns / sizeof columns[0]}
        };
	const char *asked = rk_run_option(run, "period");
	Renkei__V1__Period period;
	struct rk_err err;

	if (asked && rk_period_asked(asked, &period, &err) != RK_OK)
		return rk_trouble(run, &err);
	check.period = asked ? &period : NULL;
	if (rk_run_flag(run, "write-back") && run->out_path) {
		if (run->operand_count > 1 || strcmp(run->out_path, "-") == 0)
			return rk_usage(run, "usage.write_back_out", "value", run->out_path);
		/* The findings go where they go without it. */
		check.copy = run->out_path;
		run->out_path = NULL;
	}
	int worst = rk_earlier_read(run, &check.earlier);

	if (worst != EX_OK)
		return worst;
	for (size_t i = 0; i < run->operand_count; i++) {
		struct rk_form form;

		if (rk_form_read(&run->arena, run->operands[i], &form, &err) != RK_OK)
			worst = rk_worse(worst, rk_trouble(run, &err));
		int answered = rk_compare_here(run, &check.earlier, &form);

		if (answered == EX_OK)
			answered = rk_answers_add(run, &check.answers, &form);

		if (answered != EX_OK)
			return answered;
		for (size_t n = 0; n < form.count; n++)
			worst = rk_worse(worst, check_report(&check, form.file, &form.reports[n]));
	}
	if (run->output == RK_OUT_JSON)
		worst = rk_worse(worst, print_json(run, &check.json));
	else if (run->output != RK_OUT_TABLE)
		worst = rk_worse(worst, rk_grid_print(&check.grid));
	if (check.tally.reports)
		say_summary(run, &check.tally);
	rk_buf_clear(&check.json);
	worst = rk_worse(worst, rk_answers_unused(run, &check.answers));
	/* Findings are the answer, and whole, even when one file could not be opened. */
	run->failed = false;
	return check.tally.errors ? rk_worse(worst, EX_DATAERR) : worst;
}
