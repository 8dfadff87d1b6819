/* Whom one side of a connection trusts: the authorities of a file, and what they have taken back. */
#include "link/tls_files.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

static void bio_free(BIO **bio)
{
	(void)BIO_free(*bio);
}

static void chain_free(STACK_OF(X509) * *chain)
{
	sk_X509_pop_free(*chain, X509_free);
}

static X509 *issuer_of(const STACK_OF(X509) * authorities, X509_CRL *crl)
{
	for (int i = 0; i < sk_X509_num(authorities); i++) {
		X509 *cert = sk_X509_value(authorities, i);

		if (X509_NAME_cmp(X509_get_subject_name(cert), X509_CRL_get_issuer(crl)) == 0 &&
			X509_CRL_verify(crl, X509_get0_pubkey(cert)) == 1)
			return cert;
	}
	return NULL;
}

static enum rk_status add_crls(
	const STACK_OF(X509) * authorities, X509_STORE *store, const char *path, struct rk_err *err)
{
	RK_AUTO(bio_free) BIO *bio = NULL;
	X509_CRL *crl;
	mode_t mode;
	int count = 0;

	RK_TRY(rk_tls_read_file("revocation list", path, &bio, &mode, err));
	for (; (crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, "")); count++) {
		bool known = issuer_of(authorities, crl);
		bool added = known && X509_STORE_add_crl(store, crl) == 1;

		X509_CRL_free(crl);
		if (!known)
			return rk_fail(err, RK_FAILED_PRECONDITION,
				"revocation list %s: not signed by an authority of the CA file",
				path);
		if (!added)
			return rk_fail(err, RK_RESOURCE_EXHAUSTED,
				"revocation list %s: cannot be kept", path);
	}
	if (count == 0 || ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
		ERR_clear_error();
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"revocation list %s: holds no PEM list or a damaged one", path);
	}
	ERR_clear_error();
	return RK_OK;
}

static void context_free(X509_STORE_CTX **context)
{
	X509_STORE_CTX_free(*context);
}

static enum rk_status unfit(
	struct rk_err *err, enum rk_status status, const char *path, const char *name)
{
	return rk_err_values(err, status, "cause=AUTHORITY_UNFIT\nfile=%s\nname=%s", path, name);
}

/* An authority that the strict look of a handshake refuses would let nobody in, and only clients would be told. */
static enum rk_status check_authority(
	const char *path, X509_STORE *store, X509 *cert, struct rk_err *err)
{
	RK_AUTO(context_free) X509_STORE_CTX *context = X509_STORE_CTX_new();
	uint32_t usage = X509_get_key_usage(cert);
	char name[240];

	rk_tls_describe(cert, name, sizeof name);
	if (X509_check_ca(cert) == 0)
		return unfit(err,
			rk_fail(err, RK_FAILED_PRECONDITION,
				"CA file %s: %s is not an authority's certificate", path, name),
			path, name);
	/* Without the extension all bits are set. */
	if (usage == UINT32_MAX || !(usage & KU_KEY_CERT_SIGN))
		return unfit(err,
			rk_fail(err, RK_FAILED_PRECONDITION,
				"CA file %s: %s has no keyUsage=keyCertSign; such an authority's certificates are refused",
				path, name),
			path, name);
	if (!context || X509_STORE_CTX_init(context, store, cert, NULL) != 1)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "CA file %s: no memory", path);
	X509_STORE_CTX_set_flags(context,
		X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
	if (X509_verify_cert(context) == 1)
		return RK_OK;
	ERR_clear_error();
	return unfit(err,
		rk_fail(err, RK_FAILED_PRECONDITION, "CA file %s: %s: %s", path, name,
			X509_verify_cert_error_string(X509_STORE_CTX_get_error(context))),
		path, name);
}

static enum rk_status use_trust(
	SSL_CTX *ctx, const char *ca_path, const char *crl_path, struct rk_err *err)
{
	RK_AUTO(chain_free) STACK_OF(X509) *authorities = NULL;
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);

	RK_TRY(rk_tls_read_certificates("CA file", ca_path, &authorities, err));
	for (int i = 0; i < sk_X509_num(authorities); i++) {
		X509 *cert = sk_X509_value(authorities, i);

		if (X509_STORE_add_cert(store, cert) != 1 || SSL_CTX_add_client_CA(ctx, cert) != 1)
			return rk_fail(
				err, RK_RESOURCE_EXHAUSTED, "CA file %s: cannot be kept", ca_path);
		RK_TRY(check_authority(ca_path, store, cert, err));
	}
	if (!crl_path)
		return RK_OK;
	RK_TRY(add_crls(authorities, store, crl_path, err));
	(void)X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
	return RK_OK;
}

enum rk_status rk_tls_use_trust(
	SSL_CTX *ctx, const char *ca_path, const char *crl_path, struct rk_err *err)
{
	enum rk_status status = use_trust(ctx, ca_path, crl_path, err);

	/* What OpenSSL noted of a list that no authority signed must not be taken for a fault of the next connection. */
	ERR_clear_error();
	return status;
}
