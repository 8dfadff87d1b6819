#include "link/tls_crl.h"

#include "link/tls_files.h"

static int64_t end_of(const X509_CRL *crl)
{
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);

	return next ? rk_tls_seconds(next) : INT64_MAX;
}

static int64_t newest_of(const STACK_OF(X509_OBJECT) * objects, const X509_CRL *one)
{
	int64_t newest = end_of(one);

	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
		X509_CRL *crl = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));

		if (crl && end_of(crl) > newest &&
			X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_CRL_get_issuer(one)) == 0)
			newest = end_of(crl);
	}
	return newest;
}

int64_t rk_tls_crl_ends(SSL_CTX *ctx)
{
	const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(ctx));
	int64_t first = INT64_MAX;

	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
		X509_CRL *crl = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));
		int64_t newest = crl ? newest_of(objects, crl) : INT64_MAX;

		if (newest < first)
			first = newest;
	}
	return first;
}
