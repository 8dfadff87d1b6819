#include "link/tls_paper.h"

#include "link/tls_files.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <stdlib.h>

struct rk_tls_pen {
	SSL_CTX *ctx; /* holds both */
};

void rk_tls_pen_close(struct rk_tls_pen **pen)
{
	struct rk_tls_pen *gone = *pen;

	*pen = NULL;
	if (!gone)
		return;
	SSL_CTX_free(gone->ctx);
	free(gone);
}

enum rk_status rk_tls_pen_open(
	const char *cert_path, const char *key_path, struct rk_tls_pen **out, struct rk_err *err)
{
	RK_AUTO(rk_tls_pen_close) struct rk_tls_pen *pen = calloc(1, sizeof *pen);
	int64_t expires;

	*out = NULL;
	if (pen)
		pen->ctx = SSL_CTX_new(TLS_client_method());
	if (!pen || !pen->ctx)
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): version 14 does not follow the cleanup */
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a key");
	RK_TRY(rk_tls_use_own(
		pen->ctx, cert_path, key_path, X509_PURPOSE_SSL_CLIENT, &expires, err));
	*out = pen;
	pen = NULL;
	return RK_OK;
}

enum rk_status rk_tls_pen_certificate(
	const struct rk_tls_pen *pen, struct rk_buf *out, struct rk_err *err)
{
	unsigned char *der = NULL;
	int len = i2d_X509(SSL_CTX_get0_certificate(pen->ctx), &der);
	enum rk_status status = len > 0 ? rk_buf_add(out, der, (size_t)len) : RK_RESOURCE_EXHAUSTED;

	OPENSSL_free(der);
	ERR_clear_error();
	return status == RK_OK ? status : rk_fail(err, status, "no memory for a certificate");
}

/* Ed25519 hashes by itself. */
static const EVP_MD *digest_for(const EVP_PKEY *key)
{
	return EVP_PKEY_is_a(key, "ED25519") ? NULL : EVP_sha256();
}

static void context_free(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
}

enum rk_status rk_tls_pen_sign(
	const struct rk_tls_pen *pen, struct rk_slice text, struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(context_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY *key = SSL_CTX_get0_privatekey(pen->ctx);
	uint8_t *at;
	size_t len = 0;

	if (context && EVP_DigestSignInit(context, NULL, digest_for(key), NULL, key) == 1 &&
		EVP_DigestSign(context, NULL, &len, text.at, text.len) == 1 &&
		(at = rk_buf_reserve(out, len)) != NULL &&
		EVP_DigestSign(context, at, &len, text.at, text.len) == 1) {
		out->len += len;
		return RK_OK;
	}
	ERR_clear_error();
	return rk_fail(err, RK_INTERNAL, "the key does not sign");
}

static void cert_free(X509 **cert)
{
	X509_free(*cert);
}

static void store_context_free(X509_STORE_CTX **context)
{
	X509_STORE_CTX_free(*context);
}

static bool is_signed(X509 *cert, struct rk_slice text, struct rk_slice signature)
{
	RK_AUTO(context_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY *key = X509_get0_pubkey(cert);

	return context && key &&
		EVP_DigestVerifyInit(context, NULL, digest_for(key), NULL, key) == 1 &&
		EVP_DigestVerify(context, signature.at, signature.len, text.at, text.len) == 1;
}

static enum rk_status refuse(int why, struct rk_err *err)
{
	const char *what = X509_verify_cert_error_string(why);

	switch (why) {
	case X509_V_ERR_OUT_OF_MEM:
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a certificate");
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SEAL_CERTIFICATE_EXPIRED",
			"the certificate of the seal: %s", what);
	case X509_V_ERR_CERT_REVOKED:
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SEAL_CERTIFICATE_REVOKED",
			"the certificate of the seal: %s", what);
	default:
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SEAL_CERTIFICATE_UNKNOWN",
			"the certificate of the seal: %s", what);
	}
}

/* As a handshake looks at it: the context's store, its flags and its purpose. */
static enum rk_status check_chain(SSL_CTX *ctx, X509 *cert, struct rk_err *err)
{
	RK_AUTO(store_context_free) X509_STORE_CTX *context = X509_STORE_CTX_new();

	if (!context || X509_STORE_CTX_init(context, SSL_CTX_get_cert_store(ctx), cert, NULL) != 1)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a certificate");
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);

	if (X509_VERIFY_PARAM_set1(param, SSL_CTX_get0_param(ctx)) != 1 ||
		X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_CLIENT) != 1)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a certificate");
	if (X509_verify_cert(context) != 1)
		return refuse(X509_STORE_CTX_get_error(context), err);
	/* OpenSSL takes a leaf without any extended key usage for fit for everything. */
	return X509_get_extension_flags(cert) & EXFLAG_XKUSAGE
		? RK_OK
		: refuse(X509_V_ERR_INVALID_PURPOSE, err);
}

static enum rk_status look(struct rk_tls *tls, struct rk_slice certificate, struct rk_slice text,
	struct rk_slice signature, struct rk_tls_peer *out, struct rk_err *err)
{
	const unsigned char *at = certificate.at;
	enum rk_status status;

	/* What others left behind is not this certificate's fault. */
	ERR_clear_error();
	RK_AUTO(cert_free) X509 *cert = d2i_X509(NULL, &at, (long)certificate.len);

	if (!cert || at != certificate.at + certificate.len || !is_signed(cert, text, signature))
		status = rk_fail_reason(err, RK_INVALID_ARGUMENT, "SEAL_SIGNATURE_INVALID",
			"the seal does not fit: what it holds is not what was signed");
	else
		status = check_chain(rk_tls_context(tls), cert, err);
	if (status == RK_OK && rk_tls_cert(cert, out, err) != RK_OK)
		status = refuse(X509_V_ERR_UNSPECIFIED, err);
	ERR_clear_error();
	return status;
}

static bool has_memory(void)
{
	enum { ENOUGH = 256 * 1024 };

	void *some = malloc(ENOUGH);

	free(some);
	return some != NULL;
}

/* OpenSSL without memory finds signatures that do not fit and certificates that name nobody, and does not always say why: what would blame
 * the sender is looked at twice. */
enum rk_status rk_tls_paper_check(struct rk_tls *tls, struct rk_slice certificate,
	struct rk_slice text, struct rk_slice signature, struct rk_tls_peer *out,
	struct rk_err *err)
{
	struct rk_err first = {0};

	if (look(tls, certificate, text, signature, out, &first) == RK_OK && out->uri[0])
		return RK_OK;
	return has_memory() ? look(tls, certificate, text, signature, out, err)
			    : rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory to look at a seal");
}
