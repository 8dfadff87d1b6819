"""What a client has queued is never lost and never sent twice, whatever happens to the client."""
import concurrent.futures
import json
import os
import pathlib
import random
import subprocess

import pytest
import torture
from demo import Demo
from torture import LONG, numbers
from torture_client import Client

SEED = 19720929
CODE = "130001"
CLOCK = pathlib.Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
UNREACHABLE, CANNOT_WRITE = 69, 73


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    demo = Demo(tmp_path_factory.mktemp("outbox") / "demo").start()
    try:
        demo.load_registry()
        yield demo
    finally:
        demo.stop()


class Reports:
    """Versions of one report as files, each resting on the one before."""

    def __init__(self, demo, folder, year, quarter):
        self.demo, self.folder, self.year, self.quarter, self.count = demo, folder, year, quarter, 0

    def next(self):
        """The file of the next version, of which nothing is stored yet."""
        self.count += 1
        report = {"municipality_code": CODE, "period": {"fiscal_year": self.year, "quarter": f"QUARTER_Q{self.quarter}", "variant": "VARIANT_REGULAR"},
                  "action": "REPORT_ACTION_NEW" if self.count == 1 else "REPORT_ACTION_REPLACE",
                  "outcomes": [{"outcome_id": "o-1", "text": f"成果 {self.count}"}]}
        if self.count > 1:
            report["base_version"] = self.count - 1
        path = self.folder / f"{self.year}-{self.quarter}-{self.count}.json"
        path.write_text(json.dumps(report))
        return path

    def stored(self):
        """Versions, and requests that were taken."""
        where = f"municipality_code = '{CODE}' and fiscal_year = {self.year} and quarter = {self.quarter}"
        return self.demo.sql(f"select count(*), count(distinct request_id), coalesce(max(version), 0) from renkei.report_version where {where}")

    def is_once(self):
        """Every version so far is stored once."""
        return self.stored() == [[str(self.count)] * 3]


@pytest.fixture
def client(demo, tmp_path):
    return Client(demo, tmp_path / "state", tmp_path / "control", CODE)


def test_killed_before_any_system_call_it_loses_and_doubles_nothing(demo, client, tmp_path):
    reports = Reports(demo, tmp_path, 2014, 1)
    run, last = client.hurt(1 << 60, "submit", "--yes", reports.next())
    assert run.returncode == 0 and reports.is_once(), run.stderr
    killed = 0
    for nth in numbers(random.Random(SEED), last, 16):
        file = reports.next()
        run, _ = client.hurt(nth, "submit", "--yes", file)
        killed += run.returncode == -9
        client.settles(file)
        assert reports.is_once(), (nth, reports.stored())
        assert len(client.kept("receipts/*.json")) == reports.count and not client.kept("pending/*.binpb"), nth
    print(f"{last} system calls, killed before {killed} of them")
    assert killed > 0


@pytest.mark.parametrize("call, fault", [("write", 28), ("fsync", 5), ("rename", 28), ("open", 24), ("flock", 37), ("mkdir", 28), ("close", 5), ("unlink", 5)],
                         ids=lambda value: str(value))
def test_with_a_failing_system_call_it_loses_and_doubles_nothing(demo, client, tmp_path, call, fault):
    reports = Reports(demo, tmp_path, 2014, 2 + torture.CALLS.index(call) % 3)
    reports.count = int(reports.stored()[0][2])
    run, last = client.hurt(1 << 60, "submit", "--yes", reports.next(), calls=(call,))
    assert run.returncode == 0 and reports.is_once(), run.stderr
    for nth in numbers(random.Random(f"{SEED} {call}"), last, 3):
        file = reports.next()
        run, _ = client.hurt(nth, "submit", "--yes", file, fault=fault, calls=(call,))
        assert run.returncode >= 0, (nth, run)
        assert run.returncode == 0 or run.stderr, nth
        client.settles(file)
        assert reports.is_once(), (call, nth, reports.stored())


