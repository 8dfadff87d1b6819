#include "form/sheets_read.h"

#include "base/text.h"
#include "form/archive.h"
#include "form/near.h"
#include "form/sheets_made.h"
#include "form/sheets_missing.h"
#include "form/sheets_state.h"
#include "wire/pack.h"

#include "renkei/v1/report.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ERROR RENKEI__V1__SEVERITY__SEVERITY_ERROR

static const char *keep(struct rk_sheets_state *state, const char *text)
{
	const char *kept = rk_arena_slice(
		state->arena, rk_text_front(rk_slice_str(text), RK_VALUE_TEXT));

	state->short_of_memory = state->short_of_memory || !kept;
	return kept ? kept : "";
}

void rk_sheets_fault(struct rk_sheets_state *state, Renkei__V1__Severity severity,
	const struct rk_json_fault *fault)
{
	struct rk_read_fault *kept = rk_arena_alloc(state->arena, sizeof *kept);

	if (!kept) {
		state->short_of_memory = true;
		return;
	}
	kept->severity = severity;
	kept->fault = (struct rk_json_fault){.code = fault->code,
		.path = keep(state, fault->path),
		.value = keep(state, fault->value),
		.found = keep(state, fault->found),
		.suggestion = keep(state, fault->suggestion),
		.choices = keep(state, fault->choices)};
	*state->next = kept;
	state->next = &kept->next;
}

void rk_sheets_mark(struct rk_sheets_state *state, const char *path, const struct rk_head *head,
	struct rk_address at)
{
	if (rk_trace_add(state->trace, path, head, at) != RK_OK)
		state->short_of_memory = true;
}

const char *rk_sheets_text(struct rk_sheets_state *state, const char *format, ...)
{
	char text[2 * RK_VALUE_TEXT];
	const char *kept;
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	kept = rk_arena_str(state->arena, text);
	state->short_of_memory = state->short_of_memory || !kept;
	return kept ? kept : "";
}

static void tell_tab(struct rk_sheets_state *state, Renkei__V1__Severity severity, const char *code,
	const char *path, const struct rk_tab *tab)
{
	rk_sheets_fault(state, severity,
		&(struct rk_json_fault){
			.code = code, .path = path, .value = tab->name, .found = tab->name});
}

/* The heads of all tabs that are sheets of the form, in the order of the form. */
static enum rk_status find_heads(
	struct rk_sheets_state *state, const struct rk_workbook *workbook, struct rk_trace *trace)
{
	struct rk_head *heads = rk_arena_alloc(
		state->arena, (workbook->tab_count + 1) * sizeof *heads);

	if (!heads)
		return RK_RESOURCE_EXHAUSTED;
	trace->heads = heads;
	for (size_t i = 0; i < rk_sheet_count; i++) {
		for (size_t n = 0; n < workbook->tab_count; n++) {
			struct rk_head *head = &heads[trace->head_count];

			if (rk_sheets_of(&workbook->tabs[n]) != &rk_sheets[i])
				continue;
			*head = (struct rk_head){.tab = &workbook->tabs[n], .sheet = &rk_sheets[i]};
			RK_TRY(rk_head_find(state->arena, head));
			trace->head_count++;
		}
	}
	return RK_OK;
}

static void tell_tabs(struct rk_sheets_state *state, const struct rk_workbook *workbook)
{
	const struct rk_head *heads = state->trace->heads;
	bool cp932 = false; /* told once for all files */

	for (size_t i = 0; i < workbook->tab_count; i++) {
		const struct rk_tab *tab = &workbook->tabs[i];

		if (tab->cp932 && !cp932)
			tell_tab(state, RENKEI__V1__SEVERITY__SEVERITY_INFO, "SHEET_OF_CP932", "",
				tab);
		cp932 = cp932 || tab->cp932;
	}
	for (size_t i = 0; i < state->trace->head_count; i++) {
		const char *list = heads[i].sheet->list ? heads[i].sheet->list : "period";

		bool twice = i && heads[i].sheet == heads[i - 1].sheet;

		if (!twice && (heads[i].column_count || !heads[i].tab->cell_count))
			continue;
		rk_sheets_mark(state, list, &heads[i], (struct rk_address){1, 1});
		tell_tab(state, ERROR, twice ? "SHEET_TWICE" : "SHEET_WITHOUT_HEAD", list,
			heads[i].tab);
	}
}

/* Under which columns something stands that is not of the form. */
static void find_used(const struct rk_head *head, bool used[RK_ADDRESS_COLUMNS + 1])
{
	memset(used, 0, RK_ADDRESS_COLUMNS + 1);
	for (size_t n = 0; n < head->tab->cell_count; n++) {
		const struct rk_tab_cell *cell = &head->tab->cells[n];

		if (cell->at.row > head->row && !rk_sheets_is_blank(cell))
			used[cell->at.column] = true;
	}
	for (size_t i = 0; i < head->column_count; i++)
		used[head->columns[i].column] = false;
}

