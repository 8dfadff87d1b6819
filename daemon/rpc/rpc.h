/* rpc.h - what the methods of one worker share, and the list of them. */
#pragma once
#include "base/list.h"
#include "call/call.h"
#include "rpc/access.h"
#include "rpc/attachment.h"
#include "rpc/batch.h"
#include "rpc/fold.h"
#include "rpc/receipts.h"

struct rk_rpc {
	struct rk_call_env *env;
	struct rk_batch *batch;
	struct rk_fold *fold;
	const struct rk_keyring *keys;
	struct rk_list watchers;        /* calls of Health.Watch */
	struct rk_list status_watchers; /* calls of WatchPlatformStatus */
	int status_watchers_count;
	bool serving; /* what the health service says */
	int64_t max_streams;
	bool letters_wait;
	struct rk_access_options access;
	struct rk_enrol_rate enrol_rate;
	struct rk_attachment_limits attachments;
	const char *export_dir; /* "": there is none */
	bool exports_made;
	const char *const *export_commands; /* ended by NULL */
};

struct rk_rpc_options {
	struct rk_batch_limits batch;
	const struct rk_keyring *keys; /* outlives the rpc */
	int64_t max_streams;           /* told by GetServerInfo */
	bool letters_wait;             /* there is no mail server; told by it, too */
	struct rk_access_options access;
	struct rk_attachment_limits attachments;
	const char *export_dir; /* folder of bundles, outlives the rpc; NULL: there is none */
	bool exports_made; /* this daemon makes what is ordered: it has a folder and a read_database */
	const char *const *
		export_commands; /* export/handover.h; ended by NULL, outlives the rpc; NULL: there are none */
};

/* rk_rpc_create makes it and stores it in env->rpc; env->pool and env->base are set. */
RK_MUST_USE enum rk_status rk_rpc_create(struct rk_call_env *env,
	const struct rk_rpc_options *options, struct rk_rpc **out, struct rk_err *err);
/* After every call has ended. */
void rk_rpc_free(struct rk_rpc **rpc);
/* Tells the health service and its watchers. */
void rk_rpc_set_serving(struct rk_rpc *rpc, bool serving);
/* Ends streams that would never end by themselves; stopping: the health service says NOT_SERVING first. */
void rk_rpc_drain(struct rk_rpc *rpc, bool stopping);

static inline struct rk_rpc *rk_rpc_of(const struct rk_call *call)
{
	return call->env->rpc;
}

/* Every method, ended by NULL; and the services they must equal. */
extern const struct rk_method *const rk_methods[];
extern const ProtobufCServiceDescriptor *const rk_services[];
/* The statements of all methods and of the batch; made at the first call, NULL without memory. */
const struct rk_statement *const *rk_rpc_statements(void);

/* One method a file. */
extern const struct rk_method rk_method_check_report, rk_method_submit_report,
	rk_method_submit_reports, rk_method_relay_report, rk_method_relay_decision,
	rk_method_get_report, rk_method_get_receipt, rk_method_get_server_info,
	rk_method_health_check, rk_method_health_watch, rk_method_health_list,
	rk_method_reflection_v1, rk_method_reflection_v1alpha, rk_method_metrics,
	rk_method_create_invitation, rk_method_enroll, rk_method_renew_certificate,
	rk_method_revoke_certificate, rk_method_upload_attachment, rk_method_relay_attachment,
	rk_method_get_relayed_upload, rk_method_download_attachment,
	rk_method_get_attachment_receipt, rk_method_release_report, rk_method_watch_platform_status,
	rk_method_put_export_schedule, rk_method_run_export, rk_method_download_export;

/* health.c */
void rk_health_tell(struct rk_rpc *rpc);
void rk_health_end_watches(struct rk_rpc *rpc);
/* watch_status.c: ends the streams. */
void rk_watch_status_end(struct rk_rpc *rpc);
/* metrics.c: the text alone, for the loopback listener. */
RK_MUST_USE enum rk_status rk_metrics_text(const struct rk_call_env *env, struct rk_buf *out);
