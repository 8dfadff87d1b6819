#include "check.h"
#include "words/catalogue.h"
#include "words/rules.h"
#include "words/say.h"
#include "words/sentences.h"

static struct rk_slice catalogue(enum rk_language language)
{
	return language == RK_JA ? rk_slice_of(rk_catalogue_ja, rk_catalogue_ja_len)
				 : rk_slice_of(rk_catalogue_zh, rk_catalogue_zh_len);
}

static void every_code_has_a_sentence_in_all_three_languages(void **unused)
{
	(void)unused;
	for (const struct rk_sentence *at = rk_sentences; at->code; at++) {
		assert_true(*at->en);
		for (int language = 0; language < 2; language++) {
			enum rk_language which = language ? RK_ZH : RK_JA;
			const char *text = rk_catalogue_find(catalogue(which), at->code, at->en);

			if (!text || !*text || strcmp(text, at->en) == 0)
				fail_msg("%s has no sentence in %s", at->code,
					language ? "zh" : "ja");
		}
	}
}

static void every_rule_has_a_sentence(void **unused)
{
	size_t rules, codes;
	const struct rk_rule_info *rule = rk_rules_list(&rules);
	const char *const *code = rk_say_codes(&codes);

	(void)unused;
	for (size_t i = 0; i < rules; i++) {
		bool found = false;

		for (size_t k = 0; k < codes; k++)
			found = found || strcmp(rule[i].code, code[k]) == 0;
		if (!found)
			fail_msg("the rule %s has no sentence", rule[i].code);
	}
}

/* Whether every {name} of one text stands in the other. */
static bool names_are_in(const char *text, const char *other)
{
	for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{')) {
		char name[40] = "";
		const char *end = strchr(at, '}');

		if (!end || (size_t)(end - at) + 2 > sizeof name)
			return false;
		memcpy(name, at, (size_t)(end - at) + 1);
		if (!strstr(other, name))
			return false;
	}
	return true;
}

static void all_languages_name_the_same_values(void **unused)
{
	(void)unused;
	for (const struct rk_sentence *at = rk_sentences; at->code; at++) {
		for (int language = 0; language < 2; language++) {
			const char *text = rk_catalogue_find(
				catalogue(language ? RK_ZH : RK_JA), at->code, at->en);

			assert_non_null(text);
			if (!names_are_in(at->en, text) || !names_are_in(text, at->en))
				fail_msg("%s: \"%s\" and \"%s\"", at->code, at->en, text);
		}
	}
}

static void sentences_are_readable_without_any_value(void **unused)
{
	static const char *const marks[] = {"{", "}", "[", "]", "  ", "()", "（）"};
	size_t count;
	const char *const *codes = rk_say_codes(&count);
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};

	(void)unused;
	for (size_t i = 0; i < count; i++) {
		for (int language = RK_JA; language <= RK_ZH; language++) {
			const char *text = rk_say(
				&arena, (enum rk_language)language, codes[i], NULL);

			assert_string_not_equal(text, codes[i]);
			for (size_t k = 0; k < sizeof marks / sizeof marks[0]; k++) {
				if (strstr(text, marks[k]))
					fail_msg("%s: %s", codes[i], text);
			}
		}
	}
}

static void codes_are_sorted_and_stand_once(void **unused)
{
	size_t count, sentences = 0;
	const char *const *codes = rk_say_codes(&count);

	(void)unused;
	while (rk_sentences[sentences].code)
		sentences++;
	assert_int_equal(count, sentences);
	for (size_t i = 1; i < count; i++)
		assert_true(strcmp(codes[i - 1], codes[i]) < 0);
}

static void the_reasons_that_daemon_and_database_use_are_there(void **unused)
{
	static const char *const reasons[] = {"IDENTITY_UNKNOWN", "CERTIFICATE_REVOKED",
		"PRINCIPAL_SUSPENDED", "ROLE_NOT_ALLOWED", "REQUEST_ID_REQUIRED",
		"REQUEST_ID_REUSED", "REPORT_REQUIRED", "REPORT_REFUSED", "VERSION_CONFLICT",
		"REPORT_UNDER_REVIEW", "REPORT_NOT_FOUND", "RECEIPT_NOT_FOUND",
		"ACTION_NOT_ALLOWED", "DIGEST_MISMATCH", "NOTHING_TO_WITHDRAW", "REASON_REQUIRED",
		"DUE_DATE_INVALID", "MUNICIPALITY_NOT_FOUND", "PARTNER_NOT_FOUND",
		"COOPERATION_NOT_FOUND", "PERIOD_NOT_FOUND", "PERIOD_NOT_OPEN", "ETAG_MISMATCH",
		"ETAG_REQUIRED", "REGISTRY_INVALID", "PAGE_TOKEN_INVALID", "ARGUMENT_INVALID",
		"MEASURE_REQUIRED", "DIMENSION_INVALID", "MALFORMED_MESSAGE", "UNKNOWN_FIELD",
		"MESSAGE_TOO_LARGE", "METHOD_NOT_FOUND", "DEADLINE_EXCEEDED", "SERVER_BUSY",
		"STORE_UNAVAILABLE", "SERVER_STOPPING", "RECEIPT_KEY_MISSING", "INTERNAL_ERROR",
		"FILTER_INVALID", "YEARS_SWAPPED", "AS_OF_FUTURE", "VERSION_LIMIT",
		"FIELD_NOT_FOUND", "ETAG_REQUIRED", "NOTHING_TO_RELEASE", "RELEASE_BY_PREPARER",
		"RELEASE_UNDER_REVIEW", "RELEASE_NEEDS_CORRECTION"};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};

	(void)unused;
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		assert_string_not_equal(rk_say(&arena, RK_EN, reasons[i], NULL), reasons[i]);
}

