/* principal.h - certificate to who: the one URI renkei://AUTHORITY/ROLE/ID of a peer.
 *
 * What the principal may do is a row in the database, asked at every call; here stands only what the certificate says.
 */
#pragma once
#include "base/buf.h"
#include "link/tls.h"

#include <stdbool.h>

struct rk_principal {
	char uri[256]; /* empty: the certificate names nobody */
	char authority[96];
	char role[32];
	char id[96];
	uint8_t spki_sha256[RK_SHA256_BYTES];
	char serial[48];
	int64_t expires;  /* seconds since 1970 */
	char address[64]; /* of the peer, for the log */
	uint64_t source;  /* where it comes from, as a number to count by */
};

/* rk_principal_parse cuts renkei://AUTHORITY/ROLE/ID into its parts: letters, digits, '.', '-' and '_' only, no part empty,
 * nothing behind.  False leaves the parts empty. */
RK_MUST_USE bool rk_principal_parse(struct rk_principal *principal, const char *uri);

/* rk_principal_from_peer fills principal from an established connection's certificate, and leaves address and source as they are; a
 * certificate without exactly one well-formed URI gives a principal with an empty uri, whose every call is refused. */
void rk_principal_from_peer(struct rk_principal *principal, const struct rk_tls_peer *peer);

/* rk_principal_from_paper fills principal from the certificate (DER) with whose key a text was signed away from any connection, when tls would
 * take a connection with it now.  Errors: those of rk_tls_paper_check; RK_FAILED_PRECONDITION SEAL_CERTIFICATE_UNKNOWN it names nobody. */
RK_MUST_USE enum rk_status rk_principal_from_paper(struct rk_principal *principal,
	struct rk_tls *tls, struct rk_slice certificate, struct rk_slice text,
	struct rk_slice signature, struct rk_err *err);
