/* client/profile.c and the reading of addresses. */
#include "check.h"
#include "profile.h"
#include "remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct rk_arena arena;
static char folder[64], path[128];

static int set_up(void **unused)
{
	(void)unused;
	strcpy(folder, P_tmpdir "/renkei-profile-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/renkei/contexts.conf", folder);
	return 0;
}

static int tear_down(void **unused)
{
	char below[96];

	(void)unused;
	rk_arena_clear(&arena);
	unlink(path);
	snprintf(below, sizeof below, "%s/renkei", folder);
	rmdir(below);
	return rmdir(folder);
}

static void contexts_come_back_as_they_were_saved(void **unused)
{
	struct rk_profiles saved = {
		.current = "demo",
		.at = {{.name = "demo",
			       .server = "[::1]:7443",
			       .ca = "/a b/\"c\\${HOME}.pem",
			       .municipality = "401005"},
                       {.name = "other", .server = "renkei.example:7443"},
                       {.name = "two \"words\"", .server = "a:1"}},
		.count = 3
        };
	struct rk_profiles loaded;
	struct rk_err err;
	struct stat about;

	(void)unused;
	assert_ok(rk_profiles_save(path, &saved, &err), err);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	assert_ok(rk_profiles_load(&arena, path, &loaded, &err), err);
	assert_int_equal(loaded.count, 3);
	assert_string_equal(rk_profiles_find(&loaded, "two \"words\"")->server, "a:1");
	assert_string_equal(loaded.current, "demo");
	assert_string_equal(rk_profiles_find(&loaded, "demo")->ca, "/a b/\"c\\${HOME}.pem");
	assert_string_equal(rk_profiles_find(&loaded, "demo")->municipality, "401005");
	assert_null(rk_profiles_find(&loaded, "other")->ca);
	assert_null(rk_profiles_find(&loaded, "none"));
}

static void a_missing_file_has_no_contexts(void **unused)
{
	struct rk_profiles loaded;
	struct rk_err err;

	(void)unused;
	assert_ok(rk_profiles_load(&arena, "/nowhere/contexts.conf", &loaded, &err), err);
	assert_int_equal(loaded.count, 0);
}

static void a_bad_file_is_told_with_its_line(void **unused)
{
	struct rk_profiles loaded;
	struct rk_err err;
	char bad[96];

	(void)unused;
	snprintf(bad, sizeof bad, "%s/bad.conf", folder);
	FILE *file = fopen(bad, "we");

	assert_non_null(file);
	fputs("context a {\n\tserver = \"x:1\"\n\tsever = \"y\"\n}\n", file);
	fclose(file);
	assert_int_equal(rk_profiles_load(&arena, bad, &loaded, &err), RK_FAILED_PRECONDITION);
	assert_contains(err.text, "bad.conf:3");
	assert_contains(err.text, "sever");
	unlink(bad);
}

static void what_stands_above_wins_only_where_it_says_something(void **unused)
{
	struct rk_profile profile = {.server = "a:1", .ca = "ca"};

	(void)unused;
	rk_profile_overlay(&profile, &(struct rk_profile){.server = "b:2", .key = "key"});
	assert_string_equal(profile.server, "b:2");
	assert_string_equal(profile.ca, "ca");
	assert_string_equal(profile.key, "key");
}

static void addresses_are_split_as_people_write_them(void **unused)
{
	static const struct {
		const char *text, *host, *port;
	} good[] = {
		{"renkei.example:7443", "renkei.example", "7443"},
		{"renkei.example",      "renkei.example", "7443"},
		{"127.0.0.1:80",        "127.0.0.1",      "80"  },
		{"[::1]:9",             "::1",            "9"   },
		{"[::1]",               "::1",            "7443"},
		{"fe80::1",             "fe80::1",        "7443"},
	};

	static const char *const bad[] = {
		"", ":1", "a:0", "a:65536", "a:b", "https://a", "a b:1", "[::1", "a@b:1"};
	char host[256], port[6];
	struct rk_err err;

	(void)unused;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_ok(rk_remote_address(good[i].text, host, port, &err), err);
		assert_string_equal(host, good[i].host);
		assert_string_equal(port, good[i].port);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (rk_remote_address(bad[i], host, port, &err) == RK_OK)
			fail_msg("%s is taken for %s and %s", bad[i], host, port);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			contexts_come_back_as_they_were_saved, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_missing_file_has_no_contexts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_bad_file_is_told_with_its_line, set_up, tear_down),
		cmocka_unit_test(what_stands_above_wins_only_where_it_says_something),
		cmocka_unit_test(addresses_are_split_as_people_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
