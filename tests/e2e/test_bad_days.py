"""Bad days: the database goes away, the daemon is told to stop, certificates change, rights are taken away."""
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import threading
import time
import uuid

import grpc
import pytest
import talk
from demo import RENKEID, wait_for
from grpc.health.v1 import health_pb2, health_pb2_grpc
from renkei.v1 import registry_service_pb2, report_service_pb2 as rs, server_service_pb2


def health(channel):
    return health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5).status


def listing(channel):
    return talk.report_service_pb2_grpc.ReportServiceStub(channel).ListReports(rs.ListReportsRequest(), timeout=10)


def test_without_postgresql_calls_are_unavailable_and_come_back_by_themselves(own_demo):
    channel = talk.channel(own_demo, "SECRETARIAT")
    listing(channel)
    postmaster = own_demo.postmaster()
    options = (own_demo.folder / "pg/postmaster.opts").read_text().strip()
    os.kill(postmaster, signal.SIGINT)

    def away():
        """an UNAVAILABLE answer"""
        try:
            listing(channel)
        except grpc.RpcError as error:
            return error if error.code() == grpc.StatusCode.UNAVAILABLE else None
    error = wait_for(away)
    retry = talk.details(error).get("google.rpc.RetryInfo")
    assert retry is not None and (retry.retry_delay.seconds or retry.retry_delay.nanos)
    wait_for(lambda: health(channel) == health_pb2.HealthCheckResponse.NOT_SERVING)

    wait_for(lambda: not alive(postmaster))
    start_postgresql(own_demo, options)
    wait_for(lambda: health(channel) == health_pb2.HealthCheckResponse.SERVING, 60)
    listing(channel)
    os.kill(own_demo.postmaster(), signal.SIGINT)


def start_postgresql(demo, options):
    """Starts the demo's PostgreSQL as it was started; its folders are handed over open, because its user may not walk to them."""
    about = os.stat(demo.folder / "pg")
    folders = {"-D": os.open(demo.folder / "pg", os.O_PATH), "-k": os.open(demo.folder / "sock", os.O_PATH)}
    words = shlex.split(options)
    for option, fd in folders.items():
        words[words.index(option) + 1] = f"/proc/self/fd/{fd}"
    as_owner = {"user": about.st_uid, "group": about.st_gid, "extra_groups": []} if os.getuid() == 0 else {}
    with open(demo.folder.parent / "postgresql.log", "wb") as log:
        subprocess.Popen(words, stdout=log, stderr=log, pass_fds=folders.values(), start_new_session=True, **as_owner)
    for fd in folders.values():
        os.close(fd)


def alive(pid):
    try:
        os.kill(pid, 0)
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_sigterm_lets_running_calls_finish_and_takes_no_new_ones(own_demo):
    stub = talk.reports(own_demo, "401005")
    outcome = {}
    count = 40

    def submit_all():
        futures = [stub.SubmitReport.future(talk.request(talk.nil_report("401005", 2014 + n % 3, 1 + n % 4)), timeout=30) for n in range(count)]
        outcome["results"] = [(f.exception().code() if f.exception() else None) for f in futures]
        outcome["receipts"] = [f.result().receipt.number for f in futures if not f.exception()]
    stub.ListReports(rs.ListReportsRequest())
    thread = threading.Thread(target=submit_all)
    thread.start()
    time.sleep(0.02)
    began = time.monotonic()
    assert own_demo.stop(signal.SIGTERM) == 0, own_demo.tail()
    assert time.monotonic() - began < 30
    thread.join(30)
    allowed = {None, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.ABORTED, grpc.StatusCode.CANCELLED}
    assert set(outcome["results"]) <= allowed, outcome
    own_demo.start()
    stored = {row[0] for row in own_demo.sql("select receipt_number from renkei.report_version")}
    assert set(outcome["receipts"]) <= stored


def ctl(demo, word):
    return subprocess.run([RENKEID, "ctl", word, "--config", demo.folder / "renkeid.conf"], capture_output=True, text=True, timeout=60)


