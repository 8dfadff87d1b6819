/* Any bytes as renkeid.conf: whole settings within their limits, or sentences that name the file. */
#include "settings_own.h"

#include <assert.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int file = -1;
static char path[64];

static void write_file(const uint8_t *data, size_t size)
{
	if (file < 0)
		file = memfd_create("renkeid.conf", MFD_CLOEXEC);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	assert(file >= 0 && ftruncate(file, 0) == 0);
	assert(pwrite(file, data, size, 0) == (ssize_t)size);
}

static void check(const struct rk_settings *settings)
{
	for (int i = 0; i < RK_SETTINGS_COUNT; i++) {
		const struct rk_setting *setting = &rk_settings_table[i];
		const char *at = (const char *)settings + setting->at;

		if (setting->kind == RK_SETTING_NUMBER)
			assert(*(const int64_t *)(const void *)at >= setting->min &&
				*(const int64_t *)(const void *)at <= setting->max);
		else if (setting->kind != RK_SETTING_PATHS && setting->kind != RK_SETTING_TEXTS)
			assert(*(const char *const *)(const void *)at);
		assert(rk_settings_line(settings, setting->name) >= 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_settings *settings = NULL, *again = NULL;
	struct rk_err err = {0};
	char control[4096];

	write_file(data, size);
	if (rk_settings_control(path, control, &err) == RK_OK)
		assert(strlen(control) < sizeof control);
	if (rk_settings_read(path, &settings, &err) != RK_OK) {
		assert(!settings && err.status == RK_FAILED_PRECONDITION);
		assert(strncmp(err.text, path, strlen(path)) == 0);
		return 0;
	}
	check(settings);
	assert(rk_settings_read(path, &again, &err) == RK_OK);
	assert(!rk_settings_fixed(settings, again));
	rk_settings_free(&settings);
	rk_settings_free(&again);
	return 0;
}
