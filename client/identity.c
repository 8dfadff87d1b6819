#include "identity.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/text.h"
#include "form/file.h"
#include "link/tls.h"
#include "link/tls_files.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctype.h>
#include <string.h>
#include <unistd.h>

static void bio_free(BIO **bio)
{
	BIO_free(*bio);
}

static void cert_free(X509 **cert)
{
	X509_free(*cert);
}

static void key_free(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void csr_free(X509_REQ **csr)
{
	X509_REQ_free(*csr);
}

static const char *path_of(struct rk_run *run, const char *name, const char *suffix)
{
	char *folder = rk_profile_config_dir(&run->arena);

	return folder ? rk_run_printf(run, "%s/identities/%s%s", folder, name, suffix) : NULL;
}

struct rk_identity_files rk_identity_files_of(struct rk_run *run, const char *pair)
{
	int len = (int)(strlen(pair) - strlen(".pem"));

	return (struct rk_identity_files){
		.pair = pair,
		.ca = rk_run_printf(run, "%.*s.ca.pem", len, pair),
		.lock = rk_run_printf(run, "%.*s.lock", len, pair),
	};
}

struct rk_identity_files rk_identity_files(struct rk_run *run, const char *name)
{
	const char *pair = path_of(run, name, ".pem");

	return pair ? rk_identity_files_of(run, pair) : (struct rk_identity_files){0};
}

const char *rk_identity_waiting(struct rk_run *run, const char *what)
{
	char digest[RK_SHA256_HEX];

	rk_sha256_hex(rk_slice_str(what), digest);
	return path_of(run, rk_run_printf(run, "%.16s", digest), ".next.pem");
}

bool rk_identity_is_ours(struct rk_run *run)
{
	const struct rk_profile *profile = &run->profile;
	const char *folder = path_of(run, "", "");

	return folder && profile->cert && profile->key &&
		strcmp(profile->cert, profile->key) == 0 &&
		strncmp(profile->cert, folder, strlen(folder)) == 0 &&
		strlen(profile->cert) > strlen(folder) + strlen(".pem") &&
		strcmp(profile->cert + strlen(profile->cert) - strlen(".pem"), ".pem") == 0;
}

static enum rk_status bad_file(
	const char *path, const char *what, const char *cause, struct rk_err *err)
{
	ERR_clear_error();
	return rk_err_values(err,
		rk_fail_reason(
			err, RK_FAILED_PRECONDITION, "CERTIFICATE_BAD", "%s: %s", path, what),
		"cause=%s\nfile=%s", cause, path);
}

static X509 *read_cert(const char *path)
{
	RK_AUTO(bio_free) BIO *bio = BIO_new_file(path, "r");
	X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, "") : NULL;

	ERR_clear_error();
	return cert;
}

static X509 *cert_of(const char *pem)
{
	RK_AUTO(bio_free) BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, "") : NULL;

	ERR_clear_error();
	return cert;
}

enum rk_status rk_identity_read(
	const char *path, struct rk_identity_facts *facts, struct rk_err *err)
{
	RK_AUTO(cert_free) X509 *cert = read_cert(path);
	struct rk_tls_peer peer;

	if (!cert)
		return bad_file(path, "holds no certificate", "CERTIFICATE_NONE", err);
	RK_TRY(rk_tls_cert(cert, &peer, err));
	memcpy(facts->uri, peer.uri, sizeof facts->uri);
	memcpy(facts->serial, peer.serial, sizeof facts->serial);
	facts->not_before = rk_tls_seconds(X509_get0_notBefore(cert));
	facts->not_after = peer.expires;
	return RK_OK;
}

static enum rk_status write_key(const char *path, EVP_PKEY *key, struct rk_err *err)
{
	RK_AUTO(bio_free) BIO *bio = BIO_new(BIO_s_secmem());
	char *at;
	long len = bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1
		? BIO_get_mem_data(bio, &at)
		: 0;

	if (len <= 0)
		return bad_file(path, "a key cannot be made", "KEY_NOT_MADE", err);
	return rk_file_write(path, rk_slice_of(at, (size_t)len), 0600, err);
}

static enum rk_status read_key(const char *path, EVP_PKEY **key, struct rk_err *err)
{
	enum rk_status status = rk_tls_read_key(path, key, err);

	if (status != RK_OK)
		snprintf(err->reason, sizeof err->reason, "CERTIFICATE_BAD");
	return status;
}

/* One that is there may be certified already: when it cannot be read that is said, and none is made in its place. */
static enum rk_status waiting_key(const char *path, EVP_PKEY **key, struct rk_err *err)
{
	if (access(path, F_OK) == 0)
		return read_key(path, key, err);
	*key = EVP_EC_gen("P-256");
	if (!*key)
		return bad_file(path, "a key cannot be made", "KEY_NOT_MADE", err);
	return write_key(path, *key, err);
}

static X509_REQ *make_request(EVP_PKEY *key)
{
	X509_REQ *csr = X509_REQ_new();

	/* The server takes only the key. */
	if (csr && X509_REQ_set_version(csr, X509_REQ_VERSION_1) == 1 &&
		X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(csr), "CN", MBSTRING_ASC,
			(const unsigned char *)"renkei", -1, -1, 0) == 1 &&
		X509_REQ_set_pubkey(csr, key) == 1 && X509_REQ_sign(csr, key, EVP_sha256()) > 0)
		return csr;
	X509_REQ_free(csr);
	return NULL;
}

