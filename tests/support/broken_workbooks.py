"""More than a hundred workbooks that are not as they should be, and what renkei says of each.

refused() yields (name, bytes, reason, words): the file as a whole is refused with this reason, and the sentence has these words.
found() yields (name, bytes, code, place, words): a form is read, and at this cell is a finding of this code; words may stand in its
value, suggestion or sentence.  Nothing here needs a spreadsheet program: see workbooks.py.

    python3 tests/support/broken_workbooks.py FOLDER      writes all of them, to be looked at
    python3 tests/support/broken_workbooks.py --corpus    writes the small ones into the kept corpora of the fuzz targets
"""
import hashlib
import pathlib
import random
import struct
import sys
import zipfile
from xml.sax.saxutils import escape

from workbooks import (ACTIVITY, ACTIVITY_HEAD, COVER, DATE, ERA, HEAD, MAIN, OFFICE, PACKAGE, STYLES, Raw, book, form, parts, relations, shared, sheet,
                       zipped)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GOOD = book()


def noise(size):
    """Characters that no packing makes small, the same each time."""
    return "".join(random.Random(size).choices("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=size))


def ole(*names):
    return OLE + b"\0" * 504 + b"".join(name.encode("utf-16-le") + b"\0\0" for name in names) + b"\0" * 512


def patched(data, at, new):
    return data[:at] + new + data[at + len(new):]


def central(data, name):
    """Where the central directory's entry of a part begins."""
    at = data.index(b"PK\1\2")
    while data[at + 46:at + 46 + len(name)] != name.encode():
        at = data.index(b"PK\1\2", at + 4)
    return at


def flagged(data, name, local, directory):
    """The archive with bytes put into a part's local head and directory entry, as (offset, bytes)."""
    at = central(data, name)
    head = struct.unpack_from("<I", data, at + 42)[0]
    for where, (offset, new) in ((head, local), (at, directory)):
        data = patched(data, where + offset, new)
    return data


def with_sheet(text, **more):
    return book({"取組": f"{HEAD}{text}"}, **more)


def cells(xml, **more):
    """A sheet with this between <row> and </row>."""
    return with_sheet(f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{xml}</row></sheetData></worksheet>', **more)


def deep(levels):
    return "<a>" * levels + "</a>" * levels


def archives():
    """What is wrong with the archive."""
    eocd = GOOD.rindex(b"PK\5\6")
    name = "xl/worksheets/sheet2.xml"
    local = struct.unpack_from("<I", GOOD, central(GOOD, name) + 42)[0]
    body = local + 30 + len(name)
    bomb = sheet([["x"]]).replace("</sheetData>", "</sheetData>" + " " * (8 << 20))
    yield "magic_only", b"PK\3\4", "WORKBOOK_BROKEN", "cannot be unpacked"
    yield "empty_archive", b"PK\5\6" + b"\0" * 18, "WORKBOOK_OTHER_FORMAT", "without a workbook"
    yield "cut_in_half", GOOD[:len(GOOD) // 2], "WORKBOOK_BROKEN", "cannot be unpacked"
    yield "cut_before_end", GOOD[:-22], "WORKBOOK_BROKEN", "cannot be unpacked"
    yield "cut_by_a_byte", GOOD[:-1], "WORKBOOK_BROKEN", "cannot be unpacked"
    yield "count_too_high", patched(GOOD, eocd + 8, struct.pack("<HH", 99, 99)), "WORKBOOK_BROKEN", "cannot be unpacked"
    yield "directory_behind_end", patched(GOOD, eocd + 16, struct.pack("<I", len(GOOD) + 9)), "WORKBOOK_BROKEN", "cannot be unpacked"
    yield "checksum_wrong", flagged(GOOD, name, (14, b"\0\0\0\0"), (16, b"\0\0\0\0")), "WORKBOOK_BROKEN", "sheet2.xml"
    yield "deflate_broken", patched(GOOD, body, b"\xff" * 40), "WORKBOOK_BROKEN", "sheet2.xml"
    yield "size_too_small", flagged(GOOD, name, (22, struct.pack("<I", 9)), (24, struct.pack("<I", 9))), "WORKBOOK_BROKEN", "sheet2.xml"
    yield "begins_elsewhere", flagged(GOOD, name, (0, b""), (42, struct.pack("<I", len(GOOD) + 9))), "WORKBOOK_BROKEN", "cannot be unpacked"
    yield "encrypted_part", flagged(GOOD, name, (6, b"\1\0"), (8, b"\1\0")), "WORKBOOK_ENCRYPTED", "is encrypted"
    yield "packed_by_bzip2", book(method=zipfile.ZIP_BZIP2), "WORKBOOK_BROKEN", "method 12"
    yield "packed_by_lzma", book(method=zipfile.ZIP_LZMA), "WORKBOOK_BROKEN", "method 14"
    yield "part_twice", zipped([*parts(form()).items(), ("xl/workbook.xml", "<workbook/>")]), "WORKBOOK_BROKEN", "is there twice"
    yield "part_twice_by_case", zipped([*parts(form()).items(), ("XL/Workbook.XML", "<workbook/>")]), "WORKBOOK_BROKEN", "is there twice"
    yield "too_many_parts", zipped([*parts(form()).items(), *((f"xl/media/{i}.png", b"") for i in range(1000))]), "WORKBOOK_TOO_MANY_PARTS", "at most 1000"
    yield "bomb_in_a_sheet", book({"取組": bomb}), "WORKBOOK_INFLATES", "at most 100 to 1"
    yield "bomb_beside_the_form", book(change={"xl/media/a.bmp": b"\0" * (8 << 20)}), "WORKBOOK_INFLATES", "a.bmp"
    liar = book({"取組": bomb})
    yield "bomb_that_lies", flagged(liar, "xl/worksheets/sheet1.xml", (22, struct.pack("<I", 999)), (24, struct.pack("<I", 999))), "WORKBOOK_INFLATES", "at most 100 to 1"
    many = {f"取{i}": sheet([["x"]]).replace("</sheetData>", "</sheetData>" + " " * (1 << 20)) for i in range(12)}
    yield "bomb_in_many_sheets", book({**many}), "WORKBOOK_INFLATES", "at most 100 to 1"
    yield "part_named_in_cp932", book(change={"zz": b"\0" * (8 << 20)}).replace(b"zz", b"\x8e\xe6"), "WORKBOOK_INFLATES", "at most 100 to 1"
    yield "part_with_a_long_name", book(change={"長" * 200: b"\0" * (8 << 20)}), "WORKBOOK_INFLATES", "at most 100 to 1"
    yield "too_large", GOOD + b"\0" * (20 << 20), "WORKBOOK_TOO_LARGE", "at most 20971520"


def others():
    """Files that are no workbook."""
    yield "old_workbook", ole("Workbook"), "WORKBOOK_OLD_FORMAT", ".xls"
    yield "older_workbook", ole("Book"), "WORKBOOK_OLD_FORMAT", ".xls"
    yield "old_document", ole("WordDocument"), "WORKBOOK_OLD_FORMAT", ".doc"
    yield "old_presentation", ole("PowerPoint Document"), "WORKBOOK_OLD_FORMAT", ".ppt"
    yield "old_other", ole("Contents"), "WORKBOOK_OLD_FORMAT", "no workbook"
    yield "password", ole("EncryptionInfo", "EncryptedPackage"), "WORKBOOK_ENCRYPTED", "password"
    yield "magic_of_old_files_only", OLE, "WORKBOOK_OLD_FORMAT", "no workbook"
    yield "ods", zipped([("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<x/>")]), "WORKBOOK_OTHER_FORMAT", ".ods"
    yield "docx", zipped({"_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")), "word/document.xml": "<x/>"}), "WORKBOOK_OTHER_FORMAT", ".docx"
    yield "pptx", zipped({"_rels/.rels": relations(("rId1", "officeDocument", "ppt/presentation.xml")), "ppt/presentation.xml": "<x/>"}), "WORKBOOK_OTHER_FORMAT", ".pptx"
    yield "xlsb", zipped({"_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.bin")), "xl/workbook.bin": b"\x83"}), "WORKBOOK_OTHER_FORMAT", ".xlsb"
    yield "archive_of_pictures", zipped({"a.png": b"x"}), "WORKBOOK_OTHER_FORMAT", "without a workbook"
    yield "pdf", b"%PDF-1.7\n", "WORKBOOK_BROKEN", "does not begin"
    yield "html", b"<html><table><tr><td>1</td></tr></table></html>", "WORKBOOK_BROKEN", "does not begin"
    yield "csv", "件名,種別\n".encode("cp932"), "WORKBOOK_BROKEN", "does not begin"
    yield "xml_of_2003", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "WORKBOOK_BROKEN", "does not begin"


