/* renkei outbox - what was sent and not answered: seen, sent again as the same request, or let go. */
#include "act.h"
#include "attach.h"
#include "command.h"
#include "out.h"
#include "periods.h"
#include "summary.h"
#include "who.h"
#include "wire/pack.h"

#include "renkei/v1/report.pb-c.h"

#include <inttypes.h>
#include <string.h>

/* So much of a request_id tells one from another. */
#define LEAST_PREFIX 8

static const struct rk_grid_column columns[] = {
	{"request_id",        RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"kind",              RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"municipality",      RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"period",            RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"since",             RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"since_at",          RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"about",             RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"file",              RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"number",            RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"size",              RK_COLUMN_NUMBER, RK_COLUMN_DATA },
	{"sent_bytes",        RK_COLUMN_NUMBER, RK_COLUMN_DATA },
	{"server",            RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"own",               RK_COLUMN_BOOL,   RK_COLUMN_WIDE },
};

/* What is asked for, as people call it; its stable word for programs. */
static const char *kind_of(struct rk_run *run, const struct rk_outbox_pending *item)
{
	const char *word = item->act ? item->act->word : "submit";

	return rk_out_is_human(run) ? rk_tell(run, rk_run_printf(run, "act.%s", word)) : word;
}

/* The report, or the act's request: both name a municipality and a period, except where only an attachment is named. */
static const ProtobufCMessage *content_of(struct rk_run *run, const struct rk_outbox_pending *item)
{
	ProtobufCMessage *message = NULL;
	struct rk_err err;

	if (item->act)
		return rk_act_waiting(run, item);
	if (rk_unpack(&run->arena, &renkei__v1__report__descriptor, item->bytes, &message, &err) !=
		RK_OK)
		return NULL;
	return message;
}

static bool is_upload(const struct rk_outbox_pending *item)
{
	return item->act == &rk_act_attach;
}

/* The file, or the number, that it is about; of an upload how far it came. */
static const char *about(struct rk_run *run, const struct rk_outbox_pending *item,
	const Renkei__V1__UploadHead *head)
{
	const char *name = rk_visible(run, item->name);

	return head ? rk_tell(run, "outbox.upload", "file", name, "done",
			      rk_attachment_size(run, item->sent), "size",
			      rk_attachment_size(run, head->size))
		    : name;
}

static void add_row(struct rk_grid *grid, const struct rk_outbox_pending *item)
{
	struct rk_run *run = grid->run;
	const ProtobufCMessage *content = content_of(run, item);
	const Renkei__V1__Period *period = content ? rk_act_get(content, "period") : NULL;
	const Renkei__V1__UploadHead *head = is_upload(item) ? (const void *)content : NULL;
	const char *code = content ? rk_act_get(content, "municipality_code") : NULL;
	bool file = !item->act || is_upload(item);
	Google__Protobuf__Timestamp since = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	since.seconds = item->since;
	rk_grid_add(grid,
		(const char *const[]){item->request_id[0] ? item->request_id : item->key,
			kind_of(run, item), code ? rk_code_shown(run, code) : NULL, code,
			period ? rk_period_tag(run, period) : NULL, rk_moment_japan(run, &since),
			rk_moment_utc(run, &since), about(run, item, head),
			file ? item->name : NULL, file ? NULL : item->name,
			head ? rk_run_printf(run, "%" PRId64, head->size) : NULL,
			head ? rk_run_printf(run, "%" PRId64, item->sent) : NULL, item->server,
			item->own ? "true" : "false"});
}

int rk_cmd_outbox_list(struct rk_run *run)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	struct rk_outbox_pending *items;
	size_t count = rk_outbox_list(run, &items);

	for (size_t i = 0; i < count; i++)
		add_row(&grid, &items[i]);
	if (count == 0) {
		rk_talk(run, "outbox.empty");
		if (rk_out_is_human(run) && !rk_run_option(run, "out"))
			return EX_OK;
	}
	return rk_grid_print(&grid);
}

static bool agreed(struct rk_run *run, const struct rk_outbox_pending *item)
{
	return rk_run_flag(run, "yes") || rk_run_flag(run, "dry-run") ||
		rk_ask(run,
			rk_tell(run, "outbox.ask_act", "kind", kind_of(run, item), "number",
				rk_visible(run, item->name)));
}

/* Of several that go, what is said next is of this one. */
static int again(struct rk_run *run, const struct rk_outbox_pending *item)
{
	if (!rk_run_flag(run, "dry-run"))
		rk_talk(run, "outbox.sending", "kind", kind_of(run, item), "number",
			rk_visible(run, item->name));
	return rk_act_again(run, item);
}

