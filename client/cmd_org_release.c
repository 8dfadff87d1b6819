/* renkei org release - whether reports of a municipality count only after the release by its approver (決裁). */
#include "base/text.h"
#include "command.h"
#include "municipality.h"
#include "out.h"
#include "remote.h"
#include "summary.h"

#include "renkei/v1/registry_service.pb-c.h"

#include <string.h>

/* Who else changed the record meanwhile is not overwritten: it goes back with the etag it was read with. */
static enum rk_status set(
	struct rk_run *run, Renkei__V1__Municipality *municipality, struct rk_failure *failure)
{
	Renkei__V1__Registry registry = RENKEI__V1__REGISTRY__INIT;
	Renkei__V1__ImportRegistryRequest request = RENKEI__V1__IMPORT_REGISTRY_REQUEST__INIT;
	Renkei__V1__ImportRegistryResponse *response = NULL;
	char request_id[37];

	if (!rk_text_uuid(request_id))
		return rk_fail(&failure->err, RK_INTERNAL, "no random numbers from the system");
	registry.municipalities = &municipality;
	registry.n_municipalities = 1;
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.registry = &registry;
	return rk_call(run, "RegistryService/ImportRegistry", &request, import_registry_response,
		&response, failure);
}

int rk_cmd_org_release(struct rk_run *run)
{
	Renkei__V1__GetMunicipalityResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	const char *required = rk_run_option(run, "required");
	bool on;

	on = strcmp(required, "yes") == 0;
	if (rk_municipality_get(run, run->operands[0], &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	Renkei__V1__Municipality *municipality = answer->municipality;

	if ((municipality->release_required != 0) == on) {
		rk_talk(run, on ? "release.is_on" : "release.is_off", "name",
			municipality->name_ja);
		return EX_OK;
	}
	rk_talk(run, on ? "release.turn_on" : "release.turn_off", "name", municipality->name_ja,
		"code", municipality->municipality_code);
	if (!rk_confirm(run, "release.set_ask", NULL))
		return rk_not_confirmed();
	municipality->_release_required_case =
		RENKEI__V1__MUNICIPALITY___RELEASE_REQUIRED_RELEASE_REQUIRED;
	municipality->release_required = on;
	if (set(run, municipality, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!rk_run_flag(run, "dry-run"))
		rk_talk(run, on ? "release.is_on" : "release.is_off", "name",
			municipality->name_ja);
	return EX_OK;
}
