#include "labels.h"

#include "command.h"
#include "form/cells.h"
#include "form/report_path.h"
#include "form/words.h"

#include <stdlib.h>
#include <string.h>

const char *rk_label_field(struct rk_run *run, const char *field)
{
	char label[RK_LABEL_TEXT];

	return rk_run_str(run, rk_label_field_in(run->language, field, label));
}

/* How many of the people of an activity are of this side. */
static size_t count_side(const Renkei__V1__Activity *activity, Renkei__V1__Side side)
{
	size_t count = 0;

	for (size_t i = 0; i < activity->n_participants; i++)
		count += activity->participants[i]->side == side;
	return count;
}

/* "（中国側）" behind the number of a line of people, which goes where the side says enough. */
static const char *side_of(struct rk_run *run, const ProtobufCMessage *holder,
	const ProtobufCMessage *record, const char **number)
{
	const Renkei__V1__ParticipantsLine *line = (const void *)record;

	if (!holder || !record ||
		record->descriptor != &renkei__v1__participants_line__descriptor || !line->side)
		return "";
	if (count_side((const void *)holder, line->side) == 1)
		*number = "";
	return rk_tell(run, "label.side", "side",
		rk_label_enum(run, &renkei__v1__side__descriptor, (int)line->side));
}

/* Of a list that stands in the cells of its record's row, one cell says this field for all. */
static bool is_for_all(const ProtobufCMessage *holder, const char *list, const char *field)
{
	return holder && field && strcmp(field, "persons") != 0 && rk_cell_fits_row(holder, list);
}

static const char *word_of(struct rk_run *run, const ProtobufCMessage *holder,
	const ProtobufCMessage *record, char *word, const char *rest)
{
	char *bracket = strchr(word, '[');
	const char *number = "", *side = "";

	if (bracket) {
		*bracket = '\0';
		number = rk_run_printf(run, "%ld", strtol(bracket + 1, NULL, 10) + 1);
	}
	if (!rk_label_is_there(word))
		return NULL;
	if (bracket && is_for_all(holder, word, rest))
		number = "";
	else
		side = side_of(run, holder, record, &number);
	return rk_run_printf(run, "%s%s%s", rk_label_field(run, word), number, side);
}

static const char *joined(struct rk_run *run, const char *path, const char *word)
{
	size_t len = path ? strlen(path) : 0, close = strlen("）");
	bool bracket = len >= close && strcmp(path + len - close, "）") == 0;

	return rk_run_printf(run, "%s%s%s", path ? path : "",
		!path             ? ""
			: bracket ? "> "
				  : " > ",
		word);
}

const char *rk_label_path_of(struct rk_run *run, const Renkei__V1__Report *report, const char *path)
{
	char *rest = rk_run_str(run, path), *part;
	const ProtobufCMessage *record = report ? &report->base : NULL, *holder;
	const char *out = NULL, *word;

	if (run->language == RK_EN)
		return NULL;
	while ((part = strsep(&rest, "."))) {
		holder = record;
		record = rk_message_inside(holder, part);
		word = word_of(run, holder, record, part, rest);
		if (!word)
			return NULL;
		out = joined(run, out, word);
	}
	return out;
}

const char *rk_label_path(struct rk_run *run, const char *path)
{
	return rk_label_path_of(run, NULL, path);
}

/* The path alone does not tell whose people it is about. */
static const char *side_in(struct rk_run *run, const Renkei__V1__Report *report, const char *path)
{
	char *rest = rk_run_str(run, path), *part;
	const ProtobufCMessage *record = report ? &report->base : NULL, *holder;
	const char *side = "", *number = "";

	while (!*side && (part = strsep(&rest, "."))) {
		holder = record;
		record = rk_message_inside(holder, part);
		if (!is_for_all(
			    holder, rk_run_slice(run, rk_slice_of(part, strcspn(part, "["))), rest))
			side = side_of(run, holder, record, &number);
	}
	return side;
}

const char *rk_label_item(struct rk_run *run, const Renkei__V1__Report *report, const char *path)
{
	const char *label;

	if (!path[0])
		return rk_tell(run, "history.whole");
	label = rk_label_path_of(run, report, path);
	return label ? label : rk_run_printf(run, "%s%s", path, side_in(run, report, path));
}

const char *rk_enum_name(struct rk_run *run, const ProtobufCEnumDescriptor *type, int value)
{
	char name[RK_LABEL_TEXT];

	return rk_run_str(run, rk_enum_name_in(type, value, name));
}

const char *rk_label_enum(struct rk_run *run, const ProtobufCEnumDescriptor *type, int value)
{
	char label[RK_LABEL_TEXT];

	return rk_run_str(run, rk_label_enum_in(run->language, type, value, label));
}

const char *rk_enum_names(
	struct rk_run *run, const ProtobufCEnumDescriptor *type, const char *between)
{
	const char *all = "";

	for (unsigned i = 0; i < type->n_values; i++)
		if (type->values[i].value != 0)
			all = rk_run_printf(run, "%s%s%s", all, all[0] ? between : "",
				rk_enum_name(run, type, type->values[i].value));
	return all;
}

struct names {
	struct rk_run *run;
	const ProtobufCEnumDescriptor *type;
};

static const char *name_at(const void *arg, size_t i)
{
	const struct names *names = arg;

	return i < names->type->n_values
		? rk_enum_name(names->run, names->type, names->type->values[i].value)
		: NULL;
}

int rk_enum_value(struct rk_run *run, const ProtobufCEnumDescriptor *type, const char *name,
	const char **near)
{
	const struct names names = {run, type};

	for (unsigned i = 0; i < type->n_values; i++) {
		const ProtobufCEnumValue *value = &type->values[i];

		if (value->value != 0 &&
			(strcasecmp(value->name, name) == 0 ||
				strcasecmp(rk_enum_name(run, type, value->value), name) == 0))
			return value->value;
	}
	if (near)
		*near = rk_nearest(name, name_at, &names);
	return -1;
}
