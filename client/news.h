/* news.h - what became of a municipality's reports since its officer looked last: accepted, returned, due soon.  Each is said once on a computer. */
#pragma once
#include "remote.h"

/* Asks the server, says on stderr what was not said before, and remembers that.  Nothing to an office, nothing the first time but what is to be done,
 * and nothing when it cannot be known. */
void rk_news_tell(struct rk_run *run);
