"""Meetings and hearings: what municipalities said, as each confirmed it, beside the statements of the evaluation."""
import hashlib
import json

from demo import SAMPLE

OFFICE, ME, OTHER = "SECRETARIAT", "401005", "160008"


def test_what_was_said_at_a_meeting_is_confirmed_and_stands_beside_its_statements(empty_demo, tmp_path):
    demo = empty_demo
    demo.renkei(OFFICE, "org", "import", SAMPLE / "evaluation.json", "--yes")
    assert "登録" in demo.renkei(OFFICE, "meeting", "--help", lang="ja").stdout
    for held in ("昨日", "2016", "2016-13"):
        assert held in demo.renkei(OFFICE, "meeting", "add", "--kind", "hearing", "--held", held, "--title", "x", "--yes", lang="ja", status=64).stderr
    made = demo.renkei(OFFICE, "meeting", "add", "--kind", "domestic_meeting", "--held", "平成28年11月", "--title", "第2回国内関係者会合", "--place", "東京", "--yes", lang="ja").stdout
    assert "2016-M1" in made and "国内関係者会合" in made and "2016-11" in made
    said = tmp_path / "said.txt"
    said.write_text("\ufeff問　共同研究を続けるか。\n答　来年度も続ける。\n", encoding="utf-8")
    words = ("meeting", "record", "2016-M1", "--municipality", ME, "--file", said, "--attendants", "環境局2名", "--tag", "P1=for", "--tag", "I4=against", "--yes")
    assert "自治体の確認待ち" in demo.renkei(OFFICE, *words, lang="ja").stdout
    demo.renkei(OFFICE, "meeting", "record", "2016-M1", "--municipality", OTHER, "--text", "特になし", "--yes")
    assert "X9" in demo.renkei(OFFICE, *words[:-1], "--tag", "X9=for", "--yes", lang="ja", status=66).stderr
    demo.renkei(OFFICE, *words[:-1], "--tag", "P2", "--yes", status=64)
    demo.renkei(OFFICE, "meeting", "record", "2016-M1", "--municipality", ME, "--yes", status=64)
    demo.renkei(ME, *words, status=77)

    shown = demo.renkei(ME, "meeting", "show", "2016-M1", lang="ja").stdout
    for part in ("第2回国内関係者会合", "場所：東京", "出席：環境局2名", "P1：支持", "I4：反する", "問　共同研究を続けるか。\n    答　来年度も続ける。\n", "自治体の確認待ち"):
        assert part in shown, shown
    assert "特になし" not in shown and OTHER not in shown
    assert "特になし" in demo.renkei("MINISTRY", "meeting", "show", "2016-M1", lang="ja").stdout
    assert "ご覧になれる発言の記録がありません" in demo.renkei("200000", "meeting", "show", "2016-M1", lang="ja").stdout
    demo.renkei("200000", "meeting", "confirm", "2016-M1", "--yes", status=66)

    assert "異議あり" in demo.renkei(ME, "meeting", "object", "2016-M1", "--text", "来年度は未定です", "--yes", lang="ja").stdout
    assert "来年度は未定です" in demo.renkei(OFFICE, "meeting", "show", "2016-M1", lang="ja").stdout
    said.write_text("問　共同研究を続けるか。\n答　未定。\n", encoding="utf-8")
    # What is not said anew stays: who was there, and what it speaks for.
    assert "I4=反する P1=支持" in demo.renkei(OFFICE, *words[:7], "--yes", lang="ja").stdout
    assert "出席：環境局2名" in demo.renkei(ME, "meeting", "show", "2016-M1", lang="ja").stdout
    assert ME in demo.renkei(OFFICE, "meeting", "list", "--unanswered", "-o", "csv").stdout
    assert "確認済" in demo.renkei(f"APPROVER_{ME}", "meeting", "confirm", "2016-M1", "--yes", lang="ja").stdout
    assert ME not in demo.renkei(OFFICE, "meeting", "list", "--unanswered", "-o", "csv").stdout
    history = json.loads(demo.renkei(ME, "meeting", "show", "2016-M1", "--history", "-o", "json").stdout)["meetings"][0]["hearings"]
    assert [h["state"] for h in history] == ["HEARING_STATE_OBJECTED", "HEARING_STATE_CONFIRMED"]

    document = demo.renkei(OFFICE, "evaluate", "--year", "2014..2016", "--format", "text", lang="ja").stdout
    assert "会合での支持する発言：2016-M1 北九州市" in document and "会合での反する発言：2016-M1 北九州市" in document
    assert document.count("2016-M1") == 2
    findings = json.loads(demo.renkei(OFFICE, "evaluate", "--year", "2014..2016", "-o", "json").stdout)["findings"]
    assert {f["statement"]["statement_id"]: f["hearings"][0]["stance"] for f in findings if "hearings" in f} == {"P1": "STANCE_FOR", "I4": "STANCE_AGAINST"}
    # What was fixed stays what it was, whatever the municipality says later.
    fixed = json.loads(demo.renkei(OFFICE, "evaluate", "fix", "--year", "2014..2016", "--yes", "-o", "json").stdout)
    number = next(v for v in json.dumps(fixed).split('"') if v.startswith("FY2014-2016-"))
    demo.renkei(ME, "meeting", "object", "2016-M1", "--text", "議事録と違います", "--yes")
    assert "2016-M1" not in demo.renkei(OFFICE, "evaluate", "--year", "2014..2016", "--format", "text").stdout
    assert "2016-M1" in demo.renkei(OFFICE, "evaluate", "--snapshot", number, "--format", "text").stdout


