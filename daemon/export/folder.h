/* folder.h - the folder a bundle is made in: temporary until it is whole, then renamed.
 *
 * What is made goes into PARENT/.making-XXXXXX.  rk_export_folder_publish brings every file and folder to the disk before it renames, so
 * that PARENT/NAME is there with all its bytes or not at all, whatever is killed and whatever loses its power.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* A file of the bundle, in the order of making. */
struct rk_export_entry {
	struct rk_export_entry *next;
	const char *path;           /* below the folder, "csv/activities.csv" */
	const char *format;         /* or "" */
	const char *table;          /* the one table in it, or "" */
	int64_t rows;               /* of that table; -1 where there is none */
	int64_t bytes;              /* by rk_export_file_end, or by rk_export_folder_measure */
	char sha256[RK_SHA256_HEX]; /* likewise */
};

struct rk_export_folder {
	struct rk_arena arena;
	int parent, fd;   /* open folders */
	char name[32];    /* in the parent, while it is made */
	const char *path; /* absolute, for libraries that open by name */
	struct rk_export_entry *entries, **last;
};

/* Makes the temporary folder in parent, which is made too when it is not there (mode 0750).
 * Errors: RK_PERMISSION_DENIED, RK_RESOURCE_EXHAUSTED (disk or memory), RK_UNKNOWN, each with the path. */
RK_MUST_USE enum rk_status rk_export_folder_open(
	struct rk_export_folder *folder, const char *parent, struct rk_err *err);
/* Removes what was not published, closes, frees; *folder zeroed or opened. */
void rk_export_folder_close(struct rk_export_folder *folder);
/* Tells of a file that is there or will be.  The entry belongs to the folder. */
RK_MUST_USE enum rk_status rk_export_folder_add(struct rk_export_folder *folder, const char *path,
	struct rk_export_entry **out, struct rk_err *err);
/* Size and SHA-256 of every file that has none yet. */
RK_MUST_USE enum rk_status rk_export_folder_measure(
	struct rk_export_folder *folder, struct rk_err *err);
/* Everything to the disk, renamed to name, and the parent to the disk.
 * Errors: RK_ALREADY_EXISTS  a folder of this name is there; nothing was renamed */
RK_MUST_USE enum rk_status rk_export_folder_publish(
	struct rk_export_folder *folder, const char *name, struct rk_err *err);
/* Removes a folder and all in it, symbolic links not followed.  False when something stayed. */
bool rk_export_folder_remove(int parent, const char *name);
/* The names in a folder that begin with no dot and have no comma, with commas between; none where it cannot be opened.
 * Errors: RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_export_folder_list(const char *folder, struct rk_buf *names);

/* A file being written, through 64 KiB of its own. */
struct rk_export_file {
	int fd;
	struct rk_buf buf; /* may be added to; rk_export_file_flush looks whether it is time */
	const char *path;
	int64_t written, begun; /* bytes; begun: those that the disk was told to begin with */
	struct rk_export_entry *entry;
	struct rk_sha256_run
		content; /* while it is in memory anyway: nobody has to read it again */
};

/* Makes the file, and the one folder in its path, and tells the folder of it.
 * Errors as above; every error names the path. */
RK_MUST_USE enum rk_status rk_export_file_open(struct rk_export_file *file,
	struct rk_export_folder *folder, const char *path, struct rk_export_entry **entry,
	struct rk_err *err);
/* Writes what is in buf when it is 64 KiB or more. */
RK_MUST_USE enum rk_status rk_export_file_flush(struct rk_export_file *file, struct rk_err *err);
/* Writes the rest and closes; size and SHA-256 are known then. */
RK_MUST_USE enum rk_status rk_export_file_end(struct rk_export_file *file, struct rk_err *err);
/* Closes without writing; a zeroed or ended file is left alone. */
void rk_export_file_clear(struct rk_export_file *file);
