#include "link/tls_why.h"

#include "link/tls.h"
#include "link/tls_files.h"

#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* OpenSSL's words are about records and alerts; these are about what to do. */
static const struct {
	int reason;
	const char *sentence;
} sentences[] = {
	{SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,   "the peer asks for a certificate and got none"},
	{SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE,   "the peer has shown no certificate"           },
	{SSL_R_TLSV1_ALERT_UNKNOWN_CA,
         "the peer refuses our certificate: it does not know the authority that issued it"        },
	{SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
         "the peer refuses our certificate: expired or not valid yet"                             },
	{SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,     "the peer refuses our certificate: revoked"   },
	{SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
         "the peer refuses our certificate: not made for this purpose"                            },
	{SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
         "the peer refuses our certificate: not well formed, or its "
		"key or signature is too weak"						    },
	{SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,     "the peer refuses our certificate"            },
	{SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL,
         "the peer refuses: it was not offered HTTP/2 (ALPN \"h2\")"                              },
	{SSL_R_NO_APPLICATION_PROTOCOL,             "the peer does not offer HTTP/2 (ALPN \"h2\")"},
	{SSL_R_CALLBACK_FAILED,                     "the peer does not offer HTTP/2 (ALPN \"h2\")"},
	{SSL_R_TLSV1_ALERT_PROTOCOL_VERSION,        "the peer does not speak TLS 1.3"             },
	{SSL_R_UNSUPPORTED_PROTOCOL,                "the peer does not speak TLS 1.3"             },
	{SSL_R_UNEXPECTED_EOF_WHILE_READING,        "the connection was cut off"                  },
	{SSL_R_WRONG_VERSION_NUMBER,                "the peer does not speak TLS"                 },
	{SSL_R_HTTP_REQUEST,                        "the peer speaks HTTP without TLS"            },
	{SSL_R_CERTIFICATE_VERIFY_FAILED,           "the peer's certificate is refused"           },
};

static void describe(unsigned long code, const char *data, char *out, size_t size)
{
	const char *reason = ERR_reason_error_string(code);

	if (ERR_GET_LIB(code) == ERR_LIB_SSL)
		for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
			if (sentences[i].reason == ERR_GET_REASON(code)) {
				(void)snprintf(out, size, "%s", sentences[i].sentence);
				return;
			}
	if (data && *data)
		(void)snprintf(out, size, "%s (%s)", reason ? reason : "TLS failed", data);
	else if (reason)
		(void)snprintf(out, size, "%s", reason);
	else
		(void)snprintf(out, size, "TLS failed with code %lx", code);
}

/* The first error is the cause, those after it only passed it on. */
void rk_tls_error(char *out, size_t size)
{
	const char *data = NULL;
	int flags = 0;
	unsigned long code = ERR_get_error_all(NULL, NULL, NULL, &data, &flags);

	if (code)
		describe(code, flags & ERR_TXT_STRING ? data : NULL, out, size);
	else
		(void)snprintf(out, size, "no further details");
	ERR_clear_error();
}

static void refusal_free(
	void *parent, void *value, CRYPTO_EX_DATA *data, int index, long argl, void *argp)
{
	(void)parent;
	(void)data;
	(void)index;
	(void)argl;
	(void)argp;
	OPENSSL_free(value);
}

static int refusal_index(void)
{
	static int index = -1;

	if (index < 0)
		index = SSL_get_ex_new_index(0, NULL, NULL, NULL, refusal_free);
	return index;
}

void rk_tls_keep_refusal(X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	X509 *cert = X509_STORE_CTX_get_current_cert(store);
	int error = X509_STORE_CTX_get_error(store);
	char name[240] = "no certificate", text[440];
	char *kept;

	if (!ssl || SSL_get_ex_data(ssl, refusal_index()))
		return;
	if (cert)
		rk_tls_describe(cert, name, sizeof name);
	if (error == X509_V_ERR_INVALID_PURPOSE)
		(void)snprintf(text, sizeof text,
			"the peer's certificate (%s) is refused: not made for a %s (extended key usage)",
			name, SSL_is_server(ssl) ? "client" : "server");
	else
		(void)snprintf(text, sizeof text, "the peer's certificate (%s) is refused: %s",
			name, X509_verify_cert_error_string(error));
	kept = OPENSSL_strdup(text);
	if (kept && !SSL_set_ex_data(ssl, refusal_index(), kept))
		OPENSSL_free(kept);
}

void rk_tls_failure(struct bufferevent *bev, char *out, size_t size)
{
	SSL *ssl = bufferevent_openssl_get_ssl(bev);
	const char *refusal = ssl ? SSL_get_ex_data(ssl, refusal_index()) : NULL;
	unsigned long code = ssl ? bufferevent_get_openssl_error(bev) : 0;
	int socket_error = EVUTIL_SOCKET_ERROR();

	/* libevent also puts SSL_ERROR_SYSCALL there as if it were an error of OpenSSL's queue: it has no library. */
	while (ssl && bufferevent_get_openssl_error(bev))
		continue;
	if (refusal)
		(void)snprintf(out, size, "%s", refusal);
	else if (ERR_GET_LIB(code) != 0)
		describe(code, NULL, out, size);
	else if (socket_error && socket_error != EPIPE && socket_error != EAGAIN)
		(void)snprintf(out, size, "%s", evutil_socket_error_to_string(socket_error));
	else
		(void)snprintf(out, size, "the connection was cut off");
}
