/* identity.h - a key and its certificate as enrolment makes them, and the next ones.
 *
 * Under $XDG_CONFIG_HOME/renkei/identities: NAME.pem holds the private key and its certificate in one file, mode 0600, so that both
 * change at once; NAME.ca.pem the authorities to trust.  A key that waits for its certificate lies in WHAT.next.pem from before the
 * request is sent until the certificate is there: whoever is interrupted goes on with the same key, and gets the same certificate.
 */
#pragma once
#include "run.h"

#include <stdint.h>

struct rk_identity_files {
	const char *pair, *ca, *lock;
};

struct rk_identity_facts {
	char uri[256];
	char serial[48];
	int64_t not_before, not_after; /* seconds since 1970 */
};

/* The files of a name; NULL members without a home. */
struct rk_identity_files rk_identity_files(struct rk_run *run, const char *name);
/* The same, of the file of a key and its certificate. */
struct rk_identity_files rk_identity_files_of(struct rk_run *run, const char *pair);
/* The file of a key that waits: what tells one wait from another may be anything. */
const char *rk_identity_waiting(struct rk_run *run, const char *what);
/* Whether the run's certificate and key are one file of ours, so that they can be renewed here. */
bool rk_identity_is_ours(struct rk_run *run);

/* Errors: RK_FAILED_PRECONDITION CERTIFICATE_BAD. */
RK_MUST_USE enum rk_status rk_identity_read(
	const char *path, struct rk_identity_facts *facts, struct rk_err *err);
/* The key in waiting, made and on disk if it was not there; appends a request for a certificate over it (PKCS#10, DER).
 * Errors: RK_DATA_LOSS FILE_NOT_WRITTEN, RK_FAILED_PRECONDITION CERTIFICATE_BAD the file holds no key. */
RK_MUST_USE enum rk_status rk_identity_request(
	const char *waiting, struct rk_buf *csr, struct rk_err *err);
/* The key in waiting and its certificate become files, the authorities first.
 * Errors: RK_INTERNAL SERVER_ANSWER_BAD the certificate is not one over this key by one of the authorities; as above. */
RK_MUST_USE enum rk_status rk_identity_settle(const char *waiting, const char *certificate_pem,
	const char *ca_pem, const struct rk_identity_files *files, struct rk_err *err);
/* The same key in both files. */
bool rk_identity_same_key(const char *one, const char *other);
/* The one name in a certificate; "" when there is not exactly one. */
void rk_identity_uri(const char *certificate_pem, char out[256]);
/* "2016-07-15", the day in Japan. */
const char *rk_identity_day(struct rk_run *run, int64_t seconds);
/* "AB:CD:...", or without colons and in any case, to 32 bytes. */
RK_MUST_USE bool rk_fingerprint_parse(const char *text, uint8_t out[32]);
/* 64 hexadecimal digits as people compare them: "AB:CD:...". */
const char *rk_fingerprint_text(struct rk_run *run, const char *hex);
