"""A warning is answered with a reason, which is stored with the version and holds for that value only."""
import json
import re

import pytest

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture
def doubtful(tmp_path):
    """One warning: intentions outside the fourth quarter."""
    path = tmp_path / "doubtful.json"

    def write(**more):
        path.write_text(json.dumps({"municipality_code": "160008", "period": {"fiscal_year": 2015, "quarter": "q1", "variant": "regular"}, "action": "new",
                                    "intentions": [{"partner_code": "210000", "kind": "continue"}], **more}, ensure_ascii=False))
        return path
    return write


def findings(demo, path, *words, status=0):
    done = demo.renkei(None, "check", path, "-o", "json", *words, status=status)
    return json.loads(done.stdout)[0]["verdict"]


def test_a_warning_is_answered_and_the_answer_stored_with_the_version(empty_demo, doubtful):
    path = doubtful()
    assert findings(empty_demo, path)["warning_count"] == 1
    verdict = findings(empty_demo, path, "--answer", "INTENTIONS_OUTSIDE_Q4=年度途中で終わる。")
    assert verdict["answered_count"] == 1 and verdict["findings"][0]["answer"] == "年度途中で終わる。"
    shown = empty_demo.renkei(None, "check", path, "--answer", "INTENTIONS_OUTSIDE_Q4@intentions=年度途中で終わる。", lang="ja").stdout
    assert "回答：年度途中で終わる。" in shown
    done = empty_demo.renkei("160008", "submit", "--yes", path, "--answer", "INTENTIONS_OUTSIDE_Q4=年度途中で終わる。", "-o", "json")
    assert json.loads(done.stdout)["warning_count"] == 1
    assert empty_demo.sql("select code, field_path, reason from renkei.warning_answer where municipality_code = '160008'") == [
        ["INTENTIONS_OUTSIDE_Q4", "intentions", "年度途中で終わる。"]]
    kept = json.loads(empty_demo.renkei("SECRETARIAT", "report", "show", "2015Q1", "-m", "160008", "-o", "json").stdout)
    assert kept["verdict"]["findings"][0]["answer"] == "年度途中で終わる。" and len(kept["report"]["warning_answers"]) == 1
    again = empty_demo.renkei("160008", "submit", "--yes", path, "--answer", "INTENTIONS_OUTSIDE_Q4=年度途中で終わる。", "-o", "json")
    assert again.stdout == done.stdout, "the same file with the same answer is the same request"


def test_an_answer_in_the_file_is_not_given_twice(empty_demo, doubtful):
    path = doubtful(warning_answers=[{"code": "INTENTIONS_OUTSIDE_Q4", "field_path": "intentions", "reason": "前から。"}])
    verdict = findings(empty_demo, path, "--answer", "INTENTIONS_OUTSIDE_Q4=別の理由。")
    assert [f["answer"] for f in verdict["findings"]] == ["前から。"]


@pytest.mark.parametrize("answer, said", [("INTENTIONS_OUTSIDE_Q4", "is not CODE=REASON"), ("=理由", "is not CODE=REASON"), ("INTENTIONS_OUTSIDE_Q4=", "is not CODE=REASON"),
                                          ("NO_SUCH_CODE=理由", "answers no warning"), ("INTENTIONS_OUTSIDE_Q4@nil=理由", "answers no warning")])
def test_an_answer_that_fits_nothing_is_a_mistake(empty_demo, doubtful, answer, said):
    assert said in empty_demo.renkei(None, "check", doubtful(), "--answer", answer, status=64).stderr
    assert said in empty_demo.renkei("160008", "submit", "--yes", doubtful(), "--answer", answer, status=64).stderr


def test_an_error_cannot_be_answered(empty_demo, tmp_path):
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps({"municipality_code": "160009", "period": {"fiscal_year": 2015, "quarter": "q1", "variant": "regular"}, "action": "new", "nil": True}))
    done = empty_demo.renkei(None, "check", path, "--answer", "LG_CODE_CHECK_DIGIT=これで正しい", status=None, lang="ja")
    assert done.returncode != 0 and "誤りには回答できません" in done.stderr and "当たる注意がありません" not in done.stderr
    done = empty_demo.renkei("160008", "submit", path, "--yes", "--answer", "LG_CODE_CHECK_DIGIT=これで正しい", status=64, lang="ja")
    assert "誤りには回答できません" in done.stderr


def filled(demo, folder, answers):
    """The form of a quarter with an activity whose scope is not said, and these rows of answers."""
    path = folder / "form.xlsx"
    demo.renkei("160008", "template", "--period", "2015Q2", "--force", "-O", path, lang="ja")
    book = openpyxl.load_workbook(path)
    for title, rows in (("取組", [{"title": "瀋陽市での技術交流", "kind": "現地セミナー", "status": "実施", "actual_start": "平成27年8月", "partners[].partner_code": "210100"}]), ("注意への回答", answers)):
        sheet = book[title]
        columns = {cell.value: cell.column for cell in sheet[2]}
        for n, row in enumerate(rows):
            for key, value in row.items():
                sheet.cell(5 + n, columns[key], value)
    book.save(path)
    return path


def test_an_answer_in_the_form_names_the_cell_that_check_shows(empty_demo, tmp_path):
    shown = findings(empty_demo, filled(empty_demo, tmp_path, []))
    asked = next(f for f in shown["findings"] if f["code"] == "SCOPE_MISSING")
    said = empty_demo.renkei(None, "check", tmp_path / "form.xlsx", lang="ja").stdout
    cell = re.search(r"注意 (取組![A-Z]+5) .*事業との関係", said)[1]
    wide = cell.translate({c: c + 0xfee0 for c in range(0x21, 0x7f)})
    for place in (cell, wide, asked["field_path"]):
        path = filled(empty_demo, tmp_path, [{"code": "SCOPE_MISSING", "field_path": place, "reason": "年度末に確かめる。"}])
        verdict = findings(empty_demo, path)
        assert [f["answer"] for f in verdict["findings"] if f["code"] == "SCOPE_MISSING"] == ["年度末に確かめる。"], place
        assert not [f for f in verdict["findings"] if f["code"] == "ANSWER_WITHOUT_WARNING"], place
    empty_demo.renkei("160008", "submit", "--yes", path)
    assert empty_demo.sql("select field_path, reason from renkei.warning_answer where municipality_code = '160008' and code = 'SCOPE_MISSING'") == [
        [asked["field_path"], "年度末に確かめる。"]]
    # A cell without that warning is told as it was written.
    verdict = findings(empty_demo, filled(empty_demo, tmp_path, [{"code": "SCOPE_MISSING", "field_path": "取組!C5", "reason": "年度末に確かめる。"}]), status=None)
    assert [f["code"] for f in verdict["findings"] if f["code"] == "ANSWER_WITHOUT_WARNING"] == ["ANSWER_WITHOUT_WARNING"]