/* The label that may be meant by the head of a column that is none. */
static const char *near_label(const struct rk_head *head, const char *text, char out[RK_VALUE_TEXT])
{
	char label[RK_VALUE_TEXT];
	size_t best = 0;

	*out = '\0';
	for (size_t i = 0; i < head->sheet->column_count; i++) {
		rk_sheet_label(head->language, &head->sheet->columns[i], label, sizeof label);
		if (rk_near_beats(text, label, &best))
			snprintf(out, RK_VALUE_TEXT, "%s", label);
	}
	return out;
}

/* Somebody's own column is no mistake; but what stands in one whose name is misspelt would be missed. */
static void tell_columns(struct rk_sheets_state *state, const struct rk_head *head)
{
	bool used[RK_ADDRESS_COLUMNS + 1];

	find_used(head, used);
	for (size_t n = 0; n < head->tab->cell_count; n++) {
		const struct rk_tab_cell *cell = &head->tab->cells[n];
		char near[RK_VALUE_TEXT];
		const char *path;

		if (cell->at.row != head->row || !used[cell->at.column])
			continue;
		path = rk_sheets_text(state, "%s.%.*s", head->sheet->list,
			(int)rk_text_front(rk_slice_str(cell->text), 100).len, cell->text);
		rk_sheets_mark(state, path, head, cell->at);
		rk_sheets_fault(state, RENKEI__V1__SEVERITY__SEVERITY_WARNING,
			&(struct rk_json_fault){.code = "COLUMN_NOT_READ",
				.path = path,
				.value = cell->text,
				.found = cell->text,
				.suggestion = near_label(head, cell->text, near)});
	}
}

static void tell_twins(struct rk_sheets_state *state, const struct rk_head *head)
{
	for (size_t i = 1; i < head->column_count; i++) {
		const struct rk_head_column *column = &head->columns[i];
		const char *path;

		if (rk_head_with(head, column->of->key) == column)
			continue;
		path = rk_sheets_text(state, "%s.%s", head->sheet->list, column->of->key);
		rk_sheets_mark(state, path, head, rk_head_at(column, head->row));
		rk_sheets_fault(state, ERROR,
			&(struct rk_json_fault){.code = "COLUMN_TWICE", .path = path});
	}
}

static void read_list(struct rk_sheets_state *state, const struct rk_head *head)
{
	tell_columns(state, head);
	tell_twins(state, head);
	for (size_t n = 0; n < head->tab->cell_count && !state->short_of_memory;) {
		struct rk_tab_row row = rk_tab_row_from(head->tab, n);

		if (row.cells->at.row > head->row)
			rk_sheets_row(state, head, row);
		n += row.count;
	}
}

static void read_sheets(struct rk_sheets_state *state, const struct rk_workbook *workbook)
{
	tell_tabs(state, workbook);
	for (size_t i = 0; i < state->trace->head_count; i++) {
		const struct rk_head *head = &state->trace->heads[i];

		if (!head->column_count || (i && head->sheet == state->trace->heads[i - 1].sheet))
			continue;
		if (head->sheet->list)
			read_list(state, head);
		else
			rk_sheets_cover(state, head);
	}
}

/* "renkei.report/1" in the cover, or the number in a property of the workbook; "" for a form that says neither. */
static void find_version(
	const struct rk_trace *trace, const struct rk_workbook *workbook, char said[RK_VALUE_TEXT])
{
	const char *property = rk_workbook_property(workbook, RK_FORM_PROPERTY_VERSION);

	*said = '\0';
	for (size_t i = 0; i < trace->head_count; i++) {
		const struct rk_head_column *column = rk_head_with(&trace->heads[i], "@form");
		const struct rk_tab_cell *cell = column
			? rk_tab_find(trace->heads[i].tab, rk_head_at(column, 0))
			: NULL;

		if (cell)
			rk_value_plain(rk_slice_str(cell->text), said);
	}
	if (!*said && property)
		snprintf(said, RK_VALUE_TEXT, "%s/%.*s", RK_FORM_NAME,
			(int)rk_text_front(rk_slice_str(property), 100).len, property);
}

/* A form that says no version is taken as it looks. */
static enum rk_status check_version(
	struct rk_sheets_state *state, const char *said, const char *file, struct rk_err *err)
{
	static const char name[] = RK_FORM_NAME "/";
	int64_t version;

