/* who.h - who did something, for people: the part played and for whom, and not the URI that programs know them by. */
#pragma once
#include "run.h"

/* "北九州市" of 401005, "Kitakyushu City"; the code itself where nobody knows its name. */
const char *rk_name_of_code(struct rk_run *run, const char *code);
/* "北九州市（401005）", "Kitakyushu City (401005)"; the code itself for programs, and where nobody knows its name. */
const char *rk_code_shown(struct rk_run *run, const char *code);
/* "北九州市の担当者" of renkei://.../municipality/401005, "事務局（iges）" of renkei://.../secretariat/iges; for programs, and of what is no such URI,
 * the text itself.  Which of several persons with one part it was nobody knows. */
const char *rk_who(struct rk_run *run, const char *uri);
