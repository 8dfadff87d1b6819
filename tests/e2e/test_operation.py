"""What an operator relies on: a real Prometheus, reload by ctl, refusals at the start, a log without a word of any report."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import urllib.parse
import urllib.request

import grpc
import pytest
import talk
from demo import RENKEID, SAMPLE, Demo, wait_for
from google.protobuf import json_format
from grpc.health.v1 import health_pb2, health_pb2_grpc
from renkei.v1 import report_pb2, report_service_pb2 as rs
from test_bad_days import ctl, start_postgresql

MARKER = "zqxjkvwy"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Beside:
    """A second renkeid on the database of a demo, with settings of the test's own."""

    def __init__(self, demo, folder, **settings):
        self.demo, self.port = demo, free_port()
        settings = {"listen": f"127.0.0.1:{self.port}", "control_socket": "", "workers": None, **settings}
        text = (demo.folder / "renkeid.conf").read_text()
        for name, value in settings.items():
            text = re.sub(rf"(?m)^{name} = .*\n", "", text) + (f'{name} = "{value}"\n' if value is not None else "")
        self.config, self.log = folder / "renkeid.conf", folder / "renkeid.log"
        self.config.write_text(text)
        self.env = {**demo.env, "RENKEI_SERVER": f"127.0.0.1:{self.port}"}

    def identity(self, principal):
        return self.demo.identity(principal)

    def __enter__(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([RENKEID, "serve", "--config", self.config], stderr=log)
        try:
            wait_for(lambda: serves(self) or self.process.poll() is not None)
        except BaseException:
            self.process.kill()
            raise
        assert self.process.poll() is None, self.log.read_text()
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        assert self.process.wait(30) == 0, self.log.read_text()


def serves(place):
    try:
        channel = talk.channel(place, "OPERATOR")
        return health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5).status == health_pb2.HealthCheckResponse.SERVING
    except grpc.RpcError:
        return False


# Prometheus ---------------------------------------------------------------------------------------------------------

def asked(port, query):
    """The values that Prometheus has for a query, by job."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": query}), timeout=5) as answer:
            result = json.load(answer)["data"]["result"]
    except OSError:
        return {}
    return {r["metric"].get("job"): float(r["value"][1]) for r in result}


def test_a_real_prometheus_scrapes_both_listeners(empty_demo, tmp_path):
    program = shutil.which("prometheus") or pytest.skip("prometheus is not installed")
    metrics, port = free_port(), free_port()
    cert, key = empty_demo.identity("OPERATOR")
    other_cert, other_key = empty_demo.identity("110001")
    with Beside(empty_demo, tmp_path, metrics_listen=f"127.0.0.1:{metrics}") as place:
        def over_tls(name, cert, key):
            return {"job_name": name, "scheme": "https", "static_configs": [{"targets": [place.env["RENKEI_SERVER"]]}],
                    "tls_config": {"ca_file": place.env["RENKEI_CA"], "cert_file": cert, "key_file": key}}
        # JSON is YAML.
        (tmp_path / "prometheus.yml").write_text(json.dumps({"global": {"scrape_interval": "500ms", "scrape_timeout": "500ms"}, "scrape_configs": [
            {"job_name": "loopback", "static_configs": [{"targets": [f"127.0.0.1:{metrics}"]}]},
            over_tls("operator", cert, key), over_tls("municipality", other_cert, other_key)]}))
        with open(tmp_path / "prometheus.log", "wb") as log:
            prometheus = subprocess.Popen([program, f"--config.file={tmp_path / 'prometheus.yml'}", f"--storage.tsdb.path={tmp_path / 'data'}",
                                           f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
        try:
            wait_for(lambda: asked(port, "up") == {"loopback": 1, "operator": 1, "municipality": 0}, 60, 0.5)
            counted = asked(port, "sum by (job) (renkei_calls_total)")
            assert set(counted) == {"loopback", "operator"} and all(value >= 1 for value in counted.values())
        except AssertionError as error:
            raise AssertionError(f"{error}\n{asked(port, 'up')}\n{(tmp_path / 'prometheus.log').read_text()[-3000:]}") from error
        finally:
            prometheus.terminate()
            prometheus.wait(30)


# The service manager ------------------------------------------------------------------------------------------------

def test_the_service_manager_is_told_of_start_life_and_stop(empty_demo, tmp_path, monkeypatch):
    """What deploy/renkeid.service waits for: READY=1, the watchdog's beat, STOPPING=1 before a drain may take its time."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(15)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        def told(what):
            while not (said := manager.recv(4096).decode()).startswith(what):
                assert said.startswith(("READY=1", "WATCHDOG=1")), said
            return said
        with Beside(empty_demo, tmp_path) as place:
            assert told("READY=1") == f"READY=1\nSTATUS=serving on 127.0.0.1:{place.port}"
            told("WATCHDOG=1")
            place.process.terminate()
            told("STOPPING=1")


