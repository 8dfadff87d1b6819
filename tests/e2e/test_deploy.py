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
import subprocess
import tempfile

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

    def start_postgresql(self):
        owner = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        data = self.folder / "pg"
        data.mkdir()
        if owner:
            shutil.chown(data, "postgres", "postgres")
            shutil.chown(self.folder, "postgres", "postgres")
        subprocess.run([BIN / "initdb", "-D", data, "-U", "postgres", "--auth=reject", "--no-sync"], check=True, capture_output=True, cwd=self.folder, **owner)
        (data / "pg_hba.conf").write_text("".join(blocks("The database", "pg_hba")) + "local all postgres trust\n")
        # One user stands for root and for renkei.
        (data / "pg_ident.conf").write_text(re.sub(r"^(renkei +)\w+", rf"\g<1>{self.user}", "".join(blocks("The database", "pg_ident")), flags=re.M))
        self.server = subprocess.Popen([BIN / "postgres", "-D", data, "-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}", "-c", "shared_buffers=16MB"],
                                       stdout=subprocess.DEVNULL, stderr=open(self.folder / "postgres.log", "wb"), cwd=self.folder, **owner)
        wait_for(lambda: self.shell("pg_isready -q", status=None).returncode == 0)

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
