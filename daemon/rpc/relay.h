/* relay.h - what the methods that relay share: whose a seal is, and what is kept of its way. */
#pragma once
#include "call/call.h"
#include "words/seal.h"

/* Answers whether the caller may relay at all: who may not learns nothing about what is sealed, and costs no look at a signature. */
#define RK_RELAYERS "{municipality,approver,secretariat}"
extern const struct rk_statement rk_relay_permit;
/* relay_decision.c: what it asks beside that. */
extern const struct rk_statement rk_relay_decision_statement;

/* RK_INVALID_ARGUMENT REQUEST_ID_REQUIRED unless it is a UUID. */
RK_MUST_USE enum rk_status rk_relay_check_id(struct rk_call *call, const char *request_id);
/* Reads what is sealed, borrowed from the request.  Errors, in call->err: RK_INVALID_ARGUMENT SEAL_MALFORMED, REQUEST_ID_REQUIRED (another's). */
RK_MUST_USE enum rk_status rk_relay_open(struct rk_call *call,
	const Renkei__V1__SealedReport *sealed, const char *request_id, struct rk_seal *seal);
/* The principal whose certificate it is: one that a connection could be made with, and its key has signed these bytes; in the call's arena.
 * Errors: those of rk_principal_from_paper, in call->err. */
RK_MUST_USE enum rk_status rk_relay_sender(
	struct rk_call *call, const struct rk_seal *seal, const struct rk_principal **sender);
/* Who brought it and what proves whose it is, as JSON for the database. */
RK_MUST_USE enum rk_status rk_relay_note(
	struct rk_call *call, const struct rk_seal *seal, struct rk_slice *note);
/* A refusal of the sender's certificate becomes one of the seal's: the caller's own is as good as before.  False when it is another refusal. */
bool rk_relay_say_whose(struct rk_err *err);
