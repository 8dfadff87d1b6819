"""A report's life as people live it: sent, returned, sent again, accepted, corrected, withdrawn."""
import datetime
import uuid

import pytest
import talk
import grpc
from renkei.v1 import receipt_pb2, report_pb2, report_service_pb2 as rs


@pytest.fixture(scope="module")
def nagano(empty_demo):
    return talk.reports(empty_demo, "200000")


@pytest.fixture(scope="module")
def secretariat(empty_demo):
    return talk.reports(empty_demo, "SECRETARIAT")


def refused(call, code, reason):
    """The call fails with this status and reason; returns the error."""
    error = talk.refused(call)
    assert (error.code(), talk.reason(error)) == (code, reason), error
    return error


def test_a_report_walks_from_submission_to_correction(nagano, secretariat):
    first = nagano.SubmitReport(talk.request(talk.outcome_report("200000", 2014, 1))).receipt
    assert first.number == "200000-2014Q1-1" and first.version == 1

    listed = secretariat.ListReports(rs.ListReportsRequest(municipality_code="200000", fiscal_year=2014, quarter=1)).reports
    assert [(r.receipt_number, r.state) for r in listed] == [(first.number, rs.REPORT_STATE_SUBMITTED)]

    due = (datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))) + datetime.timedelta(days=30)).date().isoformat()

    def give_back(path, day):
        return secretariat.ReturnReport(rs.ReturnReportRequest(
            request_id=str(uuid.uuid4()), municipality_code="200000", period=talk.period(2014, 1), version=1, due_date=day,
            items=[rs.ReturnItem(field_path=path, reason="どの研修の成果か")]))
    refused(lambda: give_back("outcomes[0].textt", due), grpc.StatusCode.INVALID_ARGUMENT, "FIELD_NOT_FOUND")
    refused(lambda: give_back("outcomes[0].text", "2016-07-29"), grpc.StatusCode.INVALID_ARGUMENT, "DUE_DATE_INVALID")
    give_back("outcomes[0].text", due)
    assert nagano.GetReport(rs.GetReportRequest(receipt_number=first.number)).summary.state == rs.REPORT_STATE_RETURNED

    second = nagano.SubmitReport(talk.request(talk.outcome_report(
        "200000", 2014, 1, "訪日研修の成果を得た。", action=report_pb2.REPORT_ACTION_REPLACE, base_version=1))).receipt
    assert second.version == 2

    def accept(version, sha256):
        return secretariat.AcceptReport(rs.AcceptReportRequest(
            request_id=str(uuid.uuid4()), municipality_code="200000", period=talk.period(2014, 1), version=version, sha256=sha256))
    refused(lambda: accept(2, first.sha256), grpc.StatusCode.ABORTED, "DIGEST_MISMATCH")
    assert accept(2, second.sha256).summary.state == rs.REPORT_STATE_ACCEPTED

    third = nagano.SubmitReport(talk.request(talk.outcome_report(
        "200000", 2014, 1, "訪日研修で成果を得た。", action=report_pb2.REPORT_ACTION_CORRECT, base_version=2, change_reason="誤記の訂正"))).receipt
    assert third.version == 3

    history = nagano.ListReportVersions(rs.ListReportVersionsRequest(municipality_code="200000", period=talk.period(2014, 1)))
    assert [v.version for v in history.versions] == [3, 2, 1]
    states = [(t.version, t.state) for t in history.transitions]
    for step in ((1, rs.REPORT_STATE_SUBMITTED), (1, rs.REPORT_STATE_RETURNED), (2, rs.REPORT_STATE_ACCEPTED), (3, rs.REPORT_STATE_SUBMITTED)):
        assert step in states
    returned = next(t for t in history.transitions if t.state == rs.REPORT_STATE_RETURNED)
    assert (returned.items[0].field_path, returned.items[0].reason, returned.due_date) == ("outcomes[0].text", "どの研修の成果か", due)
    assert returned.principal.endswith("/secretariat/iges")