# The log ------------------------------------------------------------------------------------------------------------

def texts(message):
    """(message, field, index) of every text in a message, empty ones too."""
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        repeated = field.label == field.LABEL_REPEATED
        if field.type == field.TYPE_MESSAGE:
            for inner in value if repeated else [value] if message.HasField(field.name) else []:
                yield from texts(inner)
        elif field.type == field.TYPE_STRING:
            for index in range(len(value)) if repeated else [None]:
                yield message, field.name, index


def put(place, value):
    """Sets a text and returns what it was."""
    message, name, index = place
    if index is None:
        old = getattr(message, name)
        setattr(message, name, value)
    else:
        old = getattr(message, name)[index]
        getattr(message, name)[index] = value
    return old


def marked(report, stub):
    """The marker in every text in which the rules allow it; how many those are."""
    count = 0
    for place in list(texts(report)):
        # What points at something must go on pointing there.
        if place[1].endswith(("_id", "_ids", "_code", "_codes")):
            continue
        old = put(place, f"{place[2] or 0}{MARKER}")
        if stub.CheckReport(rs.CheckReportRequest(report=report), timeout=10).verdict.error_count:
            put(place, old)
        else:
            count += 1
    return count


def test_no_line_of_the_log_has_a_word_of_a_report(own_demo, tmp_path):
    samples = [json_format.Parse(path.read_text(encoding="utf-8"), report_pb2.Report()) for path in sorted((SAMPLE / "reports").glob("4*.json"))]
    with Beside(own_demo, tmp_path, log_level="debug") as place:
        stubs = {code: talk.reports(place, code) for code in {s.municipality_code for s in samples}}
        assert sum(marked(sample, stubs[sample.municipality_code]) for sample in samples) >= 60

        def refused(report, code):
            stub = stubs[sample.municipality_code]
            with pytest.raises(grpc.RpcError) as caught:
                stub.SubmitReport(talk.request(report), timeout=20)
            assert caught.value.code() == code
            answer = list(stub.SubmitReports(iter([rs.SubmitReportsRequest(item=talk.request(report))]), timeout=20))[0]
            assert answer.code == code.value[0]
        for sample in samples:
            assert stubs[sample.municipality_code].SubmitReport(talk.request(sample), timeout=20).receipt.version == 1
            refused(sample, grpc.StatusCode.ABORTED)
            flawed = report_pb2.Report.FromString(sample.SerializeToString())
            for text in list(texts(flawed)):
                put(text, MARKER * 300)
            refused(flawed, grpc.StatusCode.INVALID_ARGUMENT)
        for stub in stubs.values():
            stub.ListReports(rs.ListReportsRequest(), timeout=10)
    log = place.log.read_text()
    assert "SubmitReport " in log and "REPORT_REFUSED" in log and "VERSION_CONFLICT" in log
    assert MARKER not in log


