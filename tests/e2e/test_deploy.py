"""deploy/README.md is done as it is written: its blocks run against a private PostgreSQL with its pg_hba.conf and pg_ident.conf.

Other are only the places: the folder of /etc/renkei and /run, the socket of PostgreSQL, the port, the name of the server, and that one user of the system
stands for postgres, root and renkei.
"""
import contextlib
import os
import pathlib
import pwd
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

import pytest
from demo import RENKEI, RENKEID, ROOT, SANITIZERS, wait_for

PAGE = (ROOT / "deploy/README.md").read_text(encoding="utf-8")
BIN = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parts[-2]))[-1]
CONNECT = "host=/run/postgresql dbname=renkei user=renkei_migrate"


def blocks(heading, kind):
    """The fenced blocks of one kind under one heading."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S).group(1)
    found = re.findall(rf"^```{kind}\n(.*?)^```", section, re.M | re.S)
    assert found, f"deploy/README.md: no {kind} under {heading}"
    return found


class Place:
    """A host of its own, as far as the page knows one: folders, a PostgreSQL, a way to run what is written."""

    def __init__(self, folder):
        self.folder = folder
        self.etc, self.run = folder / "etc", folder / "run/renkei"
        self.etc.mkdir()
        self.run.parent.mkdir()
        self.user = pwd.getpwuid(os.getuid()).pw_name
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.bin = folder / "bin"
        self.bin.mkdir()
        (self.bin / "renkeid").symlink_to(RENKEID)
        (self.bin / "renkei").symlink_to(RENKEI)
        self.server = None

    def here(self, text):
        for there, place in (("/etc/renkei", self.etc), ("/run/postgresql", self.folder), ("/run/renkei", self.run), ("0.0.0.0:7443", f"127.0.0.1:{self.port}"),
                             ("renkei.example:7443", f"localhost:{self.port}"), ("DNS:renkei.example", "DNS:localhost"), ("chown renkei:", f"chown {self.user}:"),
                             ("deploy/sample", ROOT / "deploy/sample"), ("deploy/postgres", ROOT / "deploy/postgres")):
            text = text.replace(there, str(place))
        return text

    def shell(self, text, status=0, **env):
        run = subprocess.run(["bash", "-euo", "pipefail", "-c", self.here(text)], cwd=self.etc, capture_output=True, text=True, timeout=120, env={
            "PATH": f"{self.bin}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "HOME": str(self.folder), "PGHOST": str(self.folder), **SANITIZERS, **env})
        assert status is None or run.returncode == status, f"{text}\nexit {run.returncode}\n{run.stdout}\n{run.stderr}"
        return run

    def as_postgres(self, text):
        return self.shell(text, PGUSER="postgres")

    def start_postgresql(self, again=False):
        owner = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        data = self.folder / "pg"
        if not again:
            self.make_postgresql(data, owner)
        self.server = subprocess.Popen([BIN / "postgres", "-D", data, "-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}", "-c", "shared_buffers=16MB"],
                                       stdout=subprocess.DEVNULL, stderr=open(self.folder / "postgres.log", "wb"), cwd=self.folder, **owner)
        wait_for(lambda: self.shell("pg_isready -q", status=None).returncode == 0)

    def make_postgresql(self, data, owner):
        data.mkdir()
        if owner:
            shutil.chown(data, "postgres", "postgres")
            shutil.chown(self.folder, "postgres", "postgres")
        subprocess.run([BIN / "initdb", "-D", data, "-U", "postgres", "--auth=reject", "--no-sync"], check=True, capture_output=True, cwd=self.folder, **owner)
        (data / "pg_hba.conf").write_text("".join(blocks("The database", "pg_hba")) + "local all postgres trust\n")
        # One user stands for root and for renkei.
        (data / "pg_ident.conf").write_text(re.sub(r"^(renkei +)\w+", rf"\g<1>{self.user}", "".join(blocks("The database", "pg_ident")), flags=re.M))

    def prepare(self):
        """Everything up to the configuration, as the page says it."""
        self.start_postgresql()
        first, second = blocks("The database", "sh")
        self.as_postgres(first)
        reload, migrate = second.splitlines()
        self.as_postgres(reload)
        self.shell(migrate)
        for text in blocks("Certificates", "sh"):
            self.shell(text)
        (self.etc / "renkeid.conf").write_text(self.here("".join(blocks("Configuration", "conf"))) + f'control_socket = "{self.run}/control.sock"\n')

    @contextlib.contextmanager
    def serving(self):
        log = self.folder / "renkeid.log"
        process = subprocess.Popen([RENKEID, "--config", self.etc / "renkeid.conf"], stderr=open(log, "wb"), env={**os.environ, **SANITIZERS})
        try:
            wait_for(lambda: "event=listening" in log.read_text() or process.poll() is not None)
            assert process.poll() is None, log.read_text()
            yield process
        finally:
            process.terminate()
            assert process.wait(30) == 0, log.read_text()

    def close(self):
        if self.server:
            self.server.send_signal(2)
            self.server.wait(30)


@pytest.fixture(scope="module")
def place():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-deploy-", dir="/tmp"))
    folder.chmod(0o755)
    place = Place(folder)
    try:
        place.prepare()
        yield place
    finally:
        place.close()
        shutil.rmtree(folder)


def test_the_page_leads_to_a_stored_report(place):
    check, doctor, _ = blocks("Configuration", "sh")[0].splitlines()
    config = " --config renkeid.conf"
    assert "good" in place.shell(check + config).stdout
    assert not [line for line in place.shell(doctor + config).stdout.splitlines() if not line.startswith("ok ")]
    make, use = blocks("Principals", "sh")
    keys = re.findall(r"^([0-9a-f]{64}) ", place.shell(make).stdout, re.M)
    statements = blocks("Principals", "sql")[0]
    for name, key in zip(re.findall(r"^client \w+ (\w+)$", make, re.M), keys):
        statements = statements.replace(f"<SHA-256 of the key of {name}>", key)
    place.shell(f"psql -X -q -v ON_ERROR_STOP=1 '{CONNECT}' -c \"$SQL\"", SQL=statements)
    with place.serving():
        assert "401005-2015Q2-1" in place.shell(use).stdout
        ends = wait_for(lambda: re.findall(r'event=connection_ended .*why="(.*?)"', (place.folder / "renkeid.log").read_text()))
        assert set(ends) == {"the client went, no call was open"}
        assert "database ready" in place.shell(f"renkeid{config} ctl status").stdout
    rows = place.shell(f"psql -XAt '{CONNECT}' -c 'select sum(rows), sum(missing) + sum(surplus) from renkei_api.rebuild_projection()'").stdout
    assert re.fullmatch(r"[1-9]\d*\|0\n", rows), rows


def test_an_authority_without_keycertsign_is_named_before_anybody_is_refused(place):
    place.shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 9 -keyout plain.key -out plain.crt -subj '/CN=plain'")
    text = (place.etc / "renkeid.conf").read_text().replace("ca.crt", "plain.crt")
    (place.etc / "plain.conf").write_text(text)
    told = place.shell("renkeid --check --config plain.conf", status=78).stderr
    assert "plain.crt" in told and "keyUsage=keyCertSign" in told


def test_fsync_turned_off_while_serving_ends_the_serving_until_it_is_on_again(place):
    def away():
        """fsync is noticed"""
        return re.search("database away: .*fsync is off", place.shell("renkeid --config renkeid.conf ctl status").stdout)

    def set_fsync(value):
        place.as_postgres(f"psql -q -d postgres -c 'alter system set fsync = {value}' -c 'select pg_reload_conf()'")
    with place.serving():
        set_fsync("off")
        wait_for(away)
        set_fsync("on")
        wait_for(lambda: not away())


@pytest.mark.parametrize("line, told", [
    ('metrics_listen = "0.0.0.0:9000"', "'metrics_listen': '0.0.0.0:9000' is no loopback address"),
    ('listen = "127.0.0.1"', "'listen': '127.0.0.1' is no host:port"),
    ('database = "hots=x"', """'database': connection string: invalid connection option "hots\""""),
    ("default_timeout_ms = 70000", "'default_timeout_ms': the time of a call that names none is longer than max_timeout_ms allows"),
    ('control_socket = "/nowhere/at/all.sock"', "'control_socket': /nowhere/at: No such file or directory"),
    ('receipt_keys_older = {"/nope/x.key"}', "'receipt_keys_older': receipt key /nope/x.key: No such file or directory"),
])
def test_what_a_start_would_refuse_is_refused_by_the_check_with_its_line(place, line, told):
    name = line.split(" ", 1)[0]
    lines = [kept for kept in (place.etc / "renkeid.conf").read_text().splitlines() if not kept.startswith(name + " =")] + [line]
    (place.etc / "wrong.conf").write_text("\n".join(lines) + "\n")
    assert f"wrong.conf:{len(lines)}: {told}" in place.shell("renkeid --check --config wrong.conf", status=78).stderr
    run = place.shell("renkeid --config wrong.conf", status=None)
    assert run.returncode in (73, 78) and told.split(": ", 1)[-1].split(":")[0] in run.stderr


