/* room.h - how much room the disk of a folder has left: below RK_ROOM_LEAST nothing is taken that might not be kept. */
#pragma once
#include "base/err.h"

#include <stdbool.h>
#include <sys/statvfs.h>

/* Per cent of the blocks, and of the files, that the disk could hold: a full disk stops PostgreSQL, and with room left it is the operator's
 * to choose when.  Asked of the kernel's memory, not of the disk: local file systems answer at once. */
enum { RK_ROOM_LEAST = 5 };

/* Whole per cent that are free for those who are not root, of blocks or of files, whichever are fewer. */
int rk_room_left(const struct statvfs *disk);
/* Whether there is less than RK_ROOM_LEAST, with one sentence for the operator in why.  What cannot be asked has room. */
bool rk_room_is_short(const char *folder, char why[300]);
/* Errors: RK_FAILED_PRECONDITION the folder cannot be looked at. */
RK_MUST_USE enum rk_status rk_room_check(const char *folder, struct rk_err *err);
