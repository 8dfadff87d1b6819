/* A document as one HTML file: to be read, and printed on A4. */
#include "base/err.h"
#include "form/insert.h"
#include "paper/paper.h"

#include <string.h>

static const char style[] =
	"body{font:10.5pt/1.5 " RK_PAPER_FONTS
	";color:#000;background:#fff;text-spacing-trim:space-all;margin:0 auto;max-width:170mm;padding:4mm}"
	"h1{font-size:15pt;text-align:center;margin:0 0 3mm}h2{font-size:12pt;margin:6mm 0 2mm}h3{font-size:11pt;margin:4mm 0 1mm}h4{font-size:10.5pt;margin:3mm 0 1mm}"
	"h2,h3,h4{break-after:avoid}p{margin:1mm 0 2mm}.basis{font-size:9pt;text-align:right}.mark{border:.4mm solid #000;padding:0 2mm;float:right;font-size:12pt}"
	"table{border-collapse:collapse;width:calc(100% - 1px);margin:1mm 0 2mm;font-size:9.5pt}caption{text-align:left;font-weight:bold;margin-bottom:1mm;break-after:avoid}"
	"th,td{border:.2mm solid #333;padding:.8mm 1.6mm;text-align:left;vertical-align:top}thead{display:table-header-group}thead th{background:#eee;-webkit-print-color-adjust:exact;print-color-adjust:exact}"
	"tbody th{font-weight:normal}tr{break-inside:avoid}td.n{text-align:right;font-variant-numeric:tabular-nums}td span,th span{display:block}span.b{padding-left:1em;text-indent:-1em}"
	".item,.note{padding-left:2em;text-indent:-1em;margin:1mm 0}.note{font-size:9pt;white-space:pre-wrap;overflow-wrap:anywhere;padding-left:2.5em;text-indent:-1.5em}figure{margin:3mm 0;break-inside:avoid}"
	"figcaption{font-weight:bold}svg{width:100%;height:auto}rect{-webkit-print-color-adjust:exact;print-color-adjust:exact}.wide{overflow-x:auto}"
	"@media print{body{max-width:none;padding:0}.break{break-before:page}.wide{overflow:visible}.mark{display:none}}";

struct page {
	const struct rk_paper *paper;
	FILE *out;
	bool plain;
	int charts, tables;
};

static void put(const struct page *page, const char *text)
{
	RK_AUTO(rk_buf_clear) struct rk_buf safe = {0};

	if (rk_xml_add_text(&safe, text) == RK_OK && safe.len)
		fprintf(page->out, "%.*s", (int)safe.len, (const char *)safe.at);
}

/* In a string of a style: nothing may end it. */
static void put_style_text(const struct page *page, const char *text)
{
	for (; text && *text; text++)
		if (strchr("\"\\<>\n\r", *text))
			fprintf(page->out, "\\%06x", (unsigned)*text);
		else
			fputc(*text, page->out);
}

static void put_style(const struct page *page)
{
	const struct rk_paper *paper = page->paper;

	fprintf(page->out,
		"<style>%s@page{size:A4 portrait;margin:18mm 20mm 18mm 20mm;font-family:" RK_PAPER_FONTS
		";@bottom-right{content:counter(page) \"/\" counter(pages);font-size:9pt}",
		style);
	fputs("@bottom-left{content:\"", page->out);
	put_style_text(page, paper->foot);
	fputs("\";font-size:9pt}", page->out);
	if (paper->mark) {
		fputs("@top-right{content:\"", page->out);
		put_style_text(page, paper->mark);
		fputs("\";font-size:12pt}", page->out);
	}
	fputs("}</style>\n", page->out);
}

/* The lines of a cell, each a line of its own. */
static void put_lines(const struct page *page, const char *text, bool bullets)
{
	const char *end;

	if (!strchr(text, '\n') && !bullets) {
		put(page, text);
		return;
	}
	do {
		char line[4096];

		end = strchr(text, '\n');
		snprintf(line, sizeof line, "%.*s",
			(int)(end ? (size_t)(end - text) : strlen(text)), text);
		fputs(page->plain ? "<p>" : bullets ? "<span class=\"b\">" : "<span>", page->out);
		put(page, line);
		fputs(page->plain ? "</p>" : "</span>", page->out);
		text = end ? end + 1 : "";
	} while (end);
}

