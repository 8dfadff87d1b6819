/* paper.h - a document as blocks, and what writes it: text, Markdown, HTML.
 *
 * One model, several writers.  A writer is a function of the model alone: the same model is the same bytes, whoever prints it, where and when.  All text of
 * the model is UTF-8, borrowed, and already in the reader's language; a line end in a cell ends a line there.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Of text, head and foot, and charts, in a style or an attribute: none of these names needs quotes. */
#define RK_PAPER_FONTS "Noto Sans CJK JP,Yu Gothic,Hiragino Sans,Meiryo,sans-serif"

enum rk_paper_kind {
	RK_PAPER_HEADING,   /* text, level 2 to 4 */
	RK_PAPER_PARAGRAPH, /* text */
	RK_PAPER_ITEM,      /* text with its bullet in mark */
	RK_PAPER_NOTE,      /* text, below a table; mark is what it begins with ("１．") */
	RK_PAPER_TABLE,     /* table */
	RK_PAPER_CHART,     /* chart */
	RK_PAPER_BREAK,     /* what follows begins a page */
};

struct rk_paper_table {
	const char *caption;
	size_t columns, rows;
	const char *const *heads; /* columns of them */
	const char *const *cells; /* rows times columns; the first of a row is its head */
	const int *widths;        /* of a page's width, in percent; NULL = as it comes */
	bool figures;             /* all columns but the first hold numbers */
	const char *tab;          /* its name in a workbook; NULL = its caption */
	/* What cells say as numbers, for a workbook: rows times columns of them, NAN = none; NULL = nowhere.  What a cell says beside its number stands there in a
	 * column behind the others, under remarks.  shares: of each row, whether its numbers are parts of 1; NULL = none is. */
	const double *numbers;
	const bool *shares;
	const char *remarks;
	bool bullets; /* lines of the last column are bullets; "・" is theirs already */
};

enum rk_chart_kind {
	RK_CHART_BARS,   /* a bar a series, side by side; low and high drawn in */
	RK_CHART_STACK,  /* a bar a point, series above each other */
	RK_CHART_STATES, /* a cell a series and point; values are numbers of states */
};

/* Numbers of series over points.  NAN = not known. */
struct rk_paper_chart {
	enum rk_chart_kind kind;
	const char *title, *description;
	const char *tab;           /* as of a table */
	const char *remarks;       /* as of a table */
	const char *const *series; /* series_count names */
	const char *const *points; /* point_count names */
	/* Of states: what neighbouring points have in common, and what is left of their names then; NULL = nothing. */
	const char *const *groups;
	const char *const *parts;
	size_t series_count, point_count;
	const double *values;       /* series_count times point_count, series by series */
	const double *lows, *highs; /* the same, of bars; NULL = none; a high of INFINITY is open */
	bool shares;                /* values are parts of 1 */
	/* How much of what is expected stands behind each point: parts of 1, and the same in words; NULL = nothing to tell. */
	const double *coverage;
	const char *const *coverage_text;
	const char *coverage_title;
	/* Of states: their names and the sign of each. */
	const char *const *states;
	const char *const *signs;
	size_t state_count;
};

struct rk_paper_block {
	enum rk_paper_kind kind;
	int level;
	const char *text, *mark;
	const struct rk_paper_table *table;
	const struct rk_paper_chart *chart;
};

struct rk_paper {
	const char *language; /* "ja" */
	const char *title;
	const char *tab;   /* what the tab of the text is called in a workbook */
	const char *mark;  /* on every page: "案"; NULL = none */
	const char *basis; /* below the title: as of when, and what stands behind it */
	const char *foot;  /* on every page, left: as of when */
	const struct rk_paper_block *blocks;
	size_t count;
};

/* Lines of at most width columns (0 = as long as they are).  Charts are tables of their numbers. */
void rk_paper_text(const struct rk_paper *paper, FILE *out, size_t width);
/* CommonMark with tables; charts are tables of their numbers. */
void rk_paper_markdown(const struct rk_paper *paper, FILE *out);
/* One file that fetches nothing: A4, heads of tables on each page, no row torn, page n/m; charts as SVG.  With plain there are neither charts nor styles, but
 * tables of their numbers: what other programs make documents of. */
void rk_paper_html(const struct rk_paper *paper, FILE *out, bool plain);

/* A workbook written to path, over what is there: the text on the first tab, each table on its own, numbers as numbers.  The same document is the same bytes.  False when it could not be. */
bool rk_paper_xlsx(const struct rk_paper *paper, const char *path);
/* Appends what pandoc made of the plain HTML with A4, rows that are not torn, and a foot on each page.
 * Errors: RK_DATA_LOSS when it is not what pandoc is known to write; those of rk_archive_open. */
RK_MUST_USE enum rk_status rk_paper_docx(const struct rk_paper *paper, struct rk_slice pandoc,
	struct rk_buf *out, struct rk_err *err);

/* For the writers: a chart as SVG, id the number of it in the document; and as the table of its numbers, whose cells are strings that rk_paper_table_free
 * frees. */
void rk_paper_svg(const struct rk_paper_chart *chart, FILE *out, int id);
struct rk_paper_table *rk_paper_chart_table(const struct rk_paper_chart *chart);
void rk_paper_table_free(struct rk_paper_table **table);
/* A number for people: "17", "0.25", "33.3%" of a share; "-" for NAN.  Into a buffer of 32. */
const char *rk_paper_number(double value, bool share, char out[32]);
