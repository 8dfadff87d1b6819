/* words.h - what the fields and values of a report are called, in each language by itself.
 *
 * A reader of forms has to know a name in all of them at once; who speaks one language takes labels.h.
 */
#pragma once
#include "words/say.h"

#include <protobuf-c/protobuf-c.h>

#include <stdbool.h>

#define RK_LABEL_TEXT 128
/* The languages of a form, RK_JA to RK_ZH. */
#define RK_LANGUAGES 3

/* Each of these writes the name to out and returns it. */

/* A field's name, or that of a sheet or column of the form that is no field ("actual_start": "実施開始日", "actual start"). */
const char *rk_label_field_in(
	enum rk_language language, const char *field, char out[RK_LABEL_TEXT]);
/* An enum value's name ("訪日研修", "training in japan"); "" for 0. */
const char *rk_label_enum_in(enum rk_language language, const ProtobufCEnumDescriptor *type,
	int value, char out[RK_LABEL_TEXT]);
/* The same for programs: lower case without prefix ("training_in_japan"), "" for 0, the number for one that is not in the list. */
const char *rk_enum_name_in(
	const ProtobufCEnumDescriptor *type, int value, char out[RK_LABEL_TEXT]);
/* Whether a field has a name of its own in Japanese and Chinese. */
bool rk_label_is_there(const char *field);
