/* archive.h - a ZIP archive in memory, taken apart into its parts, with the limits of workbook.h (over libzip).
 *
 * Names are compared as the packaging conventions want it: without regard to case; "\" is "/".
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "form/xml.h"

#include <stdbool.h>

/* For "%.*s": as much of a text as may stand in a sentence; names of files and parts are bytes, and long. */
#define RK_SHOWN(text, max) (int)rk_text_front(rk_slice_str(text), max).len, (text)

struct rk_archive;

/* rk_archive_open lists the parts; file begins every sentence; file and bytes are borrowed until rk_archive_close.
 * Errors: RK_INVALID_ARGUMENT WORKBOOK_BROKEN, WORKBOOK_TOO_MANY_PARTS, WORKBOOK_ENCRYPTED, WORKBOOK_INFLATES (by what the parts say
 * of themselves); RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_archive_open(
	struct rk_archive **archive, const char *file, struct rk_slice bytes, struct rk_err *err);
void rk_archive_close(struct rk_archive **archive);
const char *rk_archive_file(const struct rk_archive *archive);

bool rk_archive_has(const struct rk_archive *archive, const char *part);
/* Whether a part's name begins with this. */
bool rk_archive_has_folder(const struct rk_archive *archive, const char *folder);

/* rk_archive_walk takes the XML of a part apart; rk_archive_read appends its bytes to out, as they are.
 * Errors: RK_INVALID_ARGUMENT WORKBOOK_BROKEN (no such part, damaged), WORKBOOK_INFLATES (by what comes out); rk_xml_feed's. */
RK_MUST_USE enum rk_status rk_archive_walk(struct rk_archive *archive, const char *part,
	const struct rk_xml_listener *listener, struct rk_err *err);
RK_MUST_USE enum rk_status rk_archive_read(
	struct rk_archive *archive, const char *part, struct rk_buf *out, struct rk_err *err);

/* A part that a copy has other bytes for, or has beside the others. */
struct rk_archive_change {
	const char *part;
	struct rk_slice bytes;
};

/* rk_archive_copy appends a copy of the archive, made of the bytes it was opened with; parts without a change stay packed as they are.
 * A changed part keeps its date, a new one has that of the newest other: the same changes are the same bytes, whatever the clock says.
 * Errors: RK_INVALID_ARGUMENT WORKBOOK_BROKEN; RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_archive_copy(struct rk_archive *archive,
	const struct rk_archive_change *changes, size_t count, struct rk_buf *out,
	struct rk_err *err);
