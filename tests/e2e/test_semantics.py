"""What a submission must be told, row by row: what is asked twice, what contradicts, what is no report, and who may not.

Where the rule reads otherwise than one may expect, renkei has decided so:
- a request id used again for something else is REQUEST_ID_REUSED (ids are the requests', of clients there are several);
- a quarter that is over is not closed: its report is taken, and marked late for ever;
- plausibility warns and does not refuse: attendances fewer than people, a sum that does not agree;
- text is stored as typed, not normalised, with code points that nobody has assigned; controls and overrides are refused;
- whose code a report bears is judged before whether there is such a municipality: NOT_YOUR_MUNICIPALITY for both.
"""
import concurrent.futures
import json
import re
import subprocess
import time
import uuid

import grpc
import pytest
import talk
from conftest import serving
from demo import SAMPLE, wait_for
from google.protobuf import json_format
from renkei.v1 import access_service_pb2 as ac, attachment_service_pb2 as at, evaluation_service_pb2 as ev, event_service_pb2 as es, export_service_pb2 as xp, extension_service_pb2 as ex, meeting_service_pb2 as mt, period_pb2, receipt_pb2, registry_service_pb2 as rg, report_pb2, report_service_pb2 as rs, review_service_pb2 as rv, sealed_pb2, status_service_pb2 as ts
from test_operation import Beside
from test_tenancy import CASES, METHODS

ME, OTHER, UNREGISTERED = "281000", "400009", "271004"
S = grpc.StatusCode


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("semantics") / "demo") as demo:
        yield demo


@pytest.fixture(scope="module")
def stub(demo):
    return talk.reports(demo, ME)


def refused(call, code, reason):
    error = talk.refused(call)
    assert (error.code(), talk.reason(error)) == (code, reason), error
    return error


def metadata(error):
    return dict(talk.details(error)["google.rpc.ErrorInfo"].metadata)


def stored(demo, report="%", code=ME):
    return int(demo.sql(f"select count(*) from renkei.report_version where municipality_code = '{code}' and receipt_number like '{report}'")[0][0])


# the same again ------------------------------------------------------------------------------------------------------

def test_the_same_id_and_content_give_the_first_receipt_and_say_so_beside_it_only(demo):
    raw = talk.channel(demo, ME).unary_unary("/renkei.v1.ReportService/SubmitReport")
    body = talk.request(talk.outcome_report(ME, 2014, 1)).SerializeToString()
    first, call = raw.with_call(body)
    trailers = dict(call.trailing_metadata())
    assert "renkei-replayed" not in trailers
    for _ in range(3):
        again, call = raw.with_call(body)
        assert again == first
        assert dict(call.trailing_metadata()) == {**trailers, "renkei-replayed": "true"}
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        assert set(pool.map(lambda _: raw(body), range(10))) == {first}
    assert stored(demo, f"{ME}-2014Q1-%") == 1
    # Whatever became of the report since.
    receipt = rs.SubmitReportResponse.FromString(first).receipt
    talk.reports(demo, "SECRETARIAT").AcceptReport(rs.AcceptReportRequest(
        request_id=str(uuid.uuid4()), municipality_code=ME, period=talk.period(2014, 1), version=1, sha256=receipt.sha256))
    assert raw(body) == first


def test_ten_at_once_with_one_id_are_stored_once(demo):
    raw = talk.channel(demo, ME).unary_unary("/renkei.v1.ReportService/SubmitReport")
    body = talk.request(talk.outcome_report(ME, 2014, 2)).SerializeToString()

    def asked(_):
        """So many may wait at once for one municipality; on a busy machine the next is told to come again, as clients do."""
        while True:
            try:
                return raw.with_call(body)
            except grpc.RpcError as error:
                assert error.code() == S.RESOURCE_EXHAUSTED and talk.reason(error) == "SERVER_BUSY", error

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(asked, range(10)))
    assert len({answer for answer, _ in answers}) == 1
    assert sum("renkei-replayed" not in dict(call.trailing_metadata()) for _, call in answers) == 1
    assert stored(demo, f"{ME}-2014Q2-%") == 1


def test_an_id_in_capitals_is_the_same_id(stub):
    request = talk.request(talk.outcome_report(ME, 2014, 3))
    first = stub.SubmitReport(request).receipt
    again = rs.SubmitReportRequest.FromString(request.SerializeToString())
    again.request_id = request.request_id.upper()
    assert stub.SubmitReport(again).receipt == first


