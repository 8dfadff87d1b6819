/* renkei search - words in what reports say. */
#include "base/text.h"
#include "command.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"

#include "renkei/v1/search_service.pb-c.h"

#include <string.h>

/* The place as it was typed, found words between marks where people read. */
static const char *snippet_of(struct rk_run *run, const Renkei__V1__FoundRecord *record)
{
	const char *all = "";

	for (size_t i = 0; i < record->n_snippet; i++) {
		const Renkei__V1__SnippetPart *part = record->snippet[i];
		bool mark = part->found && rk_out_is_human(run);

		all = rk_run_printf(
			run, "%s%s%s%s", all, mark ? "【" : "", part->text, mark ? "】" : "");
	}
	return all;
}

static void print_record(struct rk_run *run, const Renkei__V1__FoundRecord *record)
{
	const char *name = run->language == RK_EN ? record->municipality_name_en
						  : record->municipality_name_ja;

	fprintf(rk_out(run), "%s\n  %s\n",
		rk_tell(run, "search.record", "name", name, "period",
			rk_period_label(run, record->period), "kind",
			rk_label_enum(run, &renkei__v1__record_kind__descriptor, (int)record->kind),
			"id", record->record_id, "state",
			rk_label_enum(run, &renkei__v1__report_state__descriptor,
				(int)record->report_state),
			"receipt", record->receipt_number),
		rk_visible(run, snippet_of(run, record)));
}

static void add_record(struct rk_grid *grid, const Renkei__V1__FoundRecord *record)
{
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[]){record->municipality_code, record->municipality_name_ja,
			rk_period_tag(run, record->period), record->receipt_number,
			rk_enum_name(run, &renkei__v1__record_kind__descriptor, (int)record->kind),
			record->record_id, record->title, snippet_of(run, record),
			rk_enum_name(run, &renkei__v1__report_state__descriptor,
				(int)record->report_state)});
}

static int take_options(struct rk_run *run, Renkei__V1__SearchRecordsRequest *request)
{
	const char *years = rk_run_option(run, "year"), *limit = rk_run_option(run, "limit");
	const char *municipality = rk_run_option(run, "municipality");
	const char *words = "", *kind;
	size_t count = 0;
	int64_t most = 0;
	struct rk_err err;

	for (size_t i = 0; i < run->operand_count; i++)
		words = rk_run_printf(run, "%s%s%s", words, i ? " " : "", run->operands[i]);
	request->words = rk_run_str(run, words);
	if (years &&
		rk_years_parse(years, &request->first_fiscal_year, &request->last_fiscal_year,
			&err) != RK_OK)
		return rk_trouble(run, &err);
	if (limit && !rk_text_i64(rk_slice_str(limit), 1, 500, &most))
		return rk_usage(run, "usage.number", "option", "limit", "value", limit);
	request->limit = (int32_t)most;
	if (municipality)
		request->municipality_code = rk_run_str(run, municipality);
	while (rk_run_option_at(run, "kind", count))
		count++;
	request->kinds = rk_run_alloc(run, (count + 1) * sizeof *request->kinds);
	for (size_t n = 0; (kind = rk_run_option_at(run, "kind", n)); n++)
		request->kinds[request->n_kinds++] = (Renkei__V1__RecordKind)rk_enum_value(
			run, &renkei__v1__record_kind__descriptor, kind, NULL);
	request->include_submitted = rk_run_flag(run, "include-submitted");
	return EX_OK;
}

int rk_cmd_search(struct rk_run *run)
{
	static const struct rk_grid_column columns[] = {
		{"municipality_code",    RK_COLUMN_TEXT, RK_COLUMN_DATA},
		{"municipality_name_ja", RK_COLUMN_TEXT, RK_COLUMN_DATA},
		{"period",               RK_COLUMN_TEXT, RK_COLUMN_DATA},
		{"receipt_number",       RK_COLUMN_TEXT, RK_COLUMN_DATA},
		{"kind",                 RK_COLUMN_TEXT, RK_COLUMN_DATA},
		{"record_id",            RK_COLUMN_TEXT, RK_COLUMN_DATA},
		{"title",                RK_COLUMN_TEXT, RK_COLUMN_DATA},
		{"snippet",              RK_COLUMN_TEXT, RK_COLUMN_DATA},
		{"report_state",         RK_COLUMN_TEXT, RK_COLUMN_DATA}
        };
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	Renkei__V1__SearchRecordsRequest request = RENKEI__V1__SEARCH_RECORDS_REQUEST__INIT;
	Renkei__V1__SearchRecordsResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	int status = take_options(run, &request);

	if (status != EX_OK)
		return status;
	if (rk_call(run, "SearchService/SearchRecords", &request, search_records_response, &answer,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < answer->n_records; i++)
		if (rk_out_is_human(run))
			print_record(run, answer->records[i]);
		else
			add_record(&grid, answer->records[i]);
	if (!rk_out_is_human(run))
		return rk_answer_print(&grid, &answer->base);
	if (answer->total == 0)
		rk_talk(run, request.include_submitted ? "search.none" : "search.none_accepted");
	else
		rk_talk(run,
			answer->total > (int64_t)answer->n_records ? "search.more" : "search.all",
			"total", rk_run_printf(run, "%lld", (long long)answer->total), "shown",
			rk_run_printf(run, "%zu", answer->n_records));
	if (answer->not_searched)
		rk_talk(run, "search.not_yet", "count",
			rk_run_printf(run, "%lld", (long long)answer->not_searched));
	return EX_OK;
}
