#include "demo/certs.h"

#include "base/digest.h"
#include "demo/certs_make.h"
#include "demo/disk.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CA_DAYS = 3650, LEAF_DAYS = 825 };

struct rk_certs_ca {
	char *folder;
	X509 *cert;
	EVP_PKEY *key;
};

static enum rk_status fail_crypto(const char *what, struct rk_err *err)
{
	char text[160];

	ERR_error_string_n(ERR_peek_last_error(), text, sizeof(text));
	ERR_clear_error();
	return rk_fail(err, RK_INTERNAL, "%s: %s", what, text);
}

static enum rk_status path_of(char path[PATH_MAX], const char *folder, const char *name,
	const char *suffix, struct rk_err *err)
{
	if (snprintf(path, PATH_MAX, "%s/%s%s", folder, name, suffix) >= PATH_MAX)
		return rk_fail(err, RK_INVALID_ARGUMENT, "%s: the path is too long", folder);
	return RK_OK;
}

/* NULL when it is not there or not whole: then it is made. */
static X509 *read_cert(const char *path)
{
	FILE *file = fopen(path, "re");
	X509 *cert = file ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;

	if (file)
		(void)fclose(file);
	ERR_clear_error();
	return cert;
}

/* A key that asks for a passphrase is not one of ours. */
static int no_passphrase(char *buf, int size, int write, void *arg)
{
	(void)buf;
	(void)size;
	(void)write;
	(void)arg;
	return -1;
}

static EVP_PKEY *read_key(const char *path)
{
	FILE *file = fopen(path, "re");
	EVP_PKEY *key = file ? PEM_read_PrivateKey(file, NULL, no_passphrase, NULL) : NULL;

	if (file)
		(void)fclose(file);
	ERR_clear_error();
	return key;
}

static enum rk_status write_bio(
	const char *path, mode_t mode, BIO *bio, int made, struct rk_err *err)
{
	char *at;
	long len = made == 1 ? BIO_get_mem_data(bio, &at) : 0;
	enum rk_status status = len > 0
		? rk_disk_write(path, mode, rk_slice_of(at, (size_t)len), err)
		: fail_crypto(path, err);

	BIO_free(bio);
	return status;
}

static enum rk_status write_cert(const char *path, X509 *cert, struct rk_err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());

	return write_bio(path, 0644, bio, bio && PEM_write_bio_X509(bio, cert), err);
}

static enum rk_status write_key(const char *path, EVP_PKEY *key, struct rk_err *err)
{
	BIO *bio = BIO_new(BIO_s_secmem());

	return write_bio(path, 0600, bio,
		bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), err);
}

static int64_t seconds_of(const ASN1_TIME *time)
{
	struct tm tm = {0};

	return ASN1_TIME_to_tm(time, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

/* Nine tenths of its life are left for use, one tenth to renew it in. */
static bool still_good(X509 *cert)
{
	int64_t from = seconds_of(X509_get0_notBefore(cert)),
		to = seconds_of(X509_get0_notAfter(cert));
	int64_t now = (int64_t)time(NULL);

	return from <= now && now < to - (to - from) / 10;
}

static enum rk_status facts_of(X509 *cert, struct rk_certs_facts *facts, struct rk_err *err)
{
	unsigned char *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
	BIGNUM *serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert), NULL);
	char *hex = serial ? BN_bn2hex(serial) : NULL;
	BIO *bio = BIO_new(BIO_s_mem());
	bool fine = len > 0 && hex && bio &&
		X509_NAME_print_ex(bio, X509_get_issuer_name(cert), 0, XN_FLAG_RFC2253) >= 0;

	if (fine) {
		int got = BIO_read(bio, facts->issuer, (int)sizeof(facts->issuer) - 1);

		facts->issuer[got > 0 ? got : 0] = '\0';
		rk_sha256_hex(rk_slice_of(der, (size_t)len), facts->spki_sha256);
		(void)snprintf(facts->serial, sizeof(facts->serial), "%s", hex);
		facts->not_after = seconds_of(X509_get0_notAfter(cert));
	}
	OPENSSL_free(der);
	OPENSSL_free(hex);
	BN_free(serial);
	BIO_free(bio);
	return fine ? RK_OK : fail_crypto("certificate", err);
}

