/* csv-metadata.json: the tables of CSV in the terms of the W3C's CSV on the Web, of the same catalogue as datapackage.json
 * (Metadata Vocabulary for Tabular Data, 2015; types of XML Schema). */
#include "export/labels.h"
#include "export/package.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *type_of(enum rk_export_kind kind)
{
	switch (kind) {
	case RK_EXPORT_INTEGER:
		return "long";
	case RK_EXPORT_REAL:
		return "double";
	case RK_EXPORT_BOOL:
		return "boolean";
	case RK_EXPORT_TIME:
		return "dateTimeStamp";
	default:
		return "string"; /* a date that may lack its day is no date of XML Schema */
	}
}

static json_t *labels_of(const char *const label[RK_EXPORT_LANGUAGES])
{
	return json_pack("[{s:s, s:s}, {s:s, s:s}, {s:s, s:s}]", "@value", label[RK_JA],
		"@language", "ja", "@value", label[RK_EN], "@language", "en", "@value",
		label[RK_ZH], "@language", "zh");
}

static json_t *column_of(const struct rk_export_column *c)
{
	json_t *column = json_pack("{s:s, s:s, s:s, s:o}", "name", c->name, "titles", c->name,
		"datatype", type_of(c->kind), "rdfs:label", labels_of(c->label));

	if (*c->says)
		json_object_set_new(column, "dc:description", json_string(c->says));
	if (!*c->missing)
		json_object_set_new(column, "required", json_true());
	/* A text that is always there may be empty, which is no missing value then. */
	if (!*c->missing && c->kind == RK_EXPORT_TEXT)
		json_object_set_new(column, "null", json_array());
	return column;
}

static json_t *table_json(const struct rk_export_table *table, const struct rk_export_entry *e)
{
	json_t *columns = json_array(), *keys = json_array();

	for (size_t c = 0; c < table->column_count; c++) {
		json_array_append_new(columns, column_of(&table->columns[c]));
		if (table->columns[c].key)
			json_array_append_new(keys, json_string(table->columns[c].name));
	}
	return json_pack("{s:s, s:o, s:s, s:{s:o, s:o}}", "url", e->path, "rdfs:label",
		labels_of(table->label), "dc:description", table->says, "tableSchema", "columns",
		columns, "primaryKey", keys);
}

static json_t *tables_json(const struct rk_export_package *package)
{
	json_t *tables = json_array();

	for (const struct rk_export_entry *e = package->folder->entries; e; e = e->next) {
		for (size_t t = 0; t < package->catalogue->count; t++) {
			if (strcmp(e->format, "csv") == 0 &&
				strcmp(e->table, package->catalogue->tables[t].name) == 0)
				json_array_append_new(
					tables, table_json(&package->catalogue->tables[t], e));
		}
	}
	return tables;
}

enum rk_status rk_export_csvw(struct rk_export_package *package, struct rk_err *err)
{
	json_t *tables = tables_json(package), *whole;
	enum rk_status status;
	char *text;

	if (json_array_size(tables) == 0) {
		json_decref(tables);
		return RK_OK;
	}
	whole = json_pack("{s:s, s:s, s:s, s:{s:s, s:s, s:b, s:s, s:b, s:b}, s:o}", "@context",
		"http://www.w3.org/ns/csvw", "dc:identifier", package->made->id, "dc:modified",
		package->made->as_of, "dialect", "encoding", "utf-8", "delimiter", ",", "header", 1,
		"quoteChar", "\"", "doubleQuote", 1, "trim", 0, "tables", tables);
	text = whole ? json_dumps(whole, JSON_INDENT(1)) : NULL;
	json_decref(whole);
	if (!text)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for csv-metadata.json");
	status = rk_export_put(package->folder, "csv-metadata.json", rk_slice_str(text), err);
	free(text);
	return status;
}
