#include "encoding.h"

#include "base/cp932.h"
#include "base/text.h"

#include <string.h>

#define MARK "\xef\xbb\xbf"

bool rk_encoding_is_cp932(const struct rk_run *run)
{
	const char *asked = rk_run_option(run, "encoding");

	return asked && strcmp(asked, "cp932") == 0;
}

int rk_encoding_check(struct rk_run *run)
{
	static const char *const others[] = {"raw", "ical"};
	bool text = run->output != RK_OUT_JSON && run->output != RK_OUT_JSONL;

	if (!rk_encoding_is_cp932(run))
		return rk_run_flag(run, "strict") ? rk_usage(run, "usage.strict") : EX_OK;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		text = text && !rk_run_flag(run, others[i]);
	return text ? EX_OK : rk_usage(run, "usage.encoding");
}

/* Where in a text one is, moving forward only. */
struct place {
	struct rk_run *run;
	const char *file;
	struct rk_slice text;
	bool csv;
	size_t at, line;
	size_t row, field; /* of CSV: the head is row 1, field 0 */
	bool quoted;
	size_t lost;
};

static void advance(struct place *place, size_t to)
{
	for (; place->at < to; place->at++) {
		uint8_t c = place->text.at[place->at];

		place->line += c == '\n';
		place->quoted = c == '"' ? !place->quoted : place->quoted;
		if (place->quoted)
			continue;
		if (c == ',')
			place->field++;
		if (c == '\n') {
			place->row++;
			place->field = 0;
		}
	}
}

/* The name of a field stands in the head, where it may be quoted. */
static const char *field_name(const struct place *place)
{
	size_t begin = 0, end = 0, field = 0;
	bool quoted = false;

	for (; end < place->text.len; end++) {
		uint8_t c = place->text.at[end];

		quoted = c == '"' ? !quoted : quoted;
		if (quoted || (c != ',' && c != '\n' && c != '\r'))
			continue;
		if (field++ == place->field || c != ',')
			break;
		begin = end + 1;
	}
	return rk_visible(place->run,
		rk_run_slice(place->run, rk_slice_of(place->text.at + begin, end - begin)));
}

static void on_lost(void *arg, size_t at, uint32_t character)
{
	struct place *place = arg;
	struct rk_run *run = place->run;
	size_t end = at;

	place->lost++;
	advance(place, at);
	(void)rk_text_next(place->text, &end);
	const char *where = place->csv
		? rk_tell(run, "encoding.row", "row", rk_run_printf(run, "%zu", place->row),
			  "field", field_name(place))
		: rk_tell(run, "encoding.line", "line", rk_run_printf(run, "%zu", place->line));

	rk_talk(run, "encoding.lost", "where",
		place->file ? rk_run_printf(run, "%s: %s", rk_visible(run, place->file), where)
			    : where,
		"character",
		rk_visible(run, rk_run_slice(run, rk_slice_of(place->text.at + at, end - at))),
		"code", rk_run_printf(run, "U+%04X", (unsigned)character));
}

int rk_encode(
	struct rk_run *run, const char *file, bool csv, struct rk_slice text, struct rk_buf *out)
{
	struct rk_err err;

	if (text.len >= strlen(MARK) && memcmp(text.at, MARK, strlen(MARK)) == 0)
		text = rk_slice_of(text.at + strlen(MARK), text.len - strlen(MARK));
	struct place place = {
		.run = run, .file = file, .text = text, .csv = csv, .line = 1, .row = 1};
	enum rk_status status = rk_cp932_write(text, on_lost, &place, out, &err);

	if (status != RK_OK)
		return rk_trouble(run, &err);
	if (!place.lost)
		return EX_OK;
	bool strict = rk_run_flag(run, "strict");

	rk_talk(run, strict ? "encoding.refused" : "encoding.replaced", "count",
		rk_run_printf(run, "%zu", place.lost));
	return strict ? EX_DATAERR : RK_EX_LOSSY;
}
