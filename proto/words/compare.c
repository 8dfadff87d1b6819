#include "words/compare.h"

#include "words/earlier.h"
#include "words/period.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SCRATCH   ((size_t)32 << 20)
#define MAX_RULES 40

static const struct rk_rule *const lists[] = {rk_rules_earlier, rk_rules_earlier_lists};
#define LISTS (sizeof lists / sizeof lists[0])

/* The set by code, and its hash; made at the first question. */
static struct {
	struct rk_rule_info infos[MAX_RULES];
	size_t count;
	char hash[RK_SHA256_HEX];
} set;

static int by_code(const void *a, const void *b)
{
	const struct rk_rule_info *x = a, *y = b;

	return strcmp(x->code, y->code);
}

const struct rk_rule_info *rk_compare_list(size_t *count)
{
	size_t n = 0;

	for (size_t i = 0; !set.count && i < LISTS; i++) {
		for (const struct rk_rule *rule = lists[i]; rule->code; rule++) {
			assert(n < MAX_RULES);
			set.infos[n++] = (struct rk_rule_info){rule->code, rule->severity};
		}
	}
	if (!set.count) {
		qsort(set.infos, n, sizeof *set.infos, by_code);
		set.count = n;
	}
	*count = set.count;
	return set.infos;
}

bool rk_compare_has(const char *code)
{
	size_t count;
	const struct rk_rule_info *rules = rk_compare_list(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(rules[i].code, code) == 0)
			return true;
	}
	return false;
}

/* Quarters since the year 0, of a regular report; 0 for one that names no quarter. */
static int32_t place_of(const Renkei__V1__Report *report)
{
	struct rk_period period;

	if (!rk_period_from_message(report->period, &period) || period.forecast)
		return 0;
	return period.fiscal_year * 4 + period.quarter;
}

/* A forecast has the earlier quarters of its own; it is no earlier report itself. */
static int32_t own_place(const Renkei__V1__Report *report)
{
	struct rk_period period;

	return rk_period_from_message(report->period, &period)
		? period.fiscal_year * 4 + period.quarter
		: 0;
}

/* The newest that count, in their order, into chosen. */
static size_t choose(const Renkei__V1__Report *report, const struct rk_compared *earlier,
	size_t count, struct rk_compared chosen[RK_COMPARED_MAX])
{
	int32_t until = own_place(report);
	size_t n = 0;

	while (n < RK_COMPARED_MAX) {
		const struct rk_compared *best = NULL;

		for (size_t i = 0; i < count; i++) {
			int32_t place = place_of(earlier[i].report);

			if (place > 0 && place < until &&
				strcmp(earlier[i].report->municipality_code,
					report->municipality_code) == 0 &&
				(!best || place > place_of(best->report)))
				best = &earlier[i];
		}
		if (!best)
			break;
		chosen[n++] = *best;
		until = place_of(best->report);
	}
	return n;
}

static enum rk_status short_of_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED,
		"the report beside its earlier ones needs too much memory");
}

static enum rk_status name_all(
	struct rk_arena *arena, const struct rk_judge *judge, Renkei__V1__Comparison *out)
{
	size_t rules;
	const struct rk_rule_info *list = rk_compare_list(&rules);
	Renkei__V1__Verdict *verdict = out->verdict;

	verdict->rules_run = rk_arena_alloc(arena, rules * sizeof *verdict->rules_run);
	out->receipt_numbers = rk_arena_alloc(
		arena, (judge->earlier_count + 1) * sizeof *out->receipt_numbers);
	if (!set.hash[0] && !rk_judge_hash(list, rules, set.hash)) {
		set.hash[0] = '\0';
		return RK_RESOURCE_EXHAUSTED;
	}
	verdict->rule_set_hash = rk_arena_str(arena, set.hash);
	if (!verdict->rules_run || !out->receipt_numbers || !verdict->rule_set_hash)
		return RK_RESOURCE_EXHAUSTED;
	for (size_t i = 0; i < rules; i++) {
		verdict->rules_run[i] = rk_arena_str(arena, list[i].code);
		if (!verdict->rules_run[i])
			return RK_RESOURCE_EXHAUSTED;
		verdict->n_rules_run++;
	}
	for (size_t i = 0; i < judge->earlier_count; i++) {
		out->receipt_numbers[i] = rk_arena_str(arena, judge->earlier[i].receipt_number);
		if (!out->receipt_numbers[i])
			return RK_RESOURCE_EXHAUSTED;
		out->n_receipt_numbers++;
	}
	return RK_OK;
}

static void run_all(struct rk_judge *judge, const struct rk_rule *rules)
{
	for (; rules->code && judge->status == RK_OK; rules++)
		rk_judge_run(judge, rules);
}

enum rk_status rk_compare(struct rk_arena *arena, const Renkei__V1__Report *report,
	const struct rk_compared *earlier, size_t count, Renkei__V1__Comparison **out,
	struct rk_err *err)
{
	RK_AUTO(rk_arena_clear) struct rk_arena scratch = {.cap = SCRATCH};
	struct rk_compared chosen[RK_COMPARED_MAX];
	struct rk_judge judge = {.arena = arena, .scratch = &scratch, .earlier = chosen};
	Renkei__V1__Comparison *made = rk_arena_alloc(arena, sizeof *made);
	Renkei__V1__Verdict *verdict = rk_arena_alloc(arena, sizeof *verdict);

	*out = NULL;
	if (!made || !verdict)
		return short_of_memory(err);
	renkei__v1__comparison__init(made);
	renkei__v1__verdict__init(verdict);
	made->verdict = verdict;
	judge.earlier_count = choose(report, earlier, count, chosen);
	rk_judge_open(&judge, report);
	for (size_t i = 0; i < LISTS && judge.earlier_count; i++)
		run_all(&judge, lists[i]);
	rk_judge_answers(&judge, rk_rules_last, rk_compare_has);
	if (judge.status != RK_OK || name_all(arena, &judge, made) != RK_OK ||
		rk_judge_close(&judge, verdict) != RK_OK)
		return short_of_memory(err);
	*out = made;
	return RK_OK;
}
