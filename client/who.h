/* who.h - who did something, for people: the part played and for whom, and not the URI that programs know them by. */
#pragma once
#include "run.h"

/* "北九州市の担当者" of renkei://.../municipality/401005, "事務局（iges）" of renkei://.../secretariat/iges; for programs, and of what is no such URI,
 * the text itself.  Which of several persons with one part it was nobody knows. */
const char *rk_who(struct rk_run *run, const char *uri);
