/* client/form/workbook: the bytes of a workbook, to the grid that people see. */
#include "../../../support/zip_parts.h"
#include "check.h"
#include "form/workbook.h"

#include <stdlib.h>

#define MAIN          "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OFFICE        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE       "http://schemas.openxmlformats.org/package/2006/relationships"
#define STRICT        "http://purl.oclc.org/ooxml/spreadsheetml/main"
#define STRICT_OFFICE "http://purl.oclc.org/ooxml/officeDocument/relationships"

static struct rk_arena arena = {.cap = (size_t)64 << 20};

/* A workbook with one sheet; a part that is NULL is not there. */
struct book {
	const char *main, *office, *target, *properties, *sheet, *strings, *formats, *custom, *core;
};

static const struct book plain = {
	.main = MAIN, .office = OFFICE, .target = "worksheets/sheet1.xml"};

static void add_part(struct zip_part *parts, size_t *count, const char *name, const char *text)
{
	if (text)
		parts[(*count)++] = (struct zip_part){name, rk_slice_str(text)};
}

static void make(const struct book *book, struct rk_buf *out)
{
	const char *main = book->main, *office = book->office;
	struct zip_part parts[12];
	size_t count = 0;

	add_part(parts, &count, "_rels/.rels",
		rk_arena_printf(&arena,
			"<Relationships xmlns='%s'><Relationship Id='a' Type='%s/officeDocument' Target='xl/workbook.xml'/>"
			"<Relationship Id='b' Type='%s/custom-properties' Target='docProps/custom.xml'/>"
			"<Relationship Id='c' Type='%s/metadata/core-properties' Target='/docProps/core.xml'/></Relationships>",
			PACKAGE, office, office, PACKAGE));
	add_part(parts, &count, "xl/workbook.xml",
		rk_arena_printf(&arena,
			"<workbook xmlns='%s' xmlns:r='%s'>%s<sheets><sheet name='取組' sheetId='1' r:id='x' state='%s'/></sheets></workbook>",
			main, office, book->properties ? book->properties : "",
			book == &plain ? "hidden" : "visible"));
	add_part(parts, &count, "xl/_rels/workbook.xml.rels",
		rk_arena_printf(&arena,
			"<Relationships xmlns='%s'><Relationship Id='x' Type='%s/worksheet' Target='%s'/>%s%s</Relationships>",
			PACKAGE, office, book->target,
			book->strings
				? rk_arena_printf(&arena,
					  "<Relationship Id='s' Type='%s/sharedStrings' Target='sharedStrings.xml'/>",
					  office)
				: "",
			book->formats
				? rk_arena_printf(&arena,
					  "<Relationship Id='f' Type='%s/styles' Target='styles.xml'/>",
					  office)
				: ""));
	add_part(parts, &count, "xl/worksheets/sheet1.xml",
		rk_arena_printf(&arena, "<worksheet xmlns='%s'>%s</worksheet>", main,
			book->sheet ? book->sheet : "<sheetData/>"));
	if (book->strings)
		add_part(parts, &count, "xl/sharedStrings.xml",
			rk_arena_printf(&arena, "<sst xmlns='%s'>%s</sst>", main, book->strings));
	if (book->formats)
		add_part(parts, &count, "xl/styles.xml",
			rk_arena_printf(&arena, "<styleSheet xmlns='%s'>%s</styleSheet>", main,
				book->formats));
	add_part(parts, &count, "docProps/custom.xml", book->custom);
	add_part(parts, &count, "docProps/core.xml", book->core);
	zip_parts(out, parts, count);
}

static void read_book(const struct book *book, struct rk_workbook *workbook)
{
	RK_AUTO(rk_buf_clear) struct rk_buf file = {0};
	struct rk_err err = {0};

	make(book, &file);
	assert_ok(rk_workbook_read(&arena, "form.xlsx", rk_buf_slice(&file), workbook, &err), err);
	assert_int_equal(workbook->tab_count, 1);
}

/* One row of cells. */
static const struct rk_tab *read_cells(const char *cells, const char *strings, const char *formats)
{
	struct rk_workbook workbook;
	struct book book = plain;

	book.sheet = rk_arena_printf(&arena, "<sheetData><row r='1'>%s</row></sheetData>", cells);
	book.strings = strings;
	book.formats = formats;
	read_book(&book, &workbook);
	return workbook.tabs;
}