	if (!*said)
		return RK_OK;
	if (strncmp(said, name, strlen(name)) != 0 ||
		!rk_text_i64(rk_slice_str(said + strlen(name)), 0, INT32_MAX, &version))
		version = -1;
	if (version == RK_FORM_VERSION)
		return RK_OK;
	if (version >= 0 && rk_form_reads_older((int)version)) {
		rk_sheets_fault(state, RENKEI__V1__SEVERITY__SEVERITY_INFO,
			&(struct rk_json_fault){
				.code = "FORM_OLDER", .path = "", .value = said, .found = said});
		return RK_OK;
	}
	return rk_err_values(err,
		rk_fail_reason(err, RK_INVALID_ARGUMENT,
			version > RK_FORM_VERSION ? "FORM_NEWER" : "FORM_VERSION",
			"%s: is the form \"%.*s\"; this renkei reads \"%s%d\"", file,
			RK_SHOWN(said, 100), name, RK_FORM_VERSION),
		"reads=%s%d\nform=%.*s", name, RK_FORM_VERSION, RK_SHOWN(said, 100));
}

static enum rk_status finish(
	struct rk_sheets_state *state, struct rk_form_report *report, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf packed = {0};
	const char *bytes;

	if (state->too_large)
		return rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "FORM_TOO_LARGE",
				"%s: its texts have more than %zu bytes together", report->name,
				RK_SHEETS_TEXT_MAX),
			"limit=%zu", RK_SHEETS_TEXT_MAX);
	if (state->short_of_memory || rk_pack(state->report, &packed) != RK_OK)
		return RK_RESOURCE_EXHAUSTED;
	bytes = rk_arena_slice(state->arena, rk_buf_slice(&packed));
	if (!bytes)
		return RK_RESOURCE_EXHAUSTED;
	report->bytes = rk_slice_of(bytes, packed.len);
	report->faults = state->first;
	for (const struct rk_read_fault *at = state->first; at; at = at->next)
		if (at->severity == ERROR)
			(void)rk_fail_reason(&report->err, RK_INVALID_ARGUMENT, "REPORT_UNREADABLE",
				"%s", report->name);
	return RK_OK;
}

static const char *place(const struct rk_form_report *report, const char *field_path)
{
	const struct rk_sheets_map *map = report->map;
	const struct rk_tab *tab;
	struct rk_address at;
	char address[RK_ADDRESS_TEXT];
	const char *text = NULL;

	if (*field_path && rk_sheets_find(report, field_path, &tab, &at))
		text = rk_arena_printf(
			map->arena, "%s!%s", tab->name, rk_address_write(at, address));
	return text ? text : field_path;
}

static enum rk_status read_form(struct rk_sheets_state *state, const struct rk_workbook *workbook,
	struct rk_form_report *report, struct rk_err *err)
{
	struct rk_trace *trace = state->trace;
	char said[RK_VALUE_TEXT];
	bool headed = false;

	RK_TRY(find_heads(state, workbook, trace));
	for (size_t i = 0; i < trace->head_count; i++)
		headed = headed || trace->heads[i].column_count;
	if (!headed)
		return rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "FORM_NOT_KNOWN",
				"%s: none of its %zu sheets is one of the form", report->name,
				workbook->tab_count),
			"sheets=%zu", workbook->tab_count);
	find_version(trace, workbook, said);
	RK_TRY(check_version(state, said, report->name, err));
	read_sheets(state, workbook);
	rk_sheets_unread(state, workbook, *said);
	rk_sheets_made(state, workbook);
	return finish(state, report, err);
}

enum rk_status rk_sheets_read(struct rk_arena *arena, const struct rk_workbook *workbook,
	struct rk_form_report *report, struct rk_err *err)
{
	struct rk_sheets_map *map = rk_arena_alloc(arena, sizeof *map);
	struct rk_sheets_state state = {.arena = arena,
		.from_1904 = workbook->from_1904,
		.trace = map ? &map->trace : NULL,
		.next = &state.first,
		.report = rk_fill_new(arena, &renkei__v1__report__descriptor)};
	enum rk_status status = RK_RESOURCE_EXHAUSTED, closed;

	err->status = RK_OK;
	if (map && state.report)
		status = read_form(&state, workbook, report, err);
	closed = map ? rk_trace_close(&map->trace, arena) : status;
	rk_buf_clear(&state.parents);
	status = status == RK_OK ? closed : status;
	if (map)
		map->arena = arena;
	report->place = place;
	report->shown = rk_sheets_shown;
	report->map = map;
	return status == RK_RESOURCE_EXHAUSTED && err->status != status
		? rk_fail(err, status, "%s: out of memory", report->name)
		: status;
}

bool rk_sheets_find(const struct rk_form_report *report, const char *field_path,
	const struct rk_tab **tab, struct rk_address *at)
{
	const struct rk_sheets_map *map = report->map;

	return rk_trace_find(&map->trace, field_path, tab, at);
}
