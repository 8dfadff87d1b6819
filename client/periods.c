#include "periods.h"

#include "base/text.h"
#include "days.h"
#include "out.h"
#include "words/partial.h"
#include "words/period.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_S 86400

enum rk_status rk_period_asked(const char *text, Renkei__V1__Period *period, struct rk_err *err)
{
	struct rk_period parsed;

	renkei__v1__period__init(period);
	if (rk_period_parse(rk_slice_str(text), &parsed, NULL, NULL) != RK_OK)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "PERIOD_BAD", "%s", text);
	period->fiscal_year = parsed.fiscal_year;
	period->quarter = (Renkei__V1__Quarter)parsed.quarter;
	period->variant = parsed.forecast ? RENKEI__V1__VARIANT__VARIANT_FORECAST
					  : RENKEI__V1__VARIANT__VARIANT_REGULAR;
	return RK_OK;
}

const char *rk_period_tag(struct rk_run *run, const Renkei__V1__Period *period)
{
	if (!period)
		return "";
	return rk_run_printf(run, "%dQ%d%s", period->fiscal_year, (int)period->quarter,
		period->variant == RENKEI__V1__VARIANT__VARIANT_FORECAST ? "F" : "");
}

const char *rk_period_label(struct rk_run *run, const Renkei__V1__Period *period)
{
	bool forecast = period && period->variant == RENKEI__V1__VARIANT__VARIANT_FORECAST;

	if (!period)
		return "";
	return rk_tell(run, forecast ? "period.forecast" : "period.regular", "year",
		rk_run_printf(run, "%d", period->fiscal_year), "quarter",
		rk_run_printf(run, "%d", (int)period->quarter));
}

enum rk_status rk_receipt_number_parse(struct rk_run *run, const char *text,
	const char **municipality, Renkei__V1__Period *period, int32_t *version, struct rk_err *err)
{
	const char *first = strchr(text, '-'), *last = strrchr(text, '-');
	int64_t number;

	if (!first || first == last || first - text != 6 ||
		!rk_text_i64(rk_slice_str(last + 1), 1, 9999, &number))
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "RECEIPT_NUMBER_BAD", "%s", text);
	*municipality = rk_run_slice(run, rk_slice_of(text, 6));
	*version = (int32_t)number;
	return rk_period_asked(
		rk_run_slice(run, rk_slice_of(first + 1, (size_t)(last - first) - 1)), period, err);
}

enum rk_status rk_date_parse(const char *text, int32_t *date, struct rk_err *err)
{
	Renkei__V1__PartialDate read;

	if (rk_partial_parse(rk_slice_str(text), &read, NULL, NULL) != RK_OK ||
		!rk_partial_is_day(&read, date))
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "DATE_BAD", "%s", text);
	return RK_OK;
}

const char *rk_date_iso(struct rk_run *run, int32_t date)
{
	return rk_run_printf(run, "%04d-%02d-%02d", date / 10000, date / 100 % 100, date % 100);
}

/* What people leave out: seconds, and where the clock is that they read. */
static enum rk_status refuse_moment(const char *text, struct rk_err *err)
{
	static const char *const ends[] = {"+09:00", ":00+09:00"};
	char whole[64];
	int64_t seconds;
	int32_t nanos;

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		int len = snprintf(whole, sizeof whole, "%s%s", text, ends[i]);

		if (len > 10 && (size_t)len < sizeof whole && whole[10] == ' ')
			whole[10] = 'T';
		if ((size_t)len < sizeof whole &&
			rk_text_rfc3339(rk_slice_str(whole), &seconds, &nanos))
			return rk_err_values(err,
				rk_fail_reason(
					err, RK_INVALID_ARGUMENT, "TIME_ZONE_BAD", "%s", text),
				"whole=%s", whole);
	}
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, "TIME_BAD", "%s", text);
}

