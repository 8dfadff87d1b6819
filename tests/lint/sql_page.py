#!/usr/bin/env python3
"""sql_page.py - sql/README.md draws every table and no other and knows every code of class RK, deploy/CHANGES.md begins with this version and
schema, and each function's file has the head and the one function of its name.
"""
import re

import tree

found = []
migrations = "\n".join((tree.ROOT / p).read_text(encoding="utf-8") for p in tree.files("sql/migrations", suffixes={".sql"}))
tables = set(re.findall(r"^create table renkei\.(\w+)", migrations, re.M)) - set(re.findall(r"^drop table renkei\.(\w+)", migrations, re.M))
page = (tree.ROOT / "sql/README.md").read_text(encoding="utf-8")
picture = re.search(r"^## The tables\n+```\n(.*?)^```", page, re.M | re.S).group(1)
words = set(re.findall(r"\w+", picture))
found += [f"sql/README.md: the picture lacks {t}" for t in sorted(tables - words)]
found += [f"sql/README.md: there is no table {w}" for w in sorted(words - tables) if "_" in w]
means = dict(re.findall(r'\{"(RK\d{3})",\s*RK_(\w+)', (tree.ROOT / "daemon/db/sqlstate.c").read_text(encoding="utf-8")))
told = dict(re.findall(r"\| (RK\d{3}) \| (\w+)", page))
found += [f"sql/README.md: {code} is said to be {told.get(code)}; it is {means.get(code)}" for code in sorted(means | told) if means.get(code) != told.get(code)]
version = re.search(r"project\(renkei VERSION ([\d.]+)", (tree.ROOT / "CMakeLists.txt").read_text(encoding="utf-8")).group(1)
schema = max(int(p.name.split("_")[0]) for p in tree.files("sql/migrations", suffixes={".sql"}))
newest = re.search(r"^## (\S+)\n(.*?)(?=^## |\Z)", (tree.ROOT / "deploy/CHANGES.md").read_text(encoding="utf-8"), re.M | re.S)
if newest.group(1) != version:
    found.append(f"deploy/CHANGES.md: begins with {newest.group(1)}; this is {version}")
if f"Schema {schema}." not in newest.group(2):
    found.append(f"deploy/CHANGES.md: does not say \"Schema {schema}.\" of {version}")
for path in tree.files("sql/functions", suffixes={".sql"}):
    text = (tree.ROOT / path).read_text(encoding="utf-8")
    if not text.startswith(f"-- renkei_api.{path.stem} - "):
        found.append(f"{path}: does not begin with what it is: -- renkei_api.{path.stem} - ...")
    made = re.findall(r"^create (?:or replace )?(?:function|procedure) renkei_api\.(\w+)", text, re.M)
    if made != [path.stem]:
        found.append(f"{path}: makes {', '.join(made) or 'nothing'}; one function of its name belongs here")
    for granted in re.findall(r"^grant execute on function renkei_api\.(\w+)", text, re.M):
        if granted != path.stem:
            found.append(f"{path}: grants {granted}")
tree.end(found, f"{len(tables)} tables and the functions")
