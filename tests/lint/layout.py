#!/usr/bin/env python3
"""layout.py - C files look as .clang-format 14 lays them out; other text ends its lines plainly (.editorconfig)."""
import shutil
import subprocess
import sys

import tree

found = []
formatter = shutil.which("clang-format-14")
if formatter is None:
    print("clang-format-14 is not installed")
    sys.exit(77)
sources = [str(p) for p in tree.files("proto", "daemon", "client", "sql", "tests", suffixes={".c", ".h"})]
for start in range(0, len(sources), 40):
    run = subprocess.run([formatter, "--dry-run", "--Werror", *sources[start:start + 40]], cwd=tree.ROOT, capture_output=True, text=True)
    found += sorted({line.split(": ")[0] + ": not as clang-format lays it out" for line in run.stderr.splitlines() if ": error:" in line})
for path in tree.files(suffixes={".c", ".h", ".sql", ".proto", ".py", ".sh", ".md", ".cmake", ".txt", ".json"}):
    if {"golden", "corpus", "flawed", "fixture"} & set(path.parts):
        continue
    text = (tree.ROOT / path).read_bytes()
    if text and not text.endswith(b"\n"):
        found.append(f"{path}: the last line has no end")
    if b"\r\n" in text:
        found.append(f"{path}: lines end in CR LF")
    for number, line in enumerate(text.split(b"\n"), 1):
        if line.endswith((b" ", b"\t")):
            found.append(f"{path}:{number}: blanks at the end of the line")
tree.end(found, "layout")
