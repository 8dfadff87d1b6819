"""kill -9 of renkeid, at random and at named places: every receipt is in the database exactly once, and nothing else is."""
import json
import os
import random
import re
import signal
import subprocess

import pytest
from demo import ROOT, wait_for
from harness import Renkeid, Trial, full


def services(place, timeout=10):
    return lambda chain: Renkeid(place.daemon, chain.code, timeout)


def test_a_worker_killed_again_and_again_loses_and_doubles_nothing(place):
    place.start()
    with Trial("kill -9 of a worker", services(place), place.cluster.sql) as trial:
        trial.breaks(lambda: os.kill(random.choice(wait_for(place.daemon.workers)), signal.SIGKILL), full(400, 12))
    assert place.daemon.process.poll() is None
    trial.must_hold(services(place))


def test_the_whole_daemon_killed_and_started_again_loses_and_doubles_nothing(place):
    place.start()

    def kill_and_start():
        place.daemon.kill()
        place.daemon.start()
    with Trial("kill -9 of the whole daemon", services(place), place.cluster.sql) as trial:
        trial.breaks(kill_and_start, full(100, 3))
    trial.must_hold(services(place))


@pytest.mark.parametrize("name", ["before_send", "after_send", "after_commit", "answer"])
def test_a_daemon_that_dies_at_a_fail_point_loses_and_doubles_nothing(place, name):
    place.start(environment={"RENKEI_FAILPOINT": f"{name}:{random.randint(6, 12)}"})
    with Trial(f"dies: {name}", services(place), place.cluster.sql) as trial:
        deaths = full(20, 3)
        wait_for(lambda: place.daemon.logged("worker_ended") >= deaths or any(s.trouble for s in trial.submitters), 20 * deaths)
        trial.tries = place.daemon.logged("worker_ended")
    place.daemon.stop()
    place.daemon.environment = {}
    place.daemon.start()
    trial.must_hold(services(place))
    # What was committed when the worker died is found again.
    assert name in ("before_send", "after_send") or sum(s.lost_acks for s in trial.submitters) > 0


def test_a_release_has_no_fail_points(tmp_path):
    subprocess.run(["cmake", "--preset", "release", "-B", tmp_path], cwd=ROOT, check=True, capture_output=True)
    # The client's files include the generated messages.
    subprocess.run(["cmake", "--build", tmp_path, "--target", "proto/gen/descriptors.binpb"], check=True, capture_output=True)
    names, bytes_of_all = "", b""
    for command in json.loads((tmp_path / "compile_commands.json").read_text()):
        if command["file"].endswith(("/failpoint.c", "/link/h2.c", "/db/conn.c", "/client/cmd_enroll.c", "/client/renewal.c")) and "/unit/" not in command["file"]:
            made = tmp_path / re.search(r" -o (\S+)", command["command"])[1]
            made.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(command["command"], shell=True, cwd=command["directory"], check=True)
            names += subprocess.run(["nm", made], check=True, capture_output=True, text=True).stdout
            # What the debugger is told names the file.
            subprocess.run(["strip", "--strip-debug", made], check=True)
            bytes_of_all += made.read_bytes()
    assert "rk_h2_create" in names and "rk_conn_send" in names and "rk_renewal_run" in names and "failpoint" not in names
    assert b"RENKEI_FAILPOINT" not in bytes_of_all and b"before_send" not in bytes_of_all and b"enroll_answered" not in bytes_of_all
