#include "link/tls_files.h"

#include "base/clock.h"
#include "link/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { RSA_BITS = 3072 };

static void bio_free(BIO **bio)
{
	(void)BIO_free(*bio);
}

static void chain_free(STACK_OF(X509) * *chain)
{
	sk_X509_pop_free(*chain, X509_free);
}

static void key_free(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

/* A passphrase would be asked for on the terminal, and a daemon has none. */
/* NOLINTNEXTLINE(readability-non-const-parameter): OpenSSL's signature */
static int no_passphrase(char *out, int size, int writing, void *arg)
{
	(void)out;
	(void)size;
	(void)writing;
	*(bool *)arg = true;
	return 0;
}

/* What is wrong with a file, and which, for those who tell it in other languages. */
static enum rk_status because(
	struct rk_err *err, enum rk_status status, const char *cause, const char *path)
{
	return rk_err_values(err, status, "cause=%s\nfile=%s", cause, path);
}

static enum rk_status file_open(
	const char *what, const char *path, BIO **out, mode_t *mode, struct rk_err *err)
{
	struct stat stat;
	int fd = path && *path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	int error = errno;

	if (!path || !*path)
		return rk_fail(err, RK_FAILED_PRECONDITION, "no %s file is given", what);
	if (fd < 0)
		return because(err,
			rk_fail(err, RK_FAILED_PRECONDITION, "%s %s: %s", what, path,
				strerror(error)),
			strerrorname_np(error), path);
	*out = BIO_new_fd(fd, BIO_CLOSE);
	if (!*out || fstat(fd, &stat) || !S_ISREG(stat.st_mode))
		return because(err,
			rk_fail(err, RK_FAILED_PRECONDITION, "%s %s: not a file", what, path),
			"NO_FILE", path);
	*mode = stat.st_mode & 07777;
	return RK_OK;
}

/* BIO_new_fd reads a line at a time with one system call a byte: PEM wants a buffer before it. */
enum rk_status rk_tls_read_file(
	const char *what, const char *path, BIO **out, mode_t *mode, struct rk_err *err)
{
	RK_AUTO(bio_free) BIO *file = NULL;
	char piece[4096];
	int len;

	RK_TRY(file_open(what, path, &file, mode, err));
	*out = BIO_new(BIO_s_secmem());
	if (!*out)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for %s %s", what, path);
	while ((len = BIO_read(file, piece, sizeof piece)) > 0)
		if (BIO_write(*out, piece, len) != len) {
			len = -1;
			break;
		}
	OPENSSL_cleanse(piece, sizeof piece);
	if (len < 0)
		return rk_fail(err, RK_FAILED_PRECONDITION, "%s %s: cannot be read", what, path);
	return RK_OK;
}

int64_t rk_tls_seconds(const ASN1_TIME *time)
{
	struct tm tm = {0};

	return ASN1_TIME_to_tm(time, &tm) ? (int64_t)timegm(&tm) : INT64_MIN;
}

static void day(int64_t seconds, char out[32])
{
	time_t time = (time_t)seconds;
	struct tm tm;

	if (!gmtime_r(&time, &tm) || strftime(out, 32, "%Y-%m-%d %H:%M UTC", &tm) == 0)
		(void)snprintf(out, 32, "an unknown time");
}

void rk_tls_describe(X509 *cert, char *out, size_t size)
{
	char name[160] = "no name", serial[48] = "?";
	RK_AUTO(bio_free) BIO *bio = BIO_new(BIO_s_mem());
	const ASN1_INTEGER *number = X509_get0_serialNumber(cert);
	int len;

	/* ONELINE escapes whatever is not printable: the name is the peer's own claim. */
	if (bio && X509_NAME_print_ex(bio, X509_get_subject_name(cert), 0, XN_FLAG_ONELINE) > 0) {
		len = BIO_read(bio, name, sizeof name - 1);
		name[len > 0 ? len : 0] = '\0';
	}
	if (bio && BIO_reset(bio) == 1 && number->length <= 20 &&
		i2a_ASN1_INTEGER(bio, number) > 0) {
		len = BIO_read(bio, serial, sizeof serial - 1);
		serial[len > 0 ? len : 0] = '\0';
	}
	(void)snprintf(out, size, "%s, serial %s", name, serial);
}

enum rk_status rk_tls_read_key(const char *path, EVP_PKEY **out, struct rk_err *err)
{
	RK_AUTO(bio_free) BIO *bio = NULL;
	bool encrypted = false;
	mode_t mode = 0;
	char why[160];

	RK_TRY(rk_tls_read_file("private key", path, &bio, &mode, err));
	if (mode & 077)
		return because(err,
			rk_fail(err, RK_FAILED_PRECONDITION,
				"private key %s: others can read it (mode %04o); chmod 600 it",
				path, (unsigned)mode),
			"KEY_OPEN", path);
	*out = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &encrypted);
	if (*out)
		return RK_OK;
	rk_tls_error(why, sizeof why);
	if (encrypted)
		return because(err,
			rk_fail(err, RK_FAILED_PRECONDITION,
				"private key %s: has a passphrase; a key without one is needed",
				path),
			"KEY_PASSPHRASE", path);
	return because(err,
		rk_fail(err, RK_FAILED_PRECONDITION, "private key %s: not a PEM key (%s)", path,
			why),
		"KEY_NONE", path);
}