def test_an_address_that_another_program_holds_is_told_by_the_check(place):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", place.port))
        other.listen()
        assert "Address already in use" in place.shell("renkeid --check --config renkeid.conf", status=78).stderr
    with place.serving():
        place.shell("renkeid --check --config renkeid.conf")


def test_the_log_names_the_key_that_nobody_has_entered(place):
    call = "RENKEI_SERVER=renkei.example:7443 RENKEI_CA=ca.crt RENKEI_CERT=OTHER.crt RENKEI_KEY=OTHER.key renkei --lang en report list"
    client = blocks("Principals", "sh")[0].split("\nclient ")[0].replace('"$2.', '"OTHER.')
    nameless = client.replace("URI:renkei://example.renkei/$1/$2", "DNS:nobody")
    with place.serving():
        key = re.search(r"^([0-9a-f]{64}) ", place.shell(client + "\nclient municipality 401005").stdout, re.M).group(1)
        told = place.shell(call, status=None).stderr
        assert "not registered on this server" in told
        assert re.search(rf"reason=IDENTITY_UNKNOWN .* key={key} ", (place.folder / "renkeid.log").read_text())
        place.shell(nameless + "\nclient municipality 401005")
        assert "exactly one name" in place.shell(call, status=None).stderr


def test_a_client_without_a_certificate_is_told_so_and_not_cut_off(place):
    context = ssl.create_default_context(cafile=place.etc / "ca.crt")
    context.set_alpn_protocols(["h2"])
    with place.serving():
        for _ in range(5):
            with socket.create_connection(("localhost", place.port)) as plain, context.wrap_socket(plain, server_hostname="localhost") as client:
                with pytest.raises(ssl.SSLError, match="CERTIFICATE_REQUIRED"):
                    for _ in range(20):
                        client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" * 100)
                        time.sleep(0.01)
                    client.recv(1)


