#include "ca/ca.h"

#include "ca/store.h"
#include "link/tls_files.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rk_ca {
	STACK_OF(X509) * certs;
	X509 *cert; /* one of them */
	EVP_PKEY *key;
	struct rk_buf pem;
	char issuer[256];
};

static enum rk_status fill(
	struct rk_ca *ca, const char *certs_path, const char *key_path, struct rk_err *err)
{
	RK_TRY(rk_tls_read_key(key_path, &ca->key, err));
	ca->certs = rk_ca_read_certs(certs_path);
	if (sk_X509_num(ca->certs) < 1)
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"%s: not there, or holds no PEM certificate", certs_path);
	for (int i = 0; i < sk_X509_num(ca->certs); i++) {
		X509 *cert = sk_X509_value(ca->certs, i);

		if (!ca->cert && X509_check_private_key(cert, ca->key) == 1)
			ca->cert = cert;
		RK_TRY(rk_ca_add_pem(&ca->pem, cert, err));
	}
	/* A key that is another's leaves a note. */
	ERR_clear_error();
	if (!ca->cert || X509_check_ca(ca->cert) == 0)
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"%s: belongs to none of the authorities of %s", key_path, certs_path);
	rk_ca_name(X509_get_subject_name(ca->cert), ca->issuer, sizeof ca->issuer);
	return rk_buf_cstr(&ca->pem)
		? RK_OK
		: rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for an authority");
}

enum rk_status rk_ca_open(
	const char *certs_path, const char *key_path, struct rk_ca **out, struct rk_err *err)
{
	RK_AUTO(rk_ca_close) struct rk_ca *ca = calloc(1, sizeof *ca);

	if (!ca)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for an authority");
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): version 14 does not know what RK_AUTO frees */
	RK_TRY(fill(ca, certs_path, key_path, err));
	*out = ca;
	ca = NULL;
	return RK_OK;
}

void rk_ca_close(struct rk_ca **ca)
{
	if (!*ca)
		return;
	rk_ca_certs_free(&(*ca)->certs);
	EVP_PKEY_free((*ca)->key);
	rk_buf_clear(&(*ca)->pem);
	free(*ca);
	*ca = NULL;
}

const char *rk_ca_pem(const struct rk_ca *ca)
{
	return (const char *)ca->pem.at;
}

const char *rk_ca_issuer(const struct rk_ca *ca)
{
	return ca->issuer;
}

int64_t rk_ca_ends(const struct rk_ca *ca)
{
	return rk_ca_seconds(X509_get0_notAfter(ca->cert));
}

X509 *rk_ca_cert(const struct rk_ca *ca)
{
	return ca->cert;
}

/* A comma would begin a second name in OpenSSL's notation. */
static enum rk_status names_of(
	const struct rk_ca_leaf *leaf, char *out, size_t size, struct rk_err *err)
{
	int len = leaf->uri ? snprintf(out, size, "URI:%s", leaf->uri)
			    : snprintf(out, size, "%s", leaf->hosts);

	if (len < 0 || (size_t)len >= size || (leaf->uri && strpbrk(leaf->uri, ", \\")) ||
		strpbrk(out, " \\\n"))
		return rk_fail(err, RK_INVALID_ARGUMENT, "\"%s\" cannot be a name in a certificate",
			leaf->uri ? leaf->uri : leaf->hosts);
	return RK_OK;
}

enum rk_status rk_ca_sign(const struct rk_ca *ca, EVP_PKEY *key, const struct rk_ca_leaf *leaf,
	X509 **out, struct rk_err *err)
{
	char names[1024];
	const struct rk_ca_extension extensions[] = {
		{NID_basic_constraints,        "critical,CA:FALSE"                    },
		{NID_key_usage,                "critical,digitalSignature"            },
		{NID_ext_key_usage,            leaf->uri ? "clientAuth" : "serverAuth"},
		{NID_subject_alt_name,         names                                  },
		{NID_subject_key_identifier,   "hash"                                 },
		{NID_authority_key_identifier, "keyid:always"                         },
		{0,			    NULL				   },
	};
	const struct rk_ca_recipe recipe = {
		.common_name = leaf->common_name,
		.serial = leaf->serial,
		.not_before = leaf->not_before,
		.not_after = leaf->not_after,
		.extensions = extensions,
	};

	RK_TRY(names_of(leaf, names, sizeof names, err));
	errno = 0;
	*out = rk_ca_make(&recipe, key, ca->cert, ca->key);
	if (*out)
		return RK_OK;
	if (errno != ENOMEM)
		return rk_ca_fail("a certificate cannot be signed", err);
	ERR_clear_error();
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a certificate");
}

enum rk_status rk_ca_issue(const struct rk_ca *ca, const struct rk_ca_request *request,
	const struct rk_ca_leaf *leaf, struct rk_buf *pem, struct rk_err *err)
{
	X509 *cert = NULL;
	enum rk_status status;

	RK_TRY(rk_ca_sign(ca, request->key, leaf, &cert, err));
	status = rk_ca_add_pem(pem, cert, err);
	X509_free(cert);
	return status;
}
