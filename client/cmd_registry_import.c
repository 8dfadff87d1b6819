/* renkei org export, org import - the registry as a file: written out, edited, shown beside what is there, taken in. */
#include "base/text.h"
#include "command.h"
#include "coverage.h"
#include "form/file.h"
#include "labels.h"
#include "out.h"
#include "registry_diff.h"
#include "remote.h"
#include "report_text.h"
#include "summary.h"
#include "wire/json.h"
#include "wire/pack.h"

#include "renkei/v1/registry_service.pb-c.h"

#include <assert.h>
#include <string.h>

static const struct rk_grid_column change_columns[] = {
	{"entity", RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"id",     RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"name",   RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"change", RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"fields", RK_COLUMN_TEXT, RK_COLUMN_DATA},
};

static enum rk_status get_registry(
	struct rk_run *run, const Renkei__V1__Registry **registry, struct rk_failure *failure)
{
	Renkei__V1__GetRegistryRequest request = RENKEI__V1__GET_REGISTRY_REQUEST__INIT;
	Renkei__V1__GetRegistryResponse *answer = NULL;

	RK_TRY(rk_call(run, "RegistryService/GetRegistry", &request, get_registry_response, &answer,
		failure));
	*registry = answer->registry;
	return RK_OK;
}

int rk_cmd_org_export(struct rk_run *run)
{
	const Renkei__V1__Registry *registry = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (get_registry(run, &registry, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return registry ? rk_message_print(run, &registry->base) : EX_PROTOCOL;
}

static enum rk_status read_registry(
	struct rk_run *run, Renkei__V1__Registry **registry, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {.max = (size_t)64 << 20};
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	ProtobufCMessage *message = NULL;
	const char *path = run->operands[0];

	RK_TRY(rk_file_read(path, &json, err));
	struct rk_slice text = rk_buf_slice(&json);

	if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0)
		text = rk_slice_of(text.at + 3, text.len - 3);
	if (rk_json_to_wire(&renkei__v1__registry__descriptor, text, &wire, err) != RK_OK)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "REGISTRY_FILE_WRONG", "%s: %s",
			path, rk_run_str(run, err->text));
	const char *kept = rk_run_slice(run, rk_buf_slice(&wire));

	RK_TRY(rk_unpack(&run->arena, &renkei__v1__registry__descriptor,
		rk_slice_of(kept, wire.len), &message, err));
	*registry = (Renkei__V1__Registry *)(void *)message;
	return RK_OK;
}

/* What is known of an import: the file, what the server has, and what it says of the difference. */
struct import {
	struct rk_run *run;
	Renkei__V1__Registry *file;
	const Renkei__V1__Registry *there;
	const Renkei__V1__ImportRegistryResponse *answer;
};

static int call_import(struct import *import, bool validate_only)
{
	struct rk_run *run = import->run;
	Renkei__V1__ImportRegistryRequest request = RENKEI__V1__IMPORT_REGISTRY_REQUEST__INIT;
	Renkei__V1__ImportRegistryResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	char request_id[37];

	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.validate_only = validate_only;
	request.registry = import->file;
	if (rk_call(run, "RegistryService/ImportRegistry", &request, import_registry_response,
		    &answer, &failure) != RK_OK) {
		int status = rk_trouble_at(run, &failure);

		if (strncmp(failure.err.reason, "ETAG_", 5) == 0)
			rk_talk(run, "import.etag_hint");
		return status;
	}
	import->answer = answer;
	return EX_OK;
}

static const struct rk_registry_change *differences(
	const struct import *import, const Renkei__V1__ImportChange *change, size_t *count)
{
	const ProtobufCMessage *old_record = rk_registry_find(
		import->run, import->there, change->entity, change->id);
	const ProtobufCMessage *new_record = rk_registry_find(
		import->run, import->file, change->entity, change->id);

	*count = 0;
	if (change->kind != RENKEI__V1__IMPORT_CHANGE_KIND__IMPORT_CHANGE_KIND_CHANGED ||
		!old_record || !new_record)
		return NULL;
	return rk_registry_compare(import->run, old_record, new_record, count);
}

static const char *name_of(const struct import *import, const Renkei__V1__ImportChange *change)
{
	const ProtobufCMessage *record = rk_registry_find(
		import->run, import->file, change->entity, change->id);
	const char *name = rk_registry_name(import->run, import->there, record);

	return name[0] ? name : NULL;
}

