#!/usr/bin/env python3
"""headers.py BUILD - every header compiles alone, with the flags of the build."""
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

import tree


def flags(build):
    """Compiler, include and define flags that the build uses anywhere."""
    compiler, seen = "cc", {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        compiler = next(w for w in words if not w.endswith("ccache"))
        at = iter(words)
        for word in at:
            if word.startswith("-D"):
                seen[word] = None
            elif word == "-isystem":
                seen[word + next(at)] = None
    return compiler, list(seen)


def alone(header):
    roots = (f"-I{root}" for root in ROOTS.get(header.parts[0], ("proto",)))
    run = subprocess.run([*COMMAND, *roots, str(header)], cwd=tree.ROOT, capture_output=True, text=True)
    return None if run.returncode == 0 else f"{header}: does not compile alone\n{run.stderr[:600]}"


BUILD = pathlib.Path(sys.argv[1]).resolve()
COMPILER, FLAGS = flags(BUILD)
COMMAND = [COMPILER, "-std=gnu11", "-fsyntax-only", "-x", "c", *FLAGS]
ROOTS = {"daemon": ("proto", "daemon", "sql"), "client": ("proto", "client"), "tests": ("tests/unit", "proto", "daemon", "client", "sql")}
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    headers = list(tree.files("proto", "daemon", "client", "sql", "tests", suffixes={".h"}))
    tree.end([c for c in pool.map(alone, headers) if c], f"{len(headers)} headers")
