/* make.h - one certificate from a recipe. */
#pragma once
#include <openssl/x509.h>

#include <stdbool.h>
#include <stdint.h>

#define RK_SERIAL_HEX 33 /* with the NUL */

struct rk_ca_extension {
	int nid;
	const char *value; /* OpenSSL's notation */
};

struct rk_ca_recipe {
	const char *organisation; /* NULL: none */
	const char *common_name;
	const char *serial;                       /* hexadecimal */
	int64_t not_before, not_after;            /* seconds since 1970 */
	const struct rk_ca_extension *extensions; /* ended by {0} */
};

/* 128 random bits but the first two, hexadecimal: positive, and as long as any other (RFC 5280, 4.1.2.2); false without randomness. */
bool rk_ca_serial(char out[RK_SERIAL_HEX]);

/* A v3 certificate for key, signed with SHA-256; issuer NULL: self-signed.  NULL on failure, with OpenSSL's error queue saying why. */
X509 *rk_ca_make(
	const struct rk_ca_recipe *recipe, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key);
