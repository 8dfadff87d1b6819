"""The approver's release (決裁): what an officer prepares counts nowhere before it, and the day it leaves the house is the day of submission."""
import json
import subprocess
import tempfile
import uuid

import grpc
import pytest
import talk
from liar import lying
from renkei.v1 import (evaluation_service_pb2 as ev, evaluation_service_pb2_grpc, receipt_pb2, registry_service_pb2 as rg, registry_service_pb2_grpc, report_pb2,
                       report_service_pb2 as rs, status_service_pb2 as st, status_service_pb2_grpc)
from test_delegated import enter, form, put
from test_enrolment import Person, invited, nil

S = grpc.StatusCode
ME, OTHER = "401005", "400009"  # who wants a release, and who does not


def refused(call):
    error = talk.refused(call)
    return error.code(), talk.reason(error)


def require(demo, code, required="yes"):
    demo.renkei("SECRETARIAT", "org", "release", code, "--required", required, "--yes")


@pytest.fixture(scope="module")
def demo(empty_demo):
    require(empty_demo, ME)
    return empty_demo


@pytest.fixture(scope="module")
def officer(demo):
    return talk.reports(demo, ME)


@pytest.fixture(scope="module")
def approver(demo):
    return talk.reports(demo, f"APPROVER_{ME}")


@pytest.fixture(scope="module")
def secretariat(demo):
    return talk.reports(demo, "SECRETARIAT")


def named(kind, receipt, **fields):
    fields = {"request_id": str(uuid.uuid4()), "municipality_code": receipt.municipality_code, "period": receipt.period, "version": receipt.version, **fields}
    return kind(**fields)


def release(receipt, **fields):
    return named(rs.ReleaseReportRequest, receipt, **{"sha256": receipt.sha256, **fields})


def cell(demo, who, period, code=ME):
    answer = status_service_pb2_grpc.StatusServiceStub(talk.channel(demo, who)).GetPlatformStatus(st.GetPlatformStatusRequest(
        first_fiscal_year=period.fiscal_year, last_fiscal_year=period.fiscal_year))
    column = [p.period for p in answer.periods].index(period)
    return next(r for r in answer.rows if r.municipality_code == code).cells[column]


def outcomes(demo, year, code=ME):
    table = evaluation_service_pb2_grpc.EvaluationServiceStub(talk.channel(demo, "SECRETARIAT")).GetOutcomeTable(ev.GetOutcomeTableRequest(
        first_fiscal_year=year, last_fiscal_year=year, include_submitted=True))
    return [o.receipt_number for r in table.rows if r.municipality_code == code for o in r.outcomes]


def listed_report(*about, **fields):
    """A report whose outcome is meant for the table."""
    report = talk.outcome_report(*about, **fields)
    report.outcomes[0].for_outcome_table = True
    return report


def verified(demo, receipt):
    """The statement is signed by the platform's key, as openssl sees it."""
    with tempfile.NamedTemporaryFile() as text, tempfile.NamedTemporaryFile() as signature:
        text.write(receipt.statement.encode())
        signature.write(receipt.signature)
        text.flush(), signature.flush()
        run = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", demo.env["RENKEI_RECEIPT_KEY"], "-in", text.name, "-sigfile", signature.name],
                             capture_output=True, text=True)
    return run.returncode == 0


