"""What the hostile tests share: one platform, a well-behaved peer that calls all the time, and the table that is printed at the end.

RENKEI_HOSTILE_JSON=FILE writes the table as JSON.
"""
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
# Freed memory that is kept for its findings would be taken for growth.
os.environ["ASAN_OPTIONS"] = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "quarantine_size_mb=1:malloc_context_size=5")))

import pytest  # noqa: E402
import raw  # noqa: E402
from effort import is_long  # noqa: E402
from served import Served  # noqa: E402

LONG = is_long()
table = []


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    """One worker, so that who attacks and who behaves share it."""
    demo = Served(tmp_path_factory.mktemp("hostile") / "demo").start()
    try:
        demo.load_registry()
        yield demo
        assert len(demo.workers()) == 1
        log = (demo.folder.parent / "demo.log").read_text(errors="replace")
        assert "Sanitizer" not in log and "worker_crashed" not in log, demo.tail()
    finally:
        demo.stop()


class Good:
    """The well-behaved peer; see good.py."""

    def __init__(self, demo, pace=0.05):
        self.process = subprocess.Popen(
            ["/usr/bin/python3", HERE / "good.py", demo.env["RENKEI_SERVER"], demo.env["RENKEI_CA"], *demo.identity("401005"), str(pace)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        while not self.mark()["calls"]:
            pass

    def mark(self):
        """What its calls were like since the last mark."""
        self.process.stdin.write("mark\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def good(platform):
    peer = Good(platform)
    yield peer
    peer.stop()


def memory(pids):
    """Bytes resident that belong to these processes alone."""
    total = 0
    for pid in pids:
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith(("Private_Clean", "Private_Dirty")):
                total += int(line.split()[1]) * 1024
    return total


class Watch(threading.Thread):
    """The most memory of these processes, looked at twenty times a second while the block runs."""

    def __init__(self, pids):
        super().__init__(daemon=True)
        self.pids, self.before, self.over = pids, memory(pids), threading.Event()
        self.most = self.before

    def run(self):
        while not self.over.wait(0.05):
            self.look()

    def look(self):
        # Who is gone has died; the test says so.
        with contextlib.suppress(OSError):
            self.most = max(self.most, memory(self.pids))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *what):
        self.over.set()
        self.join()
        self.look()


def limits_reached(demo):
    """The figures of renkei_limits_reached_total, as the operator reads them."""
    with raw.Peer(demo, "OPERATOR") as peer:
        peer.send(raw.request(1, None, pairs=[(":method", "GET"), (":scheme", "https"), (":path", "/metrics"), (":authority", "localhost")]))
        peer.until(lambda: peer.done(1), 20)
        lines = peer.answers[1]["body"].decode().splitlines()
    return {line.split('"')[1]: int(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("renkei_limits_reached_total{")}


def record(**row):
    table.append(row)


def pytest_terminal_summary(terminalreporter):
    if not table:
        return
    terminalreporter.section("hostile peers")
    terminalreporter.write_line(f"{'case':44} {'answer':24} {'s':>5} {'good p50':>9} {'p99':>8} {'calls':>6} {'failed':>6} {'memory MiB':>14}")
    for row in table:
        line = f"{row['case']:44} {row['answer'][:24]:24} {row['seconds']:5.1f}"
        if "p99" in row:
            line += f" {row['p50']:9.1f} {row['p99']:8.1f} {row['calls']:6d} {row['failed']:6d} {row['before'] / 2**20:6.1f} > {row['most'] / 2**20:5.1f}"
        terminalreporter.write_line(line)
    if os.environ.get("RENKEI_HOSTILE_JSON"):
        pathlib.Path(os.environ["RENKEI_HOSTILE_JSON"]).write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n")
