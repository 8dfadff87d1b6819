#include "server_info.h"

#include "days.h"
#include "labels.h"
#include "link/tls.h"
#include "out.h"
#include "outbox.h"
#include "periods.h"
#include "proxy.h"
#include "today.h"
#include "waiting.h"
#include "who.h"
#include "words/code.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

/* What is asked beside the matter itself may not hold it up. */
#define SOON_MS 5000

/* Of this run: it has one server. */
static const Renkei__V1__GetServerInfoResponse *known;

static void keep(struct rk_run *run, const Renkei__V1__GetServerInfoResponse *response)
{
	known = response;
	rk_clock_heard(run, response->now);
}

enum rk_status rk_server_info(struct rk_run *run, const Renkei__V1__GetServerInfoResponse **info,
	struct rk_failure *failure)
{
	Renkei__V1__GetServerInfoRequest request = RENKEI__V1__GET_SERVER_INFO_REQUEST__INIT;
	Renkei__V1__GetServerInfoResponse *response = NULL;

	if (!known) {
		RK_TRY(rk_call(run, "ServerService/GetServerInfo", &request,
			get_server_info_response, &response, failure));
		keep(run, response);
	}
	*info = known;
	return RK_OK;
}

const Renkei__V1__GetServerInfoResponse *rk_server_info_soon(struct rk_run *run)
{
	int64_t patience = run->timeout_ms && run->timeout_ms < SOON_MS ? run->timeout_ms : SOON_MS;
	Renkei__V1__GetServerInfoResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (!known &&
		rk_remote_once(run, "/renkei.v1.ServerService/GetServerInfo", rk_slice_of("", 0),
			patience, &renkei__v1__get_server_info_response__descriptor,
			(ProtobufCMessage **)(void *)&response, &failure) == RK_OK)
		keep(run, response);
	return known;
}

enum rk_status rk_server_pin_keys(struct rk_run *run, struct rk_failure *failure)
{
	const Renkei__V1__GetServerInfoResponse *info;

	RK_TRY(rk_server_info(run, &info, failure));
	*failure = (struct rk_failure){.retry_ms = -1};
	return rk_receipt_keys_pin(run, info, &failure->err);
}

/* What the own certificate says, "renkei://.../municipality/401005": it is at hand when the line is away. */
static const char *certified_municipality(struct rk_run *run)
{
	static const char *const roles[] = {"/municipality/", "/approver/"};
	char uri[256] = "", suggestion[RK_CODE_TEXT];

	if (run->profile.cert)
		rk_tls_file_uri(run->profile.cert, uri);
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
		const char *role = strstr(uri, roles[i]);
		const char *code = role ? role + strlen(roles[i]) : "";

		if (rk_lg_code_check(rk_slice_str(code), suggestion) == RK_CODE_FINE)
			return rk_run_str(run, code);
	}
	return NULL;
}

const char *rk_municipality_own(struct rk_run *run)
{
	if (rk_is_office(run))
		return NULL;
	return run->profile.municipality ? run->profile.municipality : certified_municipality(run);
}

const char *rk_municipality_asked(struct rk_run *run, struct rk_err *err)
{
	const char *certified;
	const char *asked = rk_run_option(run, "municipality");
	const Renkei__V1__GetServerInfoResponse *info;
	struct rk_failure failure;

	if (asked)
		return asked;
	if (run->profile.municipality)
		return run->profile.municipality;
	certified = certified_municipality(run);
	if (certified)
		return certified;
	if (rk_server_info(run, &info, &failure) != RK_OK) {
		*err = failure.err;
		/* What the server says, in the run's language. */
		if (failure.from_server)
			rk_fail(err, failure.err.status, "%s", failure.sentence);
		return NULL;
	}
	if (info->caller && info->caller->municipality_code[0])
		return info->caller->municipality_code;
	rk_fail_reason(err, RK_INVALID_ARGUMENT, "MUNICIPALITY_MISSING", "which municipality?");
	return NULL;
}