static void put_table(struct page *page, const struct rk_paper_table *table)
{
	page->tables++;
	/* A region that can be scrolled is reached by the keyboard too. */
	if (!page->plain)
		fprintf(page->out,
			"<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-labelledby=\"table%d\">\n",
			page->tables);
	fprintf(page->out, "<table>\n<caption id=\"table%d\">", page->tables);
	put(page, table->caption ? table->caption : "");
	fputs("</caption>\n", page->out);
	if (table->widths) {
		fputs("<colgroup>", page->out);
		for (size_t c = 0; c < table->columns; c++)
			fprintf(page->out, "<col style=\"width:%d%%\">", table->widths[c]);
		fputs("</colgroup>\n", page->out);
	}
	fputs("<thead><tr>", page->out);
	for (size_t c = 0; c < table->columns; c++) {
		/* A head without a word is no head. */
		fputs(*table->heads[c] ? "<th scope=\"col\">" : "<td>", page->out);
		put(page, table->heads[c]);
		fputs(*table->heads[c] ? "</th>" : "</td>", page->out);
	}
	fputs("</tr></thead>\n<tbody>\n", page->out);
	for (size_t r = 0; r < table->rows; r++) {
		fputs("<tr>", page->out);
		for (size_t c = 0; c < table->columns; c++) {
			fputs(c == 0                     ? "<th scope=\"row\">"
					: table->figures ? "<td class=\"n\">"
							 : "<td>",
				page->out);
			put_lines(page, table->cells[r * table->columns + c],
				table->bullets && c + 1 == table->columns);
			fputs(c == 0 ? "</th>" : "</td>", page->out);
		}
		fputs("</tr>\n", page->out);
	}
	fprintf(page->out, "</tbody>\n</table>\n%s", page->plain ? "" : "</div>\n");
}

static void put_chart(struct page *page, const struct rk_paper_chart *chart)
{
	if (page->plain) {
		struct rk_paper_table *table = rk_paper_chart_table(chart);

		put_table(page, table);
		rk_paper_table_free(&table);
		return;
	}
	fputs("<figure>\n<figcaption>", page->out);
	put(page, chart->title);
	fputs("</figcaption>\n", page->out);
	rk_paper_svg(chart, page->out, ++page->charts);
	fputs("</figure>\n", page->out);
}

static void put_marked(
	const struct page *page, const char *class, const struct rk_paper_block *block)
{
	fprintf(page->out, "<p class=\"%s\">", class);
	put(page, block->mark ? block->mark : "");
	put(page, block->text);
	fputs("</p>\n", page->out);
}

static void put_block(struct page *page, const struct rk_paper_block *block)
{
	switch (block->kind) {
	case RK_PAPER_HEADING:
		fprintf(page->out, "<h%d>", block->level);
		put(page, block->text);
		fprintf(page->out, "</h%d>\n", block->level);
		break;
	case RK_PAPER_PARAGRAPH:
		fputs("<p>", page->out);
		put(page, block->text);
		fputs("</p>\n", page->out);
		break;
	case RK_PAPER_ITEM:
		put_marked(page, "item", block);
		break;
	case RK_PAPER_NOTE:
		put_marked(page, "note", block);
		break;
	case RK_PAPER_TABLE:
		put_table(page, block->table);
		break;
	case RK_PAPER_CHART:
		put_chart(page, block->chart);
		break;
	case RK_PAPER_BREAK:
		fputs("<div class=\"break\"></div>\n", page->out);
		break;
	}
}

void rk_paper_html(const struct rk_paper *paper, FILE *out, bool plain)
{
	struct page page = {.paper = paper, .out = out, .plain = plain};

	fprintf(out,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"UTF-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
		paper->language);
	put(&page, paper->title);
	fputs("</title>\n", out);
	if (!plain)
		put_style(&page);
	fputs("</head>\n<body>\n<main>\n", out);
	if (paper->mark && !plain) {
		fputs("<p class=\"mark\">", out);
		put(&page, paper->mark);
		fputs("</p>\n", out);
	}
	fputs("<h1>", out);
	put(&page, paper->title);
	fputs("</h1>\n<p class=\"basis\">", out);
	put(&page, paper->basis);
	fputs("</p>\n", out);
	for (size_t i = 0; i < paper->count; i++)
		put_block(&page, &paper->blocks[i]);
	fputs("</main>\n</body>\n</html>\n", out);
}
