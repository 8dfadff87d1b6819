"""What is sealed, relayed and taken in takes effect once, and its receipt comes home, whichever system call each of the three is killed before."""
import json

import pytest
from demo import wait_for
from torture import KILL, LONG, ONCE, Tortured
from torture_client import Client

ME = "401005"  # who wants a release
RELAYER = "400009"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    demo = Tortured(tmp_path_factory.mktemp("sealed") / "demo").start()
    try:
        demo.load_registry()
        demo.renkei("SECRETARIAT", "org", "release", ME, "--required", "yes", "--yes")
        yield demo
    finally:
        demo.stop()


class Office:
    """An officer and an approver without a line, and somebody who has one."""

    def __init__(self, demo, folder):
        self.demo, self.folder = demo, folder
        self.officer, self.approver, self.relayer = (Client(demo, folder / who, folder / f"{who}.control", who) for who in (ME, f"APPROVER_{ME}", RELAYER))
        # It sends nothing without being told to; this is what the torture counts on, not an address that leads nowhere.
        self.key = demo.env["RENKEI_RECEIPT_KEY"]

    def report(self, year, quarter):
        path = self.folder / "report.json"
        path.write_text(json.dumps({"municipality_code": ME, "period": {"fiscal_year": year, "quarter": f"q{quarter}", "variant": "regular"}, "action": "new", "nil": True}))
        return path

    def steps(self, year, quarter):
        """The way of a report and of its release: who does what."""
        sealed, release = self.folder / f"{year}Q{quarter}.sealed", self.folder / f"{year}Q{quarter}.release"
        return [(self.officer, ("seal", self.report(year, quarter), "-O", sealed)), (self.relayer, ("relay", "--yes", sealed)),
                (self.officer, ("receipt", "import", f"{sealed}.receipts", "--public-key", self.key)),
                (self.approver, ("seal", "--release", sealed, "-O", release, "--yes", "--public-key", self.key)), (self.relayer, ("relay", "--yes", release)),
                (self.approver, ("receipt", "import", f"{release}.receipts", "--public-key", self.key))]

    def holds(self, year, quarter):
        """One version, one release, each noted once as relayed; a receipt at home of both, and nothing that waits."""
        where = f"municipality_code = '{ME}' and fiscal_year = {year} and quarter = {quarter}"
        counted = self.demo.sql(f"select (select count(*) from renkei.report_version where {where}), (select count(*) from renkei.report_relay join renkei.report_version using (municipality_code, version_id) "
                                f"where {where}), (select count(*) from renkei.report_release join renkei.report_version using (municipality_code, version_id) where {where})")[0]
        number = f"{ME}-{year}Q{quarter}-1"
        waiting = [path for client in (self.officer, self.approver) for path in client.kept("pending/*") if path.suffix != ".tmp"]
        kept = [len(client.kept(f"receipts/{number}.json")) for client in (self.officer, self.approver)]
        return (counted, waiting, kept) == (["1", "1", "1"], [], [1, 1])


def test_each_step_killed_before_any_system_call_leaves_one_report_and_one_release(demo, tmp_path):
    office = Office(demo, tmp_path)
    lasts = []
    for client, words in office.steps(2014, 1):
        run, last = client.hurt(1 << 60, *words)
        assert run.returncode == 0, (words, run.stderr)
        lasts.append(last)
    assert office.holds(2014, 1)
    # Each step killed in its turn: so many quarters as the registry has left, one after the other.
    quarters = [(year, quarter) for year in (2014, 2015, 2016) for quarter in (1, 2, 3, 4)][1:]
    killed = 0
    for turn, (year, quarter) in enumerate(quarters):
        for at, (client, words) in enumerate(office.steps(year, quarter)):
            # The last calls of a step are those after which it has taken effect.
            parts = [1 + (lasts[at] - 1) * (turn * 6 + at) % lasts[at], lasts[at] - turn % 5] if not LONG else range(1 + turn, lasts[at] + 1, len(quarters))
            for nth in parts:
                run, _ = client.hurt(max(nth, 1), *words)
                killed += run.returncode == -9
            done = client.run(*words)
            assert done.returncode == 0, (words, done.stderr)
        assert office.holds(year, quarter), (year, quarter)
    print(f"{sum(lasts)} system calls of {len(lasts)} steps, killed before {killed} of them")
    assert killed > len(quarters) * 6


def test_the_daemon_killed_while_it_relays_does_it_once(demo, tmp_path):
    """A quarter of another kind: the forecast of the registry's last one."""
    office = Office(demo, tmp_path)
    path = office.folder / "report.json"
    path.write_text(json.dumps({"municipality_code": ME, "period": {"fiscal_year": 2016, "quarter": "q4", "variant": "forecast"}, "action": "new", "nil": True}))
    sealed, release = tmp_path / "f.sealed", tmp_path / "f.release"
    assert office.officer.run("seal", path, "-O", sealed).returncode == 0

    def relayed(file):
        """Killed at one step after the other until a run got through without one."""
        killed, nth = 0, 1
        while True:
            demo.control.pid = before = wait_for(demo.worker)
            demo.arm(nth, ONCE, ("read", "recv", "readv", "write", "writev", "send"), KILL)
            run = office.relayer.run("--timeout", "60", "relay", "--yes", file)
            hit = demo.disarm() > 0
            assert run.returncode in (0, 69, 75, 78), run.stderr
            wait_for(lambda before=before: demo.worker() and (demo.worker() != before or not demo.control.hits))
            if not hit:
                break
            killed += hit
            nth += 3
        assert run.returncode == 0
        return killed

    killed = relayed(sealed)
    assert office.approver.run("seal", "--release", sealed, "-O", release, "--yes", "--public-key", office.key).returncode == 0
    killed += relayed(release)
    where = f"municipality_code = '{ME}' and fiscal_year = 2016 and quarter = 4 and variant = 'forecast'"
    assert demo.sql(f"select (select count(*) from renkei.report_version where {where}), (select count(*) from renkei.report_release join renkei.report_version using (municipality_code, version_id) where {where})") == [["1", "1"]]
    assert office.approver.run("receipt", "import", f"{release}.receipts").returncode == 0 and not office.approver.kept("pending/*")
    print(f"the worker killed at {killed} steps of two relays")
    assert killed > 0