def test_what_could_not_be_written_was_not_sent(demo, client, tmp_path):
    reports = Reports(demo, tmp_path, 2015, 1)
    file = reports.next()
    run, _ = client.hurt(1, "submit", "--yes", file, fault=28, calls=("fsync",))
    assert run.returncode == CANNOT_WRITE, run.stderr
    assert reports.stored() == [["0", "0", "0"]] and not client.kept("sent/*.request")
    client.settles(file)
    assert reports.is_once()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small file system")
def test_on_a_full_disk_it_loses_and_doubles_nothing(demo, tmp_path):
    reports, disk, full = Reports(demo, tmp_path, 2015, 2), tmp_path / "disk", 0
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", disk], check=True)
    try:
        client = Client(demo, disk / "state", tmp_path / "control", CODE)
        for left in range(0, 14 if LONG else 8):
            file, ballast = reports.next(), disk / "ballast"
            free = os.statvfs(disk).f_bavail
            ballast.write_bytes(bytes(4096 * max(0, free - left)))
            run = client.submit(file)
            full += run.returncode == CANNOT_WRITE
            assert run.returncode in (0, CANNOT_WRITE), (left, run.stderr)
            ballast.unlink()
            client.settles(file)
            assert reports.is_once(), left
        assert full > 0, "the disk was never full"
    finally:
        subprocess.run(["umount", disk], check=True)


def test_several_at_once_agree_on_one_request(demo, client, tmp_path):
    reports = Reports(demo, tmp_path, 2015, 3)
    for _ in range(8 if LONG else 2):
        file = reports.next()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            runs = list(pool.map(lambda _: client.submit(file), range(4)))
        assert [r.returncode for r in runs] == [0] * 4, [r.stderr for r in runs]
        assert len({json.loads(r.stdout)["sha256"] for r in runs}) == 1
        assert reports.is_once()


def test_a_request_cut_at_any_byte_is_named_and_set_aside_and_others_go_on(demo, client, tmp_path):
    damaged, sound = Reports(demo, tmp_path, 2015, 4), Reports(demo, tmp_path, 2016, 1)
    for length in range(0, 60) if LONG else (0, 1, 17, 35, 36, 37):
        file = damaged.next()
        assert client.submit("--timeout", "1", file, RENKEI_SERVER="127.0.0.1:1").returncode == UNREACHABLE
        path, = (p for p in client.kept("sent/*.request") if (client.state / "renkei/pending" / (p.stem + ".binpb")).exists())
        os.truncate(path, min(length, path.stat().st_size))
        aside = path.with_suffix(".request.damaged")
        run = client.settles(file, sound.next())
        assert aside.exists() == (str(aside) in run.stderr) == (length < 36), (length, run.stderr)
        assert damaged.is_once() and sound.is_once()


def test_a_damaged_request_that_was_received_is_not_stored_again(demo, client, tmp_path):
    reports = Reports(demo, tmp_path, 2016, 2)
    file = reports.next()
    client.settles(file)
    path, = client.kept("sent/*.request")
    os.truncate(path, 20)
    run = client.settles(file)
    assert str(path) in run.stderr and "there already" in run.stderr, run.stderr
    assert reports.is_once()


@pytest.mark.skipif(not CLOCK.exists(), reason="faketime is not installed")
def test_a_clock_that_goes_back_a_year_loses_and_doubles_nothing(demo, client, tmp_path):
    reports = Reports(demo, tmp_path, 2016, 3)
    file = reports.next()
    past = {"LD_PRELOAD": str(CLOCK), "FAKETIME": "-400d"}
    run = client.submit(file, **past)
    # To such a clock the server's certificate is not valid yet.
    assert run.returncode not in (0, -9, -11) and reports.stored() == [["0", "0", "0"]], run.stderr
    client.settles(file)
    client.submit(file, **past)
    assert len(client.kept("sent/*.request")) == 1
    client.settles(file)
    assert reports.is_once()
