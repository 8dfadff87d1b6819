/* Any bytes as the files of an operator's trust, an authority's certificates and revocation lists: they are refused with a sentence, or
 * each list is of an authority, and until when they hold is what a second count finds.
 *
 * The first byte says how the rest is taken: a fuzzer makes neither a PEM's digits nor a signature, so what is a certificate or a list in DER
 * is put into PEM, and signed by an authority that is made here.
 */
#include "../unit/certs.h"
#include "base/text.h"
#include "bite.h"
#include "ca/store.h"
#include "link/tls_crl.h"
#include "link/tls_files.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <sys/mman.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIGNED = 1, OURS = 2, RAW = 4 };

static struct test_cert authority;
static int files[2];
static char paths[2][64];

static void clean_up(void)
{
	X509_free(authority.cert);
	EVP_PKEY_free(authority.key);
}

static void prepare(void)
{
	authority.key = EVP_EC_gen("P-256");
	authority.cert = test_cert_begin("renkei CA", authority.key, 1, -2, 30);
	assert(X509_set_issuer_name(authority.cert, X509_get_subject_name(authority.cert)) == 1);
	test_extend(authority.cert, authority.cert, NID_basic_constraints, "critical,CA:TRUE");
	test_extend(authority.cert, authority.cert, NID_key_usage, "critical,keyCertSign,cRLSign");
	test_extend(authority.cert, authority.cert, NID_subject_key_identifier, "hash");
	assert(X509_sign(authority.cert, authority.key, EVP_sha256()) > 0);
	for (int i = 0; i < 2; i++) {
		files[i] = memfd_create("trust", MFD_CLOEXEC);
		assert(files[i] >= 0);
		(void)snprintf(paths[i], sizeof paths[i], "/proc/self/fd/%d", files[i]);
	}
	(void)atexit(clean_up);
}

static void add_cert(BIO *out, struct rk_slice der, uint8_t how)
{
	const unsigned char *at = der.at;
	X509 *cert = how & RAW ? NULL : d2i_X509(NULL, &at, (long)der.len);

	if (cert && how & SIGNED) {
		(void)X509_set_issuer_name(cert, X509_get_subject_name(authority.cert));
		(void)X509_sign(cert, authority.key, EVP_sha256());
	}
	if (cert)
		(void)PEM_write_bio_X509(out, cert);
	else
		(void)BIO_write(out, der.at, (int)der.len);
	X509_free(cert);
}

static void add_list(BIO *out, struct rk_slice der, uint8_t how)
{
	const unsigned char *at = der.at;
	X509_CRL *crl = how & RAW ? NULL : d2i_X509_CRL(NULL, &at, (long)der.len);

	if (crl && how & SIGNED) {
		(void)X509_CRL_set_issuer_name(crl, X509_get_subject_name(authority.cert));
		(void)X509_CRL_sign(crl, authority.key, EVP_sha256());
	}
	if (crl)
		(void)PEM_write_bio_X509_CRL(out, crl);
	else
		(void)BIO_write(out, der.at, (int)der.len);
	X509_CRL_free(crl);
}

static void save(int which, BIO *bio)
{
	char *at;
	long len = BIO_get_mem_data(bio, &at);

	assert(ftruncate(files[which], 0) == 0 && pwrite(files[which], at, (size_t)len, 0) == len);
	BIO_free(bio);
	ERR_clear_error();
}

/* Of each issuer the last end, of these the first. */
static int64_t count_ends(const STACK_OF(X509_OBJECT) * objects)
{
	int64_t first = INT64_MAX;

	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
		X509_CRL *one = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));
		int64_t last = INT64_MIN;

		for (int k = 0; one && k < sk_X509_OBJECT_num(objects); k++) {
			X509_CRL *crl = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, k));
			const ASN1_TIME *next = crl ? X509_CRL_get0_nextUpdate(crl) : NULL;
			int64_t end = next ? rk_tls_seconds(next) : INT64_MAX;

			if (crl && end > last &&
				X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_CRL_get_issuer(one)) ==
					0)
				last = end;
		}
		if (one && last < first)
			first = last;
	}
	return first;
}

static void check_taken(SSL_CTX *ctx)
{
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(ctx));
	struct rk_ca_facts facts;
	struct rk_err err = {0};
	int authorities = 0;

	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
		X509 *cert = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

		if (!cert)
			continue;
		authorities++;
		assert(X509_check_ca(cert) != 0 && X509_get_key_usage(cert) & KU_KEY_CERT_SIGN);
		if (rk_ca_facts_of(cert, &facts, &err) == RK_OK)
			assert(strlen(facts.issuer) < sizeof facts.issuer &&
				strspn(facts.serial, "0123456789abcdef-") == strlen(facts.serial));
	}
	assert(authorities > 0 && rk_tls_crl_ends(ctx) == count_ends(objects));
	ERR_clear_error();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_slice in = rk_slice_of(data, size), piece;
	BIO *certs = BIO_new(BIO_s_mem()), *lists = BIO_new(BIO_s_mem());
	SSL_CTX *ctx = SSL_CTX_new(TLS_method());
	struct rk_err err = {0};
	uint8_t how = bite_byte(&in);

	if (!authority.key)
		prepare();
	assert(certs && lists && ctx);
	if (how & OURS)
		(void)PEM_write_bio_X509(certs, authority.cert);
	piece = bite_long(&in);
	if (piece.len)
		add_cert(certs, piece, how);
	while (in.len) {
		piece = bite_long(&in);
		add_list(lists, piece, how);
	}
	save(0, certs);
	save(1, lists);
	if (rk_tls_use_trust(ctx, paths[0], paths[1], &err) == RK_OK)
		check_taken(ctx);
	else
		assert(err.status != RK_OK && err.text[0] &&
			rk_text_utf8_bad(rk_slice_str(err.text)) == strlen(err.text));
	assert(ERR_peek_error() == 0);
	SSL_CTX_free(ctx);
	return 0;
}
