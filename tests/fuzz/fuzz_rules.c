/* Bytes of any kind through the rules: there is a verdict with every rule run, or there is no memory. */
#include "base/text.h"
#include "words/compare.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Beside itself, as of a year before: what is said of it holds together, whatever the report is. */
static void compare(struct rk_arena *arena, const Renkei__V1__Report *report)
{
	Renkei__V1__Report before = *report;
	Renkei__V1__Period period = RENKEI__V1__PERIOD__INIT;
	const struct rk_compared earlier = {"earlier", &before};
	Renkei__V1__Comparison *comparison;
	struct rk_err err;
	size_t rules;

	if (report->period)
		period = *report->period;
	period.fiscal_year -= period.fiscal_year > 0;
	before.period = &period;
	(void)rk_compare_list(&rules);
	if (rk_compare(arena, report, &earlier, 1, &comparison, &err) != RK_OK) {
		assert(!comparison);
		return;
	}
	assert(comparison->verdict->n_rules_run == rules && comparison->verdict->error_count == 0);
	for (size_t i = 0; i < comparison->verdict->n_findings; i++)
		assert(*comparison->verdict->findings[i]->sentence->ja);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	struct rk_rules_context context = {.today = 20170501};
	Renkei__V1__Report *report;
	Renkei__V1__Verdict *verdict;
	struct rk_err err;
	size_t rules;

	(void)rk_rules_list(&rules);
	if (rk_rules_check(&arena, rk_slice_of(data, size), &context, &report, &verdict, &err) !=
		RK_OK) {
		assert(!verdict);
		return 0;
	}
	assert(verdict->n_rules_run == rules);
	assert(report || verdict->error_count > 0);
	for (size_t i = 0; i < verdict->n_findings; i++) {
		struct rk_slice value = rk_slice_str(verdict->findings[i]->value);

		assert(value.len <= 200 && rk_text_utf8_bad(value) == value.len);
		assert(*verdict->findings[i]->sentence->ja && *verdict->findings[i]->sentence->zh);
	}
	if (report)
		compare(&arena, report);
	return 0;
}
