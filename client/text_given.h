/* text_given.h - a text of a command: --text, or the content of --file. */
#pragma once
#include "run.h"

/* rk_text_given gives what exactly one of --text and --file says; the mark of UTF-8 and the last line's end are none of it.  Returns an exit status. */
int rk_text_given(struct rk_run *run, const char **text);
