#!/usr/bin/env python3
"""settings.py BUILD - renkeid's table of settings, renkeid.conf.5 and deploy/renkeid.conf say the same: names, defaults, limits.

And renkeid takes deploy/renkeid.conf, as shipped and with every '#' before a setting taken away: only the files it names are
missing, and are made here for the purpose.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

import tree

NEEDED = "needed"
RENKEID = pathlib.Path(sys.argv[1]) / "daemon/renkeid"
SHIPPED = (tree.ROOT / "deploy/renkeid.conf").read_text(encoding="utf-8")
PLACE = "/etc/renkei/"


def of_program():
    """name -> (default, limits) as `renkeid settings` tells them."""
    told = subprocess.run([RENKEID, "settings"], capture_output=True, text=True, check=True).stdout
    table = {}
    for name, value, more in re.findall(r"^(\w+) = (.*)\n    (.*)$", told, re.M):
        limits = re.match(r"\((-?\d+ to -?\d+)\) ", more)
        table[name] = (NEEDED if value == "..." else value, limits.group(1) if limits else "")
    return table


def of_page():
    """The same from the man page: *name* = default (limits), or *name* (needed)."""
    page = (tree.ROOT / "daemon/renkeid.conf.5.scd").read_text(encoding="utf-8")
    section = page.split("# SETTINGS\n", 1)[1].split("\n# ", 1)[0]
    table = {}
    for name, rest in re.findall(r"^\*(\w+)\*(.*)$", section, re.M):
        told = re.fullmatch(r" = (.*?)(?: \((-?\d+ to -?\d+)\))?", rest)
        if rest == " (needed)":
            table[name] = (NEEDED, "")
        elif told:
            table[name] = (told.group(1), told.group(2) or "")
        else:
            found.append(f"daemon/renkeid.conf.5.scd: *{name}*{rest}: not as the others")
    return table


def of_file():
    """name -> default of deploy/renkeid.conf; what is not commented out has none."""
    table = {}
    for mark, name, value in re.findall(r"^(#?)(\w+) = (.*)$", SHIPPED, re.M):
        if name in table:
            found.append(f"deploy/renkeid.conf: {name} stands twice")
        table[name] = value if mark else NEEDED
    return table


def compare(where, theirs, ours):
    for name in sorted(ours.keys() - theirs.keys()):
        found.append(f"{where}: nothing about {name}")
    for name in sorted(theirs.keys() - ours.keys()):
        found.append(f"{where}: {name} is no setting")
    for name in sorted(ours.keys() & theirs.keys()):
        if ours[name] != theirs[name]:
            found.append(f"{where}: {name} is said to be {theirs[name]}; it is {ours[name]}")


def make_files(folder):
    """What the shipped file names: one certificate that is CA and server, and its key."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "90",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "extendedKeyUsage=serverAuth",
                    "-addext", "keyUsage=digitalSignature,keyCertSign", "-keyout", folder / "server.key",
                    "-out", folder / "server.crt"], capture_output=True, check=True)
    (folder / "server.key").chmod(0o600)
    (folder / "ca.crt").write_bytes((folder / "server.crt").read_bytes())


def check(folder, name, text):
    """Where any user may make a socket, and on any port."""
    path = folder / name
    text = re.sub(r"^#(listen|control_socket) =", r"\1 =", text, flags=re.M).replace(":7443\"\n", ":0\"\n").replace("/run/renkei/", f"{folder}/")
    path.write_text(text, encoding="utf-8")
    return subprocess.run([RENKEID, "--check", "--config", path], capture_output=True, text=True)


def try_out():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        bare = check(folder, "shipped.conf", SHIPPED.replace(PLACE, f"{folder}/"))
        if bare.returncode == 0 or f"{folder}/" not in bare.stderr or "No such file" not in bare.stderr:
            found.append(f"deploy/renkeid.conf: without its files renkeid says: {bare.stderr.strip() or bare.stdout.strip()}")
        make_files(folder)
        for text in SHIPPED, re.sub(r"^#(\w+ = )", r"\1", SHIPPED, flags=re.M):
            run = check(folder, "shipped.conf", text.replace(PLACE, f"{folder}/"))
            if run.returncode != 0:
                found.append(f"deploy/renkeid.conf: renkeid --check says: {run.stderr.strip()}")


if not RENKEID.exists():
    print("renkeid is not built")
    sys.exit(77)
found = []
ours = of_program()
compare("daemon/renkeid.conf.5.scd", of_page(), ours)
compare("deploy/renkeid.conf", of_file(), {name: default for name, (default, _) in ours.items()})
try_out()
tree.end(found, f"{len(ours)} settings")
