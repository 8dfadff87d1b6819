/* How much of a quota one message takes: the numbers of rk_call_holds. */
#include "call/call.h"
#include "check.h"
#include "wire/frame.h"
#include "wire/pack.h"
#include "words/rules.h"

#include "renkei/v1/report.pb-c.h"

#include <stdio.h>
#include <stdlib.h>

#define LIST(a) (sizeof(a) / sizeof *(a))

/* The most that the rules allow, of entries that take much memory for few bytes; texts fill up what is left. */
enum {
	ACTIVITIES = 200,
	COSTS = 40,
	PEOPLE = 18,
	ORGANISATIONS = 50,
	SOURCES = 20,
	BODIES = 20,
	ISSUE = 1000,
	RESULT = 2000
};

static Renkei__V1__CostLine cost, *costs[COSTS];
static Renkei__V1__ParticipantsLine people[PEOPLE], *all_people[PEOPLE];
static Renkei__V1__OrganisationParty organisation, *organisations[ORGANISATIONS];
static Renkei__V1__SourceReference source, *sources[SOURCES];
static Renkei__V1__MunicipalityParty reporter, *reporters[1];
static Renkei__V1__Activity activities[ACTIVITIES], *all_activities[ACTIVITIES];
static Renkei__V1__Period period;
static Renkei__V1__PartialDate day;
static char name[] = "社", code[] = "401005";
static char *bodies[BODIES], ids[ACTIVITIES][16], issue[3 * ISSUE + 1], result[3 * RESULT + 1];

static void fill_lines(void)
{
	renkei__v1__cost_line__init(&cost);
	cost.item = RENKEI__V1__COST_ITEM__COST_ITEM_VENUE;
	cost.payer = RENKEI__V1__PAYER__PAYER_UNKNOWN;
	cost.share = RENKEI__V1__COST_SHARE__COST_SHARE_UNKNOWN;
	for (size_t i = 0; i < COSTS; i++)
		costs[i] = &cost;
	for (size_t i = 0; i < PEOPLE; i++) {
		renkei__v1__participants_line__init(&people[i]);
		people[i].side = (Renkei__V1__Side)(1 + i % 2);
		people[i].category = (Renkei__V1__ParticipantCategory)(1 + i / 2);
		all_people[i] = &people[i];
	}
	renkei__v1__organisation_party__init(&organisation);
	organisation.name = name;
	organisation.issue = issue;
	for (size_t i = 0; i < ORGANISATIONS; i++)
		organisations[i] = &organisation;
}

static void fill_activity(size_t i)
{
	Renkei__V1__Activity *activity = &activities[i];

	renkei__v1__activity__init(activity);
	snprintf(ids[i], sizeof ids[i], "%zu", i);
	activity->activity_id = ids[i];
	activity->kind = RENKEI__V1__ACTIVITY_KIND__ACTIVITY_KIND_LOCAL_SEMINAR;
	activity->title = name;
	activity->status = RENKEI__V1__ACTIVITY_STATUS__ACTIVITY_STATUS_PLANNED;
	activity->planned_start = activity->planned_end = &day;
	activity->scope = RENKEI__V1__SCOPE__SCOPE_WHOLE;
	activity->n_municipalities = 1;
	activity->municipalities = reporters;
	activity->n_cost_lines = COSTS;
	activity->cost_lines = costs;
	activity->n_participants = PEOPLE;
	activity->participants = all_people;
	activity->n_organisations = ORGANISATIONS;
	activity->organisations = organisations;
	activity->n_sources = SOURCES;
	activity->sources = sources;
	activity->n_implementing_bodies = BODIES;
	activity->implementing_bodies = bodies;
	activity->result = result;
	all_activities[i] = activity;
}

