#include "ca_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "ca/folder.h"
#include "ca/store.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define DAY      INT64_C(86400)
#define CRL_DAYS 30
#define NAME     "renkei CA"

static enum rk_status take_days(
	const char *text, int usual, int most, int *days, struct rk_err *err)
{
	int64_t number = usual;

	if (text && !rk_text_i64(rk_slice_str(text), 1, most, &number))
		return rk_fail(err, RK_INVALID_ARGUMENT, "--days %s; 1 to %d", text, most);
	*days = (int)number;
	return RK_OK;
}

static enum rk_status do_init(const struct rk_ca_words *words, FILE *out, struct rk_err *err)
{
	int days = 0;

	RK_TRY(take_days(words->days, RK_CA_DAYS, 2 * RK_CA_DAYS, &days, err));
	RK_TRY(rk_ca_folder_init(words->dir, words->name ? words->name : NAME, days, err));
	return rk_ca_folder_show(words->dir, out, err);
}

static enum rk_status do_show(const struct rk_ca_words *words, FILE *out, struct rk_err *err)
{
	return rk_ca_folder_show(words->dir, out, err);
}

static enum rk_status do_rotate(const struct rk_ca_words *words, FILE *out, struct rk_err *err)
{
	char list[PATH_MAX];
	int days = 0;

	RK_TRY(take_days(words->days, RK_CA_DAYS, 2 * RK_CA_DAYS, &days, err));
	RK_TRY(rk_ca_folder_rotate(words->dir, words->name ? words->name : NAME, days, err));
	/* Where lists are looked at, an authority without one is refused with all it signs. */
	RK_TRY(rk_ca_path(list, words->dir, "ca", ".crl", err));
	if (access(list, F_OK) == 0)
		RK_TRY(rk_ca_folder_crl(words->dir, CRL_DAYS, err));
	return rk_ca_folder_show(words->dir, out, err);
}

static enum rk_status do_crl(const struct rk_ca_words *words, FILE *out, struct rk_err *err)
{
	int days = 0;

	RK_TRY(take_days(words->days, CRL_DAYS, 365, &days, err));
	RK_TRY(rk_ca_folder_crl(words->dir, days, err));
	(void)fprintf(out, "%s/ca.crl is good for %d days\n", words->dir, days);
	return RK_OK;
}

/* A serial number, or the file of a certificate that has one. */
static enum rk_status do_revoke(const struct rk_ca_words *words, FILE *out, struct rk_err *err)
{
	X509 *cert = words->what ? rk_ca_read_cert(words->what) : NULL;
	struct rk_ca_facts facts = {0};
	enum rk_status status = cert ? rk_ca_facts_of(cert, &facts, err) : RK_OK;
	const char *serial = cert ? facts.serial : words->what;

	X509_free(cert);
	RK_TRY(status);
	if (!serial)
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"ca revoke needs a serial number, or the file of a certificate");
	RK_TRY(rk_ca_folder_revoke(
		words->dir, serial, words->reason ? words->reason : "revoked", err));
	(void)fprintf(out,
		"%s is revoked; `renkeid ca crl` writes the list that says so, `renkei auth revoke` ends it at the next call\n",
		serial);
	return RK_OK;
}

/* "a.example,192.0.2.1" as OpenSSL wants it. */
static enum rk_status hosts_of(const char *list, struct rk_buf *out, struct rk_err *err)
{
	while (*list) {
		size_t len = strcspn(list, ",");
		bool number = memchr(list, ':', len) || strspn(list, "0123456789.") >= len;

		if (rk_buf_addf(out, "%s%s:%.*s", out->len ? "," : "", number ? "IP" : "DNS",
			    (int)len, list) != RK_OK)
			return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the names");
		list += len + (list[len] == ',');
	}
	return rk_buf_cstr(out) ? RK_OK
				: rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the names");
}

static enum rk_status request_of(const char *path, EVP_PKEY **key, struct rk_err *err)
{
	RK_AUTO(rk_ca_request_clear) struct rk_ca_request request = {0};
	unsigned char bytes[RK_CA_REQUEST_BYTES + 1];
	FILE *file = fopen(path, "re");
	size_t len = file ? fread(bytes, 1, sizeof bytes, file) : 0;

	if (file)
		(void)fclose(file);
	if (len == 0)
		return rk_fail(err, RK_INVALID_ARGUMENT, "%s: cannot be read, or is empty", path);
	RK_TRY(rk_ca_request_read(rk_slice_of(bytes, len), &request, err));
	*key = request.key;
	request.key = NULL;
	return RK_OK;
}

/* A key that is there is used again: it may be the one of a certificate that ends. */
static enum rk_status own_key(const char *path, EVP_PKEY **key, struct rk_err *err)
{
	if (access(path, F_OK) == 0) {
		*key = rk_ca_read_key(path);
		return *key ? RK_OK
			    : rk_fail(err, RK_FAILED_PRECONDITION, "%s: not a private key", path);
	}
	*key = EVP_EC_gen("P-256");
	if (!*key)
		return rk_ca_fail("a key cannot be made", err);
	return rk_ca_write_key(path, *key, err);
}

