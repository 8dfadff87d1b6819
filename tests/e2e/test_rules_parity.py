"""Client and daemon judge alike: for every flawed report `renkei check` and CheckReport give the same verdict."""
import json

import grpc
import pytest
import talk
from demo import ROOT
from google.protobuf import json_format
from renkei.v1 import problem_pb2, report_service_pb2 as rs

FLAWED = ROOT / "tests/support/flawed"
FILES = sorted(p for p in FLAWED.glob("*") if p.suffix in (".json", ".binpb"))


def test_the_corpus_has_sixty_reports():
    assert len(FILES) >= 60


@pytest.fixture(scope="module")
def check(empty_demo):
    """CheckReport over raw bytes: what is no clean message must reach the daemon as it is."""
    return talk.channel(empty_demo, "SECRETARIAT").unary_unary("/renkei.v1.ReportService/CheckReport")


def varint(number):
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def bytes_of(path):
    """The report's bytes as renkei would send them; None when it is no report that JSON can say."""
    if path.suffix == ".binpb":
        return path.read_bytes()
    report = rs.SubmitReportRequest().report
    try:
        json_format.Parse(path.read_text(encoding="utf-8"), report)
    except (json_format.ParseError, UnicodeDecodeError):
        return None
    return report.SerializeToString()


def findings(verdict):
    return [(f.code, f.severity, f.field_path, f.value, f.suggestion, f.sentence.ja, f.sentence.en, f.sentence.zh) for f in verdict.findings]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_client_and_daemon_judge_alike(empty_demo, check, path):
    body = bytes_of(path)
    run = empty_demo.renkei("SECRETARIAT", "check", "-o", "json", path, status=None)
    if body is None:
        assert run.returncode == 65
        return
    try:
        theirs = rs.CheckReportResponse.FromString(check(b"\x0a" + varint(len(body)) + body)).verdict
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT and run.returncode == 65
        return
    ours = verdict_of(json.loads(run.stdout))
    assert findings(ours) == findings(theirs)
    assert (ours.rule_set_hash, list(ours.rules_run)) == (theirs.rule_set_hash, list(theirs.rules_run))
    assert run.returncode == (65 if theirs.error_count else 0)


def verdict_of(document):
    """The one verdict in what `renkei check -o json` printed."""
    found = []

    def walk(node):
        if isinstance(node, dict):
            if "rules_run" in node:
                found.append(node)
            else:
                for child in node.values():
                    walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)
    walk(document)
    assert len(found) == 1
    return json_format.ParseDict(found[0], problem_pb2.Verdict())
