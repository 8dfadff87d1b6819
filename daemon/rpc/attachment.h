/* attachment.h - what the methods of AttachmentService share: the limits, and one question to the database after the other. */
#pragma once
#include "call/call.h"

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

/* A query for this call's principal, with the memory of the one before gone; NULL with call->err set. */
struct rk_query *rk_question_make(
	struct rk_question *question, struct rk_call *call, const struct rk_statement *statement);
/* Asks it: told runs when it is committed, the answer in question->query; otherwise the call ends with call->err,
 * or refused runs, where it was set after rk_question_make. */
enum rk_flow rk_question_ask(struct rk_question *question, void (*told)(struct rk_call *call));

/* Whether one is under way. */
static inline bool rk_question_is_out(const struct rk_question *question)
{
	return question->out;
}

void rk_question_close(struct rk_question *question);

/* upload_attachment.c: what an upload asks beside its method's statement. */
extern const struct rk_statement rk_append_statement, rk_read_statement, rk_finish_statement,
	rk_discard_statement;
