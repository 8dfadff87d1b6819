"""handshake.py - what a full mutual-TLS handshake and the SETTINGS behind it cost the server, beside nginx with the same certificates."""
from proc import cpu_seconds
import nginx

AT_ONCE = 8
SHOWN = ("per_second", "p50_ms", "p99_ms", "cpu_ms", "broken")


class Row:
    once, shown = False, SHOWN

    def __init__(self, name):
        self.name, self.cells = name, {"renkeid": self.renkeid, "nginx": self.nginx}

    def prepare(self, bench, plan):
        nginx.required()

    def renkeid(self, bench, plan):
        return self.measure(bench, plan, bench.demo.server, bench.workers())

    def nginx(self, bench, plan):
        with nginx.serving(bench) as (server, pids):
            return self.measure(bench, plan, server, pids)

    def measure(self, bench, plan, server, pids):
        lines = bench.certificates()
        bench.generate("handshake", lines, server=server, slots=AT_ONCE, seconds=1)
        cpu = cpu_seconds(*pids)
        got = bench.generate("handshake", lines, server=server, slots=AT_ONCE, seconds=plan.handshake_seconds)
        got["cpu_ms"] = (cpu_seconds(*pids) - cpu) / max(1, got["done"]) * 1000
        return got
