/* settings_own.h - the table of settings (settings_table.c), for settings.c, which reads a file, and settings_lines.c, which says what is
 * wrong with it. */
#pragma once
#include "settings.h"

enum rk_setting_kind {
	RK_SETTING_TEXT,
	RK_SETTING_PATH,
	RK_SETTING_PATHS,
	RK_SETTING_TEXTS,
	RK_SETTING_NUMBER
};

#define RK_SETTINGS_COUNT 100

struct rk_setting {
	const char *name;
	enum rk_setting_kind kind;
	bool fixed;       /* until the next start */
	size_t at;        /* in struct rk_settings */
	const char *text; /* the default; NULL: must be given */
	int64_t number, min, max;
	const char *sentence;
};

/* Several values, in braces. */
static inline bool rk_setting_is_list(const struct rk_setting *setting)
{
	return setting->kind == RK_SETTING_PATHS || setting->kind == RK_SETTING_TEXTS;
}

extern const struct rk_setting rk_settings_table[RK_SETTINGS_COUNT];

/* rk_settings_lines looks at a file line by line and tells all that is wrong at once, a mistake a line of err->text: what a parser that
 * stops at the first surprise cannot.  lines receives where each setting stands, 0 = nowhere.
 * Errors: RK_NOT_FOUND, RK_PERMISSION_DENIED; RK_FAILED_PRECONDITION with "file:line: " before each sentence. */
RK_MUST_USE enum rk_status rk_settings_lines(
	const char *path, int lines[RK_SETTINGS_COUNT], struct rk_err *err);
