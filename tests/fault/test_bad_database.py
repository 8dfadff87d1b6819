"""Bad days of the database: slow, locked, read-only, full, of another schema, its sessions ended once a second.

Each time the answer is the right one within the deadline, never an acknowledgement; health says NOT_SERVING while nothing can
be stored; and afterwards everything is served again without anybody's doing.
"""
import contextlib
import os
import re
import signal
import subprocess
import threading
import time

import grpc
import pytest
import talk
from demo import children, wait_for
from disk import Disk
from harness import Chain, Renkeid, Trial, report, sure
from place import PROGRAMS, signal_if_alive
from renkei.v1 import report_service_pb2 as rs

DEADLINE = 3  # seconds of each submission
AWAY = {"UNAVAILABLE STORE_UNAVAILABLE", "UNAVAILABLE OUTCOME_UNKNOWN"}
LATE = {"DEADLINE_EXCEEDED None", "DEADLINE_EXCEEDED DEADLINE_EXCEEDED"}  # the client's own clock, or the daemon's


def is_stopped(place):
    """health to say NOT_SERVING"""
    return place.daemon.health() == "NOT_SERVING"


def is_serving(place):
    """health to say SERVING"""
    return place.daemon.health() == "SERVING"


@contextlib.contextmanager
def bad_day(place, name, answers, health=True, quiet=True):
    """Submitters before, during and after what the body does to the database; yields a function that goes back to good.

    While it lasts the submitters hear these answers only, and with quiet none of them is acknowledged anything once what was
    on its way has had its time.
    """
    day = {}
    with Trial(name, lambda chain: Renkeid(place.daemon, chain.code, DEADLINE), place.cluster.sql) as trial:
        trial.progress()
        # In vain before it has begun.
        for s in trial.submitters:
            s.answers.clear()
        yield day
        trial.tries += 1
        if health:
            wait_for(lambda: is_stopped(place), 45)
        before = len(trial.acks)
        time.sleep(DEADLINE)
        if quiet:
            assert len(trial.acks) == before, "acknowledged what could not be stored"
        else:
            time.sleep(DEADLINE)
        day["mend"]()
        wait_for(lambda: is_serving(place), 60)
        trial.progress(16)
    trial.must_hold(lambda chain: Renkeid(place.daemon, chain.code))
    heard = {answer for s in trial.submitters for answer in s.answers}
    assert heard and heard <= answers, heard
    day["heard"] = heard


def stop_processes(pids):
    for pid in pids:
        signal_if_alive(pid, signal.SIGSTOP)
    return lambda: [signal_if_alive(pid, signal.SIGCONT) for pid in pids]


def test_sessions_that_stand_still_are_late_and_not_believed(place):
    place.start()
    with bad_day(place, "backends stand still", AWAY | LATE) as day:
        day["mend"] = stop_processes(place.cluster.family()["renkeid"])
        # Sessions that the daemon opens anew would work: they stand still too.
        again = threading.Event()

        def stop_the_new_ones():
            while not again.wait(0.2):
                stop_processes(place.cluster.family().get("renkeid", []))
        thread = threading.Thread(target=stop_the_new_ones)
        thread.start()

        def go_on():
            again.set()
            thread.join()
            for pid in children(place.cluster.process.pid):
                signal_if_alive(pid, signal.SIGCONT)
        day["mend"] = go_on
    assert "UNAVAILABLE STORE_UNAVAILABLE" in day["heard"]


def test_a_database_that_stands_still_as_a_whole_is_away(place):
    place.start()
    with bad_day(place, "PostgreSQL stands still", AWAY | LATE) as day:
        day["mend"] = stop_processes([place.cluster.process.pid, *children(place.cluster.process.pid)])
    assert "UNAVAILABLE STORE_UNAVAILABLE" in day["heard"]


