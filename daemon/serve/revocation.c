#include "serve/revocation.h"

#include "base/clock.h"
#include "base/log.h"

#include <string.h>

#define LOOK_MS 10000

struct rk_tls_files rk_revocation_files(const struct rk_settings *settings)
{
	return (struct rk_tls_files){
		.ca = settings->ca,
		.cert = settings->certificate,
		.key = settings->key,
		.crl = *settings->crl ? settings->crl : NULL,
	};
}

void rk_revocation_init(struct rk_revocation *revocation, const struct rk_settings *settings)
{
	*revocation = (struct rk_revocation){.settings = settings};
	if (*settings->crl && stat(settings->crl, &revocation->seen) != 0)
		memset(&revocation->seen, 0, sizeof revocation->seen);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
		a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void replace(struct rk_revocation *revocation, const struct stat *now, struct rk_tls **tls)
{
	struct rk_tls_files files = rk_revocation_files(revocation->settings);
	struct rk_tls *fresh = NULL;
	struct rk_err err = {0};

	if (rk_tls_server(&files, &fresh, &err) != RK_OK) {
		rk_log(RK_LOG_ERROR, "revocation_list_refused", RK_TEXT("why", err.text));
		return;
	}
	rk_tls_free(tls);
	*tls = fresh;
	revocation->seen = *now;
	rk_log(RK_LOG_NOTICE, "revocation_list_read", RK_TEXT("file", files.crl));
}

void rk_revocation_look(struct rk_revocation *revocation, struct rk_tls **tls)
{
	struct stat now = {0};

	if (!*revocation->settings->crl || rk_clock_ms() < revocation->next_ms)
		return;
	revocation->next_ms = rk_clock_ms() + LOOK_MS;
	if (stat(revocation->settings->crl, &now) == 0 && is_same(&now, &revocation->seen))
		return;
	replace(revocation, &now, tls);
}
