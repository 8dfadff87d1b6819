#!/usr/bin/env python3
"""unit.py - deploy/renkeid.service is one that systemd takes without a word, and exposes little (systemd-analyze; systemd itself need not run)."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import tree

UNIT = "deploy/renkeid.service"
# Tenths; 1.1 is left without the list of addresses, which only who runs it knows.
EXPOSED_MOST = 11


def asked(*words):
    done = subprocess.run(["systemd-analyze", *map(str, words)], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


if not shutil.which("systemd-analyze"):
    print("systemd is not installed")
    sys.exit(77)
found = []
with tempfile.TemporaryDirectory() as folder:
    # What it starts need not be installed here.
    unit = pathlib.Path(folder) / "renkeid.service"
    unit.write_text((tree.ROOT / UNIT).read_text(encoding="utf-8").replace("/usr/local/sbin/renkeid", "/bin/true"), encoding="utf-8")
    status, said = asked("verify", "--man=no", unit)
    if status != 0 or said.strip():
        found.append(f"{UNIT}: {said.strip() or f'exit {status}'}")
    status, said = asked("security", "--offline=true", "--no-pager", f"--threshold={EXPOSED_MOST}", unit)
    if status != 0:
        found.append(f"{UNIT}: {said.strip().splitlines()[-1]}; at most {EXPOSED_MOST / 10}")
tree.end(found, "the unit")
