#include "form/form.h"

#include "base/text.h"
#include "form/file.h"

#include <string.h>
#include <sys/stat.h>

static const struct rk_form_kind *const kinds[] = {
	&rk_form_bytes, &rk_form_zip, &rk_form_workbook, &rk_form_json, NULL};

static bool bytes_is(const char *path, struct rk_slice bytes)
{
	size_t len = strlen(path);

	(void)bytes;
	return (len > 6 && strcmp(path + len - 6, ".binpb") == 0) ||
		(len > 3 && strcmp(path + len - 3, ".pb") == 0);
}

static bool begins(struct rk_slice bytes, const char *text, size_t len)
{
	return bytes.len >= len && memcmp(bytes.at, text, len) == 0;
}

/* What people hand in by mistake, each with a sentence of its own. */
static enum rk_status refuse_wrong_files(
	const char *path, struct rk_slice bytes, struct rk_err *err)
{
	if (bytes.len == 0)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "FILE_EMPTY", "%s: is empty", path);
	if (begins(bytes, "\xff\xfe", 2) || begins(bytes, "\xfe\xff", 2))
		return rk_fail_reason(
			err, RK_INVALID_ARGUMENT, "FILE_UTF16", "%s: is UTF-16, not UTF-8", path);
	return RK_OK;
}

static bool is_folder(const char *path)
{
	struct stat about;

	return strcmp(path, "-") != 0 && stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

enum rk_status rk_form_read(
	struct rk_arena *arena, const char *path, struct rk_form *form, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf file = {.max = RK_FORM_FILE_MAX};

	*form = (struct rk_form){.file = path};
	if (is_folder(path))
		return rk_form_folder_read(arena, path, form, err);
	RK_TRY(rk_file_read(path, &file, err));
	/* Raw bytes are judged as they are, even none at all. */
	if (!bytes_is(path, rk_buf_slice(&file)))
		RK_TRY(refuse_wrong_files(path, rk_buf_slice(&file), err));
	const char *kept = rk_arena_slice(arena, rk_buf_slice(&file));

	if (!kept)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", path);
	for (const struct rk_form_kind *const *kind = kinds; *kind; kind++)
		if ((*kind)->is(path, rk_slice_of(kept, file.len)))
			return (*kind)->read(arena, rk_slice_of(kept, file.len), form, err);
	return rk_fail(err, RK_INVALID_ARGUMENT, "%s: is no report in a form that is known", path);
}

struct rk_form_report *rk_form_add(struct rk_arena *arena, struct rk_form *form, const char *name)
{
	/* Room doubles: a new run of memory whenever count is a power of two. */
	if ((form->count & (form->count - 1)) == 0) {
		size_t room = form->count ? form->count * 2 : 1;
		struct rk_form_report *reports = rk_arena_alloc(arena, room * sizeof *reports);

		if (!reports)
			return NULL;
		if (form->count)
			memcpy(reports, form->reports, form->count * sizeof *reports);
		form->reports = reports;
	}
	form->reports[form->count] = (struct rk_form_report){.name = name};
	return &form->reports[form->count++];
}

static enum rk_status bytes_read(
	struct rk_arena *arena, struct rk_slice bytes, struct rk_form *form, struct rk_err *err)
{
	struct rk_form_report *report = rk_form_add(arena, form, form->file);

	if (!report)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", form->file);
	report->bytes = bytes;
	return RK_OK;
}

const struct rk_form_kind rk_form_bytes = {"binpb", bytes_is, bytes_read};
