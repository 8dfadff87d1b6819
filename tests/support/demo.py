"""demo.py - a renkeid demo of one's own: started, spoken to, hurt and ended by the tests."""
import os
import pathlib
import re
import shlex
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("RENKEI_BUILD", ROOT / "build/asan")).resolve()
RENKEID = BUILD / "daemon/renkeid"
RENKEI = BUILD / "client/renkei"
SAMPLE = ROOT / "deploy/sample"
MUNICIPALITIES = ["110001", "130001", "160008", "200000", "280003", "400009", "141305", "242021", "281000", "401005", "442011"]


def wait_for(what, seconds=30, every=0.05):
    """Calls what() until it gives something true; fails after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        got = what()
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what.__doc__ or what.__name__}")
        time.sleep(every)


def children(pid):
    """Process ids of the living children of pid."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return sorted(found)


class Demo:
    def __init__(self, folder, *options):
        self.folder = pathlib.Path(folder)
        self.options = options
        self.process = None
        self.env = {}
        self.extra = {}

    def start(self, seconds=90):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = open(self.folder.parent / (self.folder.name + ".log"), "ab")
        self.process = subprocess.Popen([RENKEID, "demo", "--dir", self.folder, *self.options], stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            self.process.kill()
            raise AssertionError(f"renkeid demo said {line!r} instead of ready:\n{self.tail()}")
        self.server = line.split()[1]
        self.env = read_env(self.folder / "demo.env")
        return self

    def tail(self, lines=30):
        path = self.folder.parent / (self.folder.name + ".log")
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])

    def stop(self, sent=signal.SIGTERM, seconds=60):
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(sent)
        status = self.process.wait(seconds)
        self.process.stdout.close()
        self.process = None
        self.log.close()
        return status

    def postmaster(self):
        return int((self.folder / "pg/postmaster.pid").read_text().split()[0])

    def workers(self):
        """The serving children of renkeid: those that are renkeid themselves, without the one that makes exports."""
        def is_ours(pid):
            try:
                return os.readlink(f"/proc/{pid}/exe") == str(RENKEID) and pathlib.Path(f"/proc/{pid}/comm").read_text() != "renkeid-exports\n"
            except OSError:
                return False
        return [p for p in children(self.process.pid) if is_ours(p)]

    def identity(self, principal):
        return self.env[f"RENKEI_CERT_{principal}"], self.env[f"RENKEI_KEY_{principal}"]

    def renkei(self, principal, *words, lang="en", status=0, stdin=None, seconds=90):
        """Runs renkei as a principal; status is the exit status wanted, None = any."""
        cert, key = self.identity(principal) if principal else ("", "")
        home = self.folder.parent / f"home-{principal}"
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home), "RENKEI_SERVER": self.env["RENKEI_SERVER"],
               "RENKEI_CA": self.env["RENKEI_CA"], "RENKEI_CERT": cert, "RENKEI_KEY": key, **SANITIZERS, **self.extra}
        run = subprocess.run([RENKEI, "--lang", lang, *map(str, words)], env=env, input=stdin, capture_output=True, text=True, timeout=seconds)
        if status is not None and run.returncode != status:
            raise AssertionError(f"renkei {' '.join(map(str, words))} as {principal}: exit {run.returncode}, not {status}\n{run.stdout[-2000:]}\n{run.stderr[-3000:]}")
        return run

    def sql(self, text):
        """Rows of one statement, asked as the cluster's own user; columns as text."""
        run = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", text], capture_output=True, text=True,
                             env={**os.environ, **{k: v for k, v in self.env.items() if k.startswith("PG")}}, timeout=60)
        if run.returncode != 0:
            raise AssertionError(f"{text}\n{run.stderr}")
        return [line.split("\t") for line in run.stdout.splitlines()]

    def load_registry(self):
        self.renkei("SECRETARIAT", "org", "import", SAMPLE / "registry.json", "--yes")

    def load_reports(self, accept=True):
        for code in MUNICIPALITIES:
            self.renkei(code, "submit", "--yes", *sorted((SAMPLE / "reports").glob(f"{code}-*.json")))
        if accept:
            self.renkei("SECRETARIAT", "review", "accept", "--all", "--yes")


SANITIZERS = {k: os.environ[k] for k in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS") if k in os.environ}


def read_env(path):
    """Assignments of a file in shell syntax."""
    values = {}
    for line in path.read_text().splitlines():
        match = re.match(r"(?:export )?([A-Z_0-9]+)=(.*)", line)
        if match:
            values[match[1]] = "".join(shlex.split(match[2]))
    return values
