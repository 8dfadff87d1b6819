#include "serve/room.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int share(uint64_t left, uint64_t all)
{
	/* File systems that make their files as they are wanted count none. */
	return all ? (int)((double)left / (double)all * 100) : 100;
}

int rk_room_left(const struct statvfs *disk)
{
	int blocks = share(disk->f_bavail, disk->f_blocks);
	int files = share(disk->f_favail, disk->f_files);

	return blocks < files ? blocks : files;
}

bool rk_room_is_short(const char *folder, char why[300])
{
	struct statvfs disk;
	int left;

	if (statvfs(folder, &disk) != 0)
		return false;
	left = rk_room_left(&disk);
	if (left >= RK_ROOM_LEAST)
		return false;
	(void)snprintf(why, 300, "the disk of %.200s has %d %% free; at least %d %%", folder, left,
		RK_ROOM_LEAST);
	return true;
}

enum rk_status rk_room_check(const char *folder, struct rk_err *err)
{
	struct statvfs disk;

	if (statvfs(folder, &disk) == 0)
		return RK_OK;
	return rk_fail(err, RK_FAILED_PRECONDITION, "%s: %s", folder, strerror(errno));
}
