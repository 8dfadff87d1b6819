/* editor.h - a text changed in the editor of whoever sits there: $VISUAL, else $EDITOR. */
#pragma once
#include "run.h"

/* rk_editor_change gives the text to the editor and *changed what it left, without the last line's end.  Returns an exit status, after it has said why:
 * EX_USAGE where no editor is named or nobody sits at a terminal. */
int rk_editor_change(struct rk_run *run, const char *text, const char **changed);
