/* Rules for partial dates: their shape everywhere, their order and place in time where records have them. */
#include "words/judge.h"
#include "words/partial.h"
#include "words/period.h"

#define PRECISION(name) RENKEI__V1__DATE_PRECISION__DATE_PRECISION_##name

/* The one of year, month and day that the precision promises and that is 0; "precision" when none is named. */
static const char *missing_part(const Renkei__V1__PartialDate *date)
{
	if (date->precision == PRECISION(UNSPECIFIED))
		return "precision";
	if (!date->year)
		return "year";
	if (!date->month &&
		(date->precision == PRECISION(MONTH) || date->precision == PRECISION(DAY)))
		return "month";
	return !date->day && date->precision == PRECISION(DAY) ? "day" : NULL;
}

/* What the numbers can mean, in the names the JSON form has; a year may be of either kind. */
static const char *fitting(const Renkei__V1__PartialDate *date)
{
	if (!date->year || (date->day && !date->month))
		return NULL;
	return date->day ? "\"day\"" : date->month ? "\"month\"" : "\"fiscal_year\" / \"year\"";
}

static void precision(struct rk_judge *judge, const struct rk_spot *spot)
{
	const Renkei__V1__PartialDate *date = spot->value;
	const char *fits;

	if (rk_partial_check(date) != RK_PARTIAL_PRECISION)
		return;
	fits = fitting(date);
	rk_find_spot(judge, spot,
		&(struct rk_remark){
			.suggestion = fits && date->month
				? rk_judge_text(judge, "\"precision\": %s", fits)
				: NULL,
			.values = (const struct rk_say_value[]){
								{"field", missing_part(date)}, {"precision", fits}, {NULL, NULL}}
        });
}

static void find_number(
	struct rk_judge *judge, const struct rk_spot *spot, const char *name, int32_t number)
{
	rk_find_spot(judge, spot,
		&(struct rk_remark){
			.values = (const struct rk_say_value[]){
								{name, rk_judge_text(judge, "%d", number)}, {NULL, NULL}}
        });
}

/* The numbers are judged whatever the precision says: one round tells everything. */
static void range(struct rk_judge *judge, const struct rk_spot *spot)
{
	const Renkei__V1__PartialDate *date = spot->value;
	enum rk_partial_fault fault = rk_partial_check_numbers(date);

	if (fault == RK_PARTIAL_YEAR)
		find_number(judge, spot, "year", date->year);
	else if (fault == RK_PARTIAL_MONTH)
		find_number(judge, spot, "month", date->month);
}

static void impossible(struct rk_judge *judge, const struct rk_spot *spot)
{
	const Renkei__V1__PartialDate *date = spot->value;

	if (rk_partial_check_numbers(date) == RK_PARTIAL_DAY)
		find_number(judge, spot, "last",
			date->month ? rk_days_of_month(date->year ? date->year : 2000, date->month)
				    : 31);
}

/* Surely before: a month and a day within it are in no order. */
static void order(struct rk_judge *judge, const struct rk_record *record,
	const Renkei__V1__PartialDate *start, const Renkei__V1__PartialDate *end, const char *field)
{
	int32_t from, to, ignored;

	if (rk_partial_range(start, &from, &ignored) && rk_partial_range(end, &ignored, &to) &&
		to < from)
		rk_find(judge, record, field, RK_SINGULAR,
			&(struct rk_remark){.value = rk_judge_date(judge, end)});
}

static void activity_order(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;

	order(judge, record, activity->planned_start, activity->planned_end, "planned_end");
	order(judge, record, activity->actual_start, activity->actual_end, "actual_end");
}

static void project_order(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Project *project = (const void *)record->message;

	order(judge, record, project->start, project->end, "end");
}

static void in_order(struct rk_judge *judge, const struct rk_record *record)
{
	if (record->message->descriptor == &renkei__v1__activity__descriptor)
		activity_order(judge, record);
	else if (record->message->descriptor == &renkei__v1__project__descriptor)
		project_order(judge, record);
}

/* Each record once, at its first field. */
static void dates_in_order(struct rk_judge *judge, const struct rk_spot *spot)
{
	if (spot->limit == &spot->record->limits->fields[0])
		in_order(judge, spot->record);
}

/* Dates of what has been said, written or answered; plans, changes of type and activities have rules of their own. */
static bool is_of_the_past(const struct rk_spot *spot)
{
	const ProtobufCMessageDescriptor *of = spot->record->limits->of;

	if (of == &renkei__v1__project__descriptor)
		return spot->limit == &spot->record->limits->fields[13];
	return of == &renkei__v1__need__descriptor ||
		of == &renkei__v1__policy_contribution__descriptor;
}

static void future(struct rk_judge *judge, const struct rk_spot *spot)
{
	int32_t from, to;

	if (is_of_the_past(spot) && rk_partial_range(spot->value, &from, &to) &&
		rk_judge_is_future(judge, from))
		rk_find_spot(judge, spot,
			&(struct rk_remark){
				.values = (const struct rk_say_value[]){
									{"today", rk_judge_day(judge, judge->today)},
									{NULL, NULL}}
                });
}

static const struct rk_together in_order_together[] = {
	{&renkei__v1__activity__descriptor, "planned_start planned_end"},
	{&renkei__v1__activity__descriptor, "actual_start actual_end"  },
	{&renkei__v1__project__descriptor,  "start end"                },
	{NULL,			      NULL		       },
};

const struct rk_rule rk_rules_date[] = {
	RK_KIND_RULE("DATE_PRECISION", RK_ERROR, RK_KIND_DATE, precision),
	RK_KIND_RULE("DATE_OUT_OF_RANGE", RK_ERROR, RK_KIND_DATE, range),
	RK_KIND_RULE("DATE_IMPOSSIBLE", RK_ERROR, RK_KIND_DATE, impossible),
	RK_SPOT_RULE_OF("DATE_ORDER", RK_ERROR, dates_in_order, in_order_together),
	RK_KIND_RULE("DATE_IN_FUTURE", RK_WARNING, RK_KIND_DATE, future),
	{0},
};
