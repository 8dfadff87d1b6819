/* What an authority revokes, and what it says of itself. */
#include "base/clock.h"
#include "base/disk.h"
#include "base/text.h"
#include "ca/folder_own.h"

#include <openssl/x509v3.h>

#include <errno.h>
#include <string.h>
#include <time.h>

#define DAY INT64_C(86400)

static void close_file(FILE **file)
{
	if (*file)
		(void)fclose(*file);
}

static void crl_free(X509_CRL **crl)
{
	X509_CRL_free(*crl);
}

static void crls_free(STACK_OF(X509_CRL) * *lists)
{
	sk_X509_CRL_pop_free(*lists, X509_CRL_free);
}

static bool is_serial(const char *text)
{
	size_t len = strspn(text, "0123456789abcdefABCDEF");

	return len > 0 && len <= 40 && text[len] == '\0';
}

/* A line of the file. */
struct revoked {
	const char *serial, *reason;
	int64_t moment; /* seconds since 1970 */
};

/* Calls fn with every line; nothing was revoked where there is no file. */
static enum rk_status each_revoked(const char *folder,
	enum rk_status (*fn)(void *arg, const struct revoked *one, struct rk_err *err), void *arg,
	struct rk_err *err)
{
	RK_AUTO(close_file) FILE *file = NULL;
	char path[PATH_MAX], line[512];

	RK_TRY(rk_ca_path(path, folder, "revoked", "", err));
	file = fopen(path, "re");
	if (!file && errno == ENOENT)
		return RK_OK;
	if (!file)
		return rk_fail(err, RK_FAILED_PRECONDITION, "%s: %s", path, strerror(errno));
	for (int number = 1; fgets(line, sizeof line, file); number++) {
		char *rest = NULL, *serial = strtok_r(line, " \n", &rest);
		const char *moment = strtok_r(NULL, " \n", &rest);
		const char *reason = strtok_r(NULL, "\n", &rest);
		struct revoked one = {.serial = serial, .reason = reason ? reason : ""};

		if (!serial || !moment || !is_serial(serial) ||
			!rk_text_i64(rk_slice_str(moment), 0, INT64_C(253402300799), &one.moment))
			return rk_fail(err, RK_FAILED_PRECONDITION,
				"%s:%d: not a serial number and seconds since 1970", path, number);
		RK_TRY(fn(arg, &one, err));
	}
	return RK_OK;
}

struct search {
	const char *serial;
	bool found;
	int count;
};

static enum rk_status look_for(void *arg, const struct revoked *one, struct rk_err *err)
{
	struct search *search = arg;

	(void)err;
	search->count++;
	search->found = search->found ||
		(search->serial && strcasecmp(one->serial, search->serial) == 0);
	return RK_OK;
}

static enum rk_status copy_line(void *arg, const struct revoked *one, struct rk_err *err)
{
	if (rk_buf_addf(arg, "%s %lld %s\n", one->serial, (long long)one->moment, one->reason) ==
		RK_OK)
		return RK_OK;
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the revoked");
}

enum rk_status rk_ca_folder_revoke(
	const char *folder, const char *serial, const char *reason, struct rk_err *err)
{
	RK_AUTO(rk_ca_certs_free) STACK_OF(X509) *certs = NULL;
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	struct search search = {.serial = serial};
	const struct revoked one = {serial, reason, rk_clock_now_us() / 1000000};
	char path[PATH_MAX];

	if (!is_serial(serial))
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"\"%s\" is no serial number: hexadecimal digits, at most 40", serial);
	if (strpbrk(reason, "\r\n") || strlen(reason) > 400)
		return rk_fail(
			err, RK_INVALID_ARGUMENT, "a reason is one line of at most 400 bytes");
	RK_TRY(rk_ca_folder_certs(folder, &certs, err));
	RK_TRY(each_revoked(folder, look_for, &search, err));
	if (search.found)
		return RK_OK;
	RK_TRY(rk_ca_path(path, folder, "revoked", "", err));
	RK_TRY(each_revoked(folder, copy_line, &text, err));
	RK_TRY(copy_line(&text, &one, err));
	return rk_disk_write(path, 0644, rk_buf_slice(&text), err);
}

static enum rk_status add_revoked(void *arg, const struct revoked *one, struct rk_err *err)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *when = ASN1_TIME_set(NULL, (time_t)one->moment);
	BIGNUM *number = NULL;
	ASN1_INTEGER *own = BN_hex2bn(&number, one->serial) > 0 ? BN_to_ASN1_INTEGER(number, NULL)
								: NULL;
	bool fine = entry && when && own && X509_REVOKED_set_serialNumber(entry, own) == 1 &&
		X509_REVOKED_set_revocationDate(entry, when) == 1 &&
		X509_CRL_add0_revoked(arg, entry) == 1;

	if (!fine)
		X509_REVOKED_free(entry);
	ASN1_INTEGER_free(own);
	ASN1_TIME_free(when);
	BN_free(number);
	return fine ? RK_OK : rk_ca_fail("revocation list", err);
}

