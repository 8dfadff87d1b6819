"""A report is seen beside the earlier ones that were accepted: offline with files of them, and whole by the server before it is sent."""
import json
import uuid

import pytest
import talk
from demo import wait_for
from google.protobuf import json_format
from renkei.v1 import problem_pb2, report_service_pb2 as rs

CODE = "160008"


def day(month, number):
    return {"year": 2015, "month": month, "day": number, "precision": "DATE_PRECISION_DAY"}


def report(quarter, *activities):
    """In proto3 JSON whole, which python3-protobuf reads too."""
    return {"municipality_code": CODE, "period": {"fiscal_year": 2015, "quarter": f"QUARTER_Q{quarter}", "variant": "VARIANT_REGULAR"},
            "action": "REPORT_ACTION_NEW", "activities": list(activities)}


def activity(name, persons, start=day(5, 12)):
    return {"activity_id": name, "kind": "ACTIVITY_KIND_TRAINING_IN_JAPAN", "title": "訪日研修", "status": "ACTIVITY_STATUS_HELD", "actual_start": start,
            "scope": "SCOPE_WHOLE", "municipalities": [{"municipality_code": CODE, "role": "PARTY_ROLE_HOST"}],
            "partners": [{"partner_code": "210000", "role": "PARTY_ROLE_PARTICIPANT"}],
            "participants": [{"side": "SIDE_CN", "category": "PARTICIPANT_CATEGORY_NATIONAL", "persons": persons, "basis": "COUNT_BASIS_COUNTED"}]}


@pytest.fixture(scope="module")
def files(empty_demo, tmp_path_factory):
    """One report accepted, and a file of the quarter behind it: the same event again, and too many people in another."""
    folder = tmp_path_factory.mktemp("earlier")
    first, second = folder / "q1.json", folder / "q2.json"
    first.write_text(json.dumps(report(1, activity("a", 15)), ensure_ascii=False))
    second.write_text(json.dumps(report(2, activity("a", 15), activity("b", 150, day(7, 12))), ensure_ascii=False))
    empty_demo.renkei(CODE, "submit", "--yes", first)
    empty_demo.renkei("SECRETARIAT", "review", "accept", f"{CODE}-2015Q1-1", "--yes")
    return first, second


def comparison(done):
    return json.loads(done.stdout)[0]["comparison"]


def test_client_and_daemon_see_the_same_beside_the_same_reports(empty_demo, files):
    first, second = files
    done = empty_demo.renkei(None, "check", second, "--earlier", first, "-o", "json")
    ours = json_format.ParseDict(comparison(done)["verdict"], problem_pb2.Verdict())
    sent = json_format.Parse(second.read_text(), rs.SubmitReportRequest().report.__class__())
    theirs = talk.reports(empty_demo, CODE).CheckReport(rs.CheckReportRequest(report=sent)).comparison
    assert list(theirs.receipt_numbers) == [f"{CODE}-2015Q1-1"]
    assert theirs.verdict == ours and ours.warning_count == 2
    assert [(f.code, f.field_path, f.value) for f in ours.findings] == [
        ("ACTIVITY_HELD_BEFORE", "activities[0].activity_id", "a"), ("PARTICIPANTS_FAR_MORE", "activities[1].participants[0].persons", "150")]


def test_nobody_else_sees_what_was_accepted(empty_demo, files):
    sent = json_format.Parse(files[1].read_text(), rs.SubmitReportRequest().report.__class__())
    assert not talk.reports(empty_demo, "401005").CheckReport(rs.CheckReportRequest(report=sent)).comparison.receipt_numbers
    assert talk.reports(empty_demo, "SECRETARIAT").CheckReport(rs.CheckReportRequest(report=sent)).comparison.receipt_numbers


def test_offline_the_rest_is_judged_as_ever(empty_demo, files):
    alone = json.loads(empty_demo.renkei(None, "check", files[1], "-o", "json").stdout)[0]
    beside = json.loads(empty_demo.renkei(None, "check", files[1], "--earlier", files[0], "-o", "json").stdout)[0]
    assert "comparison" not in alone and alone["verdict"] == beside["verdict"]
    shown = empty_demo.renkei(None, "check", files[1], "--earlier", files[0], lang="ja")
    assert "前の四半期の報告との照合" in shown.stdout and "2015年度第1四半期の報告で「実施」として受理" in shown.stdout
    assert "注意 3 件" in shown.stderr


