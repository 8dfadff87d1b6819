/* wrap.h - Japanese and English text into lines of a display width. */
#pragma once
#include "base/buf.h"

/* rk_wrap_next cuts the next line off the front of text: at most width columns (0 = all of it), at least one character.
 *
 * Japanese may break anywhere except before 、。）」 and the like and after （「; words of Latin letters and digits stay whole when they
 * fit on a line; the blank a line is broken at belongs to neither line.  A line end in the text ends the line. */
struct rk_slice rk_wrap_next(struct rk_slice *text, size_t width);