/* The moment is the list's number: it only grows, also from one folder to its copy. */
static bool set_head(X509_CRL *crl, X509 *cert, int64_t now, int days)
{
	ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)now);
	ASN1_TIME *to = ASN1_TIME_set(NULL, (time_t)(now + days * DAY));
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	X509V3_CTX context;
	X509_EXTENSION *key;
	bool fine;

	X509V3_set_ctx(&context, cert, NULL, NULL, crl, 0);
	key = X509V3_EXT_conf_nid(NULL, &context, NID_authority_key_identifier, "keyid:always");
	fine = from && to && number && key && X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
		X509_CRL_set_issuer_name(crl, X509_get_subject_name(cert)) == 1 &&
		X509_CRL_set1_lastUpdate(crl, from) == 1 &&
		X509_CRL_set1_nextUpdate(crl, to) == 1 && X509_CRL_add_ext(crl, key, -1) == 1 &&
		ASN1_INTEGER_set_int64(number, now) == 1 &&
		X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0) == 1;
	X509_EXTENSION_free(key);
	ASN1_INTEGER_free(number);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return fine;
}

static enum rk_status add_list(
	const char *folder, X509 *cert, int days, STACK_OF(X509_CRL) * lists, struct rk_err *err)
{
	RK_AUTO(crl_free) X509_CRL *crl = X509_CRL_new();
	EVP_PKEY *key = NULL;
	bool signed_now;

	if (!crl || !set_head(crl, cert, rk_clock_now_us() / 1000000, days))
		return rk_ca_fail("revocation list", err);
	RK_TRY(each_revoked(folder, add_revoked, crl, err));
	RK_TRY(rk_ca_folder_key(folder, cert, &key, err));
	signed_now = X509_CRL_sort(crl) == 1 && X509_CRL_sign(crl, key, EVP_sha256()) > 0;
	EVP_PKEY_free(key);
	if (!signed_now || sk_X509_CRL_push(lists, crl) <= 0)
		return rk_ca_fail("revocation list", err);
	crl = NULL;
	return RK_OK;
}

enum rk_status rk_ca_folder_crl(const char *folder, int days, struct rk_err *err)
{
	RK_AUTO(rk_ca_certs_free) STACK_OF(X509) *certs = NULL;
	RK_AUTO(crls_free) STACK_OF(X509_CRL) *lists = sk_X509_CRL_new_null();
	char path[PATH_MAX];

	if (!lists)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for revocation lists");
	RK_TRY(rk_ca_folder_certs(folder, &certs, err));
	if (rk_ca_folder_retire(certs)) {
		RK_TRY(rk_ca_path(path, folder, "ca", ".crt", err));
		RK_TRY(rk_ca_write_certs(path, certs, err));
	}
	for (int i = 0; i < sk_X509_num(certs); i++)
		RK_TRY(add_list(folder, sk_X509_value(certs, i), days, lists, err));
	RK_TRY(rk_ca_path(path, folder, "ca", ".crl", err));
	return rk_ca_write_crls(path, lists, err);
}

static void day(int64_t seconds, char out[16])
{
	time_t time = (time_t)seconds;
	struct tm tm;

	if (!gmtime_r(&time, &tm) || strftime(out, 16, "%Y-%m-%d", &tm) == 0)
		(void)snprintf(out, 16, "?");
}

static void show_fingerprint(X509 *cert, FILE *out)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	(void)fputs("  SHA-256     ", out);
	if (X509_digest(cert, EVP_sha256(), bytes, &len) == 1)
		for (unsigned i = 0; i < len; i++)
			(void)fprintf(out, "%s%02X", i ? ":" : "", bytes[i]);
	(void)fputc('\n', out);
}

enum rk_status rk_ca_folder_show(const char *folder, FILE *out, struct rk_err *err)
{
	RK_AUTO(rk_ca_certs_free) STACK_OF(X509) *certs = NULL;
	RK_AUTO(rk_ca_close) struct rk_ca *ca = NULL;
	struct search search = {0};

	RK_TRY(rk_ca_folder_open(folder, &ca, err));
	RK_TRY(rk_ca_folder_certs(folder, &certs, err));
	RK_TRY(each_revoked(folder, look_for, &search, err));
	for (int i = 0; i < sk_X509_num(certs); i++) {
		X509 *cert = sk_X509_value(certs, i);
		bool signs = X509_cmp(cert, rk_ca_cert(ca)) == 0;
		struct rk_ca_facts facts;
		char from[16], to[16], until[16];

		RK_TRY(rk_ca_facts_of(cert, &facts, err));
		day(facts.not_before, from);
		day(facts.not_after, to);
		day(rk_ca_folder_until(certs, i), until);
		(void)fprintf(out, "%s\n  serial      %s\n  from, to    %s, %s\n", facts.issuer,
			facts.serial, from, to);
		show_fingerprint(cert, out);
		(void)fprintf(out, signs ? "  signs now\n" : "  trusted     until %s\n", until);
	}
	(void)fprintf(out, "revoked       %d\n", search.count);
	return RK_OK;
}
