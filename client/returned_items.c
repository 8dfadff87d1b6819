#include "returned_items.h"

#include "form/report_path.h"
#include "labels.h"
#include "periods.h"
#include "report_diff.h"
#include "report_text.h"
#include "review_comments.h"
#include "summary.h"

#include <stdlib.h>
#include <string.h>

#define NAME_TEXT 64

/* A place in both versions, on the way along a path. */
struct walk {
	struct rk_run *run;
	const ProtobufCMessage *before, *after; /* after: NULL = it is gone */
	const char *rows; /* the path of the rows of a comparison that say what is here */
	bool below;       /* behind the last step that has rows of its own */
};

static void go_on(struct walk *walk, const char *name, const char *id)
{
	if (walk->below)
		return;
	walk->rows = rk_run_printf(walk->run, "%s%s%s", walk->rows, *walk->rows ? "." : "", name);
	if (id)
		walk->rows = rk_run_printf(walk->run, "%s[%s]", walk->rows, id);
}

static const ProtobufCMessage *inner(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return message ? rk_message_inside(message, field->name) : NULL;
}

/* Into the message that a word of the path names; false when it names none. */
static bool step_into(struct walk *walk, const ProtobufCFieldDescriptor *field, const char *name,
	const char *word)
{
	const char *bracket = strchr(word, '['), *id = NULL;
	size_t n = bracket ? strtoul(bracket + 1, NULL, 10) : 0;
	const ProtobufCMessage *before = rk_message_inside(walk->before, word);

	if (!before)
		return false;
	if (bracket) {
		walk->after = rk_report_found_again(walk->run, walk->after, field, before, n, &id);
		go_on(walk, name, id);
		walk->below = walk->below || !id;
	} else {
		walk->after = inner(walk->after, field);
		go_on(walk, name, NULL);
		walk->below = true;
	}
	walk->before = before;
	return true;
}

static const char *joined(struct rk_run *run, const char *head,
	const struct rk_report_change *change, const char *value)
{
	return rk_run_printf(run, "%s%s%s: %s", head, *head ? rk_tell(run, "list.comma") : "",
		change->label, value);
}

/* All that changed below a path. */
static void look_below(const struct walk *walk, const Renkei__V1__Report *before,
	const Renkei__V1__Report *after, struct rk_returned_item *item)
{
	size_t count, found = 0;
	const struct rk_report_change *changes = rk_report_compare(
		walk->run, before, after, &count);

	for (size_t i = 0; i < count; i++) {
		if (!rk_report_path_holds(walk->rows, changes[i].path))
			continue;
		item->before = found ? item->before : "";
		item->after = found++ ? item->after : "";
		if (changes[i].before[0])
			item->before = joined(
				walk->run, item->before, &changes[i], changes[i].before);
		if (changes[i].after[0])
			item->after = joined(walk->run, item->after, &changes[i], changes[i].after);
	}
	if (found)
		item->outcome = "changed";
}

static const char *whole(struct rk_run *run, const ProtobufCMessage *message)
{
	const char *line = "";

	for (unsigned i = 0; message && i < message->descriptor->n_fields; i++) {
		const char *field = rk_field_line(run, message, &message->descriptor->fields[i]);

		if (*field)
			line = rk_run_printf(run, "%s%s%s", line, *line ? " " : "", field);
	}
	return line;
}

static void compare_lines(struct rk_returned_item *item, const char *before, const char *after)
{
	item->before = before;
	item->after = after;
	item->outcome = strcmp(before, after) == 0 ? "unchanged" : "changed";
}

/* Walks the path of an item, which is one of the version before. */
static void look_at(struct rk_run *run, const Renkei__V1__Report *before,
	const Renkei__V1__Report *after, const char *path, struct rk_returned_item *item)
{
	struct walk walk = {run, &before->base, &after->base, "", false}, owner = walk;
	const ProtobufCFieldDescriptor *field = NULL;
	bool record = true;

	while (*path) {
		char word[NAME_TEXT], name[NAME_TEXT];
		size_t len = strcspn(path, ".");

		if (len >= sizeof word)
			break;
		snprintf(word, sizeof word, "%.*s", (int)len, path);
		snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "["), word);
		field = protobuf_c_message_descriptor_get_field_by_name(
			walk.before->descriptor, name);
		path += len + (path[len] == '.');
		owner = walk;
		record = field && step_into(&walk, field, name, word);
		if (record)
			continue;
		go_on(&walk, name, NULL);
		break;
	}
	item->path = walk.rows;
	item->outcome = "unchanged";
	item->before = item->after = "";
	if (!record && field && !rk_report_has_ids(field))
		compare_lines(item, rk_field_line(run, walk.before, field),
			walk.after ? rk_field_line(run, walk.after, field) : "");
	/* A date or an amount is said in one line, by whose it is. */
	else if (record && walk.below && field && field->label != PROTOBUF_C_LABEL_REPEATED)
		compare_lines(item, rk_field_line(run, owner.before, field),
			owner.after ? rk_field_line(run, owner.after, field) : "");
	else if (record && walk.below)
		compare_lines(item, whole(run, walk.before), whole(run, walk.after));
	else
		look_below(&walk, before, after, item);
}

static bool is_of_the_office(const char *principal)
{
	return strstr(principal, "/secretariat/") != NULL;
}

