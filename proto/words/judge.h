/* judge.h - the bench of the rules: a report taken apart into records and spots, and the findings put in order.
 *
 * A record is a message of the report (an activity, a cost line), a spot one field of it, or one element of a list, or a
 * list as a whole.  A rule is a code, a severity and a function over every spot or over every record of one type; it sees
 * records and spots in the order of the report's fields.  Entries of a list past its limit are not looked at: the list is
 * refused as a whole.
 */
#pragma once
#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "words/code.h"
#include "words/limits.h"
#include "words/say.h"

#include "renkei/v1/problem.pb-c.h"
#include "renkei/v1/report.pb-c.h"

#include <protobuf-c/protobuf-c.h>

/* Where something stands: field number and index from 1 (0: no list), step by step; orders findings. */
struct rk_place {
	size_t depth;
	uint64_t step[8];
};

struct rk_record {
	struct rk_record *next;
	const struct rk_record *parent; /* NULL for the report */
	const struct rk_record *before; /* the one of the same type, NULL for the first */
	const ProtobufCMessage *message;
	const struct rk_limits *limits;
	const char *path; /* "activities[0]"; "" for the report */
	struct rk_place place;
};

/* Entries of Report.warning_answers that are looked at: its limit. */
#define RK_ANSWERS_MAX 1000

/* Types of records that there may be. */
#define RK_RECORD_TYPES 32

#define RK_SINGULAR   ((size_t)-1)
#define RK_WHOLE_LIST ((size_t)-2)

struct rk_spot {
	struct rk_spot *next, *next_of_kind;
	const struct rk_record *record;
	const ProtobufCFieldDescriptor *field;
	const struct rk_limit *limit;
	const void *value;    /* of the field's C type; of a list as a whole: NULL */
	size_t index;         /* in a list, or one of the two above */
	size_t count;         /* of a list as a whole */
	struct rk_slice text; /* of a string; else "" */
	uint8_t leads; /* which of enum rk_lead its bytes are among; so that rules need not look at what has none */
};

/* Bytes that characters begin with which the rules look for. */
enum rk_lead {
	RK_LEAD_CONTROL = 1, /* control characters, C1 among them; not tab and line feed */
	RK_LEAD_E2 = 2,      /* U+2000 to U+2FFF */
	RK_LEAD_EF = 4,      /* U+F000 to U+FFFF */
};

struct rk_rule;
struct rk_read_fault;
struct rk_compared;
struct rk_earlier_index;
struct rk_earlier_sort;
struct rk_rule_info;

struct rk_judge {
	struct rk_arena *arena;   /* findings, lives on with the verdict */
	struct rk_arena *scratch; /* records and spots */
	int32_t today;
	int32_t latest_day;               /* day that was held against today; 0: none */
	const Renkei__V1__Report *report; /* NULL when the bytes were no clean message */
	/* Of rules_earlier.c alone: reports of quarters before, newest first. */
	const struct rk_compared *earlier;
	size_t earlier_count;
	struct rk_earlier_index *index; /* made when it is first asked */
	struct rk_earlier_sort *sorts;
	size_t sort_count;
	struct rk_record *records, **next_record;
	const struct rk_record *latest[RK_RECORD_TYPES]; /* by their place in rk_limits_list */
	struct rk_spot *spots, **next_spot;
	struct rk_spot *of_kind[RK_KINDS], **next_of_kind[RK_KINDS];
	const struct rk_read_fault *faults; /* that silence the rules where they stand */
	const struct rk_rule *rule;         /* the one that runs */
	struct rk_found *found;
	size_t found_count;
	size_t bad_texts;      /* that the scan of the bytes told */
	enum rk_status status; /* not RK_OK: memory was short, there is no verdict */
};

/* Fields of a record that one rule holds against each other, named from there with blanks between: "share amount", "place.country kind". */
struct rk_together {
	const ProtobufCMessageDescriptor *of;
	const char *fields;
};

struct rk_rule {
	const char *code;
	Renkei__V1__Severity severity;
	void (*on_spot)(struct rk_judge *judge, const struct rk_spot *spot);
	const ProtobufCMessageDescriptor *of;
	void (*on_record)(struct rk_judge *judge, const struct rk_record *record);
	enum rk_kind kind; /* of the spots it is run over; RK_KINDS: every one */
	const struct rk_together
		*together; /* ended by {0}; NULL: it looks at one field of a record */
};

#define RK_ERROR   RENKEI__V1__SEVERITY__SEVERITY_ERROR
#define RK_WARNING RENKEI__V1__SEVERITY__SEVERITY_WARNING
#define RK_INFO    RENKEI__V1__SEVERITY__SEVERITY_INFO

#define RK_SPOT_RULE(code, severity, run)                       \
	{                                                       \
		code, severity, run, NULL, NULL, RK_KINDS, NULL \
	}
#define RK_KIND_RULE(code, severity, kind, run)             \
	{                                                   \
		code, severity, run, NULL, NULL, kind, NULL \
	}
#define RK_RECORD_RULE(code, severity, type, run)                                            \
	{                                                                                    \
		code, severity, NULL, &renkei__v1__##type##__descriptor, run, RK_KINDS, NULL \
	}
