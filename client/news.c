#include "news.h"

#include "base/clock.h"
#include "days.h"
#include "form/file.h"
#include "link/tls.h"
#include "periods.h"
#include "summary.h"
#include "waiting.h"

#include "renkei/v1/report_service.pb-c.h"
#include "renkei/v1/status_service.pb-c.h"

#include <string.h>

/* A deadline is told so many days before. */
#define SOON_DAYS  14
#define MOST_SHOWN 10
#define SEEN_BYTES ((size_t)1 << 20)

struct news {
	struct rk_run *run;
	const char *path;  /* of what was said before: a line each */
	struct rk_buf was; /* its text, with a line end before and behind each line */
	struct rk_buf is;  /* what it is to be */
	bool first;        /* nothing was said before */
	size_t told;
};

/* One of each identity and server: two contexts on one computer are two readers. */
static const char *path_of(struct rk_run *run)
{
	const char *folder = rk_profile_state_dir(&run->arena);
	char uri[256] = "", *name;

	if (run->profile.cert)
		rk_tls_file_uri(run->profile.cert, uri);
	if (!folder || !*uri || !run->profile.server)
		return NULL;
	name = rk_run_printf(run, "%s-%s", run->profile.server, uri);
	for (char *at = name; *at; at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-",
			    *at))
			*at = '_';
	return rk_run_printf(run, "%s/seen/%.200s", folder, name);
}

/* Remembers a piece of news; true when it is one that was not said before. */
static bool is_new(struct news *news, const char *line)
{
	const char *whole = rk_run_printf(news->run, "\n%s\n", line);

	if (rk_buf_addf(&news->is, "%s\n", line) != RK_OK)
		return false;
	return news->was.len == 0 || !memmem(news->was.at, news->was.len, whole, strlen(whole));
}

static void tell(struct news *news, const char *sentence)
{
	if (news->told == 0)
		rk_talk(news->run, "news.title");
	if (news->told++ < MOST_SHOWN)
		fprintf(stderr, "  %s\n", sentence);
}

static void tell_report(struct news *news, const Renkei__V1__ReportSummary *at)
{
	struct rk_run *run = news->run;
	bool accepted = at->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED;
	const char *line = rk_run_printf(
		run, "%s %s", at->receipt_number, accepted ? "accepted" : "returned");

	if (!is_new(news, line) || (accepted && news->first))
		return;
	tell(news,
		rk_tell(run, accepted ? "news.accepted" : "news.returned", "receipt",
			rk_visible(run, at->receipt_number), "label",
			rk_period_label(run, at->period), "period",
			rk_period_tag(run, at->period)));
}

static bool tell_reports(struct news *news)
{
	static Renkei__V1__ReportState states[] = {RENKEI__V1__REPORT_STATE__REPORT_STATE_RETURNED,
		RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED};
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	Renkei__V1__ListReportsResponse all;
	struct rk_failure failure;

	request.states = states;
	request.n_states = sizeof states / sizeof states[0];
	if (rk_list_reports(news->run, &request, 1000000, &all, &failure) != RK_OK)
		return false;
	for (size_t i = 0; i < all.n_reports; i++)
		tell_report(news, all.reports[i]);
	return true;
}

/* Expected, not there, and to be there soon. */
static void tell_due(struct news *news, const char *code, const Renkei__V1__StatusPeriod *column)
{
	struct rk_run *run = news->run;
	int64_t days = column->due_at
		? rk_days_left(rk_clock_now_us() / 1000000, column->due_at->seconds)
		: -1;
	const char *tag = rk_period_tag(run, column->period);

	if (days < 0 || days > SOON_DAYS ||
		!is_new(news, rk_run_printf(run, "%s-%s due", code, tag)))
		return;
	tell(news,
		rk_tell(run, "news.due", "label", rk_period_label(run, column->period), "time",
			rk_moment_told(run, column->due_at), "days",
			rk_run_printf(run, "%lld", (long long)days)));
}

static bool tell_deadlines(struct news *news)
{
	Renkei__V1__GetPlatformStatusRequest request =
		RENKEI__V1__GET_PLATFORM_STATUS_REQUEST__INIT;
	Renkei__V1__GetPlatformStatusResponse *answer = NULL;
	struct rk_failure failure;

	if (rk_call(news->run, "StatusService/GetPlatformStatus", &request,
		    get_platform_status_response, &answer, &failure) != RK_OK)
		return false;
	for (size_t r = 0; r < answer->n_rows; r++)
		for (size_t c = 0; c < answer->n_periods && c < answer->rows[r]->n_cells; c++)
			if (answer->rows[r]->cells[c]->state ==
				RENKEI__V1__CELL_STATE__CELL_STATE_NOT_DUE)
				tell_due(news, answer->rows[r]->municipality_code,
					answer->periods[c]);
	return true;
}

static void remember(struct news *news)
{
	struct rk_err err;

	if (!rk_slice_equal(rk_buf_slice(&news->was), rk_buf_slice(&news->is)) &&
		rk_file_write(news->path, rk_buf_slice(&news->is), 0600, &err) != RK_OK)
		rk_trouble(news->run, &err);
}

void rk_news_tell(struct rk_run *run)
{
	struct news news = {.run = run, .was = {.max = SEEN_BYTES}};
	struct rk_err err;

	if (rk_is_office(run) || !(news.path = path_of(run)))
		return;
	if (rk_buf_add_str(&news.is, "\n") == RK_OK) {
		news.first = rk_file_read(news.path, &news.was, &err) != RK_OK;
		/* What could not be asked about is not forgotten. */
		if (tell_reports(&news) && tell_deadlines(&news))
			remember(&news);
		if (news.told > MOST_SHOWN)
			rk_talk(run, "submit.and_more", "count",
				rk_run_printf(run, "%zu", news.told - MOST_SHOWN));
	}
	rk_buf_clear(&news.was);
	rk_buf_clear(&news.is);
}
