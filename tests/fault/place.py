"""place.py - a PostgreSQL and a renkeid that a test may hurt: copied from one template, started, killed, moved to a standby."""
import contextlib
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import grpc
import talk
from demo import RENKEID, Demo, children, wait_for
from grpc.health.v1 import health_pb2, health_pb2_grpc

PROGRAMS = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[4])).parent
OWNER = {"user": pwd.getpwnam("postgres").pw_uid, "group": pwd.getpwnam("postgres").pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
# As the demo has them, with room for a standby and an end to waiting.
SETTINGS = ["listen_addresses=", "unix_socket_permissions=0777", "max_connections=60", "shared_buffers=64MB", "timezone=UTC", "log_timezone=UTC",
            "fsync=on", "full_page_writes=on", "synchronous_commit=on", "jit=off", "client_connection_check_interval=5s",
            "idle_in_transaction_session_timeout=10s", "log_line_prefix=%m [%p] %q%u@%d "]


@contextlib.contextmanager
def scratch():
    """A folder that PostgreSQL's user can walk into; gone afterwards."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-fault-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def alive(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def signal_if_alive(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def make_template(folder):
    demo = Demo(folder / "demo").start()
    try:
        demo.load_registry()
    finally:
        assert demo.stop() == 0, demo.tail()
    return demo


class Cluster:
    """One PostgreSQL: a data folder, a folder for its socket, a postmaster that is a child of the test."""

    def __init__(self, folder, *settings, data=None):
        self.folder, self.settings, self.process = pathlib.Path(folder), list(settings), None
        self.data, self.sock, self.log = pathlib.Path(data or self.folder / "pg"), self.folder / "sock", self.folder / "postgresql.log"
        self.env = {}

    def fill(self, source):
        """The data of another cluster that is stopped, down to the disk: initdb flushes too."""
        self._folders()
        subprocess.run(["cp", "-a", f"{source}/.", self.data], check=True)
        subprocess.run(["sync", "-f", self.data], check=True)
        return self

    def _folders(self):
        for path in (self.folder, self.data, self.sock):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o755 if path == self.folder else 0o700 if path == self.data else 0o755)
            if OWNER:
                os.chown(path, OWNER["user"], OWNER["group"])

    def follow(self, primary, name):
        """The data of a cluster that runs, as a standby of it."""
        self._folders()
        subprocess.run([PROGRAMS / "pg_basebackup", "-h", primary.sock, "-U", "postgres", "-D", self.data, "-c", "fast", "-X", "stream", "--no-sync"],
                       check=True, capture_output=True, **OWNER)
        (self.data / "standby.signal").touch()
        self.settings.append(f"primary_conninfo=host={primary.sock} port=5432 user=postgres application_name={name}")
        return self

    def start(self, wait=True):
        words = ["setpriv", "--pdeathsig", "INT", PROGRAMS / "postgres", "-D", self.data, "-k", self.sock, "-p", "5432"]
        for setting in SETTINGS + self.settings:
            words += ["-c", setting]
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, cwd="/",
                                            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **self.env}, **OWNER)
        if wait:
            wait_for(self.answers, 60)
        return self

    def answers(self):
        """PostgreSQL takes statements"""
        assert self.process.poll() is None, self.tail()
        return self.ask("select 1").returncode == 0

    def tail(self):
        return self.log.read_text(errors="replace")[-3000:]

    def ask(self, text, database="renkei", user="postgres", seconds=60):
        return subprocess.run([PROGRAMS / "psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", self.sock, "-p", "5432", "-U", user,
                               "-d", database, "-c", text], capture_output=True, text=True, timeout=seconds)

    def sql(self, text, **where):
        """What was killed last may be on its way up again: that is waited for."""
        end = time.monotonic() + 60
        while True:
            run = self.ask(text, **where)
            if not re.search("in recovery mode|starting up|Connection refused", run.stderr) or time.monotonic() > end:
                break
            time.sleep(0.1)
        assert run.returncode == 0, f"{text}\n{run.stderr}\n{self.tail()}"
        return [line.split("\t") for line in run.stdout.splitlines()]

    def family(self):
        """The postmaster's children by what they say they are; the backends of renkeid under "renkeid"."""
        found = {}
        for pid in children(self.process.pid):
            with contextlib.suppress(OSError, IndexError):
                title = open(f"/proc/{pid}/cmdline", "rb").read().replace(b"\0", b" ").decode(errors="replace").removeprefix("postgres: ").strip()
                kind = title.split()[0]
                found.setdefault("renkeid" if kind == "renkei_daemon" else kind, []).append(pid)
        return found

    def kill(self):
        """The whole machine at once: postmaster and children, none of which can say goodbye."""
        pids = [self.process.pid, *children(self.process.pid)]
        for pid in pids:
            signal_if_alive(pid, signal.SIGKILL)
        self.process.wait(30)
        wait_for(lambda: not any(alive(pid) for pid in pids))

    def stop(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            for pid in children(self.process.pid):
                signal_if_alive(pid, signal.SIGCONT)
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None

    def checked(self):
        """Nothing is torn or missing: pg_amcheck over heaps and their indexes."""
        self.sql("create extension if not exists amcheck")
        run = subprocess.run([PROGRAMS / "pg_amcheck", "-h", self.sock, "-p", "5432", "-U", "postgres", "-d", "renkei", "--schema", "renkei", "--heapallindexed"],
                             capture_output=True, text=True, timeout=120)
        assert run.returncode == 0, run.stdout + run.stderr


class Daemon:
    """renkeid serve with the template's keys, on databases of the test's choice."""

    def __init__(self, template, folder, hosts, **settings):
        self.template, self.folder, self.port, self.process = template, pathlib.Path(folder), free_port(), None
        self.config, self.log = self.folder / "renkeid.conf", self.folder / "renkeid.log"
        self.environment = {}
        ports = ",".join(["5432"] * len(hosts))
        self.settings = {"listen": f"127.0.0.1:{self.port}", "control_socket": str(self.folder / "control.sock"), "workers": "2",
                         "database": f"host={','.join(map(str, hosts))} port={ports} user=renkei_daemon dbname=renkei", **settings}
        self.env = {**template.env, "RENKEI_SERVER": f"127.0.0.1:{self.port}"}
        self.write()

    def write(self, **settings):
        text = (self.template.folder / "renkeid.conf").read_text()
        for name, value in {**self.settings, **settings}.items():
            text = re.sub(rf"(?m)^{name} = .*\n", "", text)
            if value is not None:
                text += f"{name} = {value}\n" if value.isdigit() else f'{name} = "{value}"\n'
        self.config.write_text(text)

    def start(self, wait=True):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", RENKEID, "serve", "--config", self.config], stdout=log, stderr=log,
                                            env={**os.environ, **self.environment}, start_new_session=True)
        if wait:
            self.wait()
        return self

    def wait(self, seconds=60):
        def serving():
            """renkeid to serve"""
            assert self.process.poll() is None, self.tail()
            return self.health() == "SERVING"
        try:
            return wait_for(serving, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.tail()}") from error

    def health(self):
        """What the health service says; "" when nobody answers."""
        with talk.channel(self, "OPERATOR") as channel:
            try:
                return health_pb2.HealthCheckResponse.ServingStatus.Name(
                    health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5).status)
            except grpc.RpcError:
                return ""

    def ctl(self, word):
        return subprocess.run([RENKEID, "ctl", word, "--config", self.config], capture_output=True, text=True, timeout=60)

    def identity(self, principal):
        return self.template.identity(principal)

    def workers(self):
        return children(self.process.pid)

    def logged(self, event):
        return len(re.findall(rf"event={event}\b", self.log.read_text(errors="replace")))

    def tail(self):
        return self.log.read_text(errors="replace")[-3000:]

    def kill(self):
        family = self.workers()
        self.process.kill()
        self.process.wait()
        for pid in family:
            signal_if_alive(pid, signal.SIGKILL)
        wait_for(lambda: not any(alive(pid) for pid in family))

    def stop(self):
        """Ends it in order; what it left behind in its log is a defect when it is a sanitizer's."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            for pid in [self.process.pid, *self.workers()]:
                signal_if_alive(pid, signal.SIGCONT)
            self.process.terminate()
        status = self.process.wait(60)
        self.process = None
        assert "Sanitizer" not in self.log.read_text(errors="replace"), self.tail()
        return status


class Place:
    """A cluster with the template's data and a daemon on it, and what else a test adds."""

    def __init__(self, template, folder):
        self.template, self.folder = template, folder
        self.cluster = Cluster(folder / "a")
        self.clusters, self.daemons = [self.cluster], []

    def start(self, *settings, hosts=None, environment=None, wait=60, **daemon_settings):
        self.cluster.settings += settings
        if not (self.cluster.data / "PG_VERSION").exists():
            self.cluster.fill(self.template.folder / "pg")
        if self.cluster.process is None:
            self.cluster.start()
        self.daemon = Daemon(self.template, self.folder, hosts or [self.cluster.sock], **daemon_settings)
        self.daemon.environment = environment or {}
        self.daemons.append(self.daemon)
        self.daemon.start(wait=False).wait(wait)
        return self

    def pair(self, *settings):
        """A cluster and a standby that follows it, each of which the daemon knows."""
        self.cluster.settings += settings
        self.cluster.fill(self.template.folder / "pg").start()
        self.standby = self.add_standby(self.cluster, "b")
        return self

    def add_standby(self, primary, name):
        standby = Cluster(self.folder / name, *[s for s in primary.settings if not s.startswith("primary_conninfo")])
        self.clusters.append(standby.follow(primary, name))
        standby.start()
        wait_for(lambda: primary.sql("select count(*) from pg_stat_replication where state = 'streaming'") == [["1"]])
        return standby

    def end(self):
        try:
            for daemon in self.daemons:
                daemon.stop()
        finally:
            for cluster in self.clusters:
                cluster.stop()
