"""torture_client.py - renkei with a folder of its own, killed before a system call of the test's choice (torture_preload.c)."""
import mmap
import os
import subprocess

import torture
from demo import RENKEI
from torture import KILL, OFF, ONCE, Control

# Everything the interposer knows but memory.
CALLS = torture.CALLS[1:]


class Client:
    """renkei with a state folder of its own, perhaps under the interposer."""

    def __init__(self, demo, state, control, principal):
        self.demo, self.state, path = demo, state, control
        state.mkdir(exist_ok=True)
        path.write_bytes(bytes(4096))
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 4096)
        self.control = Control.from_buffer(self.map)
        cert, key = demo.identity(principal)
        self.env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(state), "XDG_STATE_HOME": str(state), "RENKEI_CA": demo.env["RENKEI_CA"],
                    "RENKEI_SERVER": demo.env["RENKEI_SERVER"], "RENKEI_CERT": cert, "RENKEI_KEY": key, "ASAN_OPTIONS": torture.sanitizer_options()}
        self.interposed = {"LD_PRELOAD": str(torture.PRELOAD), "RENKEI_TORTURE": str(path), "RENKEI_TORTURE_PROGRAM": str(RENKEI)}

    def run(self, *words, **env):
        return subprocess.run([RENKEI, "--lang", "en", "-o", "json", *map(str, words)], env={**self.env, **env}, capture_output=True, text=True, timeout=90)

    def submit(self, *files, **env):
        return self.run("submit", "--yes", *files, **env)

    def hurt(self, nth, *words, fault=KILL, mode=ONCE, calls=CALLS):
        """Runs with the nth system call failing; the result, and how many calls there were."""
        control = self.control
        control.calls = sum(1 << torture.CALLS.index(c) for c in calls)
        control.pid, control.nth, control.seen, control.hits, control.fault, control.mode = 0, nth, 0, 0, fault, mode
        run = self.run(*words, **self.interposed)
        control.mode = OFF
        assert "Sanitizer" not in run.stderr and "runtime error" not in run.stderr, run.stderr
        return run, control.seen

    def settles(self, *files):
        """The same files again, with nothing in the way: each has its receipt."""
        run = self.submit(*files)
        assert run.returncode == 0, (run.stdout, run.stderr)
        return run

    def kept(self, pattern):
        return sorted((self.state / "renkei").glob(pattern))
