"""How complete and how punctual reports were: each municipality's years beside the quartiles of all, reckoned again from the matrix."""
import csv
import io
import json
import statistics
from collections import defaultdict

YEARS = "2014..2016"


def table(demo, who="SECRETARIAT", *words, lang="en"):
    return list(csv.DictReader(io.StringIO(demo.renkei(who, "status", "--timeliness", "--year", YEARS, "-o", "csv", *words, lang=lang).stdout)))


def shown(number):
    return "" if number is None else f"{number:.1f}"


def reckoned(demo):
    """{(municipality, year): (due, in time, late, missing, days late)} from the cells of the matrix."""
    found = defaultdict(lambda: [0, 0, 0, 0, []])
    for line in demo.renkei("SECRETARIAT", "status", "--year", YEARS, "-o", "jsonl").stdout.splitlines():
        cell = json.loads(line)
        of = found[cell["municipality_code"], cell["fiscal_year"]]
        if cell["variant"] != "regular" or cell["state"] in ("not_expected", "not_due"):
            continue
        of[0] += 1
        if cell["state"] in ("missing", "withdrawn"):
            of[3] += 1
        elif cell["timeliness"] == "late":
            of[2] += 1
            of[4].append(cell["days_late"])
        else:
            of[1] += 1
    return found


def test_each_municipality_and_year_is_what_the_matrix_says(sample_demo):
    rows = {(r["municipality_code"], int(r["fiscal_year"])): r for r in table(sample_demo) if r["municipality_code"]}
    wanted = reckoned(sample_demo)
    assert set(rows) == set(wanted) and len(rows) == 33
    for key, (due, on_time, late, missing, days) in wanted.items():
        row = rows[key]
        assert [int(row[n]) for n in ("reports_due", "on_time", "late", "missing")] == [due, on_time, late, missing], key
        assert row["completeness"] == shown(100 * (on_time + late) / due if due else None)
        assert row["timeliness_share"] == shown(100 * on_time / due if due else None)
        assert row["median_days_late"] == shown(statistics.median(days) if days else None)
    assert any(r["reports_due"] == "0" for r in rows.values()), "大分市 took no part at first: nothing due is no share"


def test_quartiles_are_over_the_municipalities_of_which_something_was_due(sample_demo):
    quartiles = defaultdict(list)
    for row in table(sample_demo):
        if not row["municipality_code"]:
            quartiles[int(row["fiscal_year"])].append(row["completeness"])
    for year in (2014, 2015, 2016):
        shares = [100 * (o[1] + o[2]) / o[0] for (_, y), o in reckoned(sample_demo).items() if y == year and o[0]]
        assert quartiles[year] == [shown(q) for q in statistics.quantiles(shares, n=4, method="inclusive")]


def test_a_municipality_sees_its_own_years_and_nobody_else_s(sample_demo):
    rows = table(sample_demo, "401005")
    assert {r["municipality_code"] for r in rows} == {"401005"} and [r["fiscal_year"] for r in rows] == ["2014", "2015", "2016"]
    told = sample_demo.renkei("401005", "status", "--timeliness", "--year", "2016", lang="ja").stdout
    assert "期限内率(%)" in told and "四分位数は、閲覧できる自治体が4以上" in told and "第1四分位数" not in told


def test_one_municipality_alone_has_no_quartiles(sample_demo):
    assert [r["municipality_code"] for r in table(sample_demo, "SECRETARIAT", "-m", "401005")] == ["401005"] * 3
    assert json.loads(sample_demo.renkei("SECRETARIAT", "status", "--timeliness", "-m", "401005", "--year", "2016", "-o", "json").stdout)[0]["reports_due"] == 4


def test_a_program_is_given_numbers(sample_demo):
    def rows(form):
        out = sample_demo.renkei("SECRETARIAT", "status", "--timeliness", "--year", YEARS, "-o", form).stdout
        return json.loads(out) if form == "json" else [json.loads(line) for line in out.splitlines()]
    shares = [row[name] for row in rows("json") for name in ("completeness", "timeliness_share", "median_days_late")]
    assert {type(share) for share in shares} <= {int, float, type(None)} and float in {type(share) for share in shares}
    assert rows("jsonl") == rows("json")
    # People and tables see one decimal everywhere.
    assert all("." in row["completeness"] for row in table(sample_demo) if row["completeness"])
