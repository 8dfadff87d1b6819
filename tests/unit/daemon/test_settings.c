#include "check.h"
#include "settings_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NEEDED \
	"ca = \"ca.crt\"\ncertificate = \"s.crt\"\nkey = \"/abs/s.key\"\ndatabase = \"dbname=x\"\n"

static char folder[] = P_tmpdir "/renkei-settings-XXXXXX";
static char path[64];

static enum rk_status read_text(const char *text, struct rk_settings **out, struct rk_err *err)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return rk_settings_read(path, out, err);
}

static void refuses(const char *text, const char *sentence)
{
	struct rk_settings *settings = NULL;
	struct rk_err err = {0};

	assert_int_equal(read_text(text, &settings, &err), RK_FAILED_PRECONDITION);
	assert_null(settings);
	if (!strstr(err.text, sentence))
		fail_msg("'%s' is not in '%s'", sentence, err.text);
}

static void what_is_not_said_has_its_default(void **unused)
{
	struct rk_settings *settings = NULL;
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(read_text(NEEDED, &settings, &err), RK_OK);
	assert_string_equal(settings->listen, "127.0.0.1:7443");
	assert_int_equal(settings->max_message_bytes, 1048576);
	assert_int_equal(settings->batch_items, 64);
	assert_string_equal(settings->crl, "");
	assert_null(settings->receipt_keys_older[0]);
	rk_settings_free(&settings);
	assert_null(settings);
}

static void paths_are_relative_to_the_file(void **unused)
{
	struct rk_settings *settings = NULL;
	struct rk_err err = {0};
	char want[96];

	(void)unused;
	assert_int_equal(
		read_text(NEEDED "receipt_keys_older = {\"a.key\", \"/b.key\"}\n", &settings, &err),
		RK_OK);
	snprintf(want, sizeof want, "%s/ca.crt", folder);
	assert_string_equal(settings->ca, want);
	assert_string_equal(settings->key, "/abs/s.key");
	snprintf(want, sizeof want, "%s/a.key", folder);
	assert_string_equal(settings->receipt_keys_older[0], want);
	assert_string_equal(settings->receipt_keys_older[1], "/b.key");
	assert_null(settings->receipt_keys_older[2]);
	rk_settings_free(&settings);
}

static void an_unknown_name_is_named_with_its_line_and_the_nearest(void **unused)
{
	(void)unused;
	refuses(NEEDED "databse = \"x\"\n", ":5: no setting is called 'databse'; 'database' is");
	refuses(NEEDED "colour = 1\n", ":5: no setting is called 'colour'");
}

static void a_name_twice_is_refused(void **unused)
{
	(void)unused;
	refuses(NEEDED "workers = 2\nworkers = 2\n", ":6: 'workers' stands here a second time");
	refuses(NEEDED "receipt_keys_older = {\"a\"}\nreceipt_keys_older = {\"b\"}\n",
		":6: 'receipt_keys_older' stands here a second time");
}

static void a_number_outside_its_limits_is_refused(void **unused)
{
	(void)unused;
	refuses(NEEDED "workers = 65\n", ":5: 'workers' is 65; it may be from 0 to 64");
	refuses(NEEDED "workers = many\n", ":5: ");
}

static void takes(const struct rk_setting *setting, int64_t number)
{
	struct rk_settings *settings = NULL;
	struct rk_err err = {0};
	char text[300];

	snprintf(text, sizeof text, NEEDED "%s = %lld\n", setting->name, (long long)number);
	assert_ok(read_text(text, &settings, &err), err);
	assert_int_equal(
		*(const int64_t *)(const void *)((const char *)settings + setting->at), number);
	rk_settings_free(&settings);
}

static void refuses_number(const struct rk_setting *setting, int64_t number)
{
	char text[300], want[200];

	snprintf(text, sizeof text, NEEDED "%s = %lld\n", setting->name, (long long)number);
	snprintf(want, sizeof want, ":5: '%s' is %lld; it may be from %lld to %lld", setting->name,
		(long long)number, (long long)setting->min, (long long)setting->max);
	refuses(text, want);
}

static void every_number_is_taken_at_its_limits_and_refused_beyond(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < RK_SETTINGS_COUNT; i++) {
		const struct rk_setting *setting = &rk_settings_table[i];

		if (setting->kind != RK_SETTING_NUMBER)
			continue;
		takes(setting, setting->min);
		takes(setting, setting->max);
		refuses_number(setting, setting->min - 1);
		refuses_number(setting, setting->max + 1);
	}
}

/* 0 would be read as "none", and a guard be gone that nobody took away. */
static void no_limit_of_http2_can_be_switched_off(void **unused)
{
	int count = 0;

	(void)unused;
	for (size_t i = 0; i < RK_SETTINGS_COUNT; i++) {
		const struct rk_setting *setting = &rk_settings_table[i];

		if (strncmp(setting->name, "h2_", 3) != 0)
			continue;
		count++;
		assert_in_range(setting->number, setting->min, setting->max);
		/* No table at all is the strictest. */
		if (strcmp(setting->name, "h2_header_table") == 0)
			continue;
		refuses_number(setting, 0);
		refuses_number(setting, -1);
	}
	assert_int_equal(count, 45);
	refuses(NEEDED "h2_ping_burst = none\n",
		":5: 'h2_ping_burst' is a number from 1 to 1000, without quotes; not 'none'");
	refuses(NEEDED "h2_ping_bursts = 5\n",
		":5: no setting is called 'h2_ping_bursts'; 'h2_ping_burst' is");
}

