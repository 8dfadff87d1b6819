"""What is refused, and how it is told: the field, its value, what is possible; in the words of whoever asks."""

import base64
import os
import re
import shutil
import signal
import subprocess
import uuid

import pytest
import talk
import grpc
from demo import wait_for
from google.protobuf import timestamp_pb2
from google.rpc import error_details_pb2, status_pb2
from renkei.v1 import (evaluation_service_pb2, evaluation_service_pb2_grpc, period_pb2, registry_service_pb2, registry_service_pb2_grpc, report_service_pb2,
                       status_service_pb2, status_service_pb2_grpc)

STUBS = {"report": talk.report_service_pb2_grpc.ReportServiceStub, "registry": registry_service_pb2_grpc.RegistryServiceStub,
         "status": status_service_pb2_grpc.StatusServiceStub, "evaluation": evaluation_service_pb2_grpc.EvaluationServiceStub}


def refused(demo, service, method, request, principal="SECRETARIAT", language="en", **options):
    """The error of a call that must not go well."""
    call = getattr(STUBS[service](talk.channel(demo, principal)), method)
    return talk.refused(call, request, metadata=[("accept-language", language)], timeout=30, **options)


def violation(error):
    (one,) = talk.details(error)["google.rpc.BadRequest"].field_violations
    return one


def metadata(error):
    return dict(talk.details(error)["google.rpc.ErrorInfo"].metadata)


def key(fiscal_year=2016, quarter=1, variant=0):
    return period_pb2.Period(fiscal_year=fiscal_year, quarter=quarter, variant=variant)


