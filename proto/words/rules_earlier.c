/* Rules that see activities and their people beside earlier reports: what was told before, under this id or another; numbers far from all
 * before; what falls and cannot; what was over and is planned again. */
#include "words/earlier.h"
#include "words/partial.h"
#include "words/period.h"

#include <inttypes.h>
#include <string.h>

#define STATUS(name) RENKEI__V1__ACTIVITY_STATUS__ACTIVITY_STATUS_##name
#define CAPACITY     RENKEI__V1__COUNT_BASIS__COUNT_BASIS_CAPACITY

/* A slip of a digit. */
#define FAR 10
/* Below that a group of visitors may well be ten times another. */
#define MANY 100

static bool took_place(const Renkei__V1__Activity *activity)
{
	return activity->status == STATUS(HELD) || activity->status == STATUS(CONTINUED);
}

static const Renkei__V1__Activity *activity_in(const Renkei__V1__Report *report, const char *id)
{
	for (size_t i = 0; i < report->n_activities && *id; i++) {
		if (strcmp(report->activities[i]->activity_id, id) == 0)
			return report->activities[i];
	}
	return NULL;
}

/* The newest earlier entry of this id; *in is the report it stands in. */
static const Renkei__V1__Activity *activity_before(
	struct rk_judge *judge, const char *id, const Renkei__V1__Report **in)
{
	size_t count;
	const struct rk_earlier_activity *found = rk_earlier_by_id(judge, id, &count);

	if (found)
		*in = found->in;
	return found ? found->activity : NULL;
}

static void held_before(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *now = (const void *)record->message;
	size_t count;
	const struct rk_earlier_activity *was = rk_earlier_by_id(judge, now->activity_id, &count);

	for (size_t i = 0; now->status == STATUS(HELD) && i < count; i++) {
		if (was[i].activity->status != STATUS(HELD))
			continue;
		rk_earlier_tell(judge, record, "activity_id", was[i].in, now->activity_id,
			was[i].activity->title);
		return;
	}
}

/* Under another id: the title and the day are what people know an event by. */
static void like_before(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *now = (const void *)record->message;
	const Renkei__V1__Report *ignored;
	const struct rk_earlier_activity *was = rk_earlier_like(judge, now);

	if (was && !activity_before(judge, now->activity_id, &ignored))
		rk_earlier_tell(
			judge, record, "title", was->in, now->title, was->activity->activity_id);
}

static void kind_changed(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *now = (const void *)record->message;
	const Renkei__V1__Report *earlier;
	const Renkei__V1__Activity *was = activity_before(judge, now->activity_id, &earlier);

	if (was && was->kind != now->kind)
		rk_earlier_choice(judge, record, "kind", earlier,
			(const int[]){(int)now->kind, (int)was->kind});
}

/* A date that is only known better is none that has moved. */
static bool apart(const Renkei__V1__PartialDate *a, const Renkei__V1__PartialDate *b)
{
	int32_t first[2], last[2];

	return rk_partial_range(a, &first[0], &last[0]) &&
		rk_partial_range(b, &first[1], &last[1]) &&
		(last[0] < first[1] || last[1] < first[0]);
}

static void start_moved(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *now = (const void *)record->message;
	const Renkei__V1__Report *earlier;
	const Renkei__V1__Activity *was = activity_before(judge, now->activity_id, &earlier);

	if (was && took_place(was) && took_place(now) &&
		apart(now->actual_start, was->actual_start))
		rk_earlier_tell(judge, record, "actual_start", earlier,
			rk_judge_date(judge, now->actual_start),
			rk_judge_date(judge, was->actual_start));
}

static void status_back(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *now = (const void *)record->message;
	const Renkei__V1__Report *earlier;
	const Renkei__V1__Activity *was = activity_before(judge, now->activity_id, &earlier);
	bool is_over = was && (took_place(was) || was->status == STATUS(CANCELLED));
	bool goes_on = now->status == STATUS(PLANNED) || now->status == STATUS(POSTPONED) ||
		(was && was->status == STATUS(CANCELLED) && took_place(now));

	if (is_over && goes_on)
		rk_earlier_choice(judge, record, "status", earlier,
			(const int[]){(int)now->status, (int)was->status});
}

/* The three numbers of a line of participants. */
static const char *const counts[] = {"persons", "person_times", "person_days"};
#define COUNTS (sizeof counts / sizeof counts[0])

/* -1: not given. */
static int32_t count_of(const Renkei__V1__ParticipantsLine *line, size_t which)
{
	if (which == 0)
		return line->_persons_case ? line->persons : -1;
	if (which == 1)
		return line->_person_times_case ? line->person_times : -1;
	return line->_person_days_case ? line->person_days : -1;
}