/* The same, with the fields that are judged together. */
#define RK_SPOT_RULE_OF(code, severity, run, table)              \
	{                                                        \
		code, severity, run, NULL, NULL, RK_KINDS, table \
	}
#define RK_RECORD_RULE_OF(code, severity, type, run, fields)                            \
	{                                                                               \
		code, severity, NULL, &renkei__v1__##type##__descriptor, run, RK_KINDS, \
			(const struct rk_together[])                                    \
		{                                                                       \
			{&renkei__v1__##type##__descriptor, fields},                    \
			{                                                               \
				NULL, NULL                                              \
			}                                                               \
		}                                                                       \
	}
/* Found on the wire, before there is a report: see rules.c. */
#define RK_WIRE_RULE(code)                                       \
	{                                                        \
		code, RK_ERROR, NULL, NULL, NULL, RK_KINDS, NULL \
	}

/* Takes the report apart; its limits and lists decide what is looked at. */
void rk_judge_open(struct rk_judge *judge, const Renkei__V1__Report *report);
/* Makes findings of what reading a form found; from then on no rule finds anything at these places. */
void rk_judge_tell_faults(struct rk_judge *judge, const struct rk_read_fault *faults);
/* Makes again the warning of a form that an answer is to. */
void rk_judge_tell_form(struct rk_judge *judge, const Renkei__V1__WarningAnswer *answer);
/* Whether the running rule has to keep silent at this path. */
bool rk_judge_is_told(const struct rk_judge *judge, const char *path);
/* Runs one rule over all there is. */
void rk_judge_run(struct rk_judge *judge, const struct rk_rule *rule);
/* Gives the warnings found so far the answers of the report that are to rules of the set; an answer to none of them is a finding of the
 * rule unused. */
void rk_judge_answers(
	struct rk_judge *judge, const struct rk_rule *unused, bool (*of_set)(const char *code));
/* SHA-256 over codes, severities and sentences of a set, sorted by code; false without memory. */
RK_MUST_USE bool rk_judge_hash(
	const struct rk_rule_info *rules, size_t count, char hash[RK_SHA256_HEX]);
/* Whether a rule of this code compares with earlier reports (compare.h). */
bool rk_compare_has(const char *code);
/* The findings in the order of the report's fields, then of their codes. */
RK_MUST_USE enum rk_status rk_judge_close(struct rk_judge *judge, Renkei__V1__Verdict *verdict);

/* What else a finding says: all may be NULL. */
struct rk_remark {
	const char *value; /* NULL: the spot's own value */
	const char *suggestion;
	const struct rk_code_name *named; /* {name}, in each language its own */
	const struct rk_say_value
		*values; /* for the sentence, beside {value} and {suggestion}; at most 5 */
};

/* A finding of the running rule at a spot; at a field of a record (index: RK_SINGULAR or in the list); anywhere by path. */
void rk_find_spot(
	struct rk_judge *judge, const struct rk_spot *spot, const struct rk_remark *remark);
void rk_find(struct rk_judge *judge, const struct rk_record *record, const char *field,
	size_t index, const struct rk_remark *remark);
void rk_find_path(struct rk_judge *judge, const char *path, const struct rk_remark *remark);

/* A spot's text; "" when it is none. */
struct rk_slice rk_spot_text(const struct rk_spot *spot);
bool rk_spot_is_value(const struct rk_spot *spot);
/* A space, a tab, the end of a line, the ideographic space or the one that does not break. */
bool rk_is_space(uint32_t c);
/* Nothing but those. */
bool rk_is_blank(struct rk_slice text);
/* Memory of the scratch arena; NULL and status set when there is none. */
RK_MUST_USE void *rk_judge_alloc(struct rk_judge *judge, size_t size);
/* The path of a field, and its place. */
const char *rk_judge_path(
	struct rk_judge *judge, const struct rk_record *record, const char *field, size_t index);
struct rk_place rk_place_of(struct rk_place place, uint32_t number, size_t index);
/* printf into the scratch arena; "" without memory (status is set). */
const char *rk_judge_text(struct rk_judge *judge, const char *format, ...) RK_PRINTF(2, 3);
/* The values of an enum as JSON has them, "regular, forecast"; "" without memory. */
const char *rk_judge_choices(struct rk_judge *judge, const ProtobufCEnumDescriptor *type);
/* Whether a day lies after today. */
bool rk_judge_is_future(struct rk_judge *judge, int32_t day);
/* A day as ISO text. */
const char *rk_judge_day(struct rk_judge *judge, int32_t day);
/* A partial date as ISO text. */
const char *rk_judge_date(struct rk_judge *judge, const Renkei__V1__PartialDate *date);

/* The lists of rules, each ended by {0}. */
extern const struct rk_rule rk_rules_field[], rk_rules_text[], rk_rules_code[], rk_rules_date[],
	rk_rules_header[], rk_rules_activity[], rk_rules_people[], rk_rules_cost[],
	rk_rules_lists[];
/* What shows only when all the others have run. */
extern const struct rk_rule rk_rules_last[];
