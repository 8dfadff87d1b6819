/* Any bytes as a certificate (DER): who it names is plain text, named once, and is taken apart into what it is made of. */
#include "call/principal.h"
#include "link/tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The URIs among the names of all extensions of that kind, counted in another way than the code under test does. */
static int count_uris(const X509 *cert, const char *uri, bool *found)
{
	int count = 0;

	for (int i = 0; i < X509_get_ext_count(cert); i++) {
		X509_EXTENSION *extension = X509_get_ext(cert, i);
		GENERAL_NAMES *names = NULL;

		if (OBJ_obj2nid(X509_EXTENSION_get_object(extension)) == NID_subject_alt_name)
			names = X509V3_EXT_d2i(extension);
		for (int n = 0; n < sk_GENERAL_NAME_num(names); n++) {
			int type;
			const ASN1_STRING *text = GENERAL_NAME_get0_value(
				sk_GENERAL_NAME_value(names, n), &type);

			if (type != GEN_URI)
				continue;
			count++;
			*found = *found ||
				((size_t)ASN1_STRING_length(text) == strlen(uri) &&
					memcmp(ASN1_STRING_get0_data(text), uri, strlen(uri)) == 0);
		}
		GENERAL_NAMES_free(names);
	}
	return count;
}

static void check_uri(const X509 *cert, const char *uri)
{
	bool found = false;

	if (!*uri)
		return;
	assert(strlen(uri) < 256);
	for (const char *at = uri; *at; at++)
		assert(*at > ' ' && *at < 0x7f);
	assert(count_uris(cert, uri, &found) == 1 && found);
}

static void check_principal(const struct rk_tls_peer *peer)
{
	struct rk_principal principal = {0};
	char again[sizeof principal.uri + 16];

	rk_principal_from_peer(&principal, peer);
	assert(memcmp(principal.spki_sha256, peer->spki_sha256, sizeof peer->spki_sha256) == 0);
	if (!principal.uri[0]) {
		assert(!principal.authority[0] && !principal.role[0] && !principal.id[0]);
		return;
	}
	assert(strcmp(principal.uri, peer->uri) == 0);
	assert(principal.authority[0] && principal.role[0] && principal.id[0]);
	(void)snprintf(again, sizeof again, "renkei://%s/%s/%s", principal.authority,
		principal.role, principal.id);
	assert(strcmp(again, principal.uri) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned char *at = data;
	X509 *cert = d2i_X509(NULL, &at, (long)size);
	struct rk_tls_peer peer;
	struct rk_err err = {0};

	ERR_clear_error();
	if (!cert)
		return 0;
	if (rk_tls_cert(cert, &peer, &err) == RK_OK) {
		assert(strspn(peer.serial, "0123456789abcdef-") == strlen(peer.serial));
		check_uri(cert, peer.uri);
		check_principal(&peer);
	} else {
		assert(err.status == RK_UNAUTHENTICATED);
	}
	assert(ERR_peek_error() == 0);
	X509_free(cert);
	return 0;
}
