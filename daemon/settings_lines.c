#include "settings_own.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct scan {
	const char *path;
	int *lines;
	int line;
	bool in_list; /* one that goes on over the end of its line */
	bool wrong;
	char text[464];
	size_t len;
};

__attribute__((format(printf, 2, 3))) static void mistake(
	struct scan *scan, const char *format, ...)
{
	size_t room = sizeof scan->text - scan->len;
	va_list args;
	int len;

	va_start(args, format);
	len = snprintf(scan->text + scan->len, room,
		scan->line ? "%s%s:%d: " : "%s%s: ", scan->wrong ? "\n" : "", scan->path,
		scan->line);
	if (len > 0 && (size_t)len < room) {
		scan->len += (size_t)len;
		room -= (size_t)len;
		len = vsnprintf(scan->text + scan->len, room, format, args);
		scan->len += len < 0 ? 0 : (size_t)len < room ? (size_t)len : room - 1;
	} else {
		/* No room for one more: half of a sentence would help nobody. */
		scan->text[scan->len] = '\0';
	}
	va_end(args);
	scan->wrong = true;
}

static size_t distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);

	if (n >= 64)
		return n;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

static void unknown(struct scan *scan, const char *name)
{
	const char *best = NULL;
	size_t least = strlen(name) / 3 + 2;

	for (size_t i = 0; i < RK_SETTINGS_COUNT; i++) {
		size_t d = distance(name, rk_settings_table[i].name);

		if (d < least) {
			least = d;
			best = rk_settings_table[i].name;
		}
	}
	if (best)
		mistake(scan, "no setting is called '%s'; '%s' is", name, best);
	else
		mistake(scan, "no setting is called '%s'", name);
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

static bool at_end(const char *at)
{
	at = skip_blanks(at);
	return *at == '\0' || *at == '#' || strncmp(at, "//", 2) == 0 || strncmp(at, "/*", 2) == 0;
}

/* Behind the closing quote of the text that begins at at; NULL: there is none on this line. */
static const char *skip_quoted(const char *at)
{
	char quote = *at++;

	for (; *at && *at != quote; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : NULL;
}

/* Behind the list's '}', or NULL when the line ends before. */
static const char *skip_list(struct scan *scan, const char *at)
{
	scan->in_list = true;
	while (*at && *at != '}' && *at != '#') {
		if (*at == '"' || *at == '\'') {
			at = skip_quoted(at);
			if (!at) {
				mistake(scan,
					"a text of this list has no closing quote on this line");
				scan->in_list = false;
				return NULL;
			}
		} else {
			at++;
		}
	}
	scan->in_list = *at != '}';
	return scan->in_list ? NULL : at + 1;
}

static void check_number(struct scan *scan, const struct rk_setting *setting, const char *value)
{
	size_t quoted = *value == '"' || *value == '\'';
	const char *from = value + quoted;
	size_t len = strcspn(from, "\"' \t\r\n#");
	char digits[32], *end;
	long long number;

	/* The environment's: libconfuse looks. */
	if (*from == '$')
		return;
	snprintf(digits, sizeof digits, "%.*s", (int)len, from);
	errno = 0;
	number = strtoll(digits, &end, 0);
	if (*end || end == digits || errno)
		mistake(scan, "'%s' is a number from %lld to %lld, without quotes; not '%s'",
			setting->name, (long long)setting->min, (long long)setting->max, digits);
	else if (number < setting->min || number > setting->max)
		mistake(scan, "'%s' is %lld; it may be from %lld to %lld", setting->name, number,
			(long long)setting->min, (long long)setting->max);
}

/* Returns what stands behind the value, NULL when that cannot be said. */
static const char *check_value(
	struct scan *scan, const struct rk_setting *setting, const char *value)
{
	const char *end;

	if (rk_setting_is_list(setting) && *value != '{') {
		mistake(scan, "'%s' is a list, in braces: %s = {\"one\", \"two\"}", setting->name,
			setting->name);
		return NULL;
	}
	if (*value == '{') {
		end = skip_list(scan, value);
		if (!rk_setting_is_list(setting))
			mistake(scan, "'%s' is one value, not a list", setting->name);
		return end;
	}
	if (setting->kind == RK_SETTING_NUMBER)
		check_number(scan, setting, value);
	if (*value != '"' && *value != '\'')
		return value + strcspn(value, " \t\r\n#");
	end = skip_quoted(value);
	if (!end)
		mistake(scan, "the text of '%s' has no closing quote on this line", setting->name);
	return end;
}

static void check_setting(struct scan *scan, const char *name, const char *rest)
{
	const struct rk_setting *setting = NULL;
	const char *value = skip_blanks(rest);

	for (size_t i = 0; i < RK_SETTINGS_COUNT && !setting; i++)
		if (strcmp(name, rk_settings_table[i].name) == 0)
			setting = &rk_settings_table[i];
	if (!setting) {
		unknown(scan, name);
		return;
	}
	if (scan->lines[setting - rk_settings_table]) {
		mistake(scan, "'%s' stands here a second time", name);
		return;
	}
	scan->lines[setting - rk_settings_table] = scan->line;
	if (*value != '=' || at_end(value + 1)) {
		mistake(scan, "'%s' needs a value on its line: %s = ...", name, name);
		return;
	}
	value = check_value(scan, setting, skip_blanks(value + 1));
	if (value && !at_end(value))
		mistake(scan, "behind the value of '%s' stands more; one setting a line", name);
}

static void check_line(struct scan *scan, const char *text)
{
	const char *at = skip_blanks(text);
	char name[64];
	size_t len = 0;

	if (scan->in_list) {
		(void)skip_list(scan, at);
		return;
	}
	if (at_end(at))
		return;
	while (isalnum((unsigned char)at[len]) || at[len] == '_' || at[len] == '-')
		len++;
	if (len == 0 || len >= sizeof name) {
		mistake(scan, "the name of a setting is expected here");
		return;
	}
	memcpy(name, at, len);
	name[len] = '\0';
	check_setting(scan, name, at + len);
}

static void check_missing(struct scan *scan)
{
	char names[200] = "";
	size_t len = 0;

	scan->line = 0;
	for (size_t i = 0; i < RK_SETTINGS_COUNT; i++) {
		const struct rk_setting *setting = &rk_settings_table[i];
		bool needed = !setting->text &&
			(setting->kind == RK_SETTING_TEXT || setting->kind == RK_SETTING_PATH);

		if (needed && !scan->lines[i] && len < sizeof names)
			len += (size_t)snprintf(names + len, sizeof names - len, "%s'%s'",
				len ? ", " : "", setting->name);
	}
	if (len > 0)
		mistake(scan, "missing and needed: %s", names);
}

enum rk_status rk_settings_lines(const char *path, int lines[RK_SETTINGS_COUNT], struct rk_err *err)
{
	struct scan scan = {.path = path, .lines = lines};
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	memset(lines, 0, RK_SETTINGS_COUNT * sizeof *lines);
	if (!file)
		return rk_fail(err, errno == ENOENT ? RK_NOT_FOUND : RK_PERMISSION_DENIED, "%s: %s",
			path, strerror(errno));
	while (getline(&text, &size, file) >= 0) {
		scan.line++;
		check_line(&scan, text);
	}
	free(text);
	(void)fclose(file);
	if (scan.in_list)
		mistake(&scan, "the list that begins above has no '}'");
	check_missing(&scan);
	if (!scan.wrong)
		return RK_OK;
	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "BAD_CONFIGURATION", "%s", scan.text);
}

static void take_control(const char *path, const char *line, char *out)
{
	const char *slash = strrchr(path, '/'), *at = skip_blanks(line), *end;
	size_t len = strlen("control_socket");

	if (strncmp(at, "control_socket", len) != 0 || *skip_blanks(at + len) != '=')
		return;
	at = skip_blanks(skip_blanks(at + len) + 1);
	end = *at == '"' ? skip_quoted(at) : NULL;
	if (!end)
		return;
	at++;
	len = (size_t)(end - 1 - at);
	if (*at == '/' || len == 0 || !slash)
		snprintf(out, PATH_MAX, "%.*s", (int)len, at);
	else
		snprintf(out, PATH_MAX, "%.*s/%.*s", (int)(slash - path), path, (int)len, at);
}

enum rk_status rk_settings_control(const char *path, char *out, struct rk_err *err)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	for (size_t i = 0; i < RK_SETTINGS_COUNT; i++)
		if (strcmp(rk_settings_table[i].name, "control_socket") == 0)
			snprintf(out, PATH_MAX, "%s", rk_settings_table[i].text);
	if (!file)
		return rk_fail(err, errno == ENOENT ? RK_NOT_FOUND : RK_PERMISSION_DENIED, "%s: %s",
			path, strerror(errno));
	while (getline(&text, &size, file) >= 0)
		take_control(path, text, out);
	free(text);
	(void)fclose(file);
	return RK_OK;
}
