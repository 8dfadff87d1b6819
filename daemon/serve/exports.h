/* exports.h - what a configuration says to those who make exports. */
#pragma once
#include "export/work.h"
#include "serve/server.h"

/* Whether this daemon makes what is due or ordered: it has a folder and a login to read from. */
bool rk_exports_are_made(const struct rk_settings *settings);
/* The house borrows from the configuration. */
void rk_exports_house(const struct rk_config *config, struct rk_export_house *house);