enum rk_status rk_moment_parse(
	const char *text, Google__Protobuf__Timestamp *at, struct rk_err *err)
{
	char whole[64];
	int32_t date = 0;

	google__protobuf__timestamp__init(at);
	if (rk_date_parse(text, &date, NULL) == RK_OK) {
		snprintf(whole, sizeof whole, "%04d-%02d-%02dT23:59:59.999999+09:00", date / 10000,
			date / 100 % 100, date % 100);
		text = whole;
	}
	if (!rk_text_rfc3339(rk_slice_str(text), &at->seconds, &at->nanos))
		return refuse_moment(text, err);
	return RK_OK;
}

enum rk_status rk_as_of_asked(struct rk_run *run, struct rk_err *err)
{
	const char *text = rk_run_option(run, "as-of");
	Google__Protobuf__Timestamp *at;

	if (!text)
		return RK_OK;
	at = rk_run_alloc(run, sizeof *at);
	RK_TRY(rk_moment_parse(text, at, err));
	run->as_of = at;
	return RK_OK;
}

void rk_as_of_print(struct rk_run *run, const Google__Protobuf__Timestamp *as_of)
{
	if (as_of && rk_out_is_human(run))
		fprintf(rk_out(run), "%s\n",
			rk_tell(run, "as_of", "time", rk_moment_told(run, as_of)));
}

const char *rk_moment_utc(struct rk_run *run, const Google__Protobuf__Timestamp *at)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	if (!at || rk_text_add_rfc3339(&text, at->seconds, at->nanos) != RK_OK)
		return NULL;
	return rk_run_slice(run, rk_buf_slice(&text));
}

const char *rk_moment_japan(struct rk_run *run, const Google__Protobuf__Timestamp *at)
{
	struct tm parts;
	char text[64];

	if (!at)
		return "";
	time_t japan = (time_t)at->seconds + INT64_C(9) * 3600;

	if (!gmtime_r(&japan, &parts) || !strftime(text, sizeof text, "%Y-%m-%d %H:%M JST", &parts))
		return "";
	return rk_run_str(run, text);
}

/* "2016", or as the front of a quarter that words/period.h reads: "平成28年度", "H28". */
static bool read_year(struct rk_slice text, int32_t *year)
{
	static const char *const quarters[] = {"第1四半期", "Q1"};
	int64_t number;

	if (rk_text_i64(text, 2000, 2199, &number)) {
		*year = (int32_t)number;
		return true;
	}
	for (size_t i = 0; i < sizeof quarters / sizeof quarters[0]; i++) {
		RK_AUTO(rk_buf_clear) struct rk_buf quarter = {0};
		struct rk_period period;
		struct rk_err err;

		if (rk_buf_add_slice(&quarter, text) == RK_OK &&
			rk_buf_add_str(&quarter, quarters[i]) == RK_OK &&
			rk_period_parse(rk_buf_slice(&quarter), &period, NULL, &err) == RK_OK) {
			*year = period.fiscal_year;
			return true;
		}
	}
	return false;
}

enum rk_status rk_years_parse(const char *text, int32_t *first, int32_t *last, struct rk_err *err)
{
	const char *dots = strstr(text, ".."), *dash = strchr(text, '-');
	const char *end = dots ? dots : dash, *second = dots ? dots + 2 : dash ? dash + 1 : text;
	int32_t from, to;

	if (!read_year(rk_slice_of(text, end ? (size_t)(end - text) : strlen(text)), &from) ||
		!read_year(rk_slice_str(second), &to) || to < from)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "YEAR_BAD", "%s", text);
	*first = from;
	*last = to;
	return RK_OK;
}

const char *rk_in_language(const struct rk_run *run, const Renkei__V1__LocalizedText *text)
{
	if (!text)
		return "";
	if (run->language == RK_JA)
		return text->ja;
	return run->language == RK_ZH ? text->zh : text->en;
}

int64_t rk_days_left(int64_t now, int64_t due)
{
	int64_t left = due - now;

	return left >= 0 ? left / DAY_S : -((-left + DAY_S - 1) / DAY_S);
}
