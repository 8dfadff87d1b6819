/* client/command.c, help.c: one table makes parsing, help, man page and completions. */
#include "check.h"
#include "command.h"
#include "say_client.h"

#include <stdio.h>
#include <stdlib.h>

static struct rk_run *fresh(void)
{
	static struct rk_run run;

	rk_arena_clear(&run.arena);
	memset(&run, 0, sizeof run);
	run.arena.cap = (size_t)64 << 20;
	run.language = RK_EN;
	return &run;
}

static int parse(struct rk_run *run, bool *help, const char *const *words)
{
	char *argv[16] = {NULL};
	int argc = 0;

	argv[argc++] = rk_run_str(run, "renkei");
	for (; words[argc - 1]; argc++)
		argv[argc] = rk_run_str(run, words[argc - 1]);
	return rk_command_parse(run, argc, argv, help);
}

#define PARSE(run, help, ...) parse((run), (help), (const char *const[]){__VA_ARGS__, NULL})

static void options_may_stand_anywhere(void **unused)
{
	struct rk_run *run = fresh();
	bool help;

	(void)unused;
	assert_int_equal(PARSE(run, &help, "--lang", "ja", "report", "-ojson", "list",
				 "--state=returned", "--state", "accepted"),
		EX_OK);
	assert_string_equal(run->command->name, "report list");
	assert_string_equal(rk_run_option(run, "lang"), "ja");
	assert_string_equal(rk_run_option(run, "output"), "json");
	assert_string_equal(rk_run_option_at(run, "state", 0), "returned");
	assert_string_equal(rk_run_option_at(run, "state", 1), "accepted");
	assert_null(rk_run_option_at(run, "state", 2));
	assert_int_equal(run->operand_count, 0);
}

static void two_dashes_end_the_options(void **unused)
{
	struct rk_run *run = fresh();
	bool help;

	(void)unused;
	assert_int_equal(PARSE(run, &help, "check", "a.json", "--", "--yes"), EX_OK);
	assert_int_equal(run->operand_count, 2);
	assert_string_equal(run->operands[1], "--yes");
}

static void a_beginning_that_fits_one_option_is_enough(void **unused)
{
	struct rk_run *run = fresh();
	bool help;

	(void)unused;
	assert_int_equal(PARSE(run, &help, "submit", "a.json", "--dry"), EX_OK);
	assert_true(rk_run_flag(run, "dry-run"));
	run = fresh();
	assert_int_equal(PARSE(run, &help, "status", "--c", "x"), EX_USAGE);
}

static void what_is_wrong_is_a_usage_error(void **unused)
{
	bool help;

	(void)unused;
	assert_int_equal(PARSE(fresh(), &help, "stauts"), EX_USAGE);
	assert_int_equal(PARSE(fresh(), &help, "report"), EX_USAGE);
	assert_int_equal(PARSE(fresh(), &help, "status", "--output"), EX_USAGE);
	assert_int_equal(PARSE(fresh(), &help, "status", "--output", "xml"), EX_USAGE);
	assert_int_equal(PARSE(fresh(), &help, "status", "--no-color=yes"), EX_USAGE);
	assert_int_equal(PARSE(fresh(), &help, "status", "2016"), EX_USAGE);
	assert_int_equal(PARSE(fresh(), &help, "check"), EX_USAGE);
	assert_int_equal(PARSE(fresh(), &help, "org", "release", "401005"), EX_USAGE);
	assert_int_equal(
		PARSE(fresh(), &help, "org", "release", "401005", "--required", "yes"), EX_OK);
	assert_int_equal(PARSE(fresh(), &help, "version", "-x"), EX_USAGE);
}

static const char *word_at(const void *arg, size_t i)
{
	return ((const char *const *)arg)[i];
}

static void the_nearest_name_is_offered_only_when_it_is_near(void **unused)
{
	const char *const words[] = {"status", "submit", "report list", NULL};

	(void)unused;
	assert_string_equal(rk_nearest("stauts", word_at, words), "status");
	assert_string_equal(rk_nearest("sumbit", word_at, words), "submit");
	assert_string_equal(rk_nearest("report lst", word_at, words), "report list");
	assert_null(rk_nearest("zzzzz", word_at, words));
}

static void every_command_and_option_has_words_in_english_and_japanese(void **unused)
{
	struct rk_run *run = fresh();

	(void)unused;
	for (const struct rk_command *command = rk_commands; command->name; command++) {
		const char *code = rk_run_printf(run, "cmd.%s", command->name);

		if (!rk_client_text(RK_EN, code) || !rk_client_text(RK_JA, code))
			fail_msg("no text %s", code);
		for (const struct rk_option *option = command->options; option && option->name;
			option++) {
			code = rk_run_printf(run, "opt.%s", option->name);
			if (strcmp(rk_option_text(run, command, option), code) == 0)
				fail_msg("no text %s", code);
		}
	}
}

