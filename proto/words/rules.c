#include "words/rules.h"

#include "base/digest.h"
#include "base/text.h"
#include "wire/pack.h"
#include "words/judge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RULES     200
#define MAX_BAD_TEXTS 500
#define SCRATCH       ((size_t)32 << 20)

/* What the scan of the bytes finds, before there is a report. */
static const struct rk_rule rules_wire[] = {
	RK_WIRE_RULE("MALFORMED_MESSAGE"),
	RK_WIRE_RULE("UNKNOWN_FIELD"),
	RK_WIRE_RULE("TEXT_NUL"),
	RK_WIRE_RULE("TEXT_NOT_UTF8"),
	{0},
};

const struct rk_rule rk_rules_last[] = {
	{"ANSWER_WITHOUT_WARNING", RK_INFO, NULL, NULL, NULL, RK_KINDS, NULL},
	{0		   },
};

static const struct rk_rule *const lists[] = {rules_wire, rk_rules_last, rk_rules_field,
	rk_rules_text, rk_rules_code, rk_rules_date, rk_rules_header, rk_rules_activity,
	rk_rules_people, rk_rules_cost, rk_rules_lists};

/* The set by code, and its hash; made at the first question. */
static struct {
	const struct rk_rule *rules[MAX_RULES];
	struct rk_rule_info infos[MAX_RULES];
	size_t count;
	char hash[RK_SHA256_HEX];
} set;

static int by_code(const void *a, const void *b)
{
	return strcmp((*(const struct rk_rule *const *)a)->code,
		(*(const struct rk_rule *const *)b)->code);
}

static void gather(void)
{
	size_t count = 0;

	if (set.count)
		return;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		for (const struct rk_rule *rule = lists[i]; rule->code; rule++) {
			assert(count < MAX_RULES);
			set.rules[count++] = rule;
		}
	}
	qsort(set.rules, count, sizeof *set.rules, by_code);
	for (size_t i = 0; i < count; i++)
		set.infos[i] = (struct rk_rule_info){set.rules[i]->code, set.rules[i]->severity};
	set.count = count;
}

const struct rk_rule_info *rk_rules_list(size_t *count)
{
	gather();
	*count = set.count;
	return set.infos;
}

static enum rk_status add_rule(
	struct rk_arena *arena, struct rk_buf *out, const struct rk_rule_info *rule)
{
	static const struct rk_say_value none[] = {
		{NULL, NULL}
        };

	RK_TRY(rk_buf_addf(out, "%s %d\n", rule->code, (int)rule->severity));
	for (int language = RK_JA; language <= RK_ZH; language++) {
		const char *said = rk_say(arena, (enum rk_language)language, rule->code, none);

		if (said == rule->code)
			return RK_RESOURCE_EXHAUSTED;
		RK_TRY(rk_buf_addf(out, "%s\n", said));
	}
	return RK_OK;
}

bool rk_judge_hash(const struct rk_rule_info *rules, size_t count, char hash[RK_SHA256_HEX])
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	for (size_t i = 0; i < count; i++) {
		if (add_rule(&arena, &text, &rules[i]) != RK_OK)
			return false;
	}
	rk_sha256_hex(rk_buf_slice(&text), hash);
	return true;
}

/* Whether a field, or what it is part of, is one of the names with blanks between. */
static bool is_among(const char *names, const char *field)
{
	for (size_t len; *names; names += len + (names[len] == ' ')) {
		len = strcspn(names, " ");
		if (strncmp(names, field, len) == 0 && (field[len] == '\0' || field[len] == '.'))
			return true;
	}
	return false;
}

const char *rk_rules_together(const ProtobufCMessageDescriptor *of, const char *field, size_t n)
{
	gather();
	for (size_t i = 0; i < set.count; i++) {
		const struct rk_together *at = set.rules[i]->together;

		for (; at && at->of; at++)
			if (at->of == of && is_among(at->fields, field) && n-- == 0)
				return at->fields;
	}
	return NULL;
}

const char *rk_rules_hash(void)
{
	gather();
	if (!set.hash[0] && !rk_judge_hash(set.infos, set.count, set.hash))
		set.hash[0] = '\0';
	return set.hash;
}

static const struct rk_rule *wire_rule(const char *code)
{
	for (const struct rk_rule *rule = rules_wire; rule->code; rule++) {
		if (strcmp(rule->code, code) == 0)
			return rule;
	}
	return &rules_wire[0];
}

