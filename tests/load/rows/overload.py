"""overload.py - more than there is capacity for, from as many municipalities as Japan has: what is taken, what is refused and how
soon, what a greedy one costs the others, how soon all is well again.

The capacity is the database's, which has a part of a processor: with all of it the generator, at ten times the capacity, would take
from the server what it measures."""
import pathlib
import statistics
import tempfile

from crowd import BODY, Crowd
from proc import slowed
from reports import periods
from .submit import settled

GREEDY_SHARES = 100  # of what each of the crowd has of the capacity
BUSY = 64  # slots
TURNS = 3
DATABASE = 0.3  # processors
NORMAL, RECOVERY_S = 0.5, 5
SHOWN = ("offered", "per_second", "alone_per_second", "p50_ms", "p99_ms", "refused_p99_ms", "acknowledged", "stored", "refused", "untold", "undone", "broken", "lost", "doubled")


class Row:
    once, shown = True, SHOWN

    def __init__(self, name):
        self.name, self.crowd, self.capacity = name, None, None
        self.cells = {"capacity": self.measure_capacity, "before": self.before, "x1": self.times(1), "x2": self.times(2), "x5": self.times(5),
                      "x10": self.times(10), "after": self.after, "greedy": self.greedy}

    def prepare(self, bench, plan):
        pass

    def platform(self, bench):
        if self.crowd is None:
            self.crowd = Crowd(bench.aside("crowded"))
            *self.modest, self.one = self.crowd.codes
            bench.ends.enter_context(slowed(self.crowd.bench.demo.postmaster(), DATABASE))
        return self.crowd.bench

    @staticmethod
    def options(plan, ids, **options):
        return {"body": BODY, "ids": ids, "warm_up": plan.warm_up, "seconds": plan.short_seconds, **options}

    def run(self, bench, plan, lines, **options):
        before = bench.stored()
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            ids = pathlib.Path(folder) / "ids"
            return settled(bench, before, bench.generate("submit", lines, **self.options(plan, ids, **options)), ids)

    def measure_capacity(self, bench, plan):
        """Closed loop of as many as keep it busy."""
        bench = self.platform(bench)
        got = self.run(bench, plan, self.crowd.lines(self.crowd.codes[:BUSY]))
        self.capacity = got["per_second"]
        return got

    def times(self, factor):
        return lambda bench, plan: self.offer(bench, plan, factor)

    def offer(self, bench, plan, factor, **options):
        bench, rate = self.platform(bench), round(factor * self.capacity)
        return {"offered": rate, **self.run(bench, plan, self.crowd.lines(self.modest), rate=rate, **options)}

    def before(self, bench, plan):
        """The usual day, to be compared with the one after the storm."""
        return self.offer(bench, plan, NORMAL)

    def after(self, bench, plan):
        return self.offer(bench, plan, NORMAL, warm_up=RECOVERY_S)

    def greedy(self, bench, plan):
        """Twice the capacity from the crowd, in turn with and without one more at a hundred times its share; the figures are the crowd's."""
        bench = self.platform(bench)
        turns = [(self.offer(bench, plan, 2), self.beside_greedy(bench, plan)) for _ in range(TURNS)]
        got = {"alone_per_second": statistics.median(alone["per_second"] for alone, _ in turns)}
        for name in ("offered", "greedy_offered", "per_second", "greedy_per_second", "p50_ms", "p99_ms", "refused_p99_ms"):
            got[name] = statistics.median(beside[name] for _, beside in turns)
        for name in ("acknowledged", "stored", "refused", "untold", "undone", "broken", "lost", "doubled"):
            got[name] = sum(cell[name] for turn in turns for cell in turn)
        return got

    def beside_greedy(self, bench, plan):
        before, rate = bench.stored(), round(2 * self.capacity)
        greedy_rate = max(1, round(GREEDY_SHARES * self.capacity / len(self.crowd.codes)))
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            ids, its = pathlib.Path(folder) / "ids", pathlib.Path(folder) / "its"
            with bench.generating_to_end("submit", self.crowd.lines([self.one], periods()[-BUSY:]), **self.options(plan, its, rate=greedy_rate)) as running:
                got = bench.generate("submit", self.crowd.lines(self.modest), **self.options(plan, ids, rate=rate))
            ids.write_text(ids.read_text() + its.read_text())
            both = {**got, "acknowledged": got["acknowledged"] + running.end["acknowledged"], "broken": got["broken"] + running.end["broken"]}
            kept = settled(bench, before, both, ids)
        return {**got, "offered": rate, "greedy_offered": greedy_rate, "greedy_per_second": running.end["per_second"],
                **{name: kept[name] for name in ("acknowledged", "stored", "lost", "doubled")}}
