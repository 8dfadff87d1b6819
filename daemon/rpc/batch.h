/* batch.h - group commit: submissions that wait together share one transaction.
 *
 * No timer: while all slots are busy the next batch collects, and leaves as soon as one is free.  Its places are taken in turns
 * over the senders.  A batch that fails is halved until the bad submission stands alone, and what its sender sends in the next minute
 * travels alone; a batch whose outcome is unknown fails whole (UNAVAILABLE: send again with the same request id).
 */
#pragma once
#include "call/call.h"

struct rk_batch;
struct rk_ticket; /* a submission on its way */

struct rk_batch_limits {
	size_t items;
	size_t bytes;
	int slots;
	/* Who would wait longer is refused at once (0: nobody is); nor is one that follows overtaken by others of its sender longer. */
	int64_t wait_ms;
};

/* One report to store; everything is copied. */
struct rk_submission {
	const char *uri;
	const uint8_t *spki_sha256;
	const char *request_id;
	const char *on_behalf_of; /* "" = the sender's own */
	int64_t left_ms;          /* the caller waits no longer than that */
	bool validate_only;
	bool follows; /* rests on an earlier report of its sender: not sent while one of those is on its way */
	struct rk_slice report;   /* exact bytes */
	struct rk_slice document; /* its JSON */
	struct rk_slice verdict;  /* JSON */
	struct rk_slice
		relay; /* JSON of a sealed report's way, as renkei_api.submit_reports takes it; empty = it was not relayed */
};

/* Told once, from the loop: RK_OK and the outcome's JSON, borrowed for the call, or err.  The ticket is gone then. */
typedef void rk_submitted_fn(
	enum rk_status status, struct rk_slice outcome, const struct rk_err *err, void *arg);

extern const struct rk_statement rk_batch_statement;

RK_MUST_USE enum rk_status rk_batch_create(const struct rk_call_env *env,
	const struct rk_batch_limits *limits, const char *key_id, struct rk_batch **out,
	struct rk_err *err);
/* Tells nobody any more. */
void rk_batch_free(struct rk_batch **batch);
/* Would a submission of this sender, so large, be taken now?  Errors: RK_RESOURCE_EXHAUSTED SERVER_BUSY, with err->retry_ms: no place,
 * no memory, or the wait would be longer than the limit or than the caller waits. */
RK_MUST_USE enum rk_status rk_batch_admit(
	struct rk_batch *batch, const char *uri, size_t bytes, int64_t left_ms, struct rk_err *err);
/* Queues a copy.  Errors: RK_UNAVAILABLE STORE_UNAVAILABLE no connection serves, RK_RESOURCE_EXHAUSTED SERVER_BUSY as
 * rk_batch_admit. */
RK_MUST_USE enum rk_status rk_batch_add(struct rk_batch *batch,
	const struct rk_submission *submission, rk_submitted_fn *told, void *arg,
	struct rk_ticket **out, struct rk_err *err);
/* Nobody waits any more: not sent if it is still in the queue; else it takes its course untold, also in a half that waits.
 * Sets *ticket to NULL. */
void rk_batch_abandon(struct rk_batch *batch, struct rk_ticket **ticket);
/* How many wait. */
size_t rk_batch_waiting(const struct rk_batch *batch);
