/* What was found in the files, and what became of each report. */
#include "command.h"
#include "import.h"
#include "out.h"
#include "periods.h"
#include "verdict.h"
#include "words/code.h"

#include <string.h>

/* So many findings of a file are told, and so many reports before the question: the rest is what renkei check is for. */
#define MOST_FINDINGS 3
#define MOST_SHOWN    20

static const struct rk_grid_column columns[] = {
	{"file",              RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"municipality",      RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"period",            RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"outcome",           RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"receipt_number",    RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"error_count",       RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"warning_count",     RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"reason",            RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"finding",           RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"version",           RK_COLUMN_NUMBER, RK_COLUMN_DATA },
	{"received_at",       RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"sha256",            RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"request_id",        RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
};

static const char *municipality_of(struct rk_run *run, const struct rk_import_row *row)
{
	const char *code = row->content ? row->content->municipality_code : "";
	const struct rk_code_name *name = rk_lg_name(rk_slice_str(code));
	const char *own = !name          ? ""
		: run->language == RK_JA ? name->ja
		: run->language == RK_ZH ? name->zh
					 : name->en;

	return *own ? rk_run_printf(run, "%s %s", code, own) : code;
}

static const char *period_of(struct rk_run *run, const struct rk_import_row *row)
{
	return row->content && row->content->period ? rk_period_label(run, row->content->period)
						    : "";
}

/* The first of one severity, and then of the others. */
static size_t choose(const Renkei__V1__Verdict *verdict, Renkei__V1__Severity severity,
	Renkei__V1__Finding **chosen, size_t count)
{
	for (size_t i = 0; i < verdict->n_findings && count < MOST_FINDINGS; i++)
		if (verdict->findings[i]->severity == severity)
			chosen[count++] = verdict->findings[i];
	return count;
}

static size_t first_findings(
	const Renkei__V1__Verdict *verdict, Renkei__V1__Finding *chosen[MOST_FINDINGS])
{
	size_t count = choose(verdict, RENKEI__V1__SEVERITY__SEVERITY_ERROR, chosen, 0);

	return choose(verdict, RENKEI__V1__SEVERITY__SEVERITY_WARNING, chosen, count);
}

static void tell_verdict(struct rk_run *run, const struct rk_import_row *row)
{
	Renkei__V1__Finding *chosen[MOST_FINDINGS];
	Renkei__V1__Verdict shown = *row->verdict;
	size_t all = (size_t)row->verdict->error_count + (size_t)row->verdict->warning_count;

	shown.findings = chosen;
	shown.n_findings = first_findings(row->verdict, chosen);
	rk_verdict_print_form(run, stderr, row->report, &shown);
	if (all > shown.n_findings)
		rk_talk(run, "delegated.more_findings", "count",
			rk_run_printf(run, "%zu", all - shown.n_findings), "file", row->name);
}

static void tell_trouble(
	struct rk_run *run, const char *name, const char *sentence, const char *reason)
{
	fprintf(stderr, "%s\n  %s%s%s%s\n", rk_visible(run, name), rk_visible(run, sentence),
		*reason ? " [" : "", rk_visible(run, reason), *reason ? "]" : "");
}

void rk_import_tell(const struct rk_import *import)
{
	fflush(stdout);
	for (size_t i = 0; i < import->count; i++) {
		const struct rk_import_row *row = &import->rows[i];
		bool told = row->verdict && row->verdict->n_findings;

		if (told)
			tell_verdict(import->run, row);
		/* What could not be read is a finding already, where there are any. */
		if (row->err.status != RK_OK &&
			!(told && row->verdict->error_count &&
				strcmp(row->err.reason, "REPORT_UNREADABLE") == 0))
			tell_trouble(import->run, row->name, rk_sentence(import->run, &row->err),
				row->err.reason);
	}
}

bool rk_import_agreed(const struct rk_import *import)
{
	struct rk_run *run = import->run;
	size_t shown = 0;
	const char *count = rk_run_printf(run, "%zu", import->submit.count);

	if (rk_run_flag(run, "yes") || rk_run_flag(run, "dry-run"))
		return true;
	if (!rk_on_terminal()) {
		rk_talk(run, "ask.needs_yes");
		run->failed = true;
		return false;
	}
	rk_talk(run, "submit.server", "server", run->profile.server ? run->profile.server : "-");
	for (size_t i = 0; i < import->count && shown < MOST_SHOWN; i++) {
		const struct rk_import_row *row = &import->rows[i];

		if (!row->item)
			continue;
		shown++;
		rk_talk(run, "delegated.about", "file", row->name, "municipality",
			municipality_of(run, row), "period", period_of(run, row));
	}
	if (import->submit.count > shown)
		rk_talk(run, "submit.and_more", "count",
			rk_run_printf(run, "%zu", import->submit.count - shown));
	if (import->count > import->submit.count)
		rk_talk(run, "delegated.stay", "count",
			rk_run_printf(run, "%zu", import->count - import->submit.count));
	if (rk_ask(run, rk_tell(run, "delegated.ask", "count", count)))
		return true;
	rk_talk(run, "submit.not_sent");
	return false;
}

static const char *outcome_of(const struct rk_import_row *row)
{
	return row->item ? row->item->outcome : "refused";
}

static bool is_stored(const struct rk_import_row *row)
{
	const char *outcome = outcome_of(row);

	return strcmp(outcome, "received") == 0 || strcmp(outcome, "valid") == 0;
}

static bool is_refused(const struct rk_import_row *row)
{
	return strcmp(outcome_of(row), "refused") == 0;
}

static bool is_warned(const struct rk_import_row *row)
{
	return is_stored(row) && row->verdict && row->verdict->warning_count;
}

static const char *shown_outcome(struct rk_run *run, const struct rk_import_row *row)
{
	const char *outcome = outcome_of(row);

	return rk_out_is_human(run) ? rk_tell(run,
					      rk_run_printf(run, "outcome.%s%s", outcome,
						      is_warned(row) ? "_warned" : ""))
				    : outcome;
}

static const char *reason_of(const struct rk_import_row *row)
{
	const struct rk_err *err = row->item ? &row->item->failure.err : &row->err;

	if (is_stored(row))
		return NULL;
	if (err->status != RK_OK && strcmp(err->reason, "REPORT_UNREADABLE") != 0)
		return *err->reason ? err->reason : "UNREADABLE";
	return row->verdict && row->verdict->error_count ? "REPORT_REFUSED" : NULL;
}

/* "取組!F5: ...", or the path where the file has no cells. */
static const char *finding_of(struct rk_run *run, const struct rk_import_row *row)
{
	Renkei__V1__Finding *chosen[MOST_FINDINGS];

	if (!row->verdict || first_findings(row->verdict, chosen) == 0)
		return NULL;
	return rk_run_printf(run, "%s: %s",
		row->report->place ? row->report->place(row->report, chosen[0]->field_path)
				   : chosen[0]->field_path,
		rk_finding_sentence(run, row->report, chosen[0]));
}

static void add_row(struct rk_grid *grid, const struct rk_import_row *row)
{
	struct rk_run *run = grid->run;
	const Renkei__V1__Receipt *receipt = row->item ? row->item->receipt : NULL;
	const Renkei__V1__Verdict *verdict = row->verdict;
	const Renkei__V1__Report *content = row->content;

	rk_grid_add(grid,
		(const char *const[]){row->name, municipality_of(run, row),
			content && *content->municipality_code ? content->municipality_code : NULL,
			content && content->period ? rk_period_tag(run, content->period) : NULL,
			shown_outcome(run, row), receipt ? receipt->number : NULL,
			verdict ? rk_run_printf(run, "%d", verdict->error_count) : NULL,
			verdict ? rk_run_printf(run, "%d", verdict->warning_count) : NULL,
			reason_of(row), finding_of(run, row),
			receipt ? rk_run_printf(run, "%d", receipt->version) : NULL,
			receipt ? rk_moment_utc(run, receipt->received_at) : NULL,
			receipt ? receipt->sha256 : NULL,
			row->item && !rk_run_flag(run, "dry-run") ? row->item->box.request_id
								  : NULL});
}

struct tally {
	size_t stored, warned, refused, open;
	bool no_right; /* one was refused for want of a right */
	int worst;     /* of what is neither stored nor refused */
};

static struct tally count_rows(const struct rk_import *import)
{
	struct tally tally = {.worst = EX_OK};

	for (size_t i = 0; i < import->count; i++) {
		const struct rk_import_row *row = &import->rows[i];

		tally.warned += is_warned(row);
		tally.refused += is_refused(row);
		tally.stored += is_stored(row);
		tally.open += !is_stored(row) && !is_refused(row);
		tally.no_right = tally.no_right || (row->item && row->item->status == EX_NOPERM);
		if (row->item && !is_refused(row))
			tally.worst = rk_worse(tally.worst, row->item->status);
	}
	return tally;
}

static int exit_status(const struct tally *tally)
{
	if (tally->worst != EX_OK)
		return tally->worst;
	if (!tally->refused)
		return EX_OK;
	if (tally->stored)
		return EX_SOME_REFUSED;
	return tally->no_right ? EX_NOPERM : EX_DATAERR;
}

static void tell_refusals(const struct rk_import *import)
{
	struct rk_run *run = import->run;

	const char *said = "";

	fflush(stdout);
	for (size_t i = 0; i < import->submit.count; i++) {
		const struct rk_submit_item *item = &import->submit.items[i];
		const struct rk_failure *failure = &item->failure;
		const char *sentence;

		if (item->status == EX_OK || failure->err.status == RK_OK)
			continue;
		sentence = rk_failure_sentence(run, failure);
		/* A line that broke is one trouble, however many reports were on it. */
		if (strcmp(item->outcome, "refused") != 0 && strcmp(sentence, said) == 0)
			continue;
		said = sentence;
		tell_trouble(run, item->report->name, sentence, failure->err.reason);
	}
}

int rk_import_print(const struct rk_import *import)
{
	struct rk_run *run = import->run;
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	struct tally tally = count_rows(import);

	tell_refusals(import);
	for (size_t i = 0; i < import->count; i++)
		add_row(&grid, &import->rows[i]);
	/* What was received is told in full, whatever happened to the others. */
	run->failed = false;
	int printed = rk_grid_print(&grid);

	rk_talk(run, rk_run_flag(run, "dry-run") ? "delegated.would" : "delegated.done", "stored",
		rk_run_printf(run, "%zu", tally.stored), "warned",
		rk_run_printf(run, "%zu", tally.warned), "refused",
		rk_run_printf(run, "%zu", tally.refused), "open",
		rk_run_printf(run, "%zu", tally.open));
	if (tally.open && !rk_run_flag(run, "dry-run"))
		rk_talk(run, "delegated.kept");
	return rk_worse(exit_status(&tally), printed);
}
