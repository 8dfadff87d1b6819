/* versions.h - a server that does not know what was asked: which of the two sides is the older one, and what to do.
 *
 * renkei.v1 only grows, so a method that is missing means a server from before it, or one from after renkei.v1.  The refusal names the
 * server's version (ErrorInfo, metadata "version"); where it does not, the server is asked.
 */
#pragma once
#include "remote.h"

/* Below, at or above 0 as a is older than b, the same, or newer: numbers between points, "0.10.1"; what follows them does not count. */
int rk_version_compare(const char *a, const char *b);
/* The sentence for a failure with unknown_method, in the run's language, with both versions where the server's can be had. */
const char *rk_versions_sentence(struct rk_run *run, const struct rk_failure *failure);
