/* renkei check - judge reports with all rules, without a server. */
#include "command.h"
#include "labels.h"
#include "out.h"
#include "verdict.h"
#include "words/rules.h"

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
};

struct tally {
	size_t reports, refused;
	int errors, warnings, infos;
};

static void add_finding(struct rk_grid *grid, const struct rk_form_report *report,
	const Renkei__V1__Finding *finding)
{
	struct rk_run *run = grid->run;
	const char *label = rk_label_path(run, finding->field_path);
	const char *path = report->place ? report->place(report, finding->field_path)
					 : finding->field_path;

	rk_grid_add(grid,
		(const char *const[]){report->name,
			rk_out_is_human(run) ? rk_severity_label(run, finding->severity)
					     : rk_severity_name(finding->severity),
			path, label ? label : "", finding->value, rk_finding_sentence(run, finding),
			finding->suggestion, finding->code});
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
			"", "", "", rk_run_str(run, err->text), "",
			err->reason[0] ? rk_run_str(run, err->reason) : "UNREADABLE"});
}

static void check_report(
	struct rk_grid *grid, const struct rk_form_report *report, struct tally *tally)
{
	const Renkei__V1__Verdict *verdict;
	struct rk_err err;

	tally->reports++;
	if (rk_check_form(grid->run, report, &verdict, &err) != RK_OK) {
		tally->refused++;
		tally->errors++;
		add_unreadable(grid, report->name, &err);
		return;
	}
	tally->refused += verdict->error_count > 0;
	tally->errors += verdict->error_count;
	tally->warnings += verdict->warning_count;
	tally->infos += verdict->info_count;
	for (size_t i = 0; i < verdict->n_findings; i++)
		add_finding(grid, report, verdict->findings[i]);
}

static void say_findings(struct rk_run *run, const struct rk_form *form, struct tally *tally)
{
	FILE *out = rk_out(run);

	for (size_t i = 0; out && i < form->count; i++) {
		const struct rk_form_report *report = &form->reports[i];
		const Renkei__V1__Verdict *verdict;
		struct rk_err err;

		tally->reports++;
		if (rk_check_form(run, report, &verdict, &err) != RK_OK) {
			tally->refused++;
			tally->errors++;
			fprintf(out, "%s\n  %s %s\n", report->name,
				rk_severity_label(run, RENKEI__V1__SEVERITY__SEVERITY_ERROR),
				err.text);
			continue;
		}
		tally->refused += verdict->error_count > 0;
		tally->errors += verdict->error_count;
		tally->warnings += verdict->warning_count;
		tally->infos += verdict->info_count;
		rk_verdict_print_form(run, out, report, verdict);
	}
}

static void say_summary(struct rk_run *run, const struct tally *tally)
{
	rk_talk(run, tally->errors ? "check.bad" : "check.good", "reports",
		rk_run_printf(run, "%zu", tally->reports), "errors",
		rk_run_printf(run, "%d", tally->errors), "warnings",
		rk_run_printf(run, "%d", tally->warnings), "infos",
		rk_run_printf(run, "%d", tally->infos));
}

int rk_cmd_check(struct rk_run *run)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	struct tally tally = {0};
	int worst = EX_OK;

	for (size_t i = 0; i < run->operand_count; i++) {
		struct rk_form form;
		struct rk_err err;

		if (rk_form_read(&run->arena, run->operands[i], &form, &err) != RK_OK) {
			worst = rk_worse(worst, rk_trouble(run, &err));
			continue;
		}
		if (run->output == RK_OUT_TABLE)
			say_findings(run, &form, &tally);
		for (size_t n = 0; run->output != RK_OUT_TABLE && n < form.count; n++)
			check_report(&grid, &form.reports[n], &tally);
	}
	if (run->output != RK_OUT_TABLE)
		worst = rk_worse(worst, rk_grid_print(&grid));
	if (tally.reports)
		say_summary(run, &tally);
	/* Findings are the answer, and whole, even when one file could not be opened. */
	run->failed = false;
	return tally.errors ? rk_worse(worst, EX_DATAERR) : worst;
}
