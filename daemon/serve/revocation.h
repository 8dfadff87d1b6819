/* revocation.h - a list of revoked certificates that is replaced while the daemon runs.
 *
 * It is a file that another program writes anew every day or hour; nobody should have to remember a reload.  A list that cannot be
 * read leaves the old one in force and is logged, again and again.
 * One whose own time is over (nextUpdate) refuses every client of its authority; that is logged once, until there is another one.
 */
#pragma once
#include "link/tls.h"
#include "settings.h"

#include <sys/stat.h>

struct rk_revocation {
	const struct rk_settings *settings;
	struct stat seen;
	int64_t next_ms;
	bool told; /* that the list is stale */
};

/* The files of TLS that the settings name. */
struct rk_tls_files rk_revocation_files(const struct rk_settings *settings);
/* The list that *settings names has been read just now, into tls. */
void rk_revocation_init(struct rk_revocation *revocation, const struct rk_settings *settings,
	const struct rk_tls *tls);
/* Is the time of a list over that tls was made with. */
bool rk_revocation_is_stale(const struct rk_tls *tls);
/* Looks at the file, at most every ten seconds; when it is another one, *tls is replaced for connections to come. */
void rk_revocation_look(struct rk_revocation *revocation, struct rk_tls **tls);
