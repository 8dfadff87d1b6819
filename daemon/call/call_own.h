/* call_own.h - what the files of a call share: call.c (its life), call_walk.c (its steps), call_head.c (its headers), call_log.c. */
#pragma once
#include "call/call.h"

/* Goes on from call->step until a step waits or the call ends. */
void rk_call_walk(struct rk_call *call);
const char *rk_call_step_name(const struct rk_call *call);
/* The end of every call, exactly once. */
void rk_call_finish(struct rk_call *call);
/* Sets call->err: the request's bytes are not what they must be; returns RK_FLOW_END. */
enum rk_flow rk_call_malformed(struct rk_call *call, const char *text);
/* The one line of a call, and its figures. */
void rk_call_log(const struct rk_call *call);
void rk_call_count(const struct rk_call *call);