static enum rk_status sign(const struct rk_ca_words *words, EVP_PKEY *key, const char *path,
	FILE *out, struct rk_err *err)
{
	RK_AUTO(rk_ca_close) struct rk_ca *ca = NULL;
	RK_AUTO(rk_buf_clear) struct rk_buf hosts = {0};
	char serial[RK_SERIAL_HEX];
	struct rk_ca_leaf leaf = {.common_name = words->what, .uri = words->uri, .serial = serial};
	struct rk_ca_facts facts;
	X509 *cert = NULL;
	enum rk_status status;
	int days = 0;

	RK_TRY(take_days(words->days, 365, RK_CA_LEAF_DAYS, &days, err));
	RK_TRY(rk_ca_folder_open(words->dir, &ca, err));
	if (words->host)
		RK_TRY(hosts_of(words->host, &hosts, err));
	leaf.hosts = (const char *)hosts.at;
	if (!rk_ca_serial(serial))
		return rk_fail(err, RK_INTERNAL, "the system has no randomness");
	leaf.not_before = rk_clock_now_us() / 1000000 - 3600;
	leaf.not_after = leaf.not_before + days * DAY;
	RK_TRY(rk_ca_sign(ca, key, &leaf, &cert, err));
	status = rk_ca_write_cert(path, cert, err);
	if (status == RK_OK)
		status = rk_ca_facts_of(cert, &facts, err);
	X509_free(cert);
	RK_TRY(status);
	(void)fprintf(out, "%s\n  serial      %s\n  key SHA-256 %s\n", path, facts.serial,
		facts.spki_sha256);
	return RK_OK;
}

static enum rk_status do_issue(const struct rk_ca_words *words, FILE *out, struct rk_err *err)
{
	char cert_path[PATH_MAX], key_path[PATH_MAX];
	EVP_PKEY *key = NULL;
	enum rk_status status;

	if (!words->what || strchr(words->what, '/') || strcmp(words->what, "ca") == 0)
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"ca issue needs a name for the files, without '/' and other than ca");
	if (!words->uri == !words->host)
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"ca issue needs --host NAME,... for a server, or --uri renkei://PLATFORM/ROLE/ID for a client");
	RK_TRY(rk_ca_path(cert_path, words->dir, words->what, ".crt", err));
	RK_TRY(rk_ca_path(key_path, words->dir, words->what, ".key", err));
	status = words->csr ? request_of(words->csr, &key, err) : own_key(key_path, &key, err);
	if (status == RK_OK)
		status = sign(words, key, cert_path, out, err);
	EVP_PKEY_free(key);
	return status;
}

int rk_ca_command(const struct rk_ca_words *words, FILE *out)
{
	static const struct {
		const char *word;
		enum rk_status (*run)(
			const struct rk_ca_words *words, FILE *out, struct rk_err *err);
	} all[] = {
		{"init",   do_init  },
		{"show",   do_show  },
		{"issue",  do_issue },
		{"revoke", do_revoke},
		{"crl",    do_crl   },
		{"rotate", do_rotate},
	};
	struct rk_err err = {0};
	size_t i = 0, count = sizeof all / sizeof all[0];

	while (i < count && (!words->word || strcmp(all[i].word, words->word) != 0))
		i++;
	if (i == count || !words->dir) {
		fputs("renkeid: ca needs init, show, issue, revoke, crl or rotate, and --dir DIR; `renkeid ca --help` says more\n",
			stderr);
		return EX_USAGE;
	}
	if (all[i].run(words, out, &err) == RK_OK)
		return EX_OK;
	fprintf(stderr, "renkeid: %s\n", err.text);
	return err.status == RK_INVALID_ARGUMENT       ? EX_USAGE
		: err.status == RK_FAILED_PRECONDITION ? EX_CONFIG
						       : EX_CANTCREAT;
}

void rk_ca_command_help(FILE *out)
{
	fputs("\nca init   --dir DIR [--name NAME] [--days N]     DIR/ca.crt and DIR/ca.key\n"
	      "ca show   --dir DIR                              what is there, with its SHA-256\n"
	      "ca issue  NAME --dir DIR --host HOST,... | --uri URI [--csr FILE] [--days N]\n"
	      "                                                 DIR/NAME.crt, and DIR/NAME.key without --csr\n"
	      "ca revoke SERIAL|FILE --dir DIR [--reason TEXT]  for the next list\n"
	      "ca crl    --dir DIR [--days N]                   DIR/ca.crl, what `crl` of renkeid.conf names\n"
	      "ca rotate --dir DIR [--name NAME] [--days N]     a new authority signs, the old one stays trusted\n\n"
	      "DIR/ca.crt is what `ca` of renkeid.conf names, DIR/ca.key what `ca_key` names.\n",
		out);
}
