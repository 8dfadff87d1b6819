/* lines.h - where in a JSON text the value at a path stands. */
#pragma once
#include "base/buf.h"

/* rk_form_line_of returns how many lines lie before the value at a path such as "activities[0].title" of text, or before the last record on the
 * way to it when it is not there.  The text is taken for well-formed; in any other the answer is some line of it. */
size_t rk_form_line_of(struct rk_slice text, const char *path);
