/* Rules for numbers of people: persons, attendances, person-days, seats. */
#include "words/judge.h"
#include "words/partial.h"

#define BASIS(name) RENKEI__V1__COUNT_BASIS__COUNT_BASIS_##name

/* The numbers of a line; -1 = unknown. */
struct people {
	int32_t persons, times, days;
};

static struct people people_of(const Renkei__V1__ParticipantsLine *line)
{
	struct people people = {-1, -1, -1};

	if (line->_persons_case != RENKEI__V1__PARTICIPANTS_LINE___PERSONS__NOT_SET)
		people.persons = line->persons;
	if (line->_person_times_case != RENKEI__V1__PARTICIPANTS_LINE___PERSON_TIMES__NOT_SET)
		people.times = line->person_times;
	if (line->_person_days_case != RENKEI__V1__PARTICIPANTS_LINE___PERSON_DAYS__NOT_SET)
		people.days = line->person_days;
	return people;
}

static void too_few(struct rk_judge *judge, const struct rk_record *record, const char *field,
	int32_t value, int32_t persons)
{
	rk_find(judge, record, field, RK_SINGULAR,
		&(struct rk_remark){
			.value = rk_judge_text(judge, "%d", value),
			.values = (const struct rk_say_value[]){
								{"persons", rk_judge_text(judge, "%d", persons)}, {NULL, NULL}}
        });
}

static void times_too_few(struct rk_judge *judge, const struct rk_record *record)
{
	struct people people = people_of((const void *)record->message);

	if (people.times >= 0 && people.persons > people.times)
		too_few(judge, record, "person_times", people.times, people.persons);
}

/* Said in days, or to be seen from the dates. */
static bool lasts_a_day(const Renkei__V1__Activity *activity)
{
	int32_t first, last;

	return activity->days >= 1 ||
		(rk_partial_is_day(activity->actual_start, &first) &&
			rk_partial_is_day(activity->actual_end, &last));
}

static void days_too_few(struct rk_judge *judge, const struct rk_record *record)
{
	struct people people = people_of((const void *)record->message);

	if (people.days >= 0 && people.persons > people.days &&
		lasts_a_day((const void *)record->parent->message))
		too_few(judge, record, "person_days", people.days, people.persons);
}

static void basis_missing(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__ParticipantsLine *line = (const void *)record->message;
	struct people people = people_of(line);

	if (line->basis == BASIS(UNSPECIFIED) &&
		(people.persons >= 0 || people.times >= 0 || people.days >= 0))
		rk_find(judge, record, "basis", RK_SINGULAR, NULL);
}

static void capacity_only(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;

	for (size_t i = 0; i < activity->n_participants; i++) {
		if (activity->participants[i]->basis != BASIS(CAPACITY))
			return;
	}
	if (activity->n_participants &&
		activity->status == RENKEI__V1__ACTIVITY_STATUS__ACTIVITY_STATUS_HELD)
		rk_find(judge, record, "participants", RK_SINGULAR, NULL);
}

static void line_twice(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;

	for (size_t i = 0; i < activity->n_participants && i < 40; i++) {
		const Renkei__V1__ParticipantsLine *line = activity->participants[i];

		for (size_t k = 0; k < i; k++) {
			const Renkei__V1__ParticipantsLine *other = activity->participants[k];

			if (other->side == line->side && other->category == line->category &&
				other->basis == line->basis) {
				rk_find(judge, record, "participants", i, NULL);
				break;
			}
		}
	}
}

const struct rk_rule rk_rules_people[] = {
	RK_RECORD_RULE_OF("PERSON_TIMES_TOO_FEW", RK_WARNING, participants_line, times_too_few,
		"persons person_times"),
	RK_RECORD_RULE_OF("PERSON_DAYS_TOO_FEW", RK_WARNING, participants_line, days_too_few,
		"persons person_days"),
	RK_RECORD_RULE_OF("COUNT_BASIS_MISSING", RK_WARNING, participants_line, basis_missing,
		"persons person_times person_days basis"),
	RK_RECORD_RULE("CAPACITY_ONLY", RK_INFO, activity, capacity_only),
	RK_RECORD_RULE("PARTICIPANTS_TWICE", RK_WARNING, activity, line_twice),
	{0},
};
