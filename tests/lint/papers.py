#!/usr/bin/env python3
"""papers.py - what the documents name is there: paths in back quotes, and in diagrams; functions, structs and settings of ours.

A path counts from the document's folder, from the root, or from an include root; a file's name alone may stand for one in any
folder below the document's.  A name with rk_ is one of the source's,
as are the functions of a walk drawn in a block (its first word a line, a file behind it) and renkei_api.name of sql/.
"""
import re

import tree

ROOTS = ("", "proto/", "daemon/", "client/")
SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"^[\w.-]+(?:/[\w.*-]+)*/?$")
SUFFIX = re.compile(r"\.(c|h|py|sql|proto|scd|md|cmake|conf)$")
FOLDERS = {p.name for p in tree.ROOT.iterdir() if p.is_dir()}
OURS = re.compile(r"\brk_\w+")
WALK = re.compile(r"^[\s│┌└─⋯]*([a-z]\w+) +((?:[a-z]\w*/)+\w+\.[ch])\b", re.M)
API = re.compile(r"\brenkei_api\.([a-z_]+)")


def is_there(document, path):
    if "/" not in path and path in names and any(document.parent in kept.parents for kept in names[path]):
        return True
    bases = [document.parent, *(tree.pathlib.Path(root) for root in ROOTS)]
    return any(list(tree.ROOT.glob(str(base / path))) if "*" in path else (tree.ROOT / base / path).exists() for base in bases)


def is_path(span):
    if not PATH.match(span) or span.startswith(("build", ".")):
        return False
    return bool(SUFFIX.search(span)) or ("/" in span and span.split("/")[0] in FOLDERS)


def complain(document, text, match, what):
    found.append(f"{document}:{text.count(chr(10), 0, match.start()) + 1}: {what}")


names = {}
for kept in tree.files():
    names.setdefault(kept.name, []).append(kept)
source = "\n".join((tree.ROOT / p).read_text(encoding="utf-8") for p in tree.files("proto", "daemon", "client", "sql", suffixes={".c", ".h", ".inc"}))
words = set(re.findall(r"\w+", source))
api = set(re.findall(r"renkei_api\.(\w+)", source + "\n".join((tree.ROOT / p).read_text(encoding="utf-8") for p in tree.files("sql", suffixes={".sql"}))))
found, documents = [], list(tree.files(suffixes={".md", ".scd"}))
for document in documents:
    text = (tree.ROOT / document).read_text(encoding="utf-8")
    for match in SPAN.finditer(text) if document.suffix == ".md" else ():
        if is_path(match.group(1)) and not is_there(document, match.group(1)):
            complain(document, text, match, f"there is no {match.group(1)}")
    for match in WALK.finditer(text):
        name, path = match.groups()
        if not is_there(document, path):
            complain(document, text, match, f"there is no {path}")
        elif not any((tree.ROOT / root / path).exists() and re.search(rf"\b{name}\b", (tree.ROOT / root / path).read_text(encoding="utf-8"))
                     for root in ROOTS):
            complain(document, text, match, f"{path} knows no {name}")
    for match in OURS.finditer(text):
        if match.group(0) not in words and not any(w.startswith(match.group(0)) for w in words if match.group(0).endswith("_")):
            complain(document, text, match, f"nothing is called {match.group(0)}")
    for match in API.finditer(text):
        if match.group(1) not in api:
            complain(document, text, match, f"there is no renkei_api.{match.group(1)}")
tree.end(found, f"{len(documents)} documents")
