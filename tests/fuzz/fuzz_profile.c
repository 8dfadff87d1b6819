/* Any bytes as the client's contexts: a sentence, or contexts that are written and read again as they are. */
#include "profile.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[256], saved[300], given[64];

static void clean_up(void)
{
	(void)unlink(saved);
	(void)rmdir(folder);
}

static int prepare(void)
{
	const char *temporary = getenv("TMPDIR");
	int file = memfd_create("contexts.conf", MFD_CLOEXEC);

	(void)snprintf(folder, sizeof folder, "%s/renkei-profile-XXXXXX",
		temporary ? temporary : P_tmpdir);
	assert(file >= 0 && mkdtemp(folder));
	(void)snprintf(saved, sizeof saved, "%s/contexts.conf", folder);
	(void)snprintf(given, sizeof given, "/proc/self/fd/%d", file);
	(void)atexit(clean_up);
	return file;
}

static bool same(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

static void compare(const struct rk_profile *one, const struct rk_profile *other)
{
	assert(same(one->name, other->name) && same(one->server, other->server));
	assert(same(one->ca, other->ca) && same(one->cert, other->cert));
	assert(same(one->key, other->key) && same(one->municipality, other->municipality));
	assert(same(one->proxy, other->proxy));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int file = -1;
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	struct rk_profiles read, again;
	struct rk_err err = {0};

	if (file < 0)
		file = prepare();
	assert(ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == (ssize_t)size);
	if (rk_profiles_load(&arena, given, &read, &err) != RK_OK) {
		assert(err.text[0] && strcmp(err.reason, "CONTEXTS_BAD") == 0);
		return 0;
	}
	assert(rk_profiles_save(saved, &read, &err) == RK_OK);
	assert(rk_profiles_load(&arena, saved, &again, &err) == RK_OK);
	assert(read.count == again.count && same(read.current, again.current));
	for (size_t i = 0; i < read.count; i++)
		compare(&read.at[i], &again.at[i]);
	return 0;
}
