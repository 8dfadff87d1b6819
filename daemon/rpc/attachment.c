#include "rpc/attachment.h"

#include "base/clock.h"

struct rk_query *rk_question_make(struct rk_question *question, struct rk_call *call,
	const struct rk_asker *asker, const struct rk_statement *statement)
{
	const struct rk_principal *who = asker ? asker->principal : call->principal;
	const struct rk_query_actor actor = {
		.uri = who->uri,
		.spki_sha256 = who->spki_sha256,
		.roles = asker ? asker->roles : call->method->roles,
		.timeout_ms = rk_call_left_ms(call),
	};

	rk_question_close(question);
	question->call = call;
	question->query = rk_query_create(&question->arena, statement, &actor, actor.timeout_ms);
	/* It waits for its turn behind what people wait for: the peer's window is its patience. */
	if (question->query)
		rk_query_cost(question->query, RK_COST_EXPORT);
	else
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for a question");
	return question->query;
}

static void on_settled(struct rk_query *query, void *arg)
{
	struct rk_question *question = arg;
	struct rk_call *call = question->call;

	question->out = false;
	/* It was not the peer that was silent meanwhile. */
	call->active_ms = rk_clock_ms();
	if (rk_query_status(query, &call->detail, &call->err) == RK_OK)
		question->told(call);
	else if (question->refused)
		question->refused(call);
	else
		rk_call_fail(call);
}

enum rk_flow rk_question_ask(struct rk_question *question, void (*told)(struct rk_call *call))
{
	struct rk_call *call = question->call;

	question->told = told;
	if (rk_pool_submit(call->env->pool, question->query, on_settled, question, &call->err) !=
		RK_OK)
		return RK_FLOW_END;
	question->out = true;
	return RK_FLOW_WAIT;
}

void rk_question_close(struct rk_question *question)
{
	if (question->out)
		rk_query_abandon(question->call->env->pool, question->query);
	if (question->query)
		rk_query_release(question->query);
	rk_arena_clear(&question->arena);
	*question = (struct rk_question){0};
}
