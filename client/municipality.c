#include "municipality.h"

#include "command.h"
#include "words/code.h"

#include <string.h>
#include <strings.h>

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

static const char *known_code(const char *called)
{
	size_t count;
	const struct rk_code_name *names = rk_lg_names(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i].ja, called) == 0 || strcmp(names[i].zh, called) == 0 ||
			strcasecmp(names[i].en, called) == 0)
			return names[i].code;
	return NULL;
}

int rk_municipality_take(struct rk_run *run)
{
	Renkei__V1__GetMunicipalityResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	for (size_t i = 0; i < run->given_count; i++) {
		struct rk_given *given = &run->given[i];

		/* "none" is no name: renkei evaluate note takes it. */
		if (strcmp(given->option->name, "municipality") != 0 ||
			!given->value[strspn(given->value, "0123456789")] ||
			strcmp(given->value, "none") == 0)
			continue;
		const char *code = known_code(given->value);

		/* Who has no server is told by the command itself that this is no code. */
		if (!code && !run->profile.server)
			continue;
		if (!code && rk_municipality_get(run, given->value, &answer, &failure) != RK_OK)
			return rk_trouble_at(run, &failure);
		given->value = code ? code : answer->municipality->municipality_code;
	}
	return EX_OK;
}
