#include "ical.h"

#include <string.h>
#include <time.h>

/* Octets of a line without its end (RFC 5545 section 3.1). */
#define LINE_MAX_OCTETS 75

/* Commas, semicolons, backslashes and line ends (section 3.3.11). */
static enum rk_status add_escaped(struct rk_buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			RK_TRY(rk_buf_add_str(out, "\\n"));
		else if ((unsigned char)*text < ' ')
			RK_TRY(rk_buf_add(out, " ", 1));
		else if (strchr(",;\\", *text))
			RK_TRY(rk_buf_addf(out, "\\%c", *text));
		else
			RK_TRY(rk_buf_add(out, text, 1));
	}
	return RK_OK;
}

/* Folds a line between characters, not inside one. */
static enum rk_status add_line(struct rk_buf *out, struct rk_slice line)
{
	size_t room = LINE_MAX_OCTETS;

	while (line.len > room) {
		size_t cut = room;

		while (cut > 0 && (line.at[cut] & 0xc0) == 0x80)
			cut--;
		RK_TRY(rk_buf_add(out, line.at, cut));
		RK_TRY(rk_buf_add_str(out, "\r\n "));
		line = rk_slice_of(line.at + cut, line.len - cut);
		room = LINE_MAX_OCTETS - 1;
	}
	RK_TRY(rk_buf_add_slice(out, line));
	return rk_buf_add_str(out, "\r\n");
}

static enum rk_status add_text(struct rk_buf *out, const char *name, const char *text)
{
	RK_AUTO(rk_buf_clear) struct rk_buf line = {0};

	RK_TRY(rk_buf_addf(&line, "%s:", name));
	RK_TRY(add_escaped(&line, text));
	return add_line(out, rk_buf_slice(&line));
}

static enum rk_status add_moment(struct rk_buf *out, const char *name, int64_t at)
{
	time_t seconds = (time_t)at;
	struct tm parts;
	char text[32];

	if (!gmtime_r(&seconds, &parts) ||
		strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts) == 0)
		return RK_INTERNAL;
	return rk_buf_addf(out, "%s:%s\r\n", name, text);
}

enum rk_status rk_ical_begin(struct rk_buf *out, const char *name)
{
	RK_TRY(rk_buf_add_str(
		out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//renkei//deadlines//EN\r\n"));
	return add_text(out, "X-WR-CALNAME", name);
}

enum rk_status rk_ical_add(struct rk_buf *out, const struct rk_ical_event *event, int64_t stamp)
{
	RK_TRY(rk_buf_add_str(out, "BEGIN:VEVENT\r\n"));
	RK_TRY(add_text(out, "UID", event->uid));
	RK_TRY(add_moment(out, "DTSTAMP", stamp));
	RK_TRY(add_moment(out, "DTSTART", event->at));
	RK_TRY(add_text(out, "SUMMARY", event->summary));
	if (*event->description)
		RK_TRY(add_text(out, "DESCRIPTION", event->description));
	RK_TRY(rk_buf_add_str(out, "TRANSP:TRANSPARENT\r\n"));
	for (size_t i = 0; i < sizeof event->alarm_days / sizeof *event->alarm_days &&
		event->alarm_days[i] > 0;
		i++) {
		RK_TRY(rk_buf_addf(out, "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P%dD\r\n",
			event->alarm_days[i]));
		RK_TRY(add_text(out, "DESCRIPTION", event->summary));
		RK_TRY(rk_buf_add_str(out, "END:VALARM\r\n"));
	}
	return rk_buf_add_str(out, "END:VEVENT\r\n");
}

enum rk_status rk_ical_end(struct rk_buf *out)
{
	return rk_buf_add_str(out, "END:VCALENDAR\r\n");
}
