/* earlier.h - what the rules that see a report beside earlier ones share: how they tell what they find. */
#pragma once
#include "words/compare.h"
#include "words/judge.h"

/* The quarter of an earlier report, in the words of each language; NULL without memory. */
const struct rk_code_name *rk_earlier_quarter(
	struct rk_judge *judge, const Renkei__V1__Report *report);
/* What stands at a field, {name} the quarter of the earlier report, {before} what it says; before may be NULL. */
void rk_earlier_tell(struct rk_judge *judge, const struct rk_record *record, const char *field,
	const Renkei__V1__Report *earlier, const char *value, const char *before);
/* The same of an enum, as it is and as it was: the suggestion, so that it is shown as the form calls it. */
void rk_earlier_choice(struct rk_judge *judge, const struct rk_record *record, const char *field,
	const Renkei__V1__Report *earlier, const int choices[2]);
/* "" for a number that the enum does not list. */
const char *rk_earlier_name(const ProtobufCEnumDescriptor *type, int value);

/* The largest of several numbers above 0, and the report it stands in; {0} at first. */
struct rk_earlier_most {
	int64_t number;
	const Renkei__V1__Report *in;
};

void rk_earlier_take(struct rk_earlier_most *most, int64_t number, const Renkei__V1__Report *in);

/* An activity of a report before. */
struct rk_earlier_activity {
	const Renkei__V1__Activity *activity;
	const Renkei__V1__Report *in;
	size_t age; /* of all of them, the newest first */
};

/* Those of this id, the newest first; NULL when there is none, *count 0. */
const struct rk_earlier_activity *rk_earlier_by_id(
	struct rk_judge *judge, const char *id, size_t *count);
/* The newest that was held under the same title on the same day; NULL when there is none. */
const struct rk_earlier_activity *rk_earlier_like(
	struct rk_judge *judge, const Renkei__V1__Activity *now);

/* What was found of all earlier entries of one sort, so that they are looked through once and not for each entry of now. */
#define RK_EARLIER_SORTS 256

struct rk_earlier_sort {
	int kind,
		side; /* of people: the activity's kind, whose they are, and which number of them; of money: the item, 0, 0 */
	size_t which;
	const char *currency; /* of people "" */
	struct rk_earlier_most most, least;
};

/* The one of this sort; *fresh: it was not there, and is to be filled.  NULL when there are too many sorts, or no memory. */
struct rk_earlier_sort *rk_earlier_sort(
	struct rk_judge *judge, const struct rk_earlier_sort *wanted, bool *fresh);

extern const struct rk_rule rk_rules_earlier[], rk_rules_earlier_lists[];