static const struct rk_tab_cell *cell(const struct rk_tab *tab, const char *address)
{
	struct rk_address at;

	assert_true(rk_address_parse(rk_slice_str(address), &at));
	return rk_tab_find(tab, at);
}

static void assert_text(const struct rk_tab *tab, const char *address, const char *text)
{
	const struct rk_tab_cell *found = cell(tab, address);

	if (!found)
		fail_msg("%s is empty", address);
	assert_string_equal(found->text, text);
}

static void texts_are_read_wherever_they_stand(void **unused)
{
	const struct rk_tab *tab = read_cells(
		"<c r='A1' t='s'><v>1</v></c><c r='B1' t='inlineStr'><is><t>内</t></is></c>"
		"<c r='C1' t='str'><f>A1</f><v>式</v></c><c r='D1' t='s'><v>2</v></c>"
		"<c r='E1' t='inlineStr'><is><r><rPr><b/></rPr><t>太</t></r><r><t xml:space='preserve'> 字</t></r></is></c>"
		"<c r='F1' t='s'><v>0</v></c><c r='G1' s='4'/>",
		"<si><t></t></si><si><t>一</t></si><si><r><t>東</t></r><r><rPr/><t>京</t></r><rPh sb='0' eb='2'><t>トウキョウ</t></rPh><phoneticPr fontId='1'/></si>",
		NULL);

	(void)unused;
	assert_text(tab, "A1", "一");
	assert_text(tab, "B1", "内");
	assert_text(tab, "C1", "式");
	assert_true(cell(tab, "C1")->formula);
	assert_text(tab, "D1", "東京");
	assert_text(tab, "E1", "太 字");
	assert_null(cell(tab, "F1"));
	assert_null(cell(tab, "G1"));
	assert_int_equal(tab->cell_count, 5);
}

