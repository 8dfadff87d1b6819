/* fold.h - has the sums of the status matrix folded now and then (sql/README.md), then what was submitted made ready to be searched, and once in
 * many times uploads dropped that nobody goes on with.  Behind the search a version is seen beside the accepted reports before it (comparison.h).  Each is a transaction of its own: one that fails undoes no other.
 *
 * Every worker asks at its pace; the database lets one at a time do it and answers the others at once.  An answer is at most
 * FOLD_DELTAS changes' work; when there was more, the next question follows soon; but to make ready what is searched takes a tenth of a worker's
 * time at most.  Nothing depends on when it happens: who reads the sums or searches reads what is not ready yet too.
 */
#pragma once
#include "call/call.h"

struct rk_fold;

extern const struct rk_statement rk_fold_statement, rk_search_statement, rk_expire_statement;

/* An upload is dropped so many hours after it last brought something.  rk_fold_create asks for the first time after every_ms, if the pool serves then; env->base and env->pool are set. */
RK_MUST_USE enum rk_status rk_fold_create(const struct rk_call_env *env, int64_t every_ms,
	int64_t hours, struct rk_fold **out, struct rk_err *err);
/* Lets a question on its way take its course. */
void rk_fold_free(struct rk_fold **fold);
