/* The document of an evaluation: the two sections as they are published, then what they rest on. */
#include "coverage.h"
#include "evaluation.h"
#include "outcome_table.h"
#include "periods.h"
#include "words/era.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <time.h>

#define JAPAN_S       (9 * 3600L)
#define RECORDS_SHOWN 12

struct builder {
	struct rk_evaluation evaluation;
	struct rk_paper_block *blocks;
	size_t count, cap;
};

static void add(struct builder *builder, struct rk_paper_block block)
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

static void add_text(struct builder *builder, enum rk_paper_kind kind, int level, const char *mark,
	const char *text)
{
	if (text && *text)
		add(builder,
			(struct rk_paper_block){
				.kind = kind, .level = level, .mark = mark, .text = text});
}

static const char *text_at(const struct builder *builder, Renkei__V1__EvaluationPlace place)
{
	const Renkei__V1__EvaluationDocument *document = builder->evaluation.document;

	for (size_t i = 0; i < document->n_texts; i++)
		if (document->texts[i]->place == place)
			return document->texts[i]->text;
	return NULL;
}

#define TEXT(place) text_at(builder, RENKEI__V1__EVALUATION_PLACE__EVALUATION_PLACE_##place)

/* Section 1: the table and its notes. */
static void add_outcomes(struct builder *builder)
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
	add(builder, (struct rk_paper_block){.kind = RK_PAPER_TABLE, .table = table});
	if (document->n_notes)
		add_text(builder, RK_PAPER_NOTE, 0, "", RK_OUTCOME_NOTES);
	for (size_t i = 0; i < document->n_notes; i++) {
		const Renkei__V1__EvaluationNote *note = document->notes[i];

		add_text(builder, RK_PAPER_NOTE, 0,
			rk_run_printf(run, "%s．", rk_outcome_mark(run, note->number)), note->text);
		for (size_t n = 0; n < note->n_items; n++)
			add_text(builder, RK_PAPER_NOTE, 0,
				rk_run_printf(run, "  %s：", note->items[n]->label),
				note->items[n]->text);
	}
}

/* Section 2: the statements of each part, in the secretariat's words. */
static void add_statements(struct builder *builder)
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
				add_text(builder, RK_PAPER_HEADING, 3, NULL,
					text_at(builder, parts[p].heading));
			any = true;
			add_text(builder, RK_PAPER_ITEM, 0, "○", statement->text);
		}
		if (any)
			add_text(builder, RK_PAPER_ITEM, 0, "", TEXT(CLOSING));
	}
}

static const char *condition_text(
	const struct builder *builder, const Renkei__V1__ConditionResult *result)
{
	static const char *const tests[] = {"eval.test_unknown", "eval.test_rises",
		"eval.test_never_falls", "eval.test_rises_every_year", "eval.test_at_least",
		"eval.test_at_most", "eval.test_above", "eval.test_below", "eval.test_among_first"};
	static const char *const answers[] = {"eval.open", "eval.holds", "eval.fails", "eval.open"};
	struct rk_run *run = builder->evaluation.run;
	const Renkei__V1__EvaluationCondition *condition = result->condition;
	const Renkei__V1__Indicator *indicator = condition
		? rk_evaluation_indicator(builder->evaluation.document, condition->indicator_id)
		: NULL;
	const Renkei__V1__IndicatorValue *value = condition
		? rk_evaluation_value(indicator, condition->key, 0)
		: NULL;
	char number[32];

	if (!condition)
		return "";
	/* A series that nobody has told of has no value, but a name. */
	const Renkei__V1__LocalizedText *key = result->key_label ? result->key_label
		: value                                          ? value->key_label
								 : NULL;
	const char *name = key
		? rk_run_printf(run, "%s (%s)", condition->indicator_id, rk_in_language(run, key))
		: condition->key[0]
		? rk_run_printf(run, "%s (%s)", condition->indicator_id, condition->key)
		: condition->indicator_id;
	size_t test = (size_t)condition->test < sizeof tests / sizeof tests[0]
		? (size_t)condition->test
		: 0;
	size_t holds = (size_t)result->holds < sizeof answers / sizeof answers[0]
		? (size_t)result->holds
		: 0;
	bool share = indicator && rk_evaluation_is_share(indicator);

	return rk_tell(run, "eval.condition", "condition",
		rk_tell(run, tests[test], "indicator", name, "value",
			rk_run_str(run,
				rk_paper_number(condition->value,
					share &&
						condition->test !=
							RENKEI__V1__CONDITION_TEST__CONDITION_TEST_AMONG_FIRST,
					number))),
		"answer", rk_tell(run, answers[holds]));
}

