"""Every system call of the worker fails in every way that it may, while calls are made."""
import collections
import errno
import os
import random
import signal
import subprocess
import time

import pytest
import torture_calls
from torture import FOR_GOOD, LONG, ONCE, SHORT, Tortured, numbers
from torture_try import Try
from demo import RENKEID, wait_for

SEED = 20150925
# Library call by which the worker asks the system, and how the system may refuse it.
FAULTS = [
    ("accept", errno.EMFILE), ("accept", errno.ECONNABORTED), ("accept", errno.ENOMEM), ("accept", errno.EINTR),
    ("read", errno.EINTR), ("read", errno.ECONNRESET), ("read", errno.EAGAIN), ("read", SHORT),
    ("recv", errno.EINTR), ("recv", errno.ECONNRESET), ("recv", errno.EAGAIN), ("recv", SHORT),
    ("write", errno.EPIPE), ("write", errno.EAGAIN), ("write", errno.ENOBUFS), ("write", errno.EINTR), ("write", SHORT),
    ("send", errno.EPIPE), ("send", errno.EAGAIN), ("send", errno.ENOBUFS), ("send", errno.EINTR), ("send", SHORT),
    ("epoll_wait", errno.EINTR),
    ("epoll_ctl", errno.ENOSPC), ("epoll_ctl", errno.ENOMEM),
    ("setsockopt", errno.EINVAL), ("close", errno.EIO), ("shutdown", errno.ENOTCONN),
    ("readv", errno.EINTR), ("readv", errno.ECONNRESET), ("readv", errno.EAGAIN),
    ("writev", errno.EPIPE), ("writev", errno.EAGAIN), ("writev", errno.ENOBUFS), ("writev", errno.EINTR),
]
# What is asked for only on the way to the database.
BACK = [
    ("socket", errno.EMFILE), ("connect", errno.ECONNREFUSED), ("connect", errno.ETIMEDOUT), ("fcntl", errno.EINVAL), ("getsockopt", errno.ENOBUFS),
    ("recv", errno.ECONNRESET), ("send", errno.EPIPE), ("epoll_ctl", errno.ENOSPC), ("memory", errno.ENOMEM),
]
# Calls whose system calls stand for those of all others: a write, and a whole connection; and who alone makes some.
CALLS = ("SubmitReport", "Connection")
ALONE = {"shutdown": ("Farewell",), "readv": ("Scrape",), "writev": ("Scrape",)}


def named(call, fault):
    return f"{call}-{'short' if fault == SHORT else errno.errorcode[fault]}"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    demo = Tortured(tmp_path_factory.mktemp("system") / "demo").start()
    try:
        demo.load_registry()
        demo.cases = torture_calls.cases(demo)
        yield demo
    finally:
        stopped = demo.stop()
    assert stopped == 0 and demo.trouble() is None, demo.trouble()


@pytest.mark.parametrize("call, fault", FAULTS, ids=[named(*fault) for fault in FAULTS])
def test_the_system_refuses(demo, call, fault):
    tally = collections.Counter()
    for case in demo.cases if LONG else (c for c in demo.cases if c.name in ALONE.get(call, CALLS)):
        attempt = Try(demo, case, ONCE, (call,), fault)
        last = attempt.count()
        for nth in numbers(random.Random(f"{SEED} {call} {fault} {case.name}"), last, 2):
            said, hits = attempt.hurt(nth)
            tally[said] += hits > 0
    print(f"{call}: {sum(tally.values())} refused: {dict(tally)}")
    assert sum(tally.values()) > 0, f"{call} was never refused"
    assert not demo.leaks() and demo.is_whole(), demo.trouble()


