#include "answers.h"

#include "verdict.h"
#include "wire/pack.h"
#include "wire/varint.h"

#include "renkei/v1/report.pb-c.h"

#include <string.h>

/* Field 17 of Report: the last, so that what is appended stands in the order of the fields. */
#define WARNING_ANSWERS 17

/* CODE[@PATH]=REASON, taken apart. */
struct answer {
	const char *code, *path, *reason; /* path NULL: wherever it stands */
};

static bool read_answer(struct rk_run *run, const char *text, struct answer *answer)
{
	const char *equals = strchr(text, '=');
	char *head = equals ? rk_run_slice(run, rk_slice_of(text, (size_t)(equals - text))) : NULL;
	char *at = head ? strchr(head, '@') : NULL;

	if (!head || !*head || !equals[1])
		return false;
	if (at)
		*at++ = '\0';
	*answer = (struct answer){head, at, equals + 1};
	return true;
}

/* By the path, or by the cell that check names instead. */
static bool fits(const struct answer *answer, const struct rk_form_report *report,
	const Renkei__V1__Finding *finding)
{
	if (strcmp(answer->code, finding->code) != 0)
		return false;
	return !answer->path || strcmp(answer->path, finding->field_path) == 0 ||
		(report->place &&
			strcmp(answer->path, report->place(report, finding->field_path)) == 0);
}

static enum rk_status append(struct rk_buf *out, const Renkei__V1__Finding *finding, char *reason)
{
	Renkei__V1__WarningAnswer answer = RENKEI__V1__WARNING_ANSWER__INIT;
	RK_AUTO(rk_buf_clear) struct rk_buf packed = {0};

	answer.code = finding->code;
	answer.field_path = finding->field_path;
	answer.value = finding->value;
	answer.reason = reason;
	RK_TRY(rk_pack(&answer.base, &packed));
	RK_TRY(rk_varint_add_head(out, WARNING_ANSWERS, 2, packed.len));
	return rk_buf_add_slice(out, rk_buf_slice(&packed));
}

/* The bytes with the answers behind them. */
static enum rk_status add_to(struct rk_run *run, struct rk_answers *answers,
	struct rk_form_report *report, const Renkei__V1__Verdict *verdict)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	const char *text;

	RK_TRY(rk_buf_add_slice(&out, report->bytes));
	for (size_t n = 0; (text = rk_run_option_at(run, "answer", n)) && n < RK_ANSWERS_GIVEN;
		n++) {
		struct answer answer;

		if (!read_answer(run, text, &answer))
			return RK_INVALID_ARGUMENT;
		for (size_t i = 0; i < verdict->n_findings; i++) {
			const Renkei__V1__Finding *finding = verdict->findings[i];

			if (!fits(&answer, report, finding))
				continue;
			if (finding->severity != RENKEI__V1__SEVERITY__SEVERITY_WARNING) {
				answers->error[n] = answers->error[n] ||
					finding->severity == RENKEI__V1__SEVERITY__SEVERITY_ERROR;
				continue;
			}
			answers->used[n] = true;
			if (finding->answer[0])
				continue;
			RK_TRY(append(&out, finding, rk_run_str(run, answer.reason)));
			verdict->findings[i]->answer = rk_run_str(run, answer.reason);
		}
	}
	report->bytes = rk_slice_of(rk_run_slice(run, rk_buf_slice(&out)), out.len);
	return RK_OK;
}

/* Also those to what was found beside earlier reports, which nobody will look for again before they are sent. */
static enum rk_status add_all(struct rk_run *run, struct rk_answers *answers,
	struct rk_form_report *report, const Renkei__V1__Verdict *verdict)
{
	Renkei__V1__Comparison *comparison;
	Renkei__V1__Verdict *found;

	RK_TRY(add_to(run, answers, report, verdict));
	if (!report->comparison)
		return RK_OK;
	comparison = rk_run_alloc(run, sizeof *comparison);
	found = rk_run_alloc(run, sizeof *found);
	*comparison = *report->comparison;
	*found = *comparison->verdict;
	RK_TRY(add_to(run, answers, report, found));
	found->answered_count = 0;
	for (size_t i = 0; i < found->n_findings; i++)
		found->answered_count += found->findings[i]->answer[0] != '\0';
	comparison->verdict = found;
	report->comparison = comparison;
	return RK_OK;
}

int rk_answers_add(struct rk_run *run, struct rk_answers *answers, struct rk_form *form)
{
	const char *text;
	struct answer answer;

	for (size_t n = 0; (text = rk_run_option_at(run, "answer", n)); n++)
		if (n == RK_ANSWERS_GIVEN || !read_answer(run, text, &answer))
			return rk_usage(run, "usage.answer", "value", text);
	for (size_t i = 0; i < form->count; i++)
		if (rk_answers_place(run, &form->reports[i]) != RK_OK)
			return EX_OSERR;
	for (size_t i = 0; rk_run_option_at(run, "answer", 0) && i < form->count; i++) {
		const Renkei__V1__Verdict *verdict;
		struct rk_err err;

		/* What cannot be judged is told where it is judged for good. */
		if (rk_check_form(run, &form->reports[i], &verdict, &err) == RK_OK &&
			add_all(run, answers, &form->reports[i], verdict) != RK_OK)
			return EX_OSERR;
	}
	return EX_OK;
}

int rk_answers_unused(struct rk_run *run, const struct rk_answers *answers)
{
	const char *text;

	for (size_t n = 0; (text = rk_run_option_at(run, "answer", n)) && n < RK_ANSWERS_GIVEN; n++)
		if (!answers->used[n])
			return rk_usage(run,
				answers->error[n] ? "usage.answer_error" : "usage.answer_unused",
				"value", text);
	return EX_OK;
}
