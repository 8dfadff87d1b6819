"""A server of another version, before or after this client: both versions are named, with what to do, and what was asked for waits in the outbox."""
import json
import re

import pytest

import talk
import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from renkei.v1 import server_service_pb2 as sv
from test_cli_bad_input import grpc_server
from test_outbox import put, waiting

ME = "160008"
EARLIER, LATER = "0.0.9", "17.2.1"


def unknown(version):
    """The refusal of a method that a server of this version does not have; "": one from before it said its version."""
    detail = error_details_pb2.ErrorInfo(reason="METHOD_NOT_FOUND", domain="renkei", metadata={"version": version} if version else {})
    packed = any_pb2.Any()
    packed.Pack(detail)
    return status_pb2.Status(code=12, message="no such method", details=[packed]).SerializeToString()


class Other(grpc.GenericRpcHandler):
    """Knows of renkei.v1 what is named, and refuses all else as a server of its version does."""

    def __init__(self, version, says=True, knows=("GetServerInfo",)):
        self.version, self.says, self.knows = version, says, knows

    def service(self, details):
        def answer(request, context):
            if details.method.endswith("/GetServerInfo") and "GetServerInfo" in self.knows:
                return sv.GetServerInfoResponse(version=self.version).SerializeToString()
            context.set_trailing_metadata([("grpc-status-details-bin", unknown(self.version if self.says else ""))])
            context.abort(grpc.StatusCode.UNIMPLEMENTED, "no such method")

        def answers(requests, context):
            answer(None, context)
            yield b""
        if details.method.endswith(("/SubmitReports", "/UploadAttachment")):
            return grpc.stream_stream_rpc_method_handler(answers)
        return grpc.unary_unary_rpc_method_handler(answer)


CASES = {
    "older, asked for its version": (EARLIER, False, ("GetServerInfo",), {"ja": "より古く、この操作に対応していません", "en": "The server is older", "zh": "旧，不支持此操作"}),
    "older, and says so": (EARLIER, True, (), {"ja": "より古く、この操作に対応していません", "en": "The server is older", "zh": "旧，不支持此操作"}),
    "newer, of renkei.v2 alone": (LATER, True, (), {"ja": "もう対応していません", "en": "This client is older", "zh": "服务器已不支持"}),
    "newer, asked for its version": (LATER, False, ("GetServerInfo",), {"ja": "もう対応していません", "en": "This client is older", "zh": "服务器已不支持"}),
}


@pytest.mark.parametrize("case", CASES)
def test_both_versions_are_named_and_nothing_is_lost(empty_demo, tmp_path, case):
    version, says, knows, words = CASES[case]
    demo, number = empty_demo, list(CASES).index(case) + 1
    own = re.search(r"[0-9.]+", demo.renkei(ME, "version").stdout)[0]
    one, more = put(tmp_path, "one.json", 2014, number, ME), [put(tmp_path, f"{n}.json", 2015 + n, number, ME) for n in range(2)]
    paper = tmp_path / "a.pdf"
    paper.write_bytes(b"%PDF-1.7\n" + case.encode())
    with grpc_server(demo, tmp_path, Other(version, says, knows)) as server:
        for lang in words:
            for command in (("report", "list"), ("submit", "--yes", one), ("submit", "--yes", *more), ("extension", "request", f"2016Q{number}", "--until", "2030-01-31",
                            "--reason", "集計のため", "--yes"), ("attach", paper, "--period", f"2014Q{number}")):
                told = demo.renkei(ME, "--timeout", "3", "--server", server, *command, lang=lang, status=76).stderr
                assert words[lang] in told and version in told and own in told, (command, told)
        assert sorted(w["kind"] for w in waiting(demo, ME)) == ["attach", "extension", "submit", "submit", "submit"]
        # Sent again to the same server, all of it stays.
        demo.renkei(ME, "--timeout", "3", "--server", server, "outbox", "flush", "--yes", status=76)
        assert len(waiting(demo, ME)) == 5
    demo.renkei(ME, "outbox", "flush", "--yes", status=None)
    assert waiting(demo, ME) == []
    assert demo.sql(f"select count(*) from renkei.report_version where municipality_code = '{ME}' and quarter = {number}") == [["3"]]


def test_renkeid_names_its_version_where_it_does_not_know_the_method(empty_demo):
    own = sv.GetServerInfoResponse.FromString(talk.channel(empty_demo, ME).unary_unary("/renkei.v1.ServerService/GetServerInfo")(b"", timeout=30)).version
    for method in ("/renkei.v2.ReportService/SubmitReport", "/renkei.v1.ReportService/Nothing"):
        error = talk.refused(talk.channel(empty_demo, ME).unary_unary(method), b"", timeout=30)
        assert error.code() == grpc.StatusCode.UNIMPLEMENTED
        assert talk.details(error)["google.rpc.ErrorInfo"].metadata["version"] == own


def test_versions_are_compared_by_number(empty_demo, tmp_path):
    """0.10 is after 0.9, and the same version of another build is neither."""
    own = re.search(r"[0-9.]+", empty_demo.renkei(ME, "version").stdout)[0]
    assert own == "0.1.0", "the cases below are of this version"
    for version, words in (("0.1.0", "It is older than this client, or is no renkei"), ("0.0.10", "The server is older"), ("0.1.10", "This client is older"), ("0.2", "This client is older")):
        folder = tmp_path / version
        folder.mkdir()
        with grpc_server(empty_demo, folder, Other(version)) as server:
            told = empty_demo.renkei(ME, "--timeout", "3", "--server", server, "report", "list", status=76).stderr
            assert words.lower() in told.lower(), (version, told)
    assert json.loads(empty_demo.renkei(ME, "outbox", "list", "-o", "json").stdout) == []
