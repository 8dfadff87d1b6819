#include "rpc/rpc.h"

#include "renkei/v1/access_service.pb-c.h"

/* renkei_api.revoke_certificate is the operator's, by hand: one key, and no more. */
static const struct rk_statement statement = {
	"revoke_certificates", "select renkei_api.revoke_certificates($1::jsonb) as reply", 1};

const struct rk_method rk_method_revoke_certificate = {
	.path = "/renkei.v1.AccessService/RevokeCertificate",
	.input = &renkei__v1__revoke_certificate_request__descriptor,
	.output = &renkei__v1__revoke_certificate_response__descriptor,
	.statement = &statement,
	.roles = "{municipality,approver,secretariat,ministry,analyst,operator}",
};
