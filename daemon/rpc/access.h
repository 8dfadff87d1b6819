/* access.h - what the methods of AccessService share: the authority, the limits, the tokens. */
#pragma once
#include "base/digest.h"
#include "ca/ca.h"
#include "rpc/enrol_rate.h"

struct rk_access_options {
	const struct rk_ca *ca; /* NULL: none; outlives the calls */
	uint8_t authority[RK_SHA256_BYTES];
	bool has_authority; /* behind the server's own certificate */
	int port, enrol_port;
	int64_t days, office_days;
	int per_minute, per_source;
};
