/* The list of evidence (根拠一覧): statement by statement every record for it, against it, and such that leave it open. */
#include "evaluation.h"
#include "periods.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS       7
#define DIGEST_DIGITS 12

static const char *sense_name(struct rk_run *run, Renkei__V1__EvidenceSense sense)
{
	switch (sense) {
	case RENKEI__V1__EVIDENCE_SENSE__EVIDENCE_SENSE_FOR:
		return rk_tell(run, "eval.sense_for");
	case RENKEI__V1__EVIDENCE_SENSE__EVIDENCE_SENSE_AGAINST:
		return rk_tell(run, "eval.sense_against");
	default:
		return rk_tell(run, "eval.sense_open");
	}
}

/* "2016年度Q3", "平成28年度Q3 見込み", of a fact "2014年度". */
static const char *period_name(const struct rk_evaluation *evaluation, const char *period)
{
	char *rest;
	int year = (int)strtol(period, &rest, 10);
	size_t len = strlen(rest);

	if (!*period)
		return "-";
	return rk_run_printf(evaluation->run, "%s%s%s", rk_evaluation_year(evaluation, year),
		len ? " " : "", rest);
}

static const char *municipality_name(struct rk_run *run, const Renkei__V1__EvidenceRecord *record)
{
	if (!record->municipality_name_ja[0])
		return "-";
	return run->language == RK_EN && record->municipality_name_en[0]
		? record->municipality_name_en
		: record->municipality_name_ja;
}

const char *rk_evaluation_record(struct rk_run *run, const char *record)
{
	const char *id = strchr(record, ':');

	if (id && strncmp(record, "fact:", 5) == 0)
		return rk_tell(run, "eval.record_fact", "id", id + 1);
	if (id && strncmp(record, "registry:", 9) == 0)
		return rk_tell(run, "eval.record_registry", "id", id + 1);
	return record;
}

const struct rk_paper_table *rk_evaluation_evidence(
	const struct rk_evaluation *evaluation, const Renkei__V1__EvaluationFinding *finding)
{
	static const char *const names[COLUMNS] = {"eval.evidence_sense",
		"eval.evidence_municipality", "eval.evidence_period", "eval.evidence_title",
		"eval.evidence_record", "eval.evidence_version", "eval.evidence_digest"};
	static const int widths[COLUMNS] = {9, 12, 12, 28, 20, 6, 13};
	struct rk_run *run = evaluation->run;
	struct rk_paper_table *table = rk_run_alloc(run, sizeof *table);
	const char **heads = rk_run_alloc(run, COLUMNS * sizeof *heads),
		   **cells = rk_run_alloc(run, (finding->n_evidence * COLUMNS + 1) * sizeof *cells);

	for (size_t c = 0; c < COLUMNS; c++)
		heads[c] = rk_tell(run, names[c]);
	for (size_t r = 0; r < finding->n_evidence; r++) {
		const Renkei__V1__EvidenceRecord *record = finding->evidence[r];
		const char **row = cells + r * COLUMNS;

		row[0] = sense_name(run, record->sense);
		row[1] = municipality_name(run, record);
		row[2] = period_name(evaluation, record->period);
		row[3] = record->title[0] ? record->title : "-";
		row[4] = rk_evaluation_record(run, record->record);
		row[5] = record->version ? rk_run_printf(run, "%d", record->version) : "-";
		row[6] = record->sha256[0]
			? rk_run_printf(run, "%.*s", DIGEST_DIGITS, record->sha256)
			: "-";
	}
	*table = (struct rk_paper_table){.caption = rk_tell(run, "eval.evidence_of", "statement",
						 finding->statement->statement_id),
		.tab = rk_tell(
			run, "eval.tab_evidence", "statement", finding->statement->statement_id),
		.columns = COLUMNS,
		.rows = finding->n_evidence,
		.heads = heads,
		.cells = cells,
		.widths = widths};
	return table;
}