def packaging():
    """Parts that are missing, or belong to nobody."""
    target = relations(("rId1", "officeDocument", "xl/nothing.xml"))
    outside = relations(("rId1", "officeDocument", "../../../etc/passwd"))
    external = f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="http://example.org/a.xml" TargetMode="External"/></Relationships>'
    many = relations(*((f"rId{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in range(1001)))
    yield "no_relations", book(change={"_rels/.rels": None}), "WORKBOOK_OTHER_FORMAT", "without a workbook"
    yield "relations_to_nothing", book(change={"_rels/.rels": relations()}), "WORKBOOK_OTHER_FORMAT", "without a workbook"
    yield "workbook_missing", book(change={"_rels/.rels": target}), "WORKBOOK_BROKEN", "xl/nothing.xml: is missing"
    yield "workbook_outside", book(change={"_rels/.rels": outside}), "WORKBOOK_BROKEN", "etc/passwd: is missing"
    yield "workbook_elsewhere", book(change={"_rels/.rels": external}), "WORKBOOK_OTHER_FORMAT", "without a workbook"
    yield "sheets_belong_nowhere", book(change={"xl/_rels/workbook.xml.rels": None}), "WORKBOOK_BROKEN", "belongs to no part"
    yield "sheet_missing", book(change={"xl/worksheets/sheet2.xml": None}), "WORKBOOK_BROKEN", "sheet2.xml: is missing"
    yield "strings_missing", book(strings=shared("a"), change={"xl/sharedStrings.xml": None}), "WORKBOOK_BROKEN", "sharedStrings.xml: is missing"
    yield "styles_missing", book(change={"xl/styles.xml": None}), "WORKBOOK_BROKEN", "styles.xml: is missing"
    yield "too_many_relations", book(change={"xl/_rels/workbook.xml.rels": many}), "WORKBOOK_TOO_MANY_PARTS", "more than 1000"
    yield "workbook_of_another_kind", book(workbook=f'{HEAD}<document xmlns="{MAIN}"/>'), "WORKBOOK_BROKEN", "stands where a workbook should begin"
    yield "workbook_of_another_space", book(workbook=f'{HEAD}<workbook xmlns="urn:x"/>'), "WORKBOOK_BROKEN", "stands where a workbook should begin"
    yield "no_sheets", book({}), "FORM_NOT_KNOWN", "none of its 0 sheets"
    yield "sheet_without_id", book(workbook=f'{HEAD}<workbook xmlns="{MAIN}"><sheets><sheet name="取組"/></sheets></workbook>'), "WORKBOOK_BROKEN", "belongs to no part"
    yield "sheet_without_name", book(workbook=f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet r:id="rId1"/></sheets></workbook>'), "WORKBOOK_BROKEN", "a sheet"


def markup():
    """XML that is none, or that nobody needs."""
    doctype = '<!DOCTYPE x [<!ENTITY a "b">]>'
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    outside = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'
    rest = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    yield "workbook_cut", book(workbook=f'{HEAD}<workbook xmlns="{MAIN}"><sheets>'), "WORKBOOK_BROKEN", "no XML at line 2"
    yield "workbook_empty", book(workbook=" "), "WORKBOOK_BROKEN", "no XML"
    for name, text in (("plain", doctype), ("laughing", laughs), ("outside", outside)):
        yield f"doctype_{name}", with_sheet(text + rest), "WORKBOOK_DOCTYPE", "has a document type"
    yield "doctype_in_strings", book(strings=f'{HEAD}{doctype}<sst xmlns="{MAIN}"/>'), "WORKBOOK_DOCTYPE", "sharedStrings.xml"
    yield "doctype_in_relations", book(change={"_rels/.rels": f'{HEAD}{doctype}<Relationships xmlns="{PACKAGE}"/>'}), "WORKBOOK_DOCTYPE", "_rels/.rels"
    yield "doctype_in_styles", book(styles=f'{HEAD}{doctype}<styleSheet xmlns="{MAIN}"/>'), "WORKBOOK_DOCTYPE", "styles.xml"
    yield "entity_unknown", cells('<c r="A1" t="inlineStr"><is><t>&who;</t></is></c>'), "WORKBOOK_BROKEN", "undefined entity"
    yield "deep_sheet", with_sheet(deep(65)), "WORKBOOK_TOO_DEEP", "deeper than 64"
    yield "deep_strings", book(strings=deep(1000)), "WORKBOOK_TOO_DEEP", "sharedStrings.xml"
    yield "deep_relations", book(change={"_rels/.rels": deep(70)}), "WORKBOOK_TOO_DEEP", "deeper than 64"
    yield "very_deep", with_sheet(deep(200000), method=zipfile.ZIP_STORED), "WORKBOOK_TOO_DEEP", "deeper than 64"
    yield "encoding_unknown", book(workbook='<?xml version="1.0" encoding="Shift_JIS"?><workbook/>'), "WORKBOOK_BROKEN", "encoding"
    yield "encoding_wrong", book(workbook='<?xml version="1.0" encoding="UTF-16"?><workbook/>'), "WORKBOOK_BROKEN", "encoding"
    yield "not_utf8", book({"取組": HEAD.encode() + f'<worksheet xmlns="{MAIN}"><a>'.encode() + b"\x8e\xe6</a></worksheet>"}), "WORKBOOK_BROKEN", "no XML"
    yield "nul", cells('<c r="A1" t="inlineStr"><is><t>\0</t></is></c>'), "WORKBOOK_BROKEN", "no XML"
    yield "control_character", cells('<c r="A1" t="inlineStr"><is><t>&#1;</t></is></c>'), "WORKBOOK_BROKEN", "no XML"
    yield "sheet_cut", with_sheet(f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1">'), "WORKBOOK_BROKEN", "no XML"
    yield "tags_crossed", cells('<c r="A1"><v>1</c></v>'), "WORKBOOK_BROKEN", "mismatched tag"
    yield "prefix_unknown", cells('<x:c r="A1"/>'), "WORKBOOK_BROKEN", "unbound prefix"
    yield "attribute_twice", cells('<c r="A1" r="A2"/>'), "WORKBOOK_BROKEN", "duplicate attribute"
    yield "text_behind_the_end", with_sheet(rest + "x"), "WORKBOOK_BROKEN", "no XML"
    yield "endless_attribute", cells(f'<c r="{noise(1200000)}"/>'), "WORKBOOK_BROKEN", "single piece of markup"


def grids():
    """Cells that cannot be."""
    def text(n):
        return f'{HEAD}<sst xmlns="{MAIN}"><si><t>{n}</t></si></sst>'

    for name, value in (("too_high", "7"), ("negative", "-1"), ("no_number", "x"), ("huge", "99999999999999999999")):
        yield f"shared_text_{name}", cells(f'<c r="A1" t="s"><v>{value}</v></c>', strings=text("a")), "WORKBOOK_BROKEN", "取組!A1: there is no shared text"
    yield "shared_text_of_none", cells('<c r="A1" t="s"><v>0</v></c>'), "WORKBOOK_BROKEN", "there are 0"
    for name, at in (("row_0", "A0"), ("column_too_far", "XFE1"), ("row_too_far", "A1048577"), ("reversed", "1A"), ("empty", ""), ("range", "A1:B1")):
        yield f"address_{name}", cells(f'<c r="{at}"><v>1</v></c>'), "WORKBOOK_BROKEN", "no address from A1 to XFD1048576"
    for name, row in (("0", "0"), ("word", "x"), ("too_far", "1048577")):
        yield f"row_{name}", with_sheet(f'<worksheet xmlns="{MAIN}"><sheetData><row r="{row}"/></sheetData></worksheet>'), "WORKBOOK_BROKEN", "a row has no number"
    for name, number in (("word", "abc"), ("too_large", "1e999"), ("nan", "NaN"), ("inf", "INF"), ("hex", "0x10"), ("blank", " 1")):
        yield f"number_{name}", cells(f'<c r="B1"><v>{number}</v></c>'), "WORKBOOK_BROKEN", f'取組!B1: "{number}" is no number'
    yield "type_unknown", cells('<c r="A1" t="q"><v>1</v></c>'), "WORKBOOK_BROKEN", "is of a type"
    yield "format_no_number", cells('<c r="A1" s="x"><v>1</v></c>'), "WORKBOOK_BROKEN", "its format is no number"
    yield "cell_twice", cells('<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>'), "WORKBOOK_BROKEN", "取組!A1: is there twice"
    yield "cell_outside_of_rows", with_sheet(f'<worksheet xmlns="{MAIN}"><sheetData><c><v>1</v></c></sheetData></worksheet>'), "WORKBOOK_BROKEN", "no address"
    for name, ref in (("none", ""), ("wrong", ' ref="B2:"'), ("outside", ' ref="A1:XFE1"')):
        yield f"merged_{name}", with_sheet(f'<worksheet xmlns="{MAIN}"><mergeCells><mergeCell{ref}/></mergeCells></worksheet>'), "WORKBOOK_BROKEN", "have no range"
    merges = "".join(f'<mergeCell ref="A{i}:B{i}"/>' for i in range(1, 10002))
    yield "too_many_merged", with_sheet(f'<worksheet xmlns="{MAIN}"><mergeCells>{merges}</mergeCells></worksheet>'), "WORKBOOK_TOO_MANY_CELLS", "more than 10000 merged"
    crowd = "".join(f'<row r="{i}">' + "<c><v>%d</v></c>" % i * 500 + "</row>" for i in range(1, 402))
    yield "too_many_cells", with_sheet(f'<worksheet xmlns="{MAIN}"><sheetData>{crowd}</sheetData></worksheet>', method=zipfile.ZIP_STORED), "WORKBOOK_TOO_MANY_CELLS", "more than 200000 cells"
    yield "too_many_sheets", book({f"取組{i}": sheet([]) for i in range(101)}), "WORKBOOK_TOO_MANY_CELLS", "more than 100 sheets"
    yield "text_too_long", cells('<c r="A1" t="s"><v>0</v></c>', strings=text("あ" * 32768)), "WORKBOOK_TOO_MANY_CELLS", "has 32768 characters; at most 32767"
    yield "text_too_long_in_a_cell", cells(f'<c r="A1" t="inlineStr"><is><t>{noise(40000)}</t></is></c>'), "WORKBOOK_TOO_MANY_CELLS", "取組!A1: has 40000 characters"
    styles = f'{HEAD}<styleSheet xmlns="{MAIN}"><cellXfs>' + '<xf numFmtId="0"/>' * 65537 + "</cellXfs></styleSheet>"
    yield "too_many_formats", book(styles=styles, method=zipfile.ZIP_STORED), "WORKBOOK_TOO_MANY_CELLS", "more than 65536 cell formats"


def foreign():
    """Workbooks that are whole, but no form that can be read."""
    yield "no_form", book({"Sheet1": sheet([["a", "b"], [1, 2]])}), "FORM_NOT_KNOWN", "none of its 1 sheets"
    yield "form_of_the_future", book(form(cover=[["様式", "renkei.report/9"], *COVER[1:]])), "FORM_VERSION", "renkei.report/9"
    yield "form_of_another", book(form(cover=[["様式", "other/1"], *COVER[1:]])), "FORM_VERSION", "other/1"
    heavy = shared(noise(32000))
    rows = "".join(f'<row r="{i}">' + f'<c r="B{i}" t="s"><v>0</v></c></row>' for i in range(2, 302))
    yield "form_too_heavy", book({"取組": f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData><row r="1">{"".join(_head())}</row>{rows}</sheetData></worksheet>'}, strings=heavy), "FORM_TOO_LARGE", "more than 8388608 bytes"


def _head():
    for i, label in enumerate(ACTIVITY_HEAD):
        yield f'<c r="{chr(65 + i)}1" t="inlineStr"><is><t>{label}</t></is></c>'


def refused():
    for some in (archives, others, packaging, markup, grids, foreign):
        yield from some()


def changed(column, value, head=None):
    """The form with another value in the first activity; column as the head calls it."""
    row = list(ACTIVITY)
    names = head or ACTIVITY_HEAD
    row += [None] * (len(names) - len(row))
    row[names.index(column)] = value
    return book(form([row], head=head))


def formula(text, value=None, kind=""):
    shown = "" if value is None else f"<v>{value}</v>"
    return Raw(f'<c r="{{at}}"{kind}><f>{escape(text)}</f>{shown}</c>')


def found():
    more = [*ACTIVITY_HEAD, "日数", "日本側人数"]
    error = ' t="e"'
    for name in ("#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!"):
        yield f"error_{name.strip('#!?').replace('/', '_').lower()}", changed("件名", formula("A99", name, error)), "CELL_ERROR", "取組!B2", name
    yield "error_in_a_date", changed("実施開始日", formula("A99", "#REF!", error)), "CELL_ERROR", "取組!E2", "#REF!"
    yield "error_in_a_list", changed("中国側地方政府", formula("A99", "#REF!", error)), "CELL_ERROR", "取組!I2", "#REF!"
    yield "formula_without_value", changed("件名", formula("A1&A2")), "CELL_UNVALUED", "取組!B2", "no stored value"
    yield "formula_with_empty_value", changed("件名", formula("A1&A2", "")), "CELL_UNVALUED", "取組!B2", "no stored value"
    yield "formula_without_value_in_a_number", changed("日数", formula("1+1"), more), "CELL_UNVALUED", "取組!J2", "no stored value"
    yield "merged_rows", book(form([ACTIVITY, ["2016Q3-A2", None, *ACTIVITY[2:]]], behind='<mergeCells><mergeCell ref="B2:B3"/></mergeCells>')), "CELL_MERGED", "取組!B2", "B2:B3"
    yield "merged_columns", book(form(behind='<mergeCells><mergeCell ref="B2:C2"/></mergeCells>')), "CELL_MERGED", "取組!C2", "B2:C2"
    for name, value, guess in (("words", "約12日", "12"), ("decimal", "1.5", ""), ("comma_misplaced", "1,2", ""), ("myriad", "十二", ""), ("two", "3～4", ""),
                               ("huge", "99999999999", ""), ("flag", True, "")):
        yield f"whole_{name}", changed("日数", value, more), "CELL_EXPECTS_WHOLE", "取組!J2", guess
    yield "whole_shown_as_a_date", changed("日数", (2, DATE), more), "CELL_EXPECTS_WHOLE", "取組!J2", "2"
    for name, value, guess in (("word", "秋ごろ", ""), ("bare_year", 2016, "2016年"), ("bare_year_as_text", "2016", "2016年"),
                               ("seven_digits", 2016101, ""), ("serial_without_format", 42655, "2016-10-12"), ("two_days", "10/12～13", ""), ("flag", True, "")):
        yield f"date_{name}", changed("実施開始日", value), "CELL_EXPECTS_DATE", "取組!E2", guess
    yield "date_that_never_was", changed("実施開始日", "2016-09-31"), "DATE_IMPOSSIBLE", "取組!E2", "2016-09-31"
    for name, value, guess in (("unknown", "宴会", "現地セミナー"), ("misspelt", "現地セミナ", "現地セミナー"), ("number", 3, "訪日研修")):
        yield f"choice_{name}", changed("種別", value), "CELL_EXPECTS_CHOICE", "取組!C2", guess
    yield "code_by_name", changed("参加自治体", "北九州市"), "CELL_EXPECTS_CODE", "取組!H2", "401005 北九州市"
    yield "code_with_wrong_check_digit", changed("参加自治体", "401006"), "LG_CODE_CHECK_DIGIT", "取組!H2", "401005"
    yield "code_with_wrong_check_digit_as_a_number", changed("参加自治体", 401006), "LG_CODE_CHECK_DIGIT", "取組!H2", "401005"
    yield "reporter_not_named", changed("参加自治体", "141305 川崎市"), "REPORTER_NOT_NAMED", "取組!H2", ""
    yield "code_of_the_second_entry", changed("参加自治体", "401005 北九州市；401006"), "LG_CODE_CHECK_DIGIT", "取組!H2", "401005"
    yield "partner_code_of_no_province", changed("中国側地方政府", "990200"), "GB_CODE_PROVINCE", "取組!I2", "990200"
    yield "partner_by_name", changed("中国側地方政府", "大連市"), "CELL_EXPECTS_CODE", "取組!I2", "210200"
    yield "title_missing", changed("件名", None), "REQUIRED_MISSING", "取組!B2", ""
    yield "title_blank", changed("件名", "　 \n"), "REQUIRED_MISSING", "取組!B2", ""
    yield "title_too_long", changed("件名", "長" * 301), "TEXT_TOO_LONG", "取組!B2", "301"
    yield "column_own", changed("メモ", "あとで", [*ACTIVITY_HEAD, "メモ"]), "COLUMN_NOT_READ", "取組!J1", "メモ"
    yield "column_misspelt", changed("実施開始月日", "2016-10-12", ["実施開始月日" if name == "実施開始日" else name for name in ACTIVITY_HEAD]), "COLUMN_NOT_READ", "取組!E1", "実施開始日"
    yield "column_twice", book(form([[*ACTIVITY, "別の件名"]], head=[*ACTIVITY_HEAD, "件名"])), "COLUMN_TWICE", "取組!J1", ""
    yield "id_twice", book(form([ACTIVITY, ACTIVITY])), "ID_DUPLICATE", "取組!A3", "2016Q3-A1"
    lines = [["取組番号", "日中の別", "区分", "実人数"]]
    yield "row_of_no_activity", book(form(more={"参加者": sheet([*lines, ["2016Q3-A7", "日本側", "自治体職員", 3]])})), "ROW_WITHOUT_PARENT", "参加者!A2", "2016Q3-A7"
    yield "row_of_a_misspelt_activity", book(form(more={"参加者": sheet([*lines, ["2016Q3A1", "日本側", "自治体職員", 3]])})), "ROW_WITHOUT_PARENT", "参加者!A2", "2016Q3-A1"
    yield "row_of_nothing", book(form(more={"参加者": sheet([*lines, [None, "日本側", "自治体職員", 3]])})), "ROW_WITHOUT_PARENT", "参加者!A2", ""
    yield "persons_negative", book(form(more={"参加者": sheet([*lines, ["2016Q3-A1", "日本側", "自治体職員", "△3"]])})), "NUMBER_OUT_OF_RANGE", "参加者!D2", "-3"
    yield "sheet_without_head", book(form(more={"成果": sheet([["2016Q3-O1", "連携が深まった"]])})), "SHEET_WITHOUT_HEAD", "成果!A1", "成果"
    yield "sheet_twice", book(form(more={"activities": sheet([ACTIVITY_HEAD, ACTIVITY])})), "SHEET_TWICE", "activities!A1", "activities"
    yield "sheet_own", book(form(more={"打合せメモ": sheet([["a"]])})), "SHEET_NOT_READ", "", "打合せメモ"
    yield "period_wrong", book(form(cover=[*COVER[:2], ["報告対象期", "秋"], *COVER[3:]])), "CELL_EXPECTS_PERIOD", "表紙!B3", "秋"
    yield "period_missing", book(form(cover=[*COVER[:2], *COVER[3:], ["報告対象期", None]])), "REQUIRED_MISSING", "表紙!B4", ""
    yield "action_wrong", book(form(cover=[*COVER[:3], ["提出区分", "新しい"]])), "CELL_EXPECTS_CHOICE", "表紙!B4", "新規"
    yield "own_code_wrong", book(form(cover=[COVER[0], ["自治体コード", "401006 北九州市"], *COVER[2:]])), "LG_CODE_CHECK_DIGIT", "表紙!B2", "401005"


def as_text(content):
    """The parts as the fuzz target takes them without an archive."""
    return "\n".join(f"=== {name}\n{part}" for name, part in content.items()).encode()


def keep(folder, data):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha256(data).hexdigest()[:12]).write_bytes(data)


def main(where):
    corpus = pathlib.Path(__file__).resolve().parents[1] / "fuzz/corpus/workbook"
    if where == "--corpus":
        keep(corpus, as_text(parts(form(), strings=shared("取組"))))
        keep(corpus, as_text(parts(form(more={"参加者": sheet([["取組番号", "日中の別", "区分", "実人数"], ["2016Q3-A1", "日本側", "自治体職員", 3]])}))))
    for name, data, *_ in [*refused(), *found(), ("good", GOOD)]:
        if where != "--corpus":
            pathlib.Path(where).mkdir(parents=True, exist_ok=True)
            (pathlib.Path(where) / f"{name}.xlsx").write_bytes(data)
        elif len(data) < 8192:
            keep(corpus, data)


if __name__ == "__main__":
    main(sys.argv[1])
