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

bool rk_revocation_is_stale(const struct rk_tls *tls)
{
	return rk_tls_lists_end(tls) <= rk_clock_now_us() / 1000000;
}

static void tell_stale(struct rk_revocation *revocation, const struct rk_tls *tls)
{
	if (revocation->told || !rk_revocation_is_stale(tls))
		return;
	revocation->told = true;
	rk_log(RK_LOG_ERROR, "revocation_list_stale", RK_TEXT("file", revocation->settings->crl),
		RK_TEXT("why", "its nextUpdate is over; every client of its authority is refused"));
}

void rk_revocation_init(struct rk_revocation *revocation, const struct rk_settings *settings,
	const struct rk_tls *tls)
{
	*revocation = (struct rk_revocation){.settings = settings};
	if (*settings->crl && stat(settings->crl, &revocation->seen) != 0)
		memset(&revocation->seen, 0, sizeof revocation->seen);
	tell_stale(revocation, tls);
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
	revocation->told = false;
	rk_log(RK_LOG_NOTICE, "revocation_list_read", RK_TEXT("file", files.crl));
}

void rk_revocation_look(struct rk_revocation *revocation, struct rk_tls **tls)
{
	struct stat now = {0};

	if (!*revocation->settings->crl || rk_clock_ms() < revocation->next_ms)
		return;
	revocation->next_ms = rk_clock_ms() + LOOK_MS;
	if (stat(revocation->settings->crl, &now) != 0 || !is_same(&now, &revocation->seen))
		replace(revocation, &now, tls);
	tell_stale(revocation, *tls);
}
