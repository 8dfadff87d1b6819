/* tls_authority.h - the authority behind a server's certificate: found, sent along, and trusted by its fingerprint alone. */
#pragma once
#include "base/digest.h"
#include "base/err.h"

#include <openssl/ssl.h>

/* The certificate in ctx's store that vouches for ctx's own chain, borrowed; NULL when there is none. */
X509 *rk_tls_find_authority(SSL_CTX *ctx);
/* It is sent behind the own chain from now on.  Errors: RK_FAILED_PRECONDITION the file has none that fits. */
RK_MUST_USE enum rk_status rk_tls_send_authority(
	SSL_CTX *ctx, const char *ca_path, struct rk_err *err);
/* ctx trusts whichever certificate of the peer's chain has this SHA-256, and no other.  Errors: RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_tls_use_pin(
	SSL_CTX *ctx, const uint8_t pin[RK_SHA256_BYTES], struct rk_err *err);