def test_a_meeting_has_an_agenda_and_papers(empty_demo, tmp_path):
    demo = empty_demo
    paper = tmp_path / "案.pdf"
    paper.write_bytes(b"%PDF-1.7\n")
    digest = hashlib.sha256(paper.read_bytes()).hexdigest()
    made = json.loads(demo.renkei(OFFICE, "meeting", "add", "--kind", "hearing", "--held", "2015-01", "--title", "ヒアリング", "--agenda", "中間評価案", "--agenda", "その他",
                                  "--paper", f"資料1={paper}", "--yes", "-o", "json").stdout)
    number = made["number"]
    assert made["agenda"] == ["中間評価案", "その他"] and made["papers"] == [{"title": "資料1", "file_name": "案.pdf", "sha256": digest}]
    assert "none.pdf" in demo.renkei(OFFICE, "meeting", "paper", number, tmp_path / "none.pdf", "--yes", lang="ja", status=66).stderr
    assert "401005-2016Q2-A9" in demo.renkei(OFFICE, "meeting", "paper", number, "401005-2016Q2-A9", "--yes", lang="ja", status=66).stderr
    minutes = tmp_path / "議事録.txt"
    minutes.write_text("議事録", encoding="utf-8")
    assert "議事録.txt" in demo.renkei(OFFICE, "meeting", "paper", number, minutes, "--dry-run", lang="ja").stderr
    demo.renkei(OFFICE, "meeting", "paper", number, minutes, "--yes")
    shown = demo.renkei(ME, "meeting", "show", number, lang="ja").stdout
    for part in ("議題1：中間評価案", "議題2：その他", f"資料：資料1（案.pdf、SHA-256 {digest}）", "資料：議事録.txt（議事録.txt、"):
        assert part in shown, shown


def test_who_is_not_to_be_named_is_counted(empty_demo):
    demo = empty_demo
    number = json.loads(demo.renkei(OFFICE, "meeting", "add", "--kind", "hearing", "--held", "2014-11", "--title", "聞き取り", "--yes", "-o", "json").stdout)["number"]
    for code in (ME, OTHER):
        demo.renkei(OFFICE, "meeting", "record", number, "--municipality", code, "--text", "意見", "--tag", "P2=for", "--tag", "P2.1=for", "--yes")
    told = lambda who: demo.renkei(who, "evaluate", "--year", "2014..2016", "--format", "text", "--width", "0", lang="ja").stdout
    assert "会合での支持する発言：自治体名なし 2 件（未確認、または自治体名は非公開）" in told("MINISTRY")
    demo.renkei(OTHER, "meeting", "confirm", number, "--yes")
    assert "自治体名の公開範囲：事務局" in demo.renkei(ME, "meeting", "confirm", number, "--disclosure", "secretariat", "--yes", lang="ja").stdout + demo.renkei(ME, "meeting", "show", number, lang="ja").stdout
    name = json.loads(demo.renkei(OFFICE, "meeting", "show", number, "--municipality", OTHER, "-o", "json").stdout)["meetings"][0]["hearings"][0]["municipality_name_ja"]
    assert f"会合での支持する発言：{number} {name}、{number} {name}（P2.1）、自治体名なし 1 件" in told("MINISTRY")
    assert f"{number} 北九州市（P2.1）" in told(OFFICE) and f"{number} 北九州市" not in told("MINISTRY")
