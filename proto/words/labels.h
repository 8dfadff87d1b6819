/* labels.h - what fields and values are called in Japanese and Chinese; English is made of their names. */
#pragma once
#include "words/say.h"

/* A field by its name ("actual_start": "実施開始日"), a value by its name in the protocol ("ACTIVITY_KIND_FIELD_SURVEY": "現地調査").
 * NULL where there is none, and in English. */
const char *rk_words_field(enum rk_language language, const char *name);
const char *rk_words_value(enum rk_language language, const char *name);
/* A path of a request or a report ("where[0].values[1]") as people read it, counted from 1: "絞込みの条件1 > 値2", in the arena.  A word without a
 * name stays; the path itself in English and without memory. */
const char *rk_words_path(struct rk_arena *arena, enum rk_language language, const char *path);
