#include "link/tls.h"

#include "link/tls_authority.h"
#include "link/tls_crl.h"
#include "link/tls_files.h"
#include "link/tls_why.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHAIN_DEPTH = 2,
	CHAIN_BYTES = 32 * 1024,
};

/* Who shows a certificate, and to whom. */
enum kind {
	SERVER, /* both show one */
	GUESTS, /* a server to clients without one */
	CLIENT,
	PINNED, /* a client without one */
};

struct rk_tls {
	SSL_CTX *ctx;
	unsigned references;
	enum kind kind;
	int64_t expires;
};

static bool serves(const struct rk_tls *tls)
{
	return tls->kind == SERVER || tls->kind == GUESTS;
}

static const uint8_t alpn[] = {2, 'h', '2'};

static int on_alpn(SSL *ssl, const uint8_t **out, uint8_t *out_len, const uint8_t *in,
	unsigned in_len, void *arg)
{
	(void)ssl;
	(void)arg;
	for (unsigned at = 0; at < in_len; at += in[at] + 1u) {
		if (in_len - at >= sizeof alpn && memcmp(in + at, alpn, sizeof alpn) == 0) {
			*out = in + at + 1;
			*out_len = 2;
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* OpenSSL does not ask on_alpn when the client says nothing about protocols. */
static int on_hello(SSL *ssl, int *alert, void *arg)
{
	const unsigned char *bytes;
	size_t len;

	(void)arg;
	if (SSL_client_hello_get0_ext(
		    ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &bytes, &len))
		return SSL_CLIENT_HELLO_SUCCESS;
	*alert = SSL_AD_NO_APPLICATION_PROTOCOL;
	return SSL_CLIENT_HELLO_ERROR;
}

/* OpenSSL takes a leaf without any extended key usage for fit for everything. */
static int on_certificate(int fine, X509_STORE_CTX *store)
{
	X509 *cert = X509_STORE_CTX_get_current_cert(store);

	if (fine && X509_STORE_CTX_get_error_depth(store) == 0 && cert &&
		!(X509_get_extension_flags(cert) & EXFLAG_XKUSAGE)) {
		X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
		fine = 0;
	}
	if (!fine)
		rk_tls_keep_refusal(store);
	return fine;
}

static bool set_protocol(SSL_CTX *ctx)
{
	SSL_CTX_set_security_level(ctx, 2);
	SSL_CTX_set_options(
		ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	(void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	/* Never SSL_MODE_ENABLE_PARTIAL_WRITE: libevent 2.1 goes on to its next piece after half of one was written. */
	(void)SSL_CTX_set_mode(ctx,
		SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
			SSL_MODE_NO_AUTO_CHAIN);
	/* Or one read would go on for as long as a peer sends messages of TLS alone. */
	(void)SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_max_cert_list(ctx, CHAIN_BYTES);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) &&
		SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) &&
		SSL_CTX_set_num_tickets(ctx, 0) && SSL_CTX_set_max_early_data(ctx, 0) &&
		SSL_CTX_set_recv_max_early_data(ctx, 0) &&
		SSL_CTX_set_ciphersuites(ctx,
			"TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256") &&
		SSL_CTX_set1_groups_list(ctx, "X25519:P-256:P-384");
}

/* The purpose is that of the peer's certificate. */
static bool set_verification(SSL_CTX *ctx, const struct rk_tls *tls)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);

	if (tls->kind == GUESTS) {
		SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
		return true;
	}
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, on_certificate);
	SSL_CTX_set_verify_depth(ctx, CHAIN_DEPTH);
	X509_VERIFY_PARAM_set_hostflags(
		param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	return X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT) &&
		SSL_CTX_set_purpose(
			ctx, serves(tls) ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER);
}

static bool set_alpn(SSL_CTX *ctx, bool server)
{
	if (!server)
		return SSL_CTX_set_alpn_protos(ctx, alpn, sizeof alpn) == 0;
	SSL_CTX_set_alpn_select_cb(ctx, on_alpn, NULL);
	SSL_CTX_set_client_hello_cb(ctx, on_hello, NULL);
	return true;
}

static enum rk_status fill(struct rk_tls *tls, const struct rk_tls_files *files, const uint8_t *pin,
	struct rk_err *err)
{
	char why[160];

