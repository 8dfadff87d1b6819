/* Connection strings: a sentence, or keywords with values; and hosts that have been rotated all the way round are as before. */
#include "base/arena.h"
#include "db/conninfo.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count(const char *list)
{
	int commas = 0;

	for (; *list; list++)
		commas += *list == ',';
	return commas + 1;
}

static const char *value_of(const struct rk_conninfo *conninfo, const char *keyword)
{
	for (int i = 0; conninfo->keywords[i]; i++)
		if (strcmp(conninfo->keywords[i], keyword) == 0)
			return conninfo->values[i];
	return NULL;
}

static void rotate(struct rk_conninfo *conninfo, struct rk_arena *arena)
{
	static const char *const lists[] = {"host", "hostaddr", "port"};
	const char *before[3];

	for (int i = 0; i < 3; i++) {
		const char *value = value_of(conninfo, lists[i]);

		before[i] = value ? rk_arena_str(arena, value) : NULL;
	}
	for (int turn = 1; turn <= conninfo->hosts && turn < 50; turn++) {
		assert(rk_conninfo_rotate(conninfo, NULL) == RK_OK);
		for (int i = 0; i < 3; i++) {
			const char *value = value_of(conninfo, lists[i]);

			assert(!before[i] == !value);
			if (value && conninfo->hosts > 1 && turn % count(before[i]) == 0)
				assert(strcmp(value, before[i]) == 0);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	const char *text = rk_arena_slice(&arena, rk_slice_of(data, size));
	struct rk_conninfo conninfo;
	struct rk_err err = {0};

	if (!text)
		return 0;
	if (rk_conninfo_parse(text, &conninfo, &err) != RK_OK) {
		assert(err.text[0]);
		return 0;
	}
	assert(conninfo.hosts >= 1 && value_of(&conninfo, "application_name"));
	assert(strcmp(value_of(&conninfo, "client_encoding"), "UTF8") == 0);
	for (int i = 0; conninfo.keywords[i]; i++)
		assert(i < RK_CONNINFO_MAX - 1 && conninfo.values[i]);
	rotate(&conninfo, &arena);
	rk_conninfo_clear(&conninfo);
	return 0;
}
