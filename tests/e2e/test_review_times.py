"""The secretariat's own answers: who reviews what, since how many working days it waits, and how long answers took."""
import csv
import io
import json

import pytest

from demo import SAMPLE, Demo
from liar import lying

OFFICE = "SECRETARIAT"


@pytest.fixture(scope="module")
def queue(tmp_path_factory):
    demo = Demo(tmp_path_factory.mktemp("queue") / "demo").start()
    try:
        demo.load_registry()
        for code in ("281000", "401005"):
            demo.renkei(code, "submit", "--yes", *sorted((SAMPLE / "reports").glob(f"{code}-*.json")))
        yield demo
    finally:
        demo.stop()


def waiting(demo, *words):
    return list(csv.DictReader(io.StringIO(demo.renkei(OFFICE, "review", "list", *words, "-o", "csv").stdout)))


def test_the_queue_has_a_reviewer_and_an_age(queue):
    every = waiting(queue)
    assert len(every) > 2 and {r["reviewer"] for r in every} == {""} and {r["working_days"] for r in every} == {"0"}
    one, other = every[0]["receipt_number"], every[1]["receipt_number"]
    assert "確認担当は事務局" in queue.renkei(OFFICE, "review", "assign", one, "--to", "me", lang="ja").stderr
    queue.renkei(OFFICE, "review", "assign", other, "--to", "me", "--dry-run")
    mine = next(r["reviewer"] for r in waiting(queue) if r["receipt_number"] == one)
    name = mine.rsplit("/", 1)[1]
    assert [r["receipt_number"] for r in waiting(queue, "--reviewer", name)] == [one]
    assert len(waiting(queue, "--reviewer", "none")) == len(every) - 1
    assert "nobody-of-us" in queue.renkei(OFFICE, "review", "assign", one, "--to", "nobody-of-us", lang="ja", status=66).stderr
    assert "--to は必須" in queue.renkei(OFFICE, "review", "assign", one, lang="ja", status=64).stderr
    queue.renkei("281000", "review", "assign", one, "--to", "me", status=77)
    queue.renkei(OFFICE, "review", "assign", one, "--to", "none")
    assert {r["reviewer"] for r in waiting(queue)} == {""}
    queue.renkei(OFFICE, "review", "assign", one, "--to", name)


def test_an_older_server_lists_what_waits_without_reviewers(queue, tmp_path):
    every = [r["receipt_number"] for r in waiting(queue)]
    with lying(queue, OFFICE, tmp_path, GetReviewTimes=None) as older:
        rows = waiting(queue, "--server", older)
        assert [r["receipt_number"] for r in rows] == every and {(r["reviewer"], r["working_days"]) for r in rows} == {("", "")}
        # What only reviewers tell is not answered by an empty list.
        queue.renkei(OFFICE, "review", "list", "--reviewer", "none", "--server", older, status=76)


def test_how_long_answers_took_is_told_and_exported(queue):
    shown = queue.renkei(OFFICE, "review", "list", lang="ja").stderr
    assert "事務局の処理日数：回答はまだありません。確認待ち" in shown
    queue.renkei(OFFICE, "review", "accept", "--all", "--yes")
    times = json.loads(queue.renkei(OFFICE, "review", "times", "-o", "json").stdout)["times"]
    whole, mine = times[0], next(t for t in times if t.get("reviewer"))
    assert whole["median_working_days"] == 0 and waiting(queue) == [] and "waiting" not in {k for k, v in whole.items() if v} and mine["accepted"] == 1
    assert sum(t["accepted"] for t in times if t.get("fiscal_year")) == whole["accepted"]
    assert "中央値" in queue.renkei(OFFICE, "review", "times", "--year", "2016", lang="ja").stdout
    # The ministry is not told who of the secretariat was slow.
    assert not any(t.get("reviewer") for t in json.loads(queue.renkei("MINISTRY", "review", "times", "-o", "json").stdout)["times"])
    queue.renkei("401005", "review", "times", status=77)
    rows = queue.sql("select count(*), count(review_working_days), max(review_working_days) from renkei_api.export_reports")
    assert rows[0][0] == rows[0][1] == str(whole["accepted"]) and rows[0][2] == "0"
