/* profile.h - contexts: which server, with which certificate.
 *
 * One file per user, $XDG_CONFIG_HOME/renkei/contexts.conf (mode 0600), read by libconfuse:
 *
 *   current = "demo"
 *   context demo {
 *     server = "renkei.example:7443"
 *     ca = "/etc/renkei/ca.pem"
 *     cert = "/etc/renkei/cert.pem"
 *     key = "/etc/renkei/key.pem"
 *     municipality = "401005"
 *     proxy = "proxy.example:8080"
 *   }
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* NULL = not said.  All in the arena given at loading. */
struct rk_profile {
	const char *name;
	const char *server;
	const char *ca;
	const char *cert;
	const char *key;
	const char *municipality;
	const char
		*proxy; /* as proxy.h reads it; "none": straight, whatever the environment says */
	const char *proxy_unused; /* of the environment, and no HTTP proxy; not in the file */
	const uint8_t *
		pin; /* SHA-256 of the one authority to trust, 32 bytes, of a run without files; not in the file */
};

#define RK_PROFILE_MAX 64

struct rk_profiles {
	const char *current; /* NULL = none */
	struct rk_profile at[RK_PROFILE_MAX];
	size_t count;
};

/* $XDG_CONFIG_HOME/renkei, $XDG_STATE_HOME/renkei, else under $HOME; NULL when neither is set. */
RK_MUST_USE char *rk_profile_config_dir(struct rk_arena *arena);
RK_MUST_USE char *rk_profile_state_dir(struct rk_arena *arena);

/* rk_profiles_load reads a file; one that does not exist has no contexts.
 * Errors: RK_FAILED_PRECONDITION CONTEXTS_BAD, the sentence with file and line. */
RK_MUST_USE enum rk_status rk_profiles_load(
	struct rk_arena *arena, const char *path, struct rk_profiles *profiles, struct rk_err *err);
/* rk_profiles_save writes a temporary file, mode 0600, and renames it. */
RK_MUST_USE enum rk_status rk_profiles_save(
	const char *path, const struct rk_profiles *profiles, struct rk_err *err);
/* NULL when there is none of this name. */
struct rk_profile *rk_profiles_find(struct rk_profiles *profiles, const char *name);

/* rk_profile_overlay puts what over says over profile. */
void rk_profile_overlay(struct rk_profile *profile, const struct rk_profile *over);
