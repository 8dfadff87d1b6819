/* renkei comment - comments on items of a report: made, answered, resolved, and listed with the cell of the form. */
#include "base/text.h"
#include "command.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "return_place.h"
#include "review_comments.h"
#include "summary.h"
#include "template.h"
#include "who.h"
#include "words/judge.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"comment_number",    RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"municipality_code", RK_COLUMN_TEXT, RK_COLUMN_WIDE },
	{"receipt_number",    RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"state",             RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"cell",              RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"item",              RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"said",              RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"said_at",           RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"said_by",           RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"comment",           RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"office_only",       RK_COLUMN_BOOL, RK_COLUMN_WIDE },
	{"field_path",        RK_COLUMN_TEXT, RK_COLUMN_DATA },
};

/* Where comments stand: the report of the last one that was looked at, for several are mostly of one. */
struct place_finder {
	struct rk_run *run;
	const char *receipt;
	const Renkei__V1__Report *report;
	struct rk_filled_sheet *sheets;
};

/* What was said is shown without its cell where the report can't be read. */
static void find_report(struct place_finder *finder, const Renkei__V1__Comment *comment)
{
	struct rk_run *run = finder->run;
	struct rk_report_key key = {
		.municipality = comment->municipality_code, .version = comment->version};
	Renkei__V1__GetReportResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (finder->receipt && strcmp(finder->receipt, comment->receipt_number) == 0)
		return;
	*finder = (struct place_finder){.run = run, .receipt = comment->receipt_number};
	if (!comment->period)
		return;
	key.period = *comment->period;
	if (rk_get_report(run, &key, &response, &failure) != RK_OK || !response->report)
		return;
	finder->report = response->report;
	finder->sheets = rk_template_form(run, response->report);
}

static const char *cell_of(struct place_finder *finder, const Renkei__V1__Comment *comment)
{
	struct rk_form_place place = {0};

	if (!comment->field_path[0] || !finder->sheets ||
		!rk_form_open(&finder->run->arena, finder->sheets, finder->report,
			comment->field_path, NULL, &place))
		return "-";
	return rk_place_text(finder->run, &place);
}

/* A row a turn. */
static void add_comment(
	struct rk_grid *grid, struct place_finder *finder, const Renkei__V1__Comment *comment)
{
	struct rk_run *run = grid->run;

	find_report(finder, comment);
	for (size_t i = 0; i < comment->n_turns; i++) {
		const Renkei__V1__CommentTurn *turn = comment->turns[i];
		Renkei__V1__CommentState state = i + 1 == comment->n_turns ? comment->state
									   : turn->state;

		rk_grid_add(grid,
			(const char *const[]){comment->number, comment->municipality_code,
				comment->receipt_number,
				state ? rk_shown_enum(run, &renkei__v1__comment_state__descriptor,
						(int)state)
				      : NULL,
				cell_of(finder, comment),
				rk_label_item(run, finder->report, comment->field_path),
				rk_moment_japan(run, turn->said_at),
				rk_moment_utc(run, turn->said_at), rk_who(run, turn->principal),
				turn->text, comment->office_only ? "true" : "false",
				comment->field_path});
	}
}

