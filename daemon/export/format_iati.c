/* iati/activities.xml: the records of events as activities of the IATI standard 2.03 (International Aid Transparency Initiative).
 *
 * The elements come whole from the database (sql/views/77_export_iati.sql); here they get the element around them.  The standard knows no file
 * without an activity: where there is none, there is no file.
 */
#include "export/formats.h"

#include <stdlib.h>
#include <string.h>

struct iati_state {
	struct rk_export_folder *folder;
	const struct rk_export_about *about;
	struct rk_export_file file;
	bool open;
	size_t element; /* column of the element */
};

static void iati_close(void *arg)
{
	struct iati_state *state = arg;

	if (!state)
		return;
	rk_export_file_clear(&state->file);
	free(state);
}

static enum rk_status iati_open(struct rk_export_folder *folder,
	const struct rk_export_about *about, void **out, struct rk_err *err)
{
	struct iati_state *state = calloc(1, sizeof *state);

	*out = state;
	if (!state)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for format iati");
	state->folder = folder;
	state->about = about;
	return RK_OK;
}

static enum rk_status iati_begin(void *arg, const struct rk_export_table *table, struct rk_err *err)
{
	struct iati_state *state = arg;

	for (size_t c = 0; c < table->column_count; c++) {
		if (strcmp(table->columns[c].name, "element") == 0) {
			state->element = c;
			return RK_OK;
		}
	}
	return rk_fail(err, RK_INTERNAL, "table %s has no elements", table->name);
}

static enum rk_status begin_file(struct iati_state *state, struct rk_err *err)
{
	struct rk_export_entry *entry;

	RK_TRY(rk_export_file_open(
		&state->file, state->folder, "iati/activities.xml", &entry, err));
	entry->format = "iati";
	state->open = true;
	if (rk_buf_addf(&state->file.buf,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<iati-activities version=\"2.03\" generated-datetime=\"%s\">\n",
		    state->about->as_of) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for iati/activities.xml");
	return RK_OK;
}

static enum rk_status iati_row(void *arg, const struct rk_value *values, struct rk_err *err)
{
	struct iati_state *state = arg;
	const struct rk_value *element = &values[state->element];

	if (!state->open)
		RK_TRY(begin_file(state, err));
	if (element->kind != RK_VALUE_TEXT)
		return rk_fail(err, RK_INTERNAL, "an activity of IATI has no element");
	if (rk_buf_add_slice(&state->file.buf, element->as.text) != RK_OK ||
		rk_buf_add_str(&state->file.buf, "\n") != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for iati/activities.xml");
	return rk_export_file_flush(&state->file, err);
}

static enum rk_status iati_end(void *arg, struct rk_err *err)
{
	struct iati_state *state = arg;

	if (!state->open)
		return RK_OK;
	if (rk_buf_add_str(&state->file.buf, "</iati-activities>\n") != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for iati/activities.xml");
	return rk_export_file_end(&state->file, err);
}

static enum rk_status iati_finish(void *arg, struct rk_err *err)
{
	(void)arg;
	(void)err;
	return RK_OK;
}

const struct rk_export_format rk_export_iati = {
	.name = "iati",
	.says = "activities of the IATI standard 2.03 in XML: each event once at hierarchy 1; below it, at hierarchy 2, the records of it with the money",
	.table = "iati",
	.open = iati_open,
	.begin = iati_begin,
	.row = iati_row,
	.end = iati_end,
	.finish = iati_finish,
	.close = iati_close,
};
