#!/usr/bin/env python3
"""protos.py - the .proto files are clean by `buf lint` STANDARD.  buf comes from npm, see tests/run."""
import os
import pathlib
import subprocess
import sys

import tree

buf = pathlib.Path(os.environ.get("RENKEI_NPM", tree.ROOT / "build/npm")) / "node_modules/.bin/buf"
if not buf.exists():
    print("buf is not installed: run tests/run lint once")
    sys.exit(77)
sys.exit(subprocess.run([str(buf), "lint"], cwd=tree.ROOT / "proto").returncode)
