"""peers.py - what somebody would build instead, for comparison; peers/README.md.  They are no part of renkei."""
import contextlib
import os
import shutil
import signal
import subprocess

from build import BUILD, HERE, ROOT, run
from nginx import free_port
from proc import tree

CONNECTIONS = 16


class Peer:
    def __init__(self, name, words):
        self.name, self.words = name, words

    @contextlib.contextmanager
    def serving(self, bench):
        """Its address, and its processes."""
        verdict = bench.folder / "verdict.json"
        verdict.write_text(bench.reports.verdict)
        keys, server = bench.demo.folder / "keys", f"127.0.0.1:{free_port()}"
        process = subprocess.Popen([*self.words, server, keys / "ca.crt", keys / "server.crt", keys / "server.key", verdict, bench.reports.key_id,
                                    str(CONNECTIONS)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **bench.pg_env()})
        try:
            if process.stdout.readline() != "ready\n":
                raise SystemExit(f"{self.name}: {process.communicate()[1][-2000:]}")
            yield server, tree(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
            process.stdout.close()
            process.stderr.close()


def grpc_cpp():
    folder = BUILD / "peers"
    run("cmake", "-S", HERE / "peers", "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release")
    run("cmake", "--build", folder)
    return Peer("grpc-cpp", [folder / "peer_grpc_cpp"])


def grpc_js():
    folder = BUILD / "peers-npm"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "peers" / name, folder)
    if not (folder / "node_modules/pg").is_dir():
        run("npm", "install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error")
    return Peer("grpc-js", ["node", HERE / "peers/grpc_js.js", folder, ROOT / "proto"])


# What its tool must be there for; a peer that cannot be built is left out and said so.
KINDS = [("grpc-cpp", "grpc_cpp_plugin", grpc_cpp), ("grpc-js", "npm", grpc_js)]


def build(plan):
    for name, tool, make in KINDS if plan.peers else ():
        if shutil.which(tool):
            yield make()
        else:
            plan.say(f"{name}: left out, {tool} is not installed (deploy/packages)")
