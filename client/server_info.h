/* server_info.h - what the server says of itself and of the caller, asked once a run. */
#pragma once
#include "remote.h"

#include "renkei/v1/receipt.pb-c.h"
#include "renkei/v1/server_service.pb-c.h"

RK_MUST_USE enum rk_status rk_server_info(struct rk_run *run,
	const Renkei__V1__GetServerInfoResponse **info, struct rk_failure *failure);
/* The same without patience, for what may not hold up the matter itself: one attempt of a few seconds.  NULL: it is not to be had. */
const Renkei__V1__GetServerInfoResponse *rk_server_info_soon(struct rk_run *run);
/* rk_server_pin_keys asks for the receipt keys and pins them (outbox.h). */
RK_MUST_USE enum rk_status rk_server_pin_keys(struct rk_run *run, struct rk_failure *failure);
/* The municipality that the own certificate or the context is of; NULL for an office, and where neither says. */
const char *rk_municipality_own(struct rk_run *run);
/* The municipality meant: --municipality, else the context's, else the own certificate's, else what the server has of the caller.  NULL with err when there is none. */
const char *rk_municipality_asked(struct rk_run *run, struct rk_err *err);

/* The proxy that the run goes through, as people may see it; NULL = none. */
const char *rk_proxy_of(struct rk_run *run);

/* The receipt as people read it, to the run's output. */
void rk_receipt_print(struct rk_run *run, const Renkei__V1__Receipt *receipt);
/* "on_time", or "on time" and "3 h late" for people. */
const char *rk_timeliness(struct rk_run *run, const Renkei__V1__Receipt *receipt);
/* "2 d 3 h", for people. */
const char *rk_span(struct rk_run *run, int64_t seconds);
