"""A report of a thousand activities, the most that there may be: checked, submitted, exported as the form and read back; one more is refused."""
import json
import re
import time

import pytest

openpyxl = pytest.importorskip("openpyxl")

MOST = 1000


def report(count, quarter="q1"):
    date = {"year": 2015, "month": {"q1": 6, "q2": 8}[quarter], "day": 1, "precision": "day"}
    return {"municipality_code": "401005", "period": {"fiscal_year": 2015, "quarter": quarter, "variant": "regular"}, "action": "new", "activities": [
        {"activity_id": f"A-{n + 1}", "title": f"大連市での技術交流（第{n + 1}回）", "kind": "local_seminar", "status": "held", "actual_start": date, "scope": "whole",
         "place": {"country": "CN", "city": "大連市"}, "municipalities": [{"municipality_code": "401005", "role": "host"}],
         "partners": [{"partner_code": "210200", "role": "participant"}], "participants": [{"side": "cn", "category": "unknown", "persons": 20, "basis": "counted"}]}
        for n in range(count)]}


def written(folder, *args):
    path = folder / "report.json"
    path.write_text(json.dumps(report(*args), ensure_ascii=False))
    return path


def timed(what, run):
    """Says how long it took, where pytest is asked for it (-s)."""
    begin = time.monotonic()
    done = run()
    print(f"{what}: {time.monotonic() - begin:.2f} s")
    return done


def test_a_report_of_a_thousand_activities_goes_all_the_way(empty_demo, tmp_path):
    path, form = written(tmp_path, MOST), tmp_path / "form.xlsx"
    found = json.loads(timed("check of JSON", lambda: empty_demo.renkei(None, "check", path, "-o", "json")).stdout)[0]["verdict"]
    assert found.get("error_count", 0) == 0, found
    receipt = json.loads(timed("submit of JSON", lambda: empty_demo.renkei("401005", "submit", "--yes", path, "-o", "json")).stdout)
    timed("export as a workbook", lambda: empty_demo.renkei("401005", "report", "export", "2015Q1", "-O", form))
    timed("check of the workbook", lambda: empty_demo.renkei(None, "check", form))
    again = json.loads(timed("submit of the workbook", lambda: empty_demo.renkei("401005", "submit", "--yes", form, "-o", "json")).stdout)
    assert (again["number"], again["sha256"]) == (receipt["number"], receipt["sha256"])
    assert empty_demo.sql("select count(*) from renkei.activity where municipality_code = '401005'") == [[str(MOST)]]
    # Beside it a quarter later, where all of it would be told again.
    empty_demo.renkei("SECRETARIAT", "review", "accept", receipt["number"], "--yes")
    beside = timed("check beside an earlier one", lambda: empty_demo.renkei("401005", "submit", "--dry-run", written(tmp_path, MOST, "q2"), lang="ja"))
    assert "二重に数えられます" in beside.stdout + beside.stderr


def test_every_finding_of_a_thousand_activities_names_its_line(empty_demo, tmp_path):
    doubtful = report(MOST)
    for activity in doubtful["activities"]:
        del activity["scope"], activity["municipalities"][0]["role"]
    path = tmp_path / "doubtful.json"
    path.write_text(json.dumps(doubtful, ensure_ascii=False, indent=1))
    said = timed("check of 2,000 warnings", lambda: empty_demo.renkei(None, "check", path)).stdout
    begins = [n for n, line in enumerate(path.read_text().splitlines(), 1) if line == "  {"]
    lines = re.findall(r"activities\[(\d+)\]\.(scope|municipalities\[0\]\.role) .*\(line (\d+)\)", said)
    assert len(lines) == 2 * MOST
    for n, field, line in lines:
        # What is not there is told where the record begins that lacks it.
        assert int(line) == begins[int(n)] + (0 if field == "scope" else path_of_party(path, begins[int(n)])), (n, field, line)


def path_of_party(path, begin):
    """How many lines behind the beginning of an activity its first municipality stands."""
    rest = path.read_text().splitlines()[begin - 1:]
    return next(n for n, line in enumerate(rest) if '"municipalities"' in line) + 1


def test_one_more_is_refused_with_the_limit(empty_demo, tmp_path):
    for lang in ("ja", "en", "zh"):
        said = empty_demo.renkei(None, "check", written(tmp_path, MOST + 1), lang=lang, status=65).stdout
        assert "[LIST_TOO_LONG]" in said and str(MOST + 1) in said and str(MOST) in said.replace(str(MOST + 1), ""), said
