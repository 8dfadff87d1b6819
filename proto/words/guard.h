/* guard.h - text that a spreadsheet would take for a formula.
 *
 * It begins with one of = + - @ | % or a control character, also in full width, and also behind blanks, quotes and marks that are not seen.
 * In a CSV file it is safe with an apostrophe before it.
 */
#pragma once
#include <stdbool.h>

bool rk_text_is_formula(const char *text);