def test_a_report_walks_from_its_preparation_to_its_release(demo, officer, approver, secretariat):
    period = talk.period(2014, 1)
    prepared = officer.SubmitReport(talk.request(listed_report(ME, 2014, 1))).receipt
    assert prepared.timeliness == receipt_pb2.TIMELINESS_AWAITING_RELEASE and not prepared.HasField("released_at")
    assert "timeliness: awaiting_release\nlate_seconds: 0\n" in prepared.statement and "released" not in prepared.statement.replace("awaiting_release", "")
    assert verified(demo, prepared)

    # Nothing counts, and nobody outside knows of it but that it waits.
    assert cell(demo, "SECRETARIAT", period).state == st.CELL_STATE_MISSING
    assert cell(demo, "SECRETARIAT", period).preparation == rs.REPORT_STATE_AWAITING_RELEASE
    assert cell(demo, "MINISTRY", period).preparation == rs.REPORT_STATE_UNSPECIFIED
    assert outcomes(demo, 2014) == []
    about = rs.ListReportsRequest(municipality_code=ME, fiscal_year=2014, quarter=1)
    assert not secretariat.ListReports(about).reports
    assert [r.state for r in approver.ListReports(about).reports] == [rs.REPORT_STATE_AWAITING_RELEASE]
    nobody = named(rs.AcceptReportRequest, prepared, sha256=prepared.sha256)
    assert refused(lambda: secretariat.AcceptReport(nobody)) == (S.NOT_FOUND, "REPORT_NOT_FOUND")
    assert refused(lambda: secretariat.StartReview(named(rs.StartReviewRequest, prepared))) == (S.NOT_FOUND, "REPORT_NOT_FOUND")
    assert refused(lambda: secretariat.GetReport(rs.GetReportRequest(receipt_number=prepared.number))) == (S.NOT_FOUND, "RECEIPT_NOT_FOUND")
    assert approver.GetReport(rs.GetReportRequest(receipt_number=prepared.number)).summary.sha256 == prepared.sha256

    # Not by who prepared it, nor by anybody else but the municipality's approver.
    assert refused(lambda: officer.ReleaseReport(release(prepared))) == (S.PERMISSION_DENIED, "RELEASE_BY_PREPARER")
    assert refused(lambda: secretariat.ReleaseReport(release(prepared))) == (S.PERMISSION_DENIED, "ROLE_NOT_ALLOWED")
    stranger, there = talk.reports(demo, f"APPROVER_{OTHER}"), []
    for code in (ME, "110001"):
        with pytest.raises(grpc.RpcError) as caught:
            stranger.ReleaseReport(release(prepared, municipality_code=code))
        there.append((caught.value.code(), caught.value.details().replace(code, "CODE"), talk.reason(caught.value)))
    assert there[0] == there[1] and there[0][2] == "REPORT_NOT_FOUND", "what is another's and what is not there"

    # Exactly what was seen; a lost answer is the same receipt, byte for byte.
    assert refused(lambda: approver.ReleaseReport(release(prepared, sha256="0" * 64))) == (S.ABORTED, "DIGEST_MISMATCH")
    assert approver.ReleaseReport(release(prepared, validate_only=True)).summary.state == rs.REPORT_STATE_AWAITING_RELEASE
    wish = release(prepared)
    raw = talk.channel(demo, f"APPROVER_{ME}").unary_unary("/renkei.v1.ReportService/ReleaseReport")
    first = raw(wish.SerializeToString())
    assert raw(wish.SerializeToString()) == first
    receipt = rs.ReleaseReportResponse.FromString(first).receipt
    assert receipt.number == prepared.number and receipt.HasField("released_at") and verified(demo, receipt)
    assert "\nreleased_utc: " in receipt.statement
    assert secretariat.GetReceipt(rs.GetReceiptRequest(number=receipt.number)).receipt == receipt
    assert refused(lambda: approver.ReleaseReport(release(prepared))) == (S.FAILED_PRECONDITION, "NOTHING_TO_RELEASE")

    # From then on it is submitted.
    assert cell(demo, "SECRETARIAT", period).state == st.CELL_STATE_SUBMITTED
    assert cell(demo, "SECRETARIAT", period).received_at == receipt.released_at
    assert cell(demo, "SECRETARIAT", period).preparation == rs.REPORT_STATE_UNSPECIFIED
    assert outcomes(demo, 2014) == [receipt.number]
    accepted = secretariat.AcceptReport(named(rs.AcceptReportRequest, receipt, sha256=receipt.sha256)).summary
    assert accepted.state == rs.REPORT_STATE_ACCEPTED and accepted.released_at == receipt.released_at


