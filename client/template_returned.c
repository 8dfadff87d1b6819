/* What was returned, in the cells of the form. */
#include "base/text.h"
#include "days.h"
#include "form/sheets.h"
#include "template.h"
#include "who.h"

#include <string.h>

/* A workbook's XML has no control characters. */
static const char *printable(struct rk_run *run, const char *text)
{
	struct rk_slice bytes = rk_slice_str(text);
	char *out = rk_run_alloc(run, bytes.len + 1), *end = out;

	for (size_t at = 0, begin = 0; at < bytes.len; begin = at)
		if (!rk_text_is_control(rk_text_next(bytes, &at)))
			end = mempcpy(end, bytes.at + begin, at - begin);
	*end = '\0';
	return out;
}

/* What the registry calls the codes is no matter there. */
struct rk_filled_sheet *rk_template_form(struct rk_run *run, const Renkei__V1__Report *report)
{
	const struct rk_form_names *names = rk_form_names_known(&run->arena, run->language);
	const struct rk_form_design *design = names
		? rk_form_design(&run->arena, run->language, names)
		: NULL;
	const struct rk_form_subject subject = {.carry = RK_CARRY_ALL, .from = report};

	return design ? rk_form_prefill(&run->arena, design, &subject) : NULL;
}

int rk_template_open(struct rk_run *run, struct rk_filled_sheet *sheets,
	const Renkei__V1__Report *report, const Renkei__V1__ReportTransition *step,
	struct rk_form_place *places)
{
	const char *due = step->due_date[0]
		? rk_tell(run, "history.due", "date", rk_day_shown(run, step->due_date))
		: "";

	bool inside = step->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK;
	struct rk_form_note note = {.author = rk_form_text(run->language,
					    inside ? "sent_back.author" : "returned.author"),
		.narrow = step->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED};

	rk_form_close(sheets);
	sheets[0].reopened = note.narrow;
	for (size_t i = 0; i < step->n_items; i++) {
		const Renkei__V1__ReturnItem *item = step->items[i];

		note.text = rk_run_printf(
			run, "%s%s%s", printable(run, item->reason), *due ? "\n" : "", due);
		if (!rk_form_open(&run->arena, sheets, report, item->field_path, &note, &places[i]))
			return rk_template_refuse(run, EX_OSERR, "out of memory");
	}
	return EX_OK;
}

int rk_template_comments(struct rk_run *run, struct rk_filled_sheet *sheets,
	const Renkei__V1__Report *report, const Renkei__V1__ListCommentsResponse *comments,
	int32_t version)
{
	for (size_t i = 0; i < comments->n_comments; i++) {
		const Renkei__V1__Comment *comment = comments->comments[i];

		if (comment->version != version)
			continue;
		for (size_t n = 0; n < comment->n_turns; n++) {
			const Renkei__V1__CommentTurn *turn = comment->turns[n];
			const char *who = rk_who(run, turn->principal);
			struct rk_form_note note = {.author = printable(run, who),
				.text = printable(run,
					rk_tell(run, "comment.in_cell", "number", comment->number,
						"who", who, "text", turn->text))};

			if (turn->text[0] &&
				!rk_form_note_at(
					&run->arena, sheets, report, comment->field_path, &note))
				return rk_template_refuse(run, EX_OSERR, "out of memory");
		}
	}
	return EX_OK;
}

const char *rk_place_text(struct rk_run *run, const struct rk_form_place *place)
{
	char address[RK_ADDRESS_TEXT];

	return place->form ? rk_run_printf(run, "%s!%s", place->form->title,
				     rk_address_write(place->at, address))
			   : "-";
}
