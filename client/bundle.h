/* bundle.h - a bundle of an export as it lies in a folder: what its manifest says, and whether the folder is that. */
#pragma once
#include "run.h"

#include <stdint.h>

struct rk_bundle_file {
	const char *path; /* below the folder; never leads out of it */
	int64_t bytes;
	const char *sha256;
};

struct rk_bundle {
	const char *id, *as_of, *key_id; /* key_id "": it is not signed */
	const char *since; /* SCHEDULE/ID of the bundle whose changes it holds; "": it is whole */
	struct rk_bundle_file *files;
	size_t count;
};

/* rk_bundle_read reads the text of a manifest; all of it in the run's arena.
 * Errors: RK_DATA_LOSS BUNDLE_MANIFEST_BAD with what is wrong */
RK_MUST_USE enum rk_status rk_bundle_read(
	struct rk_run *run, struct rk_slice text, struct rk_bundle *bundle, struct rk_err *err);

struct rk_bundle_terms {
	const char *
		public_key; /* file of the key it has to be signed with; NULL: one that a server has named */
	bool removes; /* what differs, so that it can be fetched again */
};

/* rk_bundle_verify holds a folder against its manifest, and the manifest against its signature: every file is there with its bytes, and no other.
 * Says on stderr what differs.  *differ counts it; *own_key says that only the bundle itself vouches for its key.
 * Errors: RK_NOT_FOUND FILE_NOT_READ without a manifest or the key named; RK_DATA_LOSS BUNDLE_MANIFEST_BAD */
RK_MUST_USE enum rk_status rk_bundle_verify(struct rk_run *run, const char *folder,
	const struct rk_bundle_terms *terms, struct rk_bundle *bundle, size_t *differ,
	bool *own_key, struct rk_err *err);
/* The whole of a file of at most 64 MiB; NULL with err when it cannot be read. */
char *rk_bundle_load(struct rk_run *run, const char *path, size_t *len, struct rk_err *err);
