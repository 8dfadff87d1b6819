/* labels.h - what fields and values are called in Japanese and Chinese; English is made of their names. */
#pragma once
#include "words/say.h"

/* A field by its name ("actual_start": "実施開始日"), a value by its name in the protocol ("ACTIVITY_KIND_FIELD_SURVEY": "現地調査").
 * NULL where there is none, and in English. */
const char *rk_words_field(enum rk_language language, const char *name);
const char *rk_words_value(enum rk_language language, const char *name);
