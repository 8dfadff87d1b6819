/* lines.h - where in a JSON text the values at paths stand. */
#pragma once
#include "base/buf.h"

#include <stdbool.h>

/* rk_form_lines_of says of each path such as "activities[0].title" how many lines lie before the value there, or before the last record on the way
 * to it when it is not there: lines[i] of paths[i].  It looks through text once, whatever their number.  The text is taken for well-formed; in
 * any other the answers are some lines of it.  False without memory. */
RK_MUST_USE bool rk_form_lines_of(
	struct rk_slice text, const char *const *paths, size_t count, size_t *lines);
