"""Bundles of exports, read by programs that renkei knows nothing of: Python's csv, json and sqlite3, openpyxl, pandas, R, openssl, sha256sum."""
import csv
import datetime
import hashlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from conftest import serving
from demo import RENKEID, SAMPLE, SANITIZERS, wait_for
from files import pdf
from test_questions import accepted, seminar

FORMATS = "csv,csv-cp932,csv-excel,csv-excel-ja,iati,jsonl,parquet,sdmx-csv,sqlite,xlsx,xlsx-ja"
PARQUET = pathlib.Path(__file__).resolve().parents[1] / "support/npm/read_parquet.mjs"
PROFILE = pathlib.Path(__file__).resolve().parents[1] / "golden/export/datapackage-2.0.json"
AS_OF = "2199-01-01T00:00:00Z"


def schedule(demo, name, formats=FORMATS, **settings):
    """A schedule of this name that is never due by itself."""
    wanted = {"all_versions": "false", "planned": "false", "public_only": "false", "free_text": "true", "company_names": "true", "keep": "8", **settings}
    demo.sql(f"insert into renkei.export_schedule (name, calendar, time_zone, formats, paused, handled_to, changed_at, principal_uri, {', '.join(wanted)}) "
             f"values ('{name}', 'yearly', 'Asia/Tokyo', '{{{formats}}}', true, now(), now(), 'renkei://test', {', '.join(wanted.values())}) on conflict do nothing")


def run(demo, *words, status=0, config=None):
    done = subprocess.run([RENKEID, "--config", config or demo.folder / "renkeid.conf", "export", "run", *map(str, words)], capture_output=True, text=True,
                          timeout=90, env={**os.environ, **SANITIZERS})
    assert done.returncode == status, done.stderr
    return pathlib.Path(done.stdout.strip()) if status == 0 else done.stderr


WHO, WITH = "130001", "442011"
MORE = {
    "challenges": [{"challenge_id": "c-1", "text": "通訳の確保\n“二行目”", "category": "CHALLENGE_CATEGORY_RESPONSE_CAPACITY", "severity": "CHALLENGE_SEVERITY_HIGH",
                    "support_wanted": "通訳の紹介", "state": "CHALLENGE_STATE_OPEN"}, {"challenge_id": "c-2", "text": "0"}],
    "policy_contributions": [{"contribution_id": "p-1", "partner_code": "110000", "level": "POLICY_LEVEL_REFLECTED", "text": "VOC の排出基準に反映された。", "document_issuer": "北京市生态环境局",
                              "document_title_zh": "大气污染防治条例（修订）", "document_date": {"year": 2016, "month": 11, "precision": "DATE_PRECISION_MONTH"},
                              "pathway": "PATHWAY_INDIRECT", "confirmed_by_cn": "ANSWER_NO", "theme": "THEME_VOC",
                              "values": [{"pollutant": "PM2.5", "statistic": "年平均", "unit": "ug/m3", "area": "市域", "base_year": 2013, "base_value": 89.5, "latest_year": 2016,
                                          "latest_value": 0, "source": "北京市"}, {"pollutant": "SO2", "unit": "ppb", "base_year": 2013, "base_value": 26}]}],
}


@pytest.fixture(scope="module")
def sample_demo(tmp_path_factory):
    """The sample's platform with rows in every table: its evaluation, a report of what no report of the sample has, a file, and two records that are one event."""
    with serving(tmp_path_factory.mktemp("exported") / "demo") as demo:
        demo.load_reports()
        demo.renkei("SECRETARIAT", "org", "import", SAMPLE / "evaluation.json", "--yes")
        paper = tmp_path_factory.mktemp("paper") / "=資料,“一”.pdf"
        paper.write_bytes(pdf(1000))
        demo.renkei(WHO, "attach", paper, "--period", "2016Q3")
        accepted(demo, WHO, [seminar(WHO, "s-1", "共催のセミナー", 12)], **MORE)
        accepted(demo, WITH, [seminar(WITH, "s-2", "共催のセミナー", 13)])
        demo.renkei("SECRETARIAT", "event", "link", f"{WHO}/s-1", f"{WITH}/s-2", "--reason", "共催と分かった", "--yes")
        yield demo


@pytest.fixture(scope="module")
def bundle(sample_demo, tmp_path_factory):
    schedule(sample_demo, "all-formats")
    return run(sample_demo, "all-formats", "-O", tmp_path_factory.mktemp("out"), "--as-of", AS_OF)


