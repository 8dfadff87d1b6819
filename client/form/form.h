/* form.h - a file that people keep, to the reports in it.
 *
 * A kind of file is a struct rk_form_kind: whether it is this kind, how to read it, and where in it a field stands.  Another kind is one
 * more file and one more line in form.c.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "words/rules.h"

/* One report of a file. */
struct rk_form_report {
	const char *
		name; /* how to call it: the file, and where in it when there are several ("all.jsonl:3") */
	struct rk_slice
		bytes; /* renkei.v1.Report; at == NULL when there is none: then err says why */
	/* Not RK_OK: the bytes are not the report that was meant.  REPORT_UNREADABLE when faults say what could not be read. */
	struct rk_err err;
	/* What reading found, for the rules to tell; with an error among them the bytes are for judging only, never for sending. */
	const struct rk_read_fault *faults;
	/* What is found of it beside earlier reports, by who looked; NULL: nobody did. */
	const Renkei__V1__Comparison *comparison;
	/* Where a field stands for the one who filled in the form ("Sheet1!B7"); NULL: the path itself will do. */
	const char *(*place)(const struct rk_form_report *report, const char *field_path);
	/* A value of that field in the words of the form ("いいえ" for false); NULL: as it is. */
	const char *(*shown)(
		const struct rk_form_report *report, const char *field_path, const char *value);
	const void *map; /* of place and shown */
	/* The text it was read from and the line that begins on; at == NULL when it has no lines. */
	struct rk_slice text;
	size_t line;
};

struct rk_form {
	const char *file;
	struct rk_form_report *reports;
	size_t count;
};

struct rk_form_kind {
	const char *name;
	bool (*is)(const char *path, struct rk_slice bytes);
	/* Fills form->reports; a report that cannot be read is no failure of the file. */
	enum rk_status (*read)(struct rk_arena *arena, struct rk_slice bytes, struct rk_form *form,
		struct rk_err *err);
};
extern const struct rk_form_kind rk_form_json;
extern const struct rk_form_kind rk_form_bytes;
extern const struct rk_form_kind rk_form_workbook;
/* The CSV files of rk_form_folder_read in a ZIP archive, with the limits of workbook.h. */
extern const struct rk_form_kind rk_form_zip;

/* rk_form_folder_read reads the form in a folder of CSV files (sheets.h).
 * Errors: RK_NOT_FOUND FOLDER_WITHOUT_FORM when there is none; those of rk_file_read, csv.h and sheets_read.h. */
RK_MUST_USE enum rk_status rk_form_folder_read(
	struct rk_arena *arena, const char *folder, struct rk_form *form, struct rk_err *err);

#define RK_FORM_FILE_MAX ((size_t)256 << 20)

/* rk_form_read reads a file ("-" = stdin) or a folder; everything lives in the arena.
 * Errors: those of rk_file_read; RK_INVALID_ARGUMENT FILE_EMPTY, FILE_NO_REPORT, FILE_NOT_UTF8 (with line), FILE_UTF16, those of
 *         workbook.h and sheets_read.h. */
RK_MUST_USE enum rk_status rk_form_read(
	struct rk_arena *arena, const char *path, struct rk_form *form, struct rk_err *err);
/* rk_form_add appends a report with this name; NULL without memory. */
struct rk_form_report *rk_form_add(struct rk_arena *arena, struct rk_form *form, const char *name);