enum sense { FOR, AGAINST, LEFT_OPEN };

/* The records of one sense behind a number. */
static char *const *records_of(
	const Renkei__V1__IndicatorValue *value, enum sense sense, size_t *count)
{
	*count = sense == FOR      ? value->n_records_for
		: sense == AGAINST ? value->n_records_against
				   : value->n_records_open;
	return sense == FOR        ? value->records_for
		: sense == AGAINST ? value->records_against
				   : value->records_open;
}

/* What the rule asks of this indicator; NULL = nothing.  Whether there is enough data, its first conditions, speaks for nothing. */
static const Renkei__V1__EvaluationCondition *asked_of(
	const Renkei__V1__EvaluationFinding *finding, const Renkei__V1__Indicator *indicator)
{
	const Renkei__V1__EvaluationRule *rule = finding->statement ? finding->statement->rule
								    : NULL;

	for (size_t i = rule ? rule->n_enough : 0; i < finding->n_conditions; i++)
		if (finding->conditions[i]->condition &&
			strcmp(finding->conditions[i]->condition->indicator_id,
				indicator->indicator_id) == 0)
			return finding->conditions[i]->condition;
	return NULL;
}

/* A statement that says that a share is low rests on the records that are not in it. */
static enum sense sense_of(const Renkei__V1__EvaluationCondition *condition, enum sense sense)
{
	bool low = condition->test == RENKEI__V1__CONDITION_TEST__CONDITION_TEST_BELOW ||
		condition->test == RENKEI__V1__CONDITION_TEST__CONDITION_TEST_AT_MOST;

	return low && sense == FOR ? AGAINST : low && sense == AGAINST ? FOR : sense;
}

struct listed {
	const char *shown[RECORDS_SHOWN];
	size_t count;
	bool more;
};

static void list_records(struct listed *listed, char *const *records, size_t count)
{
	for (size_t r = 0; r < count; r++) {
		bool known = false;

		for (size_t k = 0; k < listed->count && !known; k++)
			known = strcmp(listed->shown[k], records[r]) == 0;
		if (!known && listed->count < RECORDS_SHOWN)
			listed->shown[listed->count++] = records[r];
		else if (!known)
			listed->more = true;
	}
}

/* Those that the list of evidence has; of a snapshot without one, the records behind the numbers that the rule asks for. */
static struct listed listed_of(const Renkei__V1__EvaluationFinding *finding, enum sense sense)
{
	static const Renkei__V1__EvidenceSense senses[] = {
		[FOR] = RENKEI__V1__EVIDENCE_SENSE__EVIDENCE_SENSE_FOR,
		[AGAINST] = RENKEI__V1__EVIDENCE_SENSE__EVIDENCE_SENSE_AGAINST,
		[LEFT_OPEN] = RENKEI__V1__EVIDENCE_SENSE__EVIDENCE_SENSE_OPEN};
	struct listed listed = {.count = 0};

	for (size_t e = 0; e < finding->n_evidence; e++)
		if (finding->evidence[e]->sense == senses[sense])
			list_records(&listed, &finding->evidence[e]->record, 1);
	for (size_t i = 0; i < finding->n_indicators && finding->n_evidence == 0; i++) {
		const Renkei__V1__EvaluationCondition *asked = asked_of(
			finding, finding->indicators[i]);

		for (size_t v = 0; asked && v < finding->indicators[i]->n_values; v++) {
			size_t count;
			char *const *records = records_of(
				finding->indicators[i]->values[v], sense_of(asked, sense), &count);

			list_records(&listed, records, count);
		}
	}
	return listed;
}

