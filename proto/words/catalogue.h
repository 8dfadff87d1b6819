/* catalogue.h - look up a message in the bytes of a gettext .mo file, without files and locales. */
#pragma once
#include "base/buf.h"

/* The catalogues compiled in (made by msgfmt from po/ at build time). */
extern const unsigned char rk_catalogue_ja[];
extern const size_t rk_catalogue_ja_len;
extern const unsigned char rk_catalogue_zh[];
extern const size_t rk_catalogue_zh_len;

/* rk_catalogue_find returns the translation of (context, id), borrowed from mo, or NULL when there is none or when mo is no
 * little-endian .mo file (GNU gettext manual, "The Format of GNU MO Files"). */
const char *rk_catalogue_find(struct rk_slice mo, const char *context, const char *id);
