"""What the secretariat returned, as the officer meets it: a list, a form in which only that is open, and the next version; and the receipt on paper."""
import csv
import datetime
import html.parser
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import unicodedata

import pytest

openpyxl = pytest.importorskip("openpyxl")
from openpyxl.utils import get_column_letter  # noqa: E402

from demo import RENKEI, SANITIZERS  # noqa: E402
from terminal import on_a_terminal  # noqa: E402

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
YELLOW, GREY = "FFFF99", "EDEDED"
DUE = (datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))) + datetime.timedelta(days=14)).date()
REPORT = {
    "municipality_code": "401005", "period": {"fiscal_year": 2016, "quarter": "q1", "variant": "regular"}, "action": "new",
    "activities": [
        {"activity_id": "a1", "kind": "training_in_japan", "title": "武漢市研修", "status": "held", "actual_start": "2016-05-12", "municipalities": [{"municipality_code": "401005", "role": "host"}],
         "partners": [{"partner_code": "420100", "role": "participant"}], "themes": ["pm25"], "scope": "whole", "participants": [{"side": "cn", "category": "municipal_staff", "persons": 6, "basis": "counted"},
                                                                                        {"side": "cn", "category": "company", "persons": 2, "basis": "counted"}],
         "cost_lines": [{"item": "lodging", "payer": "moe_platform", "share": "all", "accuracy": "exact", "amount": {"currency": "JPY", "minor_units": 1200000}}], "result": "測定の手順を確認した"},
        {"activity_id": "a2", "kind": "local_seminar", "title": "セミナー", "status": "held", "actual_start": "2016-05-20", "municipalities": [{"municipality_code": "401005", "role": "host"}],
         "partners": [{"partner_code": "420100", "role": "participant"}], "themes": ["voc"], "scope": "whole", "result": "課題を共有した"}],
    "outcomes": [{"outcome_id": "o1", "text": "信頼関係が深まった", "categories": ["trust"], "benefit_jp": "yes", "activity_ids": ["a1"], "for_outcome_table": True}],
}
ITEMS = {"activities[1].title": "正式な名称を書いてください", "activities[0].cost_lines[0].amount": "金額の根拠を確かめてください", "outcomes": "セミナーの成果も書いてください"}


def submit(demo, code, folder, **more):
    path = folder / f"{code}.json"
    path.write_text(json.dumps({**REPORT, **more}, ensure_ascii=False).replace("401005", code))
    return json.loads(demo.renkei(code, "submit", "--yes", path, "-o", "json").stdout)["number"]


def give_back(demo, number, items):
    words = [word for path, reason in items.items() for word in ("--item", f"{path}={reason}" if path else reason)]
    demo.renkei("SECRETARIAT", "review", "return", number, *words, "--due", DUE, "--yes")


@pytest.fixture(scope="module")
def returned(empty_demo, tmp_path_factory):
    give_back(empty_demo, submit(empty_demo, "401005", tmp_path_factory.mktemp("report")), ITEMS)
    return empty_demo


def era(day):
    return f"令和{day.year - 2018}年{day.month}月{day.day}日"


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[2]}