static void on_bad_text(
	void *arg, enum rk_scan_fault fault, const char *path, struct rk_slice value)
{
	struct rk_judge *judge = arg;

	(void)value;
	/* Who sends so many has a fault in the program and not in its texts. */
	if (judge->bad_texts == MAX_BAD_TEXTS)
		return;
	judge->bad_texts++;
	judge->rule = wire_rule(fault == RK_SCAN_NUL ? "TEXT_NUL" : "TEXT_NOT_UTF8");
	rk_find_path(judge, path, NULL);
}

/* The bytes of a text that no report can have, each made a '?': lengths stay, so the wire stays whole. */
static void patch_text(void *arg, enum rk_scan_fault fault, const char *path, struct rk_slice value)
{
	uint8_t *text = (uint8_t *)arg + (value.at - (const uint8_t *)arg);

	(void)path;
	for (size_t i = 0; fault == RK_SCAN_NUL && i < value.len; i++)
		text[i] = text[i] ? text[i] : '?';
	if (fault == RK_SCAN_NUL)
		return;
	for (size_t i = rk_text_utf8_bad(value); i < value.len;) {
		text[i++] = '?';
		i += rk_text_utf8_bad(rk_slice_of(text + i, value.len - i));
	}
}

/* One bad byte must not hide all other mistakes: a copy without the bad ones is judged in the report's place. */
static enum rk_status read_patched(struct rk_judge *judge, struct rk_slice bytes,
	ProtobufCMessage **message, struct rk_err *err)
{
	uint8_t *copy = rk_judge_alloc(judge, bytes.len);

	if (!copy)
		return RK_RESOURCE_EXHAUSTED;
	memcpy(copy, bytes.at, bytes.len);
	RK_TRY(rk_scan(&renkei__v1__report__descriptor, rk_slice_of(copy, bytes.len), NULL,
		patch_text, copy, err));
	return rk_unpack(judge->arena, &renkei__v1__report__descriptor,
		rk_slice_of(copy, bytes.len), message, err);
}

/* The scan speaks English; findings speak three languages. */
static const char *const wire_faults[][2] = {
	{"number is cut off or over 10 bytes",      "WIRE_NUMBER_LENGTH"},
	{"number is cut off",                       "WIRE_NUMBER_CUT"   },
	{"number does not fit the field's type",    "WIRE_NUMBER_RANGE" },
	{"more fields in all than allowed",         "WIRE_FIELDS_MANY"  },
	{"field stands twice",                      "WIRE_FIELD_TWICE"  },
	{"two fields of which only one can be set", "WIRE_ONEOF_TWICE"  },
	{"field has the wrong wire type",           "WIRE_TYPE_WRONG"   },
	{"length is cut off or runs past the end",  "WIRE_LENGTH_CUT"   },
	{"messages are nested deeper than allowed", "WIRE_TOO_DEEP"     },
	{"no valid tag",			    "WIRE_TAG_INVALID"  },
};

static const struct rk_code_name *wire_fault(struct rk_judge *judge, const char *what)
{
	struct rk_code_name *name = rk_judge_alloc(judge, sizeof *name);

	for (size_t i = 0; name && i < sizeof wire_faults / sizeof wire_faults[0]; i++) {
		size_t len = strlen(wire_faults[i][0]);

		if (strncmp(what, wire_faults[i][0], len) != 0 || what[len] != ',')
			continue;
		*name = (struct rk_code_name){
			.ja = rk_say(judge->scratch, RK_JA, wire_faults[i][1], NULL),
			.en = rk_say(judge->scratch, RK_EN, wire_faults[i][1], NULL),
			.zh = rk_say(judge->scratch, RK_ZH, wire_faults[i][1], NULL)};
		return name;
	}
	return NULL;
}

/* NULL when the mark is not there. */
static const char *digits_behind(struct rk_judge *judge, const char *text, const char *mark)
{
	const char *at = strstr(text, mark);

	at = at ? at + strlen(mark) : NULL;
	return at ? rk_judge_text(judge, "%.*s", (int)strspn(at, "0123456789"), at) : NULL;
}

/* The scan's sentence begins with "path: " when it knows where it was. */
static void malformed(struct rk_judge *judge, const struct rk_err *err)
{
	size_t len = strspn(err->text, "abcdefghijklmnopqrstuvwxyz0123456789_.[]");
	bool has_path = len > 0 && strncmp(err->text + len, ": ", 2) == 0;
	const char *what = has_path ? err->text + len + 2 : err->text;
	const char *number = digits_behind(judge, what, " has no field number ");
	const char *type = rk_judge_text(judge, "%.*s", (int)strcspn(what, " "), what);
	const char *dot = strrchr(type, '.');
	const struct rk_say_value values[] = {
		{"byte",                digits_behind(judge, what, ", at byte ")},
                {"number",        number                          },
		{"type",        dot ? dot + 1 : type},
                {NULL,NULL            }
        };

	judge->rule = wire_rule(err->reason);
	rk_find_path(judge, has_path ? rk_judge_text(judge, "%.*s", (int)len, err->text) : "",
		&(struct rk_remark){.named = wire_fault(judge, what), .values = values});
}

