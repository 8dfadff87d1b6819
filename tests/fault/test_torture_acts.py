"""What a municipality does to its reports takes effect once, and is answered once, whenever client or daemon is killed on the way."""
import itertools
import json
import os
import random

import pytest
from demo import wait_for
from torture import KILL, LONG, ONCE, Tortured
from torture_client import Client

SEED = 20161003
ME = "401005"  # who wants a release
OTHER = "130001"
STEPS = ("read", "recv", "readv", "write", "writev", "send")  # of the worker: towards its peer and towards the database


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    demo = Tortured(tmp_path_factory.mktemp("acts") / "demo").start()
    try:
        demo.load_registry()
        demo.renkei("SECRETARIAT", "org", "release", ME, "--required", "yes", "--yes")
        yield demo
    finally:
        demo.stop()


class Act:
    """One kind: prepare() brings a report to where it can be done and gives the command; done() counts what it has left."""
    code, principal, quarter, kept = OTHER, OTHER, 1, 0
    room = False  # for so many times only as a short run has
    answered = (0,)  # how the same command ends after it took effect

    def __init__(self, demo, folder, year):
        self.demo, self.folder, self.year, self.count = demo, folder, year, 0
        self.client = Client(demo, folder / "state", folder / "control", self.principal)

    def file(self, version):
        report = {"municipality_code": self.code, "period": {"fiscal_year": self.year, "quarter": f"QUARTER_Q{self.quarter}", "variant": "VARIANT_REGULAR"},
                  "action": "REPORT_ACTION_NEW" if version == 1 else "REPORT_ACTION_REPLACE", "base_version": version - 1,
                  "outcomes": [{"outcome_id": "o-1", "text": f"成果 {version}"}]}
        path = self.folder / f"{version}.json"
        path.write_text(json.dumps(report))
        return path

    def prepare(self):
        self.count += 1
        self.demo.renkei(self.code, "submit", "--yes", self.file(self.count))
        return ("report", *self.words(), f"{self.year}Q{self.quarter}", "-m", self.code, "--yes")

    def done(self):
        """How often it took effect, and on how many things; None where the daemon does not answer yet."""
        where = f"municipality_code = '{self.code}' and fiscal_year = {self.year} and quarter = {self.quarter}"
        return self.demo.sql(self.counted.format(where=where))[0]

    def is_once(self):
        # Of a write that was cut a draft may lie there; it is nobody's request.
        waiting = [path for path in self.client.kept("pending/*") if path.suffix != ".tmp"]
        return self.done() == [str(self.count)] * 2 and not waiting and len(self.client.kept("receipts/*.json")) == self.kept * self.count


class Withdrawal(Act):
    counted = "select count(*), count(distinct version) from renkei.report_transition where {where} and state = 'withdrawn'"

    def words(self):
        return "withdraw", "--reason", "誤り"


class Release(Act):
    code, principal, quarter, kept = ME, f"APPROVER_{ME}", 2, 1
    counted = "select count(*), count(distinct version_id) from renkei.report_release join renkei.report_version using (municipality_code, version_id) where {where}"

    def words(self):
        return ("release",)


class SendingBack(Act):
    code, principal, quarter = ME, f"APPROVER_{ME}", 3
    counted = "select count(*), count(distinct version) from renkei.preparation_step where {where} and state = 'sent_back'"

    def words(self):
        return "send-back", "--reason", "数字を確認してください"


class Confirmation(Act):
    quarter = 4
    counted = "select count(*), count(distinct version_id) from renkei.report_confirmation join renkei.report_version using (municipality_code, version_id) where {where}"

    def prepare(self):
        self.count += 1
        self.demo.renkei("SECRETARIAT", "import", "--on-behalf-of", "auto", "--yes", self.file(self.count))
        return ("report", "confirm", f"{self.year}Q{self.quarter}", "-m", self.code, "--yes")


class Removal(Act):
    counted = "select count(*), count(distinct removal_id) from renkei.attachment where {where} and removed_at is not null"
    quarter = 2

    def prepare(self):
        self.count += 1
        path = self.folder / f"{self.count}.pdf"
        path.write_bytes(b"%PDF-1.7\n" + os.urandom(200))
        self.demo.renkei(self.code, "attach", "--period", f"{self.year}Q{self.quarter}", "-m", self.code, path)
        number = self.demo.sql(f"select max(serial) from renkei.attachment where municipality_code = '{self.code}' and fiscal_year = {self.year} and quarter = {self.quarter}")[0][0]
        return "attachment", "remove", f"{self.code}-{self.year}Q{self.quarter}-A{number}", "--yes"


class Submission(Act):
    """A version after the other of one report."""
    code = principal = "200000"
    quarter, kept = 1, 1
    counted = "select count(*), count(distinct version) from renkei.report_version where {where}"

    def prepare(self):
        self.count += 1
        return "submit", "--yes", self.file(self.count)


