/* folder.h - an authority in a folder of its own, as the operator keeps it.
 *
 * FOLDER/ca.crt      its certificates: the present one first, then those whose own certificates may still be about
 * FOLDER/ca.key      the present key, 0600
 * FOLDER/ca-ID.key   keys from before a rotation, for their revocation lists; ID is the front of the key's SHA-256
 * FOLDER/revoked     what was revoked: serial number, moment, reason, a line each
 * FOLDER/ca.crl      the revocation lists, one an authority
 *
 * Errors of all: RK_FAILED_PRECONDITION, RK_INVALID_ARGUMENT with the file or the value; those of writing a file.
 */
#pragma once
#include "ca/ca.h"

#include <stdio.h>

/* How long a certificate can be good, and so how long an authority is trusted after a rotation. */
#define RK_CA_LEAF_DAYS 825
#define RK_CA_DAYS      3650

/* Makes an authority, over one that may be there; its subject is name and the front of its key's SHA-256, so that no two share it. */
RK_MUST_USE enum rk_status rk_ca_folder_make(
	const char *folder, const char *name, int days, struct rk_err *err);
/* The same where there is none; FAILED_PRECONDITION CA_EXISTS else. */
RK_MUST_USE enum rk_status rk_ca_folder_init(
	const char *folder, const char *name, int days, struct rk_err *err);
RK_MUST_USE enum rk_status rk_ca_folder_open(
	const char *folder, struct rk_ca **out, struct rk_err *err);
/* A new authority signs from now on; the old ones stay trusted until the last certificate of theirs can be over. */
RK_MUST_USE enum rk_status rk_ca_folder_rotate(
	const char *folder, const char *name, int days, struct rk_err *err);
/* Notes a serial number (hexadecimal) for the lists to come; once is enough. */
RK_MUST_USE enum rk_status rk_ca_folder_revoke(
	const char *folder, const char *serial, const char *reason, struct rk_err *err);
/* Writes a list for every authority, good for so many days; authorities whose time is over leave ca.crt. */
RK_MUST_USE enum rk_status rk_ca_folder_crl(const char *folder, int days, struct rk_err *err);
/* Says for people what is there. */
RK_MUST_USE enum rk_status rk_ca_folder_show(const char *folder, FILE *out, struct rk_err *err);
