/* submission.h - one report on its way from its request to its receipt; alone or one of a stream. */
#pragma once
#include "rpc/rpc.h"

#include "renkei/v1/receipt.pb-c.h"
#include "renkei/v1/report.pb-c.h"

/* Answers whether a sender may submit; a municipality for itself, the secretariat for one. */
#define RK_SUBMITTERS "{municipality,secretariat}"
extern const struct rk_statement rk_submission_permit;

struct rk_submission_walk {
	struct rk_call *call;
	struct rk_arena *arena;
	const char *request_id; /* lower case as sent; "" when there was none */
	bool validate_only;
	const char *
		on_behalf_of; /* the municipality that the secretariat submits for; "" = the sender's own */
	/* Whose it is, when somebody else brings it; NULL: the caller's. */
	const struct rk_principal *sender;
	struct rk_slice relay;  /* of batch.h */
	struct rk_slice report; /* exact bytes, borrowed until sent */
	Renkei__V1__Report *message;
	Renkei__V1__Verdict *verdict;
	struct rk_err
		refusal; /* what the rules say; told once the caller is known to be one who may submit */
	struct rk_ticket *ticket;
	struct rk_query
		*query; /* out in place of a ticket: may the sender of a flawed report submit? */
	rk_submitted_fn *told;
	void *arg;
	/* The outcome. */
	Renkei__V1__Receipt *receipt; /* NULL: refused, or validate_only */
	bool replayed;
	struct rk_err err;
	struct rk_slice detail;
};

/* Reads a SubmitReportRequest without unpacking the report in it. Errors: RK_INVALID_ARGUMENT MALFORMED_MESSAGE,
 * UNKNOWN_FIELD, REQUEST_ID_REQUIRED, REPORT_REQUIRED, ON_BEHALF_OF_DIFFERS (no code at all; the database compares). */
RK_MUST_USE enum rk_status rk_submission_read(
	struct rk_submission_walk *walk, struct rk_slice request);
/* Runs the rules.  RK_OK also when the verdict has errors: walk->refusal is REPORT_REFUSED then, for the settling. */
RK_MUST_USE enum rk_status rk_submission_judge(struct rk_submission_walk *walk);
/* Into the batch; a report the rules refuse goes no further than the question whether its sender may submit at all.  told is
 * called with arg from the loop. */
RK_MUST_USE enum rk_status rk_submission_send(
	struct rk_submission_walk *walk, rk_submitted_fn *told, void *arg);
/* Reads what told was given; RK_OK with receipt, or err. */
RK_MUST_USE enum rk_status rk_submission_settle(struct rk_submission_walk *walk,
	enum rk_status status, struct rk_slice outcome, const struct rk_err *err);

/* Nobody waits any more. */
void rk_submission_abandon(struct rk_submission_walk *walk);

/* The rules over the bytes of a report, for CheckReport too. */
RK_MUST_USE enum rk_status rk_submission_rules(struct rk_arena *arena, struct rk_slice report,
	Renkei__V1__Report **message, Renkei__V1__Verdict **verdict, struct rk_err *err);
struct json_t;
/* A receipt's JSON to the receipt, complete with statement and signature, in the arena. */
RK_MUST_USE enum rk_status rk_submission_receipt(const struct rk_keyring *keys,
	struct rk_arena *arena, const struct json_t *json, Renkei__V1__Receipt **out,
	struct rk_err *err);