@pytest.mark.parametrize("call, fault", BACK, ids=[named(*fault) for fault in BACK])
def test_the_way_back_to_the_database_finds_it(demo, call, fault):
    """All connections end; the new ones are refused something, once for each of them and then for a while."""
    case = next(c for c in demo.cases if c.name == "SubmitReport")
    refused = collections.Counter()
    for mode, nth in ((ONCE, 1), (ONCE, 2), (FOR_GOOD, 1)):
        demo.arm(nth, mode, (call,), fault)
        demo.database.ask("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'renkei_daemon'")
        met = time.monotonic() + 5
        while not demo.control.hits and time.monotonic() < met:
            time.sleep(0.05)
        time.sleep(0.3)
        refused[mode, nth] = demo.disarm()
        request = torture_calls.again(case.prepare)
        torture_calls.again(lambda: case.call(request))
        assert case.stored(demo.database, request) == [["1"]]
    print(f"{call}: refused {dict(refused)}")
    assert all(refused.values()), f"{call} was not refused: {refused}"
    assert not demo.leaks() and demo.is_whole(), demo.trouble()


@pytest.mark.parametrize("call, fault", [("open", errno.ENOENT), ("open", errno.EMFILE), ("memory", errno.ENOMEM), ("read", errno.EIO)])
def test_a_reload_that_fails_leaves_what_serves(demo, call, fault):
    """The supervisor is refused something while it reads its configuration anew; whoever serves afterwards serves."""
    case = next(c for c in demo.cases if c.name == "GetReport")
    conf, control = demo.config, demo.control
    for nth in numbers(random.Random(f"{SEED} reload {call} {fault}"), 200 if call == "memory" else 12, 4):
        before = demo.first
        control.pid = demo.process.pid
        demo.arm(nth, ONCE, (call,), fault)
        run = subprocess.run([RENKEID, "--config", conf, "ctl", "reload"], capture_output=True, text=True, timeout=60)
        demo.disarm()
        wait_for(lambda: demo.worker() and (demo.worker() == before) == (run.returncode != 0), 30)
        control.pid = demo.first = demo.worker()
        case.lines.renew(case.principal)
        request = case.prepare()
        torture_calls.again(lambda: case.call(request))
        assert demo.trouble() is None and demo.process.poll() is None, demo.trouble()


def test_a_warning_of_a_commit_is_not_lost_for_want_of_memory(demo):
    """A commit whose wait for the standby was cancelled looks like one that went well, but for a warning."""
    case = next(c for c in demo.cases if c.name == "SubmitReport")
    ask = demo.database.ask
    tried = 0
    for nth in range(1, 41 if LONG else 17):
        request = torture_calls.again(case.prepare)
        ask("alter system set synchronous_standby_names = 'nobody'")
        ask("select pg_reload_conf()")
        wait_for(lambda: ask("show synchronous_standby_names") == [["nobody"]], 10)
        call = case.lines.to(case.principal).unary_unary(case.path, case.request_type.SerializeToString, case.answer_type.FromString).future(request, timeout=20)
        wait_for(lambda: ask("select count(*) from pg_stat_activity where wait_event = 'SyncRep'") != [["0"]] or call.done(), 20)
        demo.arm(nth, ONCE)
        ask("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'")
        error = call.exception()
        tried += demo.disarm()
        assert error is not None, f"allocation {nth}: acknowledged after a warning"
        ask("alter system reset synchronous_standby_names")
        ask("select pg_reload_conf()")
        torture_calls.again(lambda: case.call(request))
        assert case.stored(demo.database, request) == [["1"]]
    assert tried > 0 and demo.is_whole(), demo.trouble()


def test_a_signal_at_any_time_is_no_fault(demo):
    """SIGHUP and the like that nobody sent on purpose do not end a worker; it is still the one that was started."""
    case = next(c for c in demo.cases if c.name == "GetReport")
    for sent in (signal.SIGPIPE, signal.SIGCONT, signal.SIGWINCH):
        os.kill(demo.worker(), sent)
        request = case.prepare()
        torture_calls.again(lambda: case.call(request))
    assert demo.is_whole(), demo.trouble()
