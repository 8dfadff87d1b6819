/* What a workbook says of itself: who made it, with what, and the properties that a form has of its own. */
#include "form/workbook_read.h"

#include <string.h>

#define PROPERTIES_MAX 1000

struct properties {
	struct rk_workbook_reading *reading;
	const char *part;
	bool custom;
	struct rk_buf *found;
	size_t depth;
	const char *name; /* of the one in hand; NULL outside of all */
	struct rk_buf value;
};

static enum rk_status on_start(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct properties *properties = arg;
	const char *name = properties->custom ? rk_xml_attribute(element, RK_XML_NONE, "name")
					      : element->name;

	if (++properties->depth != 2 || element->space != RK_XML_PROPERTIES || !name)
		return RK_OK;
	properties->value.len = 0;
	properties->name = rk_arena_str(properties->reading->arena, name);
	return properties->name ? RK_OK : rk_read_no_memory(properties->reading, err);
}

static enum rk_status on_end(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct properties *properties = arg;
	struct rk_property property = {.name = properties->name, .custom = properties->custom};

	(void)element;
	if (--properties->depth != 1 || !property.name)
		return RK_OK;
	properties->name = NULL;
	property.value = rk_read_keep(
		properties->reading, &properties->value, properties->part, err);
	if (!property.value)
		return err->status;
	if (properties->found->len >= PROPERTIES_MAX * sizeof property)
		return rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_CELLS",
				"%s: has more than %d properties", properties->reading->file,
				PROPERTIES_MAX),
			"properties=%d", PROPERTIES_MAX);
	return rk_buf_add(properties->found, &property, sizeof property) == RK_OK
		? RK_OK
		: rk_read_no_memory(properties->reading, err);
}

static enum rk_status on_text(void *arg, struct rk_slice text, struct rk_err *err)
{
	struct properties *properties = arg;

	return !properties->name || rk_buf_add_slice(&properties->value, text) == RK_OK
		? RK_OK
		: rk_read_no_memory(properties->reading, err);
}

enum rk_status rk_read_properties(struct rk_workbook_reading *reading, const char *part,
	bool custom, struct rk_buf *found, struct rk_err *err)
{
	struct properties properties = {.reading = reading,
		.part = part,
		.custom = custom,
		.found = found,
		.value = {.max = RK_WORKBOOK_TEXTS_MAX}};
	const struct rk_xml_listener listener = {&properties, on_start, on_end, on_text};
	enum rk_status status = rk_archive_walk(reading->archive, part, &listener, err);

	rk_buf_clear(&properties.value);
	return status;
}
