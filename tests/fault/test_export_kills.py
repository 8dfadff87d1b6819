"""An export that is killed leaves nothing but good bundles: before each of its own system calls, and with the whole daemon that had begun it."""
import collections
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys

import pytest

from demo import RENKEI, RENKEID, children, wait_for
from effort import is_long
from served import Served

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

SEED = 20260728
SAMPLE = 24  # kills of a short run
FORMATS = "csv,csv-cp932,iati,jsonl,parquet,sqlite,xlsx"
# All that writes, makes, names, ends or tells anything; of what reads, what it begins with.
CALLS = ("openat", "mkdir", "mkdirat", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "rename", "renameat2", "unlink", "unlinkat", "flock", "close", "sendto")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    demo = Served(tmp_path_factory.mktemp("kills") / "demo").start()
    try:
        demo.load_registry()
        yield demo
    finally:
        demo.stop()


def schedule(demo, name, formats=FORMATS, paused=True, since="0"):
    demo.sql("insert into renkei.export_schedule (name, calendar, time_zone, formats, all_versions, planned, public_only, free_text, company_names, keep, paused, handled_to, "
             f"changed_at, principal_uri) values ('{name}', 'hourly', 'Asia/Tokyo', '{{{formats}}}', false, false, false, true, true, 3, {paused}, now() - interval '{since}', "
             "now(), 'renkei://test')")


