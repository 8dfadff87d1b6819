#include "form/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum rk_status rk_trace_add(
	struct rk_trace *trace, const char *path, const struct rk_head *head, struct rk_address at)
{
	const struct rk_trace_mark mark = {path, head, at};

	return rk_buf_add(&trace->marks, &mark, sizeof mark);
}

static int compare(const void *a, const void *b)
{
	const struct rk_trace_mark *x = a, *y = b;

	return strcmp(x->path, y->path);
}

enum rk_status rk_trace_close(struct rk_trace *trace, struct rk_arena *arena)
{
	struct rk_trace_mark *sorted = (void *)rk_arena_slice(arena, rk_buf_slice(&trace->marks));

	trace->count = sorted ? trace->marks.len / sizeof *sorted : 0;
	trace->sorted = sorted;
	rk_buf_clear(&trace->marks);
	if (!sorted)
		return RK_RESOURCE_EXHAUSTED;
	qsort(sorted, trace->count, sizeof *sorted, compare);
	return RK_OK;
}

static const struct rk_trace_mark *look_up(const struct rk_trace *trace, const char *path)
{
	const struct rk_trace_mark sought = {.path = path};

	return trace->count ? bsearch(&sought, trace->sorted, trace->count, sizeof sought, compare)
			    : NULL;
}

/* "partners[2].partner_code" is the field of the column "partners[].partner_code", "themes[0]" that of "themes". */
static bool is_of(const char *field, const char *key)
{
	while (*field && *key) {
		if (*field == '[' && *key != '[') {
			field += strcspn(field, "]");
			field += *field == ']';
		} else if (*field == '[') {
			field += strcspn(field, "]");
			key += strcspn(key, "]");
		} else if (*field++ != *key++) {
			return false;
		}
	}
	if (*field == '[')
		field += strcspn(field, "]") + 1;
	return *key == '\0' && (*field == '\0' || *field == '.');
}

/* A column for part of the field, such as partners[].partner_code for partners. */
static bool is_part_of(const char *key, const char *field)
{
	size_t len = strcspn(field, "[.");

	return strncmp(key, field, len) == 0 && (key[len] == '[' || key[len] == '.');
}

static const struct rk_head_column *own_column(const struct rk_head *head, const char *field)
{
	for (size_t i = 0; i < head->column_count; i++)
		if (is_of(field, head->columns[i].of->key))
			return &head->columns[i];
	return NULL;
}

static const struct rk_head_column *column_for(const struct rk_head *head, const char *field)
{
	const struct rk_head_column *own = own_column(head, field);

	if (own)
		return own;
	for (size_t i = 0; i < head->column_count; i++)
		if (is_part_of(head->columns[i].of->key, field))
			return &head->columns[i];
	return NULL;
}

/* The column of the identity, or the first that is not the form's own. */
static const struct rk_head_column *first_column(const struct rk_head *head)
{
	const struct rk_sheet_column *id = rk_sheet_id(head->sheet);
	const struct rk_head_column *column = id ? rk_head_with(head, id->key) : NULL;

	for (size_t i = 0; !column && i < head->column_count; i++)
		if (head->columns[i].of->key[0] != '@')
			column = &head->columns[i];
	return column ? column : head->columns;
}

/* The nearest record that the path leads through, and what of it the field is; or, unless it has to be a row, a cell that holds all there is
 * of the record. */
static const struct rk_trace_mark *record_on(
	const struct rk_trace *trace, const char *path, bool row, const char **field)
{
	char name[256];

	if (snprintf(name, sizeof name, "%s", path) >= (int)sizeof name)
		return NULL;
	for (char *dot = name + strlen(name); dot; dot = strrchr(name, '.')) {
		const struct rk_trace_mark *mark;

		*dot = '\0';
		mark = look_up(trace, name);
		if (mark && !(row && mark->at.column)) {
			*field = path + strlen(name) + (path[strlen(name)] == '.');
			return mark;
		}
	}
	return NULL;
}

/* A list as a whole: the sheet of its records. */
static const struct rk_head *head_of_list(const struct rk_trace *trace, const char *path)
{
	for (size_t i = 0; i < trace->head_count; i++) {
		const struct rk_head *head = &trace->heads[i];

		if (head->column_count && head->sheet->list && !head->sheet->parent &&
			strncmp(head->sheet->list, path, strcspn(path, "[.")) == 0 &&
			strlen(head->sheet->list) == strcspn(path, "[."))
			return head;
	}
	return NULL;
}

static const struct rk_head *cover_of(const struct rk_trace *trace)
{
	for (size_t i = 0; i < trace->head_count; i++)
		if (trace->heads[i].column_count && !trace->heads[i].sheet->list)
			return &trace->heads[i];
	return NULL;
}

/* What the element in a cell lacks may have a column of its own beside it: the role of those who stand there. */
static void look_beside(const struct rk_trace *trace, const char *path, const struct rk_head **head,
	struct rk_address *at)
{
	const char *field = "";
	const struct rk_trace_mark *row = record_on(trace, path, true, &field);
	const struct rk_head_column *column = row ? own_column(row->head, field) : NULL;

	if (column) {
		*head = row->head;
		*at = rk_head_at(column, row->at.row);
	}
}

bool rk_trace_find(const struct rk_trace *trace, const char *path, const struct rk_tab **tab,
	struct rk_address *at)
{
	const struct rk_trace_mark *mark = look_up(trace, path), *record;
	const struct rk_head *head = mark ? mark->head : NULL;
	const struct rk_head_column *column = NULL;
	const char *field = "";

	if (mark && mark->at.column) {
		*tab = head->tab;
		*at = mark->at;
		return true;
	}
	record = record_on(trace, path, false, &field);
	if (record && record->at.column) {
		head = record->head;
		*at = record->at;
		look_beside(trace, path, &head, at);
	} else if (record) {
		head = record->head;
		column = column_for(head, field);
		*at = rk_head_at(column ? column : first_column(head), record->at.row);
	} else if ((head = cover_of(trace)) && (column = column_for(head, path))) {
		*at = rk_head_at(column, 0);
	} else if ((head = head_of_list(trace, path))) {
		*at = rk_head_at(first_column(head), head->row);
	}
	if (!head)
		return false;
	*tab = head->tab;
	return true;
}

const struct rk_head_column *rk_trace_column(
	const struct rk_trace *trace, const char *path, const struct rk_head **head)
{
	const struct rk_tab *tab;
	struct rk_address at;

	if (!rk_trace_find(trace, path, &tab, &at))
		return NULL;
	for (size_t i = 0; i < trace->head_count; i++) {
		*head = &trace->heads[i];
		for (size_t n = 0; (*head)->tab == tab && n < (*head)->column_count; n++) {
			const struct rk_head_column *column = &(*head)->columns[n];

			if (column->column == at.column && (!column->row || column->row == at.row))
				return column;
		}
	}
	return NULL;
}
