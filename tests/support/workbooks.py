"""Workbooks part by part, with nothing but the standard library: what no spreadsheet would write is written here.

book() gives the bytes of a workbook from its parts; sheet() the XML of one sheet from rows of values; FORM is a small form that is fine.
"""
import io
import zipfile
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EPOCH = (2016, 10, 12, 0, 0, 0)

STYLES = f"""{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>
<numFmt numFmtId="165" formatCode="yyyy/m"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>"""
GENERAL, DATE, ERA, MONTH = range(4)


def name_of(column):
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class Raw(str):
    """XML of a cell as it stands; {at} is its address."""


def cell(row, column, value):
    at = f"{name_of(column)}{row}"
    if value is None:
        return ""
    if isinstance(value, Raw):
        return value.replace("{at}", at)
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{at}"><v>{value}</v></c>'
    if isinstance(value, tuple):
        return f'<c r="{at}" s="{value[1]}"><v>{value[0]}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def sheet(rows, behind="", first=1):
    """rows of values from row `first` on; behind: what stands behind the cells (merged ranges)."""
    body = "".join(f'<row r="{y}">' + "".join(cell(y, x, value) for x, value in enumerate(row, 1)) + "</row>" for y, row in enumerate(rows, first))
    return f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetData>{body}</sheetData>{behind}</worksheet>'


def relations(*found):
    return f'{HEAD}<Relationships xmlns="{PACKAGE}">' + "".join(
        f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{target}"/>' for i, kind, target in found) + "</Relationships>"


def parts(sheets, strings=None, workbook=None, styles=STYLES):
    """The parts of a workbook with these sheets, {name: XML}."""
    names = list(sheets)
    out = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>' + "".join(
            f'<Override PartName="/xl/{part}.xml" ContentType="{KIND}.{kind}+xml"/>' for part, kind in [
                ("workbook", "sheet.main"), ("styles", "styles"), *([("sharedStrings", "sharedStrings")] if strings is not None else []),
                *((f"worksheets/sheet{i}", "worksheet") for i in range(1, len(names) + 1))]) + "</Types>",
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook or f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>' + "".join(
            f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(names, 1)) + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            *((f"rId{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(names) + 1)),
            ("rId900", "styles", "styles.xml"), *([("rId901", "sharedStrings", "sharedStrings.xml")] if strings is not None else [])),
        "xl/styles.xml": styles,
    }
    if strings is not None:
        out["xl/sharedStrings.xml"] = strings
    for i, name in enumerate(names, 1):
        out[f"xl/worksheets/sheet{i}.xml"] = sheets[name]
    return {name: part for name, part in out.items() if part is not None}


def zipped(content, method=zipfile.ZIP_DEFLATED):
    """An archive of {name: bytes or text} or of pairs, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in content.items() if isinstance(content, dict) else content:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = method
            archive.writestr(info, part)
    return out.getvalue()


def shared(*texts):
    return f'{HEAD}<sst xmlns="{MAIN}">' + "".join(f"<si><t>{escape(text)}</t></si>" for text in texts) + "</sst>"


COVER = [["様式", "renkei.report/1"], ["自治体コード", "401005 北九州市"], ["報告対象期", "2016Q3"], ["提出区分", "新規"]]
ACTIVITY_HEAD = ["取組番号", "件名", "種別", "状況", "実施開始日", "実施終了日", "都市・会場", "参加自治体", "中国側地方政府"]
ACTIVITY = ["2016Q3-A1", "大連市での技術交流", "現地セミナー", "実施", "2016-10-12", "2016-10-13", "大連市", "401005 北九州市", "210200 大連市"]


def form(activities=(ACTIVITY,), head=None, cover=None, behind="", more=None):
    """The sheets of a small form."""
    return {"表紙": sheet(cover or COVER), "取組": sheet([head or ACTIVITY_HEAD, *activities], behind), **(more or {})}


def book(sheets=None, method=zipfile.ZIP_DEFLATED, change=None, **more):
    """The bytes of a workbook; change: parts that are another's, or None to leave one out."""
    content = parts(sheets if sheets is not None else form(), **more)
    for name, part in (change or {}).items():
        content[name] = part
    return zipped({name: part for name, part in content.items() if part is not None}, method)
