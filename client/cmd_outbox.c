/* renkei outbox - what was sent and not answered: seen, sent again as the same request, or let go. */
#include "command.h"
#include "out.h"
#include "outbox.h"
#include "periods.h"
#include "summary.h"
#include "wire/pack.h"

#include "renkei/v1/report.pb-c.h"

#include <string.h>

/* So much of a request_id tells one from another. */
#define LEAST_PREFIX 8

static const struct rk_grid_column columns[] = {
	{"request_id",        RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"municipality_code", RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"period",            RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"since",             RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"since_at",          RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"file",              RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"server",            RK_COLUMN_TEXT, RK_COLUMN_WIDE },
	{"own",               RK_COLUMN_BOOL, RK_COLUMN_WIDE },
};

static const Renkei__V1__Report *report_of(struct rk_run *run, const struct rk_outbox_pending *item)
{
	ProtobufCMessage *message = NULL;
	struct rk_err err;

	if (rk_unpack(&run->arena, &renkei__v1__report__descriptor, item->bytes, &message, &err) !=
		RK_OK)
		return NULL;
	return (const Renkei__V1__Report *)(const void *)message;
}

static void add_row(struct rk_grid *grid, const struct rk_outbox_pending *item)
{
	struct rk_run *run = grid->run;
	const Renkei__V1__Report *report = report_of(run, item);
	Google__Protobuf__Timestamp since = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	since.seconds = item->since;
	rk_grid_add(grid,
		(const char *const[]){item->request_id[0] ? item->request_id : item->key,
			report ? report->municipality_code : NULL,
			report && report->period ? rk_period_tag(run, report->period) : NULL,
			rk_moment_japan(run, &since), rk_moment_utc(run, &since), item->name,
			item->server, item->own ? "true" : "false"});
}

int rk_cmd_outbox_list(struct rk_run *run)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	struct rk_outbox_pending *items;
	size_t count = rk_outbox_list(run, &items);

	for (size_t i = 0; i < count; i++)
		add_row(&grid, &items[i]);
	if (count == 0)
		rk_talk(run, "outbox.empty");
	return rk_grid_print(&grid);
}

/* Under another certificate they would be other requests: each goes by the one it was made for. */
int rk_cmd_outbox_flush(struct rk_run *run)
{
	struct rk_outbox_pending *items;
	size_t count = rk_outbox_list(run, &items), others = 0;

	run->operands = rk_run_alloc(run, (count + 1) * sizeof *run->operands);
	run->operand_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (items[i].own)
			run->operands[run->operand_count++] = items[i].path;
		else
			others++;
	}
	if (others > 0)
		rk_talk(run, "outbox.of_others", "count", rk_run_printf(run, "%zu", others));
	if (run->operand_count > 0)
		return rk_cmd_submit(run);
	if (others == 0)
		rk_talk(run, "outbox.empty");
	return others > 0 ? EX_NOINPUT : EX_OK;
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

/* The request stays known: should the server have the report, the same file sent again gets its receipt. */
int rk_cmd_outbox_drop(struct rk_run *run)
{
	struct rk_outbox_pending *items;
	size_t count = rk_outbox_list(run, &items);

	for (size_t i = 0; i < run->operand_count; i++) {
		const struct rk_outbox_pending *item = find(run, items, count, run->operands[i]);
		struct rk_outbox_item box = {0};

		if (!item)
			return EX_NOINPUT;
		if (!rk_run_flag(run, "yes")) {
			if (!rk_on_terminal()) {
				rk_talk(run, "ask.needs_yes");
				return rk_not_confirmed();
			}
			if (!rk_ask(run,
				    rk_tell(run, "outbox.ask_drop", "request", item->request_id,
					    "file", item->name)))
				return rk_not_confirmed();
		}
		memcpy(box.key, item->key, sizeof box.key);
		rk_outbox_settle(run, &box, true);
		rk_talk(run, "outbox.dropped", "request", item->request_id);
	}
	return EX_OK;
}
