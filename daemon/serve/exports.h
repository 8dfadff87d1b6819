/* exports.h - what a configuration says to those who make exports. */
#pragma once
#include "export/work.h"
#include "serve/server.h"

/* The house borrows from the configuration. */
void rk_exports_house(const struct rk_config *config, struct rk_export_house *house);
