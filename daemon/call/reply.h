/* reply.h - what leaves: headers, messages, trailers.  For call.c and its neighbours only. */
#pragma once
#include "call/call.h"

/* The end of a gRPC reply: trailers, or headers and trailers in one when nothing was sent; or the plain HTTP refusal.  The
 * status is call->err's. */
void rk_reply_end(struct rk_call *call);
/* The whole reply to a GET that went well. */
void rk_reply_text(struct rk_call *call, struct rk_slice text);
