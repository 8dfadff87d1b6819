/* Reports as proto3 JSON: one object, an array of objects, or objects one behind the other (JSON Lines). */
#include "base/text.h"
#include "form/form.h"
#include "wire/json.h"

#include "renkei/v1/report.pb-c.h"

#include <string.h>

struct cutter {
	const uint8_t *text;
	size_t len, at;
	size_t line; /* of at, from 1 */
	size_t line_start;
};

static void skip_blank(struct cutter *cutter, bool commas)
{
	for (; cutter->at < cutter->len; cutter->at++) {
		uint8_t c = cutter->text[cutter->at];

		if (c == '\n') {
			cutter->line++;
			cutter->line_start = cutter->at + 1;
		} else if (c != ' ' && c != '\t' && c != '\r' && !(commas && c == ',')) {
			return;
		}
	}
}

/* From at to the end of the value that begins there, by brackets and quotes alone; what is wrong inside, the parser says. */
static size_t value_end(struct cutter *cutter)
{
	size_t depth = 0, i = cutter->at;
	bool quoted = false;

	for (; i < cutter->len; i++) {
		uint8_t c = cutter->text[i];

		if (c == '\n') {
			if (depth == 0)
				return i;
			cutter->line++;
			cutter->line_start = i + 1;
		}
		if (quoted) {
			if (c == '\\' && i + 1 < cutter->len)
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (depth == 0)
				return i;
			if (--depth == 0)
				return i + 1;
		} else if (c == ',' && depth == 0) {
			return i;
		}
	}
	return i;
}

/* The error names line and column of the file: the text is read again behind as many line ends and blanks. */
static void explain(struct rk_slice value, size_t line, size_t column, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf padded = {0}, wire = {0};
	size_t pad = line - 1 + column;
	uint8_t *at = pad < ((size_t)1 << 20) ? rk_buf_reserve(&padded, pad + 1) : NULL;
	struct rk_err again;

	if (!at)
		return;
	memset(at, '\n', line - 1);
	memset(at + line - 1, ' ', column);
	padded.len += pad;
	if (rk_buf_add_slice(&padded, value) == RK_OK &&
		rk_json_to_wire(&renkei__v1__report__descriptor, rk_buf_slice(&padded), &wire,
			&again) != RK_OK)
		*err = again;
}

static enum rk_status add_report(struct rk_arena *arena, struct rk_form *form,
	struct rk_slice value, size_t line, size_t column, bool several, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	const char *name = several ? rk_arena_printf(arena, "%s:%zu", form->file, line)
				   : form->file;
	struct rk_form_report *report = name ? rk_form_add(arena, form, name) : NULL;

	if (!report)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", form->file);
	if (rk_json_to_wire(&renkei__v1__report__descriptor, value, &wire, &report->err) != RK_OK) {
		explain(value, line, column, &report->err);
		return RK_OK;
	}
	const char *bytes = rk_arena_slice(arena, rk_buf_slice(&wire));

	if (!bytes)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", form->file);
	report->bytes = rk_slice_of(bytes, wire.len);
	return RK_OK;
}

static enum rk_status check_text(const char *file, struct rk_slice text, struct rk_err *err)
{
	size_t bad = rk_text_utf8_bad(text), line = 1;

	if (bad == text.len)
		return RK_OK;
	for (size_t i = 0; i < bad; i++)
		line += text.at[i] == '\n';
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, "FILE_NOT_UTF8",
		"%s:%zu: byte %zu (0x%02x) is not UTF-8; is the file CP932 (Shift_JIS)?", file,
		line, bad + 1, text.at[bad]);
}

static bool json_is(const char *path, struct rk_slice bytes)
{
	(void)path;
	(void)bytes;
	return true;
}

static enum rk_status json_read(
	struct rk_arena *arena, struct rk_slice bytes, struct rk_form *form, struct rk_err *err)
{
	struct cutter cutter = {.text = bytes.at, .len = bytes.len, .line = 1};
	bool array, several;

	RK_TRY(check_text(form->file, bytes, err));
	if (bytes.len >= 3 && memcmp(bytes.at, "\xef\xbb\xbf", 3) == 0)
		cutter.at = cutter.line_start = 3;
	skip_blank(&cutter, false);
	array = cutter.at < cutter.len && cutter.text[cutter.at] == '[';
	if (array) {
		cutter.at++;
		skip_blank(&cutter, false);
	}
	several = array;
	while (cutter.at < cutter.len && !(array && cutter.text[cutter.at] == ']')) {
		size_t begin = cutter.at, line = cutter.line, column = begin - cutter.line_start;
		size_t end = value_end(&cutter);

		if (end == begin)
			end++;
		cutter.at = end;
		skip_blank(&cutter, array);
		several = several || cutter.at < cutter.len;
		RK_TRY(add_report(arena, form, rk_slice_of(bytes.at + begin, end - begin), line,
			column, several, err));
	}
	if (array && cutter.at == cutter.len)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "FILE_CUT",
			"%s:%zu: the array has no end", form->file, cutter.line);
	if (form->count == 0)
		return rk_fail_reason(
			err, RK_INVALID_ARGUMENT, "FILE_EMPTY", "%s: holds no report", form->file);
	return RK_OK;
}

const struct rk_form_kind rk_form_json = {"json", json_is, json_read};
