/* renkei extension - a later deadline: asked for by a municipality, granted or refused by the secretariat. */
#include "act.h"
#include "base/text.h"
#include "command.h"
#include "days.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "server_info.h"
#include "summary.h"

#include "renkei/v1/extension_service.pb-c.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"extension_number",  RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"municipality_name", RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"period",            RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"state",             RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"until_date",        RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"reason",            RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"requested",         RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"requested_at",      RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"requested_by",      RK_COLUMN_TEXT, RK_COLUMN_WIDE },
	{"due",               RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"due_at",            RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"decision_reason",   RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"decided",           RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"decided_at",        RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"decided_by",        RK_COLUMN_TEXT, RK_COLUMN_WIDE },
};

static void add_row(struct rk_grid *grid, const Renkei__V1__Extension *at)
{
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[]){at->number, at->municipality_name_ja,
			rk_period_tag(run, at->period),
			rk_shown_enum(
				run, &renkei__v1__extension_state__descriptor, (int)at->state),
			at->until_date, at->reason, rk_moment_japan(run, at->requested_at),
			rk_moment_utc(run, at->requested_at), at->requested_by,
			rk_moment_japan(run, at->due_at), rk_moment_utc(run, at->due_at),
			at->decision_reason, rk_moment_japan(run, at->decided_at),
			rk_moment_utc(run, at->decided_at), at->decided_by});
}

static int print_one(struct rk_run *run, const Renkei__V1__Extension *extension)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	if (!extension)
		return rk_answer_bad(run, "no extension");
	add_row(&grid, extension);
	return rk_grid_print(&grid);
}

/* --until as the server takes it; "" when it is not given. */
static enum rk_status until_asked(struct rk_run *run, char **until, struct rk_err *err)
{
	const char *text = rk_run_option(run, "until");
	int32_t date;

	*until = rk_run_str(run, "");
	if (!text)
		return RK_OK;
	RK_TRY(rk_date_parse(text, &date, err));
	*until = rk_run_str(run, rk_date_iso(run, date));
	return RK_OK;
}

/* Whoever sits before a terminal is shown what is to be sent, and asked. */
static bool agreed(struct rk_run *run, const char *said, const char *question)
{
	if (rk_on_terminal() && !rk_run_flag(run, "yes"))
		fprintf(stderr, "%s\n", said);
	return rk_confirm(run, question, NULL);
}

static int tell_asked(
	struct rk_run *run, const ProtobufCMessage *request, const ProtobufCMessage *response)
{
	(void)request;
	return print_one(run, rk_act_get(response, "extension"));
}

/* Its answer says how it was then; after a refusal the same words are another request. */
const struct rk_act rk_act_extension = {.word = "extension",
	.path = "/renkei.v1.ExtensionService/RequestExtension",
	.request = &renkei__v1__request_extension_request__descriptor,
	.response = &renkei__v1__request_extension_response__descriptor,
	.tell = tell_asked,
	.anew = true};

/* One that is out goes first: two for one period would be one too many. */
static int send_earlier(struct rk_run *run, const struct rk_outbox_pending *waiting,
	const Renkei__V1__RequestExtensionRequest *wish)
{
	const Renkei__V1__RequestExtensionRequest *earlier = (const void *)rk_act_waiting(
		run, waiting);

	if (strcmp(earlier->until_date, wish->until_date) != 0 ||
		strcmp(earlier->reason, wish->reason) != 0)
		return rk_usage(run, "usage.extension_waits", "number", waiting->name, "until",
			rk_day_told(run, rk_visible(run, earlier->until_date)), "request",
			waiting->request_id);
	return rk_act_send_found(run, waiting);
}

/* The options as a request. */
static int read_wish(struct rk_run *run, Renkei__V1__RequestExtensionRequest *wish)
{
	const char *reason = rk_run_option(run, "reason"), *municipality;
	struct rk_failure failure = {.retry_ms = -1};

	if (!rk_run_option(run, "until"))
		return rk_usage(run, "usage.option_missing", "option", "until");
	if (!reason)
		return rk_usage(run, "usage.option_missing", "option", "reason");
	if (rk_period_asked(run->operands[0], wish->period, &failure.err) != RK_OK ||
		until_asked(run, &wish->until_date, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	municipality = rk_municipality_asked(run, &failure.err);
	if (!municipality)
		return rk_trouble_before(run, &failure);
	wish->municipality_code = rk_run_str(run, municipality);
	wish->reason = rk_run_str(run, reason);
	return EX_OK;
}

int rk_cmd_extension_ask(struct rk_run *run)
{
	Renkei__V1__RequestExtensionRequest wish = RENKEI__V1__REQUEST_EXTENSION_REQUEST__INIT;
	Renkei__V1__Period period;
	const struct rk_outbox_pending *waiting;
	struct rk_failure failure;

	wish.period = &period;
	int status = read_wish(run, &wish);

	if (status != EX_OK)
		return status;
	waiting = rk_act_find(run, &rk_act_extension, wish.municipality_code, &period, 0);
	if (waiting)
		return send_earlier(run, waiting, &wish);
	if (!agreed(run,
		    rk_run_printf(run, "%s  %s  %s", rk_period_label(run, &period), wish.until_date,
			    rk_visible(run, wish.reason)),
		    "extension.ask"))
		return rk_not_confirmed();
	return rk_act_do(run, &rk_act_extension,
		rk_run_printf(run, "%s-%s", wish.municipality_code, rk_period_tag(run, &period)),
		&wish.base, &failure);
}

static int decide(struct rk_run *run, bool grant)
{
	Renkei__V1__DecideExtensionRequest request = RENKEI__V1__DECIDE_EXTENSION_REQUEST__INIT;
	Renkei__V1__DecideExtensionResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	const char *reason = rk_run_option(run, "reason");
	char request_id[37];

	if (!grant && !reason)
		return rk_usage(run, "usage.option_missing", "option", "reason");
	if (grant && until_asked(run, &request.until_date, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	if (!agreed(run,
		    rk_run_printf(run, "%s  %s  %s", rk_visible(run, run->operands[0]),
			    request.until_date, reason ? rk_visible(run, reason) : ""),
		    grant ? "extension.ask_grant" : "extension.ask_refuse"))
		return rk_not_confirmed();
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.number = rk_run_str(run, run->operands[0]);
	request.grant = grant;
	request.reason = rk_run_str(run, reason ? reason : "");
	if (rk_call(run, "ExtensionService/DecideExtension", &request, decide_extension_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print_one(run, response->extension);
}

int rk_cmd_extension_grant(struct rk_run *run)
{
	return decide(run, true);
}

int rk_cmd_extension_refuse(struct rk_run *run)
{
	return decide(run, false);
}

int rk_cmd_extension_list(struct rk_run *run)
{
	Renkei__V1__ListExtensionsRequest request = RENKEI__V1__LIST_EXTENSIONS_REQUEST__INIT;
	Renkei__V1__ListExtensionsResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	const char *only = rk_run_option(run, "municipality"), *year = rk_run_option(run, "year");
	int32_t last;

	if (year &&
		(rk_years_parse(year, &request.fiscal_year, &last, &failure.err) != RK_OK ||
			last != request.fiscal_year))
		return rk_usage(run, "usage.one_year", "value", year);
	request.municipality_code = rk_run_str(run, only ? only : "");
	request.undecided = rk_run_flag(run, "undecided");
	if (rk_call(run, "ExtensionService/ListExtensions", &request, list_extensions_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < response->n_extensions; i++)
		add_row(&grid, response->extensions[i]);
	return rk_answer_print(&grid, &response->base);
}
