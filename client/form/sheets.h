/* sheets.h - the form of a report as sheets and columns: what its writers write and its readers read.
 *
 * A form is a workbook (XLSX), or a folder or ZIP of one CSV file per sheet, NAME.csv in UTF-8.  Both hold the same grids of cells.
 *
 * The cover stands upright: one field a row, in four columns: key, label, value, explanation (in XLSX the key column A is hidden,
 * in CSV a row of these four words stands above).
 * Every other sheet is a list: one record a row.  Above its records it has three rows of head: the keys (hidden in XLSX), the labels
 * in one language, the explanations; in XLSX a row with the sheet's title and a sentence stands above them.  Columns may have been moved,
 * taken out, or be somebody's own.  A reader therefore looks in the first RK_SHEET_HEAD_ROWS rows for one of which most cells are keys or
 * labels, in any language, of one sheet's columns; takes the columns from it; and skips what stands above it, and each row below it all of
 * whose cells are the key, label or explanation of their column (rk_sheet_is_head).  A tab is known by its title in any
 * language or by its name.  Tabs that are no sheet of the form (such as the hidden code lists) are no data.
 *
 * How a row becomes a record of renkei.v1.Report
 *   A row makes one record of sheet->record, added to the field sheet->list: of the report itself when sheet->parent is NULL, else of the
 *   record of that sheet whose id (sheet->parent's first RK_CELL_ID column) stands in the row's RK_CELL_PARENT column.  Only the costs
 *   may leave that cell empty (parent_optional): the line is then one of the report's own.  Rows keep their order.
 *   A row is blank, and makes nothing, when no cell holds anything but those of columns with RK_GIVEN (what the writer fills in
 *   beforehand: the id, the own municipality) and the mark.  An empty cell leaves its field out; 0 in an `optional` field is 0.
 *   The key of a column is the field's path within that record, by the names of report.proto:
 *     title, place.city       the field; messages on the way are made when the cell is not empty
 *     themes                  a repeated field: the cell has several entries (see several.h)
 *     partners[].partner_code several entries again, each making one element of the list with this field alone; elements of the sheet `partners`
 *                             for the same parent are added behind them
 *     participants[SIDE_CN].persons
 *                             one element of the list with this side, PARTICIPANT_CATEGORY_UNKNOWN and this number; those of the sheet
 *                             `participants` are added behind it
 *     partners[].role         in an RK_CELL_CODE column: this value in each element that the row's other columns make of that list, wherever
 *                             these stand; one element with it alone when they make none (the rules then name what it lacks)
 *   and two kinds of key that are no path: the parent's id in an RK_CELL_PARENT column (activity_id), and the form's own, which begin with @.
 *   amount.minor_units and upper.minor_units (RK_CELL_MONEY) are written in yen or yuan, 1234.50 yuan being 123450; amount.currency is
 *   the currency of both, and without any amount there is no Money at all.
 *   The cover's `period` is the year and quarter (words/period.h); period.variant stands by itself, and "2016Q4F" says it too.
 *
 * How a cell is written (a reader takes more: see each kind below)
 *   Codes of a list: the label of an enum value in the form's language; "401005 北九州市" for municipalities, partners, currencies, countries,
 *   of which the word before the first blank counts.  Dates known to the day are XLSX dates shown in the Japanese era; partial ones,
 *   and all of them in CSV, are text of words/partial.h.  Text in CSV that a spreadsheet takes for a formula has a ' before it (guard.h), which a
 *   reader takes off when the rest is such a text.
 *
 * RK_FORM_NAME and RK_FORM_VERSION stand in the cover's row @form as "renkei.report/1", and in the workbook's custom properties of the names
 * RK_FORM_PROPERTY (text) and RK_FORM_PROPERTY_VERSION (number).  A version changes when a reader of the last would misread a form.
 * Beside these, RK_FORM_PROPERTY_SHEET and the name of a sheet is a property that says the workbook was made with this sheet: RK_FORM_SHEET_FILLED
 * when values stood in it then (an earlier report's), else RK_FORM_SHEET_BLANK.
 * An older one is read where all that it has is called as in this one (rk_form_reads_older), and that is said; a newer one is refused.
 */
