#include "check.h"
#include "serve/limits.h"
#include "settings_own.h"

static int64_t *number_of(struct rk_settings *settings, const struct rk_setting *setting)
{
	return (int64_t *)(void *)((char *)settings + setting->at);
}

static void fill_defaults(struct rk_settings *settings)
{
	*settings = (struct rk_settings){0};
	for (size_t i = 0; i < RK_SETTINGS_COUNT; i++)
		if (rk_settings_table[i].kind == RK_SETTING_NUMBER)
			*number_of(settings, &rk_settings_table[i]) = rk_settings_table[i].number;
}

/* All but the way to the guard's, which is another one by its nature. */
static bool same(const struct rk_limits *a, const struct rk_limits *b)
{
	struct rk_h2_limits h2 = a->h2;

	h2.guard = b->h2.guard;
	return memcmp(&h2, &b->h2, sizeof h2) == 0 &&
		memcmp(&a->guard, &b->guard, sizeof a->guard) == 0;
}

static void the_defaults_of_the_settings_are_those_of_the_link(void **unused)
{
	struct rk_limits limits = {0};
	struct rk_limits wanted = {.guard = rk_h2_guard_limits_default, .h2 = rk_h2_limits_default};
	struct rk_settings settings;

	(void)unused;
	fill_defaults(&settings);
	rk_limits_fill(&limits, &settings);
	assert_ptr_equal(limits.h2.guard, &limits.guard);
	assert_true(same(&limits, &wanted));
}

/* What is no limit of a session: peers and calls are handed these. */
static bool is_elsewhere(const char *name)
{
	return strcmp(name, "h2_grace_ms") == 0 || strcmp(name, "h2_body_per_second") == 0 ||
		strcmp(name, "h2_body_grace_ms") == 0;
}

static void every_setting_of_http2_changes_what_a_session_gets(void **unused)
{
	static struct rk_limits seen[RK_SETTINGS_COUNT];
	struct rk_settings settings;
	struct rk_limits plain = {0};
	size_t count = 0;

	(void)unused;
	fill_defaults(&settings);
	rk_limits_fill(&plain, &settings);
	for (size_t i = 0; i < RK_SETTINGS_COUNT; i++) {
		const struct rk_setting *setting = &rk_settings_table[i];

		if (strncmp(setting->name, "h2_", 3) != 0 || is_elsewhere(setting->name))
			continue;
		fill_defaults(&settings);
		*number_of(&settings, setting) = setting->max;
		rk_limits_fill(&seen[count], &settings);
		if (same(&seen[count], &plain))
			fail_msg("%s changes nothing", setting->name);
		for (size_t j = 0; j < count; j++)
			if (same(&seen[count], &seen[j]))
				fail_msg("%s changes what another one does", setting->name);
		count++;
	}
	assert_int_equal(count, 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults_of_the_settings_are_those_of_the_link),
		cmocka_unit_test(every_setting_of_http2_changes_what_a_session_gets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
