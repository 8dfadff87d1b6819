"""What stopped newcomers: names where codes stood, a word in the wrong place, a file of another kind, letters that nobody sends, schedules that are never due."""
import json
import zipfile

import pytest
from demo import Demo

OFFICE, ME = "SECRETARIAT", "401005"


def said(demo, who, *words, **more):
    done = demo.renkei(who, *words, lang="ja", **more)
    return done.stdout + done.stderr


@pytest.mark.parametrize("words, near", [
    (("status", "2016Q3"), "「--year 2016」のことですか"), (("report", "list", "2016Q1"), "「--year 2016 --quarter 1」のことですか"), (("query", "2016"), "「--year 2016」のことですか"),
    (("contact", "list", "北九州市"), "「--municipality 北九州市」のことですか"), (("attachment", "list", "2016Q1"), "「--period 2016Q1」のことですか"),
])
def test_a_word_too_many_is_told_where_it_belongs(empty_demo, words, near):
    assert near in said(empty_demo, OFFICE, *words, status=64)


def test_a_municipality_is_called_by_its_name(empty_demo):
    demo = empty_demo
    demo.sql("insert into renkei.municipality (municipality_code, prefecture_code, kind, state, name_ja, name_en, name_zh) values ('352012', '35', 'city', 'participating', '下関市', 'Shimonoseki City', '下关市')")
    for name in ("北九州市", "kitakyushu city"):
        assert "401005" in demo.renkei(OFFICE, "contact", "set", "kankyo@city.example.jp", "--name", "環境局", "-m", name, "-n").stdout
    # One that the program does not know, but the registry.
    assert "352012" in demo.renkei(OFFICE, "contact", "set", "kankyo@city.example.jp", "--name", "環境局", "-m", "下関市", "-n").stdout
    assert "夕張市" in said(demo, OFFICE, "review", "list", "-m", "夕張市", status=66)


def test_a_file_of_another_kind_is_called_by_it(empty_demo, tmp_path):
    with zipfile.ZipFile(tmp_path / "letter.docx", "w") as word:
        word.writestr("word/document.xml", "<w/>")
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.4\n")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 40)
    for name, kind in (("letter.docx", ".docx"), ("paper.pdf", "PDF"), ("photo.jpg", "JPEG")):
        text = said(empty_demo, ME, "check", tmp_path / name, status=65)
        assert kind in text and "renkei template" in text and "CSV" in text, text
    (tmp_path / "folder").mkdir()
    assert "CSV ファイルがありません" in said(empty_demo, ME, "check", tmp_path / "folder", status=66)


def test_names_stand_beside_codes(empty_demo):
    demo = empty_demo
    receipt = said(demo, ME, "nil", "2014Q1", "--yes", "-o", "table")
    assert f"{ME}-2014Q1-1" in receipt
    assert "自治体: 北九州市（401005）" in said(demo, ME, "receipt", "show", f"{ME}-2014Q1-1")
    assert "Municipality: Kitakyushu City (401005)" in demo.renkei(ME, "receipt", "show", f"{ME}-2014Q1-1", lang="en").stdout


def test_a_schedule_that_is_never_due_is_told_of(empty_demo):
    text = said(empty_demo, OFFICE, "export", "schedule", "add", "once", "--calendar", "2016-01-01", "--yes")
    assert "なし" in text and "今後ありません" in text
    listed = said(empty_demo, OFFICE, "export", "schedule", "list")
    assert "once：作成される予定がありません" in listed and "quarterly：作成される予定がありません" in listed and "提出期限が、今後の分は" in listed
    assert "今後ありません" not in said(empty_demo, OFFICE, "export", "schedule", "edit", "once", "--calendar", "*-*-01", "--yes")


def test_letters_that_nobody_sends_are_told_of(empty_demo, tmp_path):
    demo = empty_demo
    day = demo.sql("select to_char(clock_timestamp() + interval '1 day', 'YYYY-MM-DD\"T\"HH24:MI:SSOF')")[0][0] + ":00"
    year = int(demo.sql("select extract(year from clock_timestamp() - interval '100 days')::int")[0][0])
    path = tmp_path / "period.json"
    path.write_text(json.dumps({"periods": [{"period": {"fiscal_year": year, "quarter": "QUARTER_Q2"}, "due_at": day}]}))
    assert "smtp_url" in said(demo, OFFICE, "remind", "-n")
    demo.renkei(OFFICE, "period", "import", path, "--yes")
    demo.renkei(OFFICE, "contact", "set", "kankyo@city.example.jp", "--name", "環境局", "-m", ME)
    done = demo.renkei(OFFICE, "remind", "--yes", lang="ja", status=78)
    assert "送信待ち" in done.stdout and "smtp_url" in done.stderr
    again = demo.renkei(OFFICE, "remind", "--yes", lang="ja")
    assert again.stdout == "" and "送る督促状はありません" in again.stderr and "smtp_url" in again.stderr


def test_a_year_may_be_said_as_the_form_says_it(sample_demo):
    demo = sample_demo
    plain = demo.renkei("SECRETARIAT", "status", "--year", "2014..2016", "-o", "csv").stdout
    for years in ("平成26年度..平成28年度", "H26..2016", "２０１４..Ｈ２８"):
        assert demo.renkei("SECRETARIAT", "status", "--year", years, "-o", "csv").stdout == plain
    for odd in ("平成28年度第3四半期", "令和", "2016Q3", "平成28年度..平成26年度"):
        assert odd in demo.renkei("SECRETARIAT", "status", "--year", odd, status=None, lang="ja").stderr
    assert "日時,…" in demo.renkei("SECRETARIAT", "query", "--revisions", status=64, lang="ja").stderr
