/* renkei report new, report fields - the form of a report, made from its descriptors and limits. */
#include "command.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "wire/json_text.h"
#include "words/limits.h"

#include "renkei/v1/report.pb-c.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

static const struct rk_grid_column columns[] = {
	{"field_path", RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"label",      RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"kind",       RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"required",   RK_COLUMN_BOOL,   RK_COLUMN_ALL},
	{"entries",    RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"values",     RK_COLUMN_TEXT,   RK_COLUMN_ALL},
};

static const char *const kinds[] = {
	[RK_KIND_FLAG] = "flag",
	[RK_KIND_TEXT] = "text",
	[RK_KIND_ID] = "id",
	[RK_KIND_LG_CODE] = "lg_code",
	[RK_KIND_GB_CODE] = "gb_code",
	[RK_KIND_ENUM] = "choice",
	[RK_KIND_NUMBER] = "number",
	[RK_KIND_DATE] = "date",
	[RK_KIND_RECORD] = "record",
};

static bool is_list(const ProtobufCFieldDescriptor *field)
{
	return field->label == PROTOBUF_C_LABEL_REPEATED;
}

/* What may stand there, in no language: "..300" characters, "0..3660", the choices. */
static const char *values_of(
	struct rk_run *run, const ProtobufCFieldDescriptor *field, const struct rk_limit *limit)
{
	RK_AUTO(rk_buf_clear) struct rk_buf choices = {0};

	switch (limit->kind) {
	case RK_KIND_FLAG:
		return "true, false";
	case RK_KIND_TEXT:
		return rk_run_printf(run, "..%" PRId64, limit->max);
	case RK_KIND_ID:
		return "A-Z a-z 0-9 . _ - (..64)";
	case RK_KIND_LG_CODE:
	case RK_KIND_GB_CODE:
		return "000000";
	case RK_KIND_NUMBER:
		return rk_run_printf(run, "%" PRId64 "..%" PRId64, limit->min, limit->max);
	case RK_KIND_DATE:
		return "2016-10-12, 2016-10, FY2016";
	case RK_KIND_ENUM:
		if (rk_json_add_choices(&choices, field->descriptor) != RK_OK)
			return "";
		return rk_run_slice(run, rk_buf_slice(&choices));
	default:
		return "";
	}
}

static const char *kind_of(struct rk_run *run, const struct rk_limit *limit)
{
	return rk_out_is_human(run)
		? rk_tell(run, rk_run_printf(run, "field.%s", kinds[limit->kind]))
		: kinds[limit->kind];
}

static void add_fields(struct rk_grid *grid, const struct rk_limits *limits, const char *above)
{
	struct rk_run *run = grid->run;

	for (size_t i = 0; i < limits->field_count; i++) {
		const ProtobufCFieldDescriptor *field = &limits->of->fields[i];
		const struct rk_limit *limit = &limits->fields[i];
		const char *path = rk_run_printf(
			run, "%s%s%s", above, field->name, is_list(field) ? "[]" : "");

		rk_grid_add(grid,
			(const char *const[]){path, rk_label_field(run, field->name),
				kind_of(run, limit),
				limit->required && !is_list(field) ? "true" : "false",
				is_list(field) ? rk_run_printf(run, "%zu", limit->count) : NULL,
				values_of(run, field, limit)});
		if (limit->kind == RK_KIND_RECORD)
			add_fields(grid, rk_limits_of(field->descriptor),
				rk_run_printf(run, "%s.", path));
	}
}

int rk_cmd_report_fields(struct rk_run *run)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	add_fields(&grid, rk_limits_of(&renkei__v1__report__descriptor), "");
	return rk_grid_print(&grid);
}

/* What is known before anybody writes. */
struct form {
	struct rk_run *run;
	const char *municipality;         /* NULL: not known */
	const Renkei__V1__Period *period; /* NULL: not known */
};

/* Where most reports have something to say; the other lists stand there empty. */
static bool is_common(const char *path)
{
	static const char *const common[] = {"period", "activities", "activities.place",
		"activities.municipalities", "activities.partners", "activities.participants",
		"outcomes"};

	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
		if (strcmp(common[i], path) == 0)
			return true;
	}
	return false;
}

/* NULL for what is not known. */
static json_t *given(const struct form *form, const char *path)
{
	struct rk_run *run = form->run;
	const Renkei__V1__Period *period = form->period;

	if (strcmp(path, "action") == 0)
		return json_string("new");
	if (form->municipality &&
		(strcmp(path, "municipality_code") == 0 ||
			strcmp(path, "activities.municipalities.municipality_code") == 0))
		return json_string(form->municipality);
	if (period && strcmp(path, "period.fiscal_year") == 0)
		return json_integer(period->fiscal_year);
	if (period && strcmp(path, "period.quarter") == 0)
		return json_string(
			rk_enum_name(run, &renkei__v1__quarter__descriptor, (int)period->quarter));
	if (period && strcmp(path, "period.variant") == 0)
		return json_string(
			rk_enum_name(run, &renkei__v1__variant__descriptor, (int)period->variant));
	return NULL;
}

static json_t *blank(enum rk_kind kind)
{
	switch (kind) {
	case RK_KIND_FLAG:
		return json_false();
	case RK_KIND_TEXT:
	case RK_KIND_ID:
	case RK_KIND_LG_CODE:
	case RK_KIND_GB_CODE:
		return json_string("");
	default:
		return json_null();
	}
}

static json_t *in_list(json_t *element)
{
	json_t *list = json_array();

	if (element)
		json_array_append_new(list, element);
	return list;
}

static json_t *blank_record(
	const struct form *form, const struct rk_limits *limits, const char *above)
{
	json_t *record = json_object();

	for (size_t i = 0; i < limits->field_count; i++) {
		const ProtobufCFieldDescriptor *field = &limits->of->fields[i];
		const char *path = rk_run_printf(form->run, "%s%s", above, field->name);
		bool common = limits->fields[i].kind == RK_KIND_RECORD && is_common(path);
		json_t *value = common ? blank_record(form, rk_limits_of(field->descriptor),
						 rk_run_printf(form->run, "%s.", path))
				       : given(form, path);

		if (is_list(field))
			value = in_list(value);
		json_object_set_new(
			record, field->name, value ? value : blank(limits->fields[i].kind));
	}
	return record;
}

int rk_cmd_report_new(struct rk_run *run)
{
	const char *asked = rk_run_option(run, "period"),
		   *municipality = rk_run_option(run, "municipality");
	Renkei__V1__Period period = RENKEI__V1__PERIOD__INIT;
	const struct form form = {.run = run,
		.municipality = municipality ? municipality : run->profile.municipality,
		.period = asked ? &period : NULL};
	struct rk_err err;

	if (asked && rk_period_asked(asked, &period, &err) != RK_OK)
		return rk_trouble(run, &err);
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	json_t *report = blank_record(&form, rk_limits_of(&renkei__v1__report__descriptor), "");
	bool written = json_dumpf(report, out, JSON_INDENT(2)) == 0 && fputc('\n', out) != EOF;

	json_decref(report);
	return written ? EX_OK : EX_IOERR;
}