def test_while_calls_finish_new_connections_are_refused(own_demo):
    channel = talk.channel(own_demo, "401005")
    listing(channel)
    held = threading.Event()

    def items():
        held.wait(20)
        yield rs.SubmitReportsRequest(item=talk.request(talk.nil_report("401005", 2014, 1)))
    answers = talk.report_service_pb2_grpc.ReportServiceStub(channel).SubmitReports(items(), timeout=30)
    answered = threading.Thread(target=lambda: [a.code for a in answers] and None, daemon=True)
    answered.start()
    host, port = own_demo.server.rsplit(":", 1)
    wait_for(lambda: int(re.search(r"(\d+) calls", ctl(own_demo, "status").stdout)[1]) >= 1)
    own_demo.process.send_signal(signal.SIGTERM)

    def refused():
        """a connection refused"""
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except ConnectionRefusedError:
            return True
        return False
    wait_for(refused, 3)
    assert own_demo.process.poll() is None
    held.set()
    answered.join(20)
    assert own_demo.stop() == 0, own_demo.tail()


def test_a_demo_is_resumed_with_its_data(own_demo):
    receipt = talk.reports(own_demo, "401005").SubmitReport(talk.request(talk.nil_report("401005", 2014, 1))).receipt
    assert own_demo.stop() == 0
    own_demo.start()
    assert talk.reports(own_demo, "401005").GetReceipt(rs.GetReceiptRequest(number=receipt.number)).receipt == receipt


def test_a_reload_takes_all_or_nothing(own_demo):
    config = own_demo.folder / "renkeid.conf"
    kept = config.read_text()
    cert = own_demo.folder / "keys/server.crt"
    shutil.copy(cert, own_demo.folder / "kept.crt")
    cert.write_text("no certificate\n")
    os.kill(own_demo.process.pid, signal.SIGHUP)
    time.sleep(1)
    assert health(talk.channel(own_demo, "OPERATOR")) == health_pb2.HealthCheckResponse.SERVING
    shutil.copy(own_demo.folder / "kept.crt", cert)
    config.write_text(kept + "\nno_such_setting = 1\n")
    os.kill(own_demo.process.pid, signal.SIGHUP)
    time.sleep(1)
    assert health(talk.channel(own_demo, "OPERATOR")) == health_pb2.HealthCheckResponse.SERVING
    config.write_text(kept)
    os.kill(own_demo.process.pid, signal.SIGHUP)
    time.sleep(0.5)
    until_serving(own_demo)
    assert own_demo.process.poll() is None


def until_serving(demo):
    """A new worker may listen before its database is ready, and says UNAVAILABLE or NOT_SERVING until then."""
    end = time.monotonic() + 30
    while True:
        try:
            if health(talk.channel(demo, "OPERATOR")) == health_pb2.HealthCheckResponse.SERVING:
                return
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.UNAVAILABLE
        assert time.monotonic() < end
        time.sleep(0.1)


def call_info(channel):
    return channel.unary_unary("/renkei.v1.ServerService/GetServerInfo", response_deserializer=server_service_pb2.GetServerInfoResponse.FromString)(b"", timeout=10)


def refusal(call):
    error = talk.refused(call)
    return error.code(), talk.reason(error)


def test_rights_are_those_of_the_next_call_on_open_connections_too(own_demo):
    channel = talk.channel(own_demo, "401005")
    listing(channel)
    own_demo.sql("update renkei.principal set state = 'suspended' where principal_uri like '%/municipality/401005'")
    assert refusal(lambda: listing(channel)) == (grpc.StatusCode.UNAUTHENTICATED, "PRINCIPAL_SUSPENDED")
    own_demo.sql("update renkei.principal set state = 'active' where principal_uri like '%/municipality/401005'")
    listing(channel)
    own_demo.sql("update renkei.certificate set revoked_at = clock_timestamp() where principal_uri like '%/municipality/401005'")
    assert refusal(lambda: listing(channel)) == (grpc.StatusCode.UNAUTHENTICATED, "CERTIFICATE_REVOKED")
    stub = talk.report_service_pb2_grpc.ReportServiceStub(channel)
    assert refusal(lambda: stub.SubmitReport(talk.request(talk.nil_report("401005", 2014, 1)), timeout=10)) == (
        grpc.StatusCode.UNAUTHENTICATED, "CERTIFICATE_REVOKED")
    assert own_demo.sql("select count(*) from renkei.report_version") == [["0"]]