def test_a_held_lock_is_waited_for_until_the_deadline(place):
    place.start()
    with bad_day(place, "a table is locked", LATE | {"RESOURCE_EXHAUSTED SERVER_BUSY"}, health=False) as day:
        holder = subprocess.Popen([PROGRAMS / "psql", "-X", "-q", "-h", place.cluster.sock, "-U", "postgres", "-d", "renkei"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        holder.stdin.write("begin; lock table renkei.report_version in access exclusive mode; select 'held';\n")
        holder.stdin.flush()
        wait_for(lambda: "held" in holder.stdout.readline())

        def let_go():
            holder.communicate("commit;\n", timeout=30)
        day["mend"] = let_go
    # A read that needs nothing of that table went on meanwhile, and health was right to say so.


def set_everywhere(place, setting):
    place.cluster.sql(f"alter system set {setting}")
    place.cluster.sql("select pg_reload_conf()")


def test_a_database_that_takes_no_writes_is_away(place):
    place.start()
    with bad_day(place, "PostgreSQL is read-only", AWAY) as day:
        set_everywhere(place, "default_transaction_read_only = on")

        def writes_again():
            subprocess.run([PROGRAMS / "psql", "-X", "-q", "-h", place.cluster.sock, "-U", "postgres", "-d", "renkei", "-c",
                            "set default_transaction_read_only = off", "-c", "alter system reset default_transaction_read_only",
                            "-c", "select pg_reload_conf()"], check=True, capture_output=True)
        day["mend"] = writes_again


def test_a_standby_alone_is_waited_for_until_it_is_promoted(place):
    place.pair()
    with pytest.raises(AssertionError):
        place.start(hosts=[place.standby.sock], wait=4)
    channel = talk.channel(place.daemon, "401005")
    with pytest.raises(grpc.RpcError) as caught:
        talk.report_service_pb2_grpc.ReportServiceStub(channel).ListReports(rs.ListReportsRequest(), timeout=5)
    assert (caught.value.code(), talk.reason(caught.value)) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
    assert talk.details(caught.value)["google.rpc.RetryInfo"].retry_delay.ToNanoseconds() > 0
    assert place.daemon.health() == "NOT_SERVING"
    place.cluster.stop()
    place.standby.sql("select pg_promote(true, 60)")
    request = talk.request(report(Chain("401005", 2014, 1), 1))
    assert wait_for(lambda: sure(Renkeid(place.daemon, "401005"), request), 60)[0].version == 1


def test_ended_sessions_are_opened_again(place):
    place.start()
    with Trial("sessions ended once a second", lambda chain: Renkeid(place.daemon, chain.code), place.cluster.sql) as trial:
        for _ in range(5):
            trial.progress()
            ended = place.cluster.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'renkei_daemon'")
            trial.tries += len(ended)
            time.sleep(1)
    trial.must_hold(lambda chain: Renkeid(place.daemon, chain.code))
    assert {answer for s in trial.submitters for answer in s.answers} <= AWAY


def test_a_full_disk_is_no_acknowledgement(place):
    disk = Disk(place.folder, 256).attach()
    try:
        place.cluster.data = disk.mount / "pg"
        place.start("max_wal_size=32MB", "min_wal_size=32MB", "restart_after_crash=on")
        filler = disk.mount / "filler"

        def fill():
            with contextlib.suppress(OSError), open(filler, "ab", 0) as out:
                while True:
                    out.write(b"\0" * 65536)

        def fill_again_and_again(enough):
            while not enough.wait(0.1):
                fill()
        with bad_day(place, "the disk is full", AWAY | {"UNAVAILABLE STORE_FULL"}) as day:
            enough = threading.Event()
            thread = threading.Thread(target=fill_again_and_again, args=(enough,))
            thread.start()
            # Tables grow by a page at a time, and the log by a segment that is there already: both have to be used up.
            place.cluster.ask("create table public.growth as select repeat(md5(g::text), 60) as t from generate_series(1, 20000) g")
            place.cluster.ask("select pg_switch_wal()")

            def make_room():
                enough.set()
                thread.join()
                filler.unlink()
                if place.cluster.process.poll() is not None:
                    place.cluster.start()
                wait_for(lambda: place.cluster.ask("select 1").returncode == 0, 60)
            day["mend"] = make_room
        place.cluster.checked()
    finally:
        place.end()
        disk.detach()


def test_a_disk_that_is_nearly_full_takes_nothing_and_stops_nobody(place):
    """With a twentieth free PostgreSQL would still go on; renkeid does not let it come to the end."""
    disk = Disk(place.folder, 512).attach()
    try:
        place.cluster.data = disk.mount / "pg"
        place.start("max_wal_size=32MB", "min_wal_size=32MB", database_folder=str(disk.mount))
        filler = disk.mount / "filler"

        def told():
            """both workers to say so"""
            return [line for line in place.daemon.log.read_text().splitlines() if "event=database_pool" in line and "ready=no" in line]
        with bad_day(place, "a disk with less than 5 % free", {"UNAVAILABLE STORE_FULL"}) as day:
            room = os.statvfs(disk.mount)
            with open(filler, "wb") as out:
                os.posix_fallocate(out.fileno(), 0, (room.f_bavail - room.f_blocks // 25) * room.f_frsize)
            # Each worker looks once a second; what it had begun by then is stored and told.
            wait_for(lambda: len(told()) == 2, 30)
            time.sleep(DEADLINE)
            day["mend"] = filler.unlink
        assert place.cluster.process.poll() is None and "No space left" not in place.cluster.log.read_text()
        assert all(re.search(r"why=\"the disk of \S+ has [0-4] % free; at least 5 %\"", line) for line in told()), told()
    finally:
        place.end()
        disk.detach()


def test_a_schema_that_changes_under_the_daemon_is_not_served_until_it_is_back(place):
    place.start()
    with bad_day(place, "another schema", AWAY | {"UNAVAILABLE STORE_CHANGED"}) as day:
        place.cluster.sql("alter schema renkei_api rename to renkei_api_other")
        day["mend"] = lambda: place.cluster.sql("alter schema renkei_api_other rename to renkei_api")


def test_a_role_that_gives_up_durability_is_not_served(place):
    place.start()
    with bad_day(place, "synchronous_commit off by role", AWAY | {"UNAVAILABLE STORE_UNSAFE"}) as day:
        place.cluster.sql("alter role renkei_daemon set synchronous_commit = off")
        place.cluster.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'renkei_daemon'")
        day["mend"] = lambda: place.cluster.sql("alter role renkei_daemon reset synchronous_commit")
    assert "UNAVAILABLE STORE_UNSAFE" in day["heard"]
