"""The evaluation's table as the secretariat words it at the command line: lines chosen, edited, moved, dropped, put back; notes; never over another's change."""
import json
import stat

import pytest

from demo import SAMPLE, Demo
from terminal import on_a_terminal

YEARS = ("--year", "2014..2016")
OFFICE = "SECRETARIAT"


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """A platform where Kobe and Kitakyushu have reported; the tests below go on from each other's state."""
    demo = Demo(tmp_path_factory.mktemp("lines") / "demo").start()
    try:
        demo.load_registry()
        for code in ("281000", "401005"):
            demo.renkei(code, "submit", "--yes", *sorted((SAMPLE / "reports").glob(f"{code}-*.json")))
        demo.renkei(OFFICE, "review", "accept", "--all", "--yes")
        yield demo
    finally:
        demo.stop()


def lines(demo, code="401005", who=OFFICE):
    table = json.loads(demo.renkei(who, "evaluate", "lines", *YEARS, "-o", "json").stdout)
    return [(o["line"], o["text"]) for r in table["rows"] if r["municipality_code"] == code for o in r.get("outcomes", [])]


def evaluate(demo, *words, **more):
    return demo.renkei(OFFICE, "evaluate", *words, *YEARS, lang="ja", **more)


def test_candidates_are_numbered_and_lines_have_numbers(year):
    shown = evaluate(year, "candidates", "--municipality", "401005").stdout
    assert "番号" in shown and "自治体の提案のまま" in shown and "fy2014-2016-1" not in shown
    assert "fy2014-2016-1" in evaluate(year, "candidates", "--municipality", "北九州市", "-o", "wide").stdout
    assert [n for n, _ in lines(year)] == [1, 2]
    assert "401005-1" in evaluate(year, "lines", "--municipality", "401005").stdout


def test_a_line_is_edited_and_what_would_change_is_shown_before(year):
    was = dict(lines(year))
    text = "6 都市との協力を着実に実施し、成果を上げた。"
    dry = evaluate(year, "edit", "401005-1", "--text", text, "--dry-run").stderr
    assert f"- 401005-1   ・{was[1]}（fy2014-2016-1）" in dry and f"+ 401005-1   ・{text}（fy2014-2016-1）" in dry and "まだ確認していません" in dry
    assert dict(lines(year)) == was
    assert evaluate(year, "edit", "401005-1", "--text", text, status=64).stdout == ""  # nobody to ask, and no --yes
    assert dict(lines(year)) == was
    assert "変更しました" in evaluate(year, "edit", "北九州市-1", "--text", text, "--yes").stderr
    assert dict(lines(year)) == {**was, 1: text}
    row = json.loads(year.renkei("401005", "evaluate", "table", *YEARS, "-o", "json").stdout)["rows"][0]
    assert row["outcomes"][0]["outcome_ids"] == ["fy2014-2016-1"] and row["outcomes"][0]["receipt_number"].startswith("401005-")  # the link to its source stays
    assert "変わるところはありません" in evaluate(year, "edit", "401005-1", "--text", text, "--yes").stderr