/* Over all earlier activities of the kind, since another kind has other numbers. */
static struct rk_earlier_most most_people(struct rk_judge *judge, const Renkei__V1__Activity *now,
	Renkei__V1__Side side, size_t which)
{
	struct rk_earlier_most most = {0};
	bool fresh = false;
	struct rk_earlier_sort *sort = rk_earlier_sort(judge,
		&(const struct rk_earlier_sort){.kind = (int)now->kind,
			.side = (int)side + 1,
			.which = which,
			.currency = ""},
		&fresh);

	if (!sort || !fresh)
		return sort ? sort->most : most;
	for (size_t i = 0; i < judge->earlier_count; i++) {
		const Renkei__V1__Report *earlier = judge->earlier[i].report;

		for (size_t n = 0; n < earlier->n_activities; n++) {
			const Renkei__V1__Activity *was = earlier->activities[n];

			for (size_t l = 0; was->kind == now->kind && l < was->n_participants; l++)
				if (was->participants[l]->side == side &&
					was->participants[l]->basis != CAPACITY)
					rk_earlier_take(&most,
						count_of(was->participants[l], which), earlier);
		}
	}
	sort->most = most;
	return most;
}

static void far_more_people(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__ParticipantsLine *line = (const void *)record->message;
	const Renkei__V1__Activity *now = (const void *)record->parent->message;

	for (size_t which = 0; line->basis != CAPACITY && which < COUNTS; which++) {
		int32_t number = count_of(line, which);
		struct rk_earlier_most most = {0};

		if (number >= MANY)
			most = most_people(judge, now, line->side, which);
		if (most.number > 0 && number >= most.number * FAR)
			rk_earlier_tell(judge, record, counts[which], most.in,
				rk_judge_text(judge, "%d", number),
				rk_judge_text(judge, "%" PRId64, most.number));
	}
}

static const Renkei__V1__ParticipantsLine *same_line(
	const Renkei__V1__Activity *activity, const Renkei__V1__ParticipantsLine *line)
{
	for (size_t i = 0; i < activity->n_participants; i++) {
		const Renkei__V1__ParticipantsLine *at = activity->participants[i];

		if (at->side == line->side && at->category == line->category &&
			at->basis == line->basis)
			return at;
	}
	return NULL;
}

/* What took place already has had its people; as long as it goes on there can only be more of them. */
static void people_fall(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__ParticipantsLine *line = (const void *)record->message;
	const Renkei__V1__Activity *now = (const void *)record->parent->message;
	const Renkei__V1__Report *earlier;
	const Renkei__V1__Activity *was = activity_before(judge, now->activity_id, &earlier);
	const Renkei__V1__ParticipantsLine *before = NULL;

	if (was && took_place(was) && took_place(now))
		before = same_line(was, line);
	for (size_t which = 0; before && which < COUNTS; which++) {
		int32_t number = count_of(line, which);

		if (number >= 0 && number < count_of(before, which))
			rk_earlier_tell(judge, record, counts[which], earlier,
				rk_judge_text(judge, "%d", number),
				rk_judge_text(judge, "%d", count_of(before, which)));
	}
}

/* The day that a plan named has come, and nothing is said of it. */
static void plan_untold(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Report *now = (const void *)record->message;
	const Renkei__V1__Report *latest = judge->earlier[0].report;
	struct rk_period period;

	if (!rk_period_from_message(now->period, &period))
		return;
	for (size_t i = 0; i < latest->n_activities; i++) {
		const Renkei__V1__Activity *plan = latest->activities[i];
		int32_t first, last;

		if (plan->status != STATUS(PLANNED) || activity_in(now, plan->activity_id) ||
			!rk_partial_range(plan->planned_start, &first, &last) ||
			last > rk_period_last_day(period))
			continue;
		rk_find(judge, record, "activities", RK_SINGULAR,
			&(struct rk_remark){
				.value = plan->activity_id,
				.named = rk_earlier_quarter(judge, latest),
				.values = (const struct rk_say_value[]){
									{"before", plan->title}, {NULL, NULL}}
                });
	}
}

const struct rk_rule rk_rules_earlier[] = {
	RK_RECORD_RULE("ACTIVITY_HELD_BEFORE", RK_WARNING, activity, held_before),
	RK_RECORD_RULE("ACTIVITY_LIKE_BEFORE", RK_WARNING, activity, like_before),
	RK_RECORD_RULE("ACTIVITY_KIND_CHANGED", RK_WARNING, activity, kind_changed),
	RK_RECORD_RULE("ACTIVITY_START_MOVED", RK_WARNING, activity, start_moved),
	RK_RECORD_RULE("ACTIVITY_STATUS_BACK", RK_WARNING, activity, status_back),
	RK_RECORD_RULE("PLAN_UNTOLD", RK_WARNING, report, plan_untold),
	RK_RECORD_RULE("PARTICIPANTS_FAR_MORE", RK_WARNING, participants_line, far_more_people),
	RK_RECORD_RULE("PARTICIPANTS_FALL", RK_WARNING, participants_line, people_fall),
	{0},
};