enum rk_status rk_identity_request(const char *waiting, struct rk_buf *csr, struct rk_err *err)
{
	RK_AUTO(key_free) EVP_PKEY *key = NULL;
	RK_AUTO(csr_free) X509_REQ *request = NULL;
	unsigned char *der = NULL;
	int len;

	RK_TRY(waiting_key(waiting, &key, err));
	request = make_request(key);
	len = request ? i2d_X509_REQ(request, &der) : 0;
	enum rk_status status = len > 0
		? rk_buf_add(csr, der, (size_t)len)
		: bad_file(waiting, "a request for a certificate cannot be made", "KEY_NOT_MADE",
			  err);

	OPENSSL_free(der);
	if (status == RK_RESOURCE_EXHAUSTED)
		rk_fail(err, status, "out of memory");
	return status;
}

static bool is_signed_by_one_of(X509 *cert, const char *ca_pem)
{
	RK_AUTO(bio_free) BIO *bio = BIO_new_mem_buf(ca_pem, -1);
	bool found = false;
	X509 *ca;

	while (bio && !found && (ca = PEM_read_bio_X509(bio, NULL, NULL, ""))) {
		found = X509_check_issued(ca, cert) == X509_V_OK &&
			X509_verify(cert, X509_get0_pubkey(ca)) == 1;
		X509_free(ca);
	}
	ERR_clear_error();
	return found;
}

static enum rk_status write_pair(const char *path, EVP_PKEY *key, X509 *cert, struct rk_err *err)
{
	RK_AUTO(bio_free) BIO *bio = BIO_new(BIO_s_secmem());
	char *at;
	long len = bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1 &&
			PEM_write_bio_X509(bio, cert) == 1
		? BIO_get_mem_data(bio, &at)
		: 0;

	if (len <= 0)
		return bad_file(path, "key and certificate cannot be written", "KEY_NOT_MADE", err);
	return rk_file_write(path, rk_slice_of(at, (size_t)len), 0600, err);
}

enum rk_status rk_identity_settle(const char *waiting, const char *certificate_pem,
	const char *ca_pem, const struct rk_identity_files *files, struct rk_err *err)
{
	RK_AUTO(key_free) EVP_PKEY *key = NULL;
	RK_AUTO(cert_free) X509 *cert = cert_of(certificate_pem);

	RK_TRY(read_key(waiting, &key, err));
	if (!cert || X509_check_private_key(cert, key) != 1 || !is_signed_by_one_of(cert, ca_pem)) {
		ERR_clear_error();
		return rk_fail_reason(err, RK_INTERNAL, "SERVER_ANSWER_BAD",
			"what it sent is no certificate over the key of the request");
	}
	RK_TRY(rk_file_write(files->ca, rk_slice_str(ca_pem), 0600, err));
	return write_pair(files->pair, key, cert, err);
}

bool rk_identity_same_key(const char *one, const char *other)
{
	RK_AUTO(key_free) EVP_PKEY *a = NULL;
	RK_AUTO(key_free) EVP_PKEY *b = NULL;
	struct rk_err err;

	return access(one, F_OK) == 0 && access(other, F_OK) == 0 &&
		rk_tls_read_key(one, &a, &err) == RK_OK &&
		rk_tls_read_key(other, &b, &err) == RK_OK && EVP_PKEY_eq(a, b) == 1;
}

void rk_identity_uri(const char *certificate_pem, char out[256])
{
	RK_AUTO(cert_free) X509 *cert = cert_of(certificate_pem);
	struct rk_tls_peer peer = {0};
	struct rk_err err;

	out[0] = '\0';
	if (cert && rk_tls_cert(cert, &peer, &err) == RK_OK)
		memcpy(out, peer.uri, sizeof peer.uri);
}

const char *rk_identity_day(struct rk_run *run, int64_t seconds)
{
	int32_t day = rk_clock_japan_date(seconds * 1000000);

	return rk_run_printf(run, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
}

bool rk_fingerprint_parse(const char *text, uint8_t out[32])
{
	RK_AUTO(rk_buf_clear) struct rk_buf digits = {0}, bytes = {0};

	for (; *text; text++)
		if (*text != ':' && *text != ' ' && rk_buf_add(&digits, text, 1) != RK_OK)
			return false;
	if (digits.len != 64 || !rk_text_unhex(&bytes, rk_buf_slice(&digits)))
		return false;
	memcpy(out, bytes.at, 32);
	return true;
}

/* toupper is a macro of many branches. */
static char upper(char c)
{
	return (char)toupper((unsigned char)c);
}

const char *rk_fingerprint_text(struct rk_run *run, const char *hex)
{
	size_t len = strlen(hex);
	char *out = rk_run_alloc(run, len * 3 / 2 + 2), *at = out;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && i % 2 == 0)
			*at++ = ':';
		*at++ = upper(hex[i]);
	}
	*at = '\0';
	return out;
}
