#include "waiting.h"

#include "days.h"
#include "link/tls.h"
#include "periods.h"

#include <string.h>

/* So many are named, and so many asked for: the secretariat may have hundreds. */
#define MOST_SHOWN 5
#define MOST_ASKED 100

enum rk_status rk_waiting_list(
	struct rk_run *run, Renkei__V1__ListReportsResponse *all, struct rk_failure *failure)
{
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;

	request.unconfirmed = 1;
	return rk_list_reports(run, &request, MOST_ASKED, all, failure);
}

void rk_waiting_tell_of(struct rk_run *run, const Renkei__V1__ListReportsResponse *reports)
{
	size_t count = 0;

	for (size_t i = 0; i < reports->n_reports; i++) {
		const Renkei__V1__ReportSummary *at = reports->reports[i];

		if (!rk_summary_waits(at))
			continue;
		if (count++ == 0)
			rk_talk(run, "waiting.title");
		if (count <= MOST_SHOWN)
			rk_talk(run, "waiting.one", "receipt", at->receipt_number, "name",
				at->municipality_name_ja, "period",
				rk_period_label(run, at->period), "time",
				rk_moment_told(run, at->received_at));
	}
	if (count > MOST_SHOWN)
		rk_talk(run, "submit.and_more", "count",
			rk_run_printf(run, "%zu%s", count - MOST_SHOWN,
				*reports->next_page_token ? "+" : ""));
	if (count)
		rk_talk(run, "waiting.how");
}

bool rk_is_office(const struct rk_run *run)
{
	static const char *const offices[] = {
		"/secretariat/", "/ministry/", "/analyst/", "/operator/"};
	char uri[256] = "";

	if (run->profile.cert)
		rk_tls_file_uri(run->profile.cert, uri);
	for (size_t i = 0; i < sizeof offices / sizeof offices[0]; i++)
		if (strstr(uri, offices[i]))
			return true;
	return false;
}

void rk_waiting_tell(struct rk_run *run)
{
	Renkei__V1__ListReportsResponse all;
	struct rk_failure failure = {.retry_ms = -1};

	if (!rk_is_office(run) && rk_waiting_list(run, &all, &failure) == RK_OK)
		rk_waiting_tell_of(run, &all);
}

void rk_waiting_of_years(
	struct rk_run *run, int32_t first, int32_t last, Renkei__V1__ListReportsResponse *all)
{
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	struct rk_failure failure = {.retry_ms = -1};

	request.unconfirmed = 1;
	request.fiscal_year = first == last ? first : 0;
	if (rk_list_reports(run, &request, 1000000, all, &failure) != RK_OK)
		renkei__v1__list_reports_response__init(all);
}

bool rk_waiting_has(const Renkei__V1__ListReportsResponse *all, const char *municipality,
	const Renkei__V1__Period *period)
{
	for (size_t i = 0; period && i < all->n_reports; i++) {
		const Renkei__V1__ReportSummary *at = all->reports[i];

		if (at->period && strcmp(at->municipality_code, municipality) == 0 &&
			at->period->fiscal_year == period->fiscal_year &&
			at->period->quarter == period->quarter &&
			at->period->variant == period->variant)
			return true;
	}
	return false;
}