def test_the_same_id_with_other_content_is_told_what_it_was_used_for(stub):
    request = talk.request(talk.outcome_report(ME, 2014, 4))
    first = stub.SubmitReport(request).receipt
    for other in (talk.outcome_report(ME, 2014, 4, "別の文"), talk.nil_report(ME, 2015, 1)):
        for dry in (False, True):
            error = refused(lambda: stub.SubmitReport(talk.request(other, request.request_id, dry)), S.ALREADY_EXISTS, "REQUEST_ID_REUSED")
            assert metadata(error)["request_id"] == request.request_id and metadata(error)["sha256"] == first.sha256
    withdraw = rs.WithdrawReportRequest(request_id=request.request_id, municipality_code=ME, period=talk.period(2014, 4), version=1, reason="誤り")
    assert metadata(refused(lambda: stub.WithdrawReport(withdraw), S.ALREADY_EXISTS, "REQUEST_ID_REUSED"))["sha256"] == first.sha256


def writes(request_id):
    """One request of every method that writes, by its name."""
    moved = {"request_id": request_id, "municipality_code": ME, "period": talk.period(2014, 1), "version": 1}
    return {
        "SubmitReport": rs.SubmitReportRequest(request_id=request_id, validate_only=True, report=talk.nil_report(ME, 2015, 1)),
        "RelayReport": rs.RelayReportRequest(request_id=request_id, sealed=sealed_pb2.SealedReport(content=b"x", signature=b"x")),
        "RelayDecision": rs.RelayDecisionRequest(request_id=request_id, sealed=sealed_pb2.SealedReport(content=b"x", signature=b"x")),
        "GetRelayedUpload": at.GetRelayedUploadRequest(request_id=request_id, sealed=sealed_pb2.SealedReport(content=b"x", signature=b"x")),
        "WithdrawReport": rs.WithdrawReportRequest(reason="誤り", **moved), "StartReview": rs.StartReviewRequest(**moved),
        "ReleaseReport": rs.ReleaseReportRequest(sha256="0" * 64, **moved), "SendBackReport": rs.SendBackReportRequest(reason="誤り", **moved),
        "AcceptReport": rs.AcceptReportRequest(sha256="0" * 64, **moved), "ConfirmReport": rs.ConfirmReportRequest(sha256="0" * 64, **moved),
        "ReturnReport": rs.ReturnReportRequest(due_date="2099-01-01", items=[rs.ReturnItem(reason="何")], **moved),
        "ImportRegistry": rg.ImportRegistryRequest(request_id=request_id),
        "CreateInvitation": ac.CreateInvitationRequest(request_id=request_id, role="analyst", organisation="x"),
        "RevokeInvitation": ac.RevokeInvitationRequest(request_id=request_id), "RevokeCertificate": ac.RevokeCertificateRequest(request_id=request_id, reason="何"),
        "PutExportSchedule": xp.PutExportScheduleRequest(request_id=request_id, schedule={"name": "one", "calendar": "daily"}),
        "RunExport": xp.RunExportRequest(request_id=request_id, name="quarterly"),
        "RemoveExportSchedule": xp.RemoveExportScheduleRequest(request_id=request_id, name="quarterly"),
        "RemoveAttachment": at.RemoveAttachmentRequest(request_id=request_id, number=f"{ME}-2016Q3-A1"),
        "RequestExtension": ex.RequestExtensionRequest(request_id=request_id, municipality_code=ME, period=talk.period(2014, 1), until_date="2099-01-01", reason="何"),
        "AddMeeting": mt.AddMeetingRequest(request_id=request_id, kind=2, held_on="2016-11", title="何"),
        "AddMeetingPapers": mt.AddMeetingPapersRequest(request_id=request_id, number="2016-M1", papers=[mt.MeetingPaper(title="何", file_name="x", sha256="0" * 64)]),
        "RecordHearing": mt.RecordHearingRequest(request_id=request_id, number="2016-M1", municipality_code=ME, text="何"),
        "AnswerHearing": mt.AnswerHearingRequest(request_id=request_id, number="2016-M1", sha256="0" * 64),
        "ReopenReport": rv.ReopenReportRequest(until_date="2099-01-01", reason="何", items=[rs.ReturnItem(reason="何")], **moved),
        "WriteComment": rv.WriteCommentRequest(text="何", **moved),
        "AssignReview": rv.AssignReviewRequest(request_id=request_id, municipality_code=ME, period=talk.period(2014, 1)),
        "DecideExtension": ex.DecideExtensionRequest(request_id=request_id, number=f"{ME}-2016Q3-E1", grant=True),
        "DecideEvent": es.DecideEventRequest(request_id=request_id, word=1, reason="何"), "ChooseFigure": es.ChooseFigureRequest(request_id=request_id, figure=2, reason="何"),
        "ConfirmOutcomes": ev.ConfirmOutcomesRequest(request_id=request_id, first_fiscal_year=2014, last_fiscal_year=2016, sha256="0" * 64),
        "FixEvaluation": ev.FixEvaluationRequest(request_id=request_id, first_fiscal_year=2014, last_fiscal_year=2016),
        "EditOutcomes": ev.EditOutcomesRequest(request_id=request_id, first_fiscal_year=2014, last_fiscal_year=2016, municipality_code=ME, own_words=True),
        "SaveQuery": ts.SaveQueryRequest(request_id=request_id, name="one", query={"measures": [1]}), "RemoveQuery": ts.RemoveQueryRequest(request_id=request_id, name="one"),
    }


