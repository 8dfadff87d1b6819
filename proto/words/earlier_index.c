/* Earlier activities by their id, and by what people know an event by: a report may have a thousand, and so has each one before it. */
#include "words/earlier.h"
#include "words/partial.h"

#include <stdlib.h>
#include <string.h>

#define HELD RENKEI__V1__ACTIVITY_STATUS__ACTIVITY_STATUS_HELD

struct rk_earlier_index {
	struct rk_earlier_activity *by_id; /* those that have one */
	size_t id_count;
	struct rk_earlier_activity *by_title; /* those that were held on a day that is known */
	size_t title_count;
};

/* Newest first, as they were found. */
static int by_age(const struct rk_earlier_activity *a, const struct rk_earlier_activity *b)
{
	return a->age < b->age ? -1 : a->age > b->age;
}

static int compare_ids(const void *one, const void *other)
{
	const struct rk_earlier_activity *a = one, *b = other;
	int order = strcmp(a->activity->activity_id, b->activity->activity_id);

	return order ? order : by_age(a, b);
}

static int date_order(const Renkei__V1__PartialDate *a, const Renkei__V1__PartialDate *b)
{
	const int parts[][2] = {
		{(int)a->precision, (int)b->precision},
                {a->year,           b->year          },
                {a->month,          b->month         },
		{a->day,            b->day           }
        };

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (parts[i][0] != parts[i][1])
			return parts[i][0] < parts[i][1] ? -1 : 1;
	return 0;
}

static int event_order(const Renkei__V1__Activity *a, const Renkei__V1__Activity *b)
{
	int order = strcmp(a->title, b->title);

	return order ? order : date_order(a->actual_start, b->actual_start);
}

static int compare_events(const void *one, const void *other)
{
	const struct rk_earlier_activity *a = one, *b = other;
	int order = event_order(a->activity, b->activity);

	return order ? order : by_age(a, b);
}

static bool is_event(const Renkei__V1__Activity *activity)
{
	return activity->status == HELD && activity->actual_start &&
		rk_partial_is_known(activity->actual_start);
}

static void take(struct rk_earlier_index *index, const struct rk_earlier_activity *one)
{
	if (*one->activity->activity_id)
		index->by_id[index->id_count++] = *one;
	if (is_event(one->activity))
		index->by_title[index->title_count++] = *one;
}

static struct rk_earlier_index *make(struct rk_judge *judge)
{
	struct rk_earlier_index *index = rk_judge_alloc(judge, sizeof *index);
	size_t all = 0, age = 0;

	for (size_t i = 0; i < judge->earlier_count; i++)
		all += judge->earlier[i].report->n_activities;
	if (!index)
		return NULL;
	*index = (struct rk_earlier_index){
		.by_id = rk_judge_alloc(judge, (all + 1) * sizeof *index->by_id),
		.by_title = rk_judge_alloc(judge, (all + 1) * sizeof *index->by_title)};
	if (!index->by_id || !index->by_title)
		return NULL;
	for (size_t i = 0; i < judge->earlier_count; i++) {
		const Renkei__V1__Report *report = judge->earlier[i].report;

		for (size_t n = 0; n < report->n_activities; n++)
			take(index,
				&(const struct rk_earlier_activity){
					report->activities[n], report, age++});
	}
	qsort(index->by_id, index->id_count, sizeof *index->by_id, compare_ids);
	qsort(index->by_title, index->title_count, sizeof *index->by_title, compare_events);
	return index;
}

static const struct rk_earlier_index *index_of(struct rk_judge *judge)
{
	if (!judge->index)
		judge->index = make(judge);
	return judge->index;
}

const struct rk_earlier_activity *rk_earlier_by_id(
	struct rk_judge *judge, const char *id, size_t *count)
{
	const struct rk_earlier_index *index = *id ? index_of(judge) : NULL;
	size_t low = 0, high = index ? index->id_count : 0;

	*count = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(index->by_id[middle].activity->activity_id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (index && low + *count < index->id_count &&
		strcmp(index->by_id[low + *count].activity->activity_id, id) == 0)
		++*count;
	return *count ? &index->by_id[low] : NULL;
}

const struct rk_earlier_activity *rk_earlier_like(
	struct rk_judge *judge, const Renkei__V1__Activity *now)
{
	const struct rk_earlier_index *index = is_event(now) ? index_of(judge) : NULL;
	size_t low = 0, high = index ? index->title_count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (event_order(index->by_title[middle].activity, now) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return index && low < index->title_count &&
			event_order(index->by_title[low].activity, now) == 0
		? &index->by_title[low]
		: NULL;
}

struct rk_earlier_sort *rk_earlier_sort(
	struct rk_judge *judge, const struct rk_earlier_sort *wanted, bool *fresh)
{
	struct rk_earlier_sort *at;

	if (!judge->sorts)
		judge->sorts = rk_judge_alloc(judge, RK_EARLIER_SORTS * sizeof *judge->sorts);
	for (size_t i = 0; judge->sorts && i < judge->sort_count; i++) {
		at = &judge->sorts[i];
		if (at->kind == wanted->kind && at->side == wanted->side &&
			at->which == wanted->which && strcmp(at->currency, wanted->currency) == 0) {
			*fresh = false;
			return at;
		}
	}
	if (!judge->sorts || judge->sort_count == RK_EARLIER_SORTS)
		return NULL;
	*fresh = true;
	at = &judge->sorts[judge->sort_count++];
	*at = *wanted;
	return at;
}
