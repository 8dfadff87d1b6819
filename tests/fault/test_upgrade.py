"""Stopped, started and reloaded under load: whoever repeats its calls loses nothing and is refused nothing."""
import socket
import ssl
import threading

import pytest
import talk
from demo import wait_for
from harness import Renkeid, Trial, full
from place import alive
from renkei.v1 import report_service_pb2 as rs


def services(place):
    return lambda chain: Renkeid(place.daemon, chain.code)


def test_a_daemon_stopped_and_started_under_load_loses_nothing(place):
    place.start()

    def upgrade():
        assert place.daemon.stop() == 0
        place.daemon.start()
    with Trial("SIGTERM and a new start under load", services(place), place.cluster.sql) as trial:
        trial.breaks(upgrade, full(20, 3))
    trial.must_hold(services(place))


def test_a_reload_under_load_refuses_no_call(place):
    place.start()

    def reload():
        before = place.daemon.workers()
        done = place.daemon.ctl("reload")
        assert done.returncode == 0, done.stderr
        wait_for(lambda: not any(alive(pid) for pid in before), 60)
    with Trial("reload under load", services(place), place.cluster.sql) as trial:
        trial.breaks(reload, full(20, 3))
    trial.must_hold(services(place), noticed=False)


def test_a_handshake_under_way_is_finished_by_the_old_configuration(place):
    place.start()
    context = ssl.create_default_context(cafile=place.daemon.env["RENKEI_CA"])
    context.load_cert_chain(*place.daemon.identity("OPERATOR"))
    context.set_alpn_protocols(["h2"])
    with socket.create_connection(("127.0.0.1", place.daemon.port), 10) as raw:
        wait_for(lambda: " 1 connections" in place.daemon.ctl("status").stdout)
        before = place.daemon.workers()
        assert place.daemon.ctl("reload").returncode == 0
        with context.wrap_socket(raw, server_hostname="localhost") as peer:
            assert peer.selected_alpn_protocol() == "h2"
            peer.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
            assert peer.recv(9)[3] == 4, "no SETTINGS"
    wait_for(lambda: not any(alive(pid) for pid in before), 60)


@pytest.mark.parametrize("how", ["SIGTERM", "reload"])
def test_a_stream_under_way_is_finished_first(place, how):
    place.start()
    stub = talk.report_service_pb2_grpc.ReportServiceStub(talk.channel(place.daemon, "130001"))
    begun, go_on = threading.Event(), threading.Event()

    def items():
        yield rs.SubmitReportsRequest(item=talk.request(talk.nil_report("130001", 2014, 1)))
        begun.set()
        go_on.wait(30)
        yield rs.SubmitReportsRequest(item=talk.request(talk.nil_report("130001", 2014, 2)))
    answers, collected = stub.SubmitReports(items(), timeout=60), []
    thread = threading.Thread(target=lambda: collected.extend(answers))
    thread.start()
    begun.wait(30)
    wait_for(lambda: place.cluster.sql("select count(*) from renkei.report_version") == [["1"]])
    if how == "SIGTERM":
        place.daemon.process.terminate()
    else:
        assert place.daemon.ctl("reload").returncode == 0
    go_on.set()
    thread.join(60)
    assert [answer.receipt.number for answer in collected] == ["130001-2014Q1-1", "130001-2014Q2-1"]
