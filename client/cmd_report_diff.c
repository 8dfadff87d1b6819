/* renkei report diff - two versions of a report beside each other. */
#include "base/text.h"
#include "command.h"
#include "out.h"
#include "report_diff.h"
#include "returned_items.h"
#include "summary.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"field",    RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"path",     RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"before",   RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"after",    RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"returned", RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"reason",   RK_COLUMN_TEXT, RK_COLUMN_DATA },
};

/* 0: the option was not given. */
static enum rk_status version_asked(
	struct rk_run *run, const char *option, int32_t *version, struct rk_err *err)
{
	const char *text = rk_run_option(run, option);
	int64_t number = 0;

	if (text && !rk_text_i64(rk_slice_str(text), 1, 9999, &number))
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "VERSION_BAD", "%s", text);
	*version = (int32_t)number;
	return RK_OK;
}

static enum rk_status get_version(struct rk_run *run, struct rk_report_key *key, int32_t version,
	Renkei__V1__GetReportResponse **response, struct rk_failure *failure)
{
	key->version = version;
	RK_TRY(rk_get_report(run, key, response, failure));
	if ((*response)->report && (*response)->summary)
		return RK_OK;
	return rk_fail_reason(
		&failure->err, RK_INTERNAL, "SERVER_ANSWER_BAD", "a report without content");
}

/* What changed; and for programs what was returned and is named at nothing that changed. */
static void add_rows(struct rk_grid *grid, const struct rk_report_change *changes, size_t count,
	const struct rk_returned_items *items)
{
	for (size_t i = 0; i < count; i++) {
		const struct rk_returned_item *item = rk_returned_item_at(items, changes[i].path);

		rk_grid_add(grid,
			(const char *const[]){changes[i].label, changes[i].path, changes[i].before,
				changes[i].after, item ? item->outcome : "",
				item ? item->reason : ""});
	}
	if (rk_out_is_human(grid->run))
		return;
	const struct rk_returned_item **unsaid = rk_run_alloc(
		grid->run, (items->count + 1) * sizeof(void *));
	size_t more = rk_returned_items_unsaid(items, changes, count, unsaid);

	for (size_t i = 0; i < more; i++)
		rk_grid_add(grid,
			(const char *const[]){unsaid[i]->item, unsaid[i]->path, unsaid[i]->before,
				unsaid[i]->after, unsaid[i]->outcome, unsaid[i]->reason});
}

int rk_cmd_report_diff(struct rk_run *run)
{
	Renkei__V1__GetReportResponse *before = NULL, *after = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key;
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	struct rk_returned_items items;
	int32_t from = 0, to = 0;
	size_t count;

	if (rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK ||
		version_asked(run, "from", &from, &failure.err) != RK_OK ||
		version_asked(run, "to", &to, &failure.err) != RK_OK ||
		get_version(run, &key, to ? to : key.version, &after, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!from && rk_version_before(run, after->summary, false, &from, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (from == 0) {
		rk_talk(run, "diff.first", "receipt", after->summary->receipt_number);
		return EX_NOINPUT;
	}
	if (get_version(run, &key, from, &before, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	const struct rk_report_change *changes = rk_report_compare(
		run, before->report, after->report, &count);

	if (rk_returned_items(run, after->summary, after->report, from, &items, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	add_rows(&grid, changes, count, &items);
	if (rk_out_is_human(run))
		rk_talk(run, count ? "diff.between" : "diff.same", "before",
			before->summary->receipt_number, "after", after->summary->receipt_number);
	int status = rk_grid_print(&grid);
	FILE *out = status == EX_OK && rk_out_is_human(run) ? rk_out(run) : NULL;

	if (out && items.count) {
		fputc('\n', out);
		rk_returned_items_text(run, out, &items);
	}
	return status;
}
