/* A report of any bytes, written as a workbook and read again: what the rules have nothing against is the same report, and what came
 * back once comes back the same for ever.
 */
#include "form/file.h"
#include "form/form.h"
#include "form/xlsx_write.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "words/rules.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[64];
static struct rk_arena kept;
static const struct rk_form_design *design;

static void clean_up(void)
{
	rk_arena_clear(&kept);
}

static void prepare(void)
{
	int file = memfd_create("form.xlsx", MFD_CLOEXEC);

	assert(file >= 0);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	design = rk_form_design(&kept, RK_JA, rk_form_names_known(&kept, RK_JA));
	assert(design);
	(void)atexit(clean_up);
}

/* The report that a workbook of this one gives; NULL when it cannot be written. */
static const struct rk_form_report *there_and_back(
	struct rk_arena *arena, const Renkei__V1__Report *report, bool acceptable)
{
	struct rk_form_subject subject = {.municipality = report->municipality_code,
		.action = report->action,
		.base_version = report->base_version,
		.change_reason = report->change_reason,
		.carry = RK_CARRY_ALL,
		.from = report};
	struct rk_form *form = rk_arena_alloc(arena, sizeof *form);
	const struct rk_filled_sheet *sheets;
	struct rk_err err = {0};

	assert(form);
	*form = (struct rk_form){0};
	if (!rk_period_from_message(report->period, &subject.period))
		return NULL;
	sheets = rk_form_prefill(arena, design, &subject);
	assert(sheets);
	if (rk_xlsx_write(design, sheets, "401005 北九州市", path, &err) != RK_OK) {
		assert(strcmp(err.reason, "FILE_NOT_WRITTEN") == 0 && err.text[0]);
		return NULL;
	}
	/* A number that is none is no cell. */
	if (rk_form_read(arena, path, form, &err) != RK_OK) {
		assert(!acceptable && err.reason[0]);
		return NULL;
	}
	assert(form->count == 1);
	assert(form->reports[0].bytes.at || form->reports[0].err.status != RK_OK);
	return &form->reports[0];
}

/* With an error among its findings a report need not fit into the form. */
static bool is_acceptable(
	struct rk_arena *arena, struct rk_slice bytes, Renkei__V1__Report **report)
{
	struct rk_rules_context context = {.today = 20170501};
	Renkei__V1__Verdict *verdict;
	struct rk_err err = {0};

	*report = NULL;
	return rk_rules_check(arena, bytes, &context, report, &verdict, &err) == RK_OK && *report &&
		verdict->error_count == 0;
}

static void check_same(const Renkei__V1__Report *report, struct rk_slice again)
{
	RK_AUTO(rk_buf_clear) struct rk_buf one = {0}, other = {0};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	ProtobufCMessage *message;
	struct rk_err err = {0};

	assert(rk_unpack(&arena, &renkei__v1__report__descriptor, again, &message, &err) == RK_OK);
	assert(rk_json_from_message(&report->base, RK_JSON_PRETTY, &one) == RK_OK);
	assert(rk_json_from_message(message, RK_JSON_PRETTY, &other) == RK_OK);
	if (rk_slice_equal(rk_buf_slice(&one), rk_buf_slice(&other)))
		return;
	fprintf(stderr, "%.*s\nbecame\n%.*s\n", (int)one.len, (const char *)one.at, (int)other.len,
		(const char *)other.at);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	const struct rk_form_report *once, *twice;
	Renkei__V1__Report *report, *back;
	bool acceptable;

	if (!design)
		prepare();
	acceptable = is_acceptable(&arena, rk_slice_of(data, size), &report);
	once = report ? there_and_back(&arena, report, acceptable) : NULL;
	assert(once || !acceptable);
	if (!once || !once->bytes.at || once->faults)
		return 0;
	if (acceptable)
		check_same(report, once->bytes);
	acceptable = is_acceptable(&arena, once->bytes, &back);
	twice = back ? there_and_back(&arena, back, acceptable) : NULL;
	if (twice && twice->bytes.at && !twice->faults)
		check_same(back, twice->bytes);
	return 0;
}