def test_a_second_daemon_does_not_share_the_port(own_demo, tmp_path):
    port = own_demo.env["RENKEI_SERVER"].rsplit(":", 1)[1]
    done = subprocess.run([RENKEID, "demo", "--dir", tmp_path / "second", "--port", port], capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 and "ready" not in done.stdout
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in done.stderr


# ctl and the start --------------------------------------------------------------------------------------------------

def test_ctl_reload_says_whether_the_new_configuration_serves(own_demo):
    config = own_demo.folder / "renkeid.conf"
    kept = config.read_text()
    before = own_demo.workers()
    good = ctl(own_demo, "reload")
    assert (good.returncode, good.stdout) == (0, "ok: the new configuration serves\n"), good.stderr
    assert serves(own_demo)
    wait_for(lambda: own_demo.workers() and not set(own_demo.workers()) & set(before))
    serving = own_demo.workers()
    key = re.search(r'receipt_key = "(.*)"', kept)[1]
    for text, why in ((kept + "no_such_setting = 1\n", "no_such_setting"), (kept.replace(key, "/nowhere/receipt.key"), "/nowhere/receipt.key"),
                      (re.sub("listen = .*", 'listen = "127.0.0.1:1"', kept), "'listen' changes only at a new start")):
        config.write_text(text)
        bad = ctl(own_demo, "reload")
        assert bad.returncode == 78 and why in bad.stderr, bad.stderr
        assert own_demo.workers() == serving and serves(own_demo)
    config.write_text(kept)
    assert ctl(own_demo, "reload").returncode == 0


@pytest.fixture(scope="module")
def stopped_demo(tmp_path_factory):
    """A demo whose daemon has ended: its files, to be served by other means."""
    demo = Demo(tmp_path_factory.mktemp("stopped") / "demo").start()
    demo.load_registry()
    assert demo.stop() == 0
    return demo


@pytest.fixture
def postgresql(stopped_demo):
    """Starts the stopped demo's PostgreSQL with other options; ended after the test."""
    kept = (stopped_demo.folder / "pg/postmaster.opts").read_text()

    def start(old="-D", new="-D"):
        assert old in kept
        start_postgresql(stopped_demo, kept.strip().replace(old, new))
        wait_for(lambda: subprocess.run(["pg_isready", "-q", "-h", stopped_demo.env["PGHOST"], "-p", stopped_demo.env["PGPORT"]]).returncode == 0)
        return stopped_demo
    yield start
    postmaster = stopped_demo.postmaster()
    os.kill(postmaster, signal.SIGINT)
    wait_for(lambda: not (stopped_demo.folder / "pg/postmaster.pid").exists())
    (stopped_demo.folder / "pg/postmaster.opts").write_text(kept)


def refused_start(demo):
    run = subprocess.run([RENKEID, "serve", "--config", demo.folder / "renkeid.conf"], capture_output=True, text=True, timeout=30)
    assert run.returncode == 78, run.stderr
    return run.stderr


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_database_that_could_lose_a_receipt_is_refused_at_the_start(postgresql, setting):
    demo = postgresql(f"{setting}=on", f"{setting}=off")
    assert demo.sql(f"show {setting}") == [["off"]]
    assert f"{setting} is off; an acknowledged report could be lost" in refused_start(demo)


def test_a_schema_of_another_version_is_refused_at_the_start(postgresql):
    demo = postgresql()
    demo.sql("insert into renkei.migration (number, name, sha256, version) values (9999, '9999_later.sql', 'x', 'later')")
    assert "the database is newer: it has migration 9999" in refused_start(demo)
    demo.sql("delete from renkei.migration where number = 9999")
    demo.sql("create table public.kept as select * from renkei.migration order by number desc limit 1")
    demo.sql("delete from renkei.migration m using public.kept k where m.number = k.number")
    assert "renkeid migrate" in refused_start(demo)
    demo.sql("insert into renkei.migration select * from public.kept")
    demo.sql("drop table public.kept")
