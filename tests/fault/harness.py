"""harness.py - many submitters that never give up, a record of what was acknowledged, and the comparison with what is stored.

A trial is: submitters bring version after version of reports, each with a request id of its own, and repeat it until it is
acknowledged; the test breaks something meanwhile; then every acknowledgement is held against the rows.  What sends is a
service: renkeid over gRPC here, the naive models of naive.py likewise, judged by the same comparison.
"""
import collections
import contextlib
import hashlib
import itertools
import json
import os
import random
import threading
import time

import grpc
import talk
from demo import MUNICIPALITIES, wait_for
from effort import is_long
from renkei.v1 import report_pb2

LONG = is_long()
# In the environment, so that tests that run side by side have the same.
SEED = int(os.environ.setdefault("RENKEI_SEED", str(random.SystemRandom().randrange(1 << 32))))
PERIODS = [(year, quarter) for year in (2014, 2015, 2016) for quarter in (1, 2, 3, 4)]
AGAIN = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN,
         grpc.StatusCode.RESOURCE_EXHAUSTED}

MOST_VERSIONS = 9000  # of one report; the server takes 9,999

Chain = collections.namedtuple("Chain", "code year quarter")
Ack = collections.namedtuple("Ack", "chain version request_id sha256 receipt request")


def full(figure, tenth):
    """The figure of a release, or the smaller one of every run."""
    return figure if LONG else tenth


class Unsure(Exception):
    """No answer that says what happened: to be sent again with the same id."""


class Refused(Exception):
    """An answer that it will not be stored."""


class Renkeid:
    """The service under test, over gRPC as a municipality; a connection is kept until it fails."""

    def __init__(self, place, code, timeout=10):
        self.place, self.code, self.timeout, self.channel = place, code, timeout, None

    def submit(self, request):
        if self.channel is None:
            self.channel = talk.channel(self.place, self.code, [("grpc.use_local_subchannel_pool", 1)])
        stub = talk.report_service_pb2_grpc.ReportServiceStub(self.channel)
        try:
            response, call = stub.SubmitReport.with_call(request, timeout=self.timeout)
            replayed = ("renkei-replayed", "true") in [tuple(pair) for pair in call.trailing_metadata()]
            return response.receipt, replayed
        except grpc.RpcError as error:
            self.close()
            if error.code() in AGAIN or (error.code() == grpc.StatusCode.ABORTED and talk.reason(error) == "CONFLICT"):
                raise Unsure(f"{error.code().name} {talk.reason(error)}") from error
            raise Refused(f"{error.code().name} {talk.reason(error)} {error.details()}") from error

    def close(self):
        if self.channel is not None:
            self.channel.close()
        self.channel = None


def sure(service, request):
    """an answer that says what happened"""
    with contextlib.suppress(Unsure):
        return service.submit(request)


def report(chain, version):
    """Version n of a chain; no two have the same bytes."""
    fields = {"action": report_pb2.REPORT_ACTION_REPLACE, "base_version": version - 1} if version > 1 else {}
    return talk.outcome_report(chain.code, chain.year, chain.quarter, f"{version} 回目", **fields)


class Submitter(threading.Thread):
    """Brings version after version of one report, of the next when that has as many as it may, until it is told that it is enough."""

    def __init__(self, chains, service, give_up=90):
        super().__init__(daemon=True)
        self.chain, self.further, self.service, self.give_up = chains[0], list(chains[1:]), service, give_up
        self.acks, self.trouble, self.retries, self.lost_acks, self.answers = [], None, 0, 0, collections.Counter()
        self.enough, self.rng = threading.Event(), random.Random(f"{SEED} {chains[0]}")

    def run(self):
        try:
            version = 1
            while not self.enough.is_set():
                if version > MOST_VERSIONS:
                    self.chain, version = self.further.pop(0), 1
                self.bring(version)
                version += 1
        except Refused as refusal:
            self.trouble = refusal
        except Exception as error:  # shown by the judgement
            self.trouble = error
        finally:
            self.service.close()

    def bring(self, version):
        request = talk.request(report(self.chain, version))
        end = time.monotonic() + self.give_up
        while True:
            try:
                receipt, replayed = self.service.submit(request)
                break
            except Unsure as unsure:
                self.retries += 1
                self.answers[str(unsure)] += 1
                if time.monotonic() > end:
                    raise
                time.sleep(self.rng.uniform(0.02, 0.2))
        self.lost_acks += replayed
        self.acks.append(Ack(self.chain, receipt.version, request.request_id, receipt.sha256, receipt.SerializeToString(deterministic=True), request))


