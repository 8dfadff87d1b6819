/* certs.h - the demo's authority and its certificates, as OpenSSL's strict checks want them (RFC 5280); and the key that signs receipts.
 *
 * Keys are P-256 (the receipt key Ed25519), unencrypted PKCS#8, mode 0600, written whole or not at all.  What exists is
 * used again; a certificate that ends within a tenth of its life, or was signed by another CA, is made anew with its key.
 */
#pragma once
#include "base/err.h"
#include "ca/store.h"

struct rk_certs_ca;

/* The CA in folder/ca.crt and folder/ca.key: v3, CA:TRUE pathlen:0. */
RK_MUST_USE enum rk_status rk_certs_open(
	const char *folder, struct rk_certs_ca **out, struct rk_err *err);
void rk_certs_close(struct rk_certs_ca **certs);
/* folder/NAME.crt and folder/NAME.key for a server: SAN localhost, 127.0.0.1, ::1; serverAuth. */
RK_MUST_USE enum rk_status rk_certs_server(
	struct rk_certs_ca *ca, const char *name, struct rk_ca_facts *facts, struct rk_err *err);
/* The same for a client: exactly one SAN, the URI; clientAuth. */
RK_MUST_USE enum rk_status rk_certs_client(struct rk_certs_ca *ca, const char *name,
	const char *uri, struct rk_ca_facts *facts, struct rk_err *err);
/* folder/receipt.key and folder/receipt.pub.pem; key_id = first 16 hexadecimal digits of the SHA-256 of the public key's
 * SubjectPublicKeyInfo (DER). */
RK_MUST_USE enum rk_status rk_certs_receipt(
	const char *folder, char key_id[17], struct rk_err *err);
