/* The document of an evaluation: the two sections as they are published, then what they rest on. */
#include "coverage.h"
#include "evaluation_builder.h"
#include "outcome_table.h"
#include "periods.h"
#include "words/era.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#define JAPAN_S (9 * 3600L)

void rk_evaluation_add(struct rk_evaluation_builder *builder, struct rk_paper_block block)
{
	struct rk_run *run = builder->evaluation.run;

	if (builder->count == builder->cap) {
		size_t cap = builder->cap ? builder->cap * 2 : 64;
		struct rk_paper_block *blocks = rk_run_alloc(run, cap * sizeof *blocks);

		if (builder->count)
			memcpy(blocks, builder->blocks, builder->count * sizeof *blocks);
		builder->blocks = blocks;
		builder->cap = cap;
	}
	builder->blocks[builder->count++] = block;
}

void rk_evaluation_add_text(struct rk_evaluation_builder *builder, enum rk_paper_kind kind,
	int level, const char *mark, const char *text)
{
	if (text && *text)
		rk_evaluation_add(builder,
			(struct rk_paper_block){
				.kind = kind, .level = level, .mark = mark, .text = text});
}

static const char *text_at(
	const struct rk_evaluation_builder *builder, Renkei__V1__EvaluationPlace place)
{
	const Renkei__V1__EvaluationDocument *document = builder->evaluation.document;

	for (size_t i = 0; i < document->n_texts; i++)
		if (document->texts[i]->place == place)
			return document->texts[i]->text;
	return NULL;
}

#define TEXT(place) text_at(builder, RENKEI__V1__EVALUATION_PLACE__EVALUATION_PLACE_##place)

/* Section 1: the table and its notes. */
static void add_outcomes(struct rk_evaluation_builder *builder)
{
	static const int widths[] = {14, 12, 74};
	struct rk_run *run = builder->evaluation.run;
	const Renkei__V1__EvaluationDocument *document = builder->evaluation.document;
	struct rk_paper_table *table = rk_run_alloc(run, sizeof *table);
	const char **heads = rk_run_alloc(run, 3 * sizeof *heads),
		   **cells = rk_run_alloc(run, (document->n_rows * 3 + 1) * sizeof *cells);
	const char *caption = TEXT(TABLE_TITLE);

	heads[0] = rk_outcome_head(run, document->notes, document->n_notes, "name");
	heads[1] = rk_outcome_head(run, document->notes, document->n_notes, "type");
	heads[2] = rk_outcome_head(run, document->notes, document->n_notes, "outcomes");
	for (size_t r = 0; r < document->n_rows; r++) {
		const Renkei__V1__OutcomeTableRow *row = document->rows[r];
		const char *bullets = "";

		for (size_t i = 0; i < row->n_outcomes; i++)
			bullets = rk_run_printf(
				run, "%s%s・%s", bullets, i ? "\n" : "", row->outcomes[i]->text);
		cells[r * 3] = row->municipality_name_ja;
		cells[r * 3 + 1] = rk_outcome_type(run, row);
		cells[r * 3 + 2] = bullets;
	}
	*table = (struct rk_paper_table){.caption = caption ? caption : RK_OUTCOME_TITLE,
		.tab = rk_tell(run, "eval.tab_outcomes"),
		.columns = 3,
		.rows = document->n_rows,
		.heads = heads,
		.cells = cells,
		.widths = widths,
		.bullets = true};
	rk_evaluation_add(builder, (struct rk_paper_block){.kind = RK_PAPER_TABLE, .table = table});
	if (document->n_notes)
		rk_evaluation_add_text(builder, RK_PAPER_NOTE, 0, "", RK_OUTCOME_NOTES);
	for (size_t i = 0; i < document->n_notes; i++) {
		const Renkei__V1__EvaluationNote *note = document->notes[i];

		rk_evaluation_add_text(builder, RK_PAPER_NOTE, 0,
			rk_run_printf(run, "%s．", rk_outcome_mark(run, note->number)), note->text);
		for (size_t n = 0; n < note->n_items; n++)
			rk_evaluation_add_text(builder, RK_PAPER_NOTE, 0,
				rk_run_printf(run, "  %s：", note->items[n]->label),
				note->items[n]->text);
	}
}

