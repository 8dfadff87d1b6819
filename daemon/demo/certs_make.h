/* certs_make.h - one certificate from a recipe. */
#pragma once
#include <openssl/x509.h>

struct rk_certs_extension {
	int nid;
	const char *value; /* OpenSSL's notation */
};

struct rk_certs_recipe {
	const char *common_name;
	int days;
	const struct rk_certs_extension *extensions; /* ended by {0} */
};

/* A v3 certificate for key with a random serial of 159 bits, signed with SHA-256; issuer NULL: self-signed.  NULL on
 * failure, with OpenSSL's error queue saying why. */
X509 *rk_certs_make(
	const struct rk_certs_recipe *recipe, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key);
