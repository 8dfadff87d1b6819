#include "rpc/comparison.h"

#include "base/text.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "words/compare.h"

#include <stdlib.h>
#include <string.h>

/* What is read at most is a little over 2 MiB; unpacked it is some times as much, and gone when it is compared. */
#define COMPARISON_MEMORY ((size_t)32 << 20)

const struct rk_statement rk_next_comparison_statement = {"next_comparison",
	"select place::text as place, municipality_code, version_id, receipt_number, sha256, report "
	"from renkei_api.next_comparison() order by 1",
	0};
const struct rk_statement rk_keep_comparison_statement = {"keep_comparison",
	"select renkei_api.keep_comparison($1, $2::bigint, $3::jsonb) as moved", 3};

/* The version, and what it is compared with. */
struct reading {
	struct rk_arena *arena;
	const struct rk_query *query;
	const Renkei__V1__Report *report;
	struct rk_compared earlier[RK_COMPARED_MAX];
	Renkei__V1__ComparedReport compared[RK_COMPARED_MAX], *list[RK_COMPARED_MAX];
	size_t count;
};

static const Renkei__V1__Report *report_at(const struct reading *reading, int row)
{
	struct rk_slice bytes;
	ProtobufCMessage *message = NULL;
	struct rk_err err;

	if (!rk_query_value(reading->query, row, "report", &bytes) ||
		rk_unpack(reading->arena, &renkei__v1__report__descriptor, bytes, &message, &err) !=
			RK_OK)
		return NULL;
	return (const Renkei__V1__Report *)(const void *)message;
}

static char *text_at(const struct reading *reading, int row, const char *column)
{
	struct rk_slice text;

	return rk_query_value(reading->query, row, column, &text)
		? (char *)(uintptr_t)rk_arena_slice(reading->arena, text)
		: NULL;
}

static void read_earlier(struct reading *reading, int row)
{
	struct rk_compared *earlier = &reading->earlier[reading->count];
	Renkei__V1__ComparedReport *compared = &reading->compared[reading->count];

	renkei__v1__compared_report__init(compared);
	compared->receipt_number = text_at(reading, row, "receipt_number");
	compared->sha256 = text_at(reading, row, "sha256");
	earlier->receipt_number = compared->receipt_number;
	earlier->report = report_at(reading, row);
	if (!earlier->report || !compared->receipt_number || !compared->sha256)
		return;
	reading->list[reading->count++] = compared;
}

static enum rk_status compare(
	struct reading *reading, struct rk_comparison_made *made, struct rk_err *err)
{
	Renkei__V1__Comparison *comparison = NULL;

	RK_TRY(rk_compare(reading->arena, reading->report, reading->earlier, reading->count,
		&comparison, err));
	comparison->compared = reading->list;
	comparison->n_compared = reading->count;
	if (rk_json_from_message(&comparison->base, RK_JSON_COMPACT, &made->json) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a comparison");
	return RK_OK;
}

/* Place 0 is the version itself. */
static void read_rows(struct reading *reading)
{
	int rows = rk_query_rows(reading->query);

	reading->report = report_at(reading, 0);
	for (int row = 1; row < rows && reading->count < RK_COMPARED_MAX; row++)
		read_earlier(reading, row);
}

enum rk_status rk_comparison_make(
	const struct rk_query *query, struct rk_comparison_made *made, struct rk_err *err)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {.cap = COMPARISON_MEMORY};
	struct reading reading = {.arena = &arena, .query = query};
	const char *code, *version;

	if (rk_query_rows(query) < 2)
		return RK_OK;
	read_rows(&reading);
	code = text_at(&reading, 0, "municipality_code");
	version = text_at(&reading, 0, "version_id");
	if (!reading.report || reading.count == 0 || !code || !version)
		return RK_OK;
	RK_TRY(compare(&reading, made, err));
	made->code = strdup(code);
	made->version = strdup(version);
	if (made->code && made->version)
		return RK_OK;
	rk_comparison_clear(made);
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a comparison");
}

void rk_comparison_clear(struct rk_comparison_made *made)
{
	free(made->code);
	free(made->version);
	rk_buf_clear(&made->json);
	*made = (struct rk_comparison_made){0};
}
