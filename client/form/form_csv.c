/* The report in CSV files, one a sheet, in a folder or in a ZIP archive: for those without a spreadsheet program. */
#include "base/cp932.h"
#include "base/text.h"
#include "form/archive.h"
#include "form/csv.h"
#include "form/file.h"
#include "form/form.h"
#include "form/sheets_read.h"

#include <assert.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static bool is_csv_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name && strcasecmp(dot, ".csv") == 0;
}

static int is_csv(const struct dirent *entry)
{
	return is_csv_name(entry->d_name);
}

/* The files of a folder; what scandir gave goes in any case. */
struct listing {
	struct dirent **entries;
	int count;
};

static void listing_clear(struct listing *listing)
{
	for (int i = 0; i < listing->count; i++)
		free(listing->entries[i]);
	free(listing->entries);
}

/* A form in the making: its files are tabs of a workbook that never was. */
struct set {
	struct rk_arena *arena;
	const char *from; /* the folder or the archive */
	struct rk_workbook *workbook;
	struct rk_tab *tabs;
	size_t cells;
};

static enum rk_status no_memory(const struct set *set, struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", set->from);
}

static enum rk_status too_many(const struct set *set, size_t count, struct rk_err *err)
{
	return rk_err_values(err,
		rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_CELLS",
			"%s: has %zu CSV files; at most %d", set->from, count,
			RK_WORKBOOK_TABS_MAX),
		"files=%zu\nlimit=%d", count, RK_WORKBOOK_TABS_MAX);
}

static enum rk_status begin(struct set *set, size_t count, struct rk_err *err)
{
	if (count > RK_WORKBOOK_TABS_MAX)
		return too_many(set, count, err);
	set->workbook = rk_arena_alloc(set->arena, sizeof *set->workbook);
	set->tabs = rk_arena_alloc(set->arena, count * sizeof *set->tabs);
	if (!set->workbook || !set->tabs)
		return no_memory(set, err);
	set->workbook->tabs = set->tabs;
	return RK_OK;
}

/* What "activities.csv" holds is the sheet activities; the code lists are nobody's data. */
static enum rk_status add_tab(struct set *set, const char *file, struct rk_slice name,
	struct rk_slice bytes, struct rk_err *err)
{
	assert(set->workbook && set->tabs);
	struct rk_tab *tab = &set->tabs[set->workbook->tab_count++];
	const char *path = rk_arena_printf(set->arena, "%s/%s", set->from, file);

	tab->name = rk_arena_slice(set->arena, rk_slice_of(name.at, name.len - strlen(".csv")));
	if (!tab->name || !path)
		return no_memory(set, err);
	tab->hidden = strcmp(tab->name, "lists") == 0;
	return rk_csv_read(set->arena, path, bytes, tab, &set->cells, err);
}

static enum rk_status end(struct set *set, struct rk_form *form, struct rk_err *err)
{
	struct rk_form_report report = {.name = set->from}, *added;

	RK_TRY(rk_sheets_read(set->arena, set->workbook, &report, err));
	added = rk_form_add(set->arena, form, set->from);
	if (!added)
		return no_memory(set, err);
	*added = report;
	return RK_OK;
}

static enum rk_status add_file(struct set *set, const char *name, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {.max = RK_WORKBOOK_FILE_MAX};
	const char *path = rk_arena_printf(set->arena, "%s/%s", set->from, name);

	if (!path)
		return no_memory(set, err);
	RK_TRY(rk_file_read(path, &bytes, err));
	return add_tab(set, name, rk_slice_str(name), rk_buf_slice(&bytes), err);
}

enum rk_status rk_form_folder_read(
	struct rk_arena *arena, const char *folder, struct rk_form *form, struct rk_err *err)
{
	RK_AUTO(listing_clear) struct listing listing = {0};
	struct set set = {.arena = arena, .from = folder};