def test_a_report_can_be_withdrawn_before_it_is_accepted_and_not_after(nagano, secretariat):
    receipt = nagano.SubmitReport(talk.request(talk.outcome_report("200000", 2014, 2))).receipt

    def withdraw():
        return nagano.WithdrawReport(rs.WithdrawReportRequest(request_id=str(uuid.uuid4()), municipality_code="200000",
                                                              period=talk.period(2014, 2), version=receipt.version, reason="誤って提出"))
    assert withdraw().summary.state == rs.REPORT_STATE_WITHDRAWN
    receipt = nagano.SubmitReport(talk.request(talk.outcome_report("200000", 2014, 2, action=report_pb2.REPORT_ACTION_REPLACE, base_version=1))).receipt
    secretariat.AcceptReport(rs.AcceptReportRequest(request_id=str(uuid.uuid4()), municipality_code="200000", period=talk.period(2014, 2),
                                                    version=2, sha256=receipt.sha256))
    with pytest.raises(grpc.RpcError) as caught:
        withdraw()
    assert caught.value.code() == grpc.StatusCode.FAILED_PRECONDITION


def test_a_report_under_review_stays_as_it_is_until_it_is_withdrawn(nagano, secretariat):
    sent = talk.request(talk.outcome_report("200000", 2016, 2))
    nagano.SubmitReport(sent)

    def start():
        return secretariat.StartReview(rs.StartReviewRequest(request_id=str(uuid.uuid4()), municipality_code="200000",
                                                             period=talk.period(2016, 2), version=1))
    assert start().summary.state == rs.REPORT_STATE_UNDER_REVIEW
    refused(start, grpc.StatusCode.FAILED_PRECONDITION, "ACTION_NOT_ALLOWED")
    again = talk.outcome_report("200000", 2016, 2, "差替え", action=report_pb2.REPORT_ACTION_REPLACE, base_version=1)
    refused(lambda: nagano.SubmitReport(talk.request(again)), grpc.StatusCode.FAILED_PRECONDITION, "REPORT_UNDER_REVIEW")
    withdrawn = nagano.WithdrawReport(rs.WithdrawReportRequest(request_id=str(uuid.uuid4()), municipality_code="200000",
                                                               period=talk.period(2016, 2), version=1, reason="差替えのため"))
    assert withdrawn.summary.state == rs.REPORT_STATE_WITHDRAWN
    assert nagano.SubmitReport(talk.request(again)).receipt.version == 2


def test_what_a_report_refers_to_has_to_be_there(nagano):
    report = talk.outcome_report("200000", 2015, 1)
    report.type_changes.add(partner_code="310000", new_type=report_pb2.COOPERATION_TYPE_B, reason="共同研究の開始")
    refused(lambda: nagano.SubmitReport(talk.request(report)), grpc.StatusCode.NOT_FOUND, "COOPERATION_NOT_FOUND")


def test_two_officers_cannot_overwrite_each_other(nagano):
    nagano.SubmitReport(talk.request(talk.outcome_report("200000", 2014, 3)))
    nagano.SubmitReport(talk.request(talk.outcome_report("200000", 2014, 3, "甲", action=report_pb2.REPORT_ACTION_REPLACE, base_version=1)))
    error = refused(lambda: nagano.SubmitReport(talk.request(talk.outcome_report(
        "200000", 2014, 3, "乙", action=report_pb2.REPORT_ACTION_REPLACE, base_version=1))), grpc.StatusCode.ABORTED, "VERSION_CONFLICT")
    assert dict(talk.details(error)["google.rpc.ErrorInfo"].metadata)["latest_version"] == "2"


