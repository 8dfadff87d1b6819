"""A broken network between clients and the daemon: every request is stored once, and every answer to it has the same bytes."""
import concurrent.futures
import contextlib
import glob
import pathlib
import subprocess
import sys
import time

import pytest
import talk
from demo import wait_for
from harness import SEED, Chain, Renkeid, Trial, Unsure, full, report, table

HERE = pathlib.Path(__file__).parent
FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")


class Through:
    """The daemon as it looks through a proxy."""

    def __init__(self, daemon, port):
        self.daemon, self.env = daemon, {**daemon.env, "RENKEI_SERVER": f"127.0.0.1:{port}"}

    def identity(self, principal):
        return self.daemon.identity(principal)


@contextlib.contextmanager
def chaos(daemon, seed, **shares):
    words = [f"{name}={value}" for name, value in {"seed": seed, **shares}.items()]
    print("chaos", *words)
    proxy = subprocess.Popen([sys.executable, HERE / "chaos.py", f"127.0.0.1:{daemon.port}", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Through(daemon, int(proxy.stdout.readline().split()[1]))
    finally:
        print(proxy.communicate(timeout=30)[0])


def test_the_same_seed_is_the_same_network():
    from chaos import Link
    shares = {"lose": 0.2, "cut": 0.2, "black": 0.05, "delay": 0.1}
    fates = [[(link.kind, link.after) for link in (Link(seed, n, shares) for n in range(4000))] for seed in (7, 7, 8)]
    assert fates[0] == fates[1] != fates[2]
    for kind, share in shares.items():
        assert abs(sum(k == kind for k, _ in fates[0]) / 4000 - share) < 0.03


def test_over_a_broken_network_everything_is_stored_once(place):
    place.start()
    # Short lives: of the five to ten requests of a connection one loses its answer.
    with chaos(place.daemon, SEED, lose=0.6, cut=0.2, black=0.03, delay=0.05, last=3400) as network:
        with Trial("network loses, cuts, swallows, delays", lambda chain: Renkeid(network, chain.code, 3), place.cluster.sql, count=full(64, 16)) as trial:
            wait_for(lambda: sum(s.lost_acks for s in trial.submitters) >= full(20000, 2000) or any(s.trouble for s in trial.submitters), full(7200, 1200))
            trial.tries = trial.retries
    trial.must_hold(lambda chain: Renkeid(place.daemon, chain.code))


def deliver(service, request):
    """As a client does that never gives up."""
    end = time.monotonic() + 90
    while True:
        try:
            return service.submit(request)
        except Unsure:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_ten_that_send_the_same_request_at_once_get_the_same_receipt(place):
    place.start()
    chain = Chain("130001", 2014, 1)
    receipts, replays = [], 0
    with chaos(place.daemon, SEED + 1, lose=0.2, cut=0.2, black=0.05) as network, concurrent.futures.ThreadPoolExecutor(10) as senders:
        for version in range(1, full(500, 12)):
            request = talk.request(report(chain, version))
            answers = list(senders.map(lambda _: deliver(Renkeid(network, chain.code, 3), request), range(10)))
            assert len({receipt.SerializeToString(deterministic=True) for receipt, _ in answers}) == 1
            receipts.append(answers[0][0])
            replays += sum(replayed for _, replayed in answers)
    assert place.cluster.sql("select version, encode(sha256, 'hex') from renkei.report_version order by 1") == [[str(r.version), r.sha256] for r in receipts]
    table.add(scenario="ten senders of one request", tries=10 * len(receipts), acked=len(receipts), lost_acks=replays)
    # Of ten answers one is the first, unless that one was lost.
    assert replays >= 9 * len(receipts)


def test_a_request_is_known_after_restarts_and_after_four_hundred_days(place):
    place.start()
    chain = Chain("130001", 2014, 1)
    requests = [talk.request(report(chain, version)) for version in (1, 2, 3)]
    first = [Renkeid(place.daemon, chain.code).submit(request)[0] for request in requests]

    def known():
        again = [Renkeid(place.daemon, chain.code, 30).submit(request) for request in requests]
        assert [(receipt.SerializeToString(deterministic=True), replayed) for receipt, replayed in again] == [
            (receipt.SerializeToString(deterministic=True), True) for receipt in first]
    place.daemon.stop()
    place.cluster.stop()
    place.cluster.start()
    place.daemon.start()
    known()
    if not FAKETIME:
        pytest.skip("libfaketime is not installed")
    place.daemon.stop()
    place.cluster.stop()
    later = {"LD_PRELOAD": FAKETIME[0], "FAKETIME": "+400d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    place.cluster.env = later
    # A sanitizer wants to be first; it need not be.
    place.daemon.environment = {**later, "ASAN_OPTIONS": "verify_asan_link_order=0"}
    place.cluster.start()
    place.daemon.start()
    assert place.cluster.sql("select clock_timestamp() > now() - interval '1 day' and extract(year from now())::int > extract(year from (select max(received_at) from renkei.report_version))")[0] == ["t"]
    known()
    fresh = Renkeid(place.daemon, chain.code).submit(talk.request(report(chain, 4)))[0]
    assert fresh.received_at.seconds - first[-1].received_at.seconds > 399 * 86400
