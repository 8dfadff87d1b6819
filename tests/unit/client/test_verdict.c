/* client/verdict.c: findings as a terminal gets them. */
#include "check.h"
#include "verdict.h"

#include <stdio.h>
#include <stdlib.h>

static void what_a_server_found_cannot_move_the_cursor(void **unused)
{
	struct rk_run run = {.language = RK_EN};
	Renkei__V1__LocalizedText sentence = RENKEI__V1__LOCALIZED_TEXT__INIT;
	Renkei__V1__Finding finding = RENKEI__V1__FINDING__INIT, *findings[] = {&finding};
	Renkei__V1__Verdict verdict = RENKEI__V1__VERDICT__INIT;
	char evil[] = "a\x1b[2J\xc2\x9b"
		      "b";
	char *said = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&said, &len);

	(void)unused;
	assert_non_null(out);
	sentence.en = finding.code = finding.field_path = finding.value = finding.suggestion = evil;
	finding.sentence = &sentence;
	verdict.findings = findings;
	verdict.n_findings = 1;
	rk_verdict_print_form(&run, out, NULL, &verdict);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(said, "[2J"));
	assert_null(strchr(said, '\x1b'));
	assert_null(strstr(said, "\xc2\x9b"));
	free(said);
	rk_arena_clear(&run.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_server_found_cannot_move_the_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
