"""figures.py - the lines of the table: what is compared with what, and what it must reach.  A new line is one entry.

A figure is named ROW:CELL:NAME and is the median over the rounds.  Absolute numbers belong to one machine and one hour; the
goals are ratios inside one run.
"""
import collections

Line = collections.namedtuple("Line", "sentence ours beside better must aim")


def line(sentence, ours, beside=None, better="more", must=None, aim=None):
    return Line(sentence, ours, beside, better, must, aim)


LINES = [
    line("submissions/s, 64 slots, against pgbench with 64 clients", "submit-64:renkeid:per_second", "submit-64:pgbench:per_second", must=2.0, aim=2.5),
    line("submissions/s, 16 slots, against pgbench with 16", "submit-16:renkeid:per_second", "submit-16:pgbench:per_second", must=1.15, aim=1.5),
    line("submissions/s, 1 slot, against pgbench with 1", "submit-1:renkeid:per_second", "submit-1:pgbench:per_second"),
    line("submissions/s, 64 slots, against gRPC C++", "submit-64:renkeid:per_second", "submit-64:grpc-cpp:per_second", must=2.2, aim=2.75),
    line("submissions/s, 64 slots, against grpc-js", "submit-64:renkeid:per_second", "submit-64:grpc-js:per_second", must=3.0, aim=3.75),
    line("p50 of a lone submission against pgbench with 1, ms", "submit-1:renkeid:p50_ms", "submit-1:pgbench:p50_ms", "less", 1.6, 1.35),
    line("p50, 64 slots, against gRPC C++, ms", "submit-64:renkeid:p50_ms", "submit-64:grpc-cpp:p50_ms", "less", 0.5, 0.4),
    line("p99, 64 slots, against gRPC C++, ms", "submit-64:renkeid:p99_ms", "submit-64:grpc-cpp:p99_ms", "less", 0.7, 0.5),
    line("CPU of renkeid a submission, 64 slots, ms", "submit-64:renkeid:server_cpu_ms", None, "less", 0.08, 0.055),
    line("the same against gRPC C++, which judges and signs nothing", "submit-64:renkeid:server_cpu_ms", "submit-64:grpc-cpp:server_cpu_ms", "less"),
    line("CPU of PostgreSQL per 1,000 submissions, 64 slots, s", "submit-64:renkeid:postgres_cpu_s", "submit-64:pgbench:postgres_cpu_s", "less"),
    line("p99 of a submission, 64 slots, against pgbench with 64, ms", "submit-64:renkeid:p99_ms", "submit-64:pgbench:p99_ms", "less"),
    line("submissions/s, a connection each, 16 at once", "fresh:renkeid:per_second"),
    line("p99 with a connection each, ms", "fresh:renkeid:p99_ms", None, "less"),
    line("p50 at half the rate of 64 slots, open loop, ms", "open:renkeid:p50_ms", None, "less"),
    line("p99 at half the rate of 64 slots, open loop, ms", "open:renkeid:p99_ms", None, "less"),
    line("idle connection, 1,000 held, KiB", "idle-1000:renkeid:kib", "idle-1000:nginx:kib", "less"),
    line("idle connection, 5,000 held, against nginx, KiB", "idle-5000:renkeid:kib", "idle-5000:nginx:kib", "less", 1.0, 0.9),
    line("CPU of a full mutual-TLS handshake against nginx, ms", "handshake:renkeid:cpu_ms", "handshake:nginx:cpu_ms", "less", 1.05, 0.9),
    line("GetPlatformStatus p50, ms", "status:renkeid:p50_ms", None, "less"),
    line("GetPlatformStatus p99, ms", "status:renkeid:p99_ms", None, "less"),
    line("GetPlatformStatus p50 beside 16 submitting slots, ms", "status-busy:renkeid:p50_ms", None, "less"),
    line("GetPlatformStatus p99 beside 16 submitting slots, ms", "status-busy:renkeid:p99_ms", None, "less"),
    line("GetPlatformStatus p50 at 100k reports against 1k, ms", "status-100k:renkeid:p50_ms", "status-1k:renkeid:p50_ms", "less"),
    line("GetPlatformStatus p50 at 1M reports against 1k, ms", "status-1M:renkeid:p50_ms", "status-1k:renkeid:p50_ms", "less"),
    line("GetPlatformStatus p50 at 5M reports against 1k, ms", "status-5M:renkeid:p50_ms", "status-1k:renkeid:p50_ms", "less", 1.3, 1.1),
    line("growth while one reader stalls, windows closed, MiB", "stall:windows:grown_mib", None, "less", 16, 4),
    line("growth while one reader stalls, socket not read, MiB", "stall:socket:grown_mib", None, "less", 16, 4),
    line("submissions/s at 10 x the capacity, against 1 x", "overload:x10:per_second", "overload:x1:per_second", must=0.9, aim=1.0),
    line("p99 of what is taken at 10 x, ms", "overload:x10:p99_ms", None, "less", 1000, 500),
    line("p99 of a refusal at 10 x, ms", "overload:x10:refused_p99_ms", None, "less", 50, 20),
    line("refusals that do not say when to come again, at 10 x", "overload:x10:untold", None, "less", 0, 0),
    line("submissions/s of the others beside a greedy one at 2 x, against without", "overload:greedy:per_second", "overload:greedy:alone_per_second", must=0.9, aim=0.95),
    line("p99 of a usual day 5 s after 10 x, against before, ms", "overload:after:p99_ms", "overload:before:p99_ms", "less", 1.5, 1.1),
    line("growth while 32 streams of one reader stall, MiB", "stall:all:grown_mib", None, "less"),
]


def reached(entry, value):
    """aim, must or short; nothing where there is no goal or no figure."""
    if entry.must is None or value is None:
        return ""
    fits = (lambda goal: value >= goal) if entry.better == "more" else (lambda goal: value <= goal)
    return "aim" if fits(entry.aim) else "must" if fits(entry.must) else "SHORT"


def judge(median):
    """median(row, cell, name) gives a figure or None; the lines of which there is one, as dictionaries."""
    for entry in LINES:
        ours = median(*entry.ours.split(":"))
        beside = median(*entry.beside.split(":")) if entry.beside else None
        if ours is None or (entry.beside and beside is None):
            continue
        ratio = ours / beside if beside else None
        value = ratio if entry.beside else ours
        yield {"line": entry.sentence, "figure": entry.ours, "ours": ours, "beside_figure": entry.beside, "beside": beside, "ratio": ratio,
               "must": entry.must, "aim": entry.aim, "reached": reached(entry, value)}