/* The first records of one sense, each once; where there are more, where they stand. */
static void add_records(
	struct builder *builder, const Renkei__V1__EvaluationFinding *finding, enum sense sense)
{
	static const char *const heads[] = {
		"eval.records_for", "eval.records_against", "eval.records_open"};
	struct rk_run *run = builder->evaluation.run;
	struct listed listed = listed_of(finding, sense);
	const char *text = "";

	for (size_t k = 0; k < listed.count; k++)
		text = rk_run_printf(run, "%s%s%s", text, k ? ", " : "",
			rk_evaluation_record(run, listed.shown[k]));
	if (listed.more)
		text = finding->n_evidence ? rk_tell(run, "eval.records_elsewhere", "records", text,
						     "statement", finding->statement->statement_id)
					   : rk_tell(run, "eval.records_more", "records", text);
	add_text(builder, RK_PAPER_NOTE, 0, rk_tell(run, heads[sense]), text);
}

static size_t year_count(const struct rk_evaluation *evaluation)
{
	return (size_t)(evaluation->document->last_fiscal_year -
		       evaluation->document->first_fiscal_year) +
		1;
}

/* The table of a statement's indicators while rows are added: their cells, the same as numbers, and which are shares. */
struct rows {
	size_t columns, count;
	const char **cells;
	double *numbers;
	bool *shares;
};

/* A row with nothing but its name. */
static void add_name(struct rows *rows, const char *name)
{
	for (size_t c = 0; c < rows->columns; c++) {
		rows->cells[rows->count * rows->columns + c] = c ? "" : name;
		rows->numbers[rows->count * rows->columns + c] = NAN;
	}
	rows->count++;
}

static void add_series(const struct rk_evaluation *evaluation, struct rows *rows,
	const Renkei__V1__Indicator *indicator, const char *name, const char *key)
{
	size_t at = rows->count * rows->columns;

	rows->shares[rows->count] = rk_evaluation_is_share(indicator);
	add_name(rows, name);
	for (size_t c = 1; c < rows->columns; c++) {
		/* Behind the years the whole time, which is year 0. */
		int32_t year = c < rows->columns - 1
			? evaluation->document->first_fiscal_year + (int32_t)c - 1
			: 0;
		const Renkei__V1__IndicatorValue *value = rk_evaluation_value(indicator, key, year);

		rows->cells[at + c] = rk_evaluation_number(evaluation, indicator, value);
		/* Alone in a cell of a workbook it would look known. */
		if (value && value->_value_case && !rk_evaluation_says_nothing(indicator, value))
			rows->numbers[at + c] = value->value;
	}
}

/* What no form asks: its note says why. */
static void add_unasked(const struct rk_evaluation *evaluation, struct rows *rows, const char *name)
{
	size_t at = rows->count * rows->columns;

	rows->shares[rows->count] = false;
	add_name(rows, name);
	rows->cells[at + rows->columns - 1] = rk_tell(evaluation->run, "eval.not_asked");
}

/* An indicator with its series below it, each once; values come series by series. */
static void add_indicator(const struct rk_evaluation *evaluation, struct rows *rows,
	const Renkei__V1__Indicator *indicator)
{
	struct rk_run *run = evaluation->run;
	const char *name = rk_run_printf(run, "%s %s", indicator->indicator_id,
			   rk_in_language(run, indicator->label)),
		   *key = NULL;

	if (indicator->n_values == 0)
		add_unasked(evaluation, rows, name);
	else if (indicator->values[0]->key_label)
		add_name(rows, name);
	for (size_t v = 0; v < indicator->n_values; v++) {
		const Renkei__V1__IndicatorValue *value = indicator->values[v];

		if (key && strcmp(key, value->key) == 0)
			continue;
		key = value->key;
		add_series(evaluation, rows, indicator,
			value->key_label
				? rk_run_printf(run, "　%s", rk_in_language(run, value->key_label))
				: name,
			key);
	}
}

