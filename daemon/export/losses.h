/* losses.h - what CP932 had no character for: csv-cp932/LOSSES.csv, a line a character that became 〓, with where it stood.
 *
 * The list itself is UTF-8 with a byte-order mark.  It is there though nothing was lost, so that an empty list says so.
 */
#pragma once
#include "export/format.h"

struct rk_losses {
	struct rk_export_file file;
	struct rk_buf scratch;
};

RK_MUST_USE enum rk_status rk_losses_open(
	struct rk_losses *losses, struct rk_export_folder *folder, struct rk_err *err);
/* Lists what of these values is lost; row counts as a spreadsheet does, the head being row 1. */
RK_MUST_USE enum rk_status rk_losses_row(struct rk_losses *losses,
	const struct rk_export_table *table, int64_t row, const struct rk_value *values,
	struct rk_err *err);
RK_MUST_USE enum rk_status rk_losses_end(struct rk_losses *losses, struct rk_err *err);
void rk_losses_clear(struct rk_losses *losses);
/* Converts what of buf stands behind from, valid UTF-8, in place.  *lossy: something became 〓.  Errors as rk_cp932_write. */
RK_MUST_USE enum rk_status rk_losses_encode(
	struct rk_losses *losses, struct rk_buf *buf, size_t from, bool *lossy, struct rk_err *err);
