/* The report in a workbook: XLSX, as officers fill it in. */
#include "form/form.h"
#include "form/sheets_read.h"
#include "form/workbook.h"

#include <string.h>
#include <strings.h>

/* By its first bytes, whatever it is called; by its name, when these are others, so that it is told what is wrong with it. */
static bool workbook_is(const char *path, struct rk_slice bytes)
{
	static const char *const suffixes[] = {".xlsx", ".xlsm", ".xltx", ".xls", ".ods"};
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
		size_t suffix = strlen(suffixes[i]);

		if (len > suffix && strcasecmp(path + len - suffix, suffixes[i]) == 0)
			return true;
	}
	return rk_workbook_is(bytes);
}

static enum rk_status workbook_read(
	struct rk_arena *arena, struct rk_slice bytes, struct rk_form *form, struct rk_err *err)
{
	struct rk_workbook *workbook = rk_arena_alloc(arena, sizeof *workbook);
	struct rk_form_report report = {.name = form->file}, *added;

	if (!workbook)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", form->file);
	RK_TRY(rk_workbook_read(arena, form->file, bytes, workbook, err));
	RK_TRY(rk_sheets_read(arena, workbook, &report, err));
	added = rk_form_add(arena, form, form->file);
	if (!added)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", form->file);
	*added = report;
	return RK_OK;
}

const struct rk_form_kind rk_form_workbook = {"xlsx", workbook_is, workbook_read};
