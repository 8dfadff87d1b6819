/* renkei query --catalogue and --explain - what can be counted, by what, and what each of it means. */
#include "cmd_query.h"
#include "labels.h"
#include "periods.h"
#include "remote.h"

static const char *name_of(struct rk_run *run, const Renkei__V1__Explanation *explanation)
{
	return explanation->measure
		? rk_enum_name(run, &renkei__v1__measure__descriptor, (int)explanation->measure)
		: rk_enum_name(
			  run, &renkei__v1__dimension__descriptor, (int)explanation->dimension);
}

/* What a measure can be grouped and filtered by, as it is typed. */
static const char *fits(struct rk_run *run, const Renkei__V1__Explanation *explanation)
{
	const char *all = "";

	for (size_t i = 0; i < explanation->n_dimensions; i++)
		all = rk_run_printf(run, "%s%s%s", all, i ? "," : "",
			rk_enum_name(run, &renkei__v1__dimension__descriptor,
				(int)explanation->dimensions[i]));
	return all;
}

void rk_query_explain(
	struct rk_run *run, Renkei__V1__Explanation *const *explanations, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const Renkei__V1__Explanation *at = explanations[i];
		const char *unit = "";

		if (at->unit[0])
			unit = rk_tell(run, "query.unit", "unit",
				rk_tell(run, rk_run_printf(run, "unit.%s", at->unit)));
		fprintf(rk_out(run), "%s\n",
			rk_tell(run, "query.means", "name", name_of(run, at), "label",
				rk_in_language(run, at->label), "unit", unit, "definition",
				rk_in_language(run, at->definition)));
	}
}

int rk_query_catalogue(struct rk_run *run)
{
	static const struct rk_grid_column columns[] = {
		{"catalogue",  RK_COLUMN_TEXT, RK_COLUMN_ALL },
		{"name",       RK_COLUMN_TEXT, RK_COLUMN_ALL },
		{"label",      RK_COLUMN_TEXT, RK_COLUMN_ALL },
		{"unit",       RK_COLUMN_TEXT, RK_COLUMN_ALL },
		{"definition", RK_COLUMN_TEXT, RK_COLUMN_ALL },
		{"dimensions", RK_COLUMN_TEXT, RK_COLUMN_WIDE},
		{"expression", RK_COLUMN_TEXT, RK_COLUMN_DATA},
	};
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	Renkei__V1__GetCatalogueRequest request = RENKEI__V1__GET_CATALOGUE_REQUEST__INIT;
	Renkei__V1__GetCatalogueResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	bool human = rk_out_is_human(run);

	if (rk_call(run, "StatusService/GetCatalogue", &request, get_catalogue_response, &answer,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < answer->n_explanations; i++) {
		const Renkei__V1__Explanation *at = answer->explanations[i];
		const char *word = at->measure ? "measure" : "dimension";
		const char *unit = at->unit[0] && human
			? rk_tell(run, rk_run_printf(run, "unit.%s", at->unit))
			: at->unit;

		rk_grid_add(&grid,
			(const char *const[]){human
					? rk_tell(run, rk_run_printf(run, "catalogue.%s", word))
					: word,
				name_of(run, at), rk_in_language(run, at->label), unit,
				rk_in_language(run, at->definition), fits(run, at),
				at->expression});
	}
	return rk_answer_print(&grid, &answer->base);
}