static enum rk_status ca_make(
	struct rk_certs_ca *ca, const char *cert, const char *key, struct rk_err *err)
{
	static const struct rk_certs_extension extensions[] = {
		{NID_basic_constraints,        "critical,CA:TRUE,pathlen:0"  },
		{NID_key_usage,                "critical,keyCertSign,cRLSign"},
		{NID_subject_key_identifier,   "hash"                        },
		{NID_authority_key_identifier, "keyid:always"                },
		{0,			    NULL			  },
	};
	const struct rk_certs_recipe recipe = {
		.common_name = "renkei demo CA", .days = CA_DAYS, .extensions = extensions};

	ca->key = EVP_EC_gen("P-256");
	ca->cert = ca->key ? rk_certs_make(&recipe, ca->key, NULL, ca->key) : NULL;
	if (!ca->cert)
		return fail_crypto("CA", err);
	RK_TRY(write_key(key, ca->key, err));
	return write_cert(cert, ca->cert, err);
}

enum rk_status rk_certs_open(const char *folder, struct rk_certs_ca **out, struct rk_err *err)
{
	struct rk_certs_ca *ca = calloc(1, sizeof(*ca));
	char cert[PATH_MAX], key[PATH_MAX];
	enum rk_status status = RK_OK;

	if (!ca || !(ca->folder = strdup(folder))) {
		rk_certs_close(&ca);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a CA");
	}
	status = path_of(cert, folder, "ca", ".crt", err);
	if (status == RK_OK)
		status = path_of(key, folder, "ca", ".key", err);
	if (status == RK_OK) {
		ca->cert = read_cert(cert);
		ca->key = read_key(key);
		if (!ca->cert || !ca->key || !still_good(ca->cert) ||
			X509_check_private_key(ca->cert, ca->key) != 1) {
			X509_free(ca->cert);
			EVP_PKEY_free(ca->key);
			ca->cert = NULL;
			ca->key = NULL;
			status = ca_make(ca, cert, key, err);
		}
	}
	if (status == RK_OK)
		*out = ca;
	else
		rk_certs_close(&ca);
	return status;
}

void rk_certs_close(struct rk_certs_ca **ca)
{
	if (!*ca)
		return;
	X509_free((*ca)->cert);
	EVP_PKEY_free((*ca)->key);
	free((*ca)->folder);
	free(*ca);
	*ca = NULL;
}

/* A leaf that another CA signed, or whose name is not the one wanted, is as good as none. */
static bool leaf_fits(const struct rk_certs_ca *ca, X509 *cert, EVP_PKEY *key, const char *uri)
{
	GENERAL_NAMES *names;
	bool fits = true;

	if (!cert || !key || !still_good(cert) || X509_check_private_key(cert, key) != 1 ||
		X509_verify(cert, X509_get0_pubkey(ca->cert)) != 1)
		return false;
	if (!uri)
		return true;
	names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	if (sk_GENERAL_NAME_num(names) != 1) {
		fits = false;
	} else {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, 0);

		fits = name->type == GEN_URI &&
			(size_t)ASN1_STRING_length(name->d.ia5) == strlen(uri) &&
			memcmp(ASN1_STRING_get0_data(name->d.ia5), uri, strlen(uri)) == 0;
	}
	GENERAL_NAMES_free(names);
	return fits;
}

static enum rk_status leaf(struct rk_certs_ca *ca, const char *name, const char *uri,
	const struct rk_certs_extension *extensions, struct rk_certs_facts *facts,
	struct rk_err *err)
{
	const struct rk_certs_recipe recipe = {
		.common_name = name, .days = LEAF_DAYS, .extensions = extensions};
	char cert_path[PATH_MAX], key_path[PATH_MAX];
	X509 *cert;
	EVP_PKEY *key;
	enum rk_status status = RK_OK;

