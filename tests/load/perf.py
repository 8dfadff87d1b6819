"""perf.py - where renkeid's CPU goes: perf's record of its workers during a cell, to be read with perf report."""
import contextlib
import shutil
import signal
import subprocess


@contextlib.contextmanager
def recording(bench, plan, row, cell):
    """Only where it is wanted, of renkeid; figures of such a cell are slower than they are."""
    if not plan.profile or cell != "renkeid":
        yield
        return
    if not shutil.which("perf"):
        raise SystemExit("perf is not installed (package linux-perf)")
    plan.profile.mkdir(exist_ok=True)
    pids = ",".join(map(str, bench.workers()))
    process = subprocess.Popen(["perf", "record", "-q", "-F", "499", "--call-graph", "dwarf,16384", "-p", pids, "-o", plan.profile / f"{row.name}.perf"])
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
