/* What reading a form found, told among the findings of the rules; and where the rules therefore keep silent. */
#include "words/judge.h"
#include "words/rules.h"

#include <inttypes.h>
#include <string.h>

/* The limit of the field at "activities[0].days"; NULL when the path leaves the report. */
static const struct rk_limit *limit_of(const char *path)
{
	const ProtobufCMessageDescriptor *type = &renkei__v1__report__descriptor;
	const struct rk_limit *limit = NULL;

	while (*path) {
		const struct rk_limits *limits = type ? rk_limits_of(type) : NULL;
		size_t len = strcspn(path, ".["), i = 0;

		while (limits && i < limits->field_count &&
			(strlen(limits->fields[i].field) != len ||
				strncmp(limits->fields[i].field, path, len) != 0))
			i++;
		if (!limits || i == limits->field_count)
			return NULL;
		limit = &limits->fields[i];
		type = limit->kind == RK_KIND_RECORD ? limits->of->fields[i].descriptor : NULL;
		path += strcspn(path, ".");
		path += *path == '.';
	}
	return limit;
}

static void tell(struct rk_judge *judge, const struct rk_read_fault *read)
{
	const struct rk_json_fault *fault = &read->fault;
	const struct rk_rule rule = {fault->code, read->severity, NULL, NULL, NULL, RK_KINDS, NULL};
	const struct rk_limit *limit = limit_of(fault->path);
	struct rk_say_value values[5] = {
		{"found",   fault->found  },
                {"choices", fault->choices}
        };

	if (fault->line) {
		values[2] = (struct rk_say_value){"line", rk_judge_text(judge, "%zu", fault->line)};
		values[3] = (struct rk_say_value){
			"column", rk_judge_text(judge, "%zu", fault->column)};
	} else if (limit && limit->kind == RK_KIND_NUMBER) {
		values[2] = (struct rk_say_value){
			"min", rk_judge_text(judge, "%" PRId64, limit->min)};
		values[3] = (struct rk_say_value){
			"max", rk_judge_text(judge, "%" PRId64, limit->max)};
	}
	judge->rule = &rule;
	rk_find_path(judge, fault->path,
		&(struct rk_remark){.value = fault->value ? fault->value : "",
			.suggestion = fault->suggestion,
			.values = values});
	judge->rule = NULL;
}

void rk_judge_tell_faults(struct rk_judge *judge, const struct rk_read_fault *faults)
{
	for (const struct rk_read_fault *at = faults; at && judge->status == RK_OK; at = at->next)
		tell(judge, at);
	/* From here on: the findings that the faults themselves are must all stand. */
	judge->faults = faults;
}

bool rk_rules_is_of_form(const char *code)
{
	static const char *const codes[] = {
		"COLUMN_NOT_READ", "LOCKED_CELL_CHANGED", "SHEET_MISSING"};

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return false;
}

void rk_judge_tell_form(struct rk_judge *judge, const Renkei__V1__WarningAnswer *answer)
{
	const struct rk_read_fault warned = {
		.severity = RK_WARNING,
		.fault = {
			  .code = answer->code, .path = answer->field_path, .value = answer->value}
        };

	tell(judge, &warned);
}

/* Whether inner is a field of outer, an element of it, or outer itself. */
static bool is_within(const char *inner, const char *outer, size_t outer_len)
{
	return strncmp(inner, outer, outer_len) == 0 &&
		(outer_len == 0 || inner[outer_len] == '\0' || inner[outer_len] == '.' ||
			inner[outer_len] == '[');
}

/* A field whose name was misspelt seems to be missing under its right one. */
static bool is_meant(const char *path, const struct rk_json_fault *fault)
{
	const char *dot = strrchr(fault->path, '.');
	size_t parent = dot ? (size_t)(dot - fault->path) + 1 : 0;

	return fault->suggestion && strcmp(fault->code, "JSON_UNKNOWN_FIELD") == 0 &&
		strncmp(path, fault->path, parent) == 0 &&
		strcmp(path + parent, fault->suggestion) == 0;
}

bool rk_judge_is_told(const struct rk_judge *judge, const char *path)
{
	const char *code = judge->rule->code;

	for (const struct rk_read_fault *at = judge->faults; at; at = at->next) {
		const struct rk_json_fault *fault = &at->fault;

		if (at->severity != RK_ERROR)
			continue;
		if (is_within(path, fault->path, strlen(fault->path)) || is_meant(path, fault))
			return true;
		/* What a record lacks may be what could not be read of it; too long it is all the same. */
		if (*path && strcmp(code, "LIST_TOO_LONG") != 0 &&
			is_within(fault->path, path, strlen(path)))
			return true;
		if (strcmp(code, "EMPTY_WITHOUT_NIL") == 0 && !strpbrk(fault->path, ".["))
			return true;
	}
	return false;
}
