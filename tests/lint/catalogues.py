#!/usr/bin/env python3
"""catalogues.py - every message catalogue (*.po) is whole: nothing untranslated, nothing fuzzy."""
import re
import subprocess
import tempfile

import tree

found = []
for path in tree.files(suffixes={".po"}):
    with tempfile.NamedTemporaryFile() as out:
        run = subprocess.run(["msgfmt", "--check-header", "--statistics", "-o", out.name, str(path)], cwd=tree.ROOT, capture_output=True, text=True)
    if run.returncode != 0 or re.search(r"fuzzy|untranslated", run.stderr):
        found.append(f"{path}: {run.stderr.strip()}")
tree.end(found, "message catalogues")
