#!/usr/bin/env python3
"""reasons.py - every reason of a refusal has a sentence, and every sentence a place that gives its code.

A reason is what stands behind a status: rk_fail_reason(err, RK_ABORTED, "CONFLICT", ...) and its like in C, refuse('RK409',
'...') and refusal(9, '...') in SQL.  Sentences are those of proto/words/sentences.c; that they exist in three languages,
and those of the rules at all, are unit tests' business.
"""
import re

import tree

SENTENCES = "proto/words/sentences.c"
# They speak to the operator at the terminal, and never to a caller.
LOCAL = re.compile(r"daemon/(settings\w*|doctor|main)\.c|daemon/serve/config\.c|daemon/demo/|daemon/ca/folder\w*\.c|daemon/ca_command\.c|daemon/db/(migrate\w*|plain)\.c|proto/link/tls_(?:files|trust)\.c|proto/base/cp932\.c")
STATUS = re.compile(r'\bRK_[A-Z_]+,\s*"([A-Z][A-Z0-9_]+)"')
CHOICE = re.compile(r'rk_fail_reason\([^;"]*[?:]\s*"([A-Z][A-Z0-9_]+)"(?:\s*:\s*"([A-Z][A-Z0-9_]+)")?')
IN_SQL = [re.compile(r"\brefuse\(\s*'RK\d{3}',\s*'([A-Z0-9_]+)'"), re.compile(r"\brefusal\(\s*\d+,\s*'([A-Z0-9_]+)'"),
          re.compile(r'"reason":\s*"([A-Z0-9_]+)"')]
QUOTED = re.compile(r"""["']([A-Z][A-Z0-9_]+)["']""")
CLASS = re.compile(r"(?:errcode = |\brefuse\(\s*)'(RK\w+)'")
INSIDE = {"RKDRY"}  # caught by the function that raises it


def line_of(text, at):
    return text.count("\n", 0, at) + 1


said = set(re.findall(r'^\t\{"([A-Z0-9_]+)",', (tree.ROOT / SENTENCES).read_text(encoding="utf-8"), re.M))
classes = set(re.findall(r'\{"(RK\d{3})"', (tree.ROOT / "daemon/db/sqlstate.c").read_text(encoding="utf-8"))) | INSIDE
found, given, reasons = [], set(), set()
for path in tree.files("proto", "daemon", "client", "sql", suffixes={".c", ".h", ".inc", ".sql"}):
    if str(path) == SENTENCES:
        continue
    text = (tree.ROOT / path).read_text(encoding="utf-8")
    given.update(QUOTED.findall(text))
    given.update(re.findall(r'"reason":\s*"([A-Z0-9_]+)"', text))
    if path.parts[0] == "client" or LOCAL.match(str(path)):
        continue
    for pattern in IN_SQL if path.suffix == ".sql" else [STATUS, CHOICE]:
        for match in pattern.finditer(text):
            for reason in filter(None, match.groups()):
                reasons.add(reason)
                if reason not in said:
                    found.append(f"{path}:{line_of(text, match.start())}: {reason} has no sentence in {SENTENCES}")
    for match in CLASS.finditer(text) if path.suffix == ".sql" else ():
        if match.group(1) not in classes:
            found.append(f"{path}:{line_of(text, match.start())}: {match.group(1)} means nothing to daemon/db/sqlstate.c")
for code in sorted(said - given):
    found.append(f"{SENTENCES}: nothing gives {code}")
tree.end(found, f"{len(reasons)} reasons and {len(said)} sentences")
