/* A run is ordered in the database; the process that keeps schedules makes it, here or beside another daemon. */
#include "rpc/rpc.h"

#include "renkei/v1/export_service.pb-c.h"

static const struct rk_statement statement = {
	"run_export", "select renkei_api.run_export($1::jsonb) as reply", 1};

/* Nobody would make it, and who asks would wait. */
static enum rk_status check(struct rk_call *call)
{
	const struct rk_rpc *rpc = rk_rpc_of(call);

	if (rpc->exports_made)
		return RK_OK;
	return rk_fail_reason(&call->err, RK_FAILED_PRECONDITION, "EXPORTS_NOT_SET_UP",
		"%s is empty", *rpc->export_dir ? "read_database" : "export_dir");
}

const struct rk_method rk_method_run_export = {
	.path = "/renkei.v1.ExportService/RunExport",
	.input = &renkei__v1__run_export_request__descriptor,
	.output = &renkei__v1__run_export_response__descriptor,
	.statement = &statement,
	.roles = "{secretariat}",
	.check = check,
};
