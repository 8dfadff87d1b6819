"""Every allocation of the worker fails, once and from there on, while one call is made."""
import collections
import random
import re

import pytest
import torture_calls
from torture import FOR_GOOD, LONG, ONCE, Tortured, numbers
from torture_try import Try
from demo import ROOT

SEED = 20161231
# How many of a call's allocations fail in turn in a short run.
SAMPLE = {ONCE: 7, FOR_GOOD: 3}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    demo = Tortured(tmp_path_factory.mktemp("torture") / "demo").start()
    try:
        demo.load_registry()
        demo.cases = torture_calls.cases(demo)
        yield demo
    finally:
        stopped = demo.stop()
    # The sanitizer's look at the end of the worker counts too.
    assert stopped == 0 and demo.trouble() is None, demo.trouble()


def test_no_method_is_forgotten(demo):
    listed = {f"/renkei.v1.{service}/{method}" for service, method in re.findall(
        r"^JSON\((\w+), (\w+),", (ROOT / "daemon/rpc/methods.c").read_text(), re.MULTILINE)}
    for file in (ROOT / "daemon/rpc").glob("*.c"):
        listed |= set(re.findall(r'\.path = "(/[^"]*[^"/])"', file.read_text())) if file.name != "methods.c" else set()
    assert listed == {case.path for case in demo.cases}


@pytest.mark.parametrize("mode", [ONCE, FOR_GOOD], ids=["once", "for_good"])
@pytest.mark.parametrize("name", torture_calls.NAMES)
def test_memory_runs_out_during(demo, name, mode):
    case = next(c for c in demo.cases if c.name == name)
    attempt, tally = Try(demo, case, mode), collections.Counter()
    last = attempt.count()
    for nth in numbers(random.Random(f"{SEED} {name} {mode}"), last, SAMPLE[mode]):
        said, hits = attempt.hurt(nth)
        tally[said] += hits > 0
    while LONG and hits:  # until the call passes and nothing was left to refuse
        nth += 1
        said, hits = attempt.hurt(nth)
    print(f"{name}: {last} allocations, {sum(tally.values())} tries: {dict(tally)}")
    assert sum(tally.values()) > 0, "nothing was ever refused"
    assert not demo.leaks(), demo.trouble()
    assert demo.is_whole(), demo.trouble()