/* Sends the first of these, which are one's own; of reports all that follow one another, in one go.  Returns how many those were. */
static size_t send_first(
	struct rk_run *run, const struct rk_outbox_pending *const *items, size_t count, int *status)
{
	size_t taken = 0;

	if (items[0]->act) {
		*status = agreed(run, items[0]) ? again(run, items[0]) : rk_not_confirmed();
		return 1;
	}
	while (taken < count && !items[taken]->act) {
		run->operands[taken] = items[taken]->path;
		taken++;
	}
	run->operand_count = taken;
	*status = rk_cmd_submit(run);
	return taken;
}

/* In the order in which they were made, for one may rest on another: when the line is away, or somebody says no, the rest stays. */
static int send_all(struct rk_run *run, const struct rk_outbox_pending *const *items, size_t count)
{
	int worst = EX_OK, status = EX_OK;

	for (size_t done = 0; done < count;) {
		done += send_first(run, items + done, count - done, &status);
		worst = rk_worse(worst, status);
		if (status != EX_UNAVAILABLE && status != EX_TEMPFAIL)
			continue;
		if (done < count)
			rk_talk(run, "outbox.rest_stays", "count",
				rk_run_printf(run, "%zu", count - done));
		return worst;
	}
	return worst;
}

/* Under another certificate they would be other requests: each goes by the one it was made for. */
int rk_cmd_outbox_flush(struct rk_run *run)
{
	struct rk_outbox_pending *items;
	size_t count = rk_outbox_list(run, &items), own = 0;
	const struct rk_outbox_pending **mine = rk_run_alloc(run, (count + 1) * sizeof *mine);

	run->operands = rk_run_alloc(run, (count + 1) * sizeof *run->operands);
	for (size_t i = 0; i < count; i++)
		if (items[i].own)
			mine[own++] = &items[i];
	if (count > own)
		rk_talk(run, "outbox.of_others", "count", rk_run_printf(run, "%zu", count - own));
	if (count == 0)
		rk_talk(run, "outbox.empty");
	if (own == 0)
		return count > 0 ? EX_NOINPUT : EX_OK;
	if (!rk_run_flag(run, "yes") && !rk_run_flag(run, "dry-run") && !rk_on_terminal()) {
		rk_talk(run, "ask.needs_yes");
		run->failed = true;
		return rk_not_confirmed();
	}
	return send_all(run, mine, own);
}

static const struct rk_outbox_pending *find(
	struct rk_run *run, const struct rk_outbox_pending *items, size_t count, const char *id)
{
	const struct rk_outbox_pending *found = NULL;
	size_t len = strlen(id);

	for (size_t i = 0; len >= LEAST_PREFIX && i < count; i++) {
		/* One whose request is damaged has its key alone. */
		if (strncmp(items[i].request_id, id, len) != 0 &&
			strncmp(items[i].key, id, len) != 0)
			continue;
		if (found) {
			rk_talk(run, "outbox.several", "request", id);
			return NULL;
		}
		found = &items[i];
	}
	if (!found)
		rk_talk(run, "outbox.unknown", "request", id);
	return found;
}

/* The request stays known: should the server have it, the same file sent again, or the same command, gets its answer.  What is asked for
 * anew (act.h) is another request then, which the server judges with what it has. */
int rk_cmd_outbox_drop(struct rk_run *run)
{
	struct rk_outbox_pending *items;
	size_t count = rk_outbox_list(run, &items);

	for (size_t i = 0; i < run->operand_count; i++) {
		const struct rk_outbox_pending *item = find(run, items, count, run->operands[i]);
		struct rk_outbox_item box = {.kind = RK_OUTBOX_REPORT};

		if (!item)
			return EX_NOINPUT;
		if (!rk_run_flag(run, "yes")) {
			if (!rk_on_terminal()) {
				rk_talk(run, "ask.needs_yes");
				return rk_not_confirmed();
			}
			if (!rk_ask(run,
				    rk_tell(run, "outbox.ask_drop", "request", item->request_id,
					    "kind", kind_of(run, item), "file", item->name)))
				return rk_not_confirmed();
		}
		if (item->act)
			box.kind = item->act->word;
		memcpy(box.key, item->key, sizeof box.key);
		rk_outbox_settle(run, &box, !item->act || !item->act->anew);
		rk_talk(run, "outbox.dropped", "request", item->request_id);
	}
	return EX_OK;
}
