/* report_diff.h - what changed between two versions of a report, field by field (新旧対照).
 *
 * Records with an id of their own (activities, outcomes ...) are found again by it, wherever they stand in their list.
 */
#pragma once
#include "run.h"

#include "renkei/v1/report.pb-c.h"

struct rk_report_change {
	const char *path;           /* "activities[act-1].title": ids instead of places */
	const char *label;          /* the same in the run's language */
	const char *before, *after; /* one line each; "" = nothing */
};

/* rk_report_compare returns what differs, in the order of the later version and then what is gone, count of it.  What only says
 * which version it is (action, base version, reason) is no difference. */
const struct rk_report_change *rk_report_compare(struct rk_run *run,
	const Renkei__V1__Report *before, const Renkei__V1__Report *after, size_t *count);
/* rk_report_beside returns the whole of a report beside an earlier one, of another quarter too: every field that one of them says, whether it changed or
 * not, and a record that came new field by field.  Whose and of when a report is, is left out, and answers to warnings.  before NULL: there was none. */
const struct rk_report_change *rk_report_beside(struct rk_run *run,
	const Renkei__V1__Report *before, const Renkei__V1__Report *after, size_t *count);
/* A record of a list, the n-th of it in an earlier version, found again in a later one: by its id, *id (else NULL); where records have none, by all it
 * says, else by its place.  NULL when it is gone; after may be NULL. */
const ProtobufCMessage *rk_report_found_again(struct rk_run *run, const ProtobufCMessage *after,
	const ProtobufCFieldDescriptor *list, const ProtobufCMessage *record, size_t n,
	const char **id);
/* Whether the records of a list have ids. */
bool rk_report_has_ids(const ProtobufCFieldDescriptor *list);
/* Whether one path holds the other: the same, or a field of it, "activities[a]" and "activities[a].title". */
bool rk_report_path_holds(const char *path, const char *other);
/* How many of the changes touch what one of the others touches: the same field, or a record and a field of it. */
size_t rk_report_changes_touched(const struct rk_report_change *changes, size_t count,
	const struct rk_report_change *others, size_t other_count);
/* Prints it as "label: before -> after", a line each, at most so many. */
void rk_report_changes_print(struct rk_run *run, FILE *out, const struct rk_report_change *changes,
	size_t count, size_t most);
