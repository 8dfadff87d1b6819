/* Of answers that stand in the form: the cell that 'renkei check' names, to the path of the warning that is found there. */
#include "answers.h"
#include "verdict.h"
#include "wire/pack.h"
#include "words/era.h"

#include "renkei/v1/report.pb-c.h"

#include <string.h>

#define PLACE_TEXT 512

/* "取組！Ｊ５" as "取組!J5"; false when it is no cell. */
static bool read_cell(const char *text, char cell[PLACE_TEXT])
{
	return rk_era_plain(rk_slice_str(text), cell, PLACE_TEXT) && strchr(cell, '!');
}

/* What is gathered: the answers of a report, each with the place and the value of its warning. */
struct places {
	struct rk_run *run;
	const struct rk_form_report *report;
	Renkei__V1__WarningAnswer **answers;
	size_t count, room;
};

static void add(struct places *places, const Renkei__V1__WarningAnswer *answer)
{
	Renkei__V1__WarningAnswer *copy = rk_run_alloc(places->run, sizeof *copy);

	*copy = *answer;
	if (places->count < places->room)
		places->answers[places->count++] = copy;
}

/* A value that was left out is that of the warning; it may be written in the words of the form. */
static char *value_meant(const struct places *places, const Renkei__V1__WarningAnswer *answer,
	const Renkei__V1__Finding *finding)
{
	bool same = !answer->value[0] ||
		strcmp(answer->value, rk_finding_shown(places->report, finding, finding->value)) ==
			0;

	return same ? finding->value : answer->value;
}

/* One cell may say the same of several elements of a list: it is answered for all of them. */
static bool add_found(struct places *places, const Renkei__V1__WarningAnswer *answer,
	const char *cell, const Renkei__V1__Verdict *verdict)
{
	bool found = false;
	char place[PLACE_TEXT];

	for (size_t i = 0; i < verdict->n_findings; i++) {
		const Renkei__V1__Finding *finding = verdict->findings[i];
		Renkei__V1__WarningAnswer placed = *answer;

		if (finding->severity != RENKEI__V1__SEVERITY__SEVERITY_WARNING ||
			strcmp(finding->code, answer->code) != 0 ||
			!read_cell(places->report->place(places->report, finding->field_path),
				place) ||
			strcmp(place, cell) != 0)
			continue;
		placed.field_path = finding->field_path;
		placed.value = value_meant(places, answer, finding);
		add(places, &placed);
		found = true;
	}
	return found;
}

static bool names_a_cell(const Renkei__V1__Report *content)
{
	char cell[PLACE_TEXT];

	for (size_t i = 0; i < content->n_warning_answers; i++)
		if (read_cell(content->warning_answers[i]->field_path, cell))
			return true;
	return false;
}

static void find_all(
	struct places *places, Renkei__V1__Report *content, const Renkei__V1__Verdict *verdict)
{
	const Renkei__V1__Comparison *beside = places->report->comparison;

	places->room = content->n_warning_answers *
		(1 + verdict->n_findings + (beside ? beside->verdict->n_findings : 0));
	places->answers = rk_run_alloc(places->run, places->room * sizeof(void *));
	for (size_t i = 0; i < content->n_warning_answers; i++) {
		const Renkei__V1__WarningAnswer *answer = content->warning_answers[i];
		char cell[PLACE_TEXT];
		bool found = false;

		if (read_cell(answer->field_path, cell)) {
			found = add_found(places, answer, cell, verdict);
			if (beside)
				found = add_found(places, answer, cell, beside->verdict) || found;
		}
		/* What answers no warning is told as such, with the place as it was written. */
		if (!found)
			add(places, answer);
	}
	content->warning_answers = places->answers;
	content->n_warning_answers = places->count;
}

enum rk_status rk_answers_place(struct rk_run *run, struct rk_form_report *report)
{
	RK_AUTO(rk_buf_clear) struct rk_buf packed = {0};
	struct places places = {.run = run, .report = report};
	const Renkei__V1__Verdict *verdict;
	ProtobufCMessage *content = NULL;
	struct rk_err err;

	/* What cannot be judged is told where it is judged for good. */
	if (!report->place || !report->bytes.at ||
		rk_unpack(&run->arena, &renkei__v1__report__descriptor, report->bytes, &content,
			&err) != RK_OK ||
		!names_a_cell((const void *)content) ||
		rk_check_form(run, report, &verdict, &err) != RK_OK)
		return RK_OK;
	find_all(&places, (void *)content, verdict);
	RK_TRY(rk_pack(content, &packed));
	report->bytes = rk_slice_of(rk_run_slice(run, rk_buf_slice(&packed)), packed.len);
	return RK_OK;
}