enum rk_status rk_tls_read_certificates(
	const char *what, const char *path, STACK_OF(X509) * *out, struct rk_err *err)
{
	RK_AUTO(bio_free) BIO *bio = NULL;
	STACK_OF(X509) *chain = *out = sk_X509_new_null();
	X509 *cert;
	mode_t mode;
	char why[160];

	if (!chain)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for %s %s", what, path);
	RK_TRY(rk_tls_read_file(what, path, &bio, &mode, err));
	while ((cert = PEM_read_bio_X509(bio, NULL, NULL, "")))
		if (!sk_X509_push(chain, cert)) {
			X509_free(cert);
			return rk_fail(
				err, RK_RESOURCE_EXHAUSTED, "no memory for %s %s", what, path);
		}
	if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
		rk_tls_error(why, sizeof why);
		return because(err,
			rk_fail(err, RK_FAILED_PRECONDITION,
				"%s %s: certificate %d is damaged (%s)", what, path,
				sk_X509_num(chain) + 1, why),
			"CERTIFICATE_DAMAGED", path);
	}
	ERR_clear_error();
	if (sk_X509_num(chain) == 0)
		return because(err,
			rk_fail(err, RK_FAILED_PRECONDITION, "%s %s: holds no PEM certificate",
				what, path),
			"CERTIFICATE_NONE", path);
	return RK_OK;
}

/* The clock that it was judged by may be what is wrong. */
static enum rk_status out_of_dates(struct rk_err *err)
{
	int32_t today = rk_clock_japan_date(rk_clock_now_us());

	return rk_err_values(err, RK_FAILED_PRECONDITION, "today=%04d-%02d-%02d", today / 10000,
		today / 100 % 100, today % 100);
}

static enum rk_status check_dates(const char *path, X509 *cert, struct rk_err *err)
{
	int64_t now = rk_clock_now_us() / 1000000;
	int64_t begin = rk_tls_seconds(X509_get0_notBefore(cert));
	int64_t end = rk_tls_seconds(X509_get0_notAfter(cert));
	char name[240], when[32];

	rk_tls_describe(cert, name, sizeof name);
	if (begin > now) {
		day(begin, when);
		rk_fail_reason(err, RK_FAILED_PRECONDITION, "CERTIFICATE_NOT_YET_VALID",
			"certificate %s (%s): not valid before %s", path, name, when);
		return out_of_dates(err);
	}
	if (end <= now) {
		day(end, when);
		rk_fail_reason(err, RK_FAILED_PRECONDITION, "CERTIFICATE_EXPIRED",
			"certificate %s (%s): expired on %s", path, name, when);
		return out_of_dates(err);
	}
	return RK_OK;
}