def test_the_release_decides_whether_a_report_is_late(demo, officer, approver):
    demo.sql("update renkei.reporting_period set due_at = clock_timestamp() + interval '1 day', opens_at = null where fiscal_year = 2014 and quarter = 2 and variant = 'regular'")
    prepared = officer.SubmitReport(talk.request(talk.outcome_report(ME, 2014, 2))).receipt
    # It is prepared in time and leaves an hour after the deadline.
    demo.sql("update renkei.reporting_period set due_at = clock_timestamp() - interval '1 hour' where fiscal_year = 2014 and quarter = 2 and variant = 'regular'")
    receipt = approver.ReleaseReport(release(prepared)).receipt
    assert receipt.timeliness == receipt_pb2.TIMELINESS_LATE and 3600 <= receipt.late_seconds < 3700
    assert receipt.due_at.seconds < receipt.released_at.seconds and receipt.received_at == prepared.received_at
    demo.sql("update renkei.reporting_period set due_at = clock_timestamp() + interval '1 hour' where fiscal_year = 2014 and quarter = 3 and variant = 'regular'")
    prepared = officer.SubmitReport(talk.request(talk.nil_report(ME, 2014, 3))).receipt
    assert approver.ReleaseReport(release(prepared)).receipt.timeliness == receipt_pb2.TIMELINESS_ON_TIME


def test_of_a_stream_each_municipality_has_its_own_way(demo, officer, approver, secretariat):
    items = [talk.request(talk.outcome_report(ME, 2015, q)) for q in (1, 2, 3)] + [talk.request(talk.outcome_report(
        ME, 2015, 1, "差替え", action=report_pb2.REPORT_ACTION_REPLACE, base_version=1))]
    answers = list(officer.SubmitReports(iter([rs.SubmitReportsRequest(item=i) for i in items]), timeout=30))
    assert [(a.code, a.receipt.version, a.receipt.timeliness) for a in answers] == [(0, v, receipt_pb2.TIMELINESS_AWAITING_RELEASE) for v in (1, 1, 1, 2)]
    assert talk.reports(demo, OTHER).SubmitReport(talk.request(talk.outcome_report(OTHER, 2015, 1))).receipt.timeliness == receipt_pb2.TIMELINESS_LATE
    listed = secretariat.ListReports(rs.ListReportsRequest(fiscal_year=2015)).reports
    assert [r.municipality_code for r in listed] == [OTHER]
    # The first version is past; the one that took its place is released.
    assert refused(lambda: approver.ReleaseReport(release(answers[0].receipt))) == (S.ABORTED, "VERSION_CONFLICT")
    assert approver.ReleaseReport(release(answers[3].receipt)).summary.state == rs.REPORT_STATE_SUBMITTED
    versions = secretariat.ListReportVersions(rs.ListReportVersionsRequest(municipality_code=ME, period=talk.period(2015, 1)))
    assert ([v.version for v in versions.versions], [t.state for t in versions.transitions]) == ([2], [rs.REPORT_STATE_SUBMITTED])
    demo.sql("select renkei_api.fold_rollups()")
    assert demo.sql("select * from renkei_api.check_rollup()") == []


def test_it_is_sent_back_and_prepared_anew(officer, approver):
    prepared = officer.SubmitReport(talk.request(talk.outcome_report(ME, 2016, 1))).receipt
    sent = named(rs.SendBackReportRequest, prepared, reason="人数の根拠を確認してください")
    assert refused(lambda: officer.SendBackReport(sent)) == (S.PERMISSION_DENIED, "ROLE_NOT_ALLOWED")
    assert approver.SendBackReport(sent).summary.state == rs.REPORT_STATE_SENT_BACK
    assert approver.SendBackReport(sent).summary.state == rs.REPORT_STATE_SENT_BACK, "asked again"
    assert refused(lambda: approver.ReleaseReport(release(prepared))) == (S.FAILED_PRECONDITION, "NOTHING_TO_RELEASE")
    history = officer.ListReportVersions(rs.ListReportVersionsRequest(municipality_code=ME, period=talk.period(2016, 1))).transitions
    assert [(t.state, t.reason, t.principal.split("/")[-2]) for t in history] == [
        (rs.REPORT_STATE_AWAITING_RELEASE, "", "municipality"), (rs.REPORT_STATE_SENT_BACK, "人数の根拠を確認してください", "approver")]
    again = officer.SubmitReport(talk.request(talk.outcome_report(ME, 2016, 1, "直した", action=report_pb2.REPORT_ACTION_REPLACE, base_version=1))).receipt
    assert again.version == 2 and approver.ReleaseReport(release(again)).summary.state == rs.REPORT_STATE_SUBMITTED
    # And what is prepared can be withdrawn, not by the approver.
    third = officer.SubmitReport(talk.request(talk.outcome_report(ME, 2016, 1, "再度", action=report_pb2.REPORT_ACTION_REPLACE, base_version=2))).receipt
    back = named(rs.WithdrawReportRequest, third, reason="取りやめ")
    assert refused(lambda: approver.WithdrawReport(back)) == (S.PERMISSION_DENIED, "ROLE_NOT_ALLOWED")
    assert officer.WithdrawReport(back).summary.state == rs.REPORT_STATE_WITHDRAWN
    latest = officer.GetReport(rs.GetReportRequest(municipality_code=ME, period=talk.period(2016, 1))).summary
    assert (latest.version, latest.latest_version, latest.state) == (2, 3, rs.REPORT_STATE_SUBMITTED)


