/* rules.h - what makes a report acceptable or doubtful: the same library in client and daemon.
 *
 * Pure: bytes and a date in, findings out.  What only the database knows (is the municipality in the registry, is the base
 * version the latest) is not judged here but refused by the SQL function.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "wire/json.h"

#include "renkei/v1/problem.pb-c.h"
#include "renkei/v1/report.pb-c.h"

/* What reading a form found (wire/json.h), to be told among the findings of the rules. */
struct rk_read_fault {
	const struct rk_read_fault *next;
	Renkei__V1__Severity severity;
	struct rk_json_fault fault;
};

struct rk_rules_context {
	int32_t today; /* date in Japan, 20160715 */
	/* NULL where bytes are judged that nobody read out of a form.  Where an error stands, the rules say nothing more: what could
	 * not be read is not missing. */
	const struct rk_read_fault *faults;
	/* Set to the latest day that was held against today, 0 when none was: with another day the verdict might be another.  May be NULL. */
	int32_t *latest;
};

/* rk_rules_check judges the bytes of a renkei.v1.Report.
 *
 * Returns RK_OK with *verdict, which lives in the arena, every rule of the set run; *report is the unpacked report, NULL
 * when the bytes were no clean message (then the verdict has errors that say so: MALFORMED_MESSAGE, UNKNOWN_FIELD,
 * TEXT_NUL, TEXT_NOT_UTF8 with their paths, the first 500 of these two).  A message whole but for bytes in its texts is
 * judged all the same; of such a text nothing else is said, because what it was to be is not known.
 * Errors: RK_RESOURCE_EXHAUSTED  the arena is full: then there is no verdict.
 */
RK_MUST_USE enum rk_status rk_rules_check(struct rk_arena *arena, struct rk_slice report_bytes,
	const struct rk_rules_context *context, Renkei__V1__Report **report,
	Renkei__V1__Verdict **verdict, struct rk_err *err);

/* Whether a warning of this code is of the form that a report was written in: the bytes do not show it, so that an answer to it shows it again. */
bool rk_rules_is_of_form(const char *code);
/* Whether findings of this rule rest on what day it is. */
bool rk_rules_rest_on_today(const char *code);

/* Fields of a record of this type that one rule holds against each other, the one at `field` ("share", "amount.minor_units") or what it is part of
 * among them, with blanks between: "payer share amount".  n counts these rules from 0; NULL behind the last. */
const char *rk_rules_together(const ProtobufCMessageDescriptor *of, const char *field, size_t n);

/* SHA-256 over codes, severities and sentences of the set, lower-case hexadecimal; computed once.  "" as long as there was no memory
 * for it. */
const char *rk_rules_hash(void);

/* The rule set, sorted by code; *count entries.  For the documentation and its tests. */
struct rk_rule_info {
	const char *code;
	Renkei__V1__Severity severity;
};
const struct rk_rule_info *rk_rules_list(size_t *count);
