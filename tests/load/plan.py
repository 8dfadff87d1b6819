"""plan.py - how long and how often things are measured, and what has been measured so far."""
import statistics
import sys


class Plan:
    def __init__(self, given):
        self.quick, self.rounds, self.warm_up = given.quick, given.rounds, given.warm_up
        self.long_seconds, self.short_seconds = given.seconds, given.seconds / 2
        self.handshake_seconds, self.status_seconds = (3, 3) if given.quick else (5, 5)
        self.peers, self.profile = not given.no_peers, given.profile
        self.cells = []

    @staticmethod
    def say(text):
        print(text, file=sys.stderr, flush=True)

    def seconds(self, slots):
        """An honest p99 of 64 slots needs its time; the others have fewer to wait for each other."""
        return self.long_seconds if slots >= 64 else self.short_seconds

    def values(self, row, cell, name):
        return [c[name] for c in self.cells if (c["row"], c["cell"]) == (row, cell) and c.get(name) is not None]

    def median(self, row, cell, name):
        values = self.values(row, cell, name)
        return statistics.median(values) if values else None

    reached = median

    def receipts(self):
        return {name: sum(c.get(name, 0) for c in self.cells) for name in ("acknowledged", "stored", "lost", "doubled")}
