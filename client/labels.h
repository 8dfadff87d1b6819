/* labels.h - what the fields and values of a report are called by those who fill it in. */
#pragma once
#include "run.h"

#include "renkei/v1/report.pb-c.h"

#include <protobuf-c/protobuf-c.h>

/* A field's name in the run's language ("actual_start": "実施開始日", "actual start"). */
const char *rk_label_field(struct rk_run *run, const char *field);
/* A path's name ("activities[0].actual_start": "取組1 > 実施開始日"); NULL when it says no more than the path does. */
const char *rk_label_path(struct rk_run *run, const char *path);
/* The same of a path of this report, which may be NULL: whose people it is about ("取組2 > 参加者（中国側）> 実人数"), and no number where one cell
 * stands for all of a list. */
const char *rk_label_path_of(
	struct rk_run *run, const Renkei__V1__Report *report, const char *path);
/* What a returned item is called: this, or the path itself; "" is the report as a whole. */
const char *rk_label_item(struct rk_run *run, const Renkei__V1__Report *report, const char *path);
/* An enum value's name ("訪日研修", "training in japan"). */
const char *rk_label_enum(struct rk_run *run, const ProtobufCEnumDescriptor *type, int value);
/* The same for programs: lower case without prefix ("training_in_japan"). */
const char *rk_enum_name(struct rk_run *run, const ProtobufCEnumDescriptor *type, int value);
/* The value of such a name, or of a whole name; -1 when there is none, with *near the probable one (may be NULL). */
int rk_enum_value(struct rk_run *run, const ProtobufCEnumDescriptor *type, const char *name,
	const char **near);
/* All of them, with this between. */
const char *rk_enum_names(
	struct rk_run *run, const ProtobufCEnumDescriptor *type, const char *between);