def test_a_correction_that_waits_leaves_the_accepted_version(demo, officer, approver, secretariat):
    prepared = officer.SubmitReport(talk.request(listed_report(ME, 2016, 2))).receipt
    approver.ReleaseReport(release(prepared))
    secretariat.AcceptReport(named(rs.AcceptReportRequest, prepared, sha256=prepared.sha256))
    correction = officer.SubmitReport(talk.request(talk.outcome_report(ME, 2016, 2, "訂正後", action=report_pb2.REPORT_ACTION_CORRECT, base_version=1,
                                                                       change_reason="誤記"))).receipt
    assert cell(demo, "SECRETARIAT", talk.period(2016, 2)).state == st.CELL_STATE_ACCEPTED
    assert cell(demo, "SECRETARIAT", talk.period(2016, 2)).preparation == rs.REPORT_STATE_AWAITING_RELEASE
    assert outcomes(demo, 2016) == [prepared.number]
    approver.ReleaseReport(release(correction))
    assert cell(demo, "SECRETARIAT", talk.period(2016, 2)).state == st.CELL_STATE_SUBMITTED
    assert secretariat.ListReports(rs.ListReportsRequest(municipality_code=ME, fiscal_year=2016, quarter=2)).reports[0].action == report_pb2.REPORT_ACTION_CORRECT


def test_the_setting_is_the_secretariats_and_has_a_history(own_demo):
    def shown(who, lang="en"):
        return own_demo.renkei(who, "org", "show", ME, lang=lang).stdout
    assert "release required: no\n" in shown(ME)
    own_demo.renkei(ME, "org", "release", ME, "--required", "yes", "--yes", status=77)
    own_demo.renkei("SECRETARIAT", "org", "release", ME, "--required", "yes", "--dry-run")
    assert "release required: no\n" in shown(ME)
    require(own_demo, ME)
    require(own_demo, ME)
    require(own_demo, ME, "no")
    require(own_demo, ME)
    for who in (ME, f"APPROVER_{ME}", "SECRETARIAT"):
        text = shown(who, "ja")
        assert "決裁を要する: はい" in text and text.count("と設定（事務局（iges））") == 3, who
    # The registry that was written before the setting was known does not take it away; one that says no does.
    registry = registry_service_pb2_grpc.RegistryServiceStub(talk.channel(own_demo, "SECRETARIAT"))

    def put(**fields):
        one = registry.GetMunicipality(rg.GetMunicipalityRequest(municipality_code=ME)).municipality
        one.ClearField("release_required")
        for name, value in fields.items():
            setattr(one, name, value)
        registry.ImportRegistry(rg.ImportRegistryRequest(request_id=str(uuid.uuid4()), registry=rg.Registry(municipalities=[one])))
        return registry.GetMunicipality(rg.GetMunicipalityRequest(municipality_code=ME)).municipality.release_required
    assert put(name_kana="きたきゅうしゅうし") is True
    assert put(release_required=False) is False