/* A row an indicator and series, a column a year. */
static void add_indicators(struct builder *builder, const Renkei__V1__EvaluationFinding *finding)
{
	const struct rk_evaluation *evaluation = &builder->evaluation;
	struct rk_run *run = evaluation->run;
	size_t years = year_count(evaluation), most = 0;
	struct rows rows = {.columns = years + 2};
	struct rk_paper_table *table = rk_run_alloc(run, sizeof *table);
	const char **heads = rk_run_alloc(run, rows.columns * sizeof *heads);
	int *widths = rk_run_alloc(run, rows.columns * sizeof *widths);

	for (size_t i = 0; i < finding->n_indicators; i++)
		most += finding->indicators[i]->n_values + 1;
	rows.cells = rk_run_alloc(run, (most * rows.columns + 1) * sizeof *rows.cells);
	rows.numbers = rk_run_alloc(run, (most * rows.columns + 1) * sizeof *rows.numbers);
	rows.shares = rk_run_alloc(run, (most + 1) * sizeof *rows.shares);
	for (size_t c = 0; c < rows.columns; c++) {
		heads[c] = c == 0
			? rk_tell(run, "eval.indicator")
			: rk_evaluation_year(evaluation,
				  c <= years
					  ? evaluation->document->first_fiscal_year + (int32_t)c - 1
					  : 0);
		widths[c] = c ? (int)(60 / (rows.columns - 1)) : 40;
	}
	for (size_t i = 0; i < finding->n_indicators; i++)
		add_indicator(evaluation, &rows, finding->indicators[i]);
	*table = (struct rk_paper_table){.caption = rk_tell(run, "eval.indicators", "statement",
						 finding->statement->statement_id),
		.tab = rk_tell(
			run, "eval.tab_indicators", "statement", finding->statement->statement_id),
		.remarks = rk_tell(run, "eval.remarks"),
		.columns = rows.columns,
		.rows = rows.count,
		.heads = heads,
		.cells = rows.cells,
		.numbers = rows.numbers,
		.shares = rows.shares,
		.widths = widths,
		.figures = true};
	if (rows.count)
		add(builder, (struct rk_paper_block){.kind = RK_PAPER_TABLE, .table = table});
	for (size_t i = 0; i < finding->n_indicators; i++)
		if (finding->indicators[i]->note)
			add_text(builder, RK_PAPER_NOTE, 0,
				rk_run_printf(run, "%s：", finding->indicators[i]->indicator_id),
				rk_in_language(run, finding->indicators[i]->note));
}

/* What municipalities said at meetings for or against a statement: by name who confirmed it and lets it be known, else how many there are. */
static void add_hearings(struct builder *builder, const Renkei__V1__EvaluationFinding *finding,
	Renkei__V1__Stance stance)
{
	struct rk_run *run = builder->evaluation.run;
	const char *text = "";

	for (size_t i = 0; i < finding->n_hearings; i++) {
		const Renkei__V1__FindingHearing *hearing = finding->hearings[i];

		if (hearing->stance == stance)
			text = rk_run_printf(run, "%s%s%s", text,
				*text ? rk_tell(run, "eval.hearing_between") : "",
				rk_tell(run,
					hearing->indicator_id[0] ? "eval.hearing_of"
								 : "eval.hearing",
					"number", hearing->number, "name",
					hearing->municipality_name_ja, "indicator",
					hearing->indicator_id));
	}
	for (size_t i = 0; i < finding->n_unnamed_hearings; i++)
		if (finding->unnamed_hearings[i]->stance == stance)
			text = rk_run_printf(run, "%s%s%s", text,
				*text ? rk_tell(run, "eval.hearing_between") : "",
				rk_tell(run, "eval.hearings_unnamed", "count",
					rk_count(run, finding->unnamed_hearings[i]->count)));
	if (*text)
		add_text(builder, RK_PAPER_NOTE, 0,
			rk_tell(run,
				stance == RENKEI__V1__STANCE__STANCE_FOR ? "eval.hearings_for"
									 : "eval.hearings_against"),
			text);
}

