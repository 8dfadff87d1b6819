#include "link/tls_authority.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <string.h>

X509 *rk_tls_find_authority(SSL_CTX *ctx)
{
	const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(ctx));
	STACK_OF(X509) *chain = NULL;
	X509 *last = SSL_CTX_get0_certificate(ctx), *found = NULL;

	(void)SSL_CTX_get0_chain_certs(ctx, &chain);
	if (sk_X509_num(chain) > 0)
		last = sk_X509_value(chain, sk_X509_num(chain) - 1);
	for (int i = 0; last && !found && i < sk_X509_OBJECT_num(objects); i++) {
		X509 *cert = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

		if (cert && X509_check_issued(cert, last) == X509_V_OK &&
			X509_verify(last, X509_get0_pubkey(cert)) == 1)
			found = cert;
	}
	ERR_clear_error();
	return found;
}

enum rk_status rk_tls_send_authority(SSL_CTX *ctx, const char *ca_path, struct rk_err *err)
{
	X509 *cert = rk_tls_find_authority(ctx);

	if (!cert)
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"CA file %s: none of its authorities signed the server's own certificate, so that nobody could compare a fingerprint",
			ca_path);
	if (SSL_CTX_add1_chain_cert(ctx, cert) == 1)
		return RK_OK;
	ERR_clear_error();
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "CA file %s: cannot be kept", ca_path);
}

static bool has_pin(X509 *cert, const uint8_t *pin)
{
	uint8_t digest[EVP_MAX_MD_SIZE];

	return X509_digest(cert, EVP_sha256(), digest, NULL) == 1 &&
		memcmp(digest, pin, RK_SHA256_BYTES) == 0;
}

/* A pin lives as long as its context. */
static void pin_free(void *parent, void *pin, CRYPTO_EX_DATA *data, int index, long l, void *arg)
{
	(void)parent;
	(void)data;
	(void)index;
	(void)l;
	(void)arg;
	OPENSSL_free(pin);
}

static int pin_index(void)
{
	static int index = -1;

	if (index < 0)
		index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, pin_free);
	return index;
}

static const uint8_t *pin_of(X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());

	return ssl ? SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), pin_index()) : NULL;
}

/* In place of OpenSSL's own look, which does it all again with the one authority. */
static int on_chain(X509_STORE_CTX *store, void *arg)
{
	const uint8_t *pin = pin_of(store);
	STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(store);
	STACK_OF(X509) *trusted = sk_X509_new_null();
	int good = 0;

	(void)arg;
	for (int i = 0; pin && trusted && i < sk_X509_num(sent); i++)
		if (has_pin(sk_X509_value(sent, i), pin) && sk_X509_num(trusted) == 0)
			(void)sk_X509_push(trusted, sk_X509_value(sent, i));
	if (sk_X509_num(trusted) == 1) {
		X509_STORE_CTX_set0_trusted_stack(store, trusted);
		good = X509_verify_cert(store);
	} else {
		X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
	}
	sk_X509_free(trusted);
	return good == 1;
}

enum rk_status rk_tls_use_pin(SSL_CTX *ctx, const uint8_t pin[RK_SHA256_BYTES], struct rk_err *err)
{
	void *own = OPENSSL_memdup(pin, RK_SHA256_BYTES);

	if (!own || pin_index() < 0 || SSL_CTX_set_ex_data(ctx, pin_index(), own) != 1) {
		OPENSSL_free(own);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for TLS");
	}
	SSL_CTX_set_cert_verify_callback(ctx, on_chain, NULL);
	return RK_OK;
}
