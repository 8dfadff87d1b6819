"""Single items of an accepted report are reopened until a day: the form, the list, the correction, and the end."""
import datetime
import json

import pytest

openpyxl = pytest.importorskip("openpyxl")

OFFICE, ME, OTHER = "SECRETARIAT", "401005", "160008"
REPORT = {
    "municipality_code": ME, "period": {"fiscal_year": 2016, "quarter": "q1", "variant": "regular"}, "action": "new",
    "activities": [
        {"activity_id": "a1", "kind": "training_in_japan", "title": "武漢市研修", "status": "held", "actual_start": "2016-05-12", "municipalities": [{"municipality_code": ME, "role": "host"}],
         "partners": [{"partner_code": "420100", "role": "participant"}], "themes": ["pm25"], "scope": "whole",
         "participants": [{"side": "cn", "category": "municipal_staff", "persons": 6, "basis": "counted"}], "result": "測定の手順を確認した"}],
    "outcomes": [{"outcome_id": "o1", "text": "信頼関係が深まった", "categories": ["trust"], "benefit_jp": "yes", "activity_ids": ["a1"], "for_outcome_table": True}],
}


def day(days):
    return (datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))) + datetime.timedelta(days=days)).date()


def state_of(demo, quarter=1):
    (summary,) = json.loads(demo.renkei(ME, "report", "list", "--year", "2016", "--quarter", quarter, "-o", "json").stdout)["reports"]
    return summary["state"], summary["version"]


def where(sheet, value):
    (cell,) = [c for row in sheet.iter_rows() for c in row if c.value == value]
    return cell


def counted(demo, quarter=1):
    return demo.sql(f"select accepted_version from renkei.report where municipality_code = '{ME}' and fiscal_year = 2016 and quarter = {quarter}")[0][0]


def test_named_items_of_an_accepted_report_are_corrected_until_a_day(empty_demo, tmp_path):
    demo = empty_demo
    path = tmp_path / "report.json"
    path.write_text(json.dumps(REPORT, ensure_ascii=False))
    first = json.loads(demo.renkei(ME, "submit", "--yes", path, "-o", "json").stdout)["number"]
    words = ("review", "reopen", first, "--item", "取組1 > 件名=正式な名称に直してください", "--until", day(10), "--reason", "要領の改正", "--yes")
    demo.renkei(OFFICE, *words, status=65)
    demo.renkei(ME, "template", "--returned", "--period", "2016Q1", "-O", tmp_path / "none.xlsx", status=66)
    demo.renkei(OFFICE, "review", "accept", first, "--yes")
    demo.renkei(ME, "template", "--returned", "--period", "2016Q1", "-O", tmp_path / "none.xlsx", status=66)
    demo.renkei(ME, *words, status=77)
    made = demo.renkei(OFFICE, *words, lang="ja").stdout
    assert f"{ME}-2016Q1-R1" in made and "訂正受付中" in made
    assert state_of(demo) == ("REPORT_STATE_ACCEPTED", 1) and f"{ME}-2016Q1-R1" not in demo.renkei(OTHER, "review", "reopened").stdout

    listed = demo.renkei(ME, "report", "returned", lang="ja").stdout
    assert "取組!C5" in listed and "正式な名称に直してください" in listed and "訂正受付中（受理済）" in listed
    said = demo.renkei(ME, "template", "--returned", "--period", "2016Q1", "-O", tmp_path / "q1.xlsx", lang="ja").stderr
    assert "renkei report correct" in said
    # It is the only one that waits: no quarter has to be named.
    assert "2016Q1" in demo.renkei(ME, "template", "--returned", "-O", tmp_path / "only.xlsx", lang="ja").stderr
    book = openpyxl.load_workbook(tmp_path / "q1.xlsx")
    sheet = book["取組"]
    assert not sheet["C5"].protection.locked and "要領" not in sheet["C5"].comment.text and "正式な名称" in sheet["C5"].comment.text
    assert where(book["成果"], "信頼関係が深まった").protection.locked
    # Something else is refused, by its place; nothing is stored.
    sheet["C5"] = "武漢市環境行政研修"
    where(book["成果"], "信頼関係が深まった").value = "別の成果"
    book.save(tmp_path / "wrong.xlsx")
    refused = demo.renkei(ME, "report", "correct", tmp_path / "wrong.xlsx", "--reason", "名称の訂正", "--yes", lang="ja", status=65).stderr
    assert "成果!" in refused and "別の成果" in refused and "受理された値「信頼関係が深まった」と違います" in refused and "ACCEPTED_CELL_CHANGED" in refused
    # And by the server, which believes no workbook.
    del book["renkei-made"]
    book.save(tmp_path / "wrong.xlsx")
    refused = demo.renkei(ME, "report", "correct", tmp_path / "wrong.xlsx", "--reason", "名称の訂正", "--yes", lang="ja", status=65).stderr
    assert f"{ME}-2016Q1-R1" in refused and "outcomes[0]." in refused and state_of(demo) == ("REPORT_STATE_ACCEPTED", 1)
    book = openpyxl.load_workbook(tmp_path / "q1.xlsx")
    book["取組"]["C5"] = "武漢市環境行政研修"
    book.save(tmp_path / "right.xlsx")
    demo.renkei(ME, "report", "correct", tmp_path / "right.xlsx", "--reason", "名称の訂正", "--yes")
    # What was accepted counts until the correction is.
    assert state_of(demo) == ("REPORT_STATE_SUBMITTED", 2) and counted(demo) == "1"
    demo.renkei(OFFICE, "review", "accept", f"{ME}-2016Q1-2", "--yes")
    assert counted(demo) == "2"

    # Its day passes: closed by itself, the accepted state as before, and the record stays.
    demo.sql("set session_replication_role = replica; update renkei.reopening set until_at = clock_timestamp() - interval '1 second'")
    late = json.loads(path.read_text()) | {"action": "correct", "base_version": 2, "change_reason": "名称"}
    path.write_text(json.dumps(late, ensure_ascii=False))
    refused = demo.renkei(ME, "submit", path, "--yes", lang="ja", status=65).stderr
    assert "いまは閉じています" in refused and state_of(demo) == ("REPORT_STATE_ACCEPTED", 2) and counted(demo) == "2"
    assert "終了" in demo.renkei(ME, "review", "reopened", lang="ja").stdout and demo.renkei(ME, "review", "reopened", "--open", "-o", "csv").stdout.count("\n") == 1
    assert "正式な名称" not in demo.renkei(ME, "report", "returned", lang="ja").stdout


