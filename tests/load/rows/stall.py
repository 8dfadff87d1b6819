"""stall.py - how much the server grows by while one client asks for much on one connection and does not read it.

Twice: the client reads its socket and never opens the windows of HTTP/2; and it opens them wide and does not read the socket.
"""
import time

from proc import memory_kib

PATH = "/renkei.v1.ReportService/GetReport"
STREAMS, WATCHED_S = 32, 5
SHOWN = ("streams", "answer_bytes", "grown_mib", "read_bytes", "cut")


class Row:
    once, shown = True, SHOWN

    def __init__(self, name):
        self.name, self.cells = name, {"windows": self.windows, "socket": self.socket}

    def prepare(self, bench, plan):
        self.large = bench.reports.store_large()

    def windows(self, bench, plan):
        return self.measure(bench, closed_window=1)

    def socket(self, bench, plan):
        return self.measure(bench, closed_window=0)

    def measure(self, bench, **how):
        """Against fresh workers that have answered such a call before."""
        bench.configure()
        lines = bench.certificates(self.large.municipality)
        bench.generate("ask", lines, path=PATH, hex=self.large.request.hex(), slots=1, warm_up=0, seconds=1)
        before, most = memory_kib(*bench.workers()), 0
        with bench.generating("stall", lines, path=PATH, hex=self.large.request.hex(), slots=STREAMS, **how) as stalled:
            until = time.monotonic() + WATCHED_S
            while time.monotonic() < until:
                most = max(most, memory_kib(*bench.workers()) - before)
                time.sleep(0.05)
        return {"streams": STREAMS, "answer_bytes": self.large.answer_bytes, "grown_mib": most / 1024, "read_bytes": stalled.end["bytes"],
                "cut": stalled.end["dead"]}