def test_the_line_is_opened_in_an_editor(year, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i "s/成果を上げた/実績を重ねた/" "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    year.extra = {"EDITOR": f"{editor} "}
    try:
        # Without a terminal no editor is opened.
        assert "VISUAL" in evaluate(year, "edit", "401005-1", "--yes", status=64).stderr
    finally:
        year.extra = {}
    status, said = on_a_terminal(year, OFFICE, tmp_path, b"y\n", "evaluate", "edit", "401005-1", *YEARS, EDITOR=str(editor))
    assert status == 0 and "実績を重ねた" in said, said
    assert dict(lines(year))[1].endswith("実績を重ねた。")


def test_lines_are_moved_dropped_put_back_and_given_back(year):
    first, second = lines(year)
    assert "* 401005-2" in evaluate(year, "move", "401005-2", "--before", "401005-1", "--yes").stderr
    assert lines(year) == [second, first]
    evaluate(year, "move", "401005-2", "--last-place", "--yes")
    assert lines(year) == [first, second]
    assert "--reason は必須" in evaluate(year, "drop", "401005-2", "--yes", status=64).stderr
    evaluate(year, "drop", "401005-2", "--reason", "1 と重なる", "--yes")
    assert lines(year) == [first]
    assert "唯一の行" in evaluate(year, "drop", "401005-1", "--reason", "何", "--yes", status=65).stderr
    gone = evaluate(year, "lines", "--dropped").stdout
    assert "401005-2" in gone and "1 と重なる" in gone and "事務局" in gone
    assert "401005-9" in evaluate(year, "restore", "401005-9", "--yes", status=65).stderr
    evaluate(year, "restore", "401005-2", "--before", "401005-1", "--yes")
    assert lines(year) == [second, first]
    assert "表にあります" in evaluate(year, "restore", "401005-2", "--yes").stderr
    own = [o for o in json.loads(evaluate(year, "candidates", "--municipality", "401005", "-o", "json").stdout)["candidates"] if o["proposed"]]
    evaluate(year, "restore", "401005", "--reason", "自治体の希望", "--yes")
    assert [t for _, t in lines(year)] == [o["text"] for o in own]


def test_outcomes_are_chosen_by_id_or_number(year):
    candidates = json.loads(evaluate(year, "candidates", "--municipality", "281000", "-o", "json").stdout)["candidates"]
    first, last = candidates[0], candidates[-1]
    evaluate(year, "choose", "神戸市", "1", "--only", "--reason", "一つに絞る", "--yes")
    assert [t for _, t in lines(year, "281000")] == [first["text"]]
    assert "既に表にあります" in evaluate(year, "choose", "281000", first["outcome_id"], "--yes").stderr
    number = lines(year, "281000")[0][0]
    evaluate(year, "choose", "281000", last["outcome_id"], "--before", f"281000-{number}", "--yes")
    assert [t for _, t in lines(year, "281000")] == [last["text"], first["text"]]
    assert "no-such はありません" in evaluate(year, "choose", "281000", "no-such", "--yes", status=65).stderr.replace("成果 ", "")
    assert "行の番号ではありません" in evaluate(year, "edit", "281000", "--text", "何", "--yes", status=64).stderr
    assert "改行" in evaluate(year, "edit", f"281000-{number}", "--text", "一\n二", "--yes", status=65).stderr
    assert "1〜400字" in evaluate(year, "edit", f"281000-{number}", "--text", "あ" * 401, "--yes", status=65).stderr


def test_who_confirmed_has_to_confirm_again_and_says_so(year):
    year.renkei("281000", "evaluate", "confirm", *YEARS, "--yes")
    (a, text), (b, _) = lines(year, "281000")
    said = evaluate(year, "edit", f"281000-{a}", "--text", text + "補足。", "--yes").stderr
    assert "あらためて確認してもらう必要があります" in said
    said = evaluate(year, "edit", f"281000-{a}", "--text", text, "--yes").stderr
    assert "この文言を 令和" in said and "に確認済です" in said  # the words that it did confirm
    assert a != b


def test_notes_are_written_marked_and_taken_out(year):
    before = evaluate(year, "note").stdout
    said = evaluate(year, "note", "9", "--text", "年度途中に参加した。", "--column", "name", "--municipality", "281000", "--item", "A=研修", "--yes").stderr
    assert "＋" not in said and "+ ９．年度途中に参加した。" in said and "備考９を書きました" in said
    table = year.renkei("281000", "evaluate", "table", *YEARS, lang="ja").stdout
    assert "９．年度途中に参加した。" in table and "A：研修" in table and "自治体名９" in table
    evaluate(year, "note", "9", "--text", "途中から参加。", "--yes")
    note = next(n for n in json.loads(year.renkei(OFFICE, "evaluate", "table", *YEARS, "-o", "json").stdout)["notes"] if n["number"] == 9)
    assert note["text"] == "途中から参加。" and note["columns"] == ["name"] and note["municipality_codes"] == ["281000"]  # what is not given stays
    evaluate(year, "note", "9", "--remove", "--yes")
    assert evaluate(year, "note").stdout == before
    assert "備考９はありません" in evaluate(year, "note", "9", "--remove", "--yes", status=65).stderr
    assert "A=説明" in evaluate(year, "note", "9", "--text", "x", "--item", "説明", "--yes", status=64).stderr


def test_a_final_evaluation_is_not_worded_until_a_new_draft_opens_it(year):
    for code in ("281000", "401005"):
        year.renkei(code, "evaluate", "confirm", *YEARS, "--yes")
    evaluate(year, "fix", "--final", "--yes")
    line = f"281000-{lines(year, '281000')[0][0]}"
    for words in (("edit", line, "--text", "何"), ("drop", line, "--reason", "何"), ("move", line, "--last-place"), ("restore", "281000"), ("choose", "401005", "1"),
                  ("note", "1", "--text", "何")):
        said = evaluate(year, *words, "--yes", status=None).stderr
        assert "確定版です" in said or words[0] == "choose" and "変わるところはありません" in said, (words, said)
    evaluate(year, "fix", "--yes")
    evaluate(year, "edit", line, "--text", "新しい案", "--yes")
    assert lines(year, "281000")[0][1] == "新しい案"


def test_only_the_secretariat_words_the_table(year):
    for who in ("281000", "MINISTRY"):
        year.renkei(who, "evaluate", "edit", "281000-1", *YEARS, "--text", "何", "--yes", status=None)
        assert lines(year, "281000")[0][1] == "新しい案"