NO_ID = {"none": "", "short": "7", "nil": "00000000-0000-0000-0000-000000000000", "cut": "b3b1b4a0-7a55-4c61-9d0c-0f4a2b1c3d4", "long": "b3b1b4a0-7a55-4c61-9d0c-0f4a2b1c3d4e0",
         "bare": "b3b1b4a07a554c619d0c0f4a2b1c3d4e", "braces": "{b3b1b4a0-7a55-4c61-9d0c-0f4a2b1c3d4e}", "wide": "ｂ3b1b4a0-7a55-4c61-9d0c-0f4a2b1c3d4",
         "blank": "b3b1b4a0-7a55-4c61-9d0c-0f4a2b1c3d4 ", "no digit": "g3b1b4a0-7a55-4c61-9d0c-0f4a2b1c3d4e"}


def writing():
    for (service, name), (method, pool) in METHODS.items():
        if "request_id" in pool.FindMessageTypeByName(method.input_type[1:]).fields_by_name:
            yield service, name


@pytest.mark.parametrize("service, name", sorted(writing()), ids=lambda v: v.rsplit(".", 1)[-1])
@pytest.mark.parametrize("kind", NO_ID)
def test_a_write_without_an_id_is_refused(demo, service, name, kind):
    who = ME if name in ("SubmitReport", "WithdrawReport", "ConfirmReport", "RemoveAttachment", "RequestExtension", "ConfirmOutcomes", "AnswerHearing") else APPROVER if name in ("ReleaseReport", "SendBackReport") else "SECRETARIAT"
    body = writes(NO_ID[kind])[name].SerializeToString()
    # Closed at once: a principal has eight connections, and what a failed call keeps alive counts.
    with talk.channel(demo, who) as line:
        error = refused(lambda: line.unary_unary(f"/{service}/{name}")(body), S.INVALID_ARGUMENT, "REQUEST_ID_REQUIRED")
    (violation,) = talk.details(error)["google.rpc.BadRequest"].field_violations
    assert violation.field == "request_id"


def test_an_item_of_a_stream_without_an_id_is_refused_alone(stub):
    items = [talk.request(talk.nil_report(ME, 2015, 1), validate_only=True), *(writes(i)["SubmitReport"] for i in NO_ID.values()),
             talk.request(talk.nil_report(ME, 2015, 2), validate_only=True)]
    answers = list(stub.SubmitReports(rs.SubmitReportsRequest(item=i) for i in items))
    assert [(a.code, a.reason) for a in answers] == [(0, ""), *[(3, "REQUEST_ID_REQUIRED")] * len(NO_ID), (0, "")]


# whose, and when -----------------------------------------------------------------------------------------------------

def test_anothers_municipality_and_none_are_one(stub):
    said = [refused(lambda: stub.SubmitReport(talk.request(talk.nil_report(code, 2015, 1))), S.PERMISSION_DENIED, "NOT_YOUR_MUNICIPALITY") for code in (OTHER, UNREGISTERED)]
    assert said[0].details().replace(OTHER, "#") == said[1].details().replace(UNREGISTERED, "#")


@pytest.mark.parametrize("fiscal_year, quarter, code, path", [
    (2016, 0, "ENUM_REQUIRED", "period.quarter"), (2016, 5, "ENUM_UNKNOWN", "period.quarter"), (2016, 9999, "ENUM_UNKNOWN", "period.quarter"),
    (2016, -1, "ENUM_UNKNOWN", "period.quarter"), (0, 1, "NUMBER_OUT_OF_RANGE", "period.fiscal_year"), (-1, 1, "NUMBER_OUT_OF_RANGE", "period.fiscal_year"),
    (1899, 1, "NUMBER_OUT_OF_RANGE", "period.fiscal_year"), (9999, 1, "NUMBER_OUT_OF_RANGE", "period.fiscal_year"), (2199, 4, "PERIOD_IN_FUTURE", "period")])
