#include "ca/folder.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/disk.h"
#include "base/failpoint.h"
#include "ca/folder_own.h"
#include "link/tls_files.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <string.h>
#include <time.h>
#include <unistd.h>

#define DAY INT64_C(86400)

/* The front of the SHA-256 of a key names its file, and tells two authorities of one name apart. */
static enum rk_status id_of(EVP_PKEY *key, char id[17], struct rk_err *err)
{
	char digest[RK_SHA256_HEX];
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	if (len <= 0)
		return rk_ca_fail("key", err);
	rk_sha256_hex(rk_slice_of(der, (size_t)len), digest);
	OPENSSL_free(der);
	(void)snprintf(id, 17, "%.16s", digest);
	return RK_OK;
}

static enum rk_status make(
	const char *name, int days, EVP_PKEY **key, X509 **cert, struct rk_err *err)
{
	static const struct rk_ca_extension extensions[] = {
		{NID_basic_constraints,        "critical,CA:TRUE,pathlen:0"  },
		{NID_key_usage,                "critical,keyCertSign,cRLSign"},
		{NID_subject_key_identifier,   "hash"                        },
		{NID_authority_key_identifier, "keyid:always"                },
		{0,			    NULL			  },
	};
	char id[17], common_name[65], serial[RK_SERIAL_HEX];
	int64_t now = rk_clock_now_us() / 1000000;

	*key = EVP_EC_gen("P-256");
	if (!*key || !rk_ca_serial(serial))
		return rk_ca_fail("an authority's key cannot be made", err);
	RK_TRY(id_of(*key, id, err));
	/* RFC 5280: a common name has at most 64 characters. */
	(void)snprintf(common_name, sizeof common_name, "%.50s %.8s", name, id);

	const struct rk_ca_recipe recipe = {
		.common_name = common_name,
		.serial = serial,
		.not_before = now - 3600,
		.not_after = now + days * DAY,
		.extensions = extensions,
	};

	*cert = rk_ca_make(&recipe, *key, NULL, *key);
	return *cert ? RK_OK : rk_ca_fail("an authority cannot be made", err);
}

static enum rk_status old_path(
	const char *folder, EVP_PKEY *key, char path[PATH_MAX], struct rk_err *err)
{
	char id[17], name[24];

	RK_TRY(id_of(key, id, err));
	(void)snprintf(name, sizeof name, "ca-%s", id);
	return rk_ca_path(path, folder, name, ".key", err);
}

/* Broken off anywhere, every certificate that is there has its key: the new one's lies beside the present one until it takes its place. */
static enum rk_status keep(
	const char *folder, const STACK_OF(X509) * certs, EVP_PKEY *key, struct rk_err *err)
{
	char path[PATH_MAX], beside[PATH_MAX];

	RK_TRY(old_path(folder, key, beside, err));
	RK_TRY(rk_ca_write_key(beside, key, err));
	RK_FAILPOINT("ca_key_beside");
	RK_TRY(rk_ca_path(path, folder, "ca", ".crt", err));
	RK_TRY(rk_ca_write_certs(path, certs, err));
	RK_FAILPOINT("ca_certs");
	RK_TRY(rk_ca_path(path, folder, "ca", ".key", err));
	RK_TRY(rk_ca_write_key(path, key, err));
	RK_FAILPOINT("ca_key");
	(void)unlink(beside);
	return RK_OK;
}

static enum rk_status make_and_keep(
	const char *folder, const char *name, int days, STACK_OF(X509) * older, struct rk_err *err)
{
	EVP_PKEY *key = NULL;
	X509 *cert = NULL;
	enum rk_status status = make(name, days, &key, &cert, err);

	if (status == RK_OK && sk_X509_unshift(older, cert) <= 0)
		status = rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for an authority");
	else if (status == RK_OK)
		cert = NULL;
	if (status == RK_OK)
		status = keep(folder, older, key, err);
	X509_free(cert);
	EVP_PKEY_free(key);
	return status;
}

enum rk_status rk_ca_folder_make(const char *folder, const char *name, int days, struct rk_err *err)
{
	RK_AUTO(rk_ca_certs_free) STACK_OF(X509) *none = sk_X509_new_null();

	if (!none)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for an authority");
	RK_TRY(rk_disk_folder(folder, 0700, err));
	return make_and_keep(folder, name, days, none, err);
}

enum rk_status rk_ca_folder_init(const char *folder, const char *name, int days, struct rk_err *err)
{
	static const char *const suffixes[] = {".crt", ".key"};
	char path[PATH_MAX];

