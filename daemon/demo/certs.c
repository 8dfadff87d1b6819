#include "demo/certs.h"

#include "base/digest.h"
#include "ca/folder.h"

#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct rk_certs_ca {
	char *folder;
	struct rk_ca *ca;
};

/* Nine tenths of its life are left for use, one tenth to renew it in. */
static bool still_good(X509 *cert)
{
	int64_t from = rk_ca_seconds(X509_get0_notBefore(cert)),
		to = rk_ca_seconds(X509_get0_notAfter(cert));
	int64_t now = (int64_t)time(NULL);

	return from <= now && now < to - (to - from) / 10;
}

static enum rk_status open_or_make(struct rk_certs_ca *certs, struct rk_err *err)
{
	struct rk_err why;

	if (rk_ca_folder_open(certs->folder, &certs->ca, &why) == RK_OK &&
		still_good(rk_ca_cert(certs->ca)))
		return RK_OK;
	rk_ca_close(&certs->ca);
	RK_TRY(rk_ca_folder_make(certs->folder, "renkei demo CA", RK_CA_DAYS, err));
	return rk_ca_folder_open(certs->folder, &certs->ca, err);
}

enum rk_status rk_certs_open(const char *folder, struct rk_certs_ca **out, struct rk_err *err)
{
	struct rk_certs_ca *certs = calloc(1, sizeof(*certs));
	enum rk_status status;

	if (!certs)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a CA");
	certs->folder = strdup(folder);
	status = certs->folder ? open_or_make(certs, err)
			       : rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a CA");
	if (status == RK_OK)
		*out = certs;
	else
		rk_certs_close(&certs);
	return status;
}

void rk_certs_close(struct rk_certs_ca **certs)
{
	if (!*certs)
		return;
	rk_ca_close(&(*certs)->ca);
	free((*certs)->folder);
	free(*certs);
	*certs = NULL;
}

/* A leaf that another CA signed, or whose name is not the one wanted, is as good as none. */
static bool leaf_fits(const struct rk_certs_ca *ca, X509 *cert, EVP_PKEY *key, const char *uri)
{
	GENERAL_NAMES *names;
	bool fits = true;

	if (!cert || !key || !still_good(cert) || X509_check_private_key(cert, key) != 1 ||
		X509_verify(cert, X509_get0_pubkey(rk_ca_cert(ca->ca))) != 1)
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

static enum rk_status leaf_make(struct rk_certs_ca *ca, const char *cert_path, const char *key_path,
	struct rk_ca_leaf *leaf, X509 **cert, struct rk_err *err)
{
	char serial[RK_SERIAL_HEX];
	EVP_PKEY *key = EVP_EC_gen("P-256");
	enum rk_status status = key && rk_ca_serial(serial) ? RK_OK : rk_ca_fail("a key", err);

	leaf->serial = serial;
	/* An hour back: the clocks of two offices differ. */
	leaf->not_before = (int64_t)time(NULL) - 3600;
	leaf->not_after = leaf->not_before + INT64_C(86400) * RK_CA_LEAF_DAYS;
	if (status == RK_OK)
		status = rk_ca_sign(ca->ca, key, leaf, cert, err);
	/* The key first: a certificate without its key would be of no use, the other way round it is made again. */
	if (status == RK_OK)
		status = rk_ca_write_key(key_path, key, err);
	if (status == RK_OK)
		status = rk_ca_write_cert(cert_path, *cert, err);
	leaf->serial = NULL;
	EVP_PKEY_free(key);
	return status;
}

static enum rk_status leaf(struct rk_certs_ca *ca, struct rk_ca_leaf *leaf,
	struct rk_ca_facts *facts, struct rk_err *err)
{
	char cert_path[PATH_MAX], key_path[PATH_MAX];
	X509 *cert;
	EVP_PKEY *key;
	enum rk_status status = RK_OK;

	RK_TRY(rk_ca_path(cert_path, ca->folder, leaf->common_name, ".crt", err));
	RK_TRY(rk_ca_path(key_path, ca->folder, leaf->common_name, ".key", err));
	cert = rk_ca_read_cert(cert_path);
	key = rk_ca_read_key(key_path);
	if (!leaf_fits(ca, cert, key, leaf->uri)) {
		X509_free(cert);
		cert = NULL;
		status = leaf_make(ca, cert_path, key_path, leaf, &cert, err);
	}
	if (status == RK_OK)
		status = rk_ca_facts_of(cert, facts, err);
	X509_free(cert);
	EVP_PKEY_free(key);
	return status;
}

enum rk_status rk_certs_server(
	struct rk_certs_ca *ca, const char *name, struct rk_ca_facts *facts, struct rk_err *err)
{
	struct rk_ca_leaf wanted = {
		.common_name = name, .hosts = "DNS:localhost,IP:127.0.0.1,IP:::1"};

	return leaf(ca, &wanted, facts, err);
}

enum rk_status rk_certs_client(struct rk_certs_ca *ca, const char *name, const char *uri,
	struct rk_ca_facts *facts, struct rk_err *err)
{
	struct rk_ca_leaf wanted = {.common_name = name, .uri = uri};

	return leaf(ca, &wanted, facts, err);
}

enum rk_status rk_certs_receipt(const char *folder, char key_id[17], struct rk_err *err)
{
	char key_path[PATH_MAX], public_path[PATH_MAX], digest[RK_SHA256_HEX];
	unsigned char *der = NULL;
	EVP_PKEY *key;
	int len;
	enum rk_status status = RK_OK;

	RK_TRY(rk_ca_path(key_path, folder, "receipt", ".key", err));
	RK_TRY(rk_ca_path(public_path, folder, "receipt", ".pub.pem", err));
	key = rk_ca_read_key(key_path);
	/* Receipts already given rest on this key: one that cannot be read is never written over. */
	if (!key && access(key_path, F_OK) == 0)
		return rk_fail(err, RK_FAILED_PRECONDITION, "%s: not a private key", key_path);
	if (!key) {
		key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		status = key ? rk_ca_write_key(key_path, key, err) : rk_ca_fail("receipt key", err);
	}
	if (status == RK_OK)
		status = rk_ca_write_public(public_path, key, err);
	len = status == RK_OK ? i2d_PUBKEY(key, &der) : 0;
	if (len > 0) {
		rk_sha256_hex(rk_slice_of(der, (size_t)len), digest);
		(void)snprintf(key_id, 17, "%.16s", digest);
	} else if (status == RK_OK) {
		status = rk_ca_fail("receipt key", err);
	}
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return status;
}
