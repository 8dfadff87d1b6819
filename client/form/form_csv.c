/* The report in a folder of CSV files, one a sheet: for those without a spreadsheet program. */
#include "form/csv.h"
#include "form/file.h"
#include "form/form.h"
#include "form/sheets_read.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static int is_csv(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && dot != entry->d_name && strcasecmp(dot, ".csv") == 0;
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

/* What "activities.csv" holds is the sheet activities; the code lists are nobody's data. */
static enum rk_status read_tab(struct rk_arena *arena, const char *path, const char *name,
	struct rk_tab *tab, size_t *cells, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {.max = RK_WORKBOOK_FILE_MAX};

	tab->name = rk_arena_slice(arena, rk_slice_of(name, strlen(name) - strlen(".csv")));
	if (!tab->name)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", path);
	tab->hidden = strcmp(tab->name, "lists") == 0;
	RK_TRY(rk_file_read(path, &bytes, err));
	return rk_csv_read(arena, path, rk_buf_slice(&bytes), tab, cells, err);
}

static enum rk_status read_tabs(struct rk_arena *arena, const char *folder,
	const struct listing *listing, struct rk_workbook *workbook, struct rk_err *err)
{
	struct rk_tab *tabs = rk_arena_alloc(arena, (size_t)listing->count * sizeof *tabs);
	size_t cells = 0;

	workbook->tabs = tabs;
	for (int i = 0; tabs && i < listing->count; i++) {
		const char *name = listing->entries[i]->d_name,
			   *path = rk_arena_printf(arena, "%s/%s", folder, name);

		if (!path)
			break;
		RK_TRY(read_tab(arena, path, name, &tabs[workbook->tab_count], &cells, err));
		workbook->tab_count++;
	}
	return workbook->tab_count == (size_t)listing->count
		? RK_OK
		: rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", folder);
}

enum rk_status rk_form_folder_read(
	struct rk_arena *arena, const char *folder, struct rk_form *form, struct rk_err *err)
{
	RK_AUTO(listing_clear) struct listing listing = {0};
	struct rk_workbook *workbook = rk_arena_alloc(arena, sizeof *workbook);
	struct rk_form_report report = {.name = folder}, *added;

	listing.count = scandir(folder, &listing.entries, is_csv, alphasort);
	if (listing.count <= 0) {
		listing.count = 0;
		return rk_fail_reason(err, RK_NOT_FOUND, "FILE_IS_FOLDER",
			"%s: is a folder without CSV files, not a file", folder);
	}
	if (listing.count > RK_WORKBOOK_TABS_MAX)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_CELLS",
			"%s: has %d CSV files; at most %d", folder, listing.count,
			RK_WORKBOOK_TABS_MAX);
	if (!workbook)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", folder);
	RK_TRY(read_tabs(arena, folder, &listing, workbook, err));
	RK_TRY(rk_sheets_read(arena, workbook, &report, err));
	added = rk_form_add(arena, form, folder);
	if (!added)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", folder);
	*added = report;
	return RK_OK;
}