def test_a_municipality_is_called_by_its_code_or_its_name(own_demo):
    ((english,),) = own_demo.sql(f"select lower(name_en) from renkei.municipality where municipality_code = '{ME}'")
    for name in ("北九州市", english, ME):
        assert ME in own_demo.renkei(ME, "org", "show", name).stdout, name
    assert "北九州市：決裁を要します" in own_demo.renkei("SECRETARIAT", "org", "release", "北九州市", "--required", "yes", "--yes", lang="ja").stderr
    assert own_demo.sql(f"select release_required from renkei.municipality where municipality_code = '{ME}'") == [["t"]]
    for command in (("org", "show", "架空市"), ("org", "release", "架空市", "--required", "yes", "--yes"), ("auth", "invite", "架空市", "--role", "approver")):
        error = own_demo.renkei("SECRETARIAT", *command, status=66, lang="ja").stderr
        assert "架空市" in error and "MUNICIPALITY_NOT_FOUND" in error, command
    # Two of one name: each is told, with its code.
    own_demo.sql(f"update renkei.municipality set name_ja = '同名市' where municipality_code in ('{ME}', '281000')")
    for command in (("org", "show", "同名市"), ("org", "release", "同名市", "--required", "no", "--yes"), ("auth", "invite", "同名市", "--role", "approver")):
        error = own_demo.renkei("SECRETARIAT", *command, status=65, lang="ja").stderr
        assert ME in error and "281000" in error and "MUNICIPALITY_AMBIGUOUS" in error, command
    # A code that cannot be one is told the right one, as ever.
    assert ME in own_demo.renkei("SECRETARIAT", "org", "show", "401006", status=65).stderr


def test_a_release_that_is_not_said_to_be_required_or_not_is_asked_for(own_demo):
    for rest in (("on",), (), ("yes", "--yes")):
        error = own_demo.renkei("SECRETARIAT", "org", "release", "北九州市", *rest, status=64, lang="ja").stderr
        assert "--required は必須です" in error and "余分" not in error, rest
    assert "「on」は余分です" in own_demo.renkei("SECRETARIAT", "org", "release", "北九州市", "on", "--required", "yes", status=64, lang="ja").stderr
    assert "renkei org release [OPTION...] CODE|NAME --required yes|no\n" in own_demo.renkei("SECRETARIAT", "org", "release", "--help").stdout


def test_who_invites_an_approver_is_told_that_no_release_is_required_yet(own_demo):
    def told(name, role, who="SECRETARIAT", lang="ja"):
        return own_demo.renkei(who, "auth", "invite", name, "--role", role, lang=lang).stderr
    command = f"renkei org release {ME} --required yes"
    for name in (ME, "北九州市"):
        assert command in told(name, "approver") and "まだ決裁を要する設定になっていません" in told(name, "approver")
    assert command in told(ME, "approver", lang="en") and command in told(ME, "approver", lang="zh") and command not in told(ME, "officer")
    require(own_demo, ME)
    assert command not in told(ME, "approver")


