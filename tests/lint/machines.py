#!/usr/bin/env python3
"""machines.py - nothing in the tree belongs to one machine: no home folders, no addresses of private networks, no
package mirrors, no absolute paths into a build; and nothing refers to a paper that does not come with it.
"""
import re

import tree

PATTERNS = [
    (re.compile(r"/(home|Users)/[a-z]"), "a home folder"),
    (re.compile(r"/(root|work|srv)/[a-z.]"), "a folder of one machine"),
    (re.compile(r"(?<![\w$}{])/tmp/[a-z](?!\S*X{6})"), "a fixed name among the temporary files"),
    (re.compile(r"\b(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+\b"), "an address of a private network"),
    (re.compile(r"^\s*deb(-src)? +.*http|registry *= *http|\"resolved\": *\"http", re.M), "a package mirror"),
    (re.compile(r"\.\./shared\b"), "a path outside of the tree"),
    (re.compile(r"\b(DESIGN|DOMAIN|FEATURES|HOUSE|PERFORMANCE|RELIABILITY|STYLE)(\.md\b|'s\b)"), "a paper that is not here"),
]
found = []
for path in tree.files():
    if path.parent.name == "lint":
        continue
    try:
        text = (tree.ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        continue
    for pattern, what in PATTERNS:
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path}:{line}: {what}: {text.splitlines()[line - 1].strip()[:100]}")
tree.end(found, "traces of a machine")