	RK_TRY(path_of(cert_path, ca->folder, name, ".crt", err));
	RK_TRY(path_of(key_path, ca->folder, name, ".key", err));
	cert = read_cert(cert_path);
	key = read_key(key_path);
	if (!leaf_fits(ca, cert, key, uri)) {
		X509_free(cert);
		EVP_PKEY_free(key);
		key = EVP_EC_gen("P-256");
		cert = key ? rk_certs_make(&recipe, key, ca->cert, ca->key) : NULL;
		/* The key first: a certificate without its key would be of no use, the other way round it is made again. */
		status = cert ? write_key(key_path, key, err) : fail_crypto(name, err);
		if (status == RK_OK)
			status = write_cert(cert_path, cert, err);
	}
	if (status == RK_OK)
		status = facts_of(cert, facts, err);
	X509_free(cert);
	EVP_PKEY_free(key);
	return status;
}

enum rk_status rk_certs_server(
	struct rk_certs_ca *ca, const char *name, struct rk_certs_facts *facts, struct rk_err *err)
{
	static const struct rk_certs_extension extensions[] = {
		{NID_basic_constraints,        "critical,CA:FALSE"                },
		{NID_key_usage,                "critical,digitalSignature"        },
		{NID_ext_key_usage,            "serverAuth"                       },
		{NID_subject_alt_name,         "DNS:localhost,IP:127.0.0.1,IP:::1"},
		{NID_subject_key_identifier,   "hash"                             },
		{NID_authority_key_identifier, "keyid:always"                     },
		{0,			    NULL			       },
	};

	return leaf(ca, name, NULL, extensions, facts, err);
}

enum rk_status rk_certs_client(struct rk_certs_ca *ca, const char *name, const char *uri,
	struct rk_certs_facts *facts, struct rk_err *err)
{
	char san[512];
	const struct rk_certs_extension extensions[] = {
		{NID_basic_constraints,        "critical,CA:FALSE"        },
		{NID_key_usage,                "critical,digitalSignature"},
		{NID_ext_key_usage,            "clientAuth"               },
		{NID_subject_alt_name,         san                        },
		{NID_subject_key_identifier,   "hash"                     },
		{NID_authority_key_identifier, "keyid:always"             },
		{0,			    NULL                       },
	};

	/* A comma would begin a second name in OpenSSL's notation. */
	if (strpbrk(uri, ", \\") || snprintf(san, sizeof(san), "URI:%s", uri) >= (int)sizeof(san))
		return rk_fail(
			err, RK_INVALID_ARGUMENT, "\"%s\" is not a URI for a certificate", uri);
	return leaf(ca, name, uri, extensions, facts, err);
}

enum rk_status rk_certs_receipt(const char *folder, char key_id[17], struct rk_err *err)
{
	char key_path[PATH_MAX], public_path[PATH_MAX], digest[RK_SHA256_HEX];
	unsigned char *der = NULL;
	EVP_PKEY *key;
	BIO *bio;
	int len;
	enum rk_status status = RK_OK;

	RK_TRY(path_of(key_path, folder, "receipt", ".key", err));
	RK_TRY(path_of(public_path, folder, "receipt", ".pub.pem", err));
	key = read_key(key_path);
	/* Receipts already given rest on this key: one that cannot be read is never written over. */
	if (!key && access(key_path, F_OK) == 0)
		return rk_fail(err, RK_FAILED_PRECONDITION, "%s: not a private key", key_path);
	if (!key) {
		key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		status = key ? write_key(key_path, key, err) : fail_crypto("receipt key", err);
	}
	bio = BIO_new(BIO_s_mem());
	if (status == RK_OK)
		status = write_bio(
			public_path, 0644, bio, bio && PEM_write_bio_PUBKEY(bio, key), err);
	else
		BIO_free(bio);
	len = status == RK_OK ? i2d_PUBKEY(key, &der) : 0;
	if (len > 0) {
		rk_sha256_hex(rk_slice_of(der, (size_t)len), digest);
		(void)snprintf(key_id, 17, "%.16s", digest);
	} else if (status == RK_OK) {
		status = fail_crypto("receipt key", err);
	}
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return status;
}
