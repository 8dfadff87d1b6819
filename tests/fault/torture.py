"""torture.py - a demo whose worker is refused its n-th allocation or system call, at the moment the test chooses (torture_preload.c)."""
import contextlib
import ctypes
import mmap
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from demo import BUILD, RENKEID, wait_for  # noqa: E402
from effort import is_long  # noqa: E402
from served import Served, free_port  # noqa: E402

LONG = is_long()
PRELOAD = BUILD / "tests/libtorture.so"

# enum call of torture_preload.c, in its order.
CALLS = ("memory", "accept", "read", "readv", "recv", "write", "writev", "send", "epoll_wait", "epoll_ctl", "socket", "connect",
         "open", "close", "fcntl", "setsockopt", "getsockopt", "shutdown", "fsync", "rename", "unlink", "flock", "mkdir")
OFF, ONCE, FOR_GOOD = range(3)
SHORT, KILL = -1, -2


class Control(ctypes.Structure):
    """struct control of torture_preload.c."""
    _fields_ = [("pid", ctypes.c_uint32), ("mode", ctypes.c_uint32), ("calls", ctypes.c_uint32), ("fault", ctypes.c_int32),
                ("nth", ctypes.c_uint64), ("seen", ctypes.c_uint64), ("hits", ctypes.c_uint64), ("tell", ctypes.c_uint32),
                ("ask", ctypes.c_uint32), ("answered", ctypes.c_uint32), ("leaks", ctypes.c_uint32)]


@contextlib.contextmanager
def environment(**values):
    """os.environ with these values, for what is started within."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def sanitizer_options():
    """The interposer stands before the sanitizer's runtime; it only forwards."""
    return ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0:allocator_may_return_null=1")))


class Tortured(Served):
    """A platform with one worker, under the interposer; quiet until something is armed."""

    def __init__(self, folder):
        self.metrics = f"127.0.0.1:{free_port()}"
        super().__init__(folder, metrics_listen=self.metrics)

    def start(self, seconds=90):
        path = self.folder.parent / "torture.control"
        path.write_bytes(bytes(4096))
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 4096)
        self.control = Control.from_buffer(self.map)
        with environment(LD_PRELOAD=str(PRELOAD), RENKEI_TORTURE=str(path), RENKEI_TORTURE_PROGRAM=str(RENKEID), ASAN_OPTIONS=sanitizer_options()):
            super().start(seconds)
        wait_for(self.worker, 30)
        self.control.pid = self.first = self.worker()
        self.database = Database(self)
        return self

    def worker(self):
        """The one worker."""
        found = self.workers()
        return found[0] if len(found) == 1 else None

    def arm(self, nth, mode=ONCE, calls=("memory",), fault=12):
        """From now on the nth of these calls fails, or all from the nth on."""
        control = self.control
        control.mode = OFF
        control.calls = sum(1 << CALLS.index(c) for c in calls)
        control.nth, control.seen, control.hits, control.fault = nth, 0, 0, fault
        control.mode = mode

    def disarm(self):
        """Everything succeeds again; the number of calls that failed."""
        self.control.mode = OFF
        return self.control.hits

    def leaks(self):
        """Whether the worker has lost memory; looked for by the sanitizer, without ending anything."""
        control = self.control
        control.ask += 1
        wait_for(lambda: control.answered == control.ask, 60, 0.005)
        return bool(control.leaks)

    def trouble(self):
        """What the sanitizers and assertions wrote."""
        text = (self.folder.parent / (self.folder.name + ".log")).read_text(errors="replace")
        found = re.search(r"(?m)^.*(ERROR: (Address|Leak)Sanitizer|runtime error:|Assertion .* failed|worker_died).*(\n.*){0,40}", text)
        return found.group(0) if found else None

    def is_whole(self):
        """The worker that was started is the one that serves, and nothing was written that speaks of a crash."""
        return self.worker() == self.first and self.trouble() is None

    def stop(self, *words, **options):
        if getattr(self, "database", None):
            self.database.close()
            self.database = None
        return super().stop(*words, **options)


class Database:
    """One psql that stays: a statement, its rows."""

    def __init__(self, demo):
        self.process = subprocess.Popen(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env={**os.environ, **{k: v for k, v in demo.env.items() if k.startswith("PG")}})

    def ask(self, text):
        self.process.stdin.write(text + ";\n\\echo that was all\n")
        self.process.stdin.flush()
        rows = []
        for line in self.process.stdout:
            if line == "that was all\n":
                return rows
            rows.append(line.rstrip("\n").split("\t"))
        raise AssertionError(f"psql ended at: {text}")

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


def numbers(random, last, wanted):
    """1 to last, or a sample of so many with both ends; everything when RENKEI_LONG is set."""
    if LONG or last <= wanted:
        return list(range(1, last + 1))
    return sorted({1, last, *random.sample(range(2, last), wanted - 2)})
