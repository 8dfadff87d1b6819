#include "demo/certs_make.h"

#include <openssl/x509v3.h>

#include <stdbool.h>

/* RFC 5280, 4.1.2.2: positive, at most 20 octets; random, so that nobody can guess the next. */
static bool set_serial(X509 *cert)
{
	BIGNUM *number = BN_new();
	bool fine = number && BN_rand(number, 159, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
		BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL;

	BN_free(number);
	return fine;
}

static bool set_subject(X509 *cert, const char *common_name)
{
	X509_NAME *name = X509_get_subject_name(cert);

	return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
		       (const unsigned char *)"renkei demo", -1, -1, 0) == 1 &&
		X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
			(const unsigned char *)common_name, -1, -1, 0) == 1;
}

static bool add_extensions(X509 *cert, X509 *issuer, const struct rk_certs_extension *extensions)
{
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
	for (; extensions->value; extensions++) {
		X509_EXTENSION *extension = X509V3_EXT_conf_nid(
			NULL, &context, extensions->nid, extensions->value);
		bool fine = extension && X509_add_ext(cert, extension, -1) == 1;

		X509_EXTENSION_free(extension);
		if (!fine)
			return false;
	}
	return true;
}

X509 *rk_certs_make(
	const struct rk_certs_recipe *recipe, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
	X509 *cert = X509_new();

	/* An hour back: the clocks of two offices differ. */
	if (cert && X509_set_version(cert, X509_VERSION_3) == 1 && set_serial(cert) &&
		X509_gmtime_adj(X509_getm_notBefore(cert), -60L * 60) &&
		X509_time_adj_ex(X509_getm_notAfter(cert), recipe->days, 0, NULL) &&
		X509_set_pubkey(cert, key) == 1 && set_subject(cert, recipe->common_name) &&
		X509_set_issuer_name(cert, X509_get_subject_name(issuer ? issuer : cert)) == 1 &&
		add_extensions(cert, issuer ? issuer : cert, recipe->extensions) &&
		X509_sign(cert, issuer_key, EVP_sha256()) > 0)
		return cert;
	X509_free(cert);
	return NULL;
}
