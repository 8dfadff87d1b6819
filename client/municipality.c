#include "municipality.h"

#include <string.h>

enum rk_status rk_municipality_get(struct rk_run *run, const char *called,
	Renkei__V1__GetMunicipalityResponse **answer, struct rk_failure *failure)
{
	Renkei__V1__GetMunicipalityRequest request = RENKEI__V1__GET_MUNICIPALITY_REQUEST__INIT;

	if (called[strspn(called, "0123456789")])
		request.name = rk_run_str(run, called);
	else
		request.municipality_code = rk_run_str(run, called);
	RK_TRY(rk_call(run, "RegistryService/GetMunicipality", &request, get_municipality_response,
		answer, failure));
	if (!(*answer)->municipality)
		return rk_fail_reason(&failure->err, RK_INTERNAL, "SERVER_ANSWER_BAD",
			"an answer without a municipality");
	return RK_OK;
}