/* Section 2: the statements of each part, in the secretariat's words. */
static void add_statements(struct rk_evaluation_builder *builder)
{
	static const struct {
		Renkei__V1__EvaluationPart part;
		Renkei__V1__EvaluationPlace heading;
	} parts[] = {
		{RENKEI__V1__EVALUATION_PART__EVALUATION_PART_PROGRESS,
                 RENKEI__V1__EVALUATION_PLACE__EVALUATION_PLACE_PROGRESS_HEADING  },
		{RENKEI__V1__EVALUATION_PART__EVALUATION_PART_OUTCOMES,
                 RENKEI__V1__EVALUATION_PLACE__EVALUATION_PLACE_OUTCOMES_HEADING  },
		{RENKEI__V1__EVALUATION_PART__EVALUATION_PART_CHALLENGES,
                 RENKEI__V1__EVALUATION_PLACE__EVALUATION_PLACE_CHALLENGES_HEADING},
	};

	const Renkei__V1__EvaluationDocument *document = builder->evaluation.document;

	for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
		bool any = false;

		for (size_t i = 0; i < document->n_findings; i++) {
			const Renkei__V1__EvaluationStatement *statement =
				document->findings[i]->statement;

			if (!statement || statement->part != parts[p].part)
				continue;
			if (!any)
				rk_evaluation_add_text(builder, RK_PAPER_HEADING, 3, NULL,
					text_at(builder, parts[p].heading));
			any = true;
			rk_evaluation_add_text(builder, RK_PAPER_ITEM, 0, "○", statement->text);
		}
		if (any)
			rk_evaluation_add_text(builder, RK_PAPER_ITEM, 0, "", TEXT(CLOSING));
	}
}

/* "2026年11月27日 21:40（日本時間）時点", "平成29年3月31日 ..." */
static const char *as_of(const struct rk_evaluation *evaluation)
{
	struct rk_run *run = evaluation->run;
	RK_AUTO(rk_buf_clear) struct rk_buf day = {0};
	struct tm parts;
	time_t japan = evaluation->document->as_of
		? (time_t)evaluation->document->as_of->seconds + JAPAN_S
		: 0;

	if (run->language != RK_JA || !evaluation->document->as_of || !gmtime_r(&japan, &parts))
		return rk_tell(
			run, "as_of", "time", rk_moment_japan(run, evaluation->document->as_of));
	const char *date = evaluation->era &&
			rk_era_add_date(&day, parts.tm_year + 1900, parts.tm_mon + 1,
				parts.tm_mday) == RK_OK
		? rk_run_slice(run, rk_buf_slice(&day))
		: rk_run_printf(run, "%d年%d月%d日", parts.tm_year + 1900, parts.tm_mon + 1,
			  parts.tm_mday);

	return rk_tell(run, "as_of", "time",
		rk_run_printf(run, "%s %02d:%02d", date, parts.tm_hour, parts.tm_min));
}

const struct rk_paper *rk_evaluation_paper(
	struct rk_run *run, const Renkei__V1__EvaluationDocument *document, bool era)
{
	static const char *const languages[] = {[RK_EN] = "en", [RK_JA] = "ja", [RK_ZH] = "zh"};
	struct rk_evaluation_builder own =
					     {
						     .evaluation = {run, document, era}
        },
				     *builder = &own;
	struct rk_paper *paper = rk_run_alloc(run, sizeof *paper);
	bool draft = document->state != RENKEI__V1__EVALUATION_STATE__EVALUATION_STATE_FINAL;
	const char *original = TEXT(TITLE), *moment = as_of(&own.evaluation),
		   *title = original && run->language == RK_JA ? original
							       : rk_tell(run, "eval.title");

	if (original && title != original)
		rk_evaluation_add_text(builder, RK_PAPER_PARAGRAPH, 0, NULL,
			rk_tell(run, "eval.original_title", "title", original));
	rk_evaluation_add_text(builder, RK_PAPER_HEADING, 2, NULL, TEXT(SECTION_1_HEADING));
	rk_evaluation_add_text(builder, RK_PAPER_PARAGRAPH, 0, NULL, TEXT(SECTION_1_LEAD));
	add_outcomes(builder);
	rk_evaluation_add_text(builder, RK_PAPER_HEADING, 2, NULL, TEXT(SECTION_2_HEADING));
	rk_evaluation_add_text(builder, RK_PAPER_PARAGRAPH, 0, NULL, TEXT(SECTION_2_LEAD));
	add_statements(builder);
	rk_evaluation_annex(builder);
	*paper = (struct rk_paper){
		.language = languages[run->language],
		.title = draft ? rk_tell(run, "eval.title_draft", "title", title) : title,
		.tab = rk_tell(run, "eval.tab_text"),
		.mark = draft ? rk_tell(run, "eval.draft") : NULL,
		.basis = rk_run_printf(
			run, "%s %s", moment, rk_coverage_line(run, document->coverage)),
		.foot = *document->snapshot_id
			? rk_run_printf(run, "%s %s", document->snapshot_id, moment)
			: moment,
		.blocks = own.blocks,
		.count = own.count,
	};
	return paper;
}
