/* certs.h - authorities and leaves made by libcrypto for a test, in a folder of their own. */
#pragma once
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct test_cert {
	X509 *cert;
	EVP_PKEY *key;
	char cert_path[128];
	char key_path[128];
};

/* What a leaf says; san as OpenSSL writes it ("URI:renkei://demo/municipality/401005,DNS:localhost"). */
struct test_leaf {
	const char *name; /* also the files' name */
	const char *san;
	const char *eku;      /* "clientAuth", NULL = none */
	int from_day, to_day; /* from now; 0, 0 = valid for a day */
	long serial;
};

static inline void test_extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert(extension);
	(void)X509_add_ext(cert, extension, -1);
	X509_EXTENSION_free(extension);
}

static inline void test_write(const char *folder, const char *name, struct test_cert *made)
{
	FILE *file;

	(void)snprintf(made->cert_path, sizeof made->cert_path, "%s/%s.pem", folder, name);
	(void)snprintf(made->key_path, sizeof made->key_path, "%s/%s.key", folder, name);
	file = fopen(made->cert_path, "w");
	assert(file && PEM_write_X509(file, made->cert));
	(void)fclose(file);
	file = fopen(made->key_path, "w");
	assert(file && PEM_write_PrivateKey(file, made->key, NULL, NULL, 0, NULL, NULL));
	(void)fclose(file);
	(void)chmod(made->key_path, 0600);
}

static inline X509 *test_cert_begin(
	const char *name, EVP_PKEY *key, long serial, int from_day, int to_day)
{
	X509 *cert = X509_new();

	assert(cert && X509_set_version(cert, 2) && X509_set_pubkey(cert, key));
	(void)ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
	(void)X509_gmtime_adj(X509_getm_notBefore(cert), from_day * 86400L);
	(void)X509_gmtime_adj(X509_getm_notAfter(cert), to_day * 86400L);
	(void)X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_UTF8,
		(const unsigned char *)name, -1, -1, 0);
	return cert;
}

static inline struct test_cert test_ca(const char *folder, const char *name)
{
	struct test_cert made = {.key = EVP_EC_gen("P-256")};

	made.cert = test_cert_begin(name, made.key, 1, -2, 30);
	(void)X509_set_issuer_name(made.cert, X509_get_subject_name(made.cert));
	test_extend(made.cert, made.cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
	test_extend(made.cert, made.cert, NID_key_usage, "critical,keyCertSign,cRLSign");
	test_extend(made.cert, made.cert, NID_subject_key_identifier, "hash");
	assert(X509_sign(made.cert, made.key, EVP_sha256()));
	test_write(folder, name, &made);
	return made;
}

static inline struct test_cert test_issue(
	const char *folder, const struct test_cert *ca, const struct test_leaf *leaf)
{
	struct test_cert made = {.key = EVP_EC_gen("P-256")};
	bool fresh = leaf->from_day == 0 && leaf->to_day == 0;

	made.cert = test_cert_begin(leaf->name, made.key, leaf->serial ? leaf->serial : 2,
		fresh ? -1 : leaf->from_day, fresh ? 1 : leaf->to_day);
	(void)X509_set_issuer_name(made.cert, X509_get_subject_name(ca->cert));
	test_extend(made.cert, ca->cert, NID_basic_constraints, "critical,CA:FALSE");
	test_extend(made.cert, ca->cert, NID_key_usage, "critical,digitalSignature");
	test_extend(made.cert, ca->cert, NID_subject_key_identifier, "hash");
	test_extend(made.cert, ca->cert, NID_authority_key_identifier, "keyid:always");
	if (leaf->eku)
		test_extend(made.cert, ca->cert, NID_ext_key_usage, leaf->eku);
	if (leaf->san)
		test_extend(made.cert, ca->cert, NID_subject_alt_name, leaf->san);
	assert(X509_sign(made.cert, ca->key, EVP_sha256()));
	test_write(folder, leaf->name, &made);
	return made;
}

/* A revocation list of one serial number; its path in out. */
static inline void test_revoke(
	const char *folder, const struct test_cert *ca, long serial, char out[128])
{
	X509_CRL *crl = X509_CRL_new();
	X509_REVOKED *revoked = X509_REVOKED_new();
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	ASN1_TIME *now = ASN1_TIME_set(NULL, time(NULL) - 60);
	ASN1_TIME *next = ASN1_TIME_set(NULL, time(NULL) + 86400);
	FILE *file;

	(void)ASN1_INTEGER_set(number, serial);
	(void)X509_REVOKED_set_serialNumber(revoked, number);
	(void)X509_REVOKED_set_revocationDate(revoked, now);
	(void)X509_CRL_set_version(crl, 1);
	(void)X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca->cert));
	(void)X509_CRL_set1_lastUpdate(crl, now);
	(void)X509_CRL_set1_nextUpdate(crl, next);
	(void)X509_CRL_add0_revoked(crl, revoked);
	(void)ASN1_INTEGER_set(number, 1);
	(void)X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0);
	X509V3_CTX ctx;
	X509_EXTENSION *key_id;

	X509V3_set_ctx(&ctx, ca->cert, NULL, NULL, crl, 0);
	key_id = X509V3_EXT_conf_nid(NULL, &ctx, NID_authority_key_identifier, "keyid:always");
	(void)X509_CRL_add_ext(crl, key_id, -1);
	X509_EXTENSION_free(key_id);
	assert(X509_CRL_sign(crl, ca->key, EVP_sha256()));
	(void)snprintf(out, 128, "%s/crl.pem", folder);
	file = fopen(out, "w");
	assert(file && PEM_write_X509_CRL(file, crl));
	(void)fclose(file);
	ASN1_INTEGER_free(number);
	ASN1_TIME_free(now);
	ASN1_TIME_free(next);
	X509_CRL_free(crl);
}

static inline void test_cert_clear(struct test_cert *made)
{
	X509_free(made->cert);
	EVP_PKEY_free(made->key);
	(void)unlink(made->cert_path);
	(void)unlink(made->key_path);
	memset(made, 0, sizeof *made);
}