#pragma once
#include "words/limits.h"
#include "words/say.h"

#include <protobuf-c/protobuf-c.h>

#include <stdbool.h>
#include <stddef.h>

#define RK_FORM_NAME             "renkei.report"
#define RK_FORM_VERSION          1
#define RK_FORM_PROPERTY         "renkei-form"
#define RK_FORM_PROPERTY_VERSION "renkei-form-version"
#define RK_FORM_PROPERTY_SHEET   "renkei-form-sheet-"
#define RK_FORM_SHEET_FILLED     "filled"
#define RK_FORM_SHEET_BLANK      "blank"
/* There are at most so many sheets. */
#define RK_SHEETS_MAX 64
/* A head is looked for in so many rows. */
#define RK_SHEET_HEAD_ROWS   20
#define RK_SHEET_EXPLANATION 1024

enum rk_cell {
	RK_CELL_TEXT,    /* as typed, line breaks too */
	RK_CELL_ID,      /* identity of this row: A-Z a-z 0-9 . _ - */
	RK_CELL_INTEGER, /* 1200; also 1,200 and full-width digits */
	RK_CELL_DECIMAL, /* 12.5 */
	RK_CELL_MONEY,   /* in yen or yuan */
	RK_CELL_DATE,    /* a PartialDate */
	RK_CELL_YEAR,    /* a fiscal year: 平成28年度; also 2016, H28, FY2016 */
	RK_CELL_PERIOD,  /* 平成28年度第3四半期, 2016Q3 */
	RK_CELL_YES_NO,  /* a bool: はい, いいえ as those of Answer; empty = no */
	RK_CELL_CODE,    /* one of codes */
	RK_CELL_CODES,   /* several of codes */
	RK_CELL_NAMES,   /* several names */
	RK_CELL_TEXTS,   /* several texts */
	RK_CELL_ROW, /* id of a row of the sheet `of`, in this or an earlier report: not an error when it is not here */
	RK_CELL_ROWS,   /* several of these */
	RK_CELL_PARENT, /* id of the row of sheet->parent that this one belongs to */
	RK_CELL_MARK, /* @carried: the writer's word for a row it took from an earlier report; not data */
	RK_CELL_FORM, /* @form */
};

/* Where the codes of RK_CELL_CODE and RK_CELL_CODES come from. */
enum rk_codes {
	RK_CODES_NONE,
	RK_CODES_ENUM, /* the field's own enum */
	RK_CODES_LG,   /* municipalities: the registry's */
	RK_CODES_GB,   /* Chinese governments: the registry's */
	RK_CODES_CURRENCY,
	RK_CODES_COUNTRY, /* JP and CN; others may be typed */
	RK_CODES_UNIT,    /* of measured values */
};

enum rk_sheet_flag {
	RK_COMMON = 1, /* of the common case: stands on the first screen */
	RK_GIVEN = 2,  /* the writer fills it in beforehand: alone it makes no record */
};

struct rk_sheet_column {
	const char *key;
	enum rk_cell cell;
	unsigned char width; /* in characters of the screen, a full-width one being two */
	unsigned char flags; /* of enum rk_sheet_flag */
	enum rk_codes codes;
	const char *of;    /* RK_CELL_ROW, RK_CELL_ROWS: name of the sheet */
	const char *label; /* of words.h; NULL = the last step of the key */
};

struct rk_sheet {
	const char *name;   /* "activities": of the CSV file; its title is the label of this name */
	const char *list;   /* field of the report, or of the parent's record; NULL: the cover */
	const char *parent; /* name of the sheet of parents; NULL: the report */
	bool parent_optional;
	const ProtobufCMessageDescriptor *record;
	const struct rk_sheet_column *columns;
	size_t column_count;
	size_t blank_rows; /* yellow rows in a new form; more may be filled in */
	char id_letter;    /* of the ids given beforehand, "2016Q3-A1"; 0 = it has none */
};

