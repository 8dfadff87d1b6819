"""Clients that nobody here wrote speak to renkeid: python3-grpcio, grpc-js, buf, curl, nghttp, Prometheus."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import uuid

import pytest
import talk
import grpc
from demo import ROOT
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

NPM = pathlib.Path(os.environ.get("RENKEI_NPM", ROOT / "build/npm"))


def npm(program):
    """A program from the npm packages of tests/support/npm."""
    path = NPM / "node_modules" / program
    if not path.exists():
        pytest.skip(f"{program} is not installed from npm")
    return path


def tool(name):
    return shutil.which(name) or pytest.skip(f"{name} is not installed")


def run(*words, **options):
    return subprocess.run([str(w) for w in words], capture_output=True, timeout=60, **options)


# python3-grpcio -----------------------------------------------------------------------------------------------------

def test_health_is_serving_for_the_server_and_every_service(empty_demo):
    from grpc.health.v1 import health_pb2, health_pb2_grpc
    stub = health_pb2_grpc.HealthStub(talk.channel(empty_demo, "OPERATOR"))
    for service in ("", "renkei.v1.ReportService"):
        assert stub.Check(health_pb2.HealthCheckRequest(service=service)).status == health_pb2.HealthCheckResponse.SERVING
    with pytest.raises(grpc.RpcError) as caught:
        stub.Check(health_pb2.HealthCheckRequest(service="nobody.v1.Nothing"))
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND
    watch = stub.Watch(health_pb2.HealthCheckRequest())
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
    watch.cancel()


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_reflection_alone_is_enough_to_call(empty_demo, version):
    import importlib
    pb2 = importlib.import_module(f"grpc.reflection.{version}.reflection_pb2")
    stub = importlib.import_module(f"grpc.reflection.{version}.reflection_pb2_grpc").ServerReflectionStub(talk.channel(empty_demo, "SECRETARIAT"))

    def ask(**fields):
        return next(stub.ServerReflectionInfo(iter([pb2.ServerReflectionRequest(**fields)])))
    services = {s.name for s in ask(list_services="").list_services_response.service}
    assert {"renkei.v1.ReportService", "renkei.v1.RegistryService", "renkei.v1.StatusService", "renkei.v1.EvaluationService", "renkei.v1.ServerService",
            "grpc.health.v1.Health"} <= services
    pool = descriptor_pool.DescriptorPool()

    def learn(response):
        for data in response.file_descriptor_response.file_descriptor_proto:
            proto = descriptor_pb2.FileDescriptorProto.FromString(data)
            try:
                pool.FindFileByName(proto.name)
                continue
            except KeyError:
                pass
            for needed in proto.dependency:
                learn(ask(file_by_filename=needed))
            pool.Add(proto)
    learn(ask(file_containing_symbol="renkei.v1.ServerService"))
    method = pool.FindServiceByName("renkei.v1.ServerService").FindMethodByName("GetServerInfo")
    request, answer = (message_factory.MessageFactory(pool).GetPrototype(t) for t in (method.input_type, method.output_type))
    call = talk.channel(empty_demo, "SECRETARIAT").unary_unary(
        "/renkei.v1.ServerService/GetServerInfo", request_serializer=request.SerializeToString, response_deserializer=answer.FromString)
    info = call(request())
    assert info.caller.role == "secretariat" and info.max_message_bytes == 1 << 20 and len(info.receipt_keys) >= 1
    assert ask(file_containing_symbol="renkei.v1.Nothing").error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]


def test_a_deadline_that_has_passed_is_told(empty_demo):
    with pytest.raises(grpc.RpcError) as caught:
        talk.reports(empty_demo, "110001").ListReports(talk.report_service_pb2.ListReportsRequest(), timeout=0.000001)
    assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


def test_a_message_over_the_limit_is_refused_before_it_is_read(empty_demo):
    report = talk.outcome_report("110001", 2014, 1, comments="x" * (1 << 20))
    with pytest.raises(grpc.RpcError) as caught:
        talk.reports(empty_demo, "110001").SubmitReport(talk.request(report))
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_method_that_does_not_exist_is_unimplemented(empty_demo):
    with pytest.raises(grpc.RpcError) as caught:
        talk.channel(empty_demo, "110001").unary_unary("/renkei.v1.ReportService/EatReport")(b"")
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_without_a_certificate_there_is_no_conversation(empty_demo):
    credentials = grpc.ssl_channel_credentials(open(empty_demo.env["RENKEI_CA"], "rb").read())
    with pytest.raises(grpc.RpcError) as caught:
        grpc.secure_channel(empty_demo.server, credentials).unary_unary("/renkei.v1.ServerService/GetServerInfo")(b"", timeout=10)
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE


# others -------------------------------------------------------------------------------------------------------------

def test_grpc_js_submits_repeats_and_streams(empty_demo):
    npm("@grpc/grpc-js")
    cert, key = empty_demo.identity("160008")
    prefix = str(uuid.uuid4())[:-4]
    done = run(tool("node"), ROOT / "tests/e2e/js/peer.js", ROOT / "proto", empty_demo.server, empty_demo.env["RENKEI_CA"], cert, key, prefix,
               env={**os.environ, "NODE_PATH": str(NPM / "node_modules")})
    assert done.returncode == 0, done.stderr.decode()
    said = json.loads(done.stdout)
    assert said == {"number": "160008-2015Q1-1", "same": True, "refusal": 3, "details": 1,
                    "streamed": [[n, 0, f"160008-2015Q{n + 2}-1"] for n in range(3)]}


def test_buf_curl_calls_by_reflection(empty_demo):
    cert, key = empty_demo.identity("SECRETARIAT")
    done = run(npm(".bin/buf"), "curl", "--protocol", "grpc", "--cacert", empty_demo.env["RENKEI_CA"], "--cert", cert, "--key", key,
               "-d", "{}", f"https://{empty_demo.server}/renkei.v1.RegistryService/ListMunicipalities")
    assert done.returncode == 0, done.stderr.decode()
    assert len(json.loads(done.stdout)["municipalities"]) == 11


def test_curl_speaks_grpc_by_hand(empty_demo, tmp_path):
    cert, key = empty_demo.identity("SECRETARIAT")
    (tmp_path / "body").write_bytes(b"\0\0\0\0\0")
    done = run(tool("curl"), "-sS", "--http2", "--tlsv1.3", "--cacert", empty_demo.env["RENKEI_CA"], "--cert", cert, "--key", key,
               "-H", "content-type: application/grpc", "-H", "te: trailers", "--data-binary", f"@{tmp_path / 'body'}", "-D", tmp_path / "head", "-o", tmp_path / "out",
               f"https://{empty_demo.server}/renkei.v1.ServerService/GetServerInfo")
    assert done.returncode == 0, done.stderr.decode()
    head = (tmp_path / "head").read_text().lower()
    assert "http/2 200" in head and "grpc-status: 0" in head
    from renkei.v1 import server_service_pb2
    body = (tmp_path / "out").read_bytes()
    assert server_service_pb2.GetServerInfoResponse.FromString(body[5:]).caller.role == "secretariat"


def test_nghttp_sees_clean_http2(empty_demo):
    cert, key = empty_demo.identity("OPERATOR")
    done = run(tool("nghttp"), "-nv", "--no-verify-peer", f"--cert={cert}", f"--key={key}", "-H:method: POST", "-H", "content-type: application/grpc", "-H", "te: trailers",
               f"https://{empty_demo.server}/renkei.v1.ServerService/GetServerInfo")
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout.decode())
    assert "recv SETTINGS" in said and "SETTINGS_MAX_CONCURRENT_STREAMS(0x03):32" in said and ":status: 200" in said
    assert "SETTINGS_MAX_HEADER_LIST_SIZE(0x06):16384" in said


def test_prometheus_understands_the_metrics(empty_demo, tmp_path):
    def scrape(principal):
        cert, key = empty_demo.identity(principal)
        done = run(tool("curl"), "-sS", "--http2", "--cacert", empty_demo.env["RENKEI_CA"], "--cert", cert, "--key", key,
                   "-w", "%{http_code}", "-o", tmp_path / principal, f"https://{empty_demo.server}/metrics")
        return done.stdout.decode(), (tmp_path / principal).read_bytes()
    code, text = scrape("OPERATOR")
    assert code == "200" and b"renkei" in text
    done = run(tool("promtool"), "check", "metrics", input=text)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    assert scrape("110001")[0] != "200"
