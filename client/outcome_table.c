#include "outcome_table.h"

#include <string.h>

const char *rk_outcome_mark(struct rk_run *run, int32_t number)
{
	static const char *const digits[] = {
		"０", "１", "２", "３", "４", "５", "６", "７", "８", "９"};
	char plain[16];
	const char *text = "";

	snprintf(plain, sizeof plain, "%d", number);
	for (const char *at = plain; *at; at++)
		if (*at >= '0' && *at <= '9')
			text = rk_run_printf(run, "%s%s", text, digits[*at - '0']);
	return text;
}

const char *rk_outcome_head(struct rk_run *run, Renkei__V1__EvaluationNote *const *notes,
	size_t count, const char *column)
{
	static const char *const heads[][2] = {
		{"name",     "自治体名"   },
                {"type",     "取組類型"   },
                {"outcomes", "主要な成果"}
        };
	const char *head = "";
	bool first = true;

	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
		if (strcmp(heads[i][0], column) == 0)
			head = heads[i][1];
	for (size_t i = 0; i < count; i++)
		for (size_t c = 0; c < notes[i]->n_columns; c++)
			if (strcmp(notes[i]->columns[c], column) == 0) {
				head = rk_run_printf(run, "%s%s%s", head, first ? "" : "、",
					rk_outcome_mark(run, notes[i]->number));
				first = false;
			}
	return head;
}

const char *rk_outcome_type_name(Renkei__V1__CooperationType type)
{
	switch (type) {
	case RENKEI__V1__COOPERATION_TYPE__COOPERATION_TYPE_A:
		return "A";
	case RENKEI__V1__COOPERATION_TYPE__COOPERATION_TYPE_B:
		return "B";
	default:
		return "";
	}
}

const char *rk_outcome_type(struct rk_run *run, const Renkei__V1__OutcomeTableRow *row)
{
	const char *text = rk_outcome_type_name(row->type);

	for (size_t i = 0; i < row->n_note_numbers; i++)
		text = rk_run_printf(run, "%s%s%s", text, i ? "、" : "",
			rk_outcome_mark(run, row->note_numbers[i]));
	return text;
}
