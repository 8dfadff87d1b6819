"""Everything at once, inside 512 MiB: the daemon is never killed for its memory, and the well-behaved peer is served.

The bound is a formula (daemon/README.md, section 8): 32 MiB + connections x (TLS + read + write) + streams + the bodies and what they are
decoded into.  A memory cgroup makes it one that hurts.
"""
import contextlib
import multiprocessing
import os
import pathlib
import random
import time

import certs
import pytest
import raw
import test_attacks
from conftest import LONG, Good, record
from served import Served

MEMORY = 512 << 20
SECONDS = 600 if LONG else 20
HOLDERS = 120 if LONG else 8
P99_MS = 1000 if LONG else 10000
ROOT = pathlib.Path("/sys/fs/cgroup/memory")


@contextlib.contextmanager
def cgroup(pids):
    """A memory cgroup of 512 MiB around these processes; swap does not help."""
    group = ROOT / f"renkei-hostile-{os.getpid()}"
    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(MEMORY))
    except OSError as error:
        pytest.skip(f"no memory cgroup can be made here: {error}")
    try:
        for pid in pids:
            (group / "cgroup.procs").write_text(str(pid))
        yield group
    finally:
        for pid in (group / "cgroup.procs").read_text().split():
            with contextlib.suppress(OSError):
                (ROOT / "cgroup.procs").write_text(pid)
        group.rmdir()


def number(path, name=None):
    text = path.read_text()
    return int(text) if name is None else int(dict(line.split() for line in text.splitlines())[name])


def hold(demo, tls, end):
    """Eight connections of one principal, each full of streams whose bodies are never complete."""
    while time.monotonic() < end:
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            peers = [stack.enter_context(raw.Peer(demo, tls=tls, source=f"127.1.{random.randrange(250)}.1")) for _ in range(8)]
            for peer in peers:
                for n in range(1, 64, 2):
                    peer.send(raw.headers(n, raw.block(raw.fields(path=raw.CHECK))[n > 1:]))
                    peer.send_body(n, raw.message(b"x" * 60000, length=1000000), end=False, seconds=0.5)
            for peer in peers:
                peer.end(max(0, min(20, end - time.monotonic())))


def strike(demo, attacks, end):
    """One attack after another."""
    while time.monotonic() < end:
        attack = random.choice(attacks)
        with contextlib.suppress(OSError, AssertionError):
            attack(demo)


class Target:
    """What an attack needs of a platform, in another process."""

    def __init__(self, demo):
        self.env = dict(demo.env)

    def identity(self, who):
        return self.env[f"RENKEI_CERT_{who}"], self.env[f"RENKEI_KEY_{who}"]


def started(target, *args):
    process = multiprocessing.get_context("fork").Process(target=target, args=args, daemon=True)
    process.start()
    return process


@pytest.fixture
def alone(tmp_path):
    demo = Served(tmp_path / "demo").start()
    try:
        demo.load_registry()
        yield demo
    finally:
        demo.stop()


def test_everything_at_once_stays_within_half_a_gibibyte(alone, tmp_path):
    ca = certs.load(alone.env["RENKEI_CA"], alone.folder / "keys/ca.key")
    pairs = [certs.write(tmp_path, certs.make(ca, uris=(f"renkei://demo.renkei/municipality/9{n:05d}",))) for n in range(HOLDERS)]
    quick = [attack for attack, _ in test_attacks.QUICK if attack is not test_attacks.too_many_of_one]
    slow = [attack for attack, *_ in test_attacks.SLOW]
    before = alone.workers()
    good = Good(alone)
    with cgroup([alone.process.pid, *before]) as group:
        end, target, running = time.monotonic() + SECONDS, Target(alone), []
        try:
            running = [started(hold, target, raw.context(alone.env["RENKEI_CA"], *pair), end) for pair in pairs]
            running += [started(strike, target, quick, end) for _ in range(3)] + [started(strike, target, slow, end) for _ in range(4)]
            good.mark()
            time.sleep(SECONDS)
            seen = good.mark()
            most = number(group / "memory.max_usage_in_bytes")
            killed = number(group / "memory.oom_control", "oom_kill")
        finally:
            for process in running:
                process.terminate()
                process.join()
    good.stop()
    record(case=f"everything at once, {SECONDS} s, 512 MiB", answer=f"at most {most >> 20} MiB", seconds=SECONDS, before=0, most=most,
           p50=seen["p50"], p99=seen["p99"], calls=seen["calls"], failed=len(seen["failed"]))
    assert killed == 0 and alone.workers() == before
    assert not seen["failed"], seen["failed"]
    assert seen["calls"] > SECONDS and seen["p99"] <= P99_MS, seen
    assert most < MEMORY
