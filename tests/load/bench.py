"""bench.py - the platform under test: a demo of its own, its settings, its reports, and the generator beside it."""
import contextlib
import json
import os
import resource
import subprocess

from build import BUILD, GENERATOR, HERE
from proc import cpu_seconds, tree
from reports import Reports
import demo as support
from demo import Demo, wait_for

DESCRIPTORS = 20000
# What a full run needs and a ministry does not: thousands of connections from eleven principals.
SETTINGS = {"max_connections": 20000, "max_connections_per_principal": 10000}
WAL_MIB = 1024


class Bench:
    def __init__(self, folder, quick):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        most = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        self.folder, self.quick, self.ends = folder, quick, contextlib.ExitStack()
        self.demo = Demo(folder / "demo").start()
        self.ends.callback(self.demo.stop)
        self.settings, self.others = {}, {}
        self.demo.load_registry()
        self.configure(**SETTINGS)
        self.warm_wal()
        self.reports = Reports(self)

    # The daemon.

    def configure(self, **settings):
        """Workers anew, with these settings besides those of the demo."""
        path = self.demo.folder / "renkeid.conf"
        kept = [line for line in path.read_text().splitlines() if line.split(" ")[0] not in {*self.settings, *settings}]
        self.settings |= settings
        path.write_text("\n".join(kept + [f"{name} = {value}" for name, value in self.settings.items()]) + "\n")
        before = set(self.demo.workers())
        done = subprocess.run([BUILD / "daemon/renkeid", "--config", path, "ctl", "reload"], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"renkeid ctl reload: {done.stdout}{done.stderr}")

        def replaced():
            """the workers of before to be gone"""
            return not before & set(self.demo.workers())
        wait_for(replaced, 60)

    def workers(self):
        return self.demo.workers()

    def postgres(self):
        """CPU seconds of PostgreSQL, with the backends that have ended."""
        return cpu_seconds(*tree(self.demo.postmaster()), children=True)

    # The database.

    def sql_file(self, path, **variables):
        env = {**os.environ, **self.pg_env()}
        words = [word for name, value in variables.items() for word in ("-v", f"{name}={value}")]
        done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *words, "-f", path], env=env, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{path}: {done.stderr}")

    def pg_env(self):
        return {name: value for name, value in self.demo.env.items() if name.startswith("PG")}

    def warm_wal(self):
        """Segments of the log are made before anything is measured: a fresh cluster fills them with zeros while a commit waits."""
        mib = 256 if self.quick else WAL_MIB
        self.demo.sql(f"alter system set min_wal_size = '{mib}MB'")
        self.demo.sql("select pg_reload_conf()")
        self.demo.sql(f"select count(pg_logical_emit_message(false, 'load', repeat('x', 1048576))) from generate_series(1, {mib})")
        self.demo.sql("checkpoint")

    def stored(self):
        return int(self.demo.sql("select count(*) from renkei.report_version")[0][0])

    def stored_ids(self):
        """The request ids that have a version."""
        return {row[0] for row in self.demo.sql("select v.request_id from renkei.request r join renkei.report_version v using (municipality_code, request_id)")}

    # The generator.

    def certificates(self, *names):
        return "".join(f"certificate {name} {' '.join(self.demo.identity(name))}\n" for name in names or support.MUNICIPALITIES)

    def words(self, mode, server=None, **options):
        options = {"server": server or self.demo.server, "ca": self.demo.env["RENKEI_CA"], **options}
        return [GENERATOR, mode, *(f"{name}={value}" for name, value in options.items())]

    def generate(self, mode, lines, **options):
        """Runs the generator to its end; what it counted."""
        done = subprocess.run(self.words(mode, **options), input=lines + "go\n", capture_output=True, text=True)
        return counted(done.stdout, done.stderr, done.returncode)

    @contextlib.contextmanager
    def generating(self, mode, lines, **options):
        """Runs the generator beside what the caller does: gives what it says at first; its end stands in .end afterwards."""
        process = subprocess.Popen(self.words(mode, **options), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        process.stdin.write(lines + "go\n")
        process.stdin.flush()
        first = process.stdout.readline()
        running = Running(first, process)
        try:
            yield running
        finally:
            process.stdin.close()
            process.stdin = None
            out, err = process.communicate()
            if out:
                running.end = counted(out, err, process.returncode)

    @contextlib.contextmanager
    def generating_to_end(self, mode, lines, **options):
        """The same for a mode that ends by itself: its end stands in .end."""
        process = subprocess.Popen(self.words(mode, **options), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running = Running("{}", process)
        process.stdin.write(lines + "go\n")
        process.stdin.flush()
        yield running
        out, err = process.communicate()
        running.end = counted(out, err, process.returncode)

    def aside(self, name):
        """Another platform, for what fills tables or the registry."""
        if name not in self.others:
            folder = self.folder / name
            folder.mkdir()
            folder.chmod(0o755)
            self.others[name] = Bench(folder, self.quick)
            self.ends.callback(self.others[name].close)
        return self.others[name]

    def seed(self, reports):
        """Brings the number of stored versions to so many; how many there are then."""
        self.sql_file(HERE / "seed.sql", reports=reports)
        return self.stored()

    def close(self):
        self.ends.close()


class Running:
    def __init__(self, first, process):
        if not first:
            raise SystemExit(f"generator: {process.communicate()[1][-2000:]}")
        self.first, self.process, self.end = json.loads(first), process, {}


def counted(out, err, status):
    if not out:
        raise SystemExit(f"generator: exit {status}\n{err[-3000:]}")
    got = json.loads(out)
    if err:
        got["said"] = err[-500:]
    return got
