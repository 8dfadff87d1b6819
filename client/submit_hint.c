/* What to do about a report that is refused because of what is there already: the command, for who knows reports by files and quarters. */
#include "periods.h"
#include "submit.h"
#include "wire/pack.h"

#include <string.h>

/* The operand that a report was read from: "all.jsonl" of "all.jsonl:3". */
static const char *file_of(const struct rk_run *run, const char *name)
{
	for (size_t i = 0; i < run->operand_count; i++)
		if (strncmp(name, run->operands[i], strlen(run->operands[i])) == 0)
			return run->operands[i];
	return name;
}

/* What waited in the outbox is known by what it was made of. */
static const char *origin_of(struct rk_run *run, const char *name, bool *nil)
{
	const ProtobufCMessageDescriptor *type = &renkei__v1__report__descriptor;
	struct rk_outbox_pending *items;
	size_t count = rk_outbox_list(run, &items);
	struct rk_err err;

	for (size_t i = 0; i < count; i++) {
		ProtobufCMessage *report = NULL;

		if (items[i].act || strcmp(name, rk_submit_called(run, &items[i])) != 0)
			continue;
		*nil = rk_unpack(&run->arena, type, items[i].bytes, &report, &err) == RK_OK &&
			((const Renkei__V1__Report *)(const void *)report)->nil;
		return items[i].name;
	}
	return name;
}

/* "--nil 2016Q1" or the file, as "report correct" and "submit" take them. */
static const char *what_of(
	struct rk_run *run, const Renkei__V1__ReportSummary *there, const char *name)
{
	bool nil = rk_submit_nil(run) != NULL;
	const char *file = name ? file_of(run, name) : "FILE";

	if (name && file == name)
		file = origin_of(run, name, &nil);
	if (nil)
		return rk_run_printf(run, "--nil %s", rk_period_tag(run, there->period));
	return strpbrk(file, " \t'\"$&;()") ? rk_run_printf(run, "\"%s\"", file) : file;
}

static bool is_accepted(const Renkei__V1__ReportSummary *there)
{
	return there->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED;
}

static bool is_under_review(const Renkei__V1__ReportSummary *there)
{
	return there->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_UNDER_REVIEW;
}

void rk_submit_hint_newer(struct rk_run *run, const struct rk_submit_newer *newer, const char *name)
{
	const Renkei__V1__ReportSummary *there = newer->latest;

	if (!newer->undone) {
		rk_submit_hint(run, there, name);
		return;
	}
	rk_talk(run, is_under_review(there) ? "hint.newer_withdraw" : "hint.newer", "receipt",
		there->receipt_number, "period", rk_period_tag(run, there->period));
	rk_talk(run, is_accepted(there) ? "hint.correct_undoes" : "hint.replace_undoes", "receipt",
		there->receipt_number, "what", rk_visible(run, what_of(run, there, name)), "count",
		rk_run_printf(run, "%zu", newer->undone));
}

void rk_submit_hint(struct rk_run *run, const Renkei__V1__ReportSummary *there, const char *name)
{
	const char *code = "hint.replace";

	if (is_accepted(there))
		code = "hint.correct";
	else if (is_under_review(there))
		code = "hint.withdraw";
	rk_talk(run, code, "receipt", there->receipt_number, "what",
		rk_visible(run, what_of(run, there, name)), "period",
		rk_period_tag(run, there->period));
}
