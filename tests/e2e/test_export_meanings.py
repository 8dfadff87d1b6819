"""Bundles mean the same in every format: zero, unknown and not applicable apart, codes with their leading zeros, every version, what is only planned."""
import json
import os
import pathlib
import sqlite3
import subprocess
import sys

import pytest

from test_export_standards import LINE
from test_exports import AS_OF, PARQUET, office, python_csv, run, schedule
from test_questions import HOST, OTHER, accepted, seminar

FORMATS = "csv,csv-excel,jsonl,parquet,sqlite,xlsx"
SAPPORO = "011002"
PEOPLE = {"side": "SIDE_JP", "category": "PARTICIPANT_CATEGORY_MUNICIPAL_STAFF", "basis": "COUNT_BASIS_COUNTED"}
PLANNED = {"activity_id": "planned", "kind": "ACTIVITY_KIND_CONSULTATION", "title": "来年度の協議", "status": "ACTIVITY_STATUS_PLANNED", "scope": "SCOPE_WHOLE", "mode": "ACTIVITY_MODE_ONLINE",
           "planned_start": {"year": 2017, "precision": "DATE_PRECISION_YEAR"}, "disclosure": "DISCLOSURE_PARTIES", "partners": [{"partner_code": "210200"}],
           "municipalities": [{"municipality_code": HOST, "role": "PARTY_ROLE_HOST"}]}
HELD = seminar(HOST, "held", "札幌市と行ったセミナー", 0, scope="SCOPE_PART", scope_reason="一部", place={"country": "JP"},
               participants=[{**PEOPLE, "persons": 0}, {**PEOPLE, "side": "SIDE_CN", "basis": "COUNT_BASIS_ESTIMATE"}],
               municipalities=[{"municipality_code": HOST, "role": "PARTY_ROLE_HOST"}, {"municipality_code": SAPPORO, "role": "PARTY_ROLE_CO_HOST"}],
               organisations=[{"name": "秘密の会社", "kind": "ORGANISATION_KIND_COMPANY", "consent_to_be_named": "ANSWER_NO"}],
               cost_lines=[{**LINE, "amount": {"currency": "JPY", "minor_units": "0"}, "accuracy": "AMOUNT_ACCURACY_EXACT", "municipality_code": SAPPORO},
                           {**LINE, "payer": "PAYER_UNKNOWN", "share": "COST_SHARE_UNKNOWN"},
                           {**LINE, "item": "COST_ITEM_LODGING", "payer": "PAYER_CN_LOCAL", "share": "COST_SHARE_NONE", "partner_code": "210200"}])


@pytest.fixture(scope="module")
def platform(empty_demo):
    empty_demo.sql("insert into renkei.municipality select (jsonb_populate_record(m, jsonb_build_object('municipality_code', '011002', 'prefecture_code', '01', 'name_ja', '札幌市', "
                   "'name_en', 'Sapporo'))).* from renkei.municipality m where m.municipality_code = '442011'")
    accepted(empty_demo, HOST, [HELD])
    accepted(empty_demo, HOST, [{**HELD, "title": "札幌市と行ったセミナー（訂正）"}, PLANNED], base=1)
    accepted(empty_demo, OTHER, [seminar(OTHER, "s-1", "別のセミナー", 7)])
    return empty_demo


@pytest.fixture(scope="module")
def everything(platform, tmp_path_factory):
    schedule(platform, "everything", FORMATS, all_versions="true", planned="true")
    return run(platform, "everything", "-O", tmp_path_factory.mktemp("everything"), "--as-of", AS_OF)