static void fill_all(void)
{
	renkei__v1__period__init(&period);
	period.fiscal_year = 2016;
	period.quarter = RENKEI__V1__QUARTER__QUARTER_Q4;
	period.variant = RENKEI__V1__VARIANT__VARIANT_REGULAR;
	renkei__v1__partial_date__init(&day);
	day.year = 2017;
	day.precision = RENKEI__V1__DATE_PRECISION__DATE_PRECISION_YEAR;
	renkei__v1__municipality_party__init(&reporter);
	reporter.municipality_code = code;
	reporter.role = RENKEI__V1__PARTY_ROLE__PARTY_ROLE_HOST;
	reporters[0] = &reporter;
	renkei__v1__source_reference__init(&source);
	source.title = name;
	for (size_t i = 0; i < SOURCES; i++)
		sources[i] = &source;
	for (size_t i = 0; i < BODIES; i++)
		bodies[i] = name;
	fill_lines();
	for (size_t i = 0; i < ACTIVITIES; i++)
		fill_activity(i);
}

static void letters(char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		memcpy(text + 3 * i, "あ", 3);
	text[3 * count] = '\0';
}

static size_t size_of(const Renkei__V1__Report *report)
{
	return protobuf_c_message_get_packed_size(&report->base);
}

/* As many letters, up to a most, as keep the report within so many bytes. */
static void lengthen(
	const Renkei__V1__Report *report, char *text, size_t letters_most, size_t bytes_most)
{
	size_t low = 0, high = letters_most;

	while (low < high) {
		size_t middle = (low + high + 1) / 2;

		letters(text, middle);
		if (size_of(report) <= bytes_most)
			low = middle;
		else
			high = middle - 1;
	}
	letters(text, low);
}

/* The report of at most so many bytes that takes the most memory. */
static void heaviest(size_t most, struct rk_buf *out)
{
	Renkei__V1__Report report = RENKEI__V1__REPORT__INIT;

	*issue = *result = '\0';
	report.municipality_code = code;
	report.period = &period;
	report.action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_NEW;
	report.activities = all_activities;
	while (report.n_activities < ACTIVITIES && size_of(&report) <= most)
		report.n_activities++;
	if (size_of(&report) > most)
		report.n_activities--;
	lengthen(&report, issue, ISSUE, most);
	lengthen(&report, result, RESULT, most);
	assert_int_equal(rk_pack(&report.base, out), RK_OK);
	assert_in_range(out->len, most - most / 8, most);
}

/* What a call holds of it when it is judged (rk_call_hold): the bytes as they came, and the arena. */
static size_t held(struct rk_slice report)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	const struct rk_rules_context context = {.today = 20170501};
	struct rk_frame_reader reader = {.max = report.len};
	uint8_t head[5] = {0, (uint8_t)(report.len >> 24), (uint8_t)(report.len >> 16),
		(uint8_t)(report.len >> 8), (uint8_t)report.len};
	struct rk_slice in = rk_slice_of(head, sizeof head), message = {0};
	Renkei__V1__Verdict *verdict;
	Renkei__V1__Report *unpacked;
	struct rk_err err = {0};
	size_t holds;

	assert_ok(rk_frame_feed(&reader, &in, &message, &err), err);
	for (size_t at = 0; at < report.len; at += 4096) {
		in = rk_slice_of(report.at + at, report.len - at < 4096 ? report.len - at : 4096);
		assert_ok(rk_frame_feed(&reader, &in, &message, &err), err);
	}
	assert_int_equal(message.len, report.len);
	assert_ok(rk_rules_check(&arena, message, &context, &unpacked, &verdict, &err), err);
	assert_int_equal(verdict->error_count, 0);
	holds = reader.body.cap + arena.used;
	rk_frame_clear(&reader);
	return holds;
}

static void the_heaviest_honest_report_is_within_what_a_message_may_hold(void **unused)
{
	static const size_t sizes[] = {8192, 65536, 262144, 500000, 1048576, 1100000, 4194304};

	(void)unused;
	fill_all();
	for (size_t i = 0; i < LIST(sizes); i++) {
		RK_AUTO(rk_buf_clear) struct rk_buf report = {0};
		uint64_t allowed = (uint64_t)rk_call_holds(sizes[i]);
		size_t holds;

		heaviest(sizes[i], &report);
		holds = held(rk_buf_slice(&report));
		print_message("%zu bytes hold %zu, %.1f times\n", report.len, holds,
			(double)holds / (double)report.len);
		/* And the bound is no guess far above. */
		assert_in_range(holds, (allowed - 262144) / 2, allowed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_heaviest_honest_report_is_within_what_a_message_may_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
