#include "write_back.h"

#include "form/comments.h"
#include "form/file.h"
#include "form/sheets_read.h"
#include "verdict.h"

#include <string.h>
#include <unistd.h>

/* What has no cell of its own stands at the first one of the first sheet that has findings. */
static const struct rk_tab *first_tab(
	const struct rk_form_report *report, const Renkei__V1__Verdict *verdict)
{
	const struct rk_tab *tab = NULL;
	struct rk_address at;

	if (rk_sheets_find(report, "municipality_code", &tab, &at))
		return tab;
	for (size_t i = 0; i < verdict->n_findings; i++)
		if (rk_sheets_find(report, verdict->findings[i]->field_path, &tab, &at))
			return tab;
	return NULL;
}

static const char *say(
	struct rk_run *run, const struct rk_form_report *report, const Renkei__V1__Finding *finding)
{
	const char *text = rk_run_printf(run, "%s: %s [%s]",
		rk_severity_label(run, finding->severity),
		rk_finding_sentence(run, report, finding), finding->code);

	return finding->suggestion[0]
		? rk_run_printf(run, "%s\n%s", text,
			  rk_tell(run, "finding.suggestion", "value",
				  rk_finding_shown(report, finding, finding->suggestion)))
		: text;
}

static size_t gather(struct rk_run *run, const struct rk_form_report *report,
	const Renkei__V1__Verdict *verdict, struct rk_comment *comments)
{
	const struct rk_tab *first = first_tab(report, verdict);
	size_t count = 0;

	for (size_t i = 0; i < verdict->n_findings; i++) {
		struct rk_comment *comment = &comments[count];

		*comment = (struct rk_comment){
			.tab = first, .at = {1, 1},
                             .text = say(run, report, verdict->findings[i])
                };
		if (!rk_sheets_find(
			    report, verdict->findings[i]->field_path, &comment->tab, &comment->at))
			comment->tab = first;
		count += comment->tab != NULL;
	}
	return count;
}

/* "a/form.xlsx" to "a/form.checked.xlsx", or to the next number: somebody may have gone on in the copy that is there. */
static const char *copy_name(struct rk_run *run, const char *file)
{
	const char *slash = strrchr(file, '/'), *dot = strrchr(slash ? slash : file, '.');
	int len = (int)(dot ? (size_t)(dot - file) : strlen(file));
	const char *suffix = dot ? dot : ".xlsx";
	const char *name = rk_run_printf(run, "%.*s.checked%s", len, file, suffix);

	for (int number = 2; access(name, F_OK) == 0; number++)
		name = rk_run_printf(run, "%.*s.checked-%d%s", len, file, number, suffix);
	return name;
}

static enum rk_status write_copy(struct rk_run *run, const char *file, const char *name,
	const struct rk_comment *comments, size_t count, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {.max = RK_WORKBOOK_FILE_MAX}, copy = {0};

	RK_TRY(rk_file_read(file, &bytes, err));
	RK_TRY(rk_comments_write(
		&run->arena, file, rk_buf_slice(&bytes), comments, count, &copy, err));
	return rk_file_write(name, rk_buf_slice(&copy), 0600, err);
}

int rk_write_back(struct rk_run *run, const char *file, const char *copy,
	const struct rk_form_report *report, const Renkei__V1__Verdict *verdict)
{
	const struct rk_tab *tab = report->place ? first_tab(report, verdict) : NULL;
	struct rk_comment *comments;
	struct rk_err err;
	const char *name;
	size_t count;

	/* A folder of CSV files has tabs too, and none of them a part of a workbook. */
	if (!tab || !tab->part || strcmp(file, "-") == 0 || !verdict->n_findings) {
		rk_talk(run,
			tab && tab->part && !verdict->n_findings ? "write_back.nothing"
								 : "write_back.no_workbook",
			"file", file);
		return EX_OK;
	}
	comments = rk_run_alloc(run, verdict->n_findings * sizeof *comments);
	count = gather(run, report, verdict, comments);
	name = copy ? copy : copy_name(run, file);
	if (copy && access(copy, F_OK) == 0) {
		rk_fail_reason(&err, RK_ALREADY_EXISTS, "FILE_EXISTS", "%s", copy);
		(void)rk_trouble(run, &err);
		return EX_CANTCREAT;
	}
	if (write_copy(run, file, name, comments, count, &err) != RK_OK)
		return rk_trouble(run, &err);
	rk_talk(run, "write_back.done", "file", name, "count", rk_run_printf(run, "%zu", count));
	return EX_OK;
}
