/* tls_why.h - keeps what was wrong with a certificate until somebody asks. */
#pragma once
#include <openssl/x509_vfy.h>

/* From the verification callback, when it refuses: the sentence is kept with the SSL, for rk_tls_failure. */
void rk_tls_keep_refusal(X509_STORE_CTX *store);
