/* A document as CommonMark with tables. */
#include "paper/paper.h"

#include <string.h>

/* What would be markup is none: a stroke before it.  A line end within a cell is a break. */
static void put(FILE *out, const char *text, bool cell)
{
	for (; *text; text++)
		if (*text == '\n')
			fputs(cell ? "<br>" : "\n", out);
		else if (strchr("\\`*_[]<>|#", *text))
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
}

static void put_table(FILE *out, const struct rk_paper_table *table)
{
	if (table->caption && *table->caption) {
		fputs("**", out);
		put(out, table->caption, false);
		fputs("**\n\n", out);
	}
	for (size_t c = 0; c < table->columns; c++) {
		fputs("| ", out);
		put(out, table->heads[c], true);
		fputc(' ', out);
	}
	fputs("|\n", out);
	for (size_t c = 0; c < table->columns; c++)
		fputs(table->figures && c ? "|---:" : "|---", out);
	fputs("|\n", out);
	for (size_t r = 0; r < table->rows; r++) {
		for (size_t c = 0; c < table->columns; c++) {
			fputs("| ", out);
			put(out, table->cells[r * table->columns + c], true);
			fputc(' ', out);
		}
		fputs("|\n", out);
	}
	fputc('\n', out);
}

static void put_block(FILE *out, const struct rk_paper_block *block)
{
	struct rk_paper_table *numbers;

	switch (block->kind) {
	case RK_PAPER_HEADING:
		fprintf(out, "%.*s ", block->level, "######");
		put(out, block->text, false);
		fputs("\n\n", out);
		break;
	case RK_PAPER_PARAGRAPH:
	case RK_PAPER_ITEM:
	case RK_PAPER_NOTE:
		put(out, block->mark ? block->mark : "", false);
		put(out, block->text, false);
		fputs("\n\n", out);
		break;
	case RK_PAPER_TABLE:
		put_table(out, block->table);
		break;
	case RK_PAPER_CHART:
		numbers = rk_paper_chart_table(block->chart);
		put_table(out, numbers);
		rk_paper_table_free(&numbers);
		break;
	case RK_PAPER_BREAK:
		fputs("---\n\n", out);
		break;
	}
}

void rk_paper_markdown(const struct rk_paper *paper, FILE *out)
{
	fputs("# ", out);
	put(out, paper->title, false);
	fputs("\n\n", out);
	put(out, paper->basis, false);
	fputs("\n\n", out);
	for (size_t i = 0; i < paper->count; i++)
		put_block(out, &paper->blocks[i]);
}
