"""A sheet of the form that was renamed, copied or taken out loses nothing in silence; a workbook of one's own is read as before."""
import json
import zipfile

import pytest

openpyxl = pytest.importorskip("openpyxl")

ME, FIRST = "401005", 5  # title, keys, labels, explanations
CUSTOM, TYPES, RELATIONS = "docProps/custom.xml", "[Content_Types].xml", "_rels/.rels"
VALUES = {"title": "大連市での技術交流", "kind": "local_seminar", "status": "実施", "actual_start": "2016-10-12", "place.city": "大連市",
          "partners[].partner_code": "210200 大連市", "themes": "PM2.5", "participants[SIDE_JP].persons": 12, "scope": "全部"}


@pytest.fixture
def form(empty_demo, tmp_path):
    path = tmp_path / "form.xlsx"
    book, properties = written(empty_demo, path)
    columns = {cell.value: cell.column for cell in book["取組"][2]}
    for key, value in VALUES.items():
        book["取組"].cell(FIRST, columns[key], value)
    return path, book, properties


def save(path, book, properties):
    """openpyxl leaves out the properties of a workbook's own, as Google Sheets does; Excel and LibreOffice keep them."""
    book.save(path)
    if properties:
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name).decode() if name in (TYPES, RELATIONS) else archive.read(name) for name in archive.namelist()}
        parts[TYPES] = parts[TYPES].replace("</Types>", f'<Override PartName="/{CUSTOM}" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>')
        parts[RELATIONS] = parts[RELATIONS].replace("</Relationships>", '<Relationship Id="rIdOwn" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
                                                    f'relationships/custom-properties" Target="{CUSTOM}"/></Relationships>')
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {**parts, CUSTOM: properties}.items():
                archive.writestr(name, content)


def written(demo, path):
    """A form as it was written: the workbook, and its own properties."""
    demo.renkei(ME, "template", "--period", "2016Q3", "-O", path, "--force", lang="ja")
    with zipfile.ZipFile(path) as archive:
        return openpyxl.load_workbook(path), archive.read(CUSTOM)


def found(demo, path, book, properties, *words, status):
    """The findings about sheets: severity, code, value, suggestion, answer."""
    save(path, book, properties)
    rows = map(json.loads, demo.renkei(ME, "check", path, "-o", "jsonl", "--today", "2017-01-10", *words, lang="ja", status=status).stdout.splitlines())
    return [(row["severity"], row["code"], row["value"], row["suggestion"], row["answer"]) for row in rows if row["code"].startswith("SHEET_")]


def test_a_renamed_sheet_is_an_error_that_names_the_sheet_it_looks_like(empty_demo, form):
    path, book, own = form
    assert found(empty_demo, path, book, own, status=0) == []
    book["取組"].title = "とりくみ"
    assert found(empty_demo, path, book, own, status=65) == [("error", "SHEET_RENAMED", "とりくみ", "取組", "")]
    said = empty_demo.renkei(ME, "submit", "--yes", path, lang="ja", status=65)
    assert "「とりくみ」の項目名は「取組」と同じ" in said.stderr + said.stdout and "401005-2016Q3-1" not in said.stdout
    # Google and others keep no properties; the cover says which form it is.
    assert found(empty_demo, path, book, None, status=65) == [("error", "SHEET_RENAMED", "とりくみ", "取組", "")]


def test_a_copy_of_a_sheet_is_an_error_when_it_has_rows(empty_demo, form):
    path, book, own = form
    book.copy_worksheet(book["取組"]).title = "取組 (2)"
    book.copy_worksheet(book["成果"]).title = "成果 (2)"
    assert found(empty_demo, path, book, own, status=65) == [("info", "SHEET_NOT_READ", "成果 (2)", "", ""), ("error", "SHEET_RENAMED", "取組 (2)", "取組", "")]


def test_a_sheet_that_was_taken_out_is_missed_and_the_answer_travels(empty_demo, form):
    path, book, own = form
    del book["出典"], book["測定値"]
    assert [row[:3] for row in found(empty_demo, path, book, own, status=0)] == [("warning", "SHEET_MISSING", "出典"), ("warning", "SHEET_MISSING", "測定値")]
    answered = found(empty_demo, path, book, own, "--answer", "SHEET_MISSING=使わないため外した", status=0)
    assert [row[4] for row in answered] == ["使わないため外した"] * 2
    number = json.loads(empty_demo.renkei(ME, "submit", "--yes", path, "--answer", "SHEET_MISSING=使わないため外した", "-o", "json", lang="ja").stdout)["number"]
    shown = empty_demo.renkei("SECRETARIAT", "review", "show", number, lang="ja").stdout
    assert shown.count("使わないため外した") == 2 and "ANSWER_WITHOUT_WARNING" not in shown and "SHEET_MISSING" in shown, shown
    # The next form is written anew, and what was said of the last one is not said of it; what it was written with cannot be taken out with an answer.
    book, own = written(empty_demo, path)
    assert found(empty_demo, path, book, own, status=0) == []
    del book["取組"]
    assert [row[:3] for row in found(empty_demo, path, book, own, status=65)] == [("error", "SHEET_MISSING", "取組")]


def test_a_workbook_of_ones_own_and_csv_files_miss_nothing(empty_demo, form, tmp_path):
    path, book, own = form
    for name in ("出典", "課題", "要望"):
        del book[name]
    assert found(empty_demo, path, book, None, status=0) == []
    empty_demo.renkei(ME, "template", "--period", "2016Q3", "--csv", "-O", tmp_path / "csv", lang="ja")
    for name in ("sources", "challenges", "values"):
        (tmp_path / "csv" / f"{name}.csv").unlink()
    run = empty_demo.renkei(ME, "check", tmp_path / "csv", "-o", "jsonl", "--today", "2017-01-10", status=None)
    assert "SHEET_" not in run.stdout