def test_the_same_request_gives_the_same_bytes(empty_demo, nagano):
    raw = talk.channel(empty_demo, "200000").unary_unary("/renkei.v1.ReportService/SubmitReport")
    body = talk.request(talk.outcome_report("200000", 2014, 4)).SerializeToString()
    first = raw(body)
    assert first == raw(body) and len(rs.SubmitReportResponse.FromString(first).receipt.signature) == 64
    again = rs.SubmitReportRequest.FromString(body)
    again.report.outcomes[0].text = "別の文"
    refused(lambda: nagano.SubmitReport(again), grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")


def test_the_exact_bytes_are_kept_and_hashed(nagano):
    import hashlib
    request = talk.request(talk.outcome_report("200000", 2015, 1, "１２３ｶﾅ〜"))
    receipt = nagano.SubmitReport(request).receipt
    kept = nagano.GetReport(rs.GetReportRequest(receipt_number=receipt.number))
    sent = request.report.SerializeToString()
    assert kept.report_bytes == sent and receipt.sha256 == hashlib.sha256(sent).hexdigest() and receipt.length == len(sent)
    assert kept.report.outcomes[0].text == "１２３ｶﾅ〜"
    assert nagano.GetReceipt(rs.GetReceiptRequest(number=receipt.number)).receipt == receipt


def test_validate_only_writes_nothing(empty_demo, nagano):
    before = empty_demo.sql("select count(*) from renkei.report_version")
    answer = nagano.SubmitReport(talk.request(talk.outcome_report("200000", 2015, 2), validate_only=True))
    assert not answer.HasField("receipt") and answer.verdict.error_count == 0
    assert empty_demo.sql("select count(*) from renkei.report_version") == before


def test_a_late_report_is_taken_and_marked(nagano):
    receipt = nagano.SubmitReport(talk.request(talk.nil_report("200000", 2015, 3))).receipt
    assert receipt.timeliness == receipt_pb2.TIMELINESS_LATE and receipt.late_seconds > 0
    assert "due_jst: 2016-01-15T23:59:59+09:00\n" in receipt.statement


def test_many_reports_in_one_stream_each_get_their_own_answer(empty_demo):
    kobe = talk.reports(empty_demo, "281000")
    good = talk.request(talk.nil_report("281000", 2014, 1))
    wrong = talk.request(talk.nil_report("281001", 2014, 2))
    other = talk.request(talk.nil_report("200000", 2016, 1))
    answers = list(kobe.SubmitReports(iter([rs.SubmitReportsRequest(item=r) for r in (good, wrong, other, good)])))
    assert [a.index for a in answers] == [0, 1, 2, 3]
    assert [a.request_id for a in answers] == [good.request_id, wrong.request_id, other.request_id, good.request_id]
    assert answers[0].code == 0 and answers[3].code == 0 and answers[0].receipt == answers[3].receipt
    assert answers[1].code == grpc.StatusCode.INVALID_ARGUMENT.value[0] and answers[1].verdict.error_count > 0
    assert answers[2].code in (grpc.StatusCode.PERMISSION_DENIED.value[0], grpc.StatusCode.NOT_FOUND.value[0])


def test_a_refusal_lists_every_mistake_in_three_languages(nagano):
    report = talk.outcome_report("200001", 2016, 1, "")
    report.outcomes[0].first_fiscal_year, report.outcomes[0].last_fiscal_year = 2016, 2014
    report.activities.add(activity_id="a", title="研修", kind=report_pb2.ACTIVITY_KIND_TRAINING_IN_JAPAN, status=report_pb2.ACTIVITY_STATUS_HELD,
                          scope=report_pb2.SCOPE_WHOLE)
    with pytest.raises(grpc.RpcError) as caught:
        nagano.SubmitReport(talk.request(report))
    found = talk.details(caught.value)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    verdict = found["renkei.v1.Verdict"]
    fields = {f.field_path for f in verdict.findings if f.severity == 1}
    assert {"municipality_code", "activities[0].actual_start", "outcomes[0].text"} <= fields
    assert all(f.sentence.ja and f.sentence.en and f.sentence.zh and f.code for f in verdict.findings)
    assert {v.field for v in found["google.rpc.BadRequest"].field_violations} >= {"municipality_code", "outcomes[0].text"}
    assert set(found["google.rpc.LocalizedMessage"]) == {"ja", "en", "zh"}
    assert found["google.rpc.RequestInfo"].request_id


def test_a_municipality_neither_writes_nor_sees_what_is_anothers(empty_demo, nagano):
    kobe = talk.reports(empty_demo, "281000")
    mine = nagano.SubmitReport(talk.request(talk.nil_report("200000", 2016, 3))).receipt
    with pytest.raises(grpc.RpcError) as caught:
        kobe.SubmitReport(talk.request(talk.nil_report("200000", 2016, 2)))
    assert caught.value.code() in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.NOT_FOUND)
    errors = []
    for number in (mine.number, "200000-2016Q2-1"):
        with pytest.raises(grpc.RpcError) as caught:
            kobe.GetReport(rs.GetReportRequest(receipt_number=number))
        errors.append((caught.value.code(), talk.reason(caught.value)))
    assert errors[0] == errors[1] and errors[0][0] == grpc.StatusCode.NOT_FOUND
