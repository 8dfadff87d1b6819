/* disk.h - files that appear whole or not at all. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/* Writes bytes into path through a draft beside it, path.PID.tmp: fsync, rename, fsync of the folder.  The mode holds whatever the umask
 * says.  A folder that may not be read, or that no file system can sync, is as good as it gets.
 * Errors: RK_UNKNOWN with path and errno's sentence. */
RK_MUST_USE enum rk_status rk_disk_write(
	const char *path, mode_t mode, struct rk_slice bytes, struct rk_err *err);
/* The same; on_draft is told the draft's name when it is there, and NULL when it is gone, for who is interrupted to remove it. */
RK_MUST_USE enum rk_status rk_disk_write_told(const char *path, mode_t mode, struct rk_slice bytes,
	void (*on_draft)(const char *draft), struct rk_err *err);
/* Makes a folder unless it is there. */
RK_MUST_USE enum rk_status rk_disk_folder(const char *path, mode_t mode, struct rk_err *err);
/* Makes the folders above path that are missing, mode 0700, each synced into the one above it.  Errors: as rk_disk_write. */
RK_MUST_USE enum rk_status rk_disk_folders_above(const char *path, struct rk_err *err);
/* Removes a file and syncs its folder: after a power loss it does not come back.  Returns whether it is gone, also when it never was. */
bool rk_disk_remove(const char *path);
