/* What goes and what stays: every file read, every report judged, before anything is sent. */
#include "answers.h"
#include "compare.h"
#include "import.h"
#include "progress.h"
#include "verdict.h"
#include "wire/pack.h"

#include <string.h>

static struct rk_import_row *add(struct rk_import *import, const char *name)
{
	if (import->count == import->cap) {
		size_t cap = import->cap ? import->cap * 2 : 64;
		struct rk_import_row *grown = rk_run_alloc(import->run, cap * sizeof *grown);

		if (import->count)
			memcpy(grown, import->rows, import->count * sizeof *grown);
		import->rows = grown;
		import->cap = cap;
	}
	import->rows[import->count] = (struct rk_import_row){.name = name};
	return &import->rows[import->count++];
}

static const Renkei__V1__Report *unpack(struct rk_run *run, const struct rk_form_report *report)
{
	ProtobufCMessage *message = NULL;
	struct rk_err err;

	if (!report->bytes.at ||
		rk_unpack(&run->arena, &renkei__v1__report__descriptor, report->bytes, &message,
			&err) != RK_OK)
		return NULL;
	return (const Renkei__V1__Report *)(const void *)message;
}

static void judge(struct rk_import *import, const struct rk_form_report *report)
{
	struct rk_import_row *row = add(import, report->name);

	row->report = report;
	row->content = unpack(import->run, report);
	if (rk_check_form(import->run, report, &row->verdict, &row->err) != RK_OK)
		return;
	row->verdict = rk_compare_joined(import->run,
		rk_verdict_once(import->run, report, row->verdict),
		rk_compare_once(import->run, report));
	row->err = report->err;
	if (import->code && row->content &&
		strcmp(row->content->municipality_code, import->code) != 0)
		rk_fail_reason(&row->err, RK_INVALID_ARGUMENT, "IMPORT_OTHER_MUNICIPALITY",
			"%s: %s", import->code, row->content->municipality_code);
}

static int read_one(struct rk_import *import, struct rk_answers *answers, const char *path)
{
	struct rk_run *run = import->run;
	struct rk_form *form = rk_run_alloc(run, sizeof *form);
	struct rk_err err = {0};

	if (rk_form_read(&run->arena, path, form, &err) != RK_OK) {
		add(import, path)->err = err;
		return EX_OK;
	}
	if (!import->alone)
		import->alone = !rk_compare_forms(run, form, 1);
	int status = rk_answers_add(run, answers, form);

	for (size_t i = 0; status == EX_OK && i < form->count; i++)
		judge(import, &form->reports[i]);
	return status;
}

static bool is_same_report(const Renkei__V1__Report *one, const Renkei__V1__Report *other)
{
	return one && other && one->period && other->period && *one->municipality_code &&
		strcmp(one->municipality_code, other->municipality_code) == 0 &&
		one->period->fiscal_year == other->period->fiscal_year &&
		one->period->quarter == other->period->quarter &&
		one->period->variant == other->period->variant &&
		one->base_version == other->base_version;
}

/* Which of two is meant only the secretariat knows: the one that happens to come first is not taken. */
static void refuse_twice(struct rk_import *import)
{
	for (size_t i = 0; i < import->count; i++) {
		struct rk_import_row *row = &import->rows[i];

		for (size_t n = 0; n < import->count; n++) {
			if (n == i || !is_same_report(row->content, import->rows[n].content))
				continue;
			if (row->err.status == RK_OK)
				rk_fail_reason(&row->err, RK_INVALID_ARGUMENT, "IMPORT_TWICE", "%s",
					import->rows[n].name);
			break;
		}
	}
}

static bool may_go(const struct rk_import_row *row)
{
	return row->err.status == RK_OK && row->content && row->verdict &&
		row->verdict->error_count == 0;
}

static void make_items(struct rk_import *import)
{
	struct rk_submit *submit = &import->submit;

	submit->items = rk_run_alloc(import->run, import->count * sizeof *submit->items);
	submit->sent = rk_run_alloc(import->run, import->count * sizeof *submit->sent);
	for (size_t i = 0; i < import->count; i++) {
		struct rk_import_row *row = &import->rows[i];

		if (!may_go(row))
			continue;
		row->item = &submit->items[submit->count++];
		*row->item = (struct rk_submit_item){.report = row->report,
			.content = row->content,
			.on_behalf_of = row->content->municipality_code};
	}
}

int rk_import_plan(struct rk_import *import)
{
	struct rk_run *run = import->run;
	struct rk_answers answers = {0};
	int status = EX_OK;

	rk_progress_begin(run, "delegated.reading", run->operand_count);
	for (size_t i = 0; status == EX_OK && i < run->operand_count; i++) {
		status = read_one(import, &answers, run->operands[i]);
		rk_progress_step(i + 1);
	}
	rk_progress_end();
	if (status == EX_OK)
		status = rk_answers_unused(run, &answers);
	refuse_twice(import);
	make_items(import);
	return status;
}
