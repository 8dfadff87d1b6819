"""stall.py - how much the server grows by while one client asks for the largest answer there is and does not read it.

The client reads its socket and never opens the windows of HTTP/2; or it opens them wide and does not read the socket; or it does
that with all the streams a connection may have.
"""
import time

from proc import memory_kib

PATH = "/renkei.v1.ReportService/GetReport"
ALL_STREAMS, WATCHED_S = 32, 5
SHOWN = ("streams", "answer_bytes", "grown_mib", "read_bytes", "cut")


class Row:
    once, shown = True, SHOWN

    def __init__(self, name):
        self.name, self.cells = name, {"windows": self.windows, "socket": self.socket, "all": self.all_streams}

    def prepare(self, bench, plan):
        self.large = bench.reports.store_large()

    def windows(self, bench, plan):
        return self.measure(bench, closed_window=1)

    def socket(self, bench, plan):
        return self.measure(bench, closed_window=0)

    def all_streams(self, bench, plan):
        return self.measure(bench, ALL_STREAMS, closed_window=0)

    def measure(self, bench, streams=1, **how):
        """Against fresh workers that have answered such a call before."""
        bench.configure()
        lines = bench.certificates(self.large.municipality)
        bench.generate("ask", lines, path=PATH, hex=self.large.request.hex(), slots=1, warm_up=0, seconds=1)
        before, most = memory_kib(*bench.workers()), 0
        with bench.generating("stall", lines, path=PATH, hex=self.large.request.hex(), slots=streams, **how) as stalled:
            until = time.monotonic() + WATCHED_S
            while time.monotonic() < until:
                most = max(most, memory_kib(*bench.workers()) - before)
                time.sleep(0.05)
        return {"streams": streams, "answer_bytes": self.large.answer_bytes, "grown_mib": most / 1024, "read_bytes": stalled.end["bytes"],
                "cut": stalled.end["dead"]}