/* Bytes to a report, or to findings that say why there is none.  *judged is what the rules look at: the report, or its copy
 * with bad texts mended. */
static enum rk_status read_report(struct rk_judge *judge, struct rk_slice bytes,
	Renkei__V1__Report **report, Renkei__V1__Report **judged, struct rk_err *err)
{
	ProtobufCMessage *message = NULL;
	struct rk_err why = {0};
	enum rk_status status = rk_scan(
		&renkei__v1__report__descriptor, bytes, NULL, on_bad_text, judge, &why);

	bool clean = judge->bad_texts == 0;

	*report = *judged = NULL;
	if (status == RK_OK && clean)
		status = rk_unpack(
			judge->arena, &renkei__v1__report__descriptor, bytes, &message, &why);
	else if (status == RK_OK && judge->status == RK_OK)
		status = read_patched(judge, bytes, &message, &why);
	if (status == RK_INVALID_ARGUMENT) {
		malformed(judge, &why);
		return RK_OK;
	}
	if (status != RK_OK)
		return rk_fail_reason(err, status, why.reason, "%s", why.text);
	*judged = (Renkei__V1__Report *)(void *)message;
	*report = clean ? *judged : NULL;
	return RK_OK;
}

static enum rk_status short_of_memory(struct rk_err *err)
{
	return rk_fail(
		err, RK_RESOURCE_EXHAUSTED, "the report and its findings need too much memory");
}

/* Every rule of the set, or no verdict. */
static enum rk_status run_all(
	struct rk_judge *judge, Renkei__V1__Verdict *verdict, struct rk_err *err)
{
	verdict->rules_run = rk_arena_alloc(judge->arena, set.count * sizeof *verdict->rules_run);
	if (!verdict->rules_run)
		return short_of_memory(err);
	for (size_t i = 0; i < set.count; i++) {
		rk_judge_run(judge, set.rules[i]);
		verdict->rules_run[i] = rk_arena_str(judge->arena, set.rules[i]->code);
		if (judge->status != RK_OK || !verdict->rules_run[i])
			return short_of_memory(err);
		verdict->n_rules_run++;
	}
	return RK_OK;
}

/* What answers a warning of a comparison is found unused there, if anywhere. */
static bool is_of_set(const char *code)
{
	return !rk_compare_has(code);
}

bool rk_rules_rest_on_today(const char *code)
{
	static const char *const codes[] = {
		"ACTUAL_DATE_IN_FUTURE", "DATE_IN_FUTURE", "PERIOD_IN_FUTURE"};

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return false;
}

enum rk_status rk_rules_check(struct rk_arena *arena, struct rk_slice report_bytes,
	const struct rk_rules_context *context, Renkei__V1__Report **report,
	Renkei__V1__Verdict **verdict, struct rk_err *err)
{
	RK_AUTO(rk_arena_clear) struct rk_arena scratch = {.cap = SCRATCH};
	struct rk_judge judge = {.arena = arena, .scratch = &scratch, .today = context->today};
	Renkei__V1__Verdict *made = rk_arena_alloc(arena, sizeof *made);
	Renkei__V1__Report *judged;

	*report = NULL;
	*verdict = NULL;
	gather();
	if (!made)
		return short_of_memory(err);
	renkei__v1__verdict__init(made);
	rk_judge_tell_faults(&judge, context->faults);
	RK_TRY(read_report(&judge, report_bytes, report, &judged, err));
	rk_judge_open(&judge, judged);
	if (judge.status != RK_OK)
		return short_of_memory(err);
	RK_TRY(run_all(&judge, made, err));
	rk_judge_answers(&judge, rk_rules_last, is_of_set);
	if (context->latest)
		*context->latest = judge.latest_day;
	made->rule_set_hash = rk_arena_str(arena, rk_rules_hash());
	if (!made->rule_set_hash || !*made->rule_set_hash || rk_judge_close(&judge, made) != RK_OK)
		return short_of_memory(err);
	*verdict = made;
	return RK_OK;
}
