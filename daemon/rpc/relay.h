/* relay.h - what the methods that relay share: whose a seal is, and what is kept of its way. */
#pragma once
#include "call/call.h"
#include "rpc/attachment.h"
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

/* relay_walk.c: the walk of a method with one question.  First the caller is asked about, as every caller is; then what is sealed is asked, as its sender's. */
struct rk_relay_walk {
	struct rk_query *query; /* the one that is out */
	/* Opens what is sealed and makes the question with rk_relay_query; a failure is in call->err. */
	enum rk_status (*make)(struct rk_call *call, struct rk_relay_walk *walk);
};

/* In a method's check: from here on the call's state is its walk.  Errors: RK_RESOURCE_EXHAUSTED, those of rk_relay_check_id. */
RK_MUST_USE enum rk_status rk_relay_walk_begin(struct rk_call *call, const char *request_id,
	enum rk_status (*make)(struct rk_call *call, struct rk_relay_walk *walk));
/* The question as the sender's, to be bound by make; NULL with call->err set. */
struct rk_query *rk_relay_query(struct rk_call *call, struct rk_relay_walk *walk,
	const struct rk_asker *sender, const struct rk_statement *statement);
/* What is sealed as the database takes it, in the call's arena.  Errors, in call->err: RK_RESOURCE_EXHAUSTED; RK_INVALID_ARGUMENT SEAL_MALFORMED, naming what. */
RK_MUST_USE enum rk_status rk_relay_json(struct rk_call *call, const ProtobufCMessage *message,
	const char *what, struct rk_slice *json);
/* What is sealed as a message of type, unpacked into the call's arena; errors as of rk_relay_json. */
RK_MUST_USE enum rk_status rk_relay_unpack(struct rk_call *call,
	const ProtobufCMessageDescriptor *type, const struct rk_seal *seal, const char *what,
	ProtobufCMessage **message);
/* Members of such a method. */
enum rk_flow rk_relay_walk_ask(struct rk_call *call);
void rk_relay_walk_closed(struct rk_call *call);