def flawed_report():
    """An outcome without its text, under a code whose check digit is wrong."""
    return talk.outcome_report("401006", 2014, 1, "")


def flawed_item(channel):
    """What a stream answers to a flawed report."""
    stub = talk.report_service_pb2_grpc.ReportServiceStub(channel)
    return list(stub.SubmitReports(iter([rs.SubmitReportsRequest(item=talk.request(flawed_report()))]), timeout=10))[0]


def flawed_call(channel):
    stub = talk.report_service_pb2_grpc.ReportServiceStub(channel)
    return refusal(lambda: stub.SubmitReport(talk.request(flawed_report()), timeout=10))


def test_a_flawed_report_is_judged_for_its_municipality_alone(own_demo):
    for principal in ("ANALYST", "OPERATOR", "SECRETARIAT"):
        channel = talk.channel(own_demo, principal)
        assert flawed_call(channel) == (grpc.StatusCode.PERMISSION_DENIED, "ROLE_NOT_ALLOWED")
        answer = flawed_item(channel)
        assert (answer.code, answer.reason) == (grpc.StatusCode.PERMISSION_DENIED.value[0], "ROLE_NOT_ALLOWED")
        assert not answer.HasField("verdict")
    channel = talk.channel(own_demo, "401005")
    assert flawed_call(channel) == (grpc.StatusCode.INVALID_ARGUMENT, "REPORT_REFUSED")
    answer = flawed_item(channel)
    assert answer.reason == "REPORT_REFUSED" and answer.verdict.error_count >= 2
    own_demo.sql("update renkei.certificate set revoked_at = clock_timestamp() where principal_uri like '%/municipality/401005'")
    answer = flawed_item(channel)
    assert (answer.code, answer.reason) == (grpc.StatusCode.UNAUTHENTICATED.value[0], "CERTIFICATE_REVOKED")
    assert not answer.HasField("verdict")
    with pytest.raises(grpc.RpcError) as caught:
        talk.report_service_pb2_grpc.ReportServiceStub(channel).SubmitReport(talk.request(flawed_report()), timeout=10)
    assert (caught.value.code(), talk.reason(caught.value)) == (grpc.StatusCode.UNAUTHENTICATED, "CERTIFICATE_REVOKED")
    assert not {"renkei.v1.Verdict", "google.rpc.BadRequest"} & set(talk.details(caught.value))


def test_each_role_may_do_its_own_work_and_no_other(empty_demo):
    def submit(principal):
        return lambda: talk.reports(empty_demo, principal).SubmitReport(talk.request(talk.nil_report("401005", 2014, 1)), timeout=10)

    def accept(principal):
        return lambda: talk.reports(empty_demo, principal).AcceptReport(rs.AcceptReportRequest(
            request_id=str(uuid.uuid4()), municipality_code="401005", period=talk.period(2014, 1), version=1, sha256="0" * 64), timeout=10)

    def register(principal):
        call = talk.channel(empty_demo, principal).unary_unary(
            "/renkei.v1.RegistryService/ImportRegistry", request_serializer=registry_service_pb2.ImportRegistryRequest.SerializeToString)
        return lambda: call(registry_service_pb2.ImportRegistryRequest(request_id=str(uuid.uuid4())), timeout=10)
    for call in (submit("SECRETARIAT"), submit("ANALYST"), submit("OPERATOR"), accept("401005"), accept("ANALYST"), accept("OPERATOR"),
                 register("401005"), register("ANALYST"), register("OPERATOR")):
        assert refusal(call) == (grpc.StatusCode.PERMISSION_DENIED, "ROLE_NOT_ALLOWED")