	listing.count = scandir(folder, &listing.entries, is_csv, alphasort);
	if (listing.count <= 0) {
		listing.count = 0;
		return rk_fail_reason(err, RK_NOT_FOUND, "FOLDER_WITHOUT_FORM",
			"%s: is a folder without CSV files, not a file", folder);
	}
	RK_TRY(begin(&set, (size_t)listing.count, err));
	for (int i = 0; i < listing.count; i++)
		RK_TRY(add_file(&set, listing.entries[i]->d_name, err));
	return end(&set, form, err);
}

/* A CSV file in an archive, wherever it lies; not the shadows that macOS packs beside files. */
static bool is_csv_part(const char *part)
{
	const char *slash = strrchr(part, '/'), *name = slash ? slash + 1 : part;

	return strncmp(part, "__MACOSX/", 9) != 0 && *name != '.' && is_csv_name(name);
}

static size_t count_csv_parts(const struct rk_archive *archive)
{
	const char *part;
	size_t count = 0;

	for (size_t i = 0; (part = rk_archive_part(archive, i)); i++)
		count += is_csv_part(part);
	return count;
}

/* Windows packs names in CP932: "取組.csv".  A name of neither is no sheet's. */
static enum rk_status name_of(const char *part, struct rk_buf *name, struct rk_err *err)
{
	const char *slash = strrchr(part, '/');
	struct rk_slice bytes = rk_slice_str(slash ? slash + 1 : part);
	enum rk_status status = RK_OK;

	if (rk_text_utf8_bad(bytes) < bytes.len)
		status = rk_cp932_read(bytes, name, err);
	else if (rk_buf_add_slice(name, bytes) != RK_OK)
		status = rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
	if (status != RK_INVALID_ARGUMENT)
		return status;
	name->len = 0;
	return rk_buf_add_str(name, "?.csv");
}

static enum rk_status add_part(
	struct set *set, struct rk_archive *archive, const char *part, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {.max = RK_WORKBOOK_FILE_MAX};
	RK_AUTO(rk_buf_clear) struct rk_buf name = {0};
	const char *shown;

	RK_TRY(name_of(part, &name, err));
	RK_TRY(rk_archive_read(archive, part, &bytes, err));
	shown = rk_arena_slice(set->arena, rk_buf_slice(&name));
	if (!shown)
		return no_memory(set, err);
	return add_tab(set, shown, rk_buf_slice(&name), rk_buf_slice(&bytes), err);
}

static enum rk_status add_parts(struct set *set, struct rk_archive *archive, struct rk_err *err)
{
	const char *part;

	for (size_t i = 0; (part = rk_archive_part(archive, i)); i++)
		if (is_csv_part(part))
			RK_TRY(add_part(set, archive, part, err));
	return RK_OK;
}

static enum rk_status zip_read(
	struct rk_arena *arena, struct rk_slice bytes, struct rk_form *form, struct rk_err *err)
{
	struct set set = {.arena = arena, .from = form->file};
	struct rk_archive *archive;
	enum rk_status status;

	if (bytes.len > RK_WORKBOOK_FILE_MAX)
		return rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_LARGE",
				"%s: has %zu bytes; at most %zu", form->file, bytes.len,
				RK_WORKBOOK_FILE_MAX),
			"bytes=%zu\nlimit=%zu", bytes.len, RK_WORKBOOK_FILE_MAX);
	RK_TRY(rk_archive_open(&archive, form->file, bytes, err));
	status = begin(&set, count_csv_parts(archive), err);
	if (status == RK_OK)
		status = add_parts(&set, archive, err);
	rk_archive_close(&archive);
	return status == RK_OK ? end(&set, form, err) : status;
}

/* What an archive is, its parts say; one that cannot be opened is told of as a workbook. */
static bool zip_is(const char *path, struct rk_slice bytes)
{
	struct rk_archive *archive;
	struct rk_err err;

	if (!rk_workbook_is(bytes) || bytes.len > RK_WORKBOOK_FILE_MAX ||
		rk_archive_open(&archive, path, bytes, &err) != RK_OK)
		return false;
	bool is = !rk_archive_has(archive, "[Content_Types].xml") && count_csv_parts(archive) > 0;

	rk_archive_close(&archive);
	return is;
}

const struct rk_form_kind rk_form_zip = {"zip", zip_is, zip_read};