static int print_data(const struct import *import)
{
	struct rk_run *run = import->run;
	struct rk_grid grid = {.run = run,
		.columns = change_columns,
		.column_count = sizeof change_columns / sizeof change_columns[0]};

	for (size_t i = 0; i < import->answer->n_changes; i++) {
		const Renkei__V1__ImportChange *change = import->answer->changes[i];
		size_t count;
		const struct rk_registry_change *fields = differences(import, change, &count);
		const char *names = "";

		for (size_t n = 0; n < count; n++)
			names = rk_run_printf(run, "%s%s%s", names, n ? " " : "", fields[n].field);
		rk_grid_add(&grid,
			(const char *const[]){change->entity, change->id, name_of(import, change),
				rk_enum_name(run, &renkei__v1__import_change_kind__descriptor,
					(int)change->kind),
				names});
	}
	return rk_answer_print(&grid, &import->answer->base);
}

/* A record to a line, below it each value that changes; those that stay as they are only in wide. */
static int print_changes(const struct import *import)
{
	struct rk_run *run = import->run;
	FILE *out = rk_out(run);

	assert(import->answer);
	if (!out)
		return EX_CANTCREAT;
	for (size_t i = 0; i < import->answer->n_changes; i++) {
		const Renkei__V1__ImportChange *change = import->answer->changes[i];
		const char *name = name_of(import, change);
		const ProtobufCMessage *record = rk_registry_find(
			run, import->file, change->entity, change->id);
		size_t count;
		const struct rk_registry_change *fields = differences(import, change, &count);

		if (change->kind == RENKEI__V1__IMPORT_CHANGE_KIND__IMPORT_CHANGE_KIND_UNCHANGED &&
			run->output != RK_OUT_WIDE)
			continue;
		fprintf(out, "%s  %s %s%s\n",
			rk_label_enum(run, &renkei__v1__import_change_kind__descriptor,
				(int)change->kind),
			rk_tell(run, rk_run_printf(run, "entity.%s", change->entity)), change->id,
			name ? rk_tell(run, "import.name", "name", name) : "");
		for (size_t n = 0; n < count; n++)
			fprintf(out, "    %s: %s → %s\n",
				rk_field_label(run, record, fields[n].field),
				fields[n].old_text[0] ? fields[n].old_text
						      : rk_tell(run, "import.empty"),
				fields[n].new_text[0] ? fields[n].new_text
						      : rk_tell(run, "import.empty"));
	}
	return fflush(out) == 0 ? EX_OK : EX_IOERR;
}

static size_t tally(const struct import *import, Renkei__V1__ImportChangeKind kind)
{
	size_t count = 0;

	assert(import->answer);
	for (size_t i = 0; i < import->answer->n_changes; i++)
		count += import->answer->changes[i]->kind == kind;
	return count;
}

static void tell_tally(const struct import *import, const char *code)
{
	struct rk_run *run = import->run;

	rk_talk(run, code, "created",
		rk_count(run,
			(int64_t)tally(import,
				RENKEI__V1__IMPORT_CHANGE_KIND__IMPORT_CHANGE_KIND_CREATED)),
		"changed",
		rk_count(run,
			(int64_t)tally(import,
				RENKEI__V1__IMPORT_CHANGE_KIND__IMPORT_CHANGE_KIND_CHANGED)),
		"unchanged",
		rk_count(run,
			(int64_t)tally(import,
				RENKEI__V1__IMPORT_CHANGE_KIND__IMPORT_CHANGE_KIND_UNCHANGED)));
}

/* Nobody agrees to what was not shown: the server is first asked what would change. */
int rk_cmd_registry_import(struct rk_run *run)
{
	struct import import = {.run = run};
	struct rk_failure failure = {.retry_ms = -1};
	bool dry = rk_run_flag(run, "dry-run"), human = rk_out_is_human(run);

	if (read_registry(run, &import.file, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	if (get_registry(run, &import.there, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	int status = call_import(&import, true);

	if (status != EX_OK)
		return status;
	if (human && (status = print_changes(&import)) != EX_OK)
		return status;
	if (tally(&import, RENKEI__V1__IMPORT_CHANGE_KIND__IMPORT_CHANGE_KIND_UNCHANGED) ==
		import.answer->n_changes) {
		tell_tally(&import, "import.nothing");
		return human ? EX_OK : print_data(&import);
	}
	if (dry || !rk_run_flag(run, "yes"))
		tell_tally(&import, "import.would");
	if (dry)
		return human ? EX_OK : print_data(&import);
	if (!rk_confirm(run, "import.ask", NULL))
		return rk_not_confirmed();
	status = call_import(&import, false);
	if (status != EX_OK)
		return status;
	tell_tally(&import, "import.done");
	return human ? EX_OK : print_data(&import);
}
