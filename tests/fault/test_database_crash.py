"""PostgreSQL crashes under renkeid: a backend, the checkpointer, the postmaster, a disk that fails to flush."""
import os
import random
import shutil
import signal
import subprocess
import time

import pytest
from demo import wait_for
from harness import Renkeid, Trial, full


def services(place):
    return lambda chain: Renkeid(place.daemon, chain.code)


def one_of(place, kind):
    """A process of the cluster that says it is of this kind"""
    return random.choice(wait_for(lambda: place.cluster.family().get(kind)))


@pytest.mark.parametrize("kind", ["renkeid", "checkpointer"])
def test_a_killed_process_of_postgresql_loses_and_doubles_nothing(place, kind):
    place.start()
    with Trial(f"kill -9 of PostgreSQL's {'backend' if kind == 'renkeid' else kind}", services(place), place.cluster.sql) as trial:
        trial.breaks(lambda: os.kill(one_of(place, kind), signal.SIGKILL), full(100, 3))
    trial.must_hold(services(place))
    place.cluster.checked()


def test_a_killed_postmaster_loses_and_doubles_nothing(place):
    place.start()

    def kill_and_start():
        place.cluster.kill()
        place.cluster.start()
    with Trial("kill -9 of the postmaster and all", services(place), place.cluster.sql) as trial:
        trial.breaks(kill_and_start, full(100, 3))
    trial.must_hold(services(place))
    place.cluster.checked()


def test_a_disk_that_fails_to_flush_is_no_acknowledgement(place):
    strace = shutil.which("strace") or pytest.skip("strace is not installed")
    place.start()

    def fail_to_flush():
        panics = place.cluster.log.read_text(errors="replace").count("PANIC")
        family = place.cluster.family()
        words = [strace, "-qq", "-f", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=3+"]
        for pid in family["renkeid"] + family.get("walwriter", []):
            words += ["-p", str(pid)]
        tracer = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        time.sleep(0.3)
        if tracer.poll() is not None and "Operation not permitted" in tracer.stderr.read():
            pytest.skip("strace may not attach to a process here")
        try:
            wait_for(lambda: place.cluster.log.read_text(errors="replace").count("PANIC") > panics)
        finally:
            tracer.terminate()
            tracer.communicate(timeout=30)
        wait_for(lambda: place.cluster.ask("select 1").returncode == 0)
    with Trial("EIO from fdatasync of the log", services(place), place.cluster.sql) as trial:
        trial.breaks(fail_to_flush, full(100, 1))
    trial.must_hold(services(place))
    assert "could not fdatasync file" in place.cluster.log.read_text(errors="replace")
    place.cluster.checked()
