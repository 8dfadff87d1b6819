/* sentence.h - what a sentence of say_client.h becomes when what it names is put into it. */
#pragma once
#include "run.h"

/* rk_sentence_fill puts the values of pairs (name, value, ..., NULL) in the places of {name}; a name without a value stays as it stands. */
const char *rk_sentence_fill(struct rk_run *run, const char *text, const char *const *pairs);
