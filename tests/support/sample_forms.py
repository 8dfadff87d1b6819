"""Make deploy/sample/forms from deploy/sample/reports: each report as its municipality would hand it in, a workbook for the first time; and
one of them with mistakes as people make them, deploy/sample/flawed.xlsx.

    RENKEI_BUILD=build/asan /usr/bin/python3 tests/support/sample_forms.py

A platform of our own takes the reports, `renkei template` writes each into its form, and the cover is made to say again that the report is
new.  tests/e2e/test_sample_forms.py holds that a form says what its report says.
"""
import pathlib
import re
import sys
import tempfile
import zipfile

import openpyxl

from demo import SAMPLE, Demo

COVER = "xl/worksheets/sheet1.xml"
WAS_SENT = {"action": '<c r="{at}"{style} t="inlineStr"><is><t>新規</t></is></c>', "base_version": '<c r="{at}"{style}><v>0</v></c>', "change_reason": '<c r="{at}"{style}/>'}


def as_new(path):
    """The parts of the workbook, its cover as before anything was sent."""
    rows = {row[0].value: row[2].coordinate for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=3)}
    with zipfile.ZipFile(path) as archive:
        parts = {info: archive.read(info) for info in archive.infolist()}
    for info, data in parts.items():
        if info.filename == COVER:
            text = data.decode()
            for key, cell in WAS_SENT.items():
                at = rows[key]
                old = re.search(rf'<c r="{at}"( s="\d+")?[^>]*?(/>|>.*?</c>)', text)
                text = text.replace(old[0], cell.format(at=at, style=old[1] or ""))
            parts[info] = text.encode()
    return parts


def flawed(form, path):
    """The form with a code of nobody, a month that is none, words for a number, and a title forgotten."""
    book = openpyxl.load_workbook(form)
    sheet = book["取組"]
    columns = {cell.value: cell.column for cell in sheet[2]}
    for key, value in (("partners[].partner_code", "210201"), ("actual_start", "平成28年13月1日"), ("participants[SIDE_JP].persons", "数名"), ("title", None)):
        sheet.cell(5, columns[key]).value = value
    book.save(path)


def main():
    forms = SAMPLE / "forms"
    forms.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(pathlib.Path(folder) / "demo").start()
        try:
            demo.load_registry()
            demo.load_reports(accept=False)
            for report in sorted((SAMPLE / "reports").glob("*.json")):
                code, period = report.stem.split("-")
                form = pathlib.Path(folder) / f"{report.stem}.xlsx"
                demo.renkei(code, "template", "--period", period, "-O", form, lang="ja")
                with zipfile.ZipFile(forms / form.name, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
                    for info, data in as_new(form).items():
                        archive.writestr(info, data)
                print(form.name, file=sys.stderr)
            flawed(forms / "401005-2016Q3.xlsx", SAMPLE / "flawed.xlsx")
        finally:
            demo.stop()


main()