@contextlib.contextmanager
def changed(place, *lines):
    """The configuration with lines added, or in the stead of those of the same name; as it was afterwards."""
    config = place.etc / "renkeid.conf"
    before = config.read_text()
    names = tuple(line.split(" ", 1)[0] + " =" for line in lines)
    config.write_text("\n".join([kept for kept in before.splitlines() if not kept.startswith(names)] + list(lines)) + "\n")
    try:
        yield
    finally:
        config.write_text(before)


CTL = "renkeid --config renkeid.conf ctl "


def test_a_receipt_key_that_is_still_needed_is_missed(place):
    with place.serving():
        place.shell("openssl genpkey -algorithm ed25519 -out next.key && chmod 600 next.key")
        with changed(place, 'receipt_key = "next.key"'):
            told = place.shell(CTL + "reload", status=78).stderr
            assert "the old configuration stays" in told and "receipt_keys_older" in told
            assert "bad   receipt keys: receipts were signed with keys that are not named" in place.shell("renkeid --config renkeid.conf doctor", status=78).stdout
        with changed(place, 'receipt_key = "next.key"', f'receipt_keys_older = {{"{place.etc}/receipt.key"}}'):
            place.shell(CTL + "reload")
    with changed(place, 'receipt_key = "next.key"'), place.serving():
        assert "event=receipt_key_missing" in (place.folder / "renkeid.log").read_text()


def test_a_mistyped_file_keeps_nobody_from_asking_the_daemon(place):
    with place.serving():
        with changed(place, "no_such_setting = 1"):
            assert "serving" in place.shell(CTL + "status").stdout
            told = place.shell(CTL + "reload", status=78).stderr
            assert "the old configuration stays" in told and "no setting is called 'no_such_setting'" in told
            assert "event=reload_failed" in (place.folder / "renkeid.log").read_text()
        with changed(place, 'control_socket = ""'):
            assert "control_socket is empty" in place.shell(CTL + "status", status=78).stderr


def test_lines_of_workers_can_be_told_apart_and_both_ends_of_a_life_are_told(place):
    with changed(place, "workers = 2"), place.serving():
        log = place.folder / "renkeid.log"
        first = wait_for(lambda: (found := set(re.findall(r"event=database_pool worker=(\d+) ready=yes", log.read_text()))) and len(found) == 2 and found)
        victim = first.pop()
        os.kill(int(victim), 9)
        wait_for(lambda: len(re.findall(r"event=worker_started worker=\d+", log.read_text())) == 3)
        assert f"event=worker_ended worker={victim} exit=-1 signal=9" in log.read_text()
    assert re.search(r"event=stopped exit=0\n\Z", log.read_text())


def test_an_outage_is_a_few_lines_and_a_drain_is_told(place):
    with place.serving() as process:
        log = place.folder / "renkeid.log"
        connections = 5
        wait_for(lambda: log.read_text().count("to=serving") == connections)
        before = len(log.read_text().splitlines())
        place.server.send_signal(2)
        place.server.wait(30)
        wait_for(lambda: "Connection refused" in log.read_text() or "No such file" in log.read_text())
        time.sleep(3)
        lines = log.read_text().splitlines()[before:]
        # Each connection says once what is new: cut, shutting down, refused, gone; the pool says that it is away.
        assert len(lines) <= 4 * connections + 2, "\n".join(lines)
        place.start_postgresql(again=True)
        wait_for(lambda: "database ready" in place.shell(CTL + "status").stdout)
        context = ssl.create_default_context(cafile=place.etc / "ca.crt")
        context.load_cert_chain(place.etc / "401005.crt", place.etc / "401005.key")
        context.set_alpn_protocols(["h2"])
        with socket.create_connection(("localhost", place.port)) as plain, context.wrap_socket(plain, server_hostname="localhost"):
            process.terminate()
            assert "draining" in wait_for(lambda: place.shell(CTL + "status", status=None).stdout)
