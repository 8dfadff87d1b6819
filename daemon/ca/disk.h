/* disk.h - files that appear whole or not at all. */
#pragma once
#include "base/buf.h"

#include <sys/types.h>

/* Writes bytes into path through a temporary name: fsync, rename, fsync of the folder.  The mode holds whatever the umask
 * says. */
RK_MUST_USE enum rk_status rk_disk_write(
	const char *path, mode_t mode, struct rk_slice bytes, struct rk_err *err);
/* Makes a folder unless it is there. */
RK_MUST_USE enum rk_status rk_disk_folder(const char *path, mode_t mode, struct rk_err *err);