static enum rk_status check_purpose(const char *path, X509 *cert, int purpose, struct rk_err *err)
{
	bool server = purpose == X509_PURPOSE_SSL_SERVER;
	char name[240];

	if (X509_check_purpose(cert, purpose, 0) == 1 &&
		X509_get_extension_flags(cert) & EXFLAG_XKUSAGE)
		return RK_OK;
	rk_tls_describe(cert, name, sizeof name);
	return because(err,
		rk_fail(err, RK_FAILED_PRECONDITION,
			"certificate %s (%s): not made for a %s (extended key usage %s is missing)",
			path, name, server ? "server" : "client",
			server ? "serverAuth" : "clientAuth"),
		server ? "CERTIFICATE_NO_SERVER" : "CERTIFICATE_NO_CLIENT", path);
}

static void names_free(GENERAL_NAMES **names)
{
	GENERAL_NAMES_free(*names);
}

/* Clients look for the host in the alternative names and nowhere else. */
static enum rk_status check_names(const char *path, X509 *cert, struct rk_err *err)
{
	RK_AUTO(names_free)
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	char name[240];

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		int type = sk_GENERAL_NAME_value(names, i)->type;

		if (type == GEN_DNS || type == GEN_IPADD)
			return RK_OK;
	}
	rk_tls_describe(cert, name, sizeof name);
	return rk_fail(err, RK_FAILED_PRECONDITION,
		"certificate %s (%s): names no host (subjectAltName with DNS or IP is missing)",
		path, name);
}

static enum rk_status check_key(
	const char *cert_path, const char *key_path, X509 *cert, EVP_PKEY *key, struct rk_err *err)
{
	if (X509_check_private_key(cert, key) != 1) {
		ERR_clear_error();
		return because(err,
			rk_fail(err, RK_FAILED_PRECONDITION,
				"private key %s: does not belong to the certificate %s", key_path,
				cert_path),
			"KEY_OF_ANOTHER", key_path);
	}
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) < RSA_BITS)
		return because(err,
			rk_fail(err, RK_FAILED_PRECONDITION,
				"private key %s: RSA of %d bits; at least %d, or ECDSA P-256",
				key_path, EVP_PKEY_get_bits(key), RSA_BITS),
			"KEY_SHORT", key_path);
	return RK_OK;
}

enum rk_status rk_tls_use_own(SSL_CTX *ctx, const char *cert_path, const char *key_path,
	int purpose, int64_t *expires, struct rk_err *err)
{
	RK_AUTO(chain_free) STACK_OF(X509) *chain = NULL;
	RK_AUTO(key_free) EVP_PKEY *key = NULL;
	char why[160];
	X509 *leaf;

	RK_TRY(rk_tls_read_certificates("certificate", cert_path, &chain, err));
	RK_TRY(rk_tls_read_key(key_path, &key, err));
	leaf = sk_X509_value(chain, 0);
	RK_TRY(check_key(cert_path, key_path, leaf, key, err));
	RK_TRY(check_dates(cert_path, leaf, err));
	RK_TRY(check_purpose(cert_path, leaf, purpose, err));
	if (purpose == X509_PURPOSE_SSL_SERVER)
		RK_TRY(check_names(cert_path, leaf, err));
	*expires = rk_tls_seconds(X509_get0_notAfter(leaf));

	bool used = SSL_CTX_use_certificate(ctx, leaf) == 1 &&
		SSL_CTX_use_PrivateKey(ctx, key) == 1;

	for (int i = 1; used && i < sk_X509_num(chain); i++)
		used = SSL_CTX_add1_chain_cert(ctx, sk_X509_value(chain, i)) == 1;
	if (used)
		return RK_OK;
	rk_tls_error(why, sizeof why);
	return because(err,
		rk_fail(err, RK_FAILED_PRECONDITION, "certificate %s: cannot be used (%s)",
			cert_path, why),
		"CERTIFICATE_UNFIT", cert_path);
}
