"""The traps that a daemon falls into which was never seen to lose: each convicts a naive one, and renkeid passes."""
import time

import pytest
import talk
from demo import wait_for
from harness import Chain, Renkeid, Trial, Unsure, full, report
from naive import AcknowledgesRows, BelievesCommit, LooksUpFirst
from test_failover import freeze, make_synchronous

# Three in ten submissions fail: at once, or when the transaction commits.  What a sequence counts is never undone.
TROUBLE = """
create sequence public.fired;
grant usage on schema public to public;
create function public.sometimes() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
	if random() < 0.3 then
		perform nextval('public.fired');
		raise exception 'a test says no' using errcode = '40001';
	end if;
	return null;
end $$;
create constraint trigger sometimes after insert on renkei.report_version %s for each row execute function public.sometimes()
"""
WHEN = {"a deferred constraint": "deferrable initially deferred", "an aborted commit": "not deferrable"}


def troubled(place, when):
    place.cluster.sql(TROUBLE % WHEN[when])

    def fired():
        called, last = place.cluster.sql("select is_called, last_value from public.fired")[0]
        return int(last) if called == "t" else 0
    return fired


@pytest.mark.parametrize("when", WHEN)
def test_a_failing_commit_is_no_acknowledgement(place, when):
    place.start()
    fired = troubled(place, when)
    with Trial(when, lambda chain: Renkeid(place.daemon, chain.code), place.cluster.sql) as trial:
        wait_for(lambda: fired() >= full(1000, 40) or any(s.trouble for s in trial.submitters), full(600, 120), 0.5)
        trial.tries = fired()
    place.cluster.sql("drop trigger sometimes on renkei.report_version")
    trial.must_hold(lambda chain: Renkeid(place.daemon, chain.code))


@pytest.mark.parametrize("when, naive", [("a deferred constraint", AcknowledgesRows), ("an aborted commit", BelievesCommit)])
def test_a_daemon_that_believes_in_commits_is_convicted(place, when, naive):
    place.cluster.fill(place.template.folder / "pg").start()
    fired = troubled(place, when)
    with Trial(f"control: {when}", lambda chain: naive(place.cluster, chain.code), place.cluster.sql, give_up=20) as trial:
        wait_for(lambda: fired() >= 8, 60, 0.2)
        trial.tries = fired()
    trial.must_lose()


def cancel_waits(cluster, times):
    """Somebody cancels what waits for the standby, again and again; how many waits were cancelled."""
    cancelled = 0

    def cancel():
        """a wait for the standby"""
        return [row for row in cluster.sql("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'") if row == ["t"]]
    for _ in range(times):
        cancelled += len(wait_for(cancel, 30))
    return cancelled


def promote(place, thaw):
    place.cluster.kill()
    thaw(end=True)
    place.standby.sql("select pg_promote(true, 60)")


def test_a_cancelled_wait_for_the_standby_is_no_acknowledgement(place):
    place.pair()
    make_synchronous(place.cluster)
    place.start(hosts=[place.cluster.sock, place.standby.sock])
    with Trial("cancelled wait for the standby", lambda chain: Renkeid(place.daemon, chain.code, 5), place.standby.sql) as trial:
        trial.progress(16)
        thaw = freeze(place.standby)
        trial.tries = cancel_waits(place.cluster, full(100, 8))
        visible = int(place.cluster.sql("select count(*) from renkei.report_version")[0][0])
        assert visible > len(trial.acks), "no row was committed without its standby: the trial tried nothing"
        promote(place, thaw)
        trial.progress()
    trial.must_hold(lambda chain: Renkeid(place.daemon, chain.code))


def test_a_daemon_that_cancels_its_commit_and_looks_up_the_retry_is_convicted(place):
    place.pair()
    make_synchronous(place.cluster)
    with Trial("control: cancelled wait for the standby", lambda chain: LooksUpFirst(place.cluster, chain.code), place.standby.sql, give_up=5) as trial:
        trial.progress(16)
        thaw = freeze(place.standby)
        trial.tries = cancel_waits(place.cluster, 2)
        promote(place, thaw)
    trial.must_lose()


def test_a_replayed_answer_rests_on_a_commit_of_its_own(place):
    place.pair()
    make_synchronous(place.cluster)
    place.start(hosts=[place.cluster.sock, place.standby.sock])
    chain = Chain("401005", 2014, 1)
    request = talk.request(report(chain, 1))
    receipt, replayed = Renkeid(place.daemon, chain.code).submit(request)
    assert not replayed
    naive = LooksUpFirst(place.cluster, chain.code)
    thaw = freeze(place.standby)
    began = time.monotonic()
    assert naive.submit(request)[1] and time.monotonic() - began < 5, "the naive one answers at once"
    with pytest.raises(Unsure):
        Renkeid(place.daemon, chain.code, 3).submit(request)
    thaw()
    again, replayed = Renkeid(place.daemon, chain.code, 20).submit(request)
    assert replayed and again.SerializeToString() == receipt.SerializeToString()
    naive.close()