def test_people_do_it_at_the_terminal(own_demo, tmp_path):
    """From the two invitations to the release, each at a computer of their own."""
    officer, approver = Person(tmp_path, "officer"), Person(tmp_path, "approver")
    officer.renkei(*invited(own_demo, ME, "--for", "担当"))
    approver.renkei(*invited(own_demo, ME, "--for", "課長", role="approver"))
    (me,) = [json.loads(approver.renkei("auth", "whoami", "-o", "jsonl").stdout)]
    assert (me["principal"], me["role"], me["municipality_code"]) == (f"renkei://demo.renkei/approver/{ME}", "approver", ME)
    assert "決裁者" in approver.renkei("auth", "whoami", lang="ja").stdout
    assert int(json.loads(approver.renkei("auth", "status", "-o", "json").stdout)[0]["days_left"]) > 390
    require(own_demo, ME)

    path = tmp_path / "q1.json"
    report = {"municipality_code": ME, "period": {"fiscal_year": 2016, "quarter": "q1", "variant": "regular"}, "action": "new",
              "outcomes": [{"outcome_id": "o-1", "text": "成果を得た。"}]}
    path.write_text(json.dumps(report, ensure_ascii=False))
    sent = officer.renkei("submit", "--yes", path, lang="ja")
    assert "状態: 決裁待ち" in sent.stdout and "決裁で確定" in sent.stdout and "決裁者の決裁を待っています" in sent.stderr and "2016-07-1" in sent.stderr
    assert f"renkei report release {ME}-2016Q1-1" in sent.stderr
    for command in (("report", "list"), ("calendar", "--year", "2016")):
        assert "決裁待ち" in officer.renkei(*command, lang="ja").stdout, command
    assert "決裁者の決裁を待っています" in approver.renkei("report", "list", lang="ja").stderr
    assert "未決" in officer.renkei("status", "--year", "2016", lang="ja").stdout
    assert "2016Q1" in officer.renkei("calendar", "--year", "2016", "--ical", "-O", tmp_path / "due.ics").stderr + (tmp_path / "due.ics").read_text()
    done = officer.renkei("report", "release", "2016Q1", "--yes", status=77, lang="ja")
    assert "RELEASE_BY_PREPARER" in done.stderr and "決裁できません" in done.stderr
    assert "2016Q1" in own_demo.renkei("SECRETARIAT", "status", "--year", "2016", "--missing", lang="ja").stdout
    assert "決裁待ち" in own_demo.renkei("SECRETARIAT", "status", "--year", "2016", "--missing", lang="ja").stdout

    # Back with a reason, sent anew, released: what changed is shown against what left before, here nothing yet.
    approver.renkei("report", "send-back", "2016Q1", "--yes", status=64)
    assert "決裁差戻し" in approver.renkei("report", "send-back", "2016Q1", "--reason", "成果を具体的に", "--yes", lang="ja").stdout
    assert "成果を具体的に" in officer.renkei("report", "list", lang="ja").stderr
    assert "成果を具体的に" in officer.renkei("report", "show", "2016Q1", lang="ja").stdout
    same = officer.renkei("submit", "--yes", path, lang="ja", status=65)
    assert "現在「決裁差戻し」" in same.stderr and "待っています" not in same.stderr
    report["outcomes"][0]["text"] = "訪日研修で成果を得た。"
    path.write_text(json.dumps(report, ensure_ascii=False))
    assert f"{ME}-2016Q1-2" in officer.renkei("submit", "--replace", "--yes", path).stdout
    done = approver.renkei("report", "release", "2016Q1", "--yes", lang="ja")
    assert "最初の提出になります" in done.stderr and "決裁日時" in done.stdout and f"{ME}-2016Q1-2" in done.stdout
    assert "提出済" in officer.renkei("report", "list", lang="ja").stdout
    own_demo.renkei("SECRETARIAT", "review", "accept", "--all", "--yes")

    # A correction; replaced while it waits it stays one, and the approver sees what differs from what left.
    report["outcomes"][0]["text"] = "訪日研修と現地調査で成果を得た。"
    path.write_text(json.dumps(report, ensure_ascii=False))
    officer.renkei("report", "correct", "--reason", "追記", "--yes", path)
    report["outcomes"][0]["text"] = "訪日研修と現地調査で大きな成果を得た。"
    path.write_text(json.dumps(report, ensure_ascii=False))
    assert f"{ME}-2016Q1-4" in officer.renkei("submit", "--replace", "--yes", path).stdout
    done = approver.renkei("report", "release", "2016Q1", "--yes", "-o", "json")
    assert json.loads(done.stdout)["summary"]["action"] == "REPORT_ACTION_CORRECT"
    assert f"{ME}-2016Q1-2" in done.stderr and "大きな成果" in done.stderr and "追記" not in done.stderr.split("SHA")[0]

    # The secretariat compares with what it has: the version between never left.
    own_demo.renkei("SECRETARIAT", "report", "diff", f"{ME}-2016Q1-2", status=66)
    assert f"{ME}-2016Q1-2 to {ME}-2016Q1-4" in own_demo.renkei("SECRETARIAT", "report", "diff", f"{ME}-2016Q1-4").stderr

    # Both receipts hold; on the officer's computer the later one puts the first aside.
    assert "holds" in approver.renkei("receipt", "verify", f"{ME}-2016Q1-4", "-o", "jsonl").stdout
    shown = officer.renkei("receipt", "show", f"{ME}-2016Q1-4", lang="ja")
    assert "決裁日時" in shown.stdout and "決裁前の受領書" in shown.stderr
    checks = [json.loads(line) for line in officer.renkei("receipt", "verify", f"{ME}-2016Q1-4", "-o", "jsonl").stdout.splitlines()]
    assert [(c["check"], c["result"]) for c in checks] == [("receipt", "holds"), ("report", "holds")]
    # The same file again is the request that prepared it: its first receipt, and what became of it; the later one stays in its place.
    path.with_name("nil.json").write_text(nil(tmp_path, "2016Q2").read_text())
    officer.renkei("submit", "--yes", path.with_name("nil.json"))
    approver.renkei("report", "release", "2016Q2", "--yes")
    officer.renkei("receipt", "show", f"{ME}-2016Q2-1")
    again = officer.renkei("submit", "--yes", path.with_name("nil.json"), lang="ja")
    assert "に決裁され、提出済みです" in again.stderr and "まだ提出になっていません" not in again.stderr and "別のサーバー" not in again.stderr
    kept = json.loads((officer.home / f".local/state/renkei/receipts/{ME}-2016Q2-1.json").read_text())
    assert "released_at" in kept or "releasedAt" in kept


