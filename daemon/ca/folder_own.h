/* folder_own.h - what the files of an authority's folder share: folder.c (its certificates), folder_crl.c (what it revokes). */
#pragma once
#include "ca/folder.h"
#include "ca/store.h"

/* The certificates of folder/ca.crt, at least one; the caller frees them. */
RK_MUST_USE enum rk_status rk_ca_folder_certs(
	const char *folder, STACK_OF(X509) * *out, struct rk_err *err);
/* The key of one of them, wherever it lies; the caller frees it. */
RK_MUST_USE enum rk_status rk_ca_folder_key(
	const char *folder, X509 *cert, EVP_PKEY **out, struct rk_err *err);
/* Takes out of certs those whose successor is older than any certificate can be, and those that are over; true when any went. */
bool rk_ca_folder_retire(STACK_OF(X509) * certs);
/* Until when the certs[index] has to be trusted, seconds since 1970. */
int64_t rk_ca_folder_until(const STACK_OF(X509) * certs, int index);
