/* tls_crl.h - until when the revocation lists of a context hold. */
#pragma once
#include <openssl/ssl.h>

#include <stdint.h>

/* Seconds since 1970 from which OpenSSL takes no list of some authority any more, and so refuses every certificate of it: of each
 * authority the newest list counts, of all the first to end.  INT64_MAX when there is no list, or none that ends. */
int64_t rk_tls_crl_ends(SSL_CTX *ctx);