def test_a_quarter_that_is_none_or_not_yet_is_refused(stub, fiscal_year, quarter, code, path):
    report = report_pb2.Report(municipality_code=ME, period=period_pb2.Period(fiscal_year=fiscal_year, quarter=quarter, variant=1), action=1, nil=True)
    assert (code, path) in errors(refused(lambda: stub.SubmitReport(talk.request(report)), S.INVALID_ARGUMENT, "REPORT_REFUSED"))


def test_a_quarter_nobody_opened_is_not_there_and_one_to_come_says_when(demo, stub):
    error = refused(lambda: stub.SubmitReport(talk.request(talk.nil_report(ME, 2003, 1))), S.NOT_FOUND, "PERIOD_NOT_FOUND")
    assert metadata(error)["period"] == "2003Q1"
    demo.sql("update renkei.reporting_period set opens_at = '2099-01-01T00:00:00Z', due_at = '2099-02-01T00:00:00Z' where fiscal_year = 2016 and quarter = 4")
    error = refused(lambda: stub.SubmitReport(talk.request(talk.nil_report(ME, 2016, 4))), S.FAILED_PRECONDITION, "PERIOD_NOT_OPEN")
    assert metadata(error)["opens_at"] == "2099-01-01T00:00:00Z"


def test_a_quarter_that_is_over_takes_reports_and_marks_them(stub):
    receipt = stub.SubmitReport(talk.request(talk.nil_report(ME, 2015, 3))).receipt
    assert receipt.timeliness == receipt_pb2.TIMELINESS_LATE and receipt.late_seconds > 0 and receipt.HasField("due_at")


def test_what_is_based_on_a_stale_version_is_told_the_latest(stub):
    stub.SubmitReport(talk.request(talk.outcome_report(ME, 2015, 4)))
    replace = {"action": report_pb2.REPORT_ACTION_REPLACE}
    stub.SubmitReport(talk.request(talk.outcome_report(ME, 2015, 4, "甲", base_version=1, **replace)))
    for base in (1, 3, 9999):
        error = refused(lambda: stub.SubmitReport(talk.request(talk.outcome_report(ME, 2015, 4, "乙", base_version=base, **replace))), S.ABORTED, "VERSION_CONFLICT")
        assert metadata(error)["latest_version"] == "2" and metadata(error)["base_version"] == str(base)
    refused(lambda: stub.SubmitReport(talk.request(talk.outcome_report(ME, 2015, 4))), S.ABORTED, "VERSION_CONFLICT")


# what is in it -------------------------------------------------------------------------------------------------------

def errors(error):
    verdict = talk.details(error)["renkei.v1.Verdict"]
    return {(f.code, f.field_path) for f in verdict.findings if f.severity == 1}


def report(**fields):
    return json_format.ParseDict(fields, talk.outcome_report(ME, 2016, 1))


def activity(**fields):
    return report(activities=[{"activity_id": "a", "kind": "ACTIVITY_KIND_CONSULTATION", "title": "協議", "status": "ACTIVITY_STATUS_HELD", "scope": "SCOPE_WHOLE",
                               "actual_start": {"year": 2016, "month": 5, "day": 1, "precision": "DATE_PRECISION_DAY"}, "themes": ["THEME_VOC"],
                               "municipalities": [{"municipality_code": ME, "role": "PARTY_ROLE_HOST"}], **fields}])


def people(**fields):
    return activity(participants=[{"side": "SIDE_JP", "category": "PARTICIPANT_CATEGORY_COMPANY", "basis": "COUNT_BASIS_COUNTED", **fields}])


def money(minor_units=1, currency="JPY", **fields):
    return activity(cost_lines=[{"item": "COST_ITEM_VENUE", "payer": "PAYER_MUNICIPAL", "share": "COST_SHARE_ALL", "accuracy": "AMOUNT_ACCURACY_EXACT",
                                 "amount": {"currency": currency, "minor_units": minor_units}, **fields}])


def measured(value):
    made = report(policy_contributions=[{"contribution_id": "p", "partner_code": "210200", "text": "改善", "level": "POLICY_LEVEL_IMPROVEMENT_MEASURED"}])
    made.policy_contributions[0].values.add(pollutant="PM2.5", statistic="annual mean", unit="ug/m3", base_year=2013, base_value=50.0, latest_year=2016, latest_value=value)
    return made