def chains(count):
    """The reports of each of so many submitters: one municipality's, no two the same."""
    every = [Chain(code, *period) for period in PERIODS for code in MUNICIPALITIES]
    apart = -(-count // len(MUNICIPALITIES)) * len(MUNICIPALITIES)
    return [every[i::apart] for i in range(count)]


Row = collections.namedtuple("Row", "chain version request_id sha256")


def rows(sql):
    """Every stored version, as the owner of the database sees it."""
    return [Row(Chain(code, int(year), int(quarter)), int(version), request_id, sha256) for code, year, quarter, version, request_id, sha256 in
            sql("select municipality_code, fiscal_year, quarter, version, request_id, encode(sha256, 'hex') from renkei.report_version")]


Judgement = collections.namedtuple("Judgement", "lost twice unplaced")


def compare(acks, stored):
    """Acknowledged and absent; one request or one content stored twice; stored and never acknowledged.

    The last is complete only when every submitter has had its last acknowledgement.
    """
    places = {Row(a.chain, a.version, a.request_id, a.sha256) for a in acks}
    requests = collections.Counter((r.chain.code, r.request_id) for r in stored)
    contents = collections.Counter((r.chain, r.sha256) for r in stored)
    twice = sum(n - 1 for n in requests.values()) + sum(n - 1 for n in contents.values())
    acknowledged = {(a.chain.code, a.request_id) for a in acks}
    return Judgement(lost=len(places - set(stored)), twice=twice, unplaced=len(set(requests) - acknowledged))


class Trial:
    """One scenario: submitters, what is broken how often, and the line in the table."""

    def __init__(self, name, services, sql, give_up=90, count=8):
        """services: a function of a chain; count: how many submitters."""
        self.name, self.sql, self.tries = name, sql, 0
        self.submitters = [Submitter(own, services(own[0]), give_up) for own in chains(count)]
        self.rng = random.Random(f"{SEED} {name}")

    def __enter__(self):
        for submitter in self.submitters:
            submitter.start()
        return self

    def __exit__(self, kind, *unused):
        for submitter in self.submitters:
            submitter.enough.set()
        for submitter in self.submitters:
            submitter.join(5 if kind else 150)
        if kind is None:
            assert not any(s.is_alive() for s in self.submitters), f"{self.name}: a submitter does not end"

    @property
    def acks(self):
        return [ack for s in self.submitters for ack in s.acks]

    @property
    def retries(self):
        return sum(s.retries for s in self.submitters)

    def progress(self, more=None, seconds=60):
        """Returns in the middle of things: so many more acknowledgements have come since the call."""
        goal = len(self.acks) + (more or len(self.submitters))
        end = time.monotonic() + seconds
        while len(self.acks) < goal and any(s.is_alive() for s in self.submitters):
            assert time.monotonic() < end, f"{self.name}: no progress; {[(s.answers.most_common(2), s.trouble) for s in self.submitters]}"
            time.sleep(0.005)
        time.sleep(self.rng.uniform(0, 0.05))

    def breaks(self, what, times):
        """Hurts so many times, each in the middle of things."""
        for _ in range(times):
            self.progress()
            what()
            self.tries += 1

    def judge(self, receipts_again=None):
        """The acknowledgements against the rows; adds the line to the table.  receipts_again: a service of a chain for replays."""
        judgement = compare(self.acks, rows(self.sql))
        table.add(scenario=self.name, tries=self.tries, acked=len(self.acks), lost_acks=sum(s.lost_acks for s in self.submitters),
                  retries=self.retries, **judgement._asdict())
        if receipts_again:
            self.replay(receipts_again)
        return judgement

    def replay(self, services, each=3):
        """Some of the acknowledged requests once more: the receipts are the same bytes.

        Until there is an answer: that one worker serves again does not say that the one asked does.
        """
        for submitter in self.submitters:
            service = services(submitter.chain)
            for ack in self.rng.sample(submitter.acks, min(each, len(submitter.acks))):
                receipt, replayed = wait_for(lambda: sure(service, ack.request), 60)
                assert replayed and receipt.SerializeToString(deterministic=True) == ack.receipt, f"{self.name}: another receipt for {ack}"
            service.close()

    def must_hold(self, receipts_again=None, noticed=True):
        """What renkei promises, and that the trial was one.

        Not noticed: the daemon refuses nothing; a call may meet a connection that is going, and then was never taken.
        """
        assert not [s.trouble for s in self.submitters if s.trouble], [(s.chain, s.trouble) for s in self.submitters if s.trouble]
        for submitter in self.submitters:
            for _, acks in itertools.groupby(submitter.acks, key=lambda a: a.chain):
                assert all(ack.version == n for n, ack in enumerate(acks, 1))
            assert all(a.sha256 == hashlib.sha256(a.request.report.SerializeToString(deterministic=True)).hexdigest() for a in submitter.acks)
        assert self.judge(receipts_again) == Judgement(0, 0, 0), table.last()
        assert self.tries > 0
        if noticed:
            assert self.retries > 0, f"{self.name}: nobody noticed a break; the trial tried nothing"
        else:
            answers = {answer for s in self.submitters for answer in s.answers}
            assert answers <= {"UNAVAILABLE None"} and not any(s.lost_acks for s in self.submitters), (self.name, answers)

    def must_lose(self):
        """A control: a harness that cannot see a loss proves nothing."""
        strange = [s.trouble for s in self.submitters if s.trouble and not isinstance(s.trouble, (Refused, Unsure))]
        assert not strange, strange
        assert self.judge().lost > 0, f"{self.name}: the control lost nothing: {table.last()}"


class Table:
    """A line a scenario, printed at the end; as JSON into the file that RENKEI_FAULT_JSON names."""
    COLUMNS = ("scenario", "tries", "acked", "lost_acks", "retries", "lost", "twice", "unplaced")

    def __init__(self):
        self.lines = []

    def add(self, **line):
        self.lines.append({**{c: 0 for c in self.COLUMNS}, **line})

    def last(self):
        return self.lines[-1]

    def show(self, say):
        if not self.lines:
            return
        width = max(len(line["scenario"]) for line in self.lines)
        say(f"{'scenario':<{width}}" + "".join(f"{c.replace('_', ' '):>10}" for c in self.COLUMNS[1:]))
        for line in self.lines:
            say(f"{line['scenario']:<{width}}" + "".join(f"{line[c]:>10}" for c in self.COLUMNS[1:]))
        say(f"seed {SEED} (RENKEI_SEED repeats it)")
        if os.environ.get("RENKEI_FAULT_JSON"):
            with open(os.environ["RENKEI_FAULT_JSON"], "w", encoding="utf-8") as out:
                json.dump({"seed": SEED, "long": LONG, "scenarios": self.lines}, out, indent=1)


table = Table()
