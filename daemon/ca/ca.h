/* ca.h - an authority: its certificates, the key it signs with, and what it signs.
 *
 * The certificates stand in one file, the present one and those from before a rotation; the key belongs to one of them.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "ca/make.h"
#include "ca/request.h"

struct rk_ca;

/* What a certificate says; uri or hosts, never both. */
struct rk_ca_leaf {
	const char *common_name;
	const char *uri;   /* of a client */
	const char *hosts; /* of a server, as OpenSSL writes them: "DNS:localhost,IP:::1" */
	const char *serial;
	int64_t not_before, not_after;
};

/* Errors: RK_FAILED_PRECONDITION naming the file: a key that others can read, no certificate, or none that the key belongs to. */
RK_MUST_USE enum rk_status rk_ca_open(
	const char *certs_path, const char *key_path, struct rk_ca **out, struct rk_err *err);
void rk_ca_close(struct rk_ca **ca);
/* All its certificates, PEM; the name of the one that signs, RFC 2253; its end, seconds since 1970. */
const char *rk_ca_pem(const struct rk_ca *ca);
const char *rk_ca_issuer(const struct rk_ca *ca);
int64_t rk_ca_ends(const struct rk_ca *ca);
/* The certificate that signs, borrowed. */
X509 *rk_ca_cert(const struct rk_ca *ca);

/* rk_ca_sign makes a certificate for key; the caller frees it.
 * Errors: RK_INVALID_ARGUMENT a URI or a host that OpenSSL's notation would take for several. */
RK_MUST_USE enum rk_status rk_ca_sign(const struct rk_ca *ca, EVP_PKEY *key,
	const struct rk_ca_leaf *leaf, X509 **out, struct rk_err *err);
/* rk_ca_issue does it for the key of a request and appends the certificate as PEM. */
RK_MUST_USE enum rk_status rk_ca_issue(const struct rk_ca *ca, const struct rk_ca_request *request,
	const struct rk_ca_leaf *leaf, struct rk_buf *pem, struct rk_err *err);