const char *rk_proxy_of(struct rk_run *run)
{
	char shown[440];

	if (!run->profile.proxy)
		return NULL;
	rk_proxy_shown(run->profile.proxy, shown);
	return rk_run_str(run, shown);
}

const char *rk_span(struct rk_run *run, int64_t seconds)
{
	if (seconds >= 86400)
		return rk_tell(run, "span.days", "days",
			rk_run_printf(run, "%lld", (long long)(seconds / 86400)), "hours",
			rk_run_printf(run, "%lld", (long long)(seconds % 86400 / 3600)));
	if (seconds >= 3600)
		return rk_tell(run, "span.hours", "hours",
			rk_run_printf(run, "%lld", (long long)(seconds / 3600)), "minutes",
			rk_run_printf(run, "%lld", (long long)(seconds % 3600 / 60)));
	return rk_tell(run, "span.minutes", "minutes",
		rk_run_printf(run, "%lld", (long long)(seconds / 60)), "seconds",
		rk_run_printf(run, "%lld", (long long)(seconds % 60)));
}

const char *rk_timeliness(struct rk_run *run, const Renkei__V1__Receipt *receipt)
{
	if (!rk_out_is_human(run))
		return rk_enum_name(
			run, &renkei__v1__timeliness__descriptor, (int)receipt->timeliness);
	if (receipt->timeliness == RENKEI__V1__TIMELINESS__TIMELINESS_LATE)
		return rk_tell(run, "receipt.late", "span", rk_span(run, receipt->late_seconds));
	return rk_label_enum(run, &renkei__v1__timeliness__descriptor, (int)receipt->timeliness);
}

static void line(struct rk_run *run, FILE *out, const char *code, const char *value)
{
	fprintf(out, "  %s: %s\n", rk_tell(run, code), value);
}

void rk_receipt_print(struct rk_run *run, const Renkei__V1__Receipt *receipt)
{
	FILE *out = rk_out(run);

	if (!out)
		return;
	fprintf(out, "%s %s\n", rk_tell(run, "receipt.title"), receipt->number);
	line(run, out, "col.municipality", rk_code_shown(run, receipt->municipality_code));
	line(run, out, "col.period", rk_period_label(run, receipt->period));
	line(run, out, "col.version", rk_run_printf(run, "%d", receipt->version));
	/* The moment to the microsecond, as it is signed, says little to most. */
	line(run, out, "col.received",
		run->language == RK_EN || run->output == RK_OUT_WIDE
			? rk_run_printf(run, "%s (%s)", rk_moment_told(run, receipt->received_at),
				  receipt->received_at ? rk_moment_utc(run, receipt->received_at)
						       : "-")
			: rk_moment_told(run, receipt->received_at));
	if (receipt->released_at)
		line(run, out, "col.released",
			run->language == RK_EN || run->output == RK_OUT_WIDE
				? rk_run_printf(run, "%s (%s)",
					  rk_moment_told(run, receipt->released_at),
					  rk_moment_utc(run, receipt->released_at))
				: rk_moment_told(run, receipt->released_at));
	line(run, out, "col.due", receipt->due_at ? rk_moment_told(run, receipt->due_at) : "-");
	line(run, out, "col.timeliness", rk_timeliness(run, receipt));
	if (receipt->timeliness == RENKEI__V1__TIMELINESS__TIMELINESS_AWAITING_RELEASE)
		line(run, out, "col.state",
			rk_label_enum(run, &renkei__v1__report_state__descriptor,
				RENKEI__V1__REPORT_STATE__REPORT_STATE_AWAITING_RELEASE));
	line(run, out, "col.sha256", receipt->sha256);
	line(run, out, "col.length", rk_run_printf(run, "%lld", (long long)receipt->length));
	line(run, out, "col.warning_count", rk_run_printf(run, "%d", receipt->warning_count));
	line(run, out, "col.key_id", receipt->key_id);
	if (*receipt->delegated_by)
		line(run, out, "col.delegated_by", receipt->delegated_by);
}
