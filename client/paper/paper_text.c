/* A document as lines of text. */
#include "base/text.h"
#include "base/wrap.h"
#include "paper/paper.h"

#include <string.h>

#define COLUMNS_MAX 32
#define LAST_LEAST  20 /* columns that the last one keeps, however narrow the line */

static size_t width_of(const char *text)
{
	return rk_text_width(rk_slice_str(text));
}

/* Lines behind a head, each as far in as the first. */
static void put_wrapped(FILE *out, const char *head, const char *text, size_t width)
{
	struct rk_slice rest = rk_slice_str(text);
	size_t indent = width_of(head);
	bool first = true;

	do {
		struct rk_slice line = rk_wrap_next(&rest,
			!width                                ? 0
				: width > indent + LAST_LEAST ? width - indent
							      : LAST_LEAST);

		fprintf(out, "%s%*s%.*s\n", first ? head : "", (int)(first ? 0 : indent), "",
			(int)line.len, (const char *)line.at);
		first = false;
	} while (rest.len);
}

/* The longest line of a cell. */
static size_t cell_width(const char *text)
{
	struct rk_slice rest = rk_slice_str(text);
	size_t most = 0;

	while (rest.len) {
		size_t own = rk_text_width(rk_wrap_next(&rest, 0));

		most = own > most ? own : most;
	}
	return most;
}

struct layout {
	FILE *out;
	const struct rk_paper_table *table;
	size_t widths[COLUMNS_MAX];
};

static void measure(struct layout *layout, size_t width)
{
	const struct rk_paper_table *table = layout->table;
	size_t before = 0;

	for (size_t c = 0; c < table->columns; c++) {
		layout->widths[c] = width_of(table->heads[c]);
		for (size_t r = 0; r < table->rows; r++) {
			size_t own = cell_width(table->cells[r * table->columns + c]);

			layout->widths[c] = own > layout->widths[c] ? own : layout->widths[c];
		}
		/* Of figures the first column alone may be cut, of words the last. */
		if (c + 1 < table->columns)
			before += layout->widths[c] + 2;
	}
	size_t bent = table->figures ? 0 : table->columns - 1,
	       others = before + layout->widths[table->columns - 1] - layout->widths[bent];

	if (width && others + layout->widths[bent] > width)
		layout->widths[bent] = width > others + LAST_LEAST ? width - others : LAST_LEAST;
}

/* One row: as many lines as its longest cell has. */
static void put_row(const struct layout *layout, const char *const *cells)
{
	const struct rk_paper_table *table = layout->table;
	struct rk_slice rest[COLUMNS_MAX];
	bool more = true;

	for (size_t c = 0; c < table->columns; c++)
		rest[c] = rk_slice_str(cells[c]);
	while (more) {
		size_t blanks = 0;

		more = false;
		for (size_t c = 0; c < table->columns; c++) {
			struct rk_slice line = rest[c].len
				? rk_wrap_next(&rest[c], layout->widths[c])
				: rk_slice_of("", 0);
			size_t own = rk_text_width(line),
			       pad = own < layout->widths[c] ? layout->widths[c] - own : 0;

			more = more || rest[c].len;
			if (table->figures && c && line.len) {
				blanks += pad;
				pad = 0;
			}
			if (line.len)
				fprintf(layout->out, "%*s%.*s", (int)blanks, "", (int)line.len,
					(const char *)line.at);
			blanks = (line.len ? 0 : blanks) + pad + 2;
		}
		fputc('\n', layout->out);
	}
}

static void put_table(FILE *out, const struct rk_paper_table *table, size_t width)
{
	struct layout layout = {.out = out, .table = table};

	if (table->caption && *table->caption)
		put_wrapped(out, "", table->caption, width);
	if (table->columns == 0 || table->columns > COLUMNS_MAX)
		return;
	measure(&layout, width);
	put_row(&layout, table->heads);
	for (size_t r = 0; r < table->rows; r++)
		put_row(&layout, table->cells + r * table->columns);
	fputc('\n', out);
}

/* What ends with an empty line needs none before the next heading. */
static bool ends_empty(const struct rk_paper_block *before)
{
	return before &&
		(before->kind == RK_PAPER_PARAGRAPH || before->kind == RK_PAPER_TABLE ||
			before->kind == RK_PAPER_CHART || before->kind == RK_PAPER_HEADING);
}

static void put_block(FILE *out, const struct rk_paper_block *block,
	const struct rk_paper_block *before, size_t width)
{
	struct rk_paper_table *numbers;

	switch (block->kind) {
	case RK_PAPER_HEADING:
		fputs(ends_empty(before) ? "" : "\n", out);
		put_wrapped(out, "", block->text, width);
		break;
	case RK_PAPER_PARAGRAPH:
		put_wrapped(out, "", block->text, width);
		fputc('\n', out);
		break;
	case RK_PAPER_ITEM:
	case RK_PAPER_NOTE:
		put_wrapped(out, block->mark ? block->mark : "", block->text, width);
		break;
	case RK_PAPER_TABLE:
		put_table(out, block->table, width);
		break;
	case RK_PAPER_CHART:
		numbers = rk_paper_chart_table(block->chart);
		put_table(out, numbers, width);
		rk_paper_table_free(&numbers);
		break;
	case RK_PAPER_BREAK:
		fputc('\n', out);
		break;
	}
}

void rk_paper_text(const struct rk_paper *paper, FILE *out, size_t width)
{
	size_t own = width_of(paper->title);

	fprintf(out, "%*s", (int)(width > own ? (width - own) / 2 : 0), "");
	put_wrapped(out, "", paper->title, width);
	put_wrapped(out, "", paper->basis, width);
	for (size_t i = 0; i < paper->count; i++)
		put_block(out, &paper->blocks[i], i ? &paper->blocks[i - 1] : NULL, width);
}
