#include "link/tls.h"
#include "link/tls_files.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctype.h>
#include <string.h>

static void cert_free(X509 **cert)
{
	X509_free(*cert);
}

static void names_free(GENERAL_NAMES **names)
{
	GENERAL_NAMES_free(*names);
}

/* Printable ASCII only: a NUL or a blank in the middle would be read differently by the next one who looks. */
static bool take_uri(const ASN1_IA5STRING *name, char out[256])
{
	const unsigned char *bytes = ASN1_STRING_get0_data(name);
	int len = ASN1_STRING_length(name);

	if (len <= 0 || len > 255)
		return false;
	for (int i = 0; i < len; i++)
		if (bytes[i] <= ' ' || bytes[i] >= 0x7f)
			return false;
	memcpy(out, bytes, (size_t)len);
	out[len] = '\0';
	return true;
}

static void read_uri(X509 *cert, char out[256])
{
	RK_AUTO(names_free)
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	int uris = 0;

	out[0] = '\0';
	for (int i = 0; names && i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type != GEN_URI)
			continue;
		if (++uris > 1 || !take_uri(name->d.uniformResourceIdentifier, out)) {
			out[0] = '\0';
			return;
		}
	}
}

void rk_tls_file_uri(const char *path, char out[256])
{
	BIO *file = BIO_new_file(path, "r");
	RK_AUTO(cert_free) X509 *cert = file ? PEM_read_bio_X509(file, NULL, NULL, "") : NULL;

	out[0] = '\0';
	if (cert)
		read_uri(cert, out);
	BIO_free(file);
	ERR_clear_error();
}

static bool read_spki(X509 *cert, uint8_t out[RK_SHA256_BYTES])
{
	unsigned char *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);

	if (len <= 0)
		return false;
	rk_sha256((struct rk_slice){der, (size_t)len}, out);
	OPENSSL_free(der);
	return true;
}

static bool read_serial(X509 *cert, char out[48])
{
	BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert), NULL);
	char *hex = number ? BN_bn2hex(number) : NULL;
	size_t len = hex ? strlen(hex) : 0;
	bool fits = len > 0 && len < 48;

	for (size_t i = 0; fits && i <= len; i++)
		out[i] = (char)tolower((unsigned char)hex[i]);
	OPENSSL_free(hex);
	BN_free(number);
	return fits;
}

enum rk_status rk_tls_cert(X509 *cert, struct rk_tls_peer *out, struct rk_err *err)
{
	bool whole;

	memset(out, 0, sizeof *out);
	read_uri(cert, out->uri);
	out->expires = rk_tls_seconds(X509_get0_notAfter(cert));
	whole = read_spki(cert, out->spki_sha256) && read_serial(cert, out->serial);
	/* What OpenSSL noted here must not be taken for a fault of the connection. */
	ERR_clear_error();
	if (whole)
		return RK_OK;
	return rk_fail(err, RK_UNAUTHENTICATED, "the peer's certificate cannot be read");
}

enum rk_status rk_tls_guest(SSL *ssl, struct rk_err *err)
{
	const unsigned char *protocol = NULL;
	unsigned len = 0;

	SSL_get0_alpn_selected(ssl, &protocol, &len);
	if (len == 2 && memcmp(protocol, "h2", 2) == 0)
		return RK_OK;
	return rk_fail(err, RK_UNAUTHENTICATED, "the peer did not agree on HTTP/2 (ALPN \"h2\")");
}

enum rk_status rk_tls_peer(SSL *ssl, struct rk_tls_peer *out, struct rk_err *err)
{
	RK_AUTO(cert_free) X509 *cert = SSL_get1_peer_certificate(ssl);

	RK_TRY(rk_tls_guest(ssl, err));
	if (!cert || SSL_get_verify_result(ssl) != X509_V_OK)
		return rk_fail(err, RK_UNAUTHENTICATED, "the peer has no valid certificate");
	return rk_tls_cert(cert, out, err);
}
