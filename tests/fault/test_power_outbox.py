"""The power fails under a client's outbox: what was called queued is there when the computer is on again, and goes out once.

A client whose fsync does nothing must be seen to lose.
"""
import json
import socket

import harness
import pytest
from demo import BUILD, Demo
from disk import Disk
from harness import full
from torture_client import Client

CODE = "130001"
UNREACHABLE = 69


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    demo = Demo(tmp_path_factory.mktemp("power") / "demo").start()
    try:
        demo.load_registry()
        yield demo
    finally:
        demo.stop()


class Office:
    """An officer's computer, whose state lies on a disk of its own."""

    def __init__(self, demo, folder, **env):
        self.disk = Disk(folder, 64).attach()
        (self.disk.mount / "state").mkdir()
        self.demo, self.folder, self.env, self.queued = demo, folder, env, {}
        # What was there before the test is on the disk.
        self.again(cut=False)
        self.client = Client(demo, self.disk.mount / "state", folder / "control", CODE)

    def again(self, cut=True):
        if cut:
            self.disk.cut()
        self.disk.detach()
        self.disk.attach()

    def file(self, number):
        path = self.folder / f"{number}.json"
        year, quarter = 2014 + number // 4 % 3, number % 4 + 1
        path.write_text(json.dumps({"municipality_code": CODE, "period": {"fiscal_year": year, "quarter": f"q{quarter}", "variant": "regular"}, "action": "new",
                                    "outcomes": [{"outcome_id": "o-1", "text": f"成果 {number}"}]}, ensure_ascii=False))
        return path

    def queue(self, path):
        """Submits without a line; remembers the request that was said to wait."""
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            run = self.client.run("submit", "--yes", "--timeout", "1", path, RENKEI_SERVER=f"127.0.0.1:{nobody.getsockname()[1]}", **self.env)
        assert run.returncode == UNREACHABLE and "waits in the outbox" in run.stderr, run.stderr
        (row,) = json.loads(run.stdout)
        self.queued[row["request_id"]] = path.name

    def lost(self):
        """Requests that were called queued and are not in the outbox, whole."""
        run = self.client.run("outbox", "list")
        there = {row["request_id"] for row in json.loads(run.stdout)} if run.returncode == 0 else set()
        return set(self.queued) - there

    def end(self):
        self.disk.detach()


def stored(demo):
    return [row[0] for row in demo.sql(f"select request_id from renkei.report_version where municipality_code = '{CODE}'")]


def test_what_was_called_queued_is_there_after_a_power_loss_and_goes_out_once(demo, tmp_path):
    office = Office(demo, tmp_path)
    rounds, number = full(30, 3), 0
    try:
        for _ in range(rounds):
            for _ in range(2):
                # Twelve quarters, again and again: the outbox takes all, and the server will take the first of each.
                office.queue(office.file(number))
                number += 1
            office.again()
            assert not office.lost(), office.lost()
        before = set(stored(demo))
        office.client.run("outbox", "flush", "--yes")
        after = stored(demo)
        assert len(after) == len(set(after)) and set(after) - before <= set(office.queued)
        assert len(set(after) - before) == min(number, 12)
        assert json.loads(office.client.run("outbox", "list").stdout) == []
        office.again()
        office.client.run("outbox", "flush", "--yes")
        assert stored(demo) == after
    finally:
        office.end()
    harness.table.add(scenario="power loss under an outbox", tries=rounds, acked=number)


def test_without_fsync_what_was_called_queued_is_lost(demo, tmp_path):
    office = Office(demo, tmp_path, LD_PRELOAD=str(BUILD / "tests/libnofsync.so"))
    try:
        office.queue(office.file(47))
        office.again()
        assert office.lost() == set(office.queued)
    finally:
        office.end()