	for (int i = 0; i < 2; i++) {
		RK_TRY(rk_ca_path(path, folder, "ca", suffixes[i], err));
		if (access(path, F_OK) == 0)
			return rk_fail_reason(err, RK_FAILED_PRECONDITION, "CA_EXISTS",
				"%s is there already; `renkeid ca rotate` puts a new authority beside an old one",
				path);
	}
	return rk_ca_folder_make(folder, name, days, err);
}

/* A key that lies beside the authority that it belongs to was broken off on its way: it goes on.  What was in its place has a copy beside. */
static bool take_place(const char *folder, const char *certs, const char *place)
{
	X509 *cert = rk_ca_read_cert(certs);
	char beside[PATH_MAX];
	bool taken = cert && old_path(folder, X509_get0_pubkey(cert), beside, NULL) == RK_OK &&
		rename(beside, place) == 0;

	X509_free(cert);
	return taken;
}

enum rk_status rk_ca_folder_open(const char *folder, struct rk_ca **out, struct rk_err *err)
{
	char certs[PATH_MAX], key[PATH_MAX];

	RK_TRY(rk_ca_path(certs, folder, "ca", ".crt", err));
	RK_TRY(rk_ca_path(key, folder, "ca", ".key", err));
	if (rk_ca_open(certs, key, out, err) == RK_OK)
		return RK_OK;
	if (!take_place(folder, certs, key))
		return err->status;
	return rk_ca_open(certs, key, out, err);
}

enum rk_status rk_ca_folder_certs(const char *folder, STACK_OF(X509) * *out, struct rk_err *err)
{
	char path[PATH_MAX];

	RK_TRY(rk_ca_path(path, folder, "ca", ".crt", err));
	*out = rk_ca_read_certs(path);
	if (sk_X509_num(*out) > 0)
		return RK_OK;
	return rk_fail(err, RK_FAILED_PRECONDITION,
		"%s: not there, or holds no PEM certificate; `renkeid ca init` makes an authority",
		path);
}

enum rk_status rk_ca_folder_key(const char *folder, X509 *cert, EVP_PKEY **out, struct rk_err *err)
{
	char path[PATH_MAX], name[256];

	RK_TRY(rk_ca_path(path, folder, "ca", ".key", err));
	RK_TRY(rk_tls_read_key(path, out, err));
	if (X509_check_private_key(cert, *out) == 1)
		return RK_OK;
	ERR_clear_error();
	EVP_PKEY_free(*out);
	*out = NULL;
	RK_TRY(old_path(folder, X509_get0_pubkey(cert), path, err));
	if (access(path, F_OK) == 0)
		return rk_tls_read_key(path, out, err);
	rk_ca_name(X509_get_subject_name(cert), name, sizeof name);
	return rk_fail(err, RK_FAILED_PRECONDITION, "%s: the key of %s is missing", path, name);
}

/* Whoever comes after has signed from its own beginning on. */
int64_t rk_ca_folder_until(const STACK_OF(X509) * certs, int index)
{
	int64_t own = rk_ca_seconds(X509_get0_notAfter(sk_X509_value(certs, index)));
	int64_t next = index == 0
		? own
		: rk_ca_seconds(X509_get0_notBefore(sk_X509_value(certs, index - 1))) +
			(RK_CA_LEAF_DAYS + 1) * DAY;

	return next < own ? next : own;
}

bool rk_ca_folder_retire(STACK_OF(X509) * certs)
{
	int64_t now = rk_clock_now_us() / 1000000;
	bool any = false;

	for (int i = sk_X509_num(certs) - 1; i > 0; i--) {
		if (rk_ca_folder_until(certs, i) > now)
			continue;
		X509_free(sk_X509_delete(certs, i));
		any = true;
	}
	return any;
}

enum rk_status rk_ca_folder_rotate(
	const char *folder, const char *name, int days, struct rk_err *err)
{
	RK_AUTO(rk_ca_certs_free) STACK_OF(X509) *certs = NULL;
	RK_AUTO(rk_ca_close) struct rk_ca *ca = NULL;
	EVP_PKEY *key = NULL;
	char path[PATH_MAX];
	enum rk_status status;

	RK_TRY(rk_ca_folder_open(folder, &ca, err));
	RK_TRY(rk_ca_folder_certs(folder, &certs, err));
	RK_TRY(rk_ca_folder_key(folder, rk_ca_cert(ca), &key, err));
	status = old_path(folder, key, path, err);
	if (status == RK_OK)
		status = rk_ca_write_key(path, key, err);
	EVP_PKEY_free(key);
	RK_TRY(status);
	(void)rk_ca_folder_retire(certs);
	return make_and_keep(folder, name, days, certs, err);
}