class Export:
    """renkeid export run of one schedule, under strace where it is to die."""

    def __init__(self, demo, name, folder):
        self.demo, self.name, self.log = demo, name, folder / "strace.log"
        self.words = [RENKEID, "--config", demo.folder / "renkeid.conf", "export", "run", name]
        # Two tracers are one too many.
        self.env = {**os.environ, "ASAN_OPTIONS": ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "detect_leaks=0")))}

    def run(self, *before):
        return subprocess.run([*before, *self.words], capture_output=True, text=True, timeout=300, env=self.env)

    def count(self):
        """How often a run makes each call: by its thread that does the work."""
        strace = shutil.which("strace") or pytest.skip("strace is not installed")
        done = self.run(strace, "-qq", "-f", "-o", self.log, "-e", f"trace={','.join(CALLS)}")
        if "ptrace" in done.stderr:
            pytest.skip("strace may not attach to a process here")
        assert done.returncode == 0, done.stderr
        lines = [re.match(r"(\d+) +(\w+)\(", line) for line in self.log.read_text(errors="replace").splitlines()]
        threads = collections.Counter(line.group(1) for line in lines if line)
        return collections.Counter(line.group(2) for line in lines if line and line.group(1) == threads.most_common(1)[0][0])

    def kill(self, call, nth):
        """Whether it died before that call."""
        done = self.run(shutil.which("strace"), "-qq", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={nth}")
        assert done.returncode in (0, -signal.SIGKILL, 128 + signal.SIGKILL), done.stderr
        return done.returncode != 0

    def folder(self):
        return self.demo.folder / "exports" / self.name

    def bundles(self):
        return sorted(p.name for p in self.folder().iterdir() if not p.name.startswith("."))

    def given_out(self):
        return sorted(r["bundle"].split("/")[1] for r in map(json.loads, self.demo.renkei("SECRETARIAT", "export", "list", "--schedule", self.name, "-o", "jsonl").stdout.splitlines()))

    def is_sound(self):
        """What is given out is there and whole, and so is whatever has the name of a bundle."""
        assert set(self.given_out()) <= set(self.bundles())
        for name in self.bundles():
            done = subprocess.run([RENKEI, "export", "verify", self.folder() / name, "--public-key", self.demo.env["RENKEI_RECEIPT_KEY"]], capture_output=True, text=True, env={**os.environ, "HOME": str(self.demo.folder)})
            assert done.returncode == 0, (name, done.stderr)
        return True

    def ends_well(self):
        """The next run finds nothing in its way and leaves nothing of the dead behind: no half bundle, and none that nobody knows of."""
        self.demo.sql(f"update renkei.export_run set lease_until = now() - interval '2 hours' where name = '{self.name}' and state = 'running'")
        done = self.run()
        assert done.returncode == 0, done.stderr
        assert self.is_sound() and self.bundles() == self.given_out()
        assert [p.name for p in self.folder().iterdir() if p.name.startswith(".")] == [".lock"]
        assert self.demo.sql("select count(*) from pg_locks where locktype = 'advisory' and objsubid = 2") == [["0"]]


def test_killed_before_any_of_its_system_calls_it_leaves_good_bundles_only(demo, tmp_path):
    schedule(demo, "killed")
    export = Export(demo, "killed", tmp_path)
    assert export.run().returncode == 0
    counts = export.count()
    assert {"openat", "write", "fsync", "renameat2", "sendto", "mkdirat"} <= set(counts), counts
    steps = [(call, nth) for call in sorted(counts) for nth in range(1, counts[call] + 1)]
    if not is_long():
        # The last calls are those that make it public and known; of the others one here and there.
        last = [("renameat2", 1), ("fsync", counts["fsync"]), *(("sendto", counts["sendto"] - n) for n in range(4))]
        steps = random.Random(SEED).sample(steps, SAMPLE - len(last)) + last
    killed = 0
    for n, (call, nth) in enumerate(steps):
        killed += export.kill(call, nth)
        if n % 8 == 7 or not is_long():
            assert export.is_sound(), (call, nth)
        if n % 8 == 7:
            export.ends_well()
    export.ends_well()
    print(f"{sum(counts.values())} system calls of {len(counts)} kinds, killed before {killed} of {len(steps)}")
    assert killed > len(steps) * 3 // 4


def comm(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def tree(pid):
    found = [pid]
    for child in children(pid):
        found += tree(child)
    return found


def keeper(process):
    return next((pid for pid in children(process.pid) if comm(pid) == "renkeid-exports"), None)


def holder(demo, name):
    rows = demo.sql(f"select holder, attempt from renkei.export_run where name = '{name}' and state = 'running'")
    return (int(rows[0][0].rsplit(":", 1)[1]), int(rows[0][1])) if rows else None


def stopped_in_the_middle(demo, name):
    """Who makes a run of this schedule, standing still while its bundle is half there; None when it was too quick."""
    schedule(demo, name, paused=False, since="70 minutes")
    folder = demo.folder / "exports" / name
    wait_for(lambda: list(folder.glob(".making-*/csv/*")) or demo.sql(f"select from renkei.export_run where name = '{name}' and state = 'done'"), 60, 0.005)
    found = holder(demo, name)
    if not found:
        return None
    os.kill(found[0], signal.SIGSTOP)
    return found if holder(demo, name) and list(folder.glob(".making-*")) else os.kill(found[0], signal.SIGCONT)


def test_a_daemon_that_is_killed_in_the_middle_of_its_run_leaves_it_to_the_other(tmp_path):
    demo = Served(tmp_path / "demo").start()
    try:
        demo.load_registry()
        first, second = demo.below, demo.process
        wait_for(lambda: keeper(first) and keeper(second), 60)
        # The other one sleeps until this one has taken a run and stands in the middle of it.
        os.kill(keeper(first), signal.SIGSTOP)
        name, (maker, attempt) = next((n, found) for n in ("both", "both-2", "both-3", "both-4") if (found := stopped_in_the_middle(demo, n)))
        assert maker in tree(second.pid) and attempt == 1
        for pid in tree(second.pid):
            os.kill(pid, signal.SIGKILL)
        second.wait(30)
        folder = demo.folder / "exports" / name
        assert list(folder.glob(".making-*")) and not list(folder.glob("2*")), "it died in the middle"
        os.kill(keeper(first), signal.SIGCONT)
        demo.sql(f"update renkei.export_run set lease_until = now() where name = '{name}'")
        wait_for(lambda: demo.sql(f"select state, attempt from renkei.export_run where name = '{name}'") == [["done", "2"]], 90)
        (bundle,), = demo.sql(f"select bundle_id from renkei.export_run where name = '{name}'")
        wait_for(lambda: sorted(p.name for p in folder.iterdir()) == sorted([".lock", bundle]), 30)
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder / bundle, check=True)
        assert first.poll() is None
    finally:
        demo.stop()
