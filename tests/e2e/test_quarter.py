"""A municipality's whole quarter as people walk it: invited, enrolled, the form filled in by two programs, two mistakes, sent, returned, accepted."""
import datetime
import json
import shutil
import subprocess

import pytest

openpyxl = pytest.importorskip("openpyxl")

from demo import ROOT  # noqa: E402
from test_enrolment import Person, invited  # noqa: E402

HEAD = 4  # title, keys, labels, explanations
ACTIVITIES = [
    {"title": "大連市での技術交流", "kind": "現地セミナー", "status": "実施", "actual_start": "平成28年10月12日", "actual_end": "平成28年10月13日", "place.city": "大連市", "place.country": "CN 中国",
     "municipalities[].municipality_code": "401005 北九州市", "partners[].partner_code": "210200 大連市", "themes": "PM2.5", "participants[SIDE_JP].persons": 3, "scope": "全部"},
    {"title": "大気環境研修", "kind": "訪日研修", "status": "実施", "actual_start": "2016/11/7", "place.city": "北九州市", "place.country": "JP 日本",
     "municipalities[].municipality_code": "401005 北九州市", "partners[].partner_code": "210200 大連市", "participants[SIDE_CN].persons": "１２", "scope": "全部"},
]
OUTCOME = {"text": "大連市の VOC 対策の担当者との連絡が続くようになった。", "categories": "信頼関係", "activity_ids": "2016Q3-A1, 2016Q3-A2"}


def columns(sheet):
    return {cell.value: cell.column_letter for cell in sheet[2]}


def filled_by_openpyxl(path, activities):
    book = openpyxl.load_workbook(path)
    sheet = book["取組"]
    for row, activity in enumerate(activities, HEAD + 1):
        for key, value in activity.items():
            sheet[f"{columns(sheet)[key]}{row}"] = value
    book.save(path)


def filled_by_libreoffice(path, title, row, values):
    """The form after LibreOffice had it: this row typed in, all of it written anew."""
    keys = columns(openpyxl.load_workbook(path)[title])
    saved = path.with_name(f"{path.stem}-lo.xlsx")
    done = subprocess.run(["/usr/bin/python3", ROOT / "tests/support/libreoffice.py", path, saved, *(f"{title}!{keys[key]}{row}={value}" for key, value in values.items())],
                          capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return saved


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (libreoffice-calc-nogui, python3-uno) is not installed")
def test_the_whole_quarter(own_demo, tmp_path):
    officer, form = Person(tmp_path, "officer"), tmp_path / "form.xlsx"
    secretariat = lambda *words, **more: own_demo.renkei("SECRETARIAT", *words, lang="ja", **more)  # noqa: E731
    said = lambda *words, **more: officer.renkei(*words, lang="ja", **more)  # noqa: E731
    said(*invited(own_demo))
    said("template", "--period", "2016Q3", "-O", form)

    # Two programs fill it in; two mistakes are found, each at its cell, and put right.
    wrong = [{**ACTIVITIES[0], "partners[].partner_code": "210201"}, {**ACTIVITIES[1], "participants[SIDE_CN].persons": "数名"}]
    filled_by_openpyxl(form, wrong)
    form = filled_by_libreoffice(form, "成果", HEAD + 1, OUTCOME)
    keys = columns(openpyxl.load_workbook(form)["取組"])
    found = [json.loads(line) for line in said("check", form, "-o", "jsonl", status=65).stdout.splitlines()]
    errors = {f["field_path"]: f for f in found if f["severity"] == "error"}
    assert set(errors) == {f"取組!{keys['partners[].partner_code']}5", f"取組!{keys['participants[SIDE_CN].persons']}6"}, found
    told = said("check", form, status=65)
    assert "210200 大連市" in told.stdout + told.stderr and "数名" in told.stdout + told.stderr
    filled_by_openpyxl(form, ACTIVITIES)
    said("check", form)

    # Sent; looked at; one item comes back; it alone changes; accepted.
    receipt = json.loads(said("submit", "--yes", form, "-o", "json").stdout)
    assert receipt["number"] == "401005-2016Q3-1"
    due = (datetime.date.today() + datetime.timedelta(days=14)).isoformat()
    secretariat("review", "return", receipt["number"], "-i", "activities[1].actual_end=終了日を書いてください。", "--due", due, "--yes")
    assert "差戻し" in said("report", "list").stdout
    assert "終了日を書いてください。" in said("report", "history", "2016Q3").stdout
    again = tmp_path / "again.xlsx"
    said("template", "--period", "2016Q3", "-O", again)
    filled_by_openpyxl(again, [{}, {"actual_end": "平成28年11月18日"}])
    receipt = json.loads(said("submit", "--yes", again, "-o", "json").stdout)
    assert receipt["number"] == "401005-2016Q3-2"
    secretariat("review", "accept", receipt["number"], "--yes")
    assert "受理" in said("report", "list").stdout

    # The receipt holds without us, and the difference is the item that came back.
    key = own_demo.folder / "keys/receipt.pub.pem"
    said("receipt", "verify", receipt["number"], "--report", again)
    statement, signature = tmp_path / "statement.txt", tmp_path / "signature.bin"
    said("receipt", "show", receipt["number"], "--statement", statement, "--signature", signature)
    verify = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key, "-in", statement, "-sigfile", signature]
    assert subprocess.run(verify, capture_output=True).returncode == 0
    statement.write_bytes(statement.read_bytes().replace(b"401005", b"401006"))
    assert subprocess.run(verify, capture_output=True).returncode != 0
    differences = [json.loads(line) for line in said("report", "diff", "2016Q3", "-o", "jsonl").stdout.splitlines()]
    assert differences == [{"path": "activities[2016Q3-A2].actual_end", "before": "", "after": "2016-11-18", "returned": "changed", "reason": "終了日を書いてください。"}]
