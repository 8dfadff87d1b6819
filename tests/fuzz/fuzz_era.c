/* Any text through the readers of years, dates, periods and codes: what was read prints to something that reads the same. */
#include "words/code.h"
#include "words/era.h"
#include "words/partial.h"
#include "words/period.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void period(struct rk_slice text)
{
	struct rk_period read, again;
	char printed[RK_PERIOD_TEXT];
	struct rk_err err;

	if (rk_period_parse(text, &read, NULL, &err) != RK_OK)
		return;
	rk_period_print(read, printed);
	assert(rk_period_parse(rk_slice_str(printed), &again, NULL, &err) == RK_OK);
	assert(read.fiscal_year == again.fiscal_year && read.quarter == again.quarter &&
		read.forecast == again.forecast);
}

static void date(struct rk_slice text)
{
	RK_AUTO(rk_buf_clear) struct rk_buf printed = {0};
	Renkei__V1__PartialDate read, again;
	struct rk_err err;

	if (rk_partial_parse(text, &read, NULL, &err) != RK_OK)
		return;
	assert(rk_partial_check(&read) == RK_PARTIAL_FINE);
	if (rk_partial_add(&printed, &read, RK_PARTIAL_ISO) != RK_OK)
		return;
	assert(rk_partial_parse(rk_buf_slice(&printed), &again, NULL, &err) == RK_OK);
	assert(read.year == again.year && read.month == again.month && read.day == again.day &&
		read.precision == again.precision);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_slice text = rk_slice_of(data, size);
	struct rk_era_year year;
	char code[RK_CODE_TEXT], ignored[RK_CODE_TEXT];
	struct rk_err err;

	if (rk_era_parse(text, &year, &err) == RK_OK)
		assert(year.year >= 1900 && year.year <= 2199);
	period(text);
	date(text);
	if (rk_lg_code_complete(text, code))
		assert(rk_lg_code_check(rk_slice_str(code), ignored) == RK_CODE_FINE);
	if (rk_lg_code_check(text, code) != RK_CODE_FINE && code[0])
		assert(rk_lg_code_check(rk_slice_str(code), ignored) == RK_CODE_FINE);
	if (rk_gb_code_check(text, code) != RK_CODE_FINE && code[0])
		assert(rk_gb_code_check(rk_slice_str(code), ignored) == RK_CODE_FINE);
	return 0;
}
