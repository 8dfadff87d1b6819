/* What proves a bundle: the list of digests, the manifest, its signature. */
#include "base/text.h"
#include "export/package.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum rk_status rk_export_put(
	struct rk_export_folder *folder, const char *path, struct rk_slice text, struct rk_err *err)
{
	RK_AUTO(rk_export_file_clear) struct rk_export_file file = {0};

	RK_TRY(rk_export_file_open(&file, folder, path, NULL, err));
	if (rk_buf_add_slice(&file.buf, text) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for %s", path);
	return rk_export_file_end(&file, err);
}

static enum rk_status put_sums(const struct rk_export_package *package, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	for (const struct rk_export_entry *e = package->folder->entries; e; e = e->next) {
		if (rk_buf_addf(&text, "%s  %s\n", e->sha256, e->path) != RK_OK)
			return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for SHA256SUMS");
	}
	return rk_export_put(package->folder, "SHA256SUMS", rk_buf_slice(&text), err);
}

static json_t *files_of(const struct rk_export_folder *folder)
{
	json_t *files = json_array();

	for (const struct rk_export_entry *e = folder->entries; e; e = e->next) {
		json_t *file = json_pack("{s:s, s:I, s:s}", "path", e->path, "bytes",
			(json_int_t)e->bytes, "sha256", e->sha256);

		if (*e->format)
			json_object_set_new(file, "format", json_string(e->format));
		if (*e->table) {
			json_object_set_new(file, "table", json_string(e->table));
			json_object_set_new(file, "rows", json_integer(e->rows));
		}
		json_array_append_new(files, file);
	}
	return files;
}

static json_t *tables_of(const struct rk_export_package *package)
{
	json_t *tables = json_array();

	for (size_t t = 0; t < package->catalogue->count; t++) {
		const char *query = package->catalogue->queries[t];
		json_t *table = json_pack("{s:s, s:I}", "name", package->catalogue->tables[t].name,
			"rows", (json_int_t)package->rows[t]);
		const struct rk_export_changes *c = package->changes ? &package->changes[t] : NULL;
		char sha256[RK_SHA256_HEX];

		if (query) {
			rk_sha256_hex(rk_slice_str(query), sha256);
			json_object_set_new(table, "query_sha256", json_string(sha256));
		}
		if (c && query)
			json_object_update_new(table,
				json_pack("{s:I, s:I, s:I}", "added", (json_int_t)c->added,
					"changed", (json_int_t)c->changed, "removed",
					(json_int_t)c->removed));
		json_array_append_new(tables, table);
	}
	return tables;
}

static json_t *formats_of(const struct rk_export_package *package)
{
	json_t *formats = json_array();

	for (const char *const *name = package->order->formats; *name; name++)
		json_array_append_new(formats, json_string(*name));
	return formats;
}

/* What was asked for, whatever the schedule is called: bundles of one question and one moment have the same data. */
static enum rk_status digest_question(
	const struct rk_export_package *package, char sha256[RK_SHA256_HEX], struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	enum rk_status status = rk_buf_addf(&text, "%s%s\nformats=", package->selection,
		package->order->base ? " changes=yes" : "");

	for (const char *const *name = package->order->formats; *name && status == RK_OK; name++)
		status = rk_buf_addf(
			&text, "%s%s", name == package->order->formats ? "" : ",", *name);
	if (status != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the manifest");
	rk_sha256_hex(rk_buf_slice(&text), sha256);
	return RK_OK;
}

static json_t *manifest_of(const struct rk_export_package *package, const char *question)
{
	json_t *manifest = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:o, s:o, s:o}", "manifest",
		"renkei export v1", "id", package->made->id, "snapshot", package->made->snapshot,
		"name", package->order->name, "as_of", package->made->as_of, "selection",
		package->selection, "question_sha256", question, "schema", package->order->schema,
		"version", RENKEI_VERSION, "key", package->order->key_id, "formats",
		formats_of(package), "tables", tables_of(package), "files",
		files_of(package->folder));

	if (package->order->base)
		json_object_set_new(manifest, "since", json_string(package->order->base->name));
	return manifest;
}

enum rk_status rk_export_manifest(
	struct rk_export_package *package, char sha256[RK_SHA256_HEX], struct rk_err *err)
{
	const struct rk_export_order *order = package->order;
	char question[RK_SHA256_HEX];
	uint8_t signature[64];
	enum rk_status status;
	struct rk_slice bytes;
	json_t *manifest;
	char *text;

	RK_TRY(rk_export_folder_measure(package->folder, err));
	RK_TRY(put_sums(package, err));
	if (order->sign)
		RK_TRY(rk_export_put(
			package->folder, "KEY.pem", rk_slice_str(order->public_pem), err));
	RK_TRY(rk_export_folder_measure(package->folder, err));
	RK_TRY(digest_question(package, question, err));
	manifest = manifest_of(package, question);
	text = manifest ? json_dumps(manifest, JSON_INDENT(1)) : NULL;
	json_decref(manifest);
	if (!text)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the manifest");
	bytes = rk_slice_str(text);
	rk_sha256_hex(bytes, sha256);
	status = rk_export_put(package->folder, "MANIFEST.json", bytes, err);
	if (status == RK_OK && order->sign)
		status = order->sign(order->arg, bytes, signature, err);
	free(text);
	RK_TRY(status);
	if (order->sign)
		RK_TRY(rk_export_put(package->folder, "MANIFEST.json.sig",
			rk_slice_of(signature, sizeof signature), err));
	return rk_export_folder_measure(package->folder, err);
}