int rk_cmd_comment_list(struct rk_run *run)
{
	Renkei__V1__ListCommentsResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	struct place_finder finder = {.run = run};
	const char *municipality = rk_run_option(run, "municipality");
	struct rk_report_key key = {.municipality = municipality ? municipality : ""};
	bool one = run->operand_count > 0;

	/* The secretariat may ask for a quarter of all municipalities. */
	if (one && rk_period_asked(run->operands[0], &key.period, &failure.err) != RK_OK &&
		rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	if (rk_comments_of(run, key.municipality, one ? &key.period : NULL,
		    rk_run_flag(run, "open"), &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < response->n_comments; i++)
		add_comment(&grid, &finder, response->comments[i]);
	return rk_answer_print(&grid, &response->base);
}

/* Sends one comment, or says what it would be. */
static int send_comment(
	struct rk_run *run, Renkei__V1__WriteCommentRequest *request, Renkei__V1__Comment **comment)
{
	Renkei__V1__WriteCommentResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	char request_id[37];

	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request->request_id = request_id;
	request->validate_only = rk_run_flag(run, "dry-run");
	if (rk_call(run, "ReviewService/WriteComment", request, write_comment_response, &response,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	*comment = response->comment;
	if (!*comment && !request->validate_only)
		return rk_answer_bad(run, "no comment");
	return EX_OK;
}

/* What was stored, in the form that is asked for. */
static int print_comments(struct rk_run *run, Renkei__V1__Comment **comments, size_t count)
{
	Renkei__V1__ListCommentsResponse all = RENKEI__V1__LIST_COMMENTS_RESPONSE__INIT;
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	struct place_finder finder = {.run = run};

	all.comments = comments;
	all.n_comments = count;
	for (size_t i = 0; i < count; i++)
		add_comment(&grid, &finder, comments[i]);
	return count ? rk_answer_print(&grid, &all.base) : EX_OK;
}

/* "activities[0].title=text", or only a text for the report as a whole. */
static int take_item(struct rk_run *run, const Renkei__V1__Report *report, const char *item,
	Renkei__V1__WriteCommentRequest *request)
{
	const char *equals = strchr(item, '='), *path = "";
	const char *text = equals ? equals + 1 : item;
	int status = EX_OK;

	if (rk_is_blank(rk_slice_str(text)))
		return rk_usage(run, "usage.comment_blank", "option", "item");
	if (equals)
		status = rk_return_path(run, report,
			rk_run_slice(run, rk_slice_of(item, (size_t)(equals - item))), &path);
	request->field_path = rk_run_str(run, path);
	request->text = rk_run_str(run, text);
	return status;
}

/* Every place is understood before the first comment is sent. */
static int take_items(struct rk_run *run, const Renkei__V1__GetReportResponse *seen,
	Renkei__V1__WriteCommentRequest **requests, size_t *count)
{
	*count = 0;
	while (rk_run_option_at(run, "item", *count))
		++*count;
	*requests = rk_run_alloc(run, *count * sizeof **requests);
	for (size_t i = 0; i < *count; i++) {
		Renkei__V1__WriteCommentRequest *request = &(*requests)[i];

		renkei__v1__write_comment_request__init(request);
		request->municipality_code = seen->summary->municipality_code;
		request->period = seen->summary->period;
		request->version = seen->summary->version;
		request->office_only = rk_run_flag(run, "office-only");
		int status = take_item(
			run, seen->report, rk_run_option_at(run, "item", i), request);

		if (status != EX_OK)
			return status;
		if (rk_on_terminal() && !rk_run_flag(run, "yes"))
			rk_talk(run, "comment.about", "place",
				rk_visible(
					run, rk_label_item(run, seen->report, request->field_path)),
				"text", rk_visible(run, request->text));
	}
	return EX_OK;
}

int rk_cmd_comment_add(struct rk_run *run)
{
	Renkei__V1__GetReportResponse *seen = NULL;
	Renkei__V1__WriteCommentRequest *requests;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key;
	size_t count, made = 0;

	if (!rk_run_option(run, "item"))
		return rk_usage(run, "usage.option_missing", "option", "item");
	if (rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK ||
		rk_get_report(run, &key, &seen, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!seen->summary || !seen->report)
		return rk_answer_bad(run, "a report without summary or content");
	int status = take_items(run, seen, &requests, &count);

	if (status != EX_OK)
		return status;
	if (!rk_confirm(run, "comment.ask", seen->summary))
		return rk_not_confirmed();
	Renkei__V1__Comment **comments = rk_run_alloc(run, count * sizeof *comments);

	/* Those that were taken are told, whatever became of the next. */
	for (size_t i = 0; i < count && status == EX_OK; i++) {
		status = send_comment(run, &requests[i], &comments[made]);
		made += status == EX_OK && comments[made];
	}
	run->failed = false;
	return rk_worse(status, print_comments(run, comments, made));
}

/* A further turn of a comment. */
static int go_on(
	struct rk_run *run, const char *text, Renkei__V1__CommentState state, const char *question)
{
	Renkei__V1__WriteCommentRequest request = RENKEI__V1__WRITE_COMMENT_REQUEST__INIT;
	Renkei__V1__Comment *comment = NULL;

	if (text && rk_is_blank(rk_slice_str(text)))
		return rk_usage(run, "usage.comment_blank", "option", "text");
	if (rk_on_terminal() && !rk_run_flag(run, "yes"))
		rk_talk(run, "comment.about", "place", rk_visible(run, run->operands[0]), "text",
			text ? rk_visible(run, text) : "");
	if (!rk_confirm(run, question, NULL))
		return rk_not_confirmed();
	request.number = rk_run_str(run, run->operands[0]);
	request.text = rk_run_str(run, text ? text : "");
	request.state = state;
	int status = send_comment(run, &request, &comment);

	return status == EX_OK && comment ? print_comments(run, &comment, 1) : status;
}

int rk_cmd_comment_answer(struct rk_run *run)
{
	const char *text = rk_run_option(run, "text");

	if (!text)
		return rk_usage(run, "usage.option_missing", "option", "text");
	return go_on(run, text, RENKEI__V1__COMMENT_STATE__COMMENT_STATE_UNSPECIFIED,
		"comment.ask_answer");
}

int rk_cmd_comment_resolve(struct rk_run *run)
{
	return go_on(run, rk_run_option(run, "text"),
		RENKEI__V1__COMMENT_STATE__COMMENT_STATE_RESOLVED, "comment.ask_resolve");
}

int rk_cmd_comment_reopen(struct rk_run *run)
{
	return go_on(run, rk_run_option(run, "text"), RENKEI__V1__COMMENT_STATE__COMMENT_STATE_OPEN,
		"comment.ask_reopen");
}