def corrected(demo, form, change, reason="訂正", status=0):
    """What is open in the form of what was returned or reopened, changed and sent; what the answer says."""
    demo.renkei(ME, "template", "--returned", "--period", "2016Q2", "-O", form, "--force", lang="ja")
    book = openpyxl.load_workbook(form)
    for old, new in change.items():
        (cell,) = [c for sheet in ("取組", "成果") for row in book[sheet].iter_rows() for c in row if c.value == old]
        assert not cell.protection.locked
        cell.value = new
    book.save(form)
    return demo.renkei(ME, "report", "correct", form, "--reason", reason, "--yes", lang="ja", status=status).stderr


def test_a_form_that_nobody_touched_is_unchanged_whatever_its_text_looks_like(empty_demo, tmp_path):
    demo = empty_demo
    path, form = tmp_path / "report.json", tmp_path / "form.xlsx"
    activity = REPORT["activities"][0] | {"actual_start": "2016-10-12", "result": "様式の _x0041_ と _x000D_ を確認した"}
    path.write_text(json.dumps(REPORT | {"period": REPORT["period"] | {"quarter": "q3"}, "activities": [activity]}, ensure_ascii=False))
    demo.renkei(ME, "submit", "--yes", path)
    demo.renkei(OFFICE, "review", "accept", f"{ME}-2016Q3-1", "--yes")
    demo.renkei(OFFICE, "review", "reopen", "2016Q3", "-m", ME, "--item", "取組1 > 件名=正式な名称に", "--until", day(10), "--reason", "要領の改正", "--yes")
    demo.renkei(ME, "template", "--returned", "--period", "2016Q3", "-O", form)
    assert "CELL_CHANGED" not in demo.renkei(ME, "check", form, "-o", "jsonl", status=None).stdout


def test_a_correction_that_comes_back_does_not_close_its_report_for_ever(empty_demo, tmp_path):
    demo = empty_demo
    path, form = tmp_path / "report.json", tmp_path / "form.xlsx"
    report = REPORT | {"period": REPORT["period"] | {"quarter": "q2"}, "activities": [REPORT["activities"][0] | {"actual_start": "2016-08-12"}]}
    path.write_text(json.dumps(report, ensure_ascii=False))
    demo.renkei(ME, "submit", "--yes", path)
    demo.renkei(OFFICE, "review", "accept", f"{ME}-2016Q2-1", "--yes")
    reopen = ("review", "reopen", "2016Q2", "-m", ME, "--item", "取組1 > 件名=正式な名称に", "--until", day(10), "--reason", "要領の改正", "--yes")
    give_back = ("--item", "outcomes[0].text=成果も合わせてください", "--due", day(5), "--yes")
    demo.renkei(OFFICE, *reopen)
    corrected(demo, form, {"武漢市研修": "武漢市環境研修"})
    demo.renkei(OFFICE, *reopen, status=65)

    # Returned for something that was not reopened: what the form opens is taken.
    demo.renkei(OFFICE, "review", "return", f"{ME}-2016Q2-2", *give_back)
    corrected(demo, form, {"信頼関係が深まった": "担当者の信頼関係が深まった"})
    assert state_of(demo, 2) == ("REPORT_STATE_SUBMITTED", 3) and counted(demo, 2) == "1"
    demo.renkei(OFFICE, "review", "return", f"{ME}-2016Q2-3", *give_back)

    # Both days pass, and it is closed until the secretariat reopens it: then it goes on from what was accepted.
    demo.sql("set session_replication_role = replica; update renkei.reopening set until_at = clock_timestamp() - interval '1 second'; "
             "update renkei.report_transition set due_date = current_date - 2 where state = 'returned'")
    assert "いまは閉じています" in corrected(demo, form, {"担当者の信頼関係が深まった": "信頼関係"}, status=65)
    assert f"{ME}-2016Q2-R2" in demo.renkei(OFFICE, *reopen).stdout
    listed = demo.renkei(ME, "report", "returned", lang="ja").stdout
    assert "正式な名称に" in listed and "成果も合わせて" not in listed
    corrected(demo, form, {"武漢市研修": "武漢市環境行政研修"})
    assert state_of(demo, 2) == ("REPORT_STATE_SUBMITTED", 4)

    # Taken back by the municipality, it can be sent again, and be reopened anew.
    demo.renkei(ME, "report", "withdraw", f"{ME}-2016Q2-4", "--reason", "再確認", "--yes")
    assert f"{ME}-2016Q2-R3" in demo.renkei(OFFICE, *reopen).stdout
    corrected(demo, form, {"武漢市研修": "武漢市大気研修"})
    demo.renkei(OFFICE, "review", "accept", f"{ME}-2016Q2-5", "--yes")
    assert state_of(demo, 2) == ("REPORT_STATE_ACCEPTED", 5) and counted(demo, 2) == "5"
