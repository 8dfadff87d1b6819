/* xlsx_check.h - whether a workbook just written is whole.
 *
 * libxlsxwriter writes its parts to temporary files and does not ask whether that worked: on a full disk it closes a workbook with
 * holes in it and is content.  So what is on the disk is looked at before it gets its name.
 */
#pragma once
#include "base/err.h"

/* rk_xlsx_check reads every part: each must unpack with its checksum and be XML from its first byte to its last.
 * Errors: RK_DATA_LOSS FILE_NOT_WRITTEN, naming path and part. */
RK_MUST_USE enum rk_status rk_xlsx_check(const char *path, struct rk_err *err);
