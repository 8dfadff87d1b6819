#!/usr/bin/env python3
"""floors.py - arrows point down: reads every #include and compares it with the house.

A room may include itself and the rooms named beside it.  Libraries are fenced the same way: what may speak to OpenSSL,
nghttp2, libpq and the others is said here and nowhere else.
"""
import re

import tree

BASE, WIRE, WORDS, TABLE, LINK = "proto/base", "proto/wire", "proto/words", "proto/table", "proto/link"
ROOMS = {  # room: rooms below it that it may know
    BASE: [],
    WIRE: [BASE],
    WORDS: [BASE, WIRE],
    TABLE: [BASE],
    LINK: [BASE, WIRE],
    "sql": [],
    "daemon/db": [BASE, WIRE, "sql"],
    "daemon/ca": [BASE, LINK],
    "daemon/mail": [BASE, WIRE, WORDS, "daemon/db"],
    "daemon/call": [BASE, WIRE, WORDS, LINK, "daemon/db"],
    "daemon/rpc": [BASE, WIRE, WORDS, "daemon/db", "daemon/ca", "daemon/call", "daemon/export"],
    "daemon/export": [BASE, WORDS, TABLE, "daemon/db"],
    "daemon/serve": [BASE, WIRE, WORDS, LINK, "daemon/db", "daemon/ca", "daemon/call", "daemon/rpc", "daemon/mail", "daemon/export"],
    "daemon/demo": [BASE, "daemon/db", "daemon/ca", "sql"],
    "daemon": [BASE, WIRE, WORDS, LINK, "sql", "daemon/db", "daemon/ca", "daemon/call", "daemon/rpc", "daemon/serve", "daemon/demo", "daemon/mail", "daemon/export"],
    "client/form": [BASE, WIRE, WORDS],
    "client/paper": [BASE, "client/form"],
    "client": [BASE, WIRE, WORDS, TABLE, LINK, "client/form", "client/paper"],
}
GENERATED = re.compile(r"(renkei|google|grpc)/.*\.pb-c\.h$")
MAY_SEE_MESSAGES = {WIRE, WORDS, "daemon/db/migrate_wire", "daemon/mail", "daemon/call", "daemon/rpc", "daemon/serve", "daemon", "client/form", "client"}
LIBRARIES = {  # first part of <...>: rooms, or single files
    "nghttp2": {LINK},
    "openssl": {LINK, BASE + "/digest", WORDS + "/receipt", "daemon/ca", "daemon/ca_command", "daemon/rpc/receipts", "daemon/demo", "daemon/serve", "client/identity", "client/remote_connect"},
    "libpq-fe.h": {"daemon/db"},
    "event2": {LINK, "daemon/db", "daemon/call", "daemon/serve", "daemon", "client/remote", "client/remote_connect"},
    "protobuf-c": {WIRE, WORDS, "daemon/call", "daemon/rpc", "client/form", "client"},
    "jansson.h": {WIRE, TABLE, "daemon/db/sqlstate", "daemon/export", "daemon/call", "daemon/rpc", "daemon", "client/form", "client"},
    "curl": {"daemon/mail/smtp"},
    "confuse.h": {"daemon/settings", "client/profile"},
    "libsmartcols": {TABLE},
    "xlsxwriter.h": {"client/form/xlsx_write", "client/form/xlsx_styles", "client/form/xlsx_page", "client/form/xlsx_typing", "client/form/xlsx_made", "client/form/xlsx_properties", "client/paper/paper_xlsx", "daemon/export/format_xlsx"},
    "sqlite3.h": {"daemon/export/format_sqlite", "daemon/export/delta"},
    "zip.h": {"client/form/archive", "client/form/xlsx_check"},
    "expat.h": {"client/form/xml", "client/form/xlsx_check"},
    "utf8proc.h": {BASE},
    "systemd": {BASE, "daemon/serve", "daemon"},
}
FILES = {"daemon/settings.h": {"daemon/serve"}, "client/files.h": {"client/form"}}  # a file of an upper room that others may know too
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.M)
ROOTS = {"proto": ("proto",), "daemon": ("proto", "daemon", "sql"), "client": ("proto", "client"), "sql": ("sql",)}


def room_of(path):
    """The innermost room a path lies in, None outside of the house."""
    for folder in path.parents:
        if str(folder) in ROOMS:
            return str(folder)
    return None


def resolve(source, name):
    for folder in (source.parent, *ROOTS[source.parts[0]]):
        target = tree.pathlib.Path(folder) / name
        if (tree.ROOT / target).is_file():
            return target
    return None


def complaint(source, quoted, angled):
    room = room_of(source)
    if angled:
        allowed = LIBRARIES.get(angled.split("/")[0])
        if allowed is not None and room not in allowed and str(source.with_suffix("")) not in allowed:
            return f"<{angled}> is fenced to {', '.join(sorted(allowed))}"
    elif GENERATED.match(quoted):
        if room not in MAY_SEE_MESSAGES and str(source.with_suffix("")) not in MAY_SEE_MESSAGES:
            return f'"{quoted}": {room} knows no messages'
    else:
        target = resolve(source, quoted)
        if target is None:
            return f'"{quoted}" is nowhere'
        below = room_of(target)
        if room in FILES.get(str(target), ()):
            return None
        if below != room and below not in ROOMS[room]:
            return f'"{quoted}": {room} may not know {below}'
    return None


found = []
for source in tree.files("proto", "daemon", "client", "sql", suffixes={".c", ".h"}):
    if room_of(source) is None:
        found.append(f"{source}: in no room of the house")
        continue
    text = (tree.ROOT / source).read_text(encoding="utf-8")
    for match in INCLUDE.finditer(text):
        why = complaint(source, *match.groups())
        if why:
            found.append(f"{source}:{text.count(chr(10), 0, match.start()) + 1}: {why}")
tree.end(found, "includes")