/* All sheets in the order of their tabs, the cover first; a parent stands before its children. */
extern const struct rk_sheet rk_sheets[];
extern const size_t rk_sheet_count;

/* Whether a form of an older version means what one of this version would. */
bool rk_form_reads_older(int version);

/* NULL when there is none of this name. */
const struct rk_sheet *rk_sheet_named(const char *name);
/* The column with this key; NULL when the sheet has none. */
const struct rk_sheet_column *rk_sheet_column_with(const struct rk_sheet *sheet, const char *key);
/* The column of the rows' identity; NULL when they have none. */
const struct rk_sheet_column *rk_sheet_id(const struct rk_sheet *sheet);

/* What a column is a field of. */
struct rk_sheet_field {
	const ProtobufCFieldDescriptor *list;  /* of a key with []: the list, else NULL */
	const ProtobufCFieldDescriptor *outer; /* the message on the way ("place"), else NULL */
	const ProtobufCFieldDescriptor *field;
	const struct rk_limit *limit;
	int side; /* [SIDE_CN]; 0 = the key has none */
};

/* rk_sheet_find finds the field of a key; false for the form's own, for RK_CELL_PARENT, and for a key that is no path of sheet->record.
 * For RK_CELL_PERIOD it finds the message. */
bool rk_sheet_find(const struct rk_sheet *sheet, const struct rk_sheet_column *column,
	struct rk_sheet_field *out);
/* Whether its value goes into every element that the row makes of a list: "partners[].role". */
bool rk_sheet_is_shared(const struct rk_sheet_column *column);
/* Must not be left empty in a row that makes a record. */
bool rk_sheet_is_required(const struct rk_sheet *sheet, const struct rk_sheet_column *column);

/* Each of these writes the text to out and returns it.  Labels are one of a kind within a sheet, titles within the form. */
const char *rk_sheet_title(
	enum rk_language language, const struct rk_sheet *sheet, char *out, size_t size);
const char *rk_sheet_label(
	enum rk_language language, const struct rk_sheet_column *column, char *out, size_t size);
/* What may stand in the column: whether it must, how it is written, the limit. */
const char *rk_sheet_explain(enum rk_language language, const struct rk_sheet *sheet,
	const struct rk_sheet_column *column, char *out, size_t size);
/* Whether a text is what rk_sheet_explain says of the column, or what it said in forms that were written before. */
bool rk_sheet_explained(enum rk_language language, const struct rk_sheet *sheet,
	const struct rk_sheet_column *column, const char *text);

/* A sentence of the form itself: "title", "guide.cover", "guide.list". */
const char *rk_form_text(enum rk_language language, const char *code);

/* How people call a column in a cell of the head: its key, or its label in any language.  NULL when it is none of the sheet's. */
const struct rk_sheet_column *rk_sheet_column_called(
	const struct rk_sheet *sheet, const char *text);
/* The sheet with this name, or this title in any language; NULL when there is none. */
const struct rk_sheet *rk_sheet_called(const char *text);
/* Whether a cell under this column says what the head says there: key, label or explanation, in any language. */
bool rk_sheet_is_head(
	const struct rk_sheet *sheet, const struct rk_sheet_column *column, const char *text);

/* The enum value with this label in any language, or this name, whole or short, in either case; -1 when there is none. */
int rk_sheet_enum_called(const ProtobufCEnumDescriptor *type, const char *text);
/* はい, yes, 是 to 1; いいえ, no, 否 to 0; -1 for anything else. */
int rk_sheet_yes_no(const char *text);

/* The codes of a list that is fixed (currency, country, unit), n counted from 0; NULL behind the last.  *name: how it is shown beside
 * the code, "" for none. */
const char *rk_sheet_code(
	enum rk_codes codes, enum rk_language language, size_t n, const char **name);
