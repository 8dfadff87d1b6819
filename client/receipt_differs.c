#include "receipt_differs.h"

#include "labels.h"
#include "report_diff.h"
#include "wire/pack.h"

#include <string.h>

/* So many differences are shown one by one. */
#define MOST_SHOWN 20

static const Renkei__V1__Report *unpack(struct rk_run *run, struct rk_slice bytes)
{
	ProtobufCMessage *message = NULL;
	struct rk_err err;

	if (!bytes.at ||
		rk_unpack(&run->arena, &renkei__v1__report__descriptor, bytes, &message, &err) !=
			RK_OK)
		return NULL;
	return (const Renkei__V1__Report *)(const void *)message;
}

bool rk_receipt_is_of(
	struct rk_run *run, const Renkei__V1__Receipt *receipt, struct rk_slice report)
{
	const Renkei__V1__Report *content = unpack(run, report);

	return content && content->period && receipt->period &&
		strcmp(content->municipality_code, receipt->municipality_code) == 0 &&
		content->period->fiscal_year == receipt->period->fiscal_year &&
		content->period->quarter == receipt->period->quarter &&
		content->period->variant == receipt->period->variant;
}

static const char *add(struct rk_run *run, const char *list, bool differs, const char *field)
{
	return differs
		? rk_run_printf(run, "%s%s%s", list, list[0] ? rk_tell(run, "list.comma") : "",
			  rk_label_field(run, field))
		: list;
}

/* The answers are a difference of content to rk_report_compare. */
static size_t content_changes(const struct rk_report_change *changes, size_t count, bool *answers)
{
	size_t kept = 0;

	*answers = false;
	for (size_t i = 0; i < count; i++) {
		bool answer = strncmp(changes[i].path, "warning_answers",
				      strlen("warning_answers")) == 0;

		*answers = *answers || answer;
		kept += !answer;
	}
	return kept;
}

bool rk_receipt_tell_difference(struct rk_run *run, struct rk_slice sent, struct rk_slice here)
{
	const Renkei__V1__Report *before = unpack(run, here), *after = unpack(run, sent);
	const struct rk_report_change *changes;
	const char *added = "";
	size_t count, of_content;
	bool answers;

	if (!before || !after) {
		rk_talk(run, "verify.other_report");
		return false;
	}
	changes = rk_report_compare(run, before, after, &count);
	of_content = content_changes(changes, count, &answers);
	added = add(run, added, before->action != after->action, "action");
	added = add(run, added, before->base_version != after->base_version, "base_version");
	added = add(run, added, strcmp(before->change_reason, after->change_reason) != 0,
		"change_reason");
	added = add(run, added, answers, "warning_answers");
	if (of_content == 0) {
		rk_talk(run, "verify.added", "fields", added);
		return true;
	}
	rk_talk(run, "verify.other_content");
	rk_report_changes_print(run, stderr, changes, count, MOST_SHOWN);
	return false;
}