static void add_finding(struct builder *builder, const Renkei__V1__EvaluationFinding *finding)
{
	struct rk_run *run = builder->evaluation.run;

	if (!finding->statement)
		return;
	add_text(builder, RK_PAPER_HEADING, 3, NULL,
		rk_run_printf(
			run, "%s %s", finding->statement->statement_id, finding->statement->text));
	add_text(builder, RK_PAPER_PARAGRAPH, 0, NULL,
		rk_tell(run, "eval.verdict", "support",
			rk_evaluation_support(run, finding->support), "coverage",
			rk_coverage_text(run, builder->evaluation.document->coverage)));
	for (size_t i = 0; i < finding->n_conditions; i++)
		add_text(builder, RK_PAPER_ITEM, 0, "・",
			condition_text(builder, finding->conditions[i]));
	add_indicators(builder, finding);
	add_records(builder, finding, FOR);
	add_records(builder, finding, AGAINST);
	add_records(builder, finding, LEFT_OPEN);
	add_hearings(builder, finding, RENKEI__V1__STANCE__STANCE_FOR);
	add_hearings(builder, finding, RENKEI__V1__STANCE__STANCE_AGAINST);
}

/* The second annex: every record, statement by statement. */
static void add_evidence(struct builder *builder)
{
	struct rk_run *run = builder->evaluation.run;
	const Renkei__V1__EvaluationDocument *document = builder->evaluation.document;
	bool any = false;

	for (size_t i = 0; i < document->n_findings; i++) {
		const Renkei__V1__EvaluationFinding *finding = document->findings[i];

		if (!finding->statement || finding->n_evidence == 0)
			continue;
		if (!any) {
			add(builder, (struct rk_paper_block){.kind = RK_PAPER_BREAK});
			add_text(builder, RK_PAPER_HEADING, 2, NULL, rk_tell(run, "eval.evidence"));
			add_text(builder, RK_PAPER_PARAGRAPH, 0, NULL,
				rk_tell(run, "eval.evidence_lead"));
		}
		any = true;
		add(builder,
			(struct rk_paper_block){.kind = RK_PAPER_TABLE,
				.table = rk_evaluation_evidence(&builder->evaluation, finding)});
		if (finding->evidence_left_off)
			add_text(builder, RK_PAPER_NOTE, 0, "",
				rk_tell(run, "eval.evidence_left_off", "count",
					rk_count(run, finding->evidence_left_off)));
	}
}

/* The annex: verdicts with their numbers, charts, what stands behind them. */
static void add_annex(struct builder *builder)
{
	struct rk_run *run = builder->evaluation.run;
	bool more = true;

	add(builder, (struct rk_paper_block){.kind = RK_PAPER_BREAK});
	add_text(builder, RK_PAPER_HEADING, 2, NULL, rk_tell(run, "eval.annex"));
	add_text(builder, RK_PAPER_PARAGRAPH, 0, NULL, rk_tell(run, "eval.annex_lead"));
	for (size_t i = 0; i < builder->evaluation.document->n_findings; i++)
		add_finding(builder, builder->evaluation.document->findings[i]);
	add_text(builder, RK_PAPER_HEADING, 2, NULL, rk_tell(run, "eval.charts"));
	for (size_t n = 0; more; n++) {
		const struct rk_paper_chart *chart = rk_evaluation_chart(
			&builder->evaluation, n, &more);

		if (chart)
			add(builder,
				(struct rk_paper_block){.kind = RK_PAPER_CHART, .chart = chart});
	}
	add_evidence(builder);
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
	struct builder own =
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
		add_text(builder, RK_PAPER_PARAGRAPH, 0, NULL,
			rk_tell(run, "eval.original_title", "title", original));
	add_text(builder, RK_PAPER_HEADING, 2, NULL, TEXT(SECTION_1_HEADING));
	add_text(builder, RK_PAPER_PARAGRAPH, 0, NULL, TEXT(SECTION_1_LEAD));
	add_outcomes(builder);
	add_text(builder, RK_PAPER_HEADING, 2, NULL, TEXT(SECTION_2_HEADING));
	add_text(builder, RK_PAPER_PARAGRAPH, 0, NULL, TEXT(SECTION_2_LEAD));
	add_statements(builder);
	add_annex(builder);
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
