"""status.py - GetPlatformStatus: alone, while submissions run, and over more and more reports that are there already."""
import pathlib
import tempfile
import time

from build import HERE
from .submit import settled

PATH = "/renkei.v1.StatusService/GetPlatformStatus"
SHOWN = ("reports", "per_second", "p50_ms", "p99_ms", "submissions_per_second", "refused", "broken")


def ask(bench, plan, seconds):
    return bench.generate("ask", bench.certificates("SECRETARIAT"), path=PATH, slots=1, warm_up=1, seconds=seconds)


class Alone:
    once, shown = False, SHOWN

    def __init__(self, name):
        self.name, self.cells = name, {"renkeid": self.renkeid}

    def prepare(self, bench, plan):
        pass

    def renkeid(self, bench, plan):
        return ask(bench, plan, plan.status_seconds)


class UnderLoad(Alone):
    SLOTS = 16

    def renkeid(self, bench, plan):
        taken = bench.reports.take(self.SLOTS)
        before = bench.stored()
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            ids = pathlib.Path(folder) / "ids"
            with bench.generating_to_end("submit", bench.reports.lines(taken), body=HERE / "body.json", ids=ids, warm_up=1,
                                         seconds=plan.status_seconds + 3) as submits:
                time.sleep(1)
                got = ask(bench, plan, plan.status_seconds)
            kept = settled(bench, before, submits.end, ids)
        return {**kept, **{name: got[name] for name in ("p50_ms", "p99_ms", "per_second", "refused", "broken")},
                "submissions_per_second": submits.end["per_second"]}


class Seeded:
    """So many reports are put into tables first; the answer is of the current fiscal year, as anybody asks for it."""
    once, shown = True, SHOWN

    def __init__(self, name, reports):
        self.name, self.reports, self.cells = name, reports, {"renkeid": self.renkeid}

    def prepare(self, bench, plan):
        pass

    def renkeid(self, bench, plan):
        bench, began = bench.aside("seeded"), time.monotonic()
        have = bench.seed(self.reports)
        return {"reports": have, "seed_seconds": round(time.monotonic() - began, 1), **ask(bench, plan, plan.status_seconds)}