def fields(bundle, table):
    package = json.loads((bundle / "datapackage.json").read_text())
    return next(r for r in package["resources"] if r["name"] == table)["schema"]["fields"]


def tables(bundle):
    return [t["name"] for t in json.loads((bundle / "MANIFEST.json").read_text())["tables"]]


def from_jsonl(bundle, table):
    return [list(json.loads(line).values()) for line in (bundle / f"jsonl/{table}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_table_has_rows_for_the_comparisons(bundle):
    empty = {t["name"] for t in json.loads((bundle / "MANIFEST.json").read_text())["tables"] if not t["rows"]}
    assert not empty & {"indicators", "statements", "challenges", "policy_contributions", "environmental_values", "event_decisions", "attachments"}, empty
    (one,) = [row for row in map(json.loads, (bundle / "jsonl/environmental_values.jsonl").read_text().splitlines()) if row["pollutant"] == "PM2.5"]
    assert (one["base_value"], one["latest_value"]) == (89.5, 0)


def test_the_data_are_those_of_the_platform(sample_demo, bundle):
    rows = {t["name"]: t["rows"] for t in json.loads((bundle / "MANIFEST.json").read_text())["tables"]}
    expected = {"reports": "select count(*) from renkei.report where accepted_version is not null",
                "activities": "select count(*) from renkei.activity where status is distinct from 'planned' and disclosure is distinct from 'secretariat'",
                "outcomes": "select count(*) from renkei.outcome where disclosure is distinct from 'secretariat'",
                "municipalities": "select count(*) from renkei.municipality", "partner_governments": "select count(*) from renkei.partner_government",
                "cooperations": "select count(*) from renkei.cooperation", "themes": "select count(*) from renkei.theme"}
    for table, sql in expected.items():
        assert rows[table] == int(sample_demo.sql(sql)[0][0]) > 0, table
    titles = {row[0] for row in sample_demo.sql("select title from renkei.activity where status is distinct from 'planned'")}
    assert {json.loads(line)["title"] for line in (bundle / "jsonl/activities.jsonl").read_text().splitlines()} == titles
    assert (bundle / "reports.sha256").read_text() == "".join(
        f"{sha}  {number}\n" for number, sha in sample_demo.sql("select receipt_number, encode(sha256, 'hex') from renkei.report_version order by receipt_number collate \"C\""))


def python_csv(path, **how):
    with open(path, newline="", **how) as file:
        return list(csv.reader(file))


def text_of(value):
    return "" if value is None else {True: "true", False: "false"}[value] if isinstance(value, bool) else json.dumps(value) if isinstance(value, float) else str(value)


def test_csv_and_json_lines_say_the_same_cell_by_cell(bundle):
    for table in tables(bundle):
        head, *rows = python_csv(bundle / f"csv/{table}.csv", encoding="utf-8")
        assert head == [f["name"] for f in fields(bundle, table)]
        assert rows == [[text_of(v) for v in row] for row in from_jsonl(bundle, table)], table


def test_sqlite_says_the_same_with_types_and_keys(bundle):
    db = sqlite3.connect(f"file:{bundle / 'renkei.sqlite'}?mode=ro", uri=True)
    assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    for table in tables(bundle):
        keys = [f["name"] for f in sorted((dict(zip(("cid", "name", "type", "notnull", "default", "pk"), c)) for c in db.execute(f"pragma table_info({table})")),
                                          key=lambda f: f["pk"]) if f["pk"]]
        assert keys
        got = sorted(map(repr, db.execute(f"select * from {table}")))
        reals = [f["type"] == "number" for f in fields(bundle, table)]
        assert got == sorted(repr(tuple(int(v) if isinstance(v, bool) else float(v) if real and v is not None else v for v, real in zip(row, reals)))
                             for row in from_jsonl(bundle, table)), table
        assert db.execute(f"select count(*) from {table}_ja").fetchone() == (len(got),)
    assert ("訪日研修",) in db.execute("select 種別 from activities_ja").fetchall()
    assert db.execute("select count(*) from codes where label_ja = '' or label_zh = ''").fetchone() == (0,)


def test_parquet_says_the_same_to_duckdb(bundle):
    npm = pathlib.Path(os.environ["RENKEI_NPM"])
    if not (npm / "node_modules/@duckdb").is_dir():
        pytest.skip("the packages of npm are not installed")
    paths = [bundle / f"parquet/{table}.parquet" for table in tables(bundle)]
    read = subprocess.run(["node", PARQUET, npm, "duckdb", *paths], check=True, capture_output=True, text=True).stdout

    def plain(kind, value):
        if value is None or kind not in ("integer", "datetime"):
            return value
        return str(value) if kind == "integer" else str(round(datetime.datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp() * 1_000_000))

    for table, lines in zip(tables(bundle), read.split("end\n")):
        kinds = [f["type"] for f in fields(bundle, table)]
        got = [list(json.loads(line).values()) for line in lines.split("\n") if line]
        assert got == [[plain(kind, value) for kind, value in zip(kinds, row)] for row in from_jsonl(bundle, table)], table


def test_the_workbook_says_the_same_as_texts_and_numbers(bundle):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(bundle / "renkei.xlsx", read_only=True)
    assert book.sheetnames == tables(bundle)
    for table in tables(bundle):
        head, *rows = [list(row) for row in book[table].iter_rows(values_only=True)]
        assert head == [f["name"] for f in fields(bundle, table)]
        expected = [[v or None if isinstance(v, str) else v for v in row] for row in from_jsonl(bundle, table)]
        width = len(head)
        assert [row + [None] * (width - len(row)) for row in rows] == expected, table


def labels(bundle, table):
    return [row["label_ja"] for row in map(json.loads, (bundle / "jsonl/columns.jsonl").read_text(encoding="utf-8").splitlines()) if row["table_name"] == table]


def test_head_rows_in_japanese_stand_over_the_same_cells(bundle):
    openpyxl = pytest.importorskip("openpyxl")
    package = json.loads((bundle / "datapackage.json").read_text())
    names, japanese = (openpyxl.load_workbook(bundle / name, read_only=True) for name in ("renkei.xlsx", "renkei-ja.xlsx"))
    assert japanese.sheetnames == [r["labels"]["ja"] for r in package["resources"]]
    for table, sheet in zip(tables(bundle), japanese.sheetnames, strict=True):
        wanted = labels(bundle, table)
        assert len(set(wanted)) == len(wanted) == len([w for w in wanted if w]), table
        assert not [w for w in wanted if w.isascii() and w != "SHA-256"], table
        head, *rows = japanese[sheet].iter_rows(values_only=True)
        assert list(head) == wanted and rows == list(names[table].iter_rows(values_only=True))[1:], table
        head, *rows = python_csv(bundle / f"csv-excel-ja/{table}.csv", encoding="utf-8-sig")
        assert head == wanted and rows == python_csv(bundle / f"csv-excel/{table}.csv", encoding="utf-8-sig")[1:], table


def test_the_dictionary_calls_its_own_columns_by_what_they_are(bundle):
    head = python_csv(bundle / "csv-excel-ja/columns.csv", encoding="utf-8-sig")[0]
    assert "データ型" in head and "取組類型" not in head
    assert [row["label_zh"] for row in map(json.loads, (bundle / "jsonl/columns.jsonl").read_text(encoding="utf-8").splitlines())
            if (row["table_name"], row["column_name"]) == ("columns", "type")] == ["数据类型"]


def test_load_py_gives_every_table_with_its_types(bundle):
    ran = subprocess.run([sys.executable, "-c", "import load, json; t = load.tables; print(json.dumps({n: len(t[n]) for n in t})); "
                          "a = t['activities']; print(a['quarter'].dtype if hasattr(a, 'columns') else type(a[0]['quarter']).__name__)"],
                         cwd=bundle, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    counts, kind = ran.stdout.splitlines()
    assert json.loads(counts) == {t["name"]: t["rows"] for t in json.loads((bundle / "MANIFEST.json").read_text())["tables"]}
    assert kind in ("Int64", "int")


def test_load_r_gives_every_table_cell_by_cell(bundle, tmp_path):
    ran = subprocess.run(["Rscript", "load.R"], cwd=bundle, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    expected = {t["name"]: t["rows"] for t in json.loads((bundle / "MANIFEST.json").read_text())["tables"]}
    assert {line.split()[0]: int(line.split()[1]) for line in ran.stdout.splitlines()} == expected
    back = 'source("load.R"); options(scipen = 20, digits = 15); for (n in names(tables)) write.csv(tables[[n]], file.path(Sys.getenv("OUT"), n), row.names = FALSE, na = "")'
    subprocess.run(["Rscript", "-e", back], cwd=bundle, check=True, capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8", "OUT": str(tmp_path)})
    for table in tables(bundle):
        head, *rows = python_csv(tmp_path / table, encoding="utf-8")
        assert head == [f["name"] for f in fields(bundle, table)]
        same_cells(table, rows, from_jsonl(bundle, table))


def same_cells(table, rows, truth):
    """Cells of a program that has no difference between nothing and an empty text, and writes numbers its own way."""
    for row, want in zip(rows, truth, strict=True):
        for have, value in zip(row, want, strict=True):
            if isinstance(value, bool):
                assert have == str(value).upper(), table
            elif isinstance(value, (int, float)):
                assert float(have) == pytest.approx(value, rel=1e-14), table
            else:
                assert have.replace("\r\n", "\n") == (value or "").replace("\r\n", "\n"), table


def test_pandas_gives_every_table_cell_by_cell(bundle):
    ran = subprocess.run([sys.executable, "-c", "import json, pandas, load; print(json.dumps({n: [[None if pandas.isna(v) else v for v in row] "
                          "for row in t.astype(object).values.tolist()] for n, t in load.tables.items()}))"],
                         cwd=bundle, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    assert json.loads(ran.stdout) == {table: from_jsonl(bundle, table) for table in tables(bundle)}


def test_csv_on_the_web_says_what_the_data_package_says(bundle):
    """One description, told twice."""
    alike = {"integer": "long", "number": "double", "boolean": "boolean", "datetime": "dateTimeStamp", "string": "string"}
    web, package = (json.loads((bundle / name).read_text()) for name in ("csv-metadata.json", "datapackage.json"))
    assert web["@context"] == "http://www.w3.org/ns/csvw" and web["dc:identifier"] == package["id"] == bundle.name
    for table, resource in zip(web["tables"], package["resources"], strict=True):
        columns, wanted = table["tableSchema"]["columns"], resource["schema"]["fields"]
        assert (table["url"], table["dc:description"], table["tableSchema"]["primaryKey"]) == (resource["path"], resource["description"], resource["schema"]["primaryKey"])
        assert [(c["name"], c["datatype"], c.get("required", False), c.get("dc:description"), {v["@language"]: v["@value"] for v in c["rdfs:label"]}, c.get("null")) for c in columns] == \
            [(f["name"], alike[f["type"]], f.get("constraints", {}).get("required", False), f.get("description"), f["labels"], f.get("missingValues")) for f in wanted]
        with open(bundle / table["url"], encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == [c["titles"] for c in columns]


def test_ajv_judges_the_data_package_by_what_version_2_demands(bundle, tmp_path):
    npm = pathlib.Path(os.environ["RENKEI_NPM"])
    if not (npm / "node_modules/ajv-formats").is_dir():
        pytest.skip("the packages of npm are not installed")

    def judged(path):
        return json.loads(subprocess.run(["node", PARQUET.with_name("judge_json.mjs"), npm, PROFILE, path], check=True, capture_output=True, text=True).stdout)
    assert judged(bundle / "datapackage.json") == []
    package = json.loads((bundle / "datapackage.json").read_text())
    package["resources"][3]["schema"]["fields"][0]["type"] = "text"
    del package["resources"][1]["path"]
    (tmp_path / "wrong.json").write_text(json.dumps(package))
    assert {e["instancePath"] for e in judged(tmp_path / "wrong.json")} >= {"/resources/3/schema/fields/0/type", "/resources/1"}, "it does look"
    for resource in package["resources"]:
        names = [f["name"] for f in resource["schema"]["fields"]]
        assert len(set(names)) == len(names) and set(resource["schema"]["primaryKey"]) <= set(names)


def test_frictionless_data_reads_the_data_package_by_its_schema(bundle):
    npm = pathlib.Path(os.environ["RENKEI_NPM"])
    if not (npm / "node_modules/datapackage").is_dir():
        pytest.skip("the packages of npm are not installed")
    ran = subprocess.run(["node", PARQUET.with_name("read_datapackage.mjs"), npm, bundle / "datapackage.json"], check=True, capture_output=True, text=True)
    found = json.loads(ran.stdout)
    assert found["valid"] and found["errors"] == []
    for table in tables(bundle):
        kinds = {f["name"]: f["type"] for f in fields(bundle, table)}
        for have, want in zip(found["tables"][table], from_jsonl(bundle, table), strict=True):
            for (name, kind), value in zip(kinds.items(), want, strict=True):
                if kind == "datetime" and value:
                    # A time of JavaScript has thousandths.
                    assert have[name][:19] == value[:19], table
                else:
                    assert have[name] == (value or None if isinstance(value, str) else value), table


def office(folder, *options):
    """CSV as LibreOffice writes it, of what it opened."""
    out = folder / "out"
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", *options, "--outdir", out], check=True, capture_output=True, timeout=180)
    return out


def test_libreoffice_opens_the_workbook_and_says_the_same(bundle, tmp_path):
    out = office(tmp_path, "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1", bundle / "renkei.xlsx")
    assert {p.name for p in out.iterdir()} == {f"renkei-{table}.csv" for table in tables(bundle)}
    for table in tables(bundle):
        head, *rows = python_csv(out / f"renkei-{table}.csv", encoding="utf-8")
        assert head == [f["name"] for f in fields(bundle, table)]
        same_cells(table, rows, from_jsonl(bundle, table))


@pytest.mark.parametrize("room, encoding, charset", [("csv-excel", "utf-8-sig", 76), ("csv-cp932", "cp932", 60)])
def test_libreoffice_opens_csv_as_texts(bundle, tmp_path, room, encoding, charset):
    columns = "/".join(f"{n}/2" for n in range(1, 60))
    names = ("municipalities", "reports", "outcomes")
    out = office(tmp_path, f"--infilter=CSV:44,34,{charset},1,{columns}", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false",
                 *(bundle / room / f"{name}.csv" for name in names))
    for name in names:
        assert python_csv(out / f"{name}.csv", encoding="utf-8") == python_csv(bundle / room / f"{name}.csv", encoding=encoding), name


def test_sha256sum_and_openssl_prove_it(bundle):
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=bundle, check=True)
    subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "KEY.pem", "-in", "MANIFEST.json", "-sigfile", "MANIFEST.json.sig"],
                   cwd=bundle, check=True, capture_output=True)
    manifest = json.loads((bundle / "MANIFEST.json").read_text())
    there = {str(p.relative_to(bundle)) for p in bundle.rglob("*") if p.is_file()}
    assert there == {f["path"] for f in manifest["files"]} | {"MANIFEST.json", "MANIFEST.json.sig"}
    for file in manifest["files"]:
        data = (bundle / file["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])


def test_the_manifest_names_what_was_asked_for_by_digest(bundle):
    manifest = json.loads((bundle / "MANIFEST.json").read_text())
    question = f"{manifest['selection']}\nformats={','.join(manifest['formats'])}"
    assert manifest["question_sha256"] == hashlib.sha256(question.encode()).hexdigest()
    digests = [t.get("query_sha256", "") for t in manifest["tables"]]
    assert [t["name"] for t in manifest["tables"] if not t.get("query_sha256")] == ["columns", "codes"] and len(set(digests)) == len(digests) - 1


def test_one_snapshot_gives_the_same_bytes_again(sample_demo, bundle, tmp_path):
    time.sleep(1.1)  # a clock in a file would tell
    again = run(sample_demo, "all-formats", "-O", tmp_path, "--as-of", AS_OF)
    assert again.name == bundle.name
    assert subprocess.run(["diff", "-r", bundle, again], capture_output=True).returncode == 0
    assert run(sample_demo, "all-formats", "-O", tmp_path, "--as-of", AS_OF) == again
    assert [p.name for p in tmp_path.iterdir() if p.name != ".lock"] == [again.name]


def test_what_was_not_yet_accepted_is_not_there(sample_demo, tmp_path):
    early = run(sample_demo, "all-formats", "-O", tmp_path, "--as-of", "2016-07-01T00:00:00Z")
    assert from_jsonl(early, "reports") == [] and from_jsonl(early, "activities") == []
    assert len(from_jsonl(early, "municipalities")) == 11


def test_sentences_and_names_of_companies_can_be_left_out(sample_demo, bundle, tmp_path):
    schedule(sample_demo, "bare", "jsonl", free_text="false", company_names="false")
    bare = run(sample_demo, "bare", "-O", tmp_path)
    columns = {(row[0], row[2]) for row in from_jsonl(bare, "columns")}
    assert ("outcomes", "text") not in columns and ("organisations", "organisation_name") not in columns
    assert ("outcomes", "outcome_id") in columns and ("activities", "title") in columns
    assert "text" not in json.loads((bare / "jsonl/outcomes.jsonl").read_text().splitlines()[0])


def test_only_what_is_public_can_be_asked_for(sample_demo, bundle, tmp_path):
    schedule(sample_demo, "public", "jsonl", public_only="true")
    public = run(sample_demo, "public", "-O", tmp_path)
    for table in ("activities", "outcomes", "needs", "projects"):
        levels = {json.loads(line)["disclosure"] for line in (public / f"jsonl/{table}.jsonl").read_text().splitlines()}
        assert levels <= {"public"}, table
        everything = {json.loads(line)["disclosure"] for line in (bundle / f"jsonl/{table}.jsonl").read_text().splitlines()}
        assert "secretariat" not in everything


def test_what_a_spreadsheet_would_run_is_text(sample_demo, tmp_path):
    evil = ["=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "+1", "-1+2", "\t=1+1", "\r=1+1", "\u3000=1", "＝1", "_x003D_1+1"]
    # Written past every rule, which would have asked about it: the last wall is the export's own.
    schedule(sample_demo, "evil", "csv-excel,csv-excel-ja,csv-cp932,xlsx,csv")
    before = sample_demo.sql("select municipality_code, name_en from renkei.municipality order by 1")
    try:
        for (code, _), text in zip(before, evil):
            sample_demo.sql(f"update renkei.municipality set name_en = {sql_text(text)} where municipality_code = '{code}'")
        made = run(sample_demo, "evil", "-O", tmp_path)
    finally:
        for code, name in before:
            sample_demo.sql(f"update renkei.municipality set name_en = {sql_text(name) if name else 'null'} where municipality_code = '{code}'")
    exact = [row[3] for row in python_csv(made / "csv/municipalities.csv", encoding="utf-8")][1:]
    assert exact[:len(evil)] == evil
    raw = (made / "csv-excel/municipalities.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") >= 12
    cells = [row[3] for row in python_csv(made / "csv-excel/municipalities.csv", encoding="utf-8-sig")][1:]
    assert cells[:8] == ["'" + text for text in evil[:8]] and cells[8] == evil[8]
    # With head rows in Japanese too, and in CP932, whose rows stand under the heads of whoever opens them.
    for room, encoding in (("csv-excel-ja", "utf-8-sig"), ("csv-cp932", "cp932")):
        told = [row[3] for row in python_csv(made / f"{room}/municipalities.csv", encoding=encoding)][1:]
        assert told[:9] == cells[:9], room
        assert not [c for row in python_csv(made / f"{room}/municipalities.csv", encoding=encoding) for c in row if c[:1] in set("=+-@\t\r＝＋－＠")], room
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(made / "renkei.xlsx")["municipalities"]
    kinds = [sheet.cell(row=2 + n, column=4).data_type for n in range(len(evil))]
    assert set(kinds) <= {"s", "inlineStr"}


def sql_text(text):
    return "U&'" + "".join(c if c.isalnum() and c.isascii() else f"\\{ord(c):04x}" for c in text) + "'"


def test_a_run_that_is_killed_leaves_the_last_good_bundle_only(sample_demo, tmp_path):
    schedule(sample_demo, "killed")
    good = run(sample_demo, "killed", "-O", tmp_path, "--as-of", AS_OF)
    for delay in (0.05, 0.12, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8):
        process = subprocess.Popen([RENKEID, "--config", sample_demo.folder / "renkeid.conf", "export", "run", "killed", "-O", tmp_path],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **SANITIZERS})
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for there in tmp_path.iterdir():
            if not there.name.startswith("."):
                subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=there, check=True)
                assert (there / "MANIFEST.json.sig").exists()
    assert good.is_dir()
    run(sample_demo, "killed", "-O", tmp_path, "--as-of", AS_OF)
    assert not list(tmp_path.glob(".making-*")), "what killed runs left is swept up"


def test_a_run_is_refused_by_name_when_something_is_missing(sample_demo, tmp_path):
    assert "no schedule 'nowhere'" in run(sample_demo, "nowhere", "-O", tmp_path, status=66)
    schedule(sample_demo, "strange", "csv,papyrus")
    assert "'papyrus' is no format" in run(sample_demo, "strange", "-O", tmp_path, status=66)
    config = tmp_path / "renkeid.conf"
    config.write_text("\n".join(line for line in (sample_demo.folder / "renkeid.conf").read_text().splitlines()
                                if not line.startswith(("read_database", "control_socket"))) + "\n")
    assert "read_database is empty" in run(sample_demo, "all-formats", "-O", tmp_path, status=78, config=config)
    assert [p.name for p in tmp_path.iterdir() if p.name not in (".lock", "renkeid.conf")] == []
