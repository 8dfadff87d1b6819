"""The primary dies and its standby takes over: by itself the service goes on, with all that was acknowledged.

The standby is frozen before, so that it has no chance to have received by luck what it must have.  An asynchronous standby
must be seen to lose.
"""
import shutil
import signal
import time

from demo import wait_for
from harness import Renkeid, Trial, full
from place import signal_if_alive


def freeze(cluster):
    """Stops what receives; gives what lets it go on, or ends it without a look at what had arrived at its door."""
    receivers = wait_for(lambda: cluster.family().get("walreceiver"))
    for pid in receivers:
        signal_if_alive(pid, signal.SIGSTOP)

    def thaw(end=False):
        for pid in receivers:
            if end:
                signal_if_alive(pid, signal.SIGTERM)
            signal_if_alive(pid, signal.SIGCONT)
    return thaw


def make_synchronous(primary):
    primary.sql("alter system set synchronous_standby_names = '*'")
    primary.sql("select pg_reload_conf()")
    wait_for(lambda: primary.sql("select count(*) from pg_stat_replication where sync_state = 'sync'") == [["1"]])


def fail_over(primary, standby, while_frozen):
    """The standby's receiver stands still, the primary dies, the standby is promoted; how long ago that was."""
    thaw = freeze(standby)
    while_frozen()
    primary.kill()
    thaw(end=True)
    standby.sql("select pg_promote(true, 60)")
    return time.monotonic()


def services(place):
    return lambda chain: Renkeid(place.daemon, chain.code)


def follow_again(place, primary, old):
    """The machine that died comes back as the standby of the other."""
    place.clusters.remove(old)
    shutil.rmtree(old.folder)
    return place.add_standby(primary, old.folder.name)


def test_a_failover_to_the_synchronous_standby_loses_nothing_and_serves_within_ten_seconds(place):
    place.pair()
    primary, standby = place.cluster, place.standby
    make_synchronous(primary)
    place.start(hosts=[primary.sock, standby.sock])
    waits = []
    with Trial("failover, synchronous standby", services(place), lambda text: primary.sql(text)) as trial:
        for n in range(full(20, 1)):
            trial.progress(30)
            if n:
                standby = follow_again(place, primary, standby)
                make_synchronous(primary)
                trial.progress()
            before = time.monotonic()
            promoted = fail_over(primary, standby, lambda: time.sleep(0.5))
            trial.tries += 1
            primary, standby = standby, primary
            acked = len(trial.acks)
            wait_for(lambda: len(trial.acks) > acked, 60, 0.01)
            waits.append(time.monotonic() - promoted)
            print(f"promoted after {promoted - before:.1f} s, served {waits[-1]:.1f} s later")
    trial.must_hold(services(place))
    primary.checked()
    assert max(waits) <= 10, waits


def test_with_an_asynchronous_standby_the_harness_sees_a_loss(place):
    place.pair().start(hosts=[place.cluster.sock, place.standby.sock])
    with Trial("control: failover, asynchronous standby", services(place), place.standby.sql, give_up=20) as trial:
        trial.progress(30)
        fail_over(place.cluster, place.standby, lambda: trial.progress(30))
        trial.tries += 1
    trial.must_lose()


def test_nothing_is_acknowledged_while_the_standby_stands_still_and_all_comes_back_when_it_goes_on(place):
    place.pair()
    make_synchronous(place.cluster)
    place.start(hosts=[place.cluster.sock, place.standby.sock])
    with Trial("synchronous standby frozen", lambda chain: Renkeid(place.daemon, chain.code, 4), place.cluster.sql) as trial:
        trial.progress(16)
        thaw = freeze(place.standby)
        time.sleep(2)  # what had been flushed there is told
        acked = len(trial.acks)
        wait_for(lambda: place.daemon.health() == "NOT_SERVING", 30)

        def told():
            """somebody to be told that there is no store"""
            return any("STORE_UNAVAILABLE" in answer for s in trial.submitters for answer in s.answers.copy())
        wait_for(told, 60)
        assert len(trial.acks) == acked
        thaw()
        trial.tries += 1
        wait_for(lambda: place.daemon.health() == "SERVING", 30)
        trial.progress()
    trial.must_hold(services(place))
    answers = {answer for s in trial.submitters for answer in s.answers}
    assert answers <= {"DEADLINE_EXCEEDED None", "DEADLINE_EXCEEDED DEADLINE_EXCEEDED", "UNAVAILABLE STORE_UNAVAILABLE", "UNAVAILABLE OUTCOME_UNKNOWN"}, answers
    assert "UNAVAILABLE STORE_UNAVAILABLE" in answers