def test_the_receipt_from_before_the_release_gives_way_to_the_final_one(own_demo, tmp_path):
    """The officer who prepared the reports prints, verifies and lists; nobody tells the computer of the release."""
    officer, approver = Person(tmp_path, "officer"), Person(tmp_path, "approver")
    officer.renkei(*invited(own_demo, ME))
    approver.renkei(*invited(own_demo, ME, role="approver"))
    require(own_demo, ME)
    away = {"RENKEI_SERVER": "127.0.0.1:1"}
    for quarter in (1, 2, 3):
        officer.renkei("submit", "--yes", nil(tmp_path, f"2016Q{quarter}"))

    # Before it: what is there, and that it is not the last word.
    number = f"{ME}-2016Q1-1"
    for words in (("receipt", "print", number), ("receipt", "verify", number), ("receipt", "verify", "2016Q1"), ("receipt", "list")):
        for env in ({}, away):
            said = officer.renkei(*words, lang="ja", **env)
            assert "決裁前の受領書です" in said.stderr and f"renkei receipt show {number}" in said.stderr, (words, env)
            assert "決裁前の受領書です" in said.stdout or words[1] != "print"
    for quarter in (1, 2, 3):
        approver.renkei("report", "release", f"2016Q{quarter}", "--yes")

    # Without a server it is still said; with one each of the three brings the final one and keeps it.
    assert "決裁前の受領書です" in officer.renkei("receipt", "verify", number, lang="ja", **away).stderr
    page = officer.renkei("receipt", "print", "2016Q1", lang="ja")
    assert "決裁日時" in page.stdout and "決裁で確定" not in page.stdout and "決裁前の受領書です" not in page.stdout + page.stderr
    checked = officer.renkei("receipt", "verify", "2016Q2", lang="ja")
    assert "受領書は正しいものです" in checked.stderr and "決裁前の受領書です" not in checked.stderr and checked.stdout.count("確認") == 2
    listed = officer.renkei("receipt", "list", lang="ja")
    assert "決裁前の受領書です" not in listed.stderr and "決裁で確定" not in listed.stdout
    for quarter in (1, 2, 3):
        assert listed.stdout.count(f"{ME}-2016Q{quarter}-1") == 1, listed.stdout
    kept = officer.home / ".local/state/renkei/receipts"
    assert len(list(kept.glob("*.json"))) == 6, "the proof from before is put aside, not thrown away"
    for words in (("receipt", "print", "2016Q3"), ("receipt", "verify", "2016Q3"), ("receipt", "list")):
        said = officer.renkei(*words, lang="ja", **({} if "print" in words else away))
        assert "決裁前の受領書です" not in said.stdout + said.stderr
    # One from before that was put aside is named as what it is.
    (aside,) = kept.glob(f"{number}.*.json")
    assert "決裁前の受領書です" in officer.renkei("receipt", "verify", aside, lang="ja").stderr


