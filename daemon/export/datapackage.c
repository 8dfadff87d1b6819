/* datapackage.json: the tables of CSV as a Data Package (version 2), so that a program reads types, keys and units without asking. */
#include "export/labels.h"
#include "export/package.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *type_of(enum rk_export_kind kind)
{
	switch (kind) {
	case RK_EXPORT_INTEGER:
		return "integer";
	case RK_EXPORT_REAL:
		return "number";
	case RK_EXPORT_BOOL:
		return "boolean";
	case RK_EXPORT_TIME:
		return "datetime";
	default:
		return "string"; /* a date that may lack its day is no date of a Data Package */
	}
}

static json_t *field_of(const struct rk_export_column *c)
{
	json_t *field = json_pack("{s:s, s:s, s:s, s:{s:s, s:s, s:s}}", "name", c->name, "type",
		type_of(c->kind), "title", c->label[RK_EN], "labels", "ja", c->label[RK_JA], "en",
		c->label[RK_EN], "zh", c->label[RK_ZH]);

	if (c->kind == RK_EXPORT_TIME)
		json_object_set_new(field, "format", json_string("default"));
	if (*c->says)
		json_object_set_new(field, "description", json_string(c->says));
	if (c->codes)
		json_object_set_new(field, "codeList", json_string(c->codes));
	if (c->unit)
		json_object_set_new(field, "unit", json_string(c->unit));
	if (*c->missing)
		json_object_set_new(field, "missingMeans", json_string(c->missing));
	if (c->absent_when)
		json_object_set_new(field, "notApplicableWhen", json_string(c->absent_when));
	if (!*c->missing)
		json_object_set_new(field, "constraints", json_pack("{s:b}", "required", 1));
	/* A text that is always there may be empty, which is no missing value then. */
	if (!*c->missing && c->kind == RK_EXPORT_TEXT)
		json_object_set_new(field, "missingValues", json_array());
	return field;
}

static json_t *schema_of(const struct rk_export_table *table)
{
	json_t *fields = json_array(), *keys = json_array();

	for (size_t c = 0; c < table->column_count; c++) {
		json_array_append_new(fields, field_of(&table->columns[c]));
		if (table->columns[c].key)
			json_array_append_new(keys, json_string(table->columns[c].name));
	}
	return json_pack(
		"{s:o, s:o, s:[s]}", "fields", fields, "primaryKey", keys, "missingValues", "");
}

static json_t *resource_of(const struct rk_export_table *table, const struct rk_export_entry *e)
{
	json_t *hash = json_sprintf("sha256:%s", e->sha256);

	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:s, s:s, s:s, s:I, s:o, s:{s:s, s:s, s:b}, s:o}",
		"name", table->name, "type", "table", "path", e->path, "title", table->label[RK_EN],
		"description", table->says, "labels", "ja", table->label[RK_JA], "en",
		table->label[RK_EN], "zh", table->label[RK_ZH], "format", "csv", "mediatype",
		"text/csv", "encoding", "utf-8", "bytes", (json_int_t)e->bytes, "hash", hash,
		"dialect", "delimiter", ",", "lineTerminator", "\n", "doubleQuote", 1, "schema",
		schema_of(table));
}

static const struct rk_export_table *table_of(
	const struct rk_export_catalogue *catalogue, const char *name)
{
	for (size_t t = 0; t < catalogue->count; t++) {
		if (strcmp(catalogue->tables[t].name, name) == 0)
			return &catalogue->tables[t];
	}
	return NULL;
}

enum rk_status rk_export_datapackage(struct rk_export_package *package, struct rk_err *err)
{
	json_t *resources = json_array(), *whole;
	enum rk_status status;
	char *text;

	for (const struct rk_export_entry *e = package->folder->entries; e; e = e->next) {
		const struct rk_export_table *table = table_of(package->catalogue, e->table);

		if (table && strcmp(e->format, "csv") == 0)
			json_array_append_new(resources, resource_of(table, e));
	}
	if (json_array_size(resources) == 0) {
		json_decref(resources);
		return RK_OK;
	}
	whole = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "$schema",
		"https://datapackage.org/profiles/2.0/datapackage.json", "name",
		package->order->name, "id", package->made->id, "title",
		"Quarterly progress of inter-city cooperation on air quality", "version",
		package->made->snapshot, "resources", resources);
	if (package->order->base)
		json_object_set_new(whole, "since", json_string(package->order->base->name));
	text = whole ? json_dumps(whole, JSON_INDENT(1)) : NULL;
	json_decref(whole);
	if (!text)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for datapackage.json");
	status = rk_export_put(package->folder, "datapackage.json", rk_slice_str(text), err);
	free(text);
	return status;
}