/* Where English tells what was said as it was said, the other languages name its subject and its values (rk_err_values) instead. */
static bool has(const char *text, const char *name)
{
	return strstr(text, name) != NULL;
}

/* The {placeholders} of one language are those of the others. */
static void assert_same_placeholders(const char *code, const char *from, const char *to)
{
	bool told = has(from, "{text}") && !has(to, "{text}");

	for (const char *at = from; (at = strchr(at, '{')); at++) {
		const char *end = strchr(at, '}');
		char name[32];

		assert_non_null(end);
		snprintf(name, sizeof name, "%.*s", (int)(end - at) + 1, at);
		if (!has(to, name) && !(told && strcmp(name, "{text}") == 0))
			fail_msg("%s: %s is missing in \"%s\"", code, name, to);
	}
}

static void every_sentence_has_its_placeholders_in_every_language(void **unused)
{
	const char *code;

	(void)unused;
	for (size_t i = 0; (code = rk_client_code(i)); i++) {
		const char *en = rk_client_text(RK_EN, code), *ja = rk_client_text(RK_JA, code);
		const char *zh = rk_client_text(RK_ZH, code);

		if (!ja || !zh || !*ja != !*en || !*zh != !*en)
			fail_msg("%s: say it in Japanese and in Chinese, too", code);
		assert_same_placeholders(code, en, ja);
		assert_same_placeholders(code, en, zh);
		if (!has(en, "{text}") || has(ja, "{text}"))
			assert_same_placeholders(code, ja, en);
		assert_same_placeholders(code, ja, zh);
		assert_same_placeholders(code, zh, ja);
		for (size_t n = i + 1; rk_client_code(n); n++)
			assert_string_not_equal(code, rk_client_code(n));
	}
}

static void compare_page(const char *path, enum rk_language language)
{
	FILE *file = fopen(path, "re");
	static char page[200000];
	char *made = NULL;
	size_t len = 0;
	struct rk_run *asked = fresh();

	assert_non_null(file);
	page[fread(page, 1, sizeof page - 1, file)] = '\0';
	fclose(file);
	FILE *out = open_memstream(&made, &len);

	assert_non_null(out);
	asked->language = language;
	rk_help_scdoc(asked, out);
	fclose(out);
	if (!strstr(page, made))
		fail_msg(
			"%s is behind the table: put the output of 'renkei --lang en|ja help --scdoc' between its marks",
			path);
	free(made);
}

static void the_man_pages_have_the_commands_of_the_table(void **unused)
{
	(void)unused;
	compare_page("../client/renkei.1.scd", RK_EN);
	compare_page("../client/renkei.ja.1.scd", RK_JA);
}

static void completions_exist_for_three_shells_and_no_other(void **unused)
{
	static const char *const shells[] = {"bash", "zsh", "fish"};

	(void)unused;
	for (size_t i = 0; i < 3; i++) {
		char *made = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&made, &len);

		assert_non_null(out);
		assert_true(rk_completion_print(fresh(), out, shells[i]));
		fclose(out);
		assert_contains(made, "withdraw");
		assert_contains(made, "include-submitted");
		free(made);
	}
	assert_false(rk_completion_print(fresh(), stdout, "csh"));
}

static void exit_statuses_fit_and_the_gravest_wins(void **unused)
{
	(void)unused;
	assert_int_equal(rk_exit_status(RK_UNAVAILABLE), EX_UNAVAILABLE);
	assert_int_equal(rk_exit_status(RK_ABORTED), EX_DATAERR);
	assert_int_equal(rk_exit_status(RK_RESOURCE_EXHAUSTED), EX_TEMPFAIL);
	assert_int_equal(rk_exit_status(RK_PERMISSION_DENIED), EX_NOPERM);
	assert_int_equal(rk_worse(EX_OK, EX_UNAVAILABLE), EX_UNAVAILABLE);
	assert_int_equal(rk_worse(EX_DATAERR, EX_UNAVAILABLE), EX_DATAERR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_may_stand_anywhere),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(a_beginning_that_fits_one_option_is_enough),
		cmocka_unit_test(what_is_wrong_is_a_usage_error),
		cmocka_unit_test(the_nearest_name_is_offered_only_when_it_is_near),
		cmocka_unit_test(every_command_and_option_has_words_in_english_and_japanese),
		cmocka_unit_test(every_sentence_has_its_placeholders_in_every_language),
		cmocka_unit_test(the_man_pages_have_the_commands_of_the_table),
		cmocka_unit_test(completions_exist_for_three_shells_and_no_other),
		cmocka_unit_test(exit_statuses_fit_and_the_gravest_wins),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	fresh();
	return failed;
}
