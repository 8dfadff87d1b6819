"""kill -9 in the middle of concurrent submissions: every receipt is in the database exactly once, and nothing else is."""
import os
import random
import signal
import socket
import threading
import time

import grpc
import talk
from demo import MUNICIPALITIES, Demo
from renkei.v1 import report_pb2

ROUNDS = 24  # versions each submitter brings through, at least


class Submitter(threading.Thread):
    """Submits version after version of one report, each with its own request id, and repeats it until it is acknowledged."""

    def __init__(self, demo, code):
        super().__init__(daemon=True)
        self.demo, self.code, self.receipts, self.trouble, self.retries = demo, code, [], None, 0
        self.enough = threading.Event()

    def run(self):
        try:
            while not self.enough.is_set() or len(self.receipts) < ROUNDS:
                self.receipts.append(self.bring(len(self.receipts) + 1))
        except Exception as error:  # shown by the test
            self.trouble = error

    def bring(self, version):
        fields = {"action": report_pb2.REPORT_ACTION_REPLACE, "base_version": version - 1} if version > 1 else {}
        request = talk.request(talk.outcome_report(self.code, 2016, 1, f"{version} 回目", **fields))
        end = time.monotonic() + 90
        while True:
            try:
                return request.request_id, self.stub().SubmitReport(request, timeout=10).receipt
            except grpc.RpcError as error:
                again = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN)
                if error.code() not in again or time.monotonic() > end:
                    raise
                self.retries += 1
                self.channel = None
                time.sleep(random.uniform(0.02, 0.2))

    channel = None

    def stub(self):
        if self.channel is None:
            self.channel = talk.reports(self.demo, self.code)
        return self.channel


def check_database(demo, submitters):
    """Receipts acknowledged and rows stored are the same set."""
    for submitter in submitters:
        assert submitter.trouble is None, f"{submitter.code}: {submitter.trouble}\n{demo.tail()}"
        assert [r.version for _, r in submitter.receipts] == list(range(1, len(submitter.receipts) + 1))
    acknowledged = sorted((s.code, str(r.version), r.sha256) for s in submitters for _, r in s.receipts)
    stored = sorted(map(tuple, demo.sql("select municipality_code, version, encode(sha256, 'hex') from renkei.report_version")))
    assert stored == acknowledged
    requests = sorted((s.code, i) for s in submitters for i, _ in s.receipts)
    assert sorted(map(tuple, demo.sql("select municipality_code, request_id from renkei.request where method = 'submit'"))) == requests


def wait_for_progress(submitters):
    """Returns in the middle of things: every submitter that lives has had an answer since the call."""
    before = [len(s.receipts) for s in submitters]
    end = time.monotonic() + 60
    while any(s.is_alive() and len(s.receipts) == n for s, n in zip(submitters, before)):
        assert time.monotonic() < end, "no progress"
        time.sleep(0.01)


def finish(submitters):
    for s in submitters:
        s.enough.set()
    for s in submitters:
        s.join(150)
        assert not s.is_alive()
    assert sum(s.retries for s in submitters) >= 1, "nobody noticed a kill: the test tried nothing"


def test_a_worker_killed_again_and_again_loses_and_doubles_nothing(own_demo):
    submitters = [Submitter(own_demo, code) for code in MUNICIPALITIES[:8]]
    for s in submitters:
        s.start()
    for _ in range(6):
        wait_for_progress(submitters)
        os.kill(random.choice(own_demo.workers()), signal.SIGKILL)
    finish(submitters)
    assert own_demo.process.poll() is None
    check_database(own_demo, submitters)


def test_the_whole_daemon_killed_and_started_again_loses_and_doubles_nothing(tmp_path):
    port = free_port()
    demo = Demo(tmp_path / "demo", "--port", str(port)).start()
    try:
        demo.load_registry()
        submitters = [Submitter(demo, code) for code in MUNICIPALITIES[:8]]
        for s in submitters:
            s.start()
        for _ in range(2):
            wait_for_progress(submitters)
            family = demo.workers()
            demo.process.kill()
            demo.process.wait()
            for pid in family:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            demo.start()
        finish(submitters)
        check_database(demo, submitters)
    finally:
        demo.stop()


def free_port():
    """A port that is free now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