class Nil(Act):
    """A quarter of its own each time: what stands there already is another matter."""
    kept, room = 1, True

    def __init__(self, demo, folder, year):
        self.code = self.principal = {2015: "110001", 2014: "160008"}[year]
        super().__init__(demo, folder, year)

    def prepare(self):
        self.count += 1
        return "nil", f"{2014 + (self.count - 1) // 4}Q{(self.count - 1) % 4 + 1}", "--yes"

    def done(self):
        return self.demo.sql(f"select count(*), count(distinct (fiscal_year, quarter)) from renkei.report_version where municipality_code = '{self.code}' and nil")[0]


class Extension(Act):
    """Decided before the next one: a period has one at a time."""
    code = principal = "442011"
    answered = (0, 65)  # given once more after its answer came, it is another wish, and the first still waits for its decision
    counted = "select count(*), count(distinct number) from renkei.extension where {where}"

    def prepare(self):
        if self.count:
            self.demo.renkei("SECRETARIAT", "extension", "refuse", f"{self.code}-{self.year}Q{self.quarter}-E{self.count}", "--reason", "不要", "--yes")
        self.count += 1
        return "extension", "request", f"{self.year}Q{self.quarter}", "--until", f"{self.year + 1}-03-31", "--reason", "集計中", "--yes"


class Attaching(Act):
    code = principal = "141305"
    quarter, kept = 3, 1
    counted = "select count(*), count(distinct sha256) from renkei.attachment where {where}"

    def prepare(self):
        self.count += 1
        path = self.folder / f"{self.count}.pdf"
        path.write_bytes(b"%PDF-1.7\n" + os.urandom(200000))
        return "attach", "--period", f"{self.year}Q{self.quarter}", path


ACTS = [Submission, Withdrawal, Release, SendingBack, Confirmation, Removal, Nil, Extension, Attaching]


@pytest.mark.parametrize("kind", ACTS, ids=lambda kind: kind.__name__)
def test_a_client_killed_before_any_system_call_does_it_once(demo, tmp_path, kind):
    act = kind(demo, tmp_path, 2015)
    run, last = act.client.hurt(1 << 60, *act.prepare())
    assert run.returncode == 0 and act.is_once(), run.stderr
    killed, waited = 0, 0
    by_hand = itertools.cycle((False, True))
    # From its first call to its last; the request waits from somewhere in the middle on.
    for nth in range(1, last + 1) if LONG and not act.room else sorted({1 + (last - 1) * part // 8 for part in range(9)}):
        words = act.prepare()
        run, _ = act.client.hurt(nth, *words)
        killed += run.returncode == -9
        # By the outbox, and by the same command: each finds the request that is out, if there is one.
        waiting = json.loads(act.client.run("outbox", "list").stdout)
        waited += len(waiting)
        if waiting and next(by_hand):
            flushed = act.client.run("outbox", "flush", "--yes")
            assert flushed.returncode == 0, (nth, flushed.stderr)
            assert act.is_once(), (nth, act.done())
        run = act.client.run(*words)
        assert run.returncode in act.answered and act.is_once(), (nth, run.stderr, act.done())
    print(f"{kind.__name__}: {last} system calls, killed before {killed} of them, {waited} times something waited")
    assert killed > 0 and waited > 0


@pytest.mark.parametrize("kind", ACTS, ids=lambda kind: kind.__name__)
def test_a_daemon_killed_at_any_step_does_it_once(demo, tmp_path, kind):
    act = kind(demo, tmp_path, 2014)
    demo.control.pid = wait_for(demo.worker)
    words = act.prepare()
    demo.arm(1 << 60, ONCE, STEPS, KILL)
    run = act.client.run(*words)
    demo.disarm()
    last = demo.control.seen
    assert run.returncode == 0 and act.is_once(), run.stderr
    killed = 0
    # The last ones are those of the act itself; what comes before is a connection, and what is asked first.  On a busy machine they are fewer.
    steps = range(1, last + 1) if LONG and not act.room else sorted({last - back for back in (0, 2, 4, 7, 11)} | {last // 2, random.Random(f"{SEED} {kind.__name__}").randint(1, last)})
    for nth in steps:
        words = act.prepare()
        demo.control.pid = before = wait_for(demo.worker)
        demo.arm(nth, ONCE, STEPS, KILL)
        run = act.client.run("--timeout", "60", *words)
        killed += demo.disarm() > 0
        # Killed within the handshake it may be no server of this kind, which somebody has to look at; what is asked for waits.
        if run.returncode == os.EX_CONFIG:
            assert len(json.loads(act.client.run("outbox", "list").stdout)) == 1, run.stderr
            wait_for(demo.worker)
            run = act.client.run("outbox", "flush", "--yes")
        assert run.returncode == 0, (nth, run.stderr)
        # A read that met the dying worker is not repeated for ever; what was asked for waits in the outbox, and nothing else does.
        assert act.is_once(), (nth, act.done(), run.stderr)
        wait_for(lambda: demo.worker() and (demo.worker() != before or not demo.control.hits))
    print(f"{kind.__name__}: {last} steps of the worker, killed at {killed} of them")
    assert killed > 0
