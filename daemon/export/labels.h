/* labels.h - what the columns and codes of exports are called in three languages. */
#pragma once
#include "base/arena.h"
#include "words/say.h"

/* A column's label: by table and name, by name, or the name itself with blanks; NULL without memory. */
const char *rk_export_label(
	struct rk_arena *arena, enum rk_language language, const char *table, const char *column);
/* A code's label by its list ("activity_kind") and value; the value itself with blanks where it has none; NULL without memory. */
const char *rk_export_code_label(
	struct rk_arena *arena, enum rk_language language, const char *list, const char *value);
/* What a missing value means, in words. */
const char *rk_export_missing_label(enum rk_language language, const char *missing);
