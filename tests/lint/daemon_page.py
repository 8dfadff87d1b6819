#!/usr/bin/env python3
"""daemon_page.py BUILD - renkeid.8 has every command of `renkeid help` and every figure of /metrics, in their words, and no other; and every
field and step of a call's line in the log.
"""
import pathlib
import re
import subprocess
import sys

import tree

PAGE = "daemon/renkeid.8.scd"
RENKEID = pathlib.Path(sys.argv[1]) / "daemon/renkeid"
METRICS = "daemon/rpc/metrics.c"


def section(name):
    match = re.search(rf"^# {name}\n(.*?)(?=^# |\Z)", text, re.M | re.S)
    return match.group(1) if match else ""


def plain(markup):
    """scdoc without its marks: *bold*, _underlined_, \\escaped."""
    return re.sub(r"\\(.)", r"\1", re.sub(r"(?<!\\)\*|(?<![\\\w])_(?=\w)|(?<=\w)_(?!\w)", "", markup))


def compare(what, theirs, ours):
    for name in sorted(ours.keys() - theirs.keys()):
        found.append(f"{PAGE}: {what} '{name}' is missing")
    for name in sorted(theirs.keys() - ours.keys()):
        found.append(f"{PAGE}: there is no {what} '{name}'")
    for name in sorted(ours.keys() & theirs.keys()):
        if ours[name] != theirs[name]:
            found.append(f"{PAGE}: {what} '{name}' is said to be \"{theirs[name]}\"; it is \"{ours[name]}\"")


def commands_of_program():
    told = subprocess.run([RENKEID, "help"], capture_output=True, text=True, check=True).stdout
    return dict(re.findall(r"^  (\S.*)\n      (.*)$", told, re.M))


def commands_of_page():
    """## heading, its first paragraph."""
    return {plain(head): plain(first) for head, first in re.findall(r"^## (.*)\n\n(.*)$", section("COMMANDS"), re.M)}


def figures_of_source():
    """renkei_name -> "kind: sentence", whether written out or through add_counter and add_gauge."""
    source = re.sub(r'"\s*\n\s*"', "", (tree.ROOT / METRICS).read_text(encoding="utf-8"))
    figures = {}
    for name, help_text, kind in re.findall(r"# HELP (renkei_[a-z_]+) (.*?)\\n# TYPE renkei_[a-z_]+ (\w+)\\n", source):
        figures[name] = f"{kind}: {help_text}"
    for kind, name, help_text in re.findall(r'add_(counter|gauge)\(\s*out,\s*"(\w+)",\s*"(.*?)"', source):
        figures["renkei_" + name] = f"{kind}: {help_text}"
    return figures


def figures_of_page():
    """*name* (kind), and the sentence in the indented line below."""
    return {name: f"{kind}: {plain(line)}" for name, kind, line in
            re.findall(r"^\*(renkei_\w+)\*(?:\{.*?\})? \((\w+)\)\n\t(.*)$", section("METRICS"), re.M)}


if not RENKEID.exists():
    print("renkeid is not built")
    sys.exit(77)
text = (tree.ROOT / PAGE).read_text(encoding="utf-8")
found = []
commands, figures = commands_of_program(), figures_of_source()
compare("command", commands_of_page(), commands)
compare("figure", figures_of_page(), figures)
call = (tree.ROOT / "daemon/call/call.c").read_text(encoding="utf-8")
fields = re.findall(r'log_(?:text|number)\(fields, &n, "(\w+)"', call) + re.findall(r'^\t\{"(\w+)", +step_', call, re.M)
found += [f"{PAGE}: LOG does not name {field}" for field in fields if field not in re.findall(r"\w+", section("LOG"))]
tree.end(found, f"{len(commands)} commands and {len(figures)} figures")
