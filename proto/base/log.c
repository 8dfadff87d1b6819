#include "base/log.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

enum { LINE = 4096, JOURNAL_FIELDS = 64 };

static enum rk_log_level log_level = RK_LOG_NOTICE;
static int log_fd = STDERR_FILENO;
static int64_t log_worker;

void rk_log_set(enum rk_log_level level, int fd)
{
	log_level = level;
	log_fd = fd;
}

void rk_log_worker(int64_t pid)
{
	log_worker = pid;
}

/* A line of fixed size; what does not fit is dropped whole, a character or an escape at a time. */
struct line {
	char text[LINE];
	size_t len;
	size_t keep; /* room kept free at the end for what closes */
	bool full;
};

static void put(struct line *line, const char *text, size_t len)
{
	line->full = line->full || line->len + len > sizeof line->text - line->keep;
	if (line->full)
		return;
	memcpy(line->text + line->len, text, len);
	line->len += len;
}

static void put_str(struct line *line, const char *text)
{
	put(line, text, strlen(text));
}

static bool needs_quotes(struct rk_slice value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] <= ' ' || value.at[i] == '"' || value.at[i] == '=' ||
			value.at[i] == '\\' || value.at[i] == 0x7f)
			return true;
	}
	return value.len == 0 || rk_text_utf8_bad(value) < value.len;
}

static void put_character(struct line *line, struct rk_slice value, size_t *at)
{
	const uint8_t *c = value.at + *at;
	size_t begin = *at;
	uint32_t point = rk_text_next(value, at);
	char escape[8];

	if (*c == '"' || *c == '\\') {
		(void)snprintf(escape, sizeof escape, "\\%c", *c);
	} else if (*c == '\n' || *c == '\t' || *c == '\r') {
		(void)snprintf(escape, sizeof escape, "\\%c",
			*c == '\n'           ? 'n'
				: *c == '\t' ? 't'
					     : 'r');
	} else if (*c < ' ' || *c == 0x7f || (point == 0xfffd && *at - begin == 1)) {
		(void)snprintf(escape, sizeof escape, "\\x%02x", *c);
	} else {
		put(line, (const char *)c, *at - begin);
		return;
	}
	put_str(line, escape);
}

static void put_value(struct line *line, const char *text)
{
	struct rk_slice value = rk_slice_str(text);
	bool cut;

	if (!needs_quotes(value)) {
		for (size_t at = 0; at < value.len;)
			put_character(line, value, &at);
		return;
	}
	/* Taken before the opening quote, so that there is always room for the closing one. */
	line->keep++;
	put_str(line, "\"");
	cut = line->full;
	for (size_t at = 0; at < value.len && !line->full;)
		put_character(line, value, &at);
	line->keep--;
	if (cut)
		return;
	cut = line->full;
	line->full = false;
	put_str(line, "\"");
	line->full = cut;
}

static void put_field(struct line *line, const char *key, const char *text, int64_t number)
{
	char digits[24];

	if (line->full)
		return;
	put_str(line, " ");
	put_str(line, key);
	put_str(line, "=");
	if (line->full)
		return;
	(void)snprintf(digits, sizeof digits, "%" PRId64, number);
	if (text)
		put_value(line, text);
	else
		put_str(line, digits);
}

static const char *const level_names[] = {"error", "warning", "notice", "info", "debug"};

static void compose(struct line *line, enum rk_log_level level, const char *event,
	const struct rk_log_field *fields)
{
	RK_AUTO(rk_buf_clear) struct rk_buf time = {0};
	int64_t us = rk_clock_now_us();
	int32_t ms = (int32_t)(us / 1000 % 1000);
	char tail[8];

	/* Always three digits, also when the milliseconds are 0. */
	if (us >= 0 && rk_text_add_rfc3339(&time, us / 1000000, 0) == RK_OK) {
		put(line, (const char *)time.at, time.len - 1);
		(void)snprintf(tail, sizeof tail, ".%03dZ ", ms);
		put_str(line, tail);
	}
	put_str(line, level_names[level]);
	put_field(line, "event", event, 0);
	if (log_worker)
		put_field(line, "worker", NULL, log_worker);
	for (; fields->key; fields++)
		put_field(line, fields->key, fields->text, fields->number);
}

/* RENKEI_KEY=value for each field, and MESSAGE as the line would read without time and level. */
static void to_journal(
	enum rk_log_level level, const char *event, const struct rk_log_field *fields)
{
	static const int priorities[] = {3, 4, 5, 6, 7};
	static char pool[2 * LINE];
	struct line message = {0};
	struct iovec iov[JOURNAL_FIELDS + 2];
	size_t used = 0;
	int count = 0;

	put_str(&message, "MESSAGE=");
	put_str(&message, event);
	for (const struct rk_log_field *field = fields; field->key; field++)
		put_field(&message, field->key, field->text, field->number);
	iov[count++] = (struct iovec){message.text, message.len};
	for (int i = -2; count < JOURNAL_FIELDS + 2; i++) {
		const struct rk_log_field *field = i < 0 ? NULL : &fields[i];
		size_t room = sizeof pool - used;
		int len;

		if (i == -2)
			len = snprintf(pool + used, room, "PRIORITY=%d", priorities[level]);
		else if (i == -1)
			len = snprintf(pool + used, room, "RENKEI_EVENT=%s", event);
		else if (!field->key)
			break;
		else if (field->text)
			len = snprintf(pool + used, room, "RENKEI_%s=%s", field->key, field->text);
		else
			len = snprintf(
				pool + used, room, "RENKEI_%s=%" PRId64, field->key, field->number);
		if (len < 0 || (size_t)len >= room)
			break;
		for (char *c = pool + used; *c != '='; c++)
			*c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
		iov[count++] = (struct iovec){pool + used, (size_t)len};
		used += (size_t)len + 1;
	}
	(void)sd_journal_sendv(iov, count);
}

void rk_log_fields(enum rk_log_level level, const char *event, const struct rk_log_field *fields)
{
	struct line line = {.keep = 1};

	if (level > log_level)
		return;
	if (log_fd < 0) {
		to_journal(level, event, fields);
		return;
	}
	compose(&line, level, event, fields);
	line.keep = 0;
	line.full = false;
	put_str(&line, "\n");
	/* Nobody is left to tell when the log itself cannot be written. */
	if (write(log_fd, line.text, line.len) < 0)
		return;
}
