/* insert.h - a piece of XML put into a part of which everything else stays byte for byte. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

/* rk_xml_insert appends part to out with piece as a child of its root: before the first child that has one of these names, as the last one
 * when there is none (before ends with NULL; names are without their namespace).
 * Errors: those of rk_xml_feed; WORKBOOK_NOT_WRITABLE for a part that is not in UTF-8. */
RK_MUST_USE enum rk_status rk_xml_insert(const char *what, struct rk_slice part,
	const char *const *before, const char *piece, struct rk_buf *out, struct rk_err *err);
/* Appends text for an attribute or between tags; what XML cannot have becomes U+FFFD. */
RK_MUST_USE enum rk_status rk_xml_add_text(struct rk_buf *out, const char *text);