def test_a_file_that_is_no_earlier_report_is_told(empty_demo, files, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    done = empty_demo.renkei(None, "check", files[1], "--earlier", bad, status=None)
    assert done.returncode == 65 and "bad.json" in done.stderr


def test_what_is_sent_is_seen_beside_them_first_and_an_answer_goes_with_it(empty_demo, files):
    dry = empty_demo.renkei(CODE, "submit", files[1], "--dry-run", lang="ja")
    assert f"前の四半期の報告との照合（{CODE}-2015Q1-1）" in dry.stderr and "[PARTICIPANTS_FAR_MORE]" in dry.stderr
    assert empty_demo.renkei(CODE, "submit", files[1], "--dry-run", "--answer", "AMOUNT_FAR_MORE=ない", status=None).returncode == 64
    sent = empty_demo.renkei(CODE, "submit", "--yes", files[1], "--answer", "PARTICIPANTS_FAR_MORE=合同開催のため。", lang="ja")
    assert "回答：合同開催のため。" in sent.stderr
    assert empty_demo.sql("select code, reason from renkei.warning_answer where municipality_code = '160008'") == [["PARTICIPANTS_FAR_MORE", "合同開催のため。"]]
    # The secretariat sees both when it looks at the report: what is doubtful, and why it is right.
    shown = empty_demo.renkei("SECRETARIAT", "report", "show", f"{CODE}-2015Q2-1", lang="ja").stdout
    assert "[ACTIVITY_HELD_BEFORE]" in shown and "回答：合同開催のため。" in shown
    kept = json.loads(empty_demo.renkei("SECRETARIAT", "report", "show", f"{CODE}-2015Q2-1", "-o", "json").stdout)["verdict"]
    assert "ANSWER_WITHOUT_WARNING" not in [f["code"] for f in kept.get("findings", [])]


def test_what_the_secretariat_enters_for_others_is_seen_beside_them_too(empty_demo, files):
    done = empty_demo.renkei("SECRETARIAT", "import", "--on-behalf-of", "auto", "--dry-run", files[1], status=None, lang="ja")
    assert "[PARTICIPANTS_FAR_MORE]" in done.stderr


def test_without_a_server_nothing_is_held_up(empty_demo, files, tmp_path):
    away = tmp_path / "away.json"
    away.write_text(json.dumps(report(3, activity("c" + uuid.uuid4().hex, 4, day(10, 12))), ensure_ascii=False))
    done = empty_demo.renkei(CODE, "submit", "--yes", "--server", "127.0.0.1:1", "--timeout", "1", away, status=None, lang="ja")
    assert done.returncode == 69 and "照合" not in done.stderr, "what is not sent will be seen beside them when it is"


def test_what_was_found_is_kept_with_the_version_and_shown_to_who_reviews_it(empty_demo, files, tmp_path):
    def kept(number):
        return json.loads(empty_demo.renkei("SECRETARIAT", "report", "show", number, "-o", "json").stdout).get("comparison")

    other = "242021"
    for name, source in (("one.json", files[0]), ("two.json", files[1])):
        (tmp_path / name).write_text(source.read_text().replace(CODE, other))
    empty_demo.renkei(other, "submit", "--yes", tmp_path / "one.json")
    empty_demo.renkei("SECRETARIAT", "review", "accept", f"{other}-2015Q1-1", "--yes")
    empty_demo.renkei(other, "submit", "--yes", tmp_path / "two.json", "--answer", "PARTICIPANTS_FAR_MORE=大規模な研修のため")
    wait_for(lambda: kept(f"{other}-2015Q2-1"), 90, 0.5)
    comparison = kept(f"{other}-2015Q2-1")
    (digest,), = empty_demo.sql(f"select encode(sha256, 'hex') from renkei.report_version where receipt_number = '{other}-2015Q1-1'")
    assert comparison["compared"] == [{"receipt_number": f"{other}-2015Q1-1", "sha256": digest}]
    assert [f["code"] for f in comparison["verdict"]["findings"]] == ["ACTIVITY_HELD_BEFORE", "PARTICIPANTS_FAR_MORE"]
    shown = empty_demo.renkei("SECRETARIAT", "review", "show", f"{other}-2015Q2-1", lang="ja").stdout
    assert "前の四半期の受理済みの報告との照合" in shown and f"{other}-2015Q1-1  SHA-256 {digest}" in shown and "大規模な研修のため" in shown
    # What is accepted later changes nothing of what was seen then.
    empty_demo.renkei("SECRETARIAT", "review", "accept", f"{other}-2015Q2-1", "--yes")
    assert kept(f"{other}-2015Q2-1") == comparison
    assert kept(f"{other}-2015Q1-1") is None, "without one before it there is nothing"
