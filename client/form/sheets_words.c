/* What the heads of the form say, in each language. */
#include "form/sheets.h"
#include "form/words.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *code;
	const char *en, *ja, *zh;
} texts[] = {

#include "form/sheets_words.inc"
};

const char *rk_form_text(enum rk_language language, const char *code)
{
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (strcmp(texts[i].code, code) == 0)
			return language == RK_JA    ? texts[i].ja
				: language == RK_ZH ? texts[i].zh
						    : texts[i].en;
	}
	return NULL;
}

const char *rk_sheet_title(
	enum rk_language language, const struct rk_sheet *sheet, char *out, size_t size)
{
	char label[RK_LABEL_TEXT];

	snprintf(out, size, "%s", rk_label_field_in(language, sheet->name, label));
	return out;
}

const char *rk_sheet_label(
	enum rk_language language, const struct rk_sheet_column *column, char *out, size_t size)
{
	const char *step = strrchr(column->key, '.');
	char label[RK_LABEL_TEXT];

	snprintf(out, size, "%s",
		rk_label_field_in(language,
			column->label  ? column->label
				: step ? step + 1
				       : column->key,
			label));
	return out;
}

/* What the kind of the cell has to say; NULL = nothing. */
static const char *kind_of(const struct rk_sheet *sheet, const struct rk_sheet_column *column)
{
	static const char *const kinds[] = {
		[RK_CELL_TEXT] = "text",
		[RK_CELL_ID] = "id",
		[RK_CELL_INTEGER] = "integer",
		[RK_CELL_DECIMAL] = "decimal",
		[RK_CELL_MONEY] = "money",
		[RK_CELL_DATE] = "date",
		[RK_CELL_YEAR] = "year",
		[RK_CELL_PERIOD] = "period",
		[RK_CELL_YES_NO] = "choose",
		[RK_CELL_CODE] = "choose",
		[RK_CELL_CODES] = "codes",
		[RK_CELL_NAMES] = "names",
		[RK_CELL_TEXTS] = "texts",
		[RK_CELL_ROW] = "row",
		[RK_CELL_ROWS] = "rows",
		[RK_CELL_PARENT] = "parent",
		[RK_CELL_MARK] = "mark",
		[RK_CELL_FORM] = "form",
	};

	if (column->cell == RK_CELL_PARENT && sheet->parent_optional)
		return "parent_or_report";
	if (column->codes == RK_CODES_COUNTRY)
		return "choose_or_type";
	return kinds[column->cell];
}

/* The numbers and names that a sentence may ask for. */
struct facts {
	char min[24], max[24], count[24];
	char sheet[RK_LABEL_TEXT];
};

static void find_facts(enum rk_language language, const struct rk_sheet *sheet,
	const struct rk_sheet_column *column, struct facts *facts)
{
	const char *other = column->of ? column->of : sheet->parent;
	struct rk_sheet_field field;

	*facts = (struct facts){0};
	if (other)
		rk_label_field_in(language, other, facts->sheet);
	if (!rk_sheet_find(sheet, column, &field))
		return;
	/* An identity has no limit of its own in the tables. */
	int64_t max = field.limit->kind == RK_KIND_ID ? 64 : field.limit->max;
	size_t count = field.list && !field.side
		? rk_limits_of(sheet->record)->fields[field.list - sheet->record->fields].count
		: field.limit->count;

	snprintf(facts->min, sizeof facts->min, "%" PRId64, field.limit->min);
	snprintf(facts->max, sizeof facts->max, "%" PRId64, max);
	snprintf(facts->count, sizeof facts->count, "%zu", count);
}

static const char *fact(const struct facts *facts, const char *name, size_t len)
{
	const struct {
		const char *name;
		const char *value;
	} all[] = {
		{"min",   facts->min  },
                {"max",   facts->max  },
                {"count", facts->count},
		{"sheet", facts->sheet}
        };

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		if (strlen(all[i].name) == len && memcmp(all[i].name, name, len) == 0)
			return all[i].value;
	}
	return "";
}

/* Appends text with its {placeholders} filled; what does not fit is left out. */
static void add(char *out, size_t size, const char *text, const struct facts *facts)
{
	size_t len = strlen(out);

	assert(text);
	while (*text && len + 1 < size) {
		const char *close = *text == '{' ? strchr(text, '}') : NULL;

		if (!close) {
			out[len++] = *text++;
			out[len] = '\0';
			continue;
		}
		snprintf(out + len, size - len, "%s",
			fact(facts, text + 1, (size_t)(close - text) - 1));
		len += strlen(out + len);
		text = close + 1;
	}
}

/* The column's own sentence, now or ("was.") in forms that were written before; NULL = none. */
static const char *own_sentence(enum rk_language language, const char *when,
	const struct rk_sheet *sheet, const struct rk_sheet_column *column)
{
	char code[2 * RK_LABEL_TEXT];

	snprintf(code, sizeof code, "%s%s.%s", when, sheet->name, column->key);
	return rk_form_text(language, code);
}

/* NOLINTNEXTLINE(readability-function-size): a sentence, of what, and where to */
static const char *explain(enum rk_language language, const struct rk_sheet *sheet,
	const struct rk_sheet_column *column, const char *own, char *out, size_t size)
{
	struct facts facts;
	const char *kind = kind_of(sheet, column);

	find_facts(language, sheet, column, &facts);
	*out = '\0';
	if (rk_sheet_is_required(sheet, column))
		add(out, size, rk_form_text(language, "required"), &facts);
	if (own) {
		add(out, size, own, &facts);
		if (kind && language == RK_EN)
			add(out, size, " ", &facts);
	}
	if (kind)
		add(out, size, rk_form_text(language, kind), &facts);
	return out;
}

const char *rk_sheet_explain(enum rk_language language, const struct rk_sheet *sheet,
	const struct rk_sheet_column *column, char *out, size_t size)
{
	return explain(
		language, sheet, column, own_sentence(language, "", sheet, column), out, size);
}

bool rk_sheet_explained(enum rk_language language, const struct rk_sheet *sheet,
	const struct rk_sheet_column *column, const char *text)
{
	char explanation[RK_SHEET_EXPLANATION];
	const char *was = own_sentence(language, "was.", sheet, column);

	rk_sheet_explain(language, sheet, column, explanation, sizeof explanation);
	if (strcmp(explanation, text) == 0)
		return true;
	return was &&
		strcmp(explain(language, sheet, column, was, explanation, sizeof explanation),
			text) == 0;
}
