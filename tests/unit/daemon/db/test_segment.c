/* What a segment comes to, without a database: results of the kinds that libpq makes, and the fields that a test gives them. */
#include "base/arena.h"
#include "check.h"
#include "db/segment.h"

#include <libpq-fe.h>

#include <string.h>

/* The fields of whatever is asked next: of an error or a notice. */
static struct {
	const char *severity, *sqlstate, *source;
} field;

/* In the place of libpq's own. */
char *PQresultErrorField(const PGresult *result, int which)
{
	const char *text = which == PG_DIAG_SEVERITY_NONLOCALIZED ? field.severity
		: which == PG_DIAG_SQLSTATE                       ? field.sqlstate
		: which == PG_DIAG_SOURCE_FUNCTION                ? field.source
		: which == PG_DIAG_MESSAGE_PRIMARY                ? "so it says"
								  : NULL;

	(void)result;
	return (char *)(uintptr_t)text;
}

static const struct rk_statement statement = {"one", "select 1", 0};
static struct rk_arena arena;
static struct rk_slot slot;
static const char *why;

static int set_up(void **unused)
{
	(void)unused;
	memset(&field, 0, sizeof field);
	slot = (struct rk_slot){.query = rk_query_create(&arena, &statement, NULL, 1000)};
	slot.query->slot = &slot;
	why = NULL;
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	(void)rk_segment_settle(&slot, NULL);
	rk_arena_clear(&arena);
	return 0;
}

static enum rk_segment take(ExecStatusType kind)
{
	return rk_segment_take(&slot, PQmakeEmptyPGresult(NULL, kind), &why);
}

static void hear(const char *severity, const char *source)
{
	field.severity = severity;
	field.source = source;
	assert_int_equal(
		rk_segment_hear(&slot, NULL), severity && strcmp(severity, "WARNING") == 0);
}

/* The two answers of a segment in which nothing goes wrong. */
static void take_answers(void)
{
	assert_int_equal(take(PGRES_TUPLES_OK), RK_SEGMENT_OPEN);
	assert_int_equal(take(PGRES_TUPLES_OK), RK_SEGMENT_OPEN);
}

static void assert_settled(const struct rk_err *lost, enum rk_status status, const char *reason)
{
	struct rk_err err = {0};
	const struct rk_query *query = rk_segment_settle(&slot, lost);

	assert_non_null(query);
	assert_null(slot.query);
	assert_null(slot.rows);
	assert_null(slot.failure);
	assert_int_equal(rk_query_status(query, NULL, &err), status);
	assert_string_equal(err.reason, reason);
}

static void it_is_acknowledged_at_its_sync_and_not_with_its_rows(void **unused)
{
	(void)unused;
	take_answers();
	assert_int_equal(slot.query->status, RK_UNKNOWN);
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_SETTLED);
	assert_settled(NULL, RK_OK, "");
}

static void a_statement_without_rows_is_acknowledged_too(void **unused)
{
	(void)unused;
	assert_int_equal(take(PGRES_COMMAND_OK), RK_SEGMENT_OPEN);
	assert_int_equal(take(PGRES_COMMAND_OK), RK_SEGMENT_OPEN);
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_SETTLED);
	assert_settled(NULL, RK_OK, "");
}

/* A deferred constraint: the rows were there, the commit was not. */
static void a_commit_that_fails_behind_its_rows_is_refused(void **unused)
{
	(void)unused;
	take_answers();
	field.severity = "ERROR";
	field.sqlstate = "23505";
	assert_int_equal(take(PGRES_FATAL_ERROR), RK_SEGMENT_OPEN);
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_SETTLED);
	assert_settled(NULL, RK_ALREADY_EXISTS, "ALREADY_EXISTS");
}

static void of_several_errors_the_first_is_told_and_what_was_skipped_is_none(void **unused)
{
	const PGresult *first;

	(void)unused;
	field.severity = "ERROR";
	field.sqlstate = "RK403";
	assert_int_equal(take(PGRES_FATAL_ERROR), RK_SEGMENT_OPEN);
	first = slot.failure;
	assert_int_equal(take(PGRES_PIPELINE_ABORTED), RK_SEGMENT_OPEN);
	assert_int_equal(take(PGRES_FATAL_ERROR), RK_SEGMENT_OPEN);
	assert_ptr_equal(slot.failure, first);
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_SETTLED);
	assert_settled(NULL, RK_PERMISSION_DENIED, "PERMISSION_DENIED");
}

/* The wait for the standby was cancelled: the commit looks like one that went well. */
static void a_warning_of_the_server_itself_is_no_acknowledgement(void **unused)
{
	(void)unused;
	take_answers();
	hear("WARNING", "SyncRepWaitForLSN");
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_LOST);
	assert_string_equal(why, "a commit came back with a warning");
}

