/* The texts that cells share. */
#include "form/richtext.h"
#include "form/workbook_read.h"

#include <stdio.h>

struct strings {
	struct rk_workbook_reading *reading;
	struct rk_richtext rich;
	struct rk_buf kept; /* const char * */
	bool within;
};

static enum rk_status keep(struct strings *strings, struct rk_err *err)
{
	char what[40];
	const char *text;

	/* Counted from 0, as cells refer to it. */
	snprintf(what, sizeof what, "sharedStrings[%zu]", strings->kept.len / sizeof text);
	text = rk_read_keep(strings->reading, &strings->rich.text, what, err);
	if (!text)
		return err->status;
	return rk_buf_add(&strings->kept, &text, sizeof text) == RK_OK
		? RK_OK
		: rk_err_values(err,
			  rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_CELLS",
				  "%s: has more than %d texts", strings->reading->file,
				  RK_WORKBOOK_CELLS_MAX),
			  "texts=%d", RK_WORKBOOK_CELLS_MAX);
}

static enum rk_status on_start(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct strings *strings = arg;

	(void)err;
	if (rk_xml_is(element, RK_XML_SHEET, "si")) {
		strings->within = true;
		strings->rich.text.len = 0;
		strings->rich.phonetic = 0;
	} else if (strings->within) {
		rk_richtext_start(&strings->rich, element);
	}
	return RK_OK;
}

static enum rk_status on_end(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct strings *strings = arg;

	rk_richtext_end(&strings->rich, element);
	if (!strings->within || !rk_xml_is(element, RK_XML_SHEET, "si"))
		return RK_OK;
	strings->within = false;
	return keep(strings, err);
}

static enum rk_status on_text(void *arg, struct rk_slice text, struct rk_err *err)
{
	struct strings *strings = arg;

	return rk_richtext_add(&strings->rich, text) == RK_OK
		? RK_OK
		: rk_read_no_memory(strings->reading, err);
}

enum rk_status rk_read_strings(
	struct rk_workbook_reading *reading, const char *part, struct rk_err *err)
{
	struct strings strings = {.reading = reading,
		.rich = {.text = {.max = RK_WORKBOOK_TEXTS_MAX}},
		.kept = {.max = RK_WORKBOOK_CELLS_MAX * sizeof(char *)}};
	const struct rk_xml_listener listener = {&strings, on_start, on_end, on_text};
	enum rk_status status = rk_archive_walk(reading->archive, part, &listener, err);

	if (status == RK_OK && strings.kept.len) {
		reading->strings = (const void *)rk_arena_slice(
			reading->arena, rk_buf_slice(&strings.kept));
		reading->string_count = strings.kept.len / sizeof *reading->strings;
		if (!reading->strings)
			status = rk_read_no_memory(reading, err);
	}
	rk_buf_clear(&strings.rich.text);
	rk_buf_clear(&strings.kept);
	return status;
}
