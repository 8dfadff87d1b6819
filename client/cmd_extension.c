/* renkei extension - a later deadline: asked for by a municipality, granted or refused by the secretariat. */
#include "base/text.h"
#include "command.h"
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

int rk_cmd_extension_ask(struct rk_run *run)
{
	Renkei__V1__RequestExtensionRequest request = RENKEI__V1__REQUEST_EXTENSION_REQUEST__INIT;
	Renkei__V1__RequestExtensionResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	Renkei__V1__Period period;
	const char *reason = rk_run_option(run, "reason"), *municipality;
	char request_id[37];

	if (!rk_run_option(run, "until"))
		return rk_usage(run, "usage.option_missing", "option", "until");
	if (!reason)
		return rk_usage(run, "usage.option_missing", "option", "reason");
	if (rk_period_asked(run->operands[0], &period, &failure.err) != RK_OK ||
		until_asked(run, &request.until_date, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	municipality = rk_municipality_asked(run, &failure.err);
	if (!municipality)
		return rk_trouble(run, &failure.err);
	if (!agreed(run,
		    rk_run_printf(run, "%s  %s  %s", rk_period_label(run, &period),
			    request.until_date, rk_visible(run, reason)),
		    "extension.ask"))
		return rk_not_confirmed();
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.municipality_code = rk_run_str(run, municipality);
	request.period = &period;
	request.reason = rk_run_str(run, reason);
	if (rk_call(run, "ExtensionService/RequestExtension", &request, request_extension_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print_one(run, response->extension);
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
