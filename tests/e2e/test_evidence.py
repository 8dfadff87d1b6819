"""Attachments as evidence: for an activity, an outcome, by its name in the form or its id; beside it in the report, in the receipt, in exports; whatever the next version does."""
import csv
import json
import subprocess

import pytest
from files import pdf
from test_exports import AS_OF, run, schedule
from test_returned import REPORT, submit

ME = "401005"


@pytest.fixture(scope="module")
def demo(empty_demo, tmp_path_factory):
    submit(empty_demo, ME, tmp_path_factory.mktemp("report"))
    return empty_demo


def attach(demo, folder, name, *words, status=0, seed=0, lang="ja"):
    (folder / name).write_bytes(pdf(3000, seed))
    return demo.renkei(ME, "attach", folder / name, "--period", "2016Q1", *words, status=status, lang=lang)


def listed(demo, who=ME):
    rows = json.loads(demo.renkei(who, "attachment", "list", "--period", "2016Q1", "-m", ME, "-o", "json").stdout)
    return {row["title"]: row for row in rows}


@pytest.mark.parametrize("place,kind", [("activities[0]", "programme"), ("取組1", "photo"), ("取組!F5", "minutes"), ("activities:a1", "material"), ("activities[0].participants[1]", "questionnaire")])
def test_evidence_is_for_the_record_that_the_officer_means(demo, tmp_path, place, kind):
    attach(demo, tmp_path, "資料.pdf", "--item", place, "--kind", kind, "--language", "ja", "--title", place, seed=place)
    row = listed(demo)[place]
    assert row["record"] == "activities:a1" and row["kind"] == kind


def test_it_stands_beside_its_record_and_in_its_receipt(demo, tmp_path):
    said = attach(demo, tmp_path, "minutes.pdf", "--item", "成果1", "--kind", "minutes", "--language", "zh", "--title", "会议记录", seed="beside").stdout
    assert "種別: 議事録" in said and "対象の記録: 成果 o1" in said
    number = listed(demo)["会议记录"]["attachment_number"]
    shown = demo.renkei(ME, "report", "show", "2016Q1", lang="ja").stdout
    record = shown[shown.index("成果 1\n"):]
    assert record.index(f"  根拠の添付資料: {number}  minutes.pdf") < record.index("\n添付資料\n"), "beside the outcome, and not only at the end"
    assert f"{number}  minutes.pdf  2.9 KiB  議事録  会议记录  (zh)  > 成果1\n" in shown
    # Who reviews a report knows of its evidence, too.
    assert f"{number}  minutes.pdf" in demo.renkei("SECRETARIAT", "review", "show", "2016Q1", "-m", ME, lang="ja").stdout
    statement, signature = tmp_path / "s", tmp_path / "g"
    demo.renkei(ME, "receipt", "show", number, "--statement", statement, "--signature", signature)
    text = statement.read_text()
    assert text.startswith("renkei attachment receipt v2\n") and "\ntitle: 会议记录\nkind: minutes\nlanguage: zh\nrecord: outcomes:o1\n" in text
    subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", demo.env["RENKEI_RECEIPT_KEY"], "-in", statement, "-sigfile", signature], check=True, capture_output=True)
    demo.renkei(ME, "receipt", "verify", number, "--report", tmp_path / "minutes.pdf")


def test_what_says_nothing_of_it_has_the_receipt_it_always_had(demo, tmp_path):
    attach(demo, tmp_path, "plain.pdf", "--title", "表題だけ", seed="plain")
    number = listed(demo)["表題だけ"]["attachment_number"]
    demo.renkei(ME, "receipt", "show", number, "--statement", tmp_path / "s")
    assert (tmp_path / "s").read_text().startswith("renkei attachment receipt v1\n")


@pytest.mark.parametrize("words,status,said", [
    (("--item", "activities[7]"), 64, "の記録ではありません"),
    (("--item", "activities:zz"), 66, "記録 activities:zz はありません"),
    (("--item", "period"), 64, "の記録ではありません"),
    (("--item", "取組9"), 64, "取組9"),
    (("--kind", "secret"), 64, "secret"),
    (("--item", "activities[0]", "--kind", "roster", "--disclosure", "parties"), 65, "名簿"),
])
def test_what_is_no_record_is_told(demo, tmp_path, words, status, said):
    done = attach(demo, tmp_path, "x.pdf", *words, status=None, seed=str(words))
    assert done.returncode == status and said in done.stderr, (done.returncode, done.stderr)
    assert "x.pdf" not in demo.renkei(ME, "outbox", "list", lang="ja").stdout, "what is refused does not wait"


def test_a_quarter_without_a_report_has_no_records(demo, tmp_path):
    (tmp_path / "x.pdf").write_bytes(pdf(2000, "none"))
    assert "2016Q2" in demo.renkei(ME, "attach", tmp_path / "x.pdf", "--period", "2016Q2", "--item", "activities:a1", status=66, lang="ja").stderr


def test_a_roster_is_for_the_secretariat_alone(demo, tmp_path):
    attach(demo, tmp_path, "名簿.pdf", "--item", "activities[0]", "--kind", "roster", "--title", "参加者名簿", seed="roster")
    assert listed(demo)["参加者名簿"]["disclosure"] == "secretariat"
    assert "参加者名簿" in listed(demo, "SECRETARIAT") and "参加者名簿" not in listed(demo, "400009")


def test_a_later_version_that_moves_the_record_keeps_its_evidence_and_one_without_it_says_so(demo, tmp_path):
    attach(demo, tmp_path, "moved.pdf", "--item", "取組2", "--kind", "report", "--title", "動く記録", seed="moved")
    a1, a2 = REPORT["activities"]
    submit(demo, ME, tmp_path, action="replace", base_version=1, activities=[a2, a1])
    assert "動く記録  > 取組1\n" in demo.renkei(ME, "report", "show", "2016Q1", lang="ja").stdout
    submit(demo, ME, tmp_path, action="replace", base_version=2, activities=[a1])
    assert "動く記録  > 取組 a2（この版にはない記録）\n" in demo.renkei(ME, "report", "show", "2016Q1", lang="ja").stdout


def test_exports_have_them_by_digest_and_size(demo, tmp_path):
    number = json.loads(demo.renkei(ME, "report", "show", "2016Q1", "-o", "json").stdout)["summary"]["receipt_number"]
    demo.renkei("SECRETARIAT", "review", "accept", number, "--yes")
    rows = {row["title"]: row for row in listed(demo).values()}
    schedule(demo, "evidence", "csv")
    bundle = run(demo, "evidence", "-O", tmp_path, "--as-of", AS_OF)
    got = {row["title"]: row for row in csv.DictReader((bundle / "csv/attachments.csv").open(encoding="utf-8"))}
    assert got["取組1"]["sha256"] == rows["取組1"]["sha256"] and got["取組1"]["size"] == "3000" and got["取組1"]["record_id"] == "a1"
    assert got["動く記録"]["record_id"] == "" and "参加者名簿" not in got
