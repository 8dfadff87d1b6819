/* Reports as proto3 JSON: one object, an array of objects, or objects one behind the other (JSON Lines). */
#include "base/text.h"
#include "form/dates.h"
#include "form/form.h"
#include "wire/json.h"
#include "words/file_kind.h"

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

/* Whether the text goes on behind this letter; *i is moved to the last one that it has looked at. */
static bool stays_quoted(const struct cutter *cutter, size_t *i)
{
	uint8_t c = cutter->text[*i];

	if (c == '\\' && *i + 1 < cutter->len)
		(*i)++;
	return c != '"';
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
			quoted = stays_quoted(cutter, &i);
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

/* The reading of one report. */
struct reading {
	struct rk_arena *arena;
	const struct rk_read_fault *first;
	const struct rk_read_fault **next;
	size_t line, column; /* of the report in its file: line from 1, column from 0 */
	bool short_of_memory;
};

static const char *keep(struct reading *reading, const char *text)
{
	const char *kept = rk_arena_str(reading->arena, text ? text : "");

	reading->short_of_memory = reading->short_of_memory || !kept;
	return kept ? kept : "";
}

static void add_fault(
	struct reading *reading, Renkei__V1__Severity severity, const struct rk_json_fault *fault)
{
	struct rk_read_fault *kept = rk_arena_alloc(reading->arena, sizeof *kept);

	if (!kept) {
		reading->short_of_memory = true;
		return;
	}
	kept->severity = severity;
	kept->fault = (struct rk_json_fault){.code = fault->code,
		.path = keep(reading, fault->path),
		.value = keep(reading, fault->value),
		.found = keep(reading, fault->found),
		.suggestion = keep(reading, fault->suggestion),
		.choices = keep(reading, fault->choices),
		.line = fault->line ? fault->line + reading->line - 1 : 0,
		.column = fault->column + (fault->line == 1 ? reading->column : 0)};
	*reading->next = kept;
	reading->next = &kept->next;
}

static void on_fault(void *arg, const struct rk_json_fault *fault)
{
	add_fault(arg, RENKEI__V1__SEVERITY__SEVERITY_ERROR, fault);
}

static const char *on_other(
	void *arg, const ProtobufCMessageDescriptor *type, struct rk_slice text, struct rk_buf *out)
{
	(void)arg;
	return type == &renkei__v1__partial_date__descriptor ? rk_form_date_read(text, out)
							     : "JSON_EXPECTS_OBJECT";
}

/* What was told of a date leaves doubt enough. */
static bool is_told(const struct reading *reading, const char *path)
{
	for (const struct rk_read_fault *at = reading->first; at; at = at->next) {
		if (strncmp(at->fault.path, path, strlen(path)) == 0)
			return true;
	}
	return false;
}

static enum rk_status on_message(void *arg, const ProtobufCMessageDescriptor *type,
	const char *path, struct rk_buf *out, size_t begin)
{
	struct reading *reading = arg;
	char shown[RK_FORM_DATE_TEXT];

	if (type != &renkei__v1__partial_date__descriptor || is_told(reading, path))
		return RK_OK;
	RK_TRY(rk_form_date_complete(out, begin, shown));
	if (shown[0])
		add_fault(reading, RENKEI__V1__SEVERITY__SEVERITY_INFO,
			&(struct rk_json_fault){
				.code = "DATE_PRECISION_FILLED", .path = path, .value = shown});
	return RK_OK;
}

/* A value of the file, and where it begins: line from 1, column from 0. */
struct piece {
	struct rk_slice text;
	size_t line, column;
};

static enum rk_status add_report(struct rk_arena *arena, struct rk_form *form,
	const struct piece *piece, bool several, struct rk_err *err)
{
	struct reading reading = {.arena = arena,
		.next = &reading.first,
		.line = piece->line,
		.column = piece->column};
	const struct rk_json_listener listener = {.arg = &reading,
		.on_fault = on_fault,
		.on_other = on_other,
		.on_message = on_message};
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	const char *name = several ? rk_arena_printf(arena, "%s:%zu", form->file, piece->line)
				   : form->file;
	struct rk_form_report *report = name ? rk_form_add(arena, form, name) : NULL;

	if (!report)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", form->file);
	RK_TRY(rk_json_to_wire_all(
		&renkei__v1__report__descriptor, piece->text, &wire, &listener, err));
	const char *bytes = rk_arena_slice(arena, rk_buf_slice(&wire));

	if (!bytes || reading.short_of_memory)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", form->file);
	report->bytes = rk_slice_of(bytes, wire.len);
	report->faults = reading.first;
	report->text = piece->text;
	report->line = piece->line;
	for (const struct rk_read_fault *at = report->faults; at; at = at->next) {
		if (at->severity == RENKEI__V1__SEVERITY__SEVERITY_ERROR)
			(void)rk_fail_reason(
				&report->err, RK_INVALID_ARGUMENT, "REPORT_UNREADABLE", "%s", name);
	}
	return RK_OK;
}

/* By its bytes a file of another program, which no report can be. */
static enum rk_status check_kind(const char *file, struct rk_slice bytes, struct rk_err *err)
{
	static const char *const others[RK_FILE_KINDS] = {[RK_FILE_PDF] = "PDF",
		[RK_FILE_JPEG] = "JPEG",
		[RK_FILE_IMAGE] = "PNG, GIF, TIFF",
		[RK_FILE_WEB] = "HTML, XML"};
	const char *kind = others[rk_file_kind_of(bytes)];

	if (!kind)
		return RK_OK;
	return rk_err_values(err,
		rk_fail_reason(
			err, RK_INVALID_ARGUMENT, "FILE_NO_REPORT", "%s: holds no report", file),
		"kind=%s", kind);
}

static enum rk_status check_text(const char *file, struct rk_slice text, struct rk_err *err)
{
	size_t bad = rk_text_utf8_bad(text), line = 1;

	if (bad == text.len)
		return RK_OK;
	for (size_t i = 0; i < bad; i++)
		line += text.at[i] == '\n';
	return rk_err_values(err,
		rk_fail_reason(err, RK_INVALID_ARGUMENT, "FILE_NOT_UTF8",
			"%s:%zu: byte %zu (0x%02x) is not UTF-8; is the file CP932 (Shift_JIS)?",
			file, line, bad + 1, text.at[bad]),
		"byte=%zu\nvalue=0x%02x\nperhaps=CP932", bad + 1, text.at[bad]);
}

/* Several values, and none of them an object: whatever it is, no report is meant. */
static bool is_prose(const struct cutter *cutter)
{
	const uint8_t *at = cutter->text + cutter->at;
	size_t len = cutter->len - cutter->at;

	return !memchr(at, '{', len) && (memchr(at, '\n', len) || memchr(at, ',', len));
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

	RK_TRY(check_kind(form->file, bytes, err));
	RK_TRY(check_text(form->file, bytes, err));
	if (bytes.len >= 3 && memcmp(bytes.at, "\xef\xbb\xbf", 3) == 0)
		cutter.at = cutter.line_start = 3;
	skip_blank(&cutter, false);
	/* Words, a table, a letter: one sentence is enough, and not one for each of its lines. */
	if (cutter.at < cutter.len && !strchr("[{", cutter.text[cutter.at]) && is_prose(&cutter))
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "FILE_NO_REPORT",
			"%s: holds no report", form->file);
	array = cutter.at < cutter.len && cutter.text[cutter.at] == '[';
	if (array) {
		cutter.at++;
		skip_blank(&cutter, false);
	}
	several = array;
	while (cutter.at < cutter.len && !(array && cutter.text[cutter.at] == ']')) {
		size_t begin = cutter.at;
		struct piece piece = {.line = cutter.line, .column = begin - cutter.line_start};
		size_t end = value_end(&cutter);

		if (end == begin)
			end++;
		cutter.at = end;
		piece.text = rk_slice_of(bytes.at + begin, end - begin);
		skip_blank(&cutter, array);
		several = several || cutter.at < cutter.len;
		RK_TRY(add_report(arena, form, &piece, several, err));
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
