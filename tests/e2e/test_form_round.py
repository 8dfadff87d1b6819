"""The form there and back: what renkei template writes, filled in by another program or not at all, is read by renkei as it was meant."""
import json
import shutil
import subprocess

import pytest

openpyxl = pytest.importorskip("openpyxl")

from demo import SAMPLE  # noqa: E402

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
HEAD = 4  # title, keys, labels, explanations


def shown(demo, code, period):
    return json.loads(demo.renkei(code, "report", "show", period, "-o", "json").stdout)


def content(report):
    """What a municipality says; not which version of what it is."""
    return {key: value for key, value in report.get("report", report).items() if key not in ("action", "baseVersion", "base_version", "changeReason", "change_reason")}


def test_an_empty_form_says_what_is_missing_and_where(empty_demo, tmp_path):
    path = tmp_path / "form.xlsx"
    empty_demo.renkei("401005", "template", "--period", "2016Q3", "-O", path, lang="ja")
    found = [json.loads(line) for line in empty_demo.renkei("401005", "check", path, "-o", "jsonl", "--today", "2017-01-10", status=65).stdout.splitlines()]
    assert [(f["severity"], f["code"], f["field_path"].split("!")[0]) for f in found] == [("error", "EMPTY_WITHOUT_NIL", "表紙")]


@pytest.mark.parametrize("language", ["ja", "en", "zh"])
def test_a_form_filled_in_by_another_program_is_accepted(empty_demo, tmp_path, language):
    period = {"ja": "2016Q1", "en": "2016Q2", "zh": "2016Q3"}[language]
    path = tmp_path / "form.xlsx"
    empty_demo.renkei("401005", "template", "--period", period, "-O", path, lang=language)
    book = openpyxl.load_workbook(path)
    activities = book.worksheets[1]
    columns = {cell.value: cell.column for cell in activities[2]}
    values = {"title": "大連市での技術交流", "kind": "local_seminar", "status": "実施", "actual_start": "平成28年6月", "place.city": "大連市", "partners[].partner_code": "210200 大連市",
              "themes": "PM2.5；VOC", "participants[SIDE_JP].persons": "１，２００", "scope": "全部"}
    for key, value in values.items():
        activities.cell(HEAD + 1, columns[key], value)
    book.save(path)
    done = empty_demo.renkei("401005", "submit", "--yes", path, "-o", "json", lang=language)
    assert json.loads(done.stdout)["number"] == f"401005-{period}-1"
    activity = content(shown(empty_demo, "401005", period))["activities"][0]
    assert activity["title"] == "大連市での技術交流" and activity["participants"][0]["persons"] == 1200
    assert {key: activity["actual_start" if "actual_start" in activity else "actualStart"][key] for key in ("year", "month")} == {"year": 2016, "month": 6}


def test_what_the_form_was_filled_in_with_comes_back(own_demo, tmp_path):
    """Every report of the sample is written into a form, and the form is submitted as it is: nothing changes."""
    own_demo.load_reports(accept=False)
    reports = sorted((SAMPLE / "reports").glob("*.json"))
    assert len(reports) == 30
    for path in reports:
        code, period = path.stem.split("-")
        before = content(shown(own_demo, code, period))
        assert before.get("nil") or len(before) > 2, before
        form = tmp_path / f"{path.stem}.xlsx"
        own_demo.renkei(code, "template", "--period", period, "-O", form, lang="ja")
        own_demo.renkei(code, "submit", "--yes", form)
        assert content(shown(own_demo, code, period)) == before, path.stem


def test_what_looks_like_an_escape_of_excel_comes_back_as_it_was_written(own_demo, tmp_path):
    """_x3042_ in a cell is read as the character of that number."""
    report = json.loads((SAMPLE / "reports/401005-2016Q3.json").read_text())
    report["activities"][0]["title"] = "様式_x3042_の研修__x0041_x0042_"
    (tmp_path / "q3.json").write_text(json.dumps(report))
    own_demo.renkei("401005", "submit", "--yes", tmp_path / "q3.json")
    before = content(shown(own_demo, "401005", "2016Q3"))
    own_demo.renkei("401005", "template", "--period", "2016Q3", "-O", tmp_path / "q3.xlsx", lang="ja")
    own_demo.renkei("401005", "submit", "--yes", tmp_path / "q3.xlsx")
    assert before["activities"][0]["title"] == report["activities"][0]["title"] and content(shown(own_demo, "401005", "2016Q3")) == before


def test_the_csv_files_of_a_form_say_the_same(own_demo, tmp_path):
    own_demo.load_reports(accept=False)
    for path in (SAMPLE / "reports/401005-2016Q3.json", SAMPLE / "reports/242021-2016Q4.json", SAMPLE / "reports/400009-2016Q4.json"):
        code, period = path.stem.split("-")
        before = content(shown(own_demo, code, period))
        own_demo.renkei(code, "template", "--csv", "--period", period, "-O", tmp_path / path.stem, lang="ja")
        own_demo.renkei(code, "submit", "--yes", tmp_path / path.stem)
        assert content(shown(own_demo, code, period)) == before, path.stem
    (tmp_path / "empty").mkdir()
    assert "フォルダー" in own_demo.renkei("401005", "check", tmp_path / "empty", status=66, lang="ja").stderr


def test_an_older_form_is_read_and_a_newer_one_refused(empty_demo, tmp_path):
    """The trial's form had no columns for roles and basis; one that is newer than renkei may mean something else by the same words."""
    path = tmp_path / "form.xlsx"
    empty_demo.renkei("401005", "template", "--period", "2015Q1", "-O", path, lang="ja")
    book = openpyxl.load_workbook(path)
    sheet = book["取組"]
    columns = {cell.value: cell.column for cell in sheet[2]}
    for key, value in {"title": "大連市での技術交流", "kind": "現地セミナー", "status": "実施", "actual_start": "平成27年6月", "scope": "全部"}.items():
        sheet.cell(HEAD + 1, columns[key], value)
    for key in ("participants[].basis", "municipalities[].role", "partners[].role"):
        sheet.delete_cols(next(cell.column for cell in sheet[2] if cell.value == key))
    cell = next(row[2] for row in book["表紙"].iter_rows(min_row=3) if row[0].value == "@form")
    for version, status in (("renkei.report/2", 65), ("renkei.report/0", 0)):
        cell.value = version
        book.save(path)
        said = empty_demo.renkei("401005", "submit", "--yes", path, lang="ja", status=status)
        assert version in said.stderr and "renkei template" in said.stderr
    assert content(shown(empty_demo, "401005", "2015Q1"))["activities"][0]["title"] == "大連市での技術交流"
    assert "renkei を更新" in empty_demo.renkei(None, "check", resaved(book, cell, path), lang="ja", status=65).stderr


def resaved(book, cell, path):
    cell.value = "renkei.report/2"
    book.save(path)
    return path


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_a_form_that_libreoffice_opened_and_saved_says_the_same(own_demo, tmp_path):
    own_demo.load_reports(accept=False)
    for path in (SAMPLE / "reports/401005-2016Q3.json", SAMPLE / "reports/242021-2016Q4.json"):
        code, period = path.stem.split("-")
        before = content(shown(own_demo, code, period))
        form = tmp_path / f"{path.stem}.xlsx"
        own_demo.renkei(code, "template", "--period", period, "-O", form, lang="ja")
        subprocess.run([SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "saved", form],
                       check=True, capture_output=True, timeout=240)
        own_demo.renkei(code, "submit", "--yes", tmp_path / "saved" / form.name)
        assert content(shown(own_demo, code, period)) == before, path.stem
