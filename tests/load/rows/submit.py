"""submit.py - submissions: through renkeid, by pgbench as the floor, by the peers; closed loop, fresh connections, open loop."""
import os
import pathlib
import re
import statistics
import subprocess
import tempfile

from build import HERE
from proc import cpu_seconds
import peers
SHOWN = ("per_second", "p50_ms", "p99_ms", "server_cpu_ms", "postgres_cpu_s", "acknowledged", "stored", "undone", "refused", "broken")


def settled(bench, before, got, ids=None):
    """Receipts against rows.  Lost: acknowledged and not there; doubled: there without anybody who asked.

    With a file of the acknowledged ids each is looked for: a call that broke off and was stored would hide a lost one from a count."""
    stored = bench.stored() - before
    unknown = got.get("broken", 0)
    got["stored"] = stored
    got["lost"] = max(0, got["acknowledged"] - stored) if ids is None else lost(bench, ids, got["acknowledged"])
    got["doubled"] = max(0, stored - got["acknowledged"] - unknown)
    return got


def lost(bench, ids, acknowledged):
    """How many of these ids have no version; each was acknowledged once."""
    listed = pathlib.Path(ids).read_text().split() if acknowledged else []
    if len(set(listed)) != acknowledged:
        raise SystemExit(f"{ids}: {len(set(listed))} ids of {acknowledged} that were acknowledged")
    return len(set(listed) - bench.stored_ids())


def through(bench, plan, server, pids, **options):
    """The generator against a server, whose processes' CPU is taken down as PostgreSQL's is."""
    taken = bench.reports.take(options.pop("slots"))
    before, cpu, postgres = bench.stored(), cpu_seconds(*pids), bench.postgres()
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        ids = pathlib.Path(folder) / "ids"
        got = bench.generate("submit", bench.reports.lines(taken), server=server, body=HERE / "body.json", ids=ids, warm_up=plan.warm_up, **options)
        done = max(1, got["acknowledged"])
        got["server_cpu_ms"] = (cpu_seconds(*pids) - cpu) / done * 1000
        got["postgres_cpu_s"] = (bench.postgres() - postgres) / done * 1000
        return settled(bench, before, got, ids)


class Row:
    """Closed loop on shared connections, beside pgbench and, where they are wanted, the peers."""
    once, shown = False, SHOWN

    def __init__(self, name, slots, peers=False):
        self.name, self.slots, self.with_peers = name, slots, peers
        self.cells = {"renkeid": self.renkeid, "pgbench": self.pgbench}

    def prepare(self, bench, plan):
        for peer in peers.build(plan) if self.with_peers else []:
            self.cells[peer.name] = lambda bench, plan, peer=peer: self.peer(bench, plan, peer)

    def renkeid(self, bench, plan):
        return through(bench, plan, bench.demo.server, bench.workers(), slots=self.slots, seconds=plan.seconds(self.slots))

    def peer(self, bench, plan, peer):
        """One that stores nothing has fallen behind the schema, and would make renkeid look the better for it."""
        with peer.serving(bench) as (server, pids):
            got = through(bench, plan, server, pids, slots=self.slots, seconds=plan.seconds(self.slots))
        if not got["acknowledged"]:
            raise SystemExit(f"{peer.name}: {got['refused']} refused, none stored")
        return got

    def pgbench(self, bench, plan):
        bench.reports.table(bench.reports.take(self.slots))
        before, postgres, seconds = bench.stored(), bench.postgres(), plan.seconds(self.slots)
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            done = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", str(self.slots), "-j", str(min(self.slots, 2)), "-T", str(round(plan.warm_up + seconds)),
                                   "-D", "n=-1", "-l", "--log-prefix", folder + "/log", "-f", HERE / "pgbench.sql"],
                                  capture_output=True, text=True, env={**os.environ, **bench.pg_env()})
            got = {**pgbench_latencies(folder, plan.warm_up, seconds), "acknowledged": pgbench_total(done)}
        got["postgres_cpu_s"] = (bench.postgres() - postgres) / got["acknowledged"] * 1000
        return settled(bench, before, got)


def pgbench_total(done):
    found = re.search(r"transactions actually processed: (\d+)", done.stdout)
    if done.returncode != 0 or not found:
        raise SystemExit(f"pgbench:\n{done.stdout}\n{done.stderr[-2000:]}")
    return int(found[1])


def pgbench_latencies(folder, warm_up, seconds):
    """From its log of transactions: client, number, microseconds, script, second, microsecond of the end."""
    ends = []
    for name in os.listdir(folder):
        with open(os.path.join(folder, name)) as log:
            ends += [(int(f[4]) + int(f[5]) / 1e6, int(f[2]) / 1000) for f in map(str.split, log)]
    begin = min(end - ms / 1000 for end, ms in ends) + warm_up
    kept = sorted(ms for end, ms in ends if begin <= end < begin + seconds)
    return {"measured": len(kept), "per_second": len(kept) / seconds, "p50_ms": statistics.median(kept), "p99_ms": kept[int(len(kept) * 0.99)]}


class Fresh:
    """A connection, a submission, the end of the connection, and again."""
    once, shown = False, SHOWN

    def __init__(self, name, slots):
        self.name, self.slots, self.cells = name, slots, {"renkeid": self.renkeid}

    def prepare(self, bench, plan):
        pass

    def renkeid(self, bench, plan):
        return through(bench, plan, bench.demo.server, bench.workers(), slots=self.slots, seconds=plan.seconds(self.slots), fresh=1)


class Open:
    """Arrivals at a fixed rate, half of what the closed loop reached with 64 slots; latency from when each was due."""
    once, shown = False, SHOWN

    def __init__(self, name, slots):
        self.name, self.slots, self.cells = name, slots, {"renkeid": self.renkeid}

    def prepare(self, bench, plan):
        pass

    def renkeid(self, bench, plan):
        reached = plan.reached("submit-64", "renkeid", "per_second") or 1000
        return through(bench, plan, bench.demo.server, bench.workers(), slots=self.slots, seconds=plan.seconds(self.slots), rate=round(reached / 2))
