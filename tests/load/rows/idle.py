"""idle.py - memory of the server for each connection that stands and says nothing, beside nginx with the same certificates."""
import time

from proc import memory_kib
import nginx
SETTLED_S = 3
SHOWN = ("connections", "kib", "lost_connections")


class Row:
    once, shown = False, SHOWN

    def __init__(self, name, connections):
        self.name, self.connections = name, connections
        self.cells = {"renkeid": self.renkeid, "nginx": self.nginx}

    def prepare(self, bench, plan):
        nginx.required()

    def renkeid(self, bench, plan):
        bench.configure()
        return self.measure(bench, bench.demo.server, bench.workers())

    def nginx(self, bench, plan):
        with nginx.serving(bench) as (server, pids):
            return self.measure(bench, server, pids)

    def measure(self, bench, server, pids):
        """A few connections first: what a process needs for its first one is not for each."""
        with bench.generating("hold", bench.certificates(), server=server, connections=16):
            pass
        before = memory_kib(*pids)
        with bench.generating("hold", bench.certificates(), server=server, connections=self.connections) as held:
            time.sleep(SETTLED_S)
            grown = memory_kib(*pids) - before
        return {"connections": self.connections, "kib": grown / self.connections, "lost_connections": held.end["lost"]}