static void placeholders_are_filled(void **unused)
{
	static const struct rk_say_value values[] = {
		{"base_version",   "1" },
                {"latest_version", "3" },
                {NULL,             NULL}
        };
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};

	(void)unused;
	assert_string_equal(rk_say(&arena, RK_EN, "VERSION_CONFLICT", values),
		"The report is not based on the latest version: it says 1, the latest is 3. "
		"Read the latest one and try again.");
	assert_string_equal(rk_say(&arena, RK_JA, "VERSION_CONFLICT", values),
		"最新の版に基づいていません：元の版は 1、最新の版は 3。最新の版を確認してやり直してください。");
	assert_string_equal(rk_say(&arena, RK_EN, "VERSION_CONFLICT", values + 2),
		"The report is not based on the latest version. Read the latest one and try again.");
}

static void a_value_is_never_taken_for_a_template(void **unused)
{
	static const struct rk_say_value values[] = {
		{"municipality_code", "[{period}]"},
                {"period",            "2016Q1"    },
                {NULL,                NULL        }
        };
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};

	(void)unused;
	assert_string_equal(rk_say(&arena, RK_EN, "REPORT_NOT_FOUND", values),
		"There is no such report: [{period}] 2016Q1.");
}

static void a_code_without_sentence_says_itself(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};

	(void)unused;
	assert_string_equal(rk_say(&arena, RK_JA, "NO_SUCH_CODE", NULL), "NO_SUCH_CODE");
}

static void languages_are_known_by_the_names_of_locales(void **unused)
{
	(void)unused;
	assert_int_equal(rk_language("ja"), RK_JA);
	assert_int_equal(rk_language("ja_JP.UTF-8"), RK_JA);
	assert_int_equal(rk_language("zh-Hans"), RK_ZH);
	assert_int_equal(rk_language("en"), RK_EN);
	assert_int_equal(rk_language("jam"), RK_EN);
	assert_int_equal(rk_language("C"), RK_EN);
	assert_int_equal(rk_language(""), RK_EN);
	assert_int_equal(rk_language(NULL), RK_EN);
}

static void a_damaged_catalogue_has_no_answers(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf copy = {0};

	(void)unused;
	assert_int_equal(rk_buf_add(&copy, rk_catalogue_ja, rk_catalogue_ja_len), RK_OK);
	for (size_t len = 0; len < rk_catalogue_ja_len; len += 97)
		(void)rk_catalogue_find(rk_slice_of(copy.at, len), "VERSION_CONFLICT", "x");
	memset(copy.at + 8, 0xff, 12);
	assert_null(rk_catalogue_find(rk_buf_slice(&copy), "VERSION_CONFLICT", "x"));
	copy.at[0] ^= 1;
	assert_null(rk_catalogue_find(rk_buf_slice(&copy), "VERSION_CONFLICT", "x"));
}

static void states_and_roles_are_said_in_the_language_of_their_sentence(void **unused)
{
	const struct rk_say_value state[] = {
		{"state", "withdrawn"},
                {NULL,    NULL       }
        };
	const struct rk_say_value roles[] = {
		{"role",    "municipality"         },
                {"allowed", "secretariat, ministry"},
                {NULL,      NULL                   }
        };
	struct rk_arena arena = {.cap = 1 << 16};

	(void)unused;
	assert_string_equal(rk_say(&arena, RK_JA, "NOTHING_TO_WITHDRAW", state),
		"取り下げられる報告がありません（状態 取下げ）。");
	assert_non_null(strstr(rk_say(&arena, RK_EN, "NOTHING_TO_WITHDRAW", state), "withdrawn"));
	assert_string_equal(rk_say(&arena, RK_JA, "ROLE_NOT_ALLOWED", roles),
		"この操作は担当者の役割では行えません（可能な役割: 事務局、環境省）。");
	rk_arena_clear(&arena);
}

static void moments_are_said_in_the_time_of_japan(void **unused)
{
	const struct rk_say_value used[] = {
		{"used_at", "2026-03-31T15:30:59.5Z"},
                {NULL,      NULL                    }
        };
	const struct rk_say_value odd[] = {
		{"used_at", "soon"},
                {NULL,      NULL  }
        };
	struct rk_arena arena = {.cap = 1 << 16};

	(void)unused;
	assert_non_null(strstr(rk_say(&arena, RK_JA, "INVITATION_USED", used),
		"令和8年4月1日（2026-04-01）00:30"));
	assert_non_null(
		strstr(rk_say(&arena, RK_EN, "INVITATION_USED", used), "2026-04-01 00:30 JST"));
	assert_non_null(strstr(rk_say(&arena, RK_JA, "INVITATION_USED", odd), "soon"));
	rk_arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_sentence_in_all_three_languages),
		cmocka_unit_test(every_rule_has_a_sentence),
		cmocka_unit_test(all_languages_name_the_same_values),
		cmocka_unit_test(sentences_are_readable_without_any_value),
		cmocka_unit_test(codes_are_sorted_and_stand_once),
		cmocka_unit_test(the_reasons_that_daemon_and_database_use_are_there),
		cmocka_unit_test(placeholders_are_filled),
		cmocka_unit_test(a_value_is_never_taken_for_a_template),
		cmocka_unit_test(a_code_without_sentence_says_itself),
		cmocka_unit_test(languages_are_known_by_the_names_of_locales),
		cmocka_unit_test(a_damaged_catalogue_has_no_answers),
		cmocka_unit_test(states_and_roles_are_said_in_the_language_of_their_sentence),
		cmocka_unit_test(moments_are_said_in_the_time_of_japan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
