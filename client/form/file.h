/* file.h - whole files in, whole files out: a file that is written is there entirely or not at all. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <sys/types.h>

/* rk_file_read appends a file to out ("-" = stdin).
 * Errors: RK_NOT_FOUND FILE_MISSING, FILE_UNREADABLE, FILE_IS_FOLDER; RK_INVALID_ARGUMENT FILE_TOO_LARGE (over
 *         out->max), RK_UNKNOWN with errno's sentence. */
RK_MUST_USE enum rk_status rk_file_read(const char *path, struct rk_buf *out, struct rk_err *err);
/* rk_file_write makes missing folders (mode 0700), writes path.PID.tmp, syncs and renames it.  RK_DATA_LOSS FILE_NOT_WRITTEN. */
RK_MUST_USE enum rk_status rk_file_write(
	const char *path, struct rk_slice bytes, mode_t mode, struct rk_err *err);
/* rk_file_make_folders makes the folders above path. */
RK_MUST_USE enum rk_status rk_file_make_folders(const char *path, struct rk_err *err);
/* The name of the temporary file for path, which an interrupt removes. */
void rk_file_forget_on_signal(const char *temporary);
/* What is said on stderr when a signal ends the program from now on; NULL: nothing. */
void rk_file_say_on_signal(const char *words);