	tls->ctx = SSL_CTX_new(serves(tls) ? TLS_server_method() : TLS_client_method());
	if (!tls->ctx || !set_protocol(tls->ctx) || !set_verification(tls->ctx, tls) ||
		!set_alpn(tls->ctx, serves(tls))) {
		rk_tls_error(why, sizeof why);
		return rk_fail(err, RK_INTERNAL, "TLS 1.3 cannot be set up: %s", why);
	}
	if (tls->kind == PINNED)
		return rk_tls_use_pin(tls->ctx, pin, err);
	RK_TRY(rk_tls_use_own(tls->ctx, files->cert, files->key,
		serves(tls) ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT, &tls->expires,
		err));
	RK_TRY(rk_tls_use_trust(tls->ctx, files->ca, files->crl, err));
	return tls->kind == GUESTS ? rk_tls_send_authority(tls->ctx, files->ca, err) : RK_OK;
}

static enum rk_status create(enum kind kind, const struct rk_tls_files *files, const uint8_t *pin,
	struct rk_tls **out, struct rk_err *err)
{
	RK_AUTO(rk_tls_free) struct rk_tls *tls = calloc(1, sizeof *tls);

	if (!tls)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for TLS");
	tls->references = 1;
	tls->kind = kind;
	/* What others left behind is not our files' fault. */
	ERR_clear_error();
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): version 14 does not know what RK_AUTO frees */
	RK_TRY(fill(tls, files, pin, err));
	*out = tls;
	tls = NULL;
	return RK_OK;
}

enum rk_status rk_tls_server(
	const struct rk_tls_files *files, struct rk_tls **out, struct rk_err *err)
{
	return create(SERVER, files, NULL, out, err);
}

enum rk_status rk_tls_client(
	const struct rk_tls_files *files, struct rk_tls **out, struct rk_err *err)
{
	return create(CLIENT, files, NULL, out, err);
}

enum rk_status rk_tls_guests(
	const struct rk_tls_files *files, struct rk_tls **out, struct rk_err *err)
{
	return create(GUESTS, files, NULL, out, err);
}

enum rk_status rk_tls_pinned(
	const uint8_t sha256[RK_SHA256_BYTES], struct rk_tls **out, struct rk_err *err)
{
	return create(PINNED, NULL, sha256, out, err);
}

bool rk_tls_authority(const struct rk_tls *tls, uint8_t sha256[RK_SHA256_BYTES])
{
	X509 *cert = rk_tls_find_authority(tls->ctx);

	return cert && X509_digest(cert, EVP_sha256(), sha256, NULL) == 1;
}

struct rk_tls *rk_tls_ref(struct rk_tls *tls)
{
	tls->references++;
	return tls;
}

void rk_tls_free(struct rk_tls **tls)
{
	struct rk_tls *gone = *tls;

	*tls = NULL;
	if (!gone || --gone->references > 0)
		return;
	SSL_CTX_free(gone->ctx);
	free(gone);
}

SSL_CTX *rk_tls_context(const struct rk_tls *tls)
{
	return tls->ctx;
}

int64_t rk_tls_expires(const struct rk_tls *tls)
{
	return tls->expires;
}

int64_t rk_tls_lists_end(const struct rk_tls *tls)
{
	return rk_tls_crl_ends(tls->ctx);
}

static bool set_host(SSL *ssl, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
	uint8_t address[sizeof(struct in6_addr)];

	if (inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1;
	return X509_VERIFY_PARAM_set1_host(param, host, 0) == 1 &&
		SSL_set_tlsext_host_name(ssl, host) == 1;
}

enum rk_status rk_tls_session(struct rk_tls *tls, const char *host, SSL **out, struct rk_err *err)
{
	SSL *ssl;

	if (!serves(tls) && (!host || !*host))
		return rk_fail(err, RK_INVALID_ARGUMENT, "no name of the server to compare with");
	ssl = SSL_new(tls->ctx);
	if (!ssl)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a TLS connection");
	if (!serves(tls) && !set_host(ssl, host)) {
		SSL_free(ssl);
		ERR_clear_error();
		return rk_fail(err, RK_INVALID_ARGUMENT, "\"%s\" is no name of a server", host);
	}
	*out = ssl;
	return RK_OK;
}
