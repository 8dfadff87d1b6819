/* log.h - one line an event: level and key=value fields, to stderr (logfmt) or to the journal.
 *
 * rk_log(RK_LOG_INFO, "call", "method=%s", m, ...) is not how it works: fields are named, so that none is misspelt into a
 * sentence.  No request text, no names of persons, no keys.
 */
#pragma once
#include <stdint.h>

enum rk_log_level { RK_LOG_ERROR, RK_LOG_WARNING, RK_LOG_NOTICE, RK_LOG_INFO, RK_LOG_DEBUG };

struct rk_log_field {
	const char *key;
	const char *text; /* NULL: number is the value */
	int64_t number;
};

static inline struct rk_log_field rk_log_text(const char *key, const char *value)
{
	return (struct rk_log_field){key, value ? value : "", 0};
}

#define RK_TEXT(key, value)   rk_log_text((key), (value))
#define RK_NUMBER(key, value) ((struct rk_log_field){(key), NULL, (int64_t)(value)})

/* rk_log writes "2016-07-15T05:59:59.123Z level event=EVENT key=value ...\n" with one write(); values with blanks, quotes,
 * '=' or control characters are quoted and escaped.  Cut at 4 KiB.  Thread-unsafe by design: one thread, one loop. */
#define rk_log(level, event, ...) \
	rk_log_fields((level), (event), (const struct rk_log_field[]){{0}, ##__VA_ARGS__, {0}} + 1)
void rk_log_fields(enum rk_log_level level, const char *event, const struct rk_log_field *fields);

/* What is written from now on: up to this level; fd -1 = journal (sd_journal_sendv). Default: NOTICE, stderr. */
void rk_log_set(enum rk_log_level level, int fd);
/* Every line from now on begins with worker=PID behind its event; 0: none. */
void rk_log_worker(int64_t pid);