Q = report_service_pb2
WRONG = {
    "quarter": ("report", "ListReports", Q.ListReportsRequest(quarter=9), "quarter", "9", "0-4"),
    "state": ("report", "ListReports", Q.ListReportsRequest(states=[1, 99]), "states[1]", "99", "0-7"),
    "year": ("report", "ListReports", Q.ListReportsRequest(fiscal_year=-5), "fiscal_year", "-5", "2000-2199"),
    "page": ("report", "ListReports", Q.ListReportsRequest(page_size=1001), "page_size", "1001", "1-1000"),
    "code": ("report", "ListReports", Q.ListReportsRequest(municipality_code="abc"), "municipality_code", "abc", None),
    "digit": ("registry", "ListCooperations", registry_service_pb2.ListCooperationsRequest(municipality_code="401006"), "municipality_code", "401006", None),
    "partner": ("registry", "GetPartnerGovernment", registry_service_pb2.GetPartnerGovernmentRequest(partner_code="990000"), "partner_code", "990000", None),
    "variant": ("registry", "GetPeriod", registry_service_pb2.GetPeriodRequest(period=key(variant=9)), "period.variant", "9", "0-2"),
    "measure": ("status", "AggregateActivities", status_service_pb2.AggregateActivitiesRequest(measures=[99]), "measures[0]", "99", "0-19"),
    "group": ("status", "AggregateActivities", status_service_pb2.AggregateActivitiesRequest(measures=[1], group_by=[99]), "group_by[0]", "99", "0-41"),
    "late": ("evaluation", "GetOutcomeTable", evaluation_service_pb2.GetOutcomeTableRequest(
        first_fiscal_year=2014, last_fiscal_year=2016, as_of=timestamp_pb2.Timestamp(seconds=253402300800)), "as_of", "253402300800 s, 0 ns", None),
    "nanos": ("status", "GetPlatformStatus", status_service_pb2.GetPlatformStatusRequest(as_of=timestamp_pb2.Timestamp(nanos=-1)), "as_of", "0 s, -1 ns", None),
    "years": ("evaluation", "GetOutcomeTable", evaluation_service_pb2.GetOutcomeTableRequest(), "first_fiscal_year", "0", "2000-2199"),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_argument_out_of_its_range_is_refused_with_field_value_and_range(empty_demo, case):
    service, method, request, field, value, possible = WRONG[case]
    error = refused(empty_demo, service, method, request)
    assert (error.code(), talk.reason(error)) == (grpc.StatusCode.INVALID_ARGUMENT, "ARGUMENT_INVALID")
    assert violation(error).field == field and violation(error).description
    told = metadata(error)
    assert (told["field"], told["value"]) == (field, value) and (possible is None or told["range"] == possible)
    # People read the name of the thing; the path is in the metadata, in every language.
    for language, sentence in talk.details(error)["google.rpc.LocalizedMessage"].items():
        assert value in sentence and (field in sentence) == (language == "en"), (language, sentence)
    assert "google.rpc.RetryInfo" not in talk.details(error)


def test_a_code_with_a_wrong_check_digit_gets_the_right_one(empty_demo):
    error = refused(empty_demo, "registry", "GetMunicipality", registry_service_pb2.GetMunicipalityRequest(municipality_code="401006"))
    assert violation(error).reason == "LG_CODE_CHECK_DIGIT" and metadata(error)["suggestion"] == "401005" and "401005" in violation(error).description


@pytest.mark.parametrize("request_, field", [
    (Q.GetReportRequest(), "municipality_code"), (Q.GetReportRequest(municipality_code="110001"), "period"),
    (Q.GetReportRequest(municipality_code="110001", period=key(fiscal_year=0)), "period.fiscal_year"),
    (Q.GetReportRequest(municipality_code="110001", period=key(quarter=0)), "period.quarter")])
def test_a_report_is_asked_for_by_its_whole_key(empty_demo, request_, field):
    error = refused(empty_demo, "report", "GetReport", request_)
    assert (error.code(), talk.reason(error), violation(error).field) == (grpc.StatusCode.INVALID_ARGUMENT, "ARGUMENT_REQUIRED", field)


def test_a_receipt_is_asked_for_by_its_number(empty_demo):
    error = refused(empty_demo, "report", "GetReceipt", Q.GetReceiptRequest())
    assert (talk.reason(error), violation(error).field) == ("ARGUMENT_REQUIRED", "number")


@pytest.mark.parametrize("fields, field", [
    ({"municipality_code": "110001"}, "municipality_code"), ({"period": key(quarter=2)}, "period"), ({"period": key(quarter=1, variant=2)}, "period"),
    ({"version": 2}, "version"), ({}, None), ({"municipality_code": "401005", "period": key(), "version": 1}, None)])
def test_what_stands_beside_a_receipt_number_must_agree_with_it(empty_demo, fields, field):
    error = refused(empty_demo, "report", "GetReport", Q.GetReportRequest(receipt_number="401005-2016Q1-1", **fields))
    if field:
        assert (talk.reason(error), violation(error).field) == ("ARGUMENT_CONTRADICTS", field)
    else:
        assert talk.reason(error) == "RECEIPT_NOT_FOUND"


# messages that are none ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("flag, told", [(1, "COMPRESSION_UNSUPPORTED"), (2, "MESSAGE_FLAG_UNKNOWN"), (255, "MESSAGE_FLAG_UNKNOWN")])
def test_a_wrong_flag_is_internal_as_grpc_has_it_and_still_the_clients_fault(empty_demo, tmp_path, flag, told):
    curl = shutil.which("curl") or pytest.skip("curl is not installed")
    cert, key_file = empty_demo.identity("SECRETARIAT")
    (tmp_path / "body").write_bytes(bytes([flag, 0, 0, 0, 0]))
    errors = log_lines(empty_demo, "error")
    subprocess.run([curl, "-sS", "--http2", "--cacert", empty_demo.env["RENKEI_CA"], "--cert", cert, "--key", key_file, "-H", "content-type: application/grpc",
                    "-H", "te: trailers", "--data-binary", f"@{tmp_path / 'body'}", "-D", tmp_path / "head", f"https://{empty_demo.server}/renkei.v1.ServerService/GetServerInfo"],
                   check=True, timeout=30)
    head = (tmp_path / "head").read_text()
    assert re.search(r"grpc-status: 13\b", head)
    details = status_pb2.Status.FromString(base64.b64decode(re.search(r"grpc-status-details-bin: (\S+)", head)[1] + "=="))
    assert error_details_pb2.ErrorInfo.FromString(details.details[0].value).reason == told
    assert log_lines(empty_demo, "error") == errors


def log_lines(demo, level):
    return [line for line in demo.tail(100000).splitlines() if f"Z {level} " in line]


def test_an_item_that_is_too_large_leaves_its_neighbours_whole(empty_demo):
    items = [talk.request(talk.outcome_report("280003", 2014, 1)), talk.request(talk.outcome_report("280003", 2014, 2, comments="x" * (3 << 20))),
             talk.request(talk.outcome_report("280003", 2014, 3))]
    answers = list(talk.reports(empty_demo, "280003").SubmitReports((Q.SubmitReportsRequest(item=i) for i in items), metadata=[("accept-language", "ja")]))
    assert [(a.index, a.code, a.reason) for a in answers] == [(0, 0, ""), (1, grpc.StatusCode.RESOURCE_EXHAUSTED.value[0], "MESSAGE_TOO_LARGE"), (2, 0, "")]
    assert answers[1].request_id == "" and "1048576" in answers[1].message
    assert answers[2].receipt.number == "280003-2014Q3-1"


def test_a_message_that_is_too_large_is_told_its_size_and_the_limit(empty_demo):
    error = refused(empty_demo, "report", "SubmitReport", talk.request(talk.outcome_report("160008", 2014, 4, comments="x" * (1 << 20))), "160008")
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED and metadata(error)["limit"] == "1048576" and int(metadata(error)["size"]) > 1 << 20
    assert "1048576" in talk.details(error)["google.rpc.LocalizedMessage"]["zh"]


# which field --------------------------------------------------------------------------------------------------------

def test_what_is_missing_beside_the_report_is_named(empty_demo):
    error = refused(empty_demo, "report", "SubmitReport", Q.SubmitReportRequest(request_id="7", report=talk.nil_report("141305", 2014, 1)), "141305")
    assert (talk.reason(error), violation(error).field, violation(error).reason) == ("REQUEST_ID_REQUIRED", "request_id", "REQUEST_ID_REQUIRED")
    error = refused(empty_demo, "report", "SubmitReport", Q.SubmitReportRequest(request_id=str(uuid.uuid4())), "141305")
    assert (talk.reason(error), violation(error).field) == ("REPORT_REQUIRED", "report")


@pytest.mark.parametrize("reason, field, report", [
    ("NOT_YOUR_MUNICIPALITY", "municipality_code", talk.nil_report("401005", 2014, 1)),
    ("PERIOD_NOT_FOUND", "period", talk.nil_report("141305", 2003, 1)),
    ("VERSION_CONFLICT", "base_version", talk.outcome_report("141305", 2014, 1, action=talk.report_pb2.REPORT_ACTION_REPLACE, base_version=3)),
    ("REPORT_REFUSED", "outcomes[0].text", talk.outcome_report("141305", 2014, 1, text=""))])
def test_fields_of_a_report_are_named_as_in_its_findings_whoever_refuses(empty_demo, reason, field, report):
    error = refused(empty_demo, "report", "SubmitReport", talk.request(report), "141305")
    assert (talk.reason(error), violation(error).field) == (reason, field)
    if reason == "REPORT_REFUSED":
        assert error.details().startswith("the report has 1 error; ")


def test_a_reason_that_is_too_long_is_not_called_missing(empty_demo):
    talk.reports(empty_demo, "141305").SubmitReport(talk.request(talk.nil_report("141305", 2014, 2)))
    error = refused(empty_demo, "report", "WithdrawReport", Q.WithdrawReportRequest(
        request_id=str(uuid.uuid4()), municipality_code="141305", period=key(2014, 2, 1), version=1, reason="長" * 2001), "141305", "ja")
    assert (talk.reason(error), violation(error).field) == ("TEXT_TOO_LONG", "reason")
    assert violation(error).description == "2001 文字あります。2000 文字以内にしてください。"
    item = [Q.ReturnItem(reason="x"), Q.ReturnItem(reason="長" * 1001)]
    error = refused(empty_demo, "report", "ReturnReport", Q.ReturnReportRequest(
        request_id=str(uuid.uuid4()), municipality_code="141305", period=key(2014, 2, 1), version=1, items=item, due_date="2016-07-29"))
    assert (talk.reason(error), violation(error).field, metadata(error)["length"]) == ("TEXT_TOO_LONG", "items[1].reason", "1001")


def test_years_in_the_wrong_order_are_told_as_that(empty_demo):
    error = refused(empty_demo, "status", "GetPlatformStatus", status_service_pb2.GetPlatformStatusRequest(first_fiscal_year=2016, last_fiscal_year=2015))
    assert (talk.reason(error), violation(error).field) == ("YEARS_SWAPPED", "first_fiscal_year")


def test_a_repeated_item_of_a_stream_is_marked(empty_demo):
    item = talk.request(talk.nil_report("141305", 2014, 3))
    again = [list(talk.reports(empty_demo, "141305").SubmitReports(iter([Q.SubmitReportsRequest(item=item)]))) for _ in range(2)]
    assert [(a.code, a.replayed) for answers in again for a in answers] == [(0, False), (0, True)]
    assert again[0][0].receipt == again[1][0].receipt


def test_health_does_not_call_a_service_a_method(empty_demo):
    from grpc.health.v1 import health_pb2, health_pb2_grpc
    with pytest.raises(grpc.RpcError) as caught:
        health_pb2_grpc.HealthStub(talk.channel(empty_demo, "OPERATOR")).Check(health_pb2.HealthCheckRequest(service="nobody.v1.Nothing"))
    assert (caught.value.code(), talk.reason(caught.value)) == (grpc.StatusCode.NOT_FOUND, "SERVICE_NOT_FOUND")


# the database is away -----------------------------------------------------------------------------------------------

def test_an_outage_is_told_to_a_read_and_to_a_write_in_their_own_words(own_demo):
    def away():
        """the database is away"""
        try:
            talk.reports(own_demo, "SECRETARIAT").ListReports(Q.ListReportsRequest(), timeout=10)
        except grpc.RpcError as error:
            return talk.reason(error) == "STORE_UNAVAILABLE" and error
    os.kill(own_demo.postmaster(), signal.SIGQUIT)
    sentences = talk.details(wait_for(away))["google.rpc.LocalizedMessage"]
    assert sentences["en"] == "The database cannot be reached now." and not any("request_id" in s for s in sentences.values())
    request = talk.request(talk.nil_report("141305", 2014, 3))
    error = refused(own_demo, "report", "SubmitReport", request, "141305")
    if talk.reason(error) == "STORE_UNAVAILABLE":
        assert f"nothing was stored: send request_id {request.request_id} again" in talk.details(error)["google.rpc.LocalizedMessage"]["en"]
    assert talk.details(error)["google.rpc.RequestInfo"].request_id == request.request_id
    assert any(f"request_id={request.request_id}" in line for line in log_lines(own_demo, "info"))


# how much of it fits ------------------------------------------------------------------------------------------------

def test_a_refused_report_tells_as_many_findings_as_trailers_take_and_a_check_tells_all(empty_demo):
    report = talk.nil_report("141305", 2014, 4)
    report.ClearField("nil")
    for _ in range(100):
        report.needs.add(text_ja="\x1b", urgency=77)
    error = refused(empty_demo, "report", "SubmitReport", talk.request(report), "141305")
    verdict, told = talk.details(error)["renkei.v1.Verdict"], metadata(error)
    assert int(told["error_count"]) == verdict.error_count > 300
    assert 0 < int(told["findings_shown"]) == len(verdict.findings) < verdict.error_count and not verdict.rules_run
    assert sum(len(k) + len(v) * (4 / 3 if k.endswith("-bin") else 1) + 32 for k, v in error.trailing_metadata()) < 8192
    (answer,) = talk.reports(empty_demo, "141305").SubmitReports(iter([Q.SubmitReportsRequest(item=talk.request(report))]))
    whole = talk.reports(empty_demo, "141305").CheckReport(Q.CheckReportRequest(report=report)).verdict
    for each in (answer.verdict, whole):
        assert len(each.findings) == each.error_count + each.warning_count + each.info_count and each.error_count == verdict.error_count
    assert whole.rules_run


def test_the_trailers_that_are_no_grpc_are_those_of_the_protocols_page(empty_demo):
    item = talk.request(talk.nil_report("141305", 2015, 1))
    for replayed in (False, True):
        _, call = talk.reports(empty_demo, "141305").SubmitReport.with_call(item)
        trailers = dict(call.trailing_metadata())
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", trailers["renkei-certificate-expires"])
        assert trailers.get("renkei-replayed") == ("true" if replayed else None)


@pytest.mark.parametrize("character, rule", [("\x1b", "TEXT_CONTROL"), ("\x07", "TEXT_CONTROL"), ("\x9b", "TEXT_CONTROL"), ("\r", "TEXT_CONTROL"), ("\u202e", "TEXT_BIDI")])
def test_what_the_terminal_of_a_reader_would_obey_is_in_no_reason(empty_demo, character, rule):
    words = f"誤り{character}[31m"
    withdraw = Q.WithdrawReportRequest(request_id=str(uuid.uuid4()), municipality_code="141305", period=key(2014, 2, 1), version=1, reason=words)
    items = [Q.ReturnItem(reason="一\n二\t三"), Q.ReturnItem(reason=words)]
    give_back = Q.ReturnReportRequest(request_id=str(uuid.uuid4()), municipality_code="141305", period=key(2014, 2, 1), version=1, items=items, due_date="2099-01-01")
    for method, request, who, field in (("WithdrawReport", withdraw, "141305", "reason"), ("ReturnReport", give_back, "SECRETARIAT", "items[1].reason")):
        error = refused(empty_demo, "report", method, request, who)
        assert (talk.reason(error), violation(error).field, violation(error).reason) == ("ARGUMENT_INVALID", field, rule)
        assert character not in repr(talk.details(error))