static void escapes_and_line_ends_are_made_plain(void **unused)
{
	static const struct {
		const char *written, *text;
	} cases[] = {
		{"a_x000D_&#10;b",              "a\nb"               },
		{"a&#13;b",                     "a\nb"               },
		{"a_x000a_b",                   "a\nb"               },
		{"_x3042__xD83D__xDE00_",       "あ\xf0\x9f\x98\x80"},
		{"_x005F_x000D_",               "_x000D_"            },
		{"_xD83D_",                     "_xD83D_"            },
		{"_x0000_",                     "_x0000_"            },
		{"_x12_ _x000G_ __x0041_",      "_x12_ _x000G_ _A"   },
		{"&lt;&amp;&gt;&quot;&#x3042;", "<&>\"あ"           },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_text(read_cells(rk_arena_printf(&arena,
					       "<c r='A1' t='inlineStr'><is><t>%s</t></is></c>",
					       cases[i].written),
				    NULL, NULL),
			"A1", cases[i].text);
}

static void numbers_flags_and_errors_are_told_apart(void **unused)
{
	const struct rk_tab *tab = read_cells(
		"<c r='A1'><v>1200</v></c><c r='B1' t='n'><v>0.30000000000000004</v></c><c r='C1'><v>-1.5E-2</v></c>"
		"<c r='D1' t='b'><v>1</v></c><c r='E1' t='e'><f>Z1</f><v>#REF!</v></c><c r='F1'><f>1+1</f></c>"
		"<c r='G1'><f>1+1</f><v></v></c><c r='H1'><f>1+1</f><v>2</v></c><c r='I1' t='str'><f>\"\"</f><v></v></c><c r='J1'><v>-0</v></c>",
		NULL, NULL);

	(void)unused;
	assert_text(tab, "A1", "1200");
	assert_int_equal(cell(tab, "A1")->kind, RK_TAB_NUMBER);
	assert_text(tab, "B1", "0.3");
	assert_text(tab, "C1", "-0.015");
	assert_text(tab, "D1", "TRUE");
	assert_int_equal(cell(tab, "D1")->kind, RK_TAB_FLAG);
	assert_text(tab, "E1", "#REF!");
	assert_int_equal(cell(tab, "E1")->kind, RK_TAB_ERROR);
	assert_int_equal(cell(tab, "F1")->kind, RK_TAB_UNVALUED);
	assert_int_equal(cell(tab, "G1")->kind, RK_TAB_UNVALUED);
	assert_text(tab, "H1", "2");
	assert_true(cell(tab, "H1")->formula);
	assert_null(cell(tab, "I1"));
	assert_text(tab, "J1", "0");
}

static void a_date_is_known_as_far_as_its_format_shows_it(void **unused)
{
	static const char formats[] =
		"<numFmts><numFmt numFmtId='164' formatCode='yyyy/m'/><numFmt numFmtId='165' formatCode='yyyy&quot;年&quot;'/></numFmts>"
		"<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/><xf numFmtId='165'/><xf numFmtId='20'/></cellXfs>";
	const struct rk_tab *tab = read_cells(
		"<c r='A1' s='1'><v>42655</v></c><c r='B1' s='2'><v>42644</v></c><c r='C1' s='3'><v>42370</v></c>"
		"<c r='D1' s='1'><v>42655.75</v></c><c r='E1' s='0'><v>42655</v></c><c r='F1' s='4'><v>0.5</v></c>"
		"<c r='G1' s='1'><v>60</v></c><c r='H1' s='1'><v>59</v></c><c r='I1' s='1'><v>-1</v></c><c r='J1' s='99'><v>42655</v></c>"
		"<c r='K1' t='d'><v>2016-10-12T00:00:00</v></c><c r='L1' t='d'><v>2016-13-12</v></c><c r='M1' s='1'><v>2958465</v></c>",
		NULL, formats);

	(void)unused;
	assert_text(tab, "A1", "2016-10-12");
	assert_int_equal(cell(tab, "A1")->kind, RK_TAB_DATE);
	assert_text(tab, "B1", "2016-10");
	assert_text(tab, "C1", "2016年");
	assert_text(tab, "D1", "2016-10-12");
	assert_text(tab, "E1", "42655");
	assert_int_equal(cell(tab, "E1")->kind, RK_TAB_NUMBER);
	assert_text(tab, "F1", "0.5");
	assert_text(tab, "G1", "60");
	assert_text(tab, "H1", "1900-02-28");
	assert_text(tab, "I1", "-1");
	assert_text(tab, "J1", "42655");
	assert_text(tab, "K1", "2016-10-12");
	assert_int_equal(cell(tab, "K1")->kind, RK_TAB_DATE);
	assert_int_equal(cell(tab, "L1")->kind, RK_TAB_TEXT);
	assert_text(tab, "M1", "2958465");
}

static void dates_count_from_1904_where_the_workbook_says_so(void **unused)
{
	struct book book = plain;
	struct rk_workbook workbook;

	(void)unused;
	book.properties = "<workbookPr date1904='true'/>";
	book.formats = "<cellXfs><xf numFmtId='14'/></cellXfs>";
	book.sheet =
		"<sheetData><row><c s='0'><v>41193</v></c><c s='0'><v>0</v></c></row></sheetData>";
	read_book(&book, &workbook);
	assert_true(workbook.from_1904);
	assert_text(workbook.tabs, "A1", "2016-10-12");
	assert_text(workbook.tabs, "B1", "1904-01-01");
}

static void cells_without_address_follow_one_another(void **unused)
{
	struct book book = plain;
	struct rk_workbook workbook;

	(void)unused;
	book.sheet =
		"<sheetData><row><c><v>1</v></c><c r='D1'><v>4</v></c><c><v>5</v></c></row><row r='9'><c><v>9</v></c></row><row><c r='B10'><v>2</v></c><c r='A10'><v>1</v></c></row></sheetData>";
	read_book(&book, &workbook);
	assert_text(workbook.tabs, "A1", "1");
	assert_text(workbook.tabs, "E1", "5");
	assert_text(workbook.tabs, "A9", "9");
	assert_text(workbook.tabs, "A10", "1");
	assert_text(workbook.tabs, "B10", "2");
}

static void strict_workbooks_and_absolute_names_are_read_alike(void **unused)
{
	struct book book = {
		.main = STRICT, .office = STRICT_OFFICE, .target = "/xl/worksheets/sheet1.xml"};
	struct rk_workbook workbook;

	(void)unused;
	book.strings = "<si><t>厳</t></si>";
	book.sheet = "<sheetData><row r='1'><c r='A1' t='s'><v>0</v></c></row></sheetData>";
	read_book(&book, &workbook);
	assert_text(workbook.tabs, "A1", "厳");
	book.target = "./../xl/./Worksheets/Sheet1.XML";
	read_book(&book, &workbook);
	assert_text(workbook.tabs, "A1", "厳");
}

static void merged_ranges_are_told(void **unused)
{
	struct book book = plain;
	struct rk_workbook workbook;
	const struct rk_tab_merge *merge;

	(void)unused;
	book.sheet = "<sheetData/><mergeCells count='1'><mergeCell ref='B2:C3'/></mergeCells>";
	read_book(&book, &workbook);
	merge = rk_tab_merged(workbook.tabs, (struct rk_address){3, 2});
	assert_non_null(merge);
	assert_int_equal(merge->last.column, 3);
	assert_null(rk_tab_merged(workbook.tabs, (struct rk_address){4, 2}));
}

static void properties_of_the_document_and_of_the_form_are_read(void **unused)
{
	struct book book = plain;
	struct rk_workbook workbook;

	(void)unused;
	book.custom =
		"<Properties xmlns='http://schemas.openxmlformats.org/officeDocument/2006/custom-properties' xmlns:vt='http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes'>"
		"<property fmtid='x' pid='2' name='renkei-form'><vt:lpwstr>renkei.report</vt:lpwstr></property>"
		"<property fmtid='x' pid='3' name='renkei-form-version'><vt:i4>1</vt:i4></property></Properties>";
	book.core =
		"<cp:coreProperties xmlns:cp='http://schemas.openxmlformats.org/package/2006/metadata/core-properties' xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:creator>北九州市</dc:creator></cp:coreProperties>";
	read_book(&book, &workbook);
	assert_string_equal(rk_workbook_property(&workbook, "renkei-form"), "renkei.report");
	assert_string_equal(rk_workbook_property(&workbook, "renkei-form-version"), "1");
	assert_string_equal(rk_workbook_property(&workbook, "creator"), "北九州市");
	assert_null(rk_workbook_property(&workbook, "title"));
}

static void a_hidden_sheet_is_told(void **unused)
{
	struct rk_workbook workbook;

	(void)unused;
	read_book(&plain, &workbook);
	assert_true(workbook.tabs[0].hidden);
	assert_string_equal(workbook.tabs[0].name, "取組");
}

static void memory_that_is_short_is_told_and_not_crossed(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf file = {0};
	struct book book = plain;

	(void)unused;
	book.strings = "<si><t>一</t></si>";
	book.sheet =
		"<sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1'><v>2</v></c></row></sheetData>";
	make(&book, &file);
	for (size_t cap = 1;; cap += 16) {
		struct rk_arena small = {.cap = cap};
		struct rk_workbook workbook;
		struct rk_err err = {0};
		enum rk_status status = rk_workbook_read(
			&small, "form.xlsx", rk_buf_slice(&file), &workbook, &err);

		rk_arena_clear(&small);
		if (status == RK_OK)
			break;
		assert_int_equal(status, RK_RESOURCE_EXHAUSTED);
		assert_int_equal(err.status, status);
	}
}

static int clear(void **unused)
{
	(void)unused;
	rk_arena_clear(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(texts_are_read_wherever_they_stand, clear),
		cmocka_unit_test_teardown(escapes_and_line_ends_are_made_plain, clear),
		cmocka_unit_test_teardown(numbers_flags_and_errors_are_told_apart, clear),
		cmocka_unit_test_teardown(a_date_is_known_as_far_as_its_format_shows_it, clear),
		cmocka_unit_test_teardown(dates_count_from_1904_where_the_workbook_says_so, clear),
		cmocka_unit_test_teardown(cells_without_address_follow_one_another, clear),
		cmocka_unit_test_teardown(
			strict_workbooks_and_absolute_names_are_read_alike, clear),
		cmocka_unit_test_teardown(merged_ranges_are_told, clear),
		cmocka_unit_test_teardown(
			properties_of_the_document_and_of_the_form_are_read, clear),
		cmocka_unit_test_teardown(a_hidden_sheet_is_told, clear),
		cmocka_unit_test_teardown(memory_that_is_short_is_told_and_not_crossed, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
