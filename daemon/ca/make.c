#include "ca/make.h"

#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <time.h>

bool rk_ca_serial(char out[RK_SERIAL_HEX])
{
	unsigned char bytes[16];

	if (RAND_bytes(bytes, sizeof bytes) != 1)
		return false;
	bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40);
	for (size_t i = 0; i < sizeof bytes; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	return true;
}

static bool set_serial(X509 *cert, const char *serial)
{
	BIGNUM *number = NULL;
	bool fine = BN_hex2bn(&number, serial) > 0 &&
		BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL;

	BN_free(number);
	return fine;
}

static bool add_name(X509_NAME *name, const char *kind, const char *value)
{
	return !value ||
		X509_NAME_add_entry_by_txt(
			name, kind, MBSTRING_UTF8, (const unsigned char *)value, -1, -1, 0) == 1;
}

static bool set_time(ASN1_TIME *time, int64_t seconds)
{
	return ASN1_TIME_set(time, (time_t)seconds) != NULL;
}

static bool add_extensions(X509 *cert, X509 *issuer, const struct rk_ca_extension *extensions)
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

X509 *rk_ca_make(
	const struct rk_ca_recipe *recipe, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
	X509 *cert = X509_new();
	X509_NAME *subject = cert ? X509_get_subject_name(cert) : NULL;

	if (cert && X509_set_version(cert, X509_VERSION_3) == 1 &&
		set_serial(cert, recipe->serial) &&
		set_time(X509_getm_notBefore(cert), recipe->not_before) &&
		set_time(X509_getm_notAfter(cert), recipe->not_after) &&
		X509_set_pubkey(cert, key) == 1 && add_name(subject, "O", recipe->organisation) &&
		add_name(subject, "CN", recipe->common_name) &&
		X509_set_issuer_name(cert, X509_get_subject_name(issuer ? issuer : cert)) == 1 &&
		add_extensions(cert, issuer ? issuer : cert, recipe->extensions) &&
		X509_sign(cert, issuer_key, EVP_sha256()) > 0)
		return cert;
	X509_free(cert);
	return NULL;
}
