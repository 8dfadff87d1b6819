#include "ca/store.h"

#include "base/digest.h"
#include "base/disk.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum rk_status rk_ca_fail(const char *what, struct rk_err *err)
{
	char text[160];

	ERR_error_string_n(ERR_peek_last_error(), text, sizeof(text));
	ERR_clear_error();
	return rk_fail(err, RK_INTERNAL, "%s: %s", what, text);
}

enum rk_status rk_ca_path(char path[PATH_MAX], const char *folder, const char *name,
	const char *suffix, struct rk_err *err)
{
	if (snprintf(path, PATH_MAX, "%s/%s%s", folder, name, suffix) >= PATH_MAX)
		return rk_fail(err, RK_INVALID_ARGUMENT, "%s: the path is too long", folder);
	return RK_OK;
}

X509 *rk_ca_read_cert(const char *path)
{
	FILE *file = fopen(path, "re");
	X509 *cert = file ? PEM_read_X509(file, NULL, NULL, "") : NULL;

	if (file)
		(void)fclose(file);
	ERR_clear_error();
	return cert;
}

/* A key that asks for a passphrase is not one of ours. */
/* NOLINTNEXTLINE(readability-non-const-parameter): OpenSSL's signature */
static int no_passphrase(char *buf, int size, int write, void *arg)
{
	(void)buf;
	(void)size;
	(void)write;
	(void)arg;
	return -1;
}

EVP_PKEY *rk_ca_read_key(const char *path)
{
	FILE *file = fopen(path, "re");
	EVP_PKEY *key = file ? PEM_read_PrivateKey(file, NULL, no_passphrase, NULL) : NULL;

	if (file)
		(void)fclose(file);
	ERR_clear_error();
	return key;
}

STACK_OF(X509) * rk_ca_read_certs(const char *path)
{
	STACK_OF(X509) *certs = sk_X509_new_null();
	FILE *file = fopen(path, "re");
	X509 *cert;

	while (certs && file && (cert = PEM_read_X509(file, NULL, NULL, "")))
		if (!sk_X509_push(certs, cert)) {
			X509_free(cert);
			rk_ca_certs_free(&certs);
		}
	if (file)
		(void)fclose(file);
	ERR_clear_error();
	return certs;
}

void rk_ca_certs_free(STACK_OF(X509) * *certs)
{
	sk_X509_pop_free(*certs, X509_free);
	*certs = NULL;
}

static enum rk_status write_bio(
	const char *path, mode_t mode, BIO *bio, bool made, struct rk_err *err)
{
	char *at;
	long len = made ? BIO_get_mem_data(bio, &at) : 0;
	enum rk_status status = len > 0
		? rk_disk_write(path, mode, rk_slice_of(at, (size_t)len), err)
		: rk_ca_fail(path, err);

	BIO_free(bio);
	return status;
}

enum rk_status rk_ca_write_cert(const char *path, X509 *cert, struct rk_err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());

	return write_bio(path, 0644, bio, bio && PEM_write_bio_X509(bio, cert) == 1, err);
}

enum rk_status rk_ca_write_certs(const char *path, const STACK_OF(X509) * certs, struct rk_err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bool fine = bio != NULL;

	for (int i = 0; fine && i < sk_X509_num(certs); i++)
		fine = PEM_write_bio_X509(bio, sk_X509_value(certs, i)) == 1;
	return write_bio(path, 0644, bio, fine, err);
}

enum rk_status rk_ca_write_key(const char *path, EVP_PKEY *key, struct rk_err *err)
{
	BIO *bio = BIO_new(BIO_s_secmem());

	return write_bio(path, 0600, bio,
		bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1,
		err);
}

enum rk_status rk_ca_write_public(const char *path, EVP_PKEY *key, struct rk_err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());

	return write_bio(path, 0644, bio, bio && PEM_write_bio_PUBKEY(bio, key) == 1, err);
}

enum rk_status rk_ca_write_crls(
	const char *path, const STACK_OF(X509_CRL) * lists, struct rk_err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bool fine = bio != NULL;

	for (int i = 0; fine && i < sk_X509_CRL_num(lists); i++)
		fine = PEM_write_bio_X509_CRL(bio, sk_X509_CRL_value(lists, i)) == 1;
	return write_bio(path, 0644, bio, fine, err);
}

enum rk_status rk_ca_add_pem(struct rk_buf *out, X509 *cert, struct rk_err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *at;
	long len = bio && PEM_write_bio_X509(bio, cert) == 1 ? BIO_get_mem_data(bio, &at) : 0;
	enum rk_status status = len > 0 ? rk_buf_add(out, at, (size_t)len) : RK_RESOURCE_EXHAUSTED;

	BIO_free(bio);
	ERR_clear_error();
	return status == RK_OK ? status : rk_fail(err, status, "no memory for a certificate");
}

int64_t rk_ca_seconds(const ASN1_TIME *time)
{
	struct tm tm = {0};

	return ASN1_TIME_to_tm(time, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

void rk_ca_name(const X509_NAME *name, char *out, size_t size)
{
	BIO *bio = BIO_new(BIO_s_mem());
	int got = 0;

	if (bio && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0)
		got = BIO_read(bio, out, (int)size - 1);
	out[got > 0 ? got : 0] = '\0';
	BIO_free(bio);
}

static void lower(char *out, const char *hex)
{
	while (*hex)
		*out++ = (char)tolower((unsigned char)*hex++);
	*out = '\0';
}

enum rk_status rk_ca_facts_of(X509 *cert, struct rk_ca_facts *facts, struct rk_err *err)
{
	unsigned char *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
	BIGNUM *serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert), NULL);
	char *hex = serial ? BN_bn2hex(serial) : NULL;
	bool fine = len > 0 && hex && strlen(hex) < sizeof facts->serial;

	if (fine) {
		lower(facts->serial, hex);
		rk_ca_name(X509_get_issuer_name(cert), facts->issuer, sizeof facts->issuer);
		rk_sha256_hex(rk_slice_of(der, (size_t)len), facts->spki_sha256);
		facts->not_before = rk_ca_seconds(X509_get0_notBefore(cert));
		facts->not_after = rk_ca_seconds(X509_get0_notAfter(cert));
	}
	OPENSSL_free(der);
	OPENSSL_free(hex);
	BN_free(serial);
	return fine ? RK_OK : rk_ca_fail("certificate", err);
}