def open_cells(book):
    """What protection lets one type in, among the cells that are there and below them."""
    found = {(sheet.title, cell.coordinate) for sheet in book for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    below = {sheet.title for sheet in book for letter, at in sheet.column_dimensions.items() if not at.protection.locked}
    return found, below


def test_the_list_says_what_why_until_when_and_in_which_cell(returned):
    said = returned.renkei("401005", "report", "returned", lang="ja")
    rows = list(csv.DictReader(io.StringIO(returned.renkei("401005", "report", "returned", "2016Q1", "-o", "csv", lang="ja").stdout)))
    assert {row["field_path"]: row["reason"] for row in rows} == ITEMS and {row["due_date"] for row in rows} == {str(DUE)}
    assert {row["field_path"]: row["cell"] for row in rows} == {"activities[1].title": "取組!C6", "activities[0].cost_lines[0].amount": "費用負担!F5", "outcomes": "成果!C5"}
    assert era(DUE) in said.stdout and "取組!C6" in said.stdout and "renkei template --returned --period 2016Q1" in said.stderr
    assert [row["item"] for row in rows if row["field_path"] == "activities[1].title"] == ["取組2 > 件名"]
    assert not list(csv.DictReader(io.StringIO(returned.renkei("141305", "report", "returned", "-o", "csv").stdout)))


def test_the_calendar_goes_by_the_return(returned, tmp_path):
    row = next(r for r in json.loads(returned.renkei("401005", "calendar", "-o", "json").stdout) if r["period"] == "2016Q1")
    assert row["due_at"].startswith(f"{DUE}T14:59:59") and row["state"] == "returned" and int(row["days_left"]) in (13, 14)
    returned.renkei("401005", "calendar", "--ical", "-O", tmp_path / "due.ics", lang="ja")
    assert f"{DUE:%Y%m%d}T145959Z" in (tmp_path / "due.ics").read_text()


def form(demo, folder, *words, code="401005", lang="ja"):
    path = folder / "form.xlsx"
    run = demo.renkei(code, "template", "--returned", "-O", path, "--force", *words, lang=lang)
    return path, openpyxl.load_workbook(path), run


def test_only_what_was_returned_can_be_changed(returned, tmp_path):
    path, book, run = form(returned, tmp_path)
    at = columns(book["成果"])
    outcomes = {("成果", f"{get_column_letter(column)}{row}") for row in range(5, 16) for key, column in at.items() if key not in ("@carried", "outcome_id")}
    found, below = open_cells(book)
    assert found == {("取組", "C6")} | {("費用負担", f"{letter}5") for letter in "DEFGHI"} | outcomes and below == {"成果"}
    assert all(sheet.protection.sheet for sheet in book)
    for sheet, coordinate in found:
        assert book[sheet][coordinate].fill.fgColor.rgb[-6:] == YELLOW
    assert book["取組"]["C5"].fill.fgColor.rgb[-6:] == GREY == book["表紙"]["C4"].fill.fgColor.rgb[-6:]
    notes = {(sheet.title, cell.coordinate): cell.comment for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment}
    assert {place: note.text.split("\n")[0] for place, note in notes.items()} == {("取組", "C6"): ITEMS["activities[1].title"], ("費用負担", "F5"): ITEMS["activities[0].cost_lines[0].amount"],
                                                                              ("成果", "C5"): ITEMS["outcomes"]}
    assert all(era(DUE) in note.text and note.author == "事務局" for note in notes.values())
    assert "直せるのは黄色のセルだけ" in book["取組"]["C1"].value and era(DUE) in run.stderr and "取組!C6" in run.stderr


def test_what_was_put_right_is_the_next_version_and_nothing_else_changed(returned, tmp_path):
    before = json.loads(returned.renkei("401005", "report", "show", "2016Q1", "-o", "json").stdout)["report"]
    path, book, _ = form(returned, tmp_path, "--period", "2016Q1")
    book["取組"]["C6"] = "武漢市大気環境セミナー"
    book["費用負担"]["F5"] = 1180000
    row = {"text": "現地の課題を把握した", "categories": "信頼関係", "benefit_jp": "はい", "activity_ids": "a2"}
    for key, value in row.items():
        book["成果"].cell(6, columns(book["成果"])[key], value)
    book.save(path)
    assert json.loads(returned.renkei("401005", "submit", "--yes", path, "-o", "json").stdout)["number"] == "401005-2016Q1-2"
    after = json.loads(returned.renkei("401005", "report", "show", "2016Q1", "-o", "json").stdout)["report"]
    assert after["action"] == "REPORT_ACTION_REPLACE" and after["base_version"] == 1
    assert after["activities"][1].pop("title") == "武漢市大気環境セミナー" and after["activities"][0]["cost_lines"][0]["amount"].pop("minor_units") == "1180000"
    before["activities"][1].pop("title"), before["activities"][0]["cost_lines"][0]["amount"].pop("minor_units")
    assert after["activities"] == before["activities"] and after["outcomes"][0] == before["outcomes"][0] and len(after["outcomes"]) == 2
    # It is not returned any more.
    assert "差し戻された報告はありません" in returned.renkei("401005", "template", "--returned", "-O", tmp_path / "again.xlsx", lang="ja", status=66).stderr
    assert "差し戻されていません" in returned.renkei("401005", "template", "--returned", "--period", "2016Q1", "-O", tmp_path / "again.xlsx", lang="ja", status=66).stderr
    assert not (tmp_path / "again.xlsx").exists()


def test_what_became_of_each_returned_item_is_told(returned, tmp_path):
    """Changed from what to what, left as it was, or answered: in words, as data, and in the comparison."""
    content = {"period": {"fiscal_year": 2014, "quarter": "q3", "variant": "regular"}}
    number = submit(returned, "130001", tmp_path, **content)
    items = {"activities[1].title": "正式な名称を", "activities[0].participants[1].persons": "人数の根拠を", "activities[0].result": "結果を具体的に", "outcomes": "成果を増やして",
             "activities[0].cost_lines[0].amount": "金額を確かめて", "comments": "連絡事項を", "activities[1].actual_start": "日を確かめて"}
    give_back(returned, number, items)
    returned.renkei("SECRETARIAT", "comment", "add", number, "--item", "activities[0].result=何を確認しましたか", "--yes")
    returned.renkei("130001", "comment", "answer", "130001-2014Q3-C1", "--text", "測定の手順だけです", "--yes")
    activities = json.loads(json.dumps(REPORT["activities"], ensure_ascii=False).replace("401005", "130001"))
    activities[1]["title"], activities[1]["actual_start"] = "武漢市大気セミナー", "2016-05-21"
    activities[0]["participants"].insert(0, {"side": "jp", "category": "municipal_staff", "persons": 1, "basis": "counted"})
    activities[0]["cost_lines"][0]["amount"]["minor_units"] = 1180000
    outcomes = [*REPORT["outcomes"], {"outcome_id": "o2", "text": "課題を把握した", "categories": ["trust"], "benefit_jp": "yes", "activity_ids": ["a2"]}]
    # Activities moved in their list are the same ones.
    submit(returned, "130001", tmp_path, **content, action="replace", base_version=1, activities=activities[::-1], outcomes=outcomes)
    wanted = {"activities[a2].title": "changed", "activities[a1].participants": "unchanged", "activities[a1].result": "answered", "outcomes": "changed",
              "activities[a1].cost_lines": "changed", "comments": "unchanged", "activities[a2].actual_start": "changed"}
    for words in (("review", "show"), ("report", "diff")):
        rows = json.loads(returned.renkei("SECRETARIAT", *words, "130001-2014Q3-2", "-o", "json", lang="ja").stdout)
        found = {}
        for row in rows:
            place = next((path for path in wanted if row["returned"] and (row["path"] == path or row["path"].startswith(path + "["))), None)
            found.setdefault(place, set()).add((row["returned"], row["reason"]))
        found.pop(None, None)
        assert {place: {outcome for outcome, _ in said} for place, said in found.items()} == {place: {outcome} for place, outcome in wanted.items()}, words
        assert ("changed", "正式な名称を") in found["activities[a2].title"]
        shown = returned.renkei("SECRETARIAT", *words, "130001-2014Q3-2", lang="ja").stdout
        for part in ("差し戻した項目（第1版", "変更あり  取組2 > 件名", "「セミナー」→「武漢市大気セミナー」", "変更なし・回答あり  取組1 > 結果", "回答：測定の手順だけです", "変更なし  備考",
                     "変更なし  取組1 > 参加者", "課題を把握した", "1200000", "1180000",
                     "「平成28年5月20日（2016-05-20）」→「平成28年5月21日（2016-05-21）」"):
            assert part in shown, (words, part, shown)
    assert "変更・差戻し" in returned.renkei("SECRETARIAT", "review", "show", "130001-2014Q3-2", lang="ja").stdout
    # Beside another version than the one before the return nothing was returned.
    later = returned.renkei("SECRETARIAT", "report", "diff", "130001-2014Q3-2", "--from", "2", "--to", "2", lang="ja").stdout
    assert "差し戻した項目" not in later


def test_items_that_lie_in_one_another_stand_once_each(returned, tmp_path):
    content = {"period": {"fiscal_year": 2014, "quarter": "q4", "variant": "regular"}}
    number = submit(returned, "130001", tmp_path, **content)
    items = {"": "全体を", "activities[0].themes[0]": "分野を", "activities[0].participants[0].persons": "人数を", "activities[0]": "取組を"}
    give_back(returned, number, items)
    activities = json.loads(json.dumps(REPORT["activities"], ensure_ascii=False).replace("401005", "130001"))
    activities[0]["themes"] = ["voc"]
    activities[0]["title"] = "武漢市環境研修"
    submit(returned, "130001", tmp_path, **content, action="replace", base_version=1, activities=activities)
    for words in (("report", "diff"), ("review", "show", "--changed")):
        rows = json.loads(returned.renkei("SECRETARIAT", *words, "130001-2014Q4-2", "-o", "json", lang="ja").stdout)
        found = [(row["path"], row["reason"]) for row in rows if row["reason"]]
        assert {reason for _, reason in found} == set(items.values()), (words, rows)
        assert len(found) == len(set(found)) and ("activities[a1].title", "取組を") in found and ("activities[a1].themes", "分野を") in found, (words, rows)


def test_a_program_that_changes_a_closed_cell_is_told_from_what_to_what(returned, tmp_path):
    """Protection holds people back, and no program: a cell that was not returned is told with both values, and can be kept with a reason."""
    number = submit(returned, "242021", tmp_path, period={"fiscal_year": 2015, "quarter": "q2", "variant": "regular"})
    give_back(returned, number, {"activities[1].title": "正式な名称を書いてください"})
    path, book, _ = form(returned, tmp_path, "--period", "2015Q2", code="242021")

    def checked(*words, status=0):
        book.save(path)
        run = returned.renkei("242021", "check", path, "-o", "jsonl", *words, lang="ja", status=status)
        return [row for row in map(json.loads, run.stdout.splitlines()) if row["code"].endswith("_CELL_CHANGED")]
    assert "renkei-made" in book.sheetnames and book["renkei-made"].sheet_state == "hidden" and not checked()
    book["取組"]["C6"] = "武漢市大気セミナー"
    for letter, text in zip("BCE", ("ACTUAL_START_OUTSIDE_QUARTER", "activities[1].actual_start", "前の四半期から続いた")):
        book["注意への回答"][f"{letter}5"] = text
    assert not checked()
    book["取組"]["C5"] = "別の研修"
    book["取組"]["F5"] = "2016-05-13"
    book["取組"]["Q5"] = None
    book["費用負担"]["J5"] = "書き足した備考"
    book["課題"]["C5"] = "書き足した課題"
    found = {row["field_path"]: row for row in checked()}
    assert {place: (row["severity"], row["value"], row["suggestion"]) for place, row in found.items()} == {
        "取組!C5": ("warning", "別の研修", "武漢市研修"), "取組!F5": ("warning", "2016-05-13", "2016-05-12"), "取組!Q5": ("warning", "", "測定の手順を確認した"),
        "費用負担!J5": ("warning", "書き足した備考", ""), "課題!C5": ("warning", "書き足した課題", "")}
    assert "「武漢市研修」と違います" in found["取組!C5"]["sentence"] and "作った時の値と違います" in found["課題!C5"]["sentence"]
    answered = checked("--answer", "LOCKED_CELL_CHANGED@取組!C5=名称が変わった")
    assert [row["answer"] for row in answered if row["field_path"] == "取組!C5"] == ["名称が変わった"]
    # What goes off is told once more, and LibreOffice changes nothing.
    assert "取組!C5" in returned.renkei("242021", "submit", "--yes", "--dry-run", path, lang="ja", status=None).stderr
    # The reason travels with the report, and who reviews it reads it beside the place.
    sent = json.loads(returned.renkei("242021", "submit", "--yes", path, "--answer", "LOCKED_CELL_CHANGED=説明会の指摘による", "-o", "json", lang="ja").stdout)["number"]
    shown = returned.renkei("SECRETARIAT", "review", "show", sent, lang="ja").stdout
    assert shown.count("説明会の指摘による") == shown.count("[LOCKED_CELL_CHANGED]") == 5 and "LOCKED_CELL_CHANGED は、その箇所" not in shown, shown


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_libreoffice_keeps_what_the_form_was_made_with(returned, tmp_path):
    number = submit(returned, "242021", tmp_path, period={"fiscal_year": 2015, "quarter": "q3", "variant": "regular"})
    give_back(returned, number, {"activities[0].cost_lines[0].amount": "金額", "outcomes": "成果"})
    path, _, _ = form(returned, tmp_path, "--period", "2015Q3", code="242021")
    subprocess.run([SOFFICE, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "saved", path],
                   check=True, capture_output=True, timeout=180)
    run = returned.renkei("242021", "check", tmp_path / "saved/form.xlsx", "-o", "jsonl", lang="ja", status=None)
    assert "CELL_CHANGED" not in run.stdout, run.stdout
    book = openpyxl.load_workbook(tmp_path / "saved/form.xlsx")
    book["取組"]["F5"] = "2016-05-13"
    book.save(path)
    assert "取組!F5" in returned.renkei("242021", "check", path, lang="ja", status=None).stdout


def test_a_returned_correction_is_corrected_again(returned, tmp_path):
    number = submit(returned, "141305", tmp_path)
    returned.renkei("SECRETARIAT", "review", "accept", number, "--yes")
    path = tmp_path / "141305.json"
    path.write_text(path.read_text().replace("測定の手順を確認した", "測定の手順を確かめた"))
    returned.renkei("141305", "report", "correct", path, "--reason", "結果の誤記", "--yes")
    give_back(returned, "141305-2016Q1-2", {"activities[0]": "研修の全体を見直してください"})
    path, book, _ = form(returned, tmp_path, code="141305")
    cover = {r[0].value: r[2].value for r in book["表紙"].iter_rows(min_row=3)}
    assert (cover["action"], cover["base_version"], cover["change_reason"]) == ("訂正", 2, "結果の誤記")
    found, below = open_cells(book)
    # The row of the activity but its number, the rows that belong to it, and blank ones for more.
    assert ("取組", "C5") in found and ("取組", "B5") not in found and ("取組", "C6") not in found and {("参加者", "E5"), ("費用負担", "F5"), ("費用負担", "B6")} <= found
    assert below == {"参加者", "費用負担", "参加自治体", "中国側地方政府", "民間企業・団体等", "出典"}
    book["取組"].cell(5, columns(book["取組"])["result"]).value = "測定の手順を3回確かめた"
    book.save(path)
    returned.renkei("141305", "submit", "--yes", path)
    versions = json.loads(returned.renkei("141305", "report", "history", "2016Q1", "-o", "json").stdout)["versions"]
    assert [v["action"][14:] for v in versions] == ["CORRECT", "CORRECT", "NEW"] and versions[0]["change_reason"] == "結果の誤記"


def test_a_place_without_its_reason_returns_nothing(returned, tmp_path):
    """The reason for a report as a whole is no place: what was to be returned was one cell."""
    number = submit(returned, "141305", tmp_path, period={"fiscal_year": 2016, "quarter": "q2", "variant": "regular"})
    for place in ("取組!F5", "　取組！F5 ", "表紙!C4", "取組1 > 実施開始日", "activities[0].actual_start", "comments", "備考"):
        said = returned.renkei("SECRETARIAT", "review", "return", number, "--item", place, "--due", DUE, "--yes", lang="ja", status=64).stderr
        assert "場所だけがあり、理由がありません" in said, (place, said)
    assert json.loads(returned.renkei("141305", "report", "show", number, "-o", "json").stdout)["summary"]["state"] == "REPORT_STATE_SUBMITTED"
    give_back(returned, number, {"": "取組!F5 の日付と備考を見直してください"})


def test_a_report_returned_as_a_whole_is_open_as_a_whole(returned, tmp_path):
    give_back(returned, submit(returned, "242021", tmp_path), {"": "全体を見直してください", "comments": "連絡事項を書いてください"})
    _, book, _ = form(returned, tmp_path, "--period", "2016Q1", code="242021", lang="zh")
    found, below = open_cells(book)
    assert len(below) == len(book.sheetnames) - 3 and (book.sheetnames[1], "C6") in found
    assert {row[0].value for row in book.worksheets[0].iter_rows(min_row=3) if not row[2].protection.locked} == {"nil", "comments", "change_reason"}
    rows = json.loads(returned.renkei("242021", "report", "returned", "2016Q1", "-o", "json").stdout)
    assert {row["field_path"]: row["cell"].split("!")[1] for row in rows} == {"": "C7", "comments": "C8"}


def test_who_has_several_returned_reports_names_one(returned, tmp_path):
    for quarter in ("q2", "q3"):
        give_back(returned, submit(returned, "281000", tmp_path, period={"fiscal_year": 2016, "quarter": quarter, "variant": "regular"}), {"outcomes[0].text": "具体的に"})
    refused = returned.renkei("281000", "template", "--returned", "-O", tmp_path / "form.xlsx", lang="ja", status=64)
    assert "2 件" in refused.stderr and "--period" in refused.stderr
    _, book, _ = form(returned, tmp_path, "--period", "2016Q2", code="281000")
    assert open_cells(book)[0] == {("成果", "C5")}
    for words in (("--csv",), ("--blank",), ("--all", tmp_path)):
        returned.renkei("281000", "template", "--returned", *words, status=64)


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_libreoffice_keeps_what_is_closed_closed(returned, tmp_path):
    give_back(returned, submit(returned, "400009", tmp_path), {"activities[1].title": "正式な名称を"})
    path, _, _ = form(returned, tmp_path, code="400009")
    subprocess.run([SOFFICE, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "saved", path],
                   check=True, capture_output=True, timeout=240)
    book = openpyxl.load_workbook(tmp_path / "saved/form.xlsx")
    assert open_cells(book)[0] == {("取組", "C6")} and "正式な名称を" in book["取組"]["C6"].comment.text
    book["取組"]["C6"] = "武漢市セミナー"
    book.save(path)
    returned.renkei("400009", "submit", "--yes", path)


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


@pytest.mark.parametrize("lang", ["ja", "en", "zh"])
def test_a_receipt_is_a_page_of_text_that_can_be_followed(returned, tmp_path, lang):
    held = json.loads(returned.renkei("401005", "receipt", "show", "401005-2016Q1-1", "-o", "json").stdout)
    page = returned.renkei("401005", "receipt", "print", "401005-2016Q1-1", lang=lang).stdout
    lines = page.splitlines()
    assert len(lines) <= 70 and max(width(line) for line in lines) <= 80
    for value in ("401005-2016Q1-1", held["sha256"], held["key_id"], held["rule_set_hash"], "renkei receipt verify 401005-2016Q1-1", "openssl pkeyutl -verify"):
        assert value in page
    assert any(line.endswith(held["sha256"]) and width(line) == 80 for line in lines)
    assert held["signature"] in "".join(line.strip() for line in lines) and all(f"  {line}" in lines for line in held["statement"].splitlines())
    if lang == "ja":
        received = datetime.datetime.fromisoformat(held["received_at"].replace("Z", "+00:00")[:19] + "+00:00") + datetime.timedelta(hours=9)
        assert f"{era(received.date())} {received:%H:%M:%S}（日本時間）" in page and "平成28年度第1四半期" in page and "401005 北九州市" in page
        assert "照合" not in page and "送った報告そのもの" in page


def test_the_commands_on_the_page_prove_the_receipt(returned, tmp_path):
    """Copied from the page and run, without a server but for the report's own bytes."""
    page = returned.renkei("401005", "receipt", "print", "2016Q1").stdout
    number = re.search(r"401005-2016Q1-\d", page)[0]
    block = page[page.index("renkei receipt show"):page.index("The third command")].replace("\\\n", " ")
    cert, key = returned.identity("401005")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/renkei").symlink_to(RENKEI)
    env = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "RENKEI_SERVER": returned.env["RENKEI_SERVER"],
           "RENKEI_CA": returned.env["RENKEI_CA"], "RENKEI_CERT": cert, "RENKEI_KEY": key, **SANITIZERS}
    run = subprocess.run(["sh", "-e"], input=block, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    held = json.loads(returned.renkei("401005", "receipt", "show", number, "-o", "json").stdout)
    assert (tmp_path / "receipt.pub.pem").read_text() == pathlib.Path(returned.env["RENKEI_RECEIPT_KEY"]).read_text(), "the page says how to get the key"
    assert "Signature Verified Successfully" in run.stdout and re.search(rf"^{held['key_id']}", run.stdout, re.M) and held["sha256"] in run.stdout


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def test_a_receipt_as_html_needs_nothing_else_and_is_of_a4(returned, tmp_path):
    said = returned.renkei("401005", "receipt", "print", "401005-2016Q1-1", "--format", "html", "-O", tmp_path / "page.html", lang="ja").stderr
    assert f"受領書（401005-2016Q1-1）を {tmp_path / 'page.html'} に書き出しました。" in said
    text = (tmp_path / "page.html").read_text()
    page = Page()
    page.feed(text)
    assert "@page{size:A4" in text and not re.search(r"(src|href)=|url\(|@import", text) and ("html", {"lang": "ja"}) in page.tags
    assert "401005-2016Q1-1" in page.text and "openssl pkeyutl" in page.text and {tag for tag, _ in page.tags} <= {"html", "head", "meta", "title", "style", "body", "h1", "h2", "table", "tr", "th", "td", "p", "pre"}
    returned.renkei("401005", "receipt", "print", "401005-2016Q1-1", "--format", "html", "--encoding", "cp932", "-O", tmp_path / "sjis.html", lang="ja")
    assert 'charset="Shift_JIS"' in (tmp_path / "sjis.html").read_bytes().decode("cp932")


def test_a_receipt_kept_here_is_printed_without_a_server_unless_it_was_tampered_with(returned, tmp_path):
    env = {"PATH": os.environ["PATH"], "HOME": str(returned.folder.parent / "home-401005"), "LC_ALL": "C", **SANITIZERS}
    run = subprocess.run([RENKEI, "--lang", "ja", "receipt", "print", "401005-2016Q1-1"], env=env, capture_output=True, text=True, timeout=60, encoding="utf-8")
    assert run.returncode == 0 and "受領書" in run.stdout
    home = tmp_path / "home"
    shutil.copytree(returned.folder.parent / "home-401005", home)
    kept = next(home.rglob("401005-2016Q1-1.json"))
    kept.write_text(kept.read_text().replace('"version": 1', '"version": 2'))
    run = subprocess.run([RENKEI, "--lang", "ja", "receipt", "print", "401005-2016Q1-1"], env={**env, "HOME": str(home)}, capture_output=True, text=True, timeout=60, encoding="utf-8")
    assert run.returncode == 65 and not run.stdout
    (kept.parent / "401005-2016Q2-1.json").write_text(next((returned.folder.parent / "home-401005").rglob("401005-2016Q1-1.json")).read_text())
    run = subprocess.run([RENKEI, "--lang", "ja", "receipt", "print", "401005-2016Q2-1"], env={**env, "HOME": str(home)}, capture_output=True, text=True, timeout=60, encoding="utf-8")
    assert run.returncode == 65 and "番号が違います" in run.stderr and not run.stdout


def cells(demo, code, folder, content, *places):
    """Returned by cells of the form: what is stored, what the officer is shown, and what is open to him."""
    number = submit(demo, code, folder, **content)
    words = [word for place in places for word in ("--item", f"{place}=確かめてください")]
    said = demo.renkei("SECRETARIAT", "review", "return", number, *words, "--due", DUE, "--yes", lang="ja").stderr
    rows = json.loads(demo.renkei(code, "report", "returned", "-o", "json", lang="ja").stdout)
    _, book, _ = form(demo, folder, code=code)
    return said, rows, book


def with_people(*lines, **more):
    activities = json.loads(json.dumps(REPORT["activities"]))
    activities[1].update({"participants": list(lines), **more})
    return {"activities": activities}


COUNTED = {"category": "unknown", "basis": "counted"}
JAPANESE, CHINESE = {"side": "jp", "persons": 3, **COUNTED}, {"side": "cn", "persons": 12, **COUNTED}


def test_a_cell_of_one_side_is_that_cell_all_the_way(returned, tmp_path):
    said, rows, book = cells(returned, "110001", tmp_path, with_people(JAPANESE, CHINESE), "取組!O6")
    assert "取組!O6 → 取組2 > 参加者（中国側）> 実人数" in said
    assert [(row["field_path"], row["cell"], row["item"]) for row in rows] == [("activities[1].participants[1].persons", "取組!O6", "取組2 > 参加者（中国側）> 実人数")]
    assert open_cells(book) == ({("取組", "O6"), ("取組", "P6")}, set())
    assert "確かめて" in book["取組"]["O6"].comment.text and not book["取組"]["N6"].comment
    assert "取組2 > 参加者（中国側）> 実人数" in returned.renkei("110001", "report", "show", "2016Q1", lang="ja").stdout


def test_every_cell_of_a_row_is_shown_where_it_was_named(returned, tmp_path):
    partners = [{"partner_code": "420100", "role": "participant"}, {"partner_code": "310000", "role": "participant"}]
    places = [f"取組!{letter}6" for letter in "BCDEFGHIJKLMNOPQR"]
    said, rows, book = cells(returned, "130001", tmp_path, with_people(JAPANESE, CHINESE, partners=partners), *places)
    assert [row["cell"] for row in rows] == places
    # With them what a rule holds against them: the days against the dates, the country and the mode against the kind, the reason against the scope.
    assert open_cells(book) == ({("取組", place[3:]) for place in places} | {("取組", place) for place in ("U6", "W6", "X6", "AA6")}, set())
    assert all(f"{place} → 取組2 > " in said for place in places)
    # What it was called, in the words of a report, is the same place.
    by_name = [word for row in rows for word in ("--item", f"{row['item']}=x")]
    returned.renkei("SECRETARIAT", "review", "return", "130001-2016Q1-1", *by_name, "--due", DUE, "--yes", lang="ja")
    again = json.loads(returned.renkei("130001", "report", "returned", "-o", "json", lang="ja").stdout)
    assert [row["field_path"] for row in again] == [row["field_path"] for row in rows]
    # What stands in one column for all of them names none of them.
    assert "取組!J6 → 取組2 > 中国側" in said and "1 >" not in said.split("取組!J6")[1].split("\n")[0] and "側）" not in said.split("取組!P6")[1].split("\n")[0]


def test_what_is_judged_together_is_open_together(returned, tmp_path):
    """A count with how it was counted, a cost with its currency and who paid: what a rule may say of one of them is put right at another."""
    bare = {"side": "cn", "persons": 12, "category": "unknown"}
    _, rows, book = cells(returned, "200000", tmp_path, with_people(bare), "取組!O6", "参加者!E6", "費用負担!F5")
    assert [row["cell"] for row in rows] == ["取組!O6", "参加者!E6", "費用負担!F5"]
    people, costs = {("参加者", f"{letter}6") for letter in "EFGH"}, {("費用負担", f"{letter}5") for letter in "DEFGHI"}
    assert open_cells(book) == ({("取組", "O6"), ("取組", "P6")} | people | costs, set())
    heads = [[sheet.cell(2, column).value for column in range(5, 9)] for sheet in (book["参加者"],)]
    assert heads == [["persons", "person_times", "person_days", "basis"]]
    assert {book["費用負担"].cell(2, column).value for column in range(4, 10)} == {"payer", "share", "amount.minor_units", "amount.currency", "accuracy", "upper.minor_units"}


def test_a_date_that_contradicts_another_is_open_with_it(returned, tmp_path):
    """Which of the two is wrong the officer knows: an end before the start is put right at either."""
    number = submit(returned, "110001", tmp_path, **with_people(actual_end="2016-05-21"), period={"fiscal_year": 2016, "quarter": "q3", "variant": "regular"})
    give_back(returned, number, {"取組!G6": "開始日より後ですか"})
    _, book, _ = form(returned, tmp_path, "--period", "2016Q3", code="110001")
    # The state and the days, too: an event that did not take place has no date, and days are counted from dates.
    assert open_cells(book) == ({("取組", f"{letter}6") for letter in "EFGU"}, set())
    assert book["取組"]["G6"].comment and not book["取組"]["F6"].comment


def test_a_cell_of_a_sheet_below_another_is_named_too(returned, tmp_path):
    _, rows, book = cells(returned, "160008", tmp_path, {}, "参加者!E6", "費用負担!F5", "取組!O5")
    assert {row["field_path"]: row["cell"] for row in rows} == {"activities[0].participants[1].persons": "参加者!E6", "activities[0].cost_lines[0].amount.minor_units": "費用負担!F5",
                                                               "activities[0].participants": "取組!N5"}
    assert ("参加者", "E6") in open_cells(book)[0] and ("費用負担", "F5") in open_cells(book)[0] and ("費用負担", "J5") not in open_cells(book)[0]


def test_where_nothing_stands_the_cell_itself_is_named(returned, tmp_path):
    number = submit(returned, "280003", tmp_path)

    def refused(place, due=DUE):
        return returned.renkei("SECRETARIAT", "review", "return", number, "--item", f"{place}=x", "--due", due, "--yes", lang="ja", status=64).stderr
    # Which item it is, in words, once.
    said = returned.renkei("SECRETARIAT", "review", "return", number, "--item", "activities[0].title=x", "--item", "activities[9].title=x", "--due", DUE, "--yes", lang="ja", status=65).stderr
    assert "items[" not in said, said
    for place in ("取組!O99", "取組!O2", "課題!C5", "取組99 > 件名"):
        assert place in refused(place) and "[" not in refused(place), place
    assert "5 行目から 6 行目" in refused("取組!O99")
    said = returned.renkei("SECRETARIAT", "review", "return", number, "--item", "取組!J6=役割は", "--due", DUE, "--dry-run", lang="ja").stderr
    assert "取組!J6 → 取組2 > 中国側" in said
    status, said = on_a_terminal(returned, "SECRETARIAT", tmp_path, b"n\n", "review", "return", number, "--item", "取組!J6=役割は", "--due", DUE)
    assert status == 75 and "取組!J6 → 取組2 > 中国側" in said
    # What the server would refuse is refused before anybody is asked.
    status, said = on_a_terminal(returned, "SECRETARIAT", tmp_path, b"n\n", "review", "return", number, "--item", "x", "--due", "2020-01-01")
    assert status == 65 and "2020-01-01" in said and "差し戻しますか" not in said


def test_what_the_approver_sent_back_is_in_the_list_and_in_the_form(returned, tmp_path):
    code = "442011"
    returned.renkei("SECRETARIAT", "org", "release", code, "--required", "yes", "--yes")
    submit(returned, code, tmp_path)
    returned.renkei(f"APPROVER_{code}", "report", "send-back", "2016Q1", "--reason", "成果を具体的に", "--yes")
    said = returned.renkei(code, "report", "returned", lang="ja")
    assert "成果を具体的に" in said.stdout and "決裁差戻し" in said.stdout and "報告全体" in said.stdout and "renkei template --returned --period 2016Q1" in said.stderr
    row, = json.loads(returned.renkei(code, "report", "returned", "2016Q1", "-o", "json").stdout)
    assert "決裁者からの差戻しの理由\n    成果を具体的に" in returned.renkei(code, "calendar", "--year", "2016", lang="ja").stderr
    assert (row["field_path"], row["reason"], row["state"], row["cell"][-2:]) == ("", "成果を具体的に", "sent_back", "C7")
    path, book, run = form(returned, tmp_path, code=code)
    found, below = open_cells(book)
    assert len(below) == len(book.sheetnames) - 3 and ("取組", "C6") in found and "全体" in run.stderr and "成果を具体的に" in run.stderr
    assert ["決裁者", "成果を具体的に"] == [book["表紙"]["C7"].comment.author, book["表紙"]["C7"].comment.text.split("\n")[0]]
    book["取組"]["C6"] = "武漢市大気環境セミナー"
    book.save(path)
    assert f"{code}-2016Q1-2" in returned.renkei(code, "submit", "--yes", path).stdout
    assert not json.loads(returned.renkei(code, "report", "returned", "-o", "json").stdout or "[]")
    # The same of a correction: it stays one.
    returned.renkei(f"APPROVER_{code}", "report", "release", "2016Q1", "--yes")
    returned.renkei("SECRETARIAT", "review", "accept", f"{code}-2016Q1-2", "--yes")
    fixed = tmp_path / f"{code}.json"
    fixed.write_text(fixed.read_text().replace("信頼関係が深まった", "信頼関係が大きく深まった"))
    returned.renkei(code, "report", "correct", fixed, "--reason", "追記", "--yes")
    returned.renkei(f"APPROVER_{code}", "report", "send-back", "2016Q1", "--reason", "再度", "--yes")
    _, book, _ = form(returned, tmp_path, code=code)
    cover = {r[0].value: r[2].value for r in book["表紙"].iter_rows(min_row=3)}
    assert (cover["action"], cover["base_version"], cover["change_reason"]) == ("訂正", 3, "追記")


def test_a_receipt_is_verified_by_its_period_and_what_is_none_is_said(returned, tmp_path):
    said = returned.renkei("401005", "receipt", "verify", "平成28年度第1四半期", lang="ja")
    assert "401005-2016Q1-" in said.stderr and "受領書は正しいものです" in said.stderr
    for named, verb in (("2011Q2", "print"), ("401005-2011Q2-1", "show")):
        said = returned.renkei("401005", "receipt", "verify", named, lang="ja", status=66)
        assert f"{named} の受領書は、このコンピューターにありません" in said.stderr and f"renkei receipt {verb} {named}" in said.stderr
    returned.renkei("401005", "receipt", "print", "401005-2016Q1-1", "--format", "html", "-O", tmp_path / "受領書.html")
    for lang, words in (("ja", "受領書のデータ（JSON）ではありません"), ("en", "no receipt in JSON"), ("zh", "不是 JSON 格式的回执")):
        said = returned.renkei("401005", "receipt", "verify", tmp_path / "受領書.html", lang=lang, status=65).stderr
        assert words in said and "受領書.html" in said and "byte" not in said
