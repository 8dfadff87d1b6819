"""Formats of exports, read back by programs of others: whatever the file, every cell says what the JSON Lines of the same run say."""
import csv
import datetime
import hashlib
import json
import os
import pathlib
import subprocess

import pytest

BUILD, NPM = pathlib.Path(os.environ["RENKEI_BUILD"]), pathlib.Path(os.environ["RENKEI_NPM"])
READER = pathlib.Path(__file__).resolve().parents[1] / "support/npm/read_parquet.mjs"
ROWS = 60000  # several row groups


def write(folder, name, *formats, rows=ROWS):
    subprocess.run([BUILD / "tests/export_rows", folder, name, str(rows), *formats], check=True)
    return folder / name


def lines(text):
    return [json.loads(line) for line in text.split("\n") if line]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return write(tmp_path_factory.mktemp("bundle"), "all", "jsonl", "csv", "parquet")


@pytest.fixture(scope="module")
def truth(bundle):
    rows = lines((bundle / "jsonl/things.jsonl").read_text())
    assert len(rows) == ROWS and rows[1]["persons"] == -2**63 and rows[2]["persons"] == 2**63 - 1 and {r["text"] for r in rows} >= {"", None, "a\rb", "𠮷野"}
    return rows


def parquet(bundle, what):
    if not (NPM / "node_modules/hyparquet").is_dir():
        pytest.skip("the packages of npm are not installed")
    done = subprocess.run(["node", READER, NPM, what, bundle / "parquet/things.parquet"], check=True, capture_output=True, text=True)
    return lines(done.stdout.removesuffix("end\n"))


def micros(text):
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(microseconds=1)


def told(row, time):
    """A row of the truth as a reader of Parquet tells it."""
    return {**row, "number": str(row["number"]), "persons": row["persons"] if row["persons"] is None else str(row["persons"]),
            "stored_at": row["stored_at"] if row["stored_at"] is None else time(row["stored_at"])}


def test_csv_says_the_same(bundle, truth):
    def cell(value):
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    with open(bundle / "csv/things.csv", newline="") as file:
        for got, row in zip(csv.DictReader(file), truth, strict=True):
            share = got.pop("share")
            assert (float(share) if share else None) == row["share"]
            assert got == {name: cell(value) for name, value in row.items() if name != "share"}


def test_parquet_says_the_same_to_duckdb(bundle, truth):
    assert parquet(bundle, "duckdb") == [told(row, lambda at: str(micros(at))) for row in truth]


def test_parquet_says_the_same_to_hyparquet(bundle, truth):
    def thousandths(at):
        # A Date of JavaScript has no more, and goes down to them before 1970 as after.
        return micros(at) // 1000
    got = parquet(bundle, "hyparquet")
    for row in got:
        row["stored_at"] = row["stored_at"] and micros(row["stored_at"]) // 1000
    for have, want in zip(got, (told(row, thousandths) for row in truth), strict=True):
        at = have.pop("stored_at"), want.pop("stored_at")
        assert have == want and (at[0] == at[1] or abs(at[0] - at[1]) <= 1)


def test_parquet_tells_its_types(bundle):
    columns = {c["name"]: c for c in parquet(bundle, "schema")}
    assert {name: c["duckdb_type"] for name, c in columns.items() if name != "things"} == {
        "code": "VARCHAR", "number": "BIGINT", "text": "VARCHAR", "persons": "BIGINT", "share": "DOUBLE", "late": "BOOLEAN",
        "stored_at": "TIMESTAMP WITH TIME ZONE", "held_on": "VARCHAR"}
    assert {name for name, c in columns.items() if c["repetition_type"] == "REQUIRED"} == {"code", "number"}


def test_parquet_has_statistics_that_hold(bundle, truth):
    begin = {}
    for chunk in parquet(bundle, "metadata"):
        name, count = chunk["path_in_schema"], int(chunk["num_values"])
        rows = truth[begin.get(name, 0):begin.get(name, 0) + count]
        begin[name] = begin.get(name, 0) + count
        values = [row[name] for row in rows if row[name] is not None]
        assert int(chunk["stats_null_count"]) == count - len(values)
        if name in ("number", "persons"):
            assert (int(chunk["stats_min_value"]), int(chunk["stats_max_value"])) == (min(values), max(values))
        elif name in ("code", "held_on"):
            assert (chunk["stats_min_value"], chunk["stats_max_value"]) == (min(values), max(values))
        elif name == "share":
            assert (float(chunk["stats_min_value"]), float(chunk["stats_max_value"])) == (min(values), max(values))
        elif name == "text":
            assert chunk["stats_min_value"] is None, "a text longer than a bound may be"
    assert begin == dict.fromkeys(truth[0], ROWS) and len({c["row_group_id"] for c in parquet(bundle, "metadata")}) > 1


@pytest.mark.parametrize("rows", [0, 1, 9])
def test_parquet_of_few_rows(tmp_path, rows):
    made = write(tmp_path, "few", "jsonl", "parquet", rows=rows)
    assert parquet(made, "duckdb") == [told(row, lambda at: str(micros(at))) for row in lines((made / "jsonl/things.jsonl").read_text())]


@pytest.mark.parametrize("name", ["csv", "csv-excel", "csv-excel-ja", "xlsx-ja", "jsonl", "parquet"])
def test_the_same_rows_are_the_same_bytes(tmp_path, name):
    def digests(folder):
        return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}
    assert digests(write(tmp_path, "one", name, rows=500)) == digests(write(tmp_path, "two", name, rows=500)) != {}