def rows(bundle, table):
    return [json.loads(line) for line in (bundle / f"jsonl/{table}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_version_and_what_is_planned_come_when_they_are_asked_for(platform, everything, tmp_path):
    schedule(platform, "newest", "jsonl")
    newest = run(platform, "newest", "-O", tmp_path, "--as-of", AS_OF)
    versions = {b: [(r["version"], r["superseded_by"]) for r in rows(b, "reports") if r["municipality_code"] == HOST] for b in (everything, newest)}
    assert versions == {everything: [(1, 2), (2, None)], newest: [(2, None)]}
    titles = {b: [(a["receipt_number"][-1], a["title"], a["status"]) for a in rows(b, "activities") if a["municipality_code"] == HOST] for b in (everything, newest)}
    corrected = ("2", "札幌市と行ったセミナー（訂正）", "held")
    assert titles == {everything: [("1", "札幌市と行ったセミナー", "held"), corrected, ("2", "来年度の協議", "planned")], newest: [corrected]}
    assert len(rows(everything, "cost_lines")) == 6 and len(rows(newest, "cost_lines")) == 3, "of each version its own"
    manifests = [json.loads((b / "MANIFEST.json").read_text()) for b in (everything, newest)]
    assert [m["selection"].split()[:2] for m in manifests] == [["versions=all", "planned=yes"], ["versions=accepted", "planned=no"]]
    assert manifests[0]["question_sha256"] != manifests[1]["question_sha256"]


def read_all(bundle, tmp_path):
    """What each reader has of a column that holds the code: a set of texts."""
    wanted = [("municipalities", "municipality_code"), ("activity_parties", "party_code"), ("cost_lines", "payer_municipality_code")]
    npm, out = pathlib.Path(os.environ["RENKEI_NPM"]), {}
    ask = f"import json, load; print(json.dumps([sorted(str(v) for v in load.tables[t][c].dropna()) for t, c in {wanted}]))"
    out["pandas"] = json.loads(subprocess.run([sys.executable, "-c", ask], cwd=bundle, capture_output=True, text=True, check=True,
                                              env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}).stdout)
    ask = 'source("load.R"); ' + "; ".join(f'cat(sort(na.omit(tables${t}${c})), "\\n")' for t, c in wanted)
    out["R"] = [line.split() for line in subprocess.run(["Rscript", "-e", ask], cwd=bundle, capture_output=True, text=True, check=True,
                                                        env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout.splitlines()[-3:]]
    db = sqlite3.connect(f"file:{bundle / 'renkei.sqlite'}?mode=ro", uri=True)
    out["sqlite"] = [[v for v, in db.execute(f"select {c} from {t} where {c} is not null")] for t, c in wanted]
    folder = office(tmp_path, "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1", bundle / "renkei.xlsx")
    out["LibreOffice"] = [column(folder / f"renkei-{t}.csv", c) for t, c in wanted]
    if (npm / "node_modules/@duckdb").is_dir():
        paths = [bundle / f"parquet/{t}.parquet" for t, _ in wanted]
        read = subprocess.run(["node", PARQUET, npm, "duckdb", *paths], check=True, capture_output=True, text=True).stdout
        out["DuckDB"] = [[v for line in text.split("\n") if line and (v := json.loads(line)[c])] for text, (_, c) in zip(read.split("end\n"), wanted)]
    return out


def column(path, name):
    head, *lines = python_csv(path, encoding="utf-8")
    return [line[head.index(name)] for line in lines if line[head.index(name)]]


def test_codes_keep_their_leading_zeros_in_every_program(everything, tmp_path):
    assert SAPPORO in column(everything / "csv/municipalities.csv", "municipality_code")
    for program, columns in read_all(everything, tmp_path).items():
        assert len(columns) == 3 and all(SAPPORO in map(str, values) for values in columns), program
        assert all(len(str(v)) == 6 for values in columns for v in values), (program, columns)


def meaning(row, column, columns):
    """What a cell says, by the table of columns alone."""
    if row[column["column_name"]] is not None:
        return row[column["column_name"]]
    when = column["not_applicable_when"]
    if when:
        other, values = when.replace("!=", "=").split("=")
        said = row[other]
        if said is not None and (said in values.split(",")) != ("!=" in when):
            return "not_applicable"
    return column["missing"]


def told(bundle, table, row):
    columns = [c for c in rows(bundle, "columns") if c["table_name"] == table]
    return {c["column_name"]: meaning(row, c, columns) for c in columns}


def test_the_table_of_columns_tells_zero_unknown_withheld_and_not_applicable_apart(everything):
    activities = {a["activity_id"]: told(everything, "activities", a) for a in rows(everything, "activities") if a["receipt_number"] == f"{HOST}-2016Q3-2"}
    planned, held = activities["planned"], activities["held"]
    assert (planned["actual_start"], planned["actual_start_precision"], planned["result"], planned["city"], planned["scope_reason"]) == ("not_applicable",) * 5
    assert (held["actual_end"], held["actual_end_precision"], held["result"], held["city"], held["scope_reason"]) == ("unknown",) * 4 + ("一部",)
    zero, silent = (told(everything, "participants", p) for p in rows(everything, "participants") if p["receipt_number"] == f"{HOST}-2016Q3-2")
    assert (zero["persons"], silent["persons"]) == (0, "unknown")
    lines = [told(everything, "cost_lines", c) for c in rows(everything, "cost_lines") if c["receipt_number"] == f"{HOST}-2016Q3-2"]
    assert [(c["minor_units"], c["payer"], c["share"], c["payer_municipality_code"], c["partner_code"]) for c in lines] == [
        (0, "municipal", "all", SAPPORO, "not_applicable"), ("unknown", "unknown", "unknown", "not_applicable", "not_applicable"),
        ("not_applicable", "cn_local", "none", "not_applicable", "210200")]
    organisation = told(everything, "organisations", rows(everything, "organisations")[-1])
    assert organisation["organisation_name"] == "withheld" and organisation["consent_to_be_named"] == "no"
    parties = [told(everything, "activity_parties", p) for p in rows(everything, "activity_parties")]
    assert {p["name"] for p in parties if p["party_kind"] != "body"} == {"not_applicable"}


def test_what_says_when_something_is_not_applicable_names_columns_and_words_that_are_there(everything):
    columns = rows(everything, "columns")
    words = {}
    for code in rows(everything, "codes"):
        words.setdefault(code["list"], set()).add(code["value"])
    said = [c for c in columns if c["not_applicable_when"]]
    assert len(said) > 15 and {c["missing"] for c in said} == {"unknown"} and {c["missing"] for c in columns} == {None, "unknown", "not_applicable", "withheld"}
    for c in said:
        other, values = c["not_applicable_when"].replace("!=", "=").split("=")
        companion, = (o for o in columns if (o["table_name"], o["column_name"]) == (c["table_name"], other))
        free = {"party_kind": {"municipality", "partner", "body"}, "counting": {"count", "sum", "share", "portion", "mean", "minimum", "special"}}
        assert set(values.split(",")) <= words.get(companion["codes"], free.get(other, set())), c
    # The same in the data package and for people.
    fields = {(r["name"], f["name"]): f for r in json.loads((everything / "datapackage.json").read_text())["resources"] for f in r["schema"]["fields"]}
    page = (everything / "dictionary.html").read_text(encoding="utf-8")
    for c in columns:
        field = fields[c["table_name"], c["column_name"]]
        assert (field.get("missingMeans"), field.get("notApplicableWhen")) == (c["missing"], c["not_applicable_when"])
        assert not c["not_applicable_when"] or f"該当なし：{c['not_applicable_when']} / there is none" in page
    assert "非公表" in page and "known and not told" in page
