/* bundle.h - one run: from one snapshot of the database to one folder that is whole.
 *
 * PARENT/ID holds a folder or file for each format, and beside them what makes the bundle read itself: datapackage.json, csv-metadata.json, dictionary.html,
 * README.md, load.R, load.py, reports.sha256, SHA256SUMS, KEY.pem, MANIFEST.json and MANIFEST.json.sig.  The manifest is made last and names
 * all others but itself and its signature, with their SHA-256; so one changed byte anywhere is found.
 *
 * The bytes follow from the rows, the selection, as_of and this program: no clock, no host, no number of the run is in them.  The snapshot id is
 * the digest of all of these, so that equal ids are equal bundles.
 */
#pragma once
#include "export/catalogue.h"
#include "export/delta.h"

#define RK_EXPORT_ID 64 /* 20260701T000000Z-0123456789abcdef and a NUL fit */

struct rk_export_order {
	const char *name;     /* of the schedule */
	const char *database; /* libpq connection string of a login that reads the views */
	const char *
		lsn; /* of the primary: a standby is read once it has replayed so far; NULL: at once */
	const char *parent;         /* folder the bundle comes into */
	const char *const *formats; /* names, ended by NULL */
	struct rk_export_selection selection;
	/* Only what changed since that bundle: then every table of the database has a column "change" more.  NULL: the bundle is whole. */
	const struct rk_export_base *base;
	/* Signs the manifest: 64 bytes of Ed25519.  NULL: it is not signed. */
	enum rk_status (*sign)(
		void *arg, struct rk_slice text, uint8_t signature[64], struct rk_err *err);
	const char *key_id, *public_pem; /* of that key; "" without one */
	/* Asked now and then, at least before anything is renamed: may this run go on?  May block for seconds.  NULL: it may. */
	enum rk_status (*going)(void *arg, struct rk_err *err);
	void *arg;
	int schema; /* number of the newest migration */
};

struct rk_export_made {
	char id[RK_EXPORT_ID]; /* name of its folder */
	char snapshot[17];     /* 16 hexadecimal digits */
	char as_of[40];
	int64_t bytes, rows, files; /* rows of all tables, each once */
	char manifest_sha256[RK_SHA256_HEX];
	bool was_there; /* the same bundle was there already, and is unchanged */
};

/* Makes the bundle.  Errors: RK_NOT_FOUND a format nobody knows; RK_UNAVAILABLE the standby stays behind; RK_RESOURCE_EXHAUSTED not enough room on the disk, or memory; those of the
 * database, of files and of going.  Nothing is left behind then. */
RK_MUST_USE enum rk_status rk_export_make(
	const struct rk_export_order *order, struct rk_export_made *made, struct rk_err *err);
/* Removes what killed runs left in a folder.  Only for whoever holds the folder's lock. */
void rk_export_sweep(const char *parent);
/* Little priority for processor and disk, for the rest of this process's life. */
void rk_export_be_modest(void);
