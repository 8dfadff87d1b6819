#include "versions.h"

#include "server_info.h"

#include <stdlib.h>

static long next_number(const char **at)
{
	char *end;
	long number;

	if (**at < '0' || **at > '9')
		return 0;
	number = strtol(*at, &end, 10);
	*at = *end == '.' ? end + 1 : end;
	return number;
}

int rk_version_compare(const char *a, const char *b)
{
	for (int part = 0; part < 4; part++) {
		long one = next_number(&a), other = next_number(&b);

		if (one != other)
			return one < other ? -1 : 1;
	}
	return 0;
}

const char *rk_versions_sentence(struct rk_run *run, const struct rk_failure *failure)
{
	const Renkei__V1__GetServerInfoResponse *info;
	const char *server = failure->server_version;
	int order;

	if (!server && (info = rk_server_info_soon(run)))
		server = rk_visible(run, info->version);
	order = server ? rk_version_compare(server, RENKEI_VERSION) : 0;
	if (order == 0)
		return rk_tell(run, "trouble.server_older");
	return rk_tell(run, order < 0 ? "trouble.server_is_older" : "trouble.server_is_newer",
		"server", server, "own", RENKEI_VERSION);
}
