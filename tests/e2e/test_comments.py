"""Comments on items of a report, from both sides, and the report beside what was there before it (新旧対照)."""
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


def submit(demo, folder, *words, **more):
    path = folder / "report.json"
    path.write_text(json.dumps({**REPORT, **more}, ensure_ascii=False))
    return json.loads(demo.renkei(ME, "submit", "--yes", path, *words, "-o", "json").stdout)["number"]


def due():
    return (datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))) + datetime.timedelta(days=14)).date()


@pytest.fixture(scope="module")
def number(empty_demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    first = submit(empty_demo, folder)
    empty_demo.renkei(OFFICE, "review", "accept", first, "--yes")
    later = [{**REPORT["activities"][0], "title": "武漢市研修（後半）", "participants": [{"side": "cn", "category": "municipal_staff", "persons": 90, "basis": "counted"}]}]
    return submit(empty_demo, folder, "--answer", "ACTUAL_START_OUTSIDE_QUARTER=後半は人数が多い", period={"fiscal_year": 2016, "quarter": "q2", "variant": "regular"}, activities=later)


def test_a_comment_is_made_answered_and_resolved_and_changes_nothing(empty_demo, number):
    demo = empty_demo
    made = demo.renkei(OFFICE, "comment", "add", number, "--item", "取組1 > 参加者（中国側） > 実人数=前の四半期の10倍です", "--item", "全体によくまとまっています", "--yes", lang="ja").stdout
    assert f"{ME}-2016Q2-C1" in made and f"{ME}-2016Q2-C2" in made and "未解決" in made and "参加者!E5" in made and "事務局" in made
    kept = demo.renkei(OFFICE, "comment", "add", number, "--item", "outcomes[0].text=前回と同じ文", "--office-only", "--yes", lang="ja").stdout
    assert f"{ME}-2016Q2-S1" in kept
    seen = demo.renkei(ME, "comment", "list", "2016Q2", lang="ja").stdout
    assert "10倍" in seen and "実人数" in seen and "-S1" not in seen and "前回と同じ文" not in seen
    assert demo.renkei(OTHER, "comment", "list", "-o", "csv").stdout.count("\n") == 1
    demo.renkei(OTHER, "comment", "answer", f"{ME}-2016Q2-C1", "--text", "x", "--yes", status=66)
    demo.renkei(ME, "comment", "answer", f"{ME}-2016Q2-C1", "--text", "名簿のとおりです", "--yes")
    demo.renkei(ME, "comment", "resolve", f"{ME}-2016Q2-C1", "--yes", status=77)
    done = demo.renkei(OFFICE, "comment", "resolve", f"{ME}-2016Q2-C1", "--yes", lang="ja").stdout
    assert "解決済" in done and "名簿のとおりです" in done
    assert [c["number"] for c in json.loads(demo.renkei(ME, "comment", "list", "--open", "-o", "json").stdout)["comments"]] == [f"{ME}-2016Q2-C2"]
    demo.renkei(OFFICE, "comment", "reopen", f"{ME}-2016Q2-C1", "--text", "名簿も送ってください", "--yes")
    (one,) = [c for c in json.loads(demo.renkei(ME, "comment", "list", "-o", "json").stdout)["comments"] if c["number"].endswith("-C1")]
    assert [t.get("text", "") for t in one["turns"]] == ["前の四半期の10倍です", "名簿のとおりです", "", "名簿も送ってください"] and one["state"] == "COMMENT_STATE_OPEN"
    (summary,) = json.loads(demo.renkei(ME, "report", "list", "--year", "2016", "--quarter", "2", "-o", "json").stdout)["reports"]
    assert summary["state"] == "REPORT_STATE_SUBMITTED"


def test_what_is_wrong_with_a_comment_is_told_before_any_is_sent(empty_demo, number):
    before = empty_demo.renkei(OFFICE, "comment", "list", "-o", "csv").stdout
    for item in ("取組9 > 実施開始日=x", "ここではない > どこか=x", "activities[0].title=　"):
        assert empty_demo.renkei(OFFICE, "comment", "add", number, "--item", "よい", "--item", item, "--yes", lang="ja", status=64).stderr
    assert "activities[0].titel" in empty_demo.renkei(OFFICE, "comment", "add", number, "--item", "activities[0].titel=x", "--yes", lang="ja", status=65).stderr
    assert empty_demo.renkei(OFFICE, "comment", "list", "-o", "csv").stdout == before


def test_a_report_stands_beside_the_quarter_or_the_version_before_it(empty_demo, number):
    shown = empty_demo.renkei(OFFICE, "review", "show", number, lang="ja").stdout
    assert f"{ME}-2016Q1-1 との対照：変わった項目 2 件" in shown, shown
    for part in ("武漢市研修（後半）", "変更", "回答：後半は人数が多い", "コメント", "信頼関係が深まった"):
        assert part in shown, shown
    changed = empty_demo.renkei(OFFICE, "review", "show", number, "--changed", "-o", "csv").stdout.splitlines()
    assert len(changed) == 3 and all(line.startswith("changed,") for line in changed[1:]) and "武漢市研修,武漢市研修（後半）" in changed[1]
    first = empty_demo.renkei(OFFICE, "review", "show", f"{ME}-2016Q1-1", lang="ja").stdout
    assert "対照する相手はありません" in first and "追加" not in first
    # A nil report is told so, beside one with content.
    empty_demo.renkei(ME, "nil", "2016Q3", "--yes")
    gone = empty_demo.renkei(OFFICE, "review", "show", f"{ME}-2016Q3-1", lang="ja").stdout
    assert f"{ME}-2016Q1-1 との対照" in gone and "前の四半期のみ" in gone and "削除" not in gone


def test_a_returned_report_has_its_comments_in_the_list_and_in_the_cells(empty_demo, number, tmp_path):
    demo = empty_demo
    demo.renkei(OFFICE, "review", "return", number, "--item", "activities[0].participants[0].persons=人数の根拠", "--due", due(), "--yes")
    listed = demo.renkei(ME, "report", "returned", lang="ja").stdout
    assert f"{ME}-2016Q2-C2" in listed and "全体によくまとまっています" in listed
    demo.renkei(ME, "template", "--returned", "--period", "2016Q2", "-O", tmp_path / "q2.xlsx", lang="ja")
    book = openpyxl.load_workbook(tmp_path / "q2.xlsx")
    notes = {f"{sheet.title}!{cell.coordinate}": cell.comment.text for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment}
    whole = "\n".join(notes.values())
    assert f"コメント {ME}-2016Q2-C1" in whole and "名簿も送ってください" in whole and "人数の根拠" in whole and "前回と同じ文" not in whole
    # What is commented on stays closed where it was not returned.
    (cover,) = {place for place, text in notes.items() if "全体によくまとまっています" in text}
    assert book[cover.split("!")[0]][cover.split("!")[1]].protection.locked
