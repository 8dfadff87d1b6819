"""talk.py - python3-grpcio speaks to a demo: channels as a principal, errors with their details, small reports."""
import uuid
import weakref

import stubs  # noqa: F401  (makes the modules below importable)
import grpc
from google.rpc import error_details_pb2, status_pb2
from renkei.v1 import period_pb2, problem_pb2, report_pb2, report_service_pb2, report_service_pb2_grpc

DETAILS = {m.DESCRIPTOR.full_name: m for m in (
    error_details_pb2.ErrorInfo, error_details_pb2.BadRequest, error_details_pb2.RetryInfo, error_details_pb2.RequestInfo,
    error_details_pb2.LocalizedMessage, problem_pb2.Verdict)}


CHANNELS = weakref.WeakSet()


def channel(demo, principal, options=()):
    cert, key = demo.identity(principal)
    credentials = grpc.ssl_channel_credentials(*(open(p, "rb").read() for p in (demo.env["RENKEI_CA"], key, cert)))
    made = grpc.secure_channel(demo.env["RENKEI_SERVER"], credentials, options=[("grpc.enable_retries", 0), *options])
    CHANNELS.add(made)
    return made


def refused(call, *args, **options):
    """The error of a call that must not go well.  Without its traceback, which would keep the channel open until the collector comes:
    a principal has few connections."""
    try:
        answer = call(*args, **options)
        if hasattr(answer, "__next__"):
            list(answer)
    except grpc.RpcError as error:
        return error.with_traceback(None)
    raise AssertionError("the call went well")


def reports(demo, principal):
    return report_service_pb2_grpc.ReportServiceStub(channel(demo, principal))


def details(error):
    """The details of an RpcError by message name; LocalizedMessage as {locale: text}."""
    found = {}
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status = status_pb2.Status.FromString(value)
            assert status.code == error.code().value[0]
            for any_message in status.details:
                name = any_message.type_url.split("/")[-1]
                message = DETAILS[name].FromString(any_message.value)
                if name.endswith("LocalizedMessage"):
                    found.setdefault(name, {})[message.locale] = message.message
                else:
                    found[name] = message
    return found


def reason(error):
    info = details(error).get("google.rpc.ErrorInfo")
    return info.reason if info else None


def day(year, month, number):
    return period_pb2.PartialDate(year=year, month=month, day=number, precision=period_pb2.DATE_PRECISION_DAY)


def period(fiscal_year, quarter):
    return period_pb2.Period(fiscal_year=fiscal_year, quarter=quarter, variant=period_pb2.VARIANT_REGULAR)


def nil_report(municipality, fiscal_year, quarter, **fields):
    return report_pb2.Report(municipality_code=municipality, period=period(fiscal_year, quarter), action=report_pb2.REPORT_ACTION_NEW, nil=True, **fields)


def outcome_report(municipality, fiscal_year, quarter, text="成果を得た。", **fields):
    fields.setdefault("action", report_pb2.REPORT_ACTION_NEW)
    return report_pb2.Report(municipality_code=municipality, period=period(fiscal_year, quarter),
                             outcomes=[report_pb2.Outcome(outcome_id="o-1", text=text)], **fields)


def request(report, request_id=None, validate_only=False):
    return report_service_pb2.SubmitReportRequest(request_id=request_id or str(uuid.uuid4()), validate_only=validate_only, report=report)
