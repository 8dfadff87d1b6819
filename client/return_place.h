/* return_place.h - the place in a report that somebody who has its form before them means. */
#pragma once
#include "run.h"

/* rk_return_path makes a path of "取組!F5" (a cell of the form as 'renkei template' writes it), of "取組1 > 実施開始日" (names as reports are
 * shown, in any language) or of a path.  NULL when there is no such place. */
const char *rk_return_path(struct rk_run *run, const char *place);
