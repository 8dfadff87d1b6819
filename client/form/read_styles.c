/* The number formats of a workbook: which cells show dates. */
#include "base/text.h"
#include "form/workbook_read.h"

#define FORMATS_MAX 65536 /* Excel's own limit for cell formats is 65,490 */

struct styles {
	struct rk_workbook_reading *reading;
	struct rk_buf shows; /* enum rk_shows, of each cell format */
	uint8_t named
		[FORMATS_MAX]; /* enum rk_shows of a number format and 1; 0: it has no code here */
	bool within;           /* of cellXfs */
};

static uint32_t id_of(const struct rk_xml_element *element)
{
	int64_t id;
	const char *text = rk_xml_attribute(element, RK_XML_NONE, "numFmtId");

	return text && rk_text_i64(rk_slice_str(text), 0, UINT32_MAX, &id) ? (uint32_t)id : 0;
}

static enum rk_status add_cell_format(struct styles *styles, uint32_t id, struct rk_err *err)
{
	enum rk_shows shows = id < FORMATS_MAX && styles->named[id]
		? (enum rk_shows)(styles->named[id] - 1)
		: rk_number_format_builtin(id);

	return rk_buf_add(&styles->shows, &shows, sizeof shows) == RK_OK
		? RK_OK
		: rk_err_values(err,
			  rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_CELLS",
				  "%s: has more than %d cell formats", styles->reading->file,
				  FORMATS_MAX),
			  "formats=%d", FORMATS_MAX);
}

static enum rk_status on_start(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct styles *styles = arg;

	if (rk_xml_is(element, RK_XML_SHEET, "cellXfs")) {
		styles->within = true;
	} else if (styles->within && rk_xml_is(element, RK_XML_SHEET, "xf")) {
		return add_cell_format(styles, id_of(element), err);
	} else if (rk_xml_is(element, RK_XML_SHEET, "numFmt")) {
		uint32_t id = id_of(element);

		if (id < FORMATS_MAX)
			styles->named[id] = (uint8_t)(rk_number_format_shows(
							      rk_slice_str(rk_xml_attribute(element,
								      RK_XML_NONE, "formatCode"))) +
				1);
	}
	return RK_OK;
}

static enum rk_status on_end(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct styles *styles = arg;

	(void)err;
	if (rk_xml_is(element, RK_XML_SHEET, "cellXfs"))
		styles->within = false;
	return RK_OK;
}

enum rk_status rk_read_styles(
	struct rk_workbook_reading *reading, const char *part, struct rk_err *err)
{
	struct styles styles = {
		.reading = reading, .shows = {.max = FORMATS_MAX * sizeof(enum rk_shows)}};
	const struct rk_xml_listener listener = {&styles, on_start, on_end, NULL};
	enum rk_status status = rk_archive_walk(reading->archive, part, &listener, err);

	if (status == RK_OK && styles.shows.len) {
		reading->shows = (const void *)rk_arena_slice(
			reading->arena, rk_buf_slice(&styles.shows));
		reading->shows_count = styles.shows.len / sizeof *reading->shows;
		if (!reading->shows)
			status = rk_read_no_memory(reading, err);
	}
	rk_buf_clear(&styles.shows);
	return status;
}
