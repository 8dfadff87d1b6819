"""proc.py - what /proc knows: CPU seconds of processes, their memory, and who else was busy meanwhile."""
import contextlib
import os
import pathlib
import time

TICK = os.sysconf("SC_CLK_TCK")
PROC = pathlib.Path("/proc")


def stat(pid):
    """Fields of /proc/PID/stat from the third on (state is [0]); None for one that is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None


def cpu_seconds(*pids, children=False):
    """User and system time; children: with that of children that have ended and were waited for."""
    total = 0
    for pid in pids:
        fields = stat(pid)
        if fields:
            total += sum(map(int, fields[11:15 if children else 13]))
    return total / TICK


def tree(root):
    """root and every living process below it."""
    parents = {}
    for folder in PROC.glob("[0-9]*"):
        fields = stat(folder.name)
        if fields:
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found, ahead = [], [root]
    while ahead:
        pid = ahead.pop()
        found.append(pid)
        ahead += parents.get(pid, [])
    return found


def memory_kib(*pids, what="Rss"):
    """Rss, or another line of smaps_rollup, of all of them together."""
    total = 0
    for pid in pids:
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith(what + ":"):
                total += int(line.split()[1])
    return total


def machine_busy():
    """CPU seconds that all processors together spent on anything, the hypervisor's share among them."""
    fields = (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, fields[:8])
    return (user + nice + system + irq + softirq + steal) / TICK


class Watch:
    """Over a cell: the load average before it, and the share of the processors that others took during it."""

    def __init__(self):
        self.load_average = os.getloadavg()[0]
        self.began, self.busy, self.ours = time.monotonic(), machine_busy(), self.own()

    @staticmethod
    def own():
        return cpu_seconds(*tree(os.getpid()), children=True)

    def end(self):
        room = (time.monotonic() - self.began) * os.cpu_count()
        others = machine_busy() - self.busy - (self.own() - self.ours)
        return {"load_average": round(self.load_average, 2), "other_load": round(max(0.0, others / room), 3)}


CPU_GROUPS = pathlib.Path("/sys/fs/cgroup/cpu")
PERIOD_US = 10000


@contextlib.contextmanager
def slowed(root, processors):
    """root and all below it, and what they start, have so much of a processor together; SystemExit where that cannot be set."""
    group = CPU_GROUPS / f"renkei-load-{os.getpid()}"
    try:
        group.mkdir()
        (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
        (group / "cpu.cfs_quota_us").write_text(str(round(PERIOD_US * processors)))
    except OSError as error:
        raise SystemExit(f"no processor group can be made here: {error}") from error
    try:
        move(tree(root), group)
        yield
    finally:
        move(map(int, (group / "cgroup.procs").read_text().split()), CPU_GROUPS)
        group.rmdir()


def move(pids, group):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            (group / "cgroup.procs").write_text(str(pid))