static void a_warning_that_does_not_say_whose_it_is_is_the_servers(void **unused)
{
	(void)unused;
	take_answers();
	hear("WARNING", NULL);
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_LOST);
}

static void what_functions_raise_and_what_is_no_warning_is_no_doubt(void **unused)
{
	(void)unused;
	take_answers();
	hear("WARNING", "exec_stmt_raise");
	hear("NOTICE", "SyncRepWaitForLSN");
	hear(NULL, NULL);
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_SETTLED);
	/* And between segments there is nothing to doubt. */
	field.severity = "WARNING";
	assert_true(rk_segment_hear(NULL, NULL));
}

static void what_was_refused_is_not_made_doubtful_by_a_warning(void **unused)
{
	(void)unused;
	hear("WARNING", "elsewhere");
	field.severity = "ERROR";
	field.sqlstate = "RK410";
	assert_int_equal(take(PGRES_FATAL_ERROR), RK_SEGMENT_OPEN);
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_SETTLED);
	assert_settled(NULL, RK_ABORTED, "ABORTED");
}

static void a_sync_without_all_answers_is_no_acknowledgement(void **unused)
{
	(void)unused;
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_LOST);
	assert_string_equal(why, "a segment ended without its answers");
	assert_int_equal(take(PGRES_TUPLES_OK), RK_SEGMENT_OPEN);
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_LOST);
	take_answers();
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_LOST);
}

static void two_answers_of_which_none_was_kept_are_no_acknowledgement(void **unused)
{
	(void)unused;
	slot.seen = 2;
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_LOST);
}

static void an_answer_of_a_kind_nobody_asked_for_is_believed_no_more(void **unused)
{
	(void)unused;
	assert_int_equal(take(PGRES_COPY_OUT), RK_SEGMENT_LOST);
	assert_string_equal(why, "an answer of a kind nobody asked for");
}

static void who_asked_and_left_is_not_told(void **unused)
{
	(void)unused;
	slot.query = NULL;
	take_answers();
	assert_null(slot.rows);
	assert_int_equal(take(PGRES_PIPELINE_SYNC), RK_SEGMENT_SETTLED);
	assert_null(rk_segment_settle(&slot, NULL));
}

static void what_was_in_flight_when_the_connection_broke_is_unknown(void **unused)
{
	const struct rk_err lost = {.status = RK_UNAVAILABLE, .reason = "OUTCOME_UNKNOWN"};

	(void)unused;
	take_answers();
	assert_settled(&lost, RK_UNAVAILABLE, "OUTCOME_UNKNOWN");
}

static void what_the_database_had_refused_is_refused_however_it_broke(void **unused)
{
	const struct rk_err lost = {.status = RK_UNAVAILABLE, .reason = "OUTCOME_UNKNOWN"};

	(void)unused;
	field.severity = "ERROR";
	field.sqlstate = "RK404";
	assert_int_equal(take(PGRES_FATAL_ERROR), RK_SEGMENT_OPEN);
	assert_settled(&lost, RK_NOT_FOUND, "NOT_FOUND");
}

/* A FATAL speaks of the connection, and of nothing that it carried. */
static void the_last_words_of_a_server_are_no_refusal(void **unused)
{
	const struct rk_err lost = {.status = RK_UNAVAILABLE, .reason = "OUTCOME_UNKNOWN"};

	(void)unused;
	take_answers();
	field.severity = "FATAL";
	field.sqlstate = "57P01";
	assert_int_equal(take(PGRES_FATAL_ERROR), RK_SEGMENT_OPEN);
	assert_settled(&lost, RK_UNAVAILABLE, "OUTCOME_UNKNOWN");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_acknowledged_at_its_sync_and_not_with_its_rows),
		TEST(a_statement_without_rows_is_acknowledged_too),
		TEST(a_commit_that_fails_behind_its_rows_is_refused),
		TEST(of_several_errors_the_first_is_told_and_what_was_skipped_is_none),
		TEST(a_warning_of_the_server_itself_is_no_acknowledgement),
		TEST(a_warning_that_does_not_say_whose_it_is_is_the_servers),
		TEST(what_functions_raise_and_what_is_no_warning_is_no_doubt),
		TEST(what_was_refused_is_not_made_doubtful_by_a_warning),
		TEST(a_sync_without_all_answers_is_no_acknowledgement),
		TEST(two_answers_of_which_none_was_kept_are_no_acknowledgement),
		TEST(an_answer_of_a_kind_nobody_asked_for_is_believed_no_more),
		TEST(who_asked_and_left_is_not_told),
		TEST(what_was_in_flight_when_the_connection_broke_is_unknown),
		TEST(what_the_database_had_refused_is_refused_however_it_broke),
		TEST(the_last_words_of_a_server_are_no_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
