/* attachment.h - what the methods of AttachmentService share: the limits, and one question to the database after the other. */
#pragma once
#include "call/call.h"

#include "renkei/v1/attachment_service.pb-c.h"

/* Bytes of a file in one message; only the last one of a file may have fewer: each is a row and a transaction. */
#define RK_ATTACHMENT_CHUNK       ((size_t)64 << 10)
#define RK_ATTACHMENT_CHUNK_LEAST ((size_t)16 << 10)

struct rk_attachment_limits {
	int64_t bytes; /* of a municipality */
	int64_t files; /* of a quarter */
	int64_t hours; /* until an upload that nobody goes on with is dropped */
};

/* A stream asks many times: each question has memory of its own, which the next one takes.  {0} is one that was never asked. */
struct rk_question {
	struct rk_call *call;
	struct rk_arena arena;
	struct rk_query *query;
	bool out;
	void (*told)(struct rk_call *call);
	void (*refused)(struct rk_call *call); /* see rk_question_ask; NULL: the call ends */
};

/* Who asks, where it is not the caller: whose a seal is. */
struct rk_asker {
	const struct rk_principal *principal;
	const char *roles;
};

/* A query for who asks, NULL: this call's principal, with the memory of the one before gone; NULL with call->err set. */
struct rk_query *rk_question_make(struct rk_question *question, struct rk_call *call,
	const struct rk_asker *asker, const struct rk_statement *statement);
/* Asks it: told runs when it is committed, the answer in question->query; otherwise the call ends with call->err,
 * or refused runs, where it was set after rk_question_make. */
enum rk_flow rk_question_ask(struct rk_question *question, void (*told)(struct rk_call *call));

/* Whether one is under way. */
static inline bool rk_question_is_out(const struct rk_question *question)
{
	return question->out;
}

void rk_question_close(struct rk_question *question);

/* relay_attachment.c: what a relayed upload is asked for beside its method's statement. */
extern const struct rk_statement rk_relayed_held_statement;
/* The head of a sealed file: whose it is, what is kept of its way, and the head with the seal's id; borrowed from the request, or in the call's arena.
 * Errors, in call->err: those of rk_relay_open and rk_relay_sender; RK_INVALID_ARGUMENT SEAL_MALFORMED: what is sealed is no head. */
RK_MUST_USE enum rk_status rk_relayed_head(struct rk_call *call,
	const Renkei__V1__SealedReport *sealed, const char *request_id, struct rk_asker *sender,
	struct rk_slice *note, Renkei__V1__UploadHead **head);

/* upload_attachment.c: what an upload asks beside its method's statement. */
extern const struct rk_statement rk_begin_statement, rk_append_statement, rk_read_statement,
	rk_finish_statement, rk_discard_statement;
