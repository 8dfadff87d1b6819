/* streams.h - standard input, output and error are there, whoever started the program. */
#pragma once
#include "base/err.h"

#include <stdbool.h>

/* rk_streams_hold fills the place of each that is closed with one that cannot be used, so that no file or socket takes its number and
 * gets what is meant for people.  To be called before anything is opened; false when the system gives none. */
RK_MUST_USE bool rk_streams_hold(void);
