#include "rpc/rpc.h"

#include "rpc/comparison.h"
#include "rpc/relay.h"
#include "words/rules.h"

#include <stdlib.h>

enum { FOLD_EVERY_MS = 10000 };

enum rk_status rk_rpc_create(struct rk_call_env *env, const struct rk_rpc_options *options,
	struct rk_rpc **out, struct rk_err *err)
{
	static const char *const no_commands[] = {NULL};
	struct rk_rpc *rpc = calloc(1, sizeof *rpc);

	*out = NULL;
	/* The hash is computed once, and better now than in a call. */
	if (!rpc || !*rk_rules_hash()) {
		free(rpc);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the methods");
	}
	rpc->env = env;
	rpc->keys = options->keys;
	rpc->max_streams = options->max_streams;
	rpc->letters_wait = options->letters_wait;
	rpc->access = options->access;
	rpc->attachments = options->attachments;
	rpc->export_dir = options->export_dir ? options->export_dir : "";
	rpc->exports_made = options->exports_made;
	rpc->export_commands = options->export_commands ? options->export_commands : no_commands;
	rpc->enrol_rate = (struct rk_enrol_rate){
		.per_minute = options->access.per_minute, .per_source = options->access.per_source};
	rk_list_init(&rpc->watchers);
	rk_list_init(&rpc->status_watchers);
	if (rk_batch_create(env, &options->batch, rk_keyring_current(options->keys), &rpc->batch,
		    err) != RK_OK ||
		rk_fold_create(env, FOLD_EVERY_MS, options->attachments.hours, &rpc->fold, err) !=
			RK_OK) {
		rk_batch_free(&rpc->batch);
		free(rpc);
		return err ? err->status : RK_RESOURCE_EXHAUSTED;
	}
	env->rpc = rpc;
	*out = rpc;
	return RK_OK;
}

void rk_rpc_free(struct rk_rpc **rpc)
{
	if (!*rpc)
		return;
	rk_fold_free(&(*rpc)->fold);
	rk_batch_free(&(*rpc)->batch);
	(*rpc)->env->rpc = NULL;
	free(*rpc);
	*rpc = NULL;
}

void rk_rpc_set_serving(struct rk_rpc *rpc, bool serving)
{
	if (rpc->serving == serving)
		return;
	rpc->serving = serving;
	rk_health_tell(rpc);
}

void rk_rpc_drain(struct rk_rpc *rpc, bool stopping)
{
	if (stopping)
		rk_rpc_set_serving(rpc, false);
	rk_health_end_watches(rpc);
	rk_watch_status_end(rpc);
}

const struct rk_statement *const *rk_rpc_statements(void)
{
	static const struct rk_statement *const extra[] = {&rk_batch_statement, &rk_fold_statement,
		&rk_search_statement, &rk_expire_statement, &rk_append_statement,
		&rk_read_statement, &rk_finish_statement, &rk_discard_statement,
		&rk_relay_decision_statement, &rk_begin_statement, &rk_relayed_held_statement,
		&rk_next_comparison_statement, &rk_keep_comparison_statement, NULL};
	static const struct rk_statement *const *list;

	if (!list)
		list = rk_methods_statements(rk_methods, extra);
	return list;
}