/* What the municipality wrote of the item after its return: in a comment on it, else as an answer to a warning there. */
static const char *answer_to(const Renkei__V1__ReportTransition *step,
	const Renkei__V1__ListCommentsResponse *comments, const Renkei__V1__Report *report,
	const char *path)
{
	const char *answer = "";

	for (size_t i = 0; i < report->n_warning_answers; i++)
		if (strcmp(report->warning_answers[i]->field_path, path) == 0)
			answer = report->warning_answers[i]->reason;
	for (size_t i = 0; comments && i < comments->n_comments; i++) {
		const Renkei__V1__Comment *comment = comments->comments[i];

		if (strcmp(comment->field_path, path) != 0)
			continue;
		for (size_t n = 0; n < comment->n_turns; n++) {
			const Renkei__V1__CommentTurn *turn = comment->turns[n];

			if (turn->text[0] && turn->said_at && step->at &&
				turn->said_at->seconds >= step->at->seconds &&
				!is_of_the_office(turn->principal))
				answer = turn->text;
		}
	}
	return answer;
}

/* The last return of a version before this one; *state says of which kind. */
static enum rk_status find_step(struct rk_run *run, const Renkei__V1__ReportSummary *summary,
	int32_t from, const Renkei__V1__ReportTransition **step, struct rk_failure *failure)
{
	Renkei__V1__ListReportVersionsResponse *response = NULL;
	const Renkei__V1__ReportTransition *last = NULL;
	struct rk_report_key key = {
		.municipality = summary->municipality_code, .period = *summary->period};

	*step = NULL;
	RK_TRY(rk_list_versions(
		run, summary->municipality_code, summary->period, &response, failure));
	for (size_t i = 0; i < response->n_transitions; i++) {
		const Renkei__V1__ReportTransition *at = response->transitions[i];

		if (rk_is_returned(at->state) && at->version < summary->version &&
			at->version >= from && (!last || at->version >= last->version))
			last = at;
	}
	if (!last)
		return RK_OK;
	key.version = last->version;
	return rk_return_step(run, &key, last->state, step, failure);
}

enum rk_status rk_returned_items(struct rk_run *run, const Renkei__V1__ReportSummary *summary,
	const Renkei__V1__Report *report, int32_t from, struct rk_returned_items *items,
	struct rk_failure *failure)
{
	struct rk_report_key key = {
		.municipality = summary->municipality_code, .period = *summary->period};
	Renkei__V1__ListCommentsResponse *comments = NULL;
	Renkei__V1__GetReportResponse *before = NULL;
	struct rk_failure untold;

	*items = (struct rk_returned_items){0};
	RK_TRY(find_step(run, summary, from, &items->step, failure));
	if (!items->step)
		return RK_OK;
	key.version = items->step->version;
	RK_TRY(rk_get_report(run, &key, &before, failure));
	if (!before->report)
		return rk_fail_reason(&failure->err, RK_INTERNAL, "SERVER_ANSWER_BAD",
			"a report without content");
	/* Who may not read comments is told of the items all the same. */
	if (rk_comments_of(run, summary->municipality_code, summary->period, false, &comments,
		    &untold) != RK_OK)
		comments = NULL;
	items->at = rk_run_alloc(run, (items->step->n_items + 1) * sizeof *items->at);
	for (size_t i = 0; i < items->step->n_items; i++) {
		const Renkei__V1__ReturnItem *of = items->step->items[i];
		struct rk_returned_item *item = &items->at[items->count++];

		look_at(run, before->report, report, of->field_path, item);
		item->item = rk_label_item(run, before->report, of->field_path);
		item->reason = of->reason;
		item->answer = answer_to(items->step, comments, report, of->field_path);
		if (item->answer[0] && strcmp(item->outcome, "unchanged") == 0)
			item->outcome = "answered";
	}
	return RK_OK;
}

const struct rk_returned_item *rk_returned_item_at(
	const struct rk_returned_items *items, const char *path)
{
	const struct rk_returned_item *inner = NULL;

	for (size_t i = 0; i < items->count; i++) {
		const struct rk_returned_item *item = &items->at[i];

		if ((rk_report_path_holds(item->path, path) ||
			    (*path && rk_report_path_holds(path, item->path))) &&
			(!inner || strlen(item->path) > strlen(inner->path)))
			inner = item;
	}
	return inner;
}

size_t rk_returned_items_unsaid(const struct rk_returned_items *items,
	const struct rk_report_change *rows, size_t count, const struct rk_returned_item **unsaid)
{
	size_t found = 0;

	for (size_t i = 0; i < items->count; i++) {
		bool said = false;

		for (size_t n = 0; n < count && !said; n++)
			said = rk_returned_item_at(items, rows[n].path) == &items->at[i];
		if (!said)
			unsaid[found++] = &items->at[i];
	}
	return found;
}

static const char *shown(struct rk_run *run, const char *text)
{
	return text[0] ? rk_visible(run, text) : rk_tell(run, "diff.nothing");
}

void rk_returned_items_text(struct rk_run *run, FILE *out, const struct rk_returned_items *items)
{
	if (items->count == 0)
		return;
	fprintf(out, "%s\n",
		rk_tell(run, "items.title", "version",
			rk_run_printf(run, "%d", items->step->version), "day",
			rk_moment_japan(run, items->step->at)));
	for (size_t i = 0; i < items->count; i++) {
		const struct rk_returned_item *item = &items->at[i];

		fprintf(out, "  %s  %s\n    %s\n",
			rk_tell(run, rk_run_printf(run, "items.%s", item->outcome)),
			rk_visible(run, item->item), rk_visible(run, item->reason));
		if (strcmp(item->outcome, "changed") == 0)
			fprintf(out, "    %s\n",
				rk_tell(run, "items.from_to", "before", shown(run, item->before),
					"after", shown(run, item->after)));
		if (item->answer[0])
			fprintf(out, "    %s\n",
				rk_tell(run, "items.answer", "text",
					rk_visible(run, item->answer)));
	}
	fputc('\n', out);
}
