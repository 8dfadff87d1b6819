"""Deadlines on the screen and for a calendar program, read back by one that others wrote."""
import datetime
import json

import icalendar


def rows(demo, principal, *words):
    return {r["period"]: r for r in json.loads(demo.renkei(principal, "calendar", "-o", "json", *words).stdout)}


def test_a_municipality_sees_what_it_has_not_handed_in(empty_demo, tmp_path):
    empty_demo.renkei("160008", "nil", "2016Q1", "--yes")
    found = rows(empty_demo, "160008", "--year", "2016")
    assert set(found) >= {"2016Q1", "2016Q2", "2016Q3", "2016Q4"}
    assert (found["2016Q1"]["state"], found["2016Q1"]["days_left"]) == ("submitted", None)
    due = datetime.datetime.fromisoformat(found["2016Q2"]["due_at"])
    left = (due - datetime.datetime.now(datetime.timezone.utc)).days
    assert found["2016Q2"]["state"] == "missing" and abs(found["2016Q2"]["days_left"] - left) <= 1 and left < 0
    assert "未提出" in empty_demo.renkei("160008", "calendar", "--year", "2016", lang="ja").stdout


def test_a_forecast_is_not_owed_once_its_quarter_is_reported(empty_demo, tmp_path):
    assert rows(empty_demo, "400009", "--year", "2016")["2016Q4F"]["state"] == "missing"
    empty_demo.renkei("400009", "nil", "2016Q4", "--yes")
    found = rows(empty_demo, "400009", "--year", "2016")
    assert (found["2016Q4F"]["state"], found["2016Q4F"]["days_left"], found["2016Q3"]["state"]) == ("not_expected", None, "missing")
    line, = [l for l in empty_demo.renkei("400009", "calendar", "--year", "2016", lang="ja").stdout.splitlines() if "2016Q4F" in l]
    assert "四半期の報告済み" in line and "未提出" not in line
    path = tmp_path / "deadlines.ics"
    empty_demo.renkei("400009", "calendar", "--year", "2016", "--ical", "-O", path)
    assert b"2016Q4F@" not in path.read_bytes() and b"2016Q3@" in path.read_bytes()


def test_a_calendar_program_reads_it(empty_demo, tmp_path):
    path = tmp_path / "deadlines.ics"
    empty_demo.renkei("160008", "nil", "2015Q1", "--yes")
    empty_demo.renkei("160008", "calendar", "--year", "2015", "--ical", "-O", path, lang="ja")
    raw = path.read_bytes()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n")) and b"\n" not in raw.replace(b"\r\n", b"")
    calendar = icalendar.Calendar.from_ical(raw)
    events = {str(e["UID"]): e for e in calendar.walk("VEVENT")}
    assert "160008-2015Q1@renkei" not in events and "160008-2015Q2@renkei" in events
    event = events["160008-2015Q2@renkei"]
    due = rows(empty_demo, "160008", "--year", "2015")["2015Q2"]["due_at"]
    assert event["DTSTART"].dt == datetime.datetime.fromisoformat(due) and "2015年度第2四半期" in event["SUMMARY"]
    assert [a["TRIGGER"].dt for a in event.walk("VALARM")] == [datetime.timedelta(days=-d) for d in (14, 7, 1)]


def test_the_secretariat_sees_the_periods(empty_demo):
    found = rows(empty_demo, "SECRETARIAT", "--year", "2016")
    assert found["2016Q1"]["state"] == "" and found["2016Q1"]["due_at"]
    assert "YEAR_BAD" not in empty_demo.renkei("SECRETARIAT", "calendar", "--year", "x", status=64).stdout