def dated(year, month, day):
    return activity(actual_start={"year": year, "month": month, "day": day, "precision": "DATE_PRECISION_DAY"})


def text(typed):
    return report(outcomes=[{"outcome_id": "o", "text": typed}])


PEOPLE, AMOUNT, VALUE = "activities[0].participants[0].", "activities[0].cost_lines[0].", "policy_contributions[0].values[0].latest_value"
START, TEXT = "activities[0].actual_start", "outcomes[0].text"
WRONG = {
    "fewer than none": (people(persons=-1), "NUMBER_OUT_OF_RANGE", PEOPLE + "persons"),
    "a million and one": (people(persons=1000001), "NUMBER_OUT_OF_RANGE", PEOPLE + "persons"),
    "the largest of 32 bits": (people(person_times=2 ** 31 - 1), "NUMBER_OUT_OF_RANGE", PEOPLE + "person_times"),
    "money below nothing": (money(-1), "NUMBER_OUT_OF_RANGE", AMOUNT + "amount.minor_units"),
    "money over the limit": (money(10 ** 15 + 1), "NUMBER_OUT_OF_RANGE", AMOUNT + "amount.minor_units"),
    "the smallest of 64 bits": (money(-2 ** 63), "NUMBER_OUT_OF_RANGE", AMOUNT + "amount.minor_units"),
    "another currency": (money(1, "USD"), "CURRENCY_UNKNOWN", AMOUNT + "amount.currency"),
    "a band upside down": (money(5, accuracy="AMOUNT_ACCURACY_BAND", upper={"currency": "JPY", "minor_units": 4}), "BAND_ORDER", AMOUNT + "upper"),
    "a band of two currencies": (money(5, accuracy="AMOUNT_ACCURACY_BAND", upper={"currency": "CNY", "minor_units": 9}), "BAND_CURRENCY", AMOUNT + "upper"),
    "no number": (measured(float("nan")), "NUMBER_NOT_FINITE", VALUE),
    "without end": (measured(float("inf")), "NUMBER_NOT_FINITE", VALUE),
    "without end below": (measured(float("-inf")), "NUMBER_NOT_FINITE", VALUE),
    "too large": (measured(1e300), "NUMBER_OUT_OF_RANGE", VALUE),
    "30 February": (dated(2016, 2, 30), "DATE_IMPOSSIBLE", START), "no leap year": (dated(2015, 2, 29), "DATE_IMPOSSIBLE", START),
    "31 April": (dated(2016, 4, 31), "DATE_IMPOSSIBLE", START), "before 1900": (dated(1899, 12, 31), "DATE_OUT_OF_RANGE", START),
    "month 13": (dated(2016, 13, 1), "DATE_OUT_OF_RANGE", START), "year 10000": (dated(10000, 1, 1), "DATE_OUT_OF_RANGE", START),
    "a day without a month": (dated(2016, 0, 1), "DATE_PRECISION", START),
    "a text too long": (text("長" * 1001), "TEXT_TOO_LONG", TEXT), "remarks too long": (report(comments="長" * 4001), "TEXT_TOO_LONG", "comments"),
    **{f"control {ord(c):04X}": (text(f"a{c}b"), "TEXT_CONTROL", TEXT) for c in "\x01\x08\x0b\x0c\r\x1b\x7f\x80\x85\x9f"},
    "nul": (text("a\0b"), "TEXT_NUL", TEXT),
    **{f"direction {ord(c):04X}": (text(f"a{c}b"), "TEXT_BIDI", TEXT) for c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"},
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_stored_truthfully_is_refused_by_name(stub, kind):
    flawed, code, path = WRONG[kind]
    error = refused(lambda: stub.SubmitReport(talk.request(flawed, validate_only=True)), S.INVALID_ARGUMENT, "REPORT_REFUSED")
    assert (code, path) in errors(error)
    assert any(v.field == path and v.reason == code for v in talk.details(error)["google.rpc.BadRequest"].field_violations)


@pytest.mark.parametrize("surrogate", [b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\xbd\xed\xb8\x80", b"\xc0\x80", b"\xff", b"\xe3\x81", b"\xf4\x90\x80\x80"],
                         ids=lambda b: b.hex())
def test_bytes_that_are_no_text_are_refused(demo, surrogate):
    marker = "x" * len(surrogate)
    body = talk.request(text(f"あ{marker}"), validate_only=True).SerializeToString()
    assert body.count(b"\x82" + marker.encode()) == 1
    raw = talk.channel(demo, ME).unary_unary("/renkei.v1.ReportService/SubmitReport")
    error = refused(lambda: raw(body.replace(b"\x82" + marker.encode(), b"\x82" + surrogate)), S.INVALID_ARGUMENT, "REPORT_REFUSED")
    assert ("TEXT_NOT_UTF8", TEXT) in errors(error)


AS_TYPED = {"decomposed": "か\u3099く", "precomposed": "がく", "half width": "ｶﾞｸ", "unassigned": "\u0378\U0003fffd", "private": "\ue000\U000f0000", "noncharacter": "\ufffe\U0010ffff",
            "variant": "葛\U000e0100", "joiner": "\u200b\u200d\ufeff", "marks": "\u200e\u200f\u061c", "tab and line": "一\t二\n三", "emoji": "👨‍👩‍👧"}


@pytest.mark.parametrize("kind", AS_TYPED)
def test_text_is_kept_as_it_was_typed(stub, demo, kind):
    quarter, year = list(AS_TYPED).index(kind) % 2 + 1, 2015
    demo_version = stored(demo, f"{ME}-{year}Q{quarter}-%")
    sent = talk.outcome_report(ME, year, quarter, AS_TYPED[kind] + "終", base_version=demo_version,
                               action=report_pb2.REPORT_ACTION_REPLACE if demo_version else report_pb2.REPORT_ACTION_NEW)
    receipt = stub.SubmitReport(talk.request(sent)).receipt
    kept = stub.GetReport(rs.GetReportRequest(receipt_number=receipt.number))
    assert kept.report_bytes == sent.SerializeToString() and kept.report.outcomes[0].text == AS_TYPED[kind] + "終"
    # In the row that follows from the bytes too, which tables and totals are made of.
    assert demo.sql(f"select encode(convert_to(o.text, 'UTF8'), 'hex') from renkei.outcome o join renkei.report_version v using (municipality_code, version_id) "
                    f"where v.receipt_number = '{receipt.number}'") == [[(AS_TYPED[kind] + "終").encode().hex()]]


def test_plausibility_warns_and_zero_has_no_sign(stub):
    few = stub.SubmitReport(talk.request(people(persons=10, person_times=9), validate_only=True)).verdict
    assert [(f.code, f.severity) for f in few.findings] == [("PERSON_TIMES_TOO_FEW", 2)]
    assert not [f for f in stub.SubmitReport(talk.request(measured(-0.0), validate_only=True)).verdict.findings if f.severity == 1]
    assert stub.SubmitReport(talk.request(money(10 ** 15), validate_only=True)).verdict.error_count == 0


def test_all_that_is_wrong_is_told_at_once(stub):
    made = activity(participants=[{"side": "SIDE_JP", "category": "PARTICIPANT_CATEGORY_COMPANY", "basis": "COUNT_BASIS_COUNTED", "persons": -1}],
                    actual_start={"year": 2016, "month": 2, "day": 30, "precision": "DATE_PRECISION_DAY"}, title="a\u202eb")
    made.municipality_code, made.period.quarter = "281001", 9
    error = refused(lambda: stub.SubmitReport(talk.request(made)), S.INVALID_ARGUMENT, "REPORT_REFUSED")
    wanted = {"municipality_code", "period.quarter", "activities[0].participants[0].persons", "activities[0].actual_start", "activities[0].title"}
    assert wanted <= {path for _, path in errors(error)}
    assert wanted <= {v.field for v in talk.details(error)["google.rpc.BadRequest"].field_violations}


# while the commit runs -----------------------------------------------------------------------------------------------

def plant(demo, when, body):
    """A trigger at the commit of versions whose comments say so."""
    demo.sql(f"create function renkei.planted() returns trigger language plpgsql as $$ begin {body} return null; end $$")
    demo.sql(f"create constraint trigger planted after insert on renkei.report_version deferrable initially deferred "
             f"for each row when (new.comments = '{when}') execute function renkei.planted()")


@pytest.fixture
def uproot(demo):
    yield
    demo.sql("drop trigger if exists planted on renkei.report_version")
    demo.sql("drop function if exists renkei.planted()")


def test_a_deadline_within_the_commit_is_no_answer_and_the_retry_has_the_receipt(demo, stub, uproot):
    plant(demo, "slow", "perform pg_sleep(3);")
    request = talk.request(talk.nil_report(ME, 2016, 2, comments="slow"))
    began = time.monotonic()
    with pytest.raises(grpc.RpcError) as caught:
        stub.SubmitReport(request, timeout=1)
    assert caught.value.code() == S.DEADLINE_EXCEEDED and time.monotonic() - began < 3
    # The commit was left to finish, and the retry waits for it rather than storing again.
    answer, call = stub.SubmitReport.with_call(request, timeout=30)
    assert answer.receipt.version == 1 and dict(call.trailing_metadata())["renkei-replayed"] == "true"
    assert stored(demo, f"{ME}-2016Q2-%") == 1


def test_what_nobody_foresaw_is_told_by_its_number_alone_and_hurts_no_neighbour(demo, uproot):
    plant(demo, "odd", "raise exception 'zqxjkvwy in %', new.receipt_number using detail = 'zqxjkvwy detail', hint = 'zqxjkvwy hint';")
    requests = [talk.request(talk.nil_report(code, 2014, 1, comments=c)) for code, c in (("110001", ""), ("130001", "odd"), ("141305", ""), ("160008", ""))]
    stubs = [talk.reports(demo, r.report.municipality_code) for r in requests]
    futures = [stub.SubmitReport.future(r, timeout=30) for stub, r in zip(stubs, requests)]
    assert [f.exception() and f.exception().code() for f in futures] == [None, S.INTERNAL, None, None]
    error = futures[1].exception()
    assert talk.reason(error) == "INTERNAL_ERROR" and "zqxjkvwy" not in repr(error) + repr(error.trailing_metadata())
    incident = metadata(error)["incident"]
    assert str(uuid.UUID(incident)) == incident and incident in error.details()
    log = [line for line in demo.tail(5000).splitlines() if " error " in line]
    assert any(incident in line for line in log) and any("zqxjkvwy in 130001-2014Q1-1" in line for line in log)
    assert stored(demo, code="130001") == 0
    # In a stream the item alone, with a number of its own to ask for.
    (item,) = stubs[1].SubmitReports(iter([rs.SubmitReportsRequest(item=requests[1])]), timeout=30)
    assert (item.code, item.reason) == (S.INTERNAL.value[0], "INTERNAL_ERROR") and "zqxjkvwy" not in repr(item)
    assert re.search("[0-9a-f-]{36}", item.message)


# who may not ---------------------------------------------------------------------------------------------------------

APPROVER = f"APPROVER_{ME}"
OFFICE, ALL = {"SECRETARIAT"}, {ME, APPROVER, "SECRETARIAT", "MINISTRY", "ANALYST", "OPERATOR"}
READERS = {ME, APPROVER, "SECRETARIAT", "MINISTRY", "ANALYST"}
MAY = {
    **dict.fromkeys(("SubmitReport", "SubmitReports", "WithdrawReport"), {ME}), "ConfirmReport": {ME, APPROVER}, **dict.fromkeys(("StartReview", "ReturnReport", "AcceptReport", "ImportRegistry"), OFFICE),
    **dict.fromkeys(("ListContacts", "SetContact", "ListReminders"), {ME, APPROVER, "SECRETARIAT"}), "SendReminders": OFFICE, "WatchPlatformStatus": READERS,
    **dict.fromkeys(("AddMeeting", "AddMeetingPapers", "RecordHearing", "ReopenReport", "AssignReview"), OFFICE), "GetReviewTimes": {"SECRETARIAT", "MINISTRY"}, "AnswerHearing": {ME, APPROVER}, "ListMeetings": {ME, APPROVER, "SECRETARIAT", "MINISTRY"},
    **dict.fromkeys(("WriteComment", "ListComments", "ListReopenings"), {ME, APPROVER, "SECRETARIAT"}),
    "RequestExtension": {ME, APPROVER}, "DecideExtension": OFFICE, "ListExtensions": {ME, APPROVER, "SECRETARIAT", "MINISTRY"},
    **dict.fromkeys(("GetReport", "ListReports", "ListReportVersions", "GetReceipt"), {ME, APPROVER, "SECRETARIAT", "MINISTRY"}),
    **dict.fromkeys(("GetPlatformStatus", "AggregateActivities", "ListQueries", "GetOutcomeTable", "SearchRecords"), READERS),
    **dict.fromkeys(("CheckReport", "RelayReport", "RelayDecision", "RelayAttachment", "GetRelayedUpload"), {ME, APPROVER, "SECRETARIAT"}),
    **dict.fromkeys(("ListDuplicateHints", "DecideEvent", "ListJointEvents", "ChooseFigure", "SaveQuery", "RemoveQuery"), OFFICE),
    "GetEvaluation": {"SECRETARIAT", "MINISTRY"}, **dict.fromkeys(("ListOutcomeCandidates", "EditOutcomes", "ListOutcomeEdits", "FixEvaluation"), OFFICE), "ConfirmOutcomes": {ME, APPROVER},
    **dict.fromkeys(("ListEvaluationSnapshots", "GetEvaluationSnapshot"), READERS),
    # An officer is told why who prepares does not release.
    "ReleaseReport": {ME, APPROVER}, "SendBackReport": {APPROVER},
    **dict.fromkeys(("UploadAttachment", "GetUpload", "RemoveAttachment"), {ME}), **dict.fromkeys(("DownloadAttachment", "ListAttachments", "GetAttachmentReceipt"), READERS),
    **dict.fromkeys(("PutExportSchedule", "RemoveExportSchedule", "RunExport"), OFFICE), **dict.fromkeys(("ListExports", "DownloadExport"), {"SECRETARIAT", "MINISTRY", "ANALYST"}),
    "ListExportSchedules": {"SECRETARIAT", "MINISTRY", "ANALYST", "OPERATOR"},
    **dict.fromkeys(("CreateInvitation", "ListInvitations", "RevokeInvitation"), {"SECRETARIAT", "OPERATOR"}),
}


@pytest.mark.parametrize("service, name", sorted(METHODS), ids=lambda v: v.rsplit(".", 1)[-1])
@pytest.mark.parametrize("who", sorted(ALL))
def test_each_role_may_do_its_own_work_and_nothing_else(demo, service, name, who):
    if not service.startswith("renkei."):
        pytest.skip("health and reflection are everybody's")
    case, path = CASES[service][name](ME)[0], f"/{service}/{name}"
    channel = talk.channel(demo, who)
    reason = None
    try:
        if name in ("UploadAttachment", "RelayAttachment"):
            channel.stream_unary(path)(iter([case[0].SerializeToString()]), timeout=30)
        elif METHODS[service, name][0].client_streaming:
            answers = channel.stream_stream(path, response_deserializer=rs.SubmitReportsResponse.FromString)(iter([case[0].SerializeToString()]), timeout=30)
            reason = list(answers)[0].reason
        elif METHODS[service, name][0].server_streaming:
            stream = channel.unary_stream(path)(case.SerializeToString(), timeout=30)
            next(stream, None)
            stream.cancel()
        else:
            channel.unary_unary(path)(case.SerializeToString(), timeout=30)
    except grpc.RpcError as error:
        reason = talk.reason(error)
        assert (reason == "ROLE_NOT_ALLOWED") == (error.code() == S.PERMISSION_DENIED and reason != "NOT_YOUR_MUNICIPALITY")
    assert (reason == "ROLE_NOT_ALLOWED") == (who not in MAY.get(name, ALL))
    channel.close()


# no more for now -----------------------------------------------------------------------------------------------------

def test_a_principal_with_too_many_calls_is_told_when_to_come_again(demo, tmp_path):
    with Beside(demo, tmp_path, workers="1") as place:
        lock = subprocess.Popen(["psql", "-X", "-q", "-A", "-t"], env={**demo.env, "PATH": "/usr/bin:/bin"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        channels = [talk.channel(place, ME, [("grpc.use_local_subchannel_pool", 1)]) for _ in range(12)]
        try:
            # Every call asks who is calling, and now waits for the answer.
            lock.stdin.write("begin; lock table renkei.principal in access exclusive mode; select 'held';\n")
            lock.stdin.flush()
            assert lock.stdout.readline().strip() == "held"
            calls = [channel.unary_unary("/renkei.v1.ReportService/ListReports").future(b"", timeout=20) for channel in channels for _ in range(30)]

            def told():
                """a refusal for too many calls"""
                return [c for c in calls if c.done() and talk.reason(c.exception()) == "QUOTA_EXCEEDED"]
            error = wait_for(told, 15)[0].exception()
            assert error.code() == S.RESOURCE_EXHAUSTED and int(dict(error.trailing_metadata())["grpc-retry-pushback-ms"]) > 0
            retry = talk.details(error)["google.rpc.RetryInfo"].retry_delay
            assert retry.seconds or retry.nanos
            # Another's calls are not refused for it.
            other = talk.channel(place, OTHER).unary_unary("/renkei.v1.ReportService/ListReports").future(b"", timeout=20)
            lock.stdin.write("rollback;\n")
            lock.stdin.close()
            lock.wait(10)
            assert other.exception() is None
        finally:
            lock.kill()
            lock.wait(10)
            for channel in channels:
                channel.close()