static void what_is_needed_must_be_there(void **unused)
{
	(void)unused;
	refuses("ca = \"x\"\n", "missing and needed: 'certificate', 'key', 'database'");
}

static void a_word_of_none_is_refused(void **unused)
{
	(void)unused;
	refuses(NEEDED "log_level = \"loud\"\n", ":5: 'log_level' is 'loud'");
}

static void all_mistakes_are_told_at_once_each_with_its_line(void **unused)
{
	(void)unused;
	refuses("ca = \"x\nlisen = \"y\"\nworkers = \"two\"\n",
		":1: the text of 'ca' has no closing");
	refuses("ca = \"x\nlisen = \"y\"\nworkers = \"two\"\n",
		":2: no setting is called 'lisen'; 'listen' is");
	refuses("ca = \"x\nlisen = \"y\"\nworkers = \"two\"\n",
		":3: 'workers' is a number from 0 to 64, without quotes; not 'two'");
	refuses("ca = \"x\nlisen = \"y\"\nworkers = \"two\"\n",
		"missing and needed: 'certificate', 'key', 'database'");
}

static void a_list_is_shown_to_whoever_writes_none(void **unused)
{
	(void)unused;
	refuses(NEEDED "receipt_keys_older = [\"/nope/x.key\"]\n",
		":5: 'receipt_keys_older' is a list, in braces: receipt_keys_older = {\"one\", \"two\"}");
	refuses(NEEDED "receipt_keys_older = {\"a\",\n\"b\"\n",
		"the list that begins above has no '}'");
	refuses(NEEDED "crl = {\"a\"}\n", ":5: 'crl' is one value, not a list");
}

static void a_list_may_go_on_over_lines(void **unused)
{
	struct rk_settings *settings = NULL;
	struct rk_err err = {0};

	(void)unused;
	if (read_text(NEEDED "receipt_keys_older = {\"/a}\",\n  \"/b\"\n}  # and\n"
			     "workers = 2 # so\n",
		    &settings, &err) != RK_OK)
		fail_msg("%s", err.text);
	assert_string_equal(settings->receipt_keys_older[1], "/b");
	assert_int_equal(settings->workers, 2);
	assert_int_equal(rk_settings_line(settings, "workers"), 8);
	assert_int_equal(rk_settings_line(settings, "listen"), 0);
	assert_string_equal(rk_settings_naming(settings, "key /abs/s.key: gone"), "key");
	assert_string_equal(rk_settings_naming(settings, "key /b: gone"), "receipt_keys_older");
	assert_null(rk_settings_naming(settings, "gone"));
	rk_settings_free(&settings);
}

static void what_takes_effect_at_a_start_only_is_found(void **unused)
{
	struct rk_settings *old = NULL, *new = NULL;
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(read_text(NEEDED "drain_ms = 1\n", &old, &err), RK_OK);
	assert_int_equal(read_text(NEEDED "drain_ms = 2\n", &new, &err), RK_OK);
	assert_null(rk_settings_fixed(old, new));
	rk_settings_free(&new);
	assert_int_equal(read_text(NEEDED "h2_ping_burst = 2\n", &new, &err), RK_OK);
	assert_null(rk_settings_fixed(old, new));
	rk_settings_free(&new);
	assert_int_equal(read_text(NEEDED "workers = 2\n", &new, &err), RK_OK);
	assert_string_equal(rk_settings_fixed(old, new), "workers");
	rk_settings_free(&new);
	rk_settings_free(&old);
}

static void a_file_that_is_not_there_is_said(void **unused)
{
	struct rk_settings *settings = NULL;
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(rk_settings_read("/nowhere/x.conf", &settings, &err), RK_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_said_has_its_default),
		cmocka_unit_test(paths_are_relative_to_the_file),
		cmocka_unit_test(an_unknown_name_is_named_with_its_line_and_the_nearest),
		cmocka_unit_test(a_name_twice_is_refused),
		cmocka_unit_test(a_number_outside_its_limits_is_refused),
		cmocka_unit_test(every_number_is_taken_at_its_limits_and_refused_beyond),
		cmocka_unit_test(no_limit_of_http2_can_be_switched_off),
		cmocka_unit_test(what_is_needed_must_be_there),
		cmocka_unit_test(a_word_of_none_is_refused),
		cmocka_unit_test(all_mistakes_are_told_at_once_each_with_its_line),
		cmocka_unit_test(a_list_is_shown_to_whoever_writes_none),
		cmocka_unit_test(a_list_may_go_on_over_lines),
		cmocka_unit_test(what_takes_effect_at_a_start_only_is_found),
		cmocka_unit_test(a_file_that_is_not_there_is_said),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof path, "%s/renkeid.conf", folder);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	rmdir(folder);
	return failed;
}
