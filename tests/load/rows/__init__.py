"""rows - what is measured: a file for each kind, a line here for each row.  tests/load/README.md says how.

A row has a name, cells (what is measured side by side, by name, each a function that gives figures) and, where it measures
once and not in every round, once = True.  prepare is called before its first cell.
"""
from . import handshake, idle, overload, stall, status, submit

ROWS = [
    submit.Row("submit-64", 64, peers=True),
    submit.Row("submit-16", 16),
    submit.Row("submit-1", 1),
    submit.Fresh("fresh", 16),
    submit.Open("open", 128),
    handshake.Row("handshake"),
    idle.Row("idle-1000", 1000),
    idle.Row("idle-5000", 5000),
    status.Alone("status"),
    status.UnderLoad("status-busy"),
    stall.Row("stall"),
    overload.Row("overload"),
    status.Seeded("status-1k", 1_000),
    status.Seeded("status-100k", 100_000),
    status.Seeded("status-1M", 1_000_000),
    status.Seeded("status-5M", 5_000_000),
]