def test_nil_and_forecast_wait_too(demo, officer, approver):
    forecast = talk.outcome_report(ME, 2016, 4)
    forecast.period.variant = 2
    for report in (talk.nil_report(ME, 2016, 3), forecast):
        prepared = officer.SubmitReport(talk.request(report)).receipt
        assert prepared.timeliness == receipt_pb2.TIMELINESS_AWAITING_RELEASE
        assert cell(demo, "SECRETARIAT", report.period).state in (st.CELL_STATE_MISSING, st.CELL_STATE_NOT_DUE)
        assert approver.ReleaseReport(release(prepared)).summary.state == rs.REPORT_STATE_SUBMITTED
        assert cell(demo, "SECRETARIAT", report.period).state == st.CELL_STATE_SUBMITTED


def test_what_is_released_is_what_was_shown(demo, officer, approver, tmp_path):
    """Between the approver and the server somebody shows other words than those that would be released."""
    versions = []
    for text, more in (("初めの成果。", {}), ("本当の成果。", {"action": report_pb2.REPORT_ACTION_REPLACE, "base_version": 1})):
        report = talk.outcome_report(ME, 2016, 4, text, **more)
        versions.append((report, officer.SubmitReport(talk.request(report)).receipt))
        if not more:
            approver.ReleaseReport(release(versions[0][1]))
    (_, first), (true, prepared) = versions

    def words(answer):
        said = rs.GetReportResponse.FromString(answer)
        if said.summary.version == 2:
            said.report.outcomes[0].text = "見せかけの成果。"
        return said.SerializeToString()

    def content(answer):
        said = rs.GetReportResponse.FromString(words(answer))
        if said.summary.version == 2:
            said.report_bytes = said.report.SerializeToString()
        return said.SerializeToString()

    who = f"APPROVER_{ME}"
    with lying(demo, who, tmp_path, GetReport=content) as server:
        done = demo.renkei(who, "--server", server, "report", "release", "2016Q4", "--yes", status=65, lang="ja")
        assert f"{prepared.number}" in done.stderr and prepared.sha256 in done.stderr and "見せかけ" not in done.stderr
    assert approver.GetReport(rs.GetReportRequest(receipt_number=prepared.number)).summary.state == rs.REPORT_STATE_AWAITING_RELEASE
    with lying(demo, who, tmp_path, GetReport=words) as server:
        done = demo.renkei(who, "--server", server, "report", "release", "2016Q4", "--yes", lang="ja")
        assert true.outcomes[0].text in done.stderr and "見せかけ" not in done.stderr
    assert approver.GetReport(rs.GetReportRequest(receipt_number=prepared.number)).summary.state == rs.REPORT_STATE_SUBMITTED


def test_what_the_secretariat_enters_goes_on_from_what_the_house_prepared(demo, officer, approver, secretariat, tmp_path):
    first = officer.SubmitReport(talk.request(talk.outcome_report(ME, 2015, 4))).receipt
    approver.ReleaseReport(release(first))
    officer.SubmitReport(talk.request(talk.outcome_report(ME, 2015, 4, "差替え", action=report_pb2.REPORT_ACTION_REPLACE, base_version=1)))
    # What is prepared keeps nobody from accepting what is there.
    demo.renkei("SECRETARIAT", "review", "accept", "--all", "--yes")
    there = secretariat.GetReport(rs.GetReportRequest(municipality_code=ME, period=talk.period(2015, 4))).summary
    assert (there.state, there.version, there.latest_version, there.superseded_by) == (rs.REPORT_STATE_ACCEPTED, 1, 2, 0)
    rows, _ = enter(demo, form(demo, tmp_path / "q4.xlsx", ME, "2015Q4", change_reason="書面での訂正", comments="事務局が入力"))
    assert rows["q4.xlsx"]["receipt_number"] == f"{ME}-2015Q4-3"

    # The first version was withdrawn within the house: of this report the secretariat knows nothing, and what it enters is new.
    prepared = officer.SubmitReport(talk.request(talk.nil_report(ME, 2014, 4))).receipt
    new = put(tmp_path, ME, "2014Q4")
    assert enter(demo, new, status=65)[0]["401005-2014Q4.json"]["reason"] == "VERSION_PREPARED"
    officer.WithdrawReport(named(rs.WithdrawReportRequest, prepared, reason="取りやめ"))
    rows, _ = enter(demo, form(demo, tmp_path / "q4f.xlsx", ME, "2014Q4", nil="はい"))
    assert rows["q4f.xlsx"]["receipt_number"] == f"{ME}-2014Q4-2"
