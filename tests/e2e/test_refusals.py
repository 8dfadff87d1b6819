"""What is refused, and how it is told: the field, its value, what is possible; in the words of whoever asks."""

import base64
import re
import shutil
import subprocess

import pytest
import talk
import grpc
from google.protobuf import timestamp_pb2
from google.rpc import error_details_pb2, status_pb2
from renkei.v1 import (evaluation_service_pb2, evaluation_service_pb2_grpc, period_pb2, registry_service_pb2, registry_service_pb2_grpc, report_service_pb2,
                       status_service_pb2, status_service_pb2_grpc)

STUBS = {"report": talk.report_service_pb2_grpc.ReportServiceStub, "registry": registry_service_pb2_grpc.RegistryServiceStub,
         "status": status_service_pb2_grpc.StatusServiceStub, "evaluation": evaluation_service_pb2_grpc.EvaluationServiceStub}


def refused(demo, service, method, request, principal="SECRETARIAT", language="en", **options):
    """The error of a call that must not go well."""
    with pytest.raises(grpc.RpcError) as caught:
        getattr(STUBS[service](talk.channel(demo, principal)), method)(request, metadata=[("accept-language", language)], timeout=30, **options)
    return caught.value


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
    "state": ("report", "ListReports", Q.ListReportsRequest(states=[1, 99]), "states[1]", "99", "0-5"),
    "year": ("report", "ListReports", Q.ListReportsRequest(fiscal_year=-5), "fiscal_year", "-5", "2000-2199"),
    "page": ("report", "ListReports", Q.ListReportsRequest(page_size=1001), "page_size", "1001", "1-1000"),
    "code": ("report", "ListReports", Q.ListReportsRequest(municipality_code="abc"), "municipality_code", "abc", None),
    "digit": ("registry", "ListCooperations", registry_service_pb2.ListCooperationsRequest(municipality_code="401006"), "municipality_code", "401006", None),
    "partner": ("registry", "GetPartnerGovernment", registry_service_pb2.GetPartnerGovernmentRequest(partner_code="990000"), "partner_code", "990000", None),
    "variant": ("registry", "GetPeriod", registry_service_pb2.GetPeriodRequest(period=key(variant=9)), "period.variant", "9", "0-2"),
    "measure": ("status", "AggregateActivities", status_service_pb2.AggregateActivitiesRequest(measures=[99]), "measures[0]", "99", "0-7"),
    "group": ("status", "AggregateActivities", status_service_pb2.AggregateActivitiesRequest(measures=[1], group_by=[99]), "group_by[0]", "99", "0-10"),
    "late": ("evaluation", "GetOutcomeTable", evaluation_service_pb2.GetOutcomeTableRequest(
        first_fiscal_year=2014, last_fiscal_year=2016, as_of=timestamp_pb2.Timestamp(seconds=253402300800)), "as_of", "253402300800 s, 0 ns", None),
    "nanos": ("status", "GetPlatformStatus", status_service_pb2.GetPlatformStatusRequest(as_of=timestamp_pb2.Timestamp(nanos=-1)), "as_of", "0 s, -1 ns", None),
    "years": ("evaluation", "GetOutcomeTable", evaluation_service_pb2.GetOutcomeTableRequest(), "first_fiscal_year", "0", "2000-2199"),
    "order": ("status", "GetPlatformStatus", status_service_pb2.GetPlatformStatusRequest(first_fiscal_year=2016, last_fiscal_year=2015), "last_fiscal_year", "2015",
              "2016-2199"),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_argument_out_of_its_range_is_refused_with_field_value_and_range(empty_demo, case):
    service, method, request, field, value, possible = WRONG[case]
    error = refused(empty_demo, service, method, request)
    assert (error.code(), talk.reason(error)) == (grpc.StatusCode.INVALID_ARGUMENT, "ARGUMENT_INVALID")
    assert violation(error).field == field and violation(error).description
    told = metadata(error)
    assert (told["field"], told["value"]) == (field, value) and (possible is None or told["range"] == possible)
    for sentence in talk.details(error)["google.rpc.LocalizedMessage"].values():
        assert field in sentence and value in sentence
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
    items = [talk.request(talk.outcome_report("160008", 2014, 1)), talk.request(talk.outcome_report("160008", 2014, 2, comments="x" * (3 << 20))),
             talk.request(talk.outcome_report("160008", 2014, 3))]
    answers = list(talk.reports(empty_demo, "160008").SubmitReports((Q.SubmitReportsRequest(item=i) for i in items), metadata=[("accept-language", "ja")]))
    assert [(a.index, a.code, a.reason) for a in answers] == [(0, 0, ""), (1, grpc.StatusCode.RESOURCE_EXHAUSTED.value[0], "MESSAGE_TOO_LARGE"), (2, 0, "")]
    assert answers[1].request_id == "" and "1048576" in answers[1].message
    assert answers[2].receipt.number == "160008-2014Q3-1"


def test_a_message_that_is_too_large_is_told_its_size_and_the_limit(empty_demo):
    error = refused(empty_demo, "report", "SubmitReport", talk.request(talk.outcome_report("160008", 2014, 4, comments="x" * (1 << 20))), "160008")
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED and metadata(error)["limit"] == "1048576" and int(metadata(error)["size"]) > 1 << 20
    assert "1048576" in talk.details(error)["google.rpc.LocalizedMessage"]["zh"]
