#include "check.h"
#include "db/conninfo.h"

static const char *value(const struct rk_conninfo *conninfo, const char *key)
{
	for (int i = 0; conninfo->keywords[i]; i++)
		if (strcmp(conninfo->keywords[i], key) == 0)
			return conninfo->values[i];
	return "";
}

static void silence_is_filled_with_what_keeps_a_connection_honest(void **unused)
{
	RK_AUTO(rk_conninfo_clear) struct rk_conninfo conninfo = {0};
	struct rk_err err = {0};

	(void)unused;
	assert_ok(rk_conninfo_parse("host=a dbname=renkei", &conninfo, &err), err);
	assert_string_equal(value(&conninfo, "client_encoding"), "UTF8");
	assert_string_equal(value(&conninfo, "target_session_attrs"), "read-write");
	assert_string_equal(value(&conninfo, "tcp_user_timeout"), "30000");
	assert_string_equal(value(&conninfo, "dbname"), "renkei");
	assert_int_equal(conninfo.hosts, 1);
}

static void what_the_operator_says_stands_but_for_the_encoding(void **unused)
{
	RK_AUTO(rk_conninfo_clear) struct rk_conninfo conninfo = {0};
	struct rk_err err = {0};

	(void)unused;
	assert_ok(
		rk_conninfo_parse(
			"host=a target_session_attrs=any tcp_user_timeout=1 client_encoding=LATIN1",
			&conninfo, &err),
		err);
	assert_string_equal(value(&conninfo, "target_session_attrs"), "any");
	assert_string_equal(value(&conninfo, "tcp_user_timeout"), "1");
	assert_string_equal(value(&conninfo, "client_encoding"), "UTF8");
}

static void the_first_host_goes_last_with_its_port(void **unused)
{
	RK_AUTO(rk_conninfo_clear) struct rk_conninfo conninfo = {0};
	struct rk_err err = {0};

	(void)unused;
	assert_ok(rk_conninfo_parse("postgresql://a:1,b:2,c:3/renkei", &conninfo, &err), err);
	assert_int_equal(conninfo.hosts, 3);
	assert_ok(rk_conninfo_rotate(&conninfo, &err), err);
	assert_string_equal(value(&conninfo, "host"), "b,c,a");
	assert_string_equal(value(&conninfo, "port"), "2,3,1");
	assert_ok(rk_conninfo_rotate(&conninfo, &err), err);
	assert_ok(rk_conninfo_rotate(&conninfo, &err), err);
	assert_string_equal(value(&conninfo, "host"), "a,b,c");
}

static void nonsense_is_refused_in_libpqs_words(void **unused)
{
	RK_AUTO(rk_conninfo_clear) struct rk_conninfo conninfo = {0};
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(rk_conninfo_parse("hots=a", &conninfo, &err), RK_INVALID_ARGUMENT);
	assert_contains(err.text, "hots");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_is_filled_with_what_keeps_a_connection_honest),
		cmocka_unit_test(what_the_operator_says_stands_but_for_the_encoding),
		cmocka_unit_test(the_first_host_goes_last_with_its_port),
		cmocka_unit_test(nonsense_is_refused_in_libpqs_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
