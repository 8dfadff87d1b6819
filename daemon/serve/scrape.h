/* scrape.h - the figures over plain HTTP/1.1 on loopback, for Prometheus scrapers without certificates. */
#pragma once
#include "call/call.h"

#include <event2/event.h>

struct rk_scrape;

/* Answers GET /metrics on fd, which stays the caller's. */
RK_MUST_USE enum rk_status rk_scrape_open(
	const struct rk_call_env *env, int fd, struct rk_scrape **out, struct rk_err *err);
void rk_scrape_close(struct rk_scrape **scrape);
