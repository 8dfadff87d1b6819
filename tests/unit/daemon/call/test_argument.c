/* What no request may say, walked by descriptor. */
#include "call/argument.h"
#include "check.h"
#include "google/protobuf/timestamp.pb-c.h"

#include "renkei/v1/evaluation_service.pb-c.h"
#include "renkei/v1/report_service.pb-c.h"
#include "renkei/v1/status_service.pb-c.h"

struct asked {
	struct rk_arena arena;
	struct rk_slice detail;
	struct rk_err err;
};

static void asked_clear(struct asked *asked)
{
	rk_arena_clear(&asked->arena);
}

static enum rk_status ask(struct asked *asked, const ProtobufCMessage *message)
{
	asked->detail = (struct rk_slice){0};
	return rk_arguments_check(&asked->arena, message, &asked->detail, &asked->err);
}

static void assert_refused(struct asked *asked, const ProtobufCMessage *message, const char *detail)
{
	assert_int_equal(ask(asked, message), RK_INVALID_ARGUMENT);
	assert_string_equal(asked->err.reason, "ARGUMENT_INVALID");
	assert_string_equal((const char *)asked->detail.at, detail);
}

static void a_number_that_no_enum_lists_is_refused_wherever_it_stands(void **unused)
{
	RK_AUTO(asked_clear) struct asked asked = {0};
	Renkei__V1__AggregateActivitiesRequest request =
		RENKEI__V1__AGGREGATE_ACTIVITIES_REQUEST__INIT;
	Renkei__V1__DimensionFilter filter = RENKEI__V1__DIMENSION_FILTER__INIT,
				    *where[] = {&filter};
	Renkei__V1__Measure measures[] = {RENKEI__V1__MEASURE__MEASURE_PERSONS, 99};

	(void)unused;
	request.measures = measures;
	request.n_measures = 2;
	assert_refused(&asked, &request.base,
		"{\"field\":\"measures[1]\",\"metadata\":{\"value\":\"99\",\"range\":\"0-19\"}}");
	request.n_measures = 1;
	request.where = where;
	request.n_where = 1;
	assert_ok(ask(&asked, &request.base), asked.err);
	filter.dimension = (Renkei__V1__Dimension)-1;
	assert_refused(&asked, &request.base,
		"{\"field\":\"where[0].dimension\",\"metadata\":{\"value\":\"-1\",\"range\":\"0-41\"}}");
}

static void a_report_is_left_to_the_rules(void **unused)
{
	RK_AUTO(asked_clear) struct asked asked = {0};
	Renkei__V1__SubmitReportRequest request = RENKEI__V1__SUBMIT_REPORT_REQUEST__INIT;
	Renkei__V1__Report report = RENKEI__V1__REPORT__INIT;

	(void)unused;
	report.action = (Renkei__V1__ReportAction)77;
	request.report = &report;
	assert_ok(ask(&asked, &request.base), asked.err);
}

static void a_time_is_one_that_can_be_written(void **unused)
{
	RK_AUTO(asked_clear) struct asked asked = {0};
	Renkei__V1__GetOutcomeTableRequest request = RENKEI__V1__GET_OUTCOME_TABLE_REQUEST__INIT;
	Google__Protobuf__Timestamp as_of = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	(void)unused;
	request.as_of = &as_of;
	as_of.seconds = 253402300799;
	as_of.nanos = 999999999;
	assert_ok(ask(&asked, &request.base), asked.err);
	as_of.seconds++;
	assert_int_equal(ask(&asked, &request.base), RK_INVALID_ARGUMENT);
	assert_string_equal(asked.err.text,
		"as_of cannot be 253402300800 s, 999999999 ns; possible: 0001-01-01T00:00:00Z - 9999-12-31T23:59:59.999999999Z");
	as_of.seconds = 0;
	as_of.nanos = -1;
	assert_int_equal(ask(&asked, &request.base), RK_INVALID_ARGUMENT);
}

static void codes_have_their_shape_and_check_digit(void **unused)
{
	RK_AUTO(asked_clear) struct asked asked = {0};
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	char fine[] = "401005", wrong[] = "401006", word[] = "abc";

	(void)unused;
	request.municipality_code = fine;
	assert_ok(ask(&asked, &request.base), asked.err);
	request.municipality_code = wrong;
	assert_refused(&asked, &request.base,
		"{\"field\":\"municipality_code\",\"rule\":\"LG_CODE_CHECK_DIGIT\",\"metadata\":{\"value\":\"401006\",\"suggestion\":\"401005\"}}");
	request.municipality_code = word;
	assert_refused(&asked, &request.base,
		"{\"field\":\"municipality_code\",\"rule\":\"LG_CODE_SHAPE\",\"metadata\":{\"value\":\"abc\"}}");
}

static void numbers_keep_to_their_range_and_zero_means_not_said(void **unused)
{
	static const struct {
		int32_t year, page;
		bool fine;
	} cases[] = {
		{0,    0,    true },
		{2000, 1,    true },
		{2199, 1000, true },
		{-5,   0,    false},
		{1999, 0,    false},
		{2200, 0,    false},
		{0,    -1,   false},
		{0,    1001, false},
	};
	RK_AUTO(asked_clear) struct asked asked = {0};
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		request.fiscal_year = cases[i].year;
		request.page_size = cases[i].page;
		assert_int_equal(
			ask(&asked, &request.base), cases[i].fine ? RK_OK : RK_INVALID_ARGUMENT);
	}
}

static void a_long_value_is_cut_between_two_characters(void **unused)
{
	RK_AUTO(asked_clear) struct asked asked = {0};
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	char text[] =
		"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十百千";

	(void)unused;
	request.municipality_code = text;
	assert_int_equal(ask(&asked, &request.base), RK_INVALID_ARGUMENT);
	assert_contains((const char *)asked.detail.at, "九十\"");
	assert_null(strstr((const char *)asked.detail.at, "百"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_that_no_enum_lists_is_refused_wherever_it_stands),
		cmocka_unit_test(a_report_is_left_to_the_rules),
		cmocka_unit_test(a_time_is_one_that_can_be_written),
		cmocka_unit_test(codes_have_their_shape_and_check_digit),
		cmocka_unit_test(numbers_keep_to_their_range_and_zero_means_not_said),
		cmocka_unit_test(a_long_value_is_cut_between_two_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
