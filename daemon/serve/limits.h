/* limits.h - what the settings say of HTTP/2, as the sessions want it. */
#pragma once
#include "link/h2.h"
#include "settings.h"

/* Stays where it is: h2.guard points to guard. */
struct rk_limits {
	struct rk_h2_guard_limits guard;
	struct rk_h2_limits h2;
};

void rk_limits_fill(struct rk_limits *limits, const struct rk_settings *settings);
