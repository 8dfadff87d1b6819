"""Schedules of exports: what renkei reads of a calendar is what systemd reads of it, over a corpus."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

BUILD = pathlib.Path(os.environ.get("RENKEI_BUILD", "build/asan"))
BASE = 1467298800  # 2016-07-01 00:00:00 in Japan
DATES = ["", "*-*-*", "*-*-01", "*-07-01", "07-14", "*-01,04,07,10-01", "*-*-01..07", "*-*-01..31/10", "*-1/3-15", "2020-02-29", "2016..2018-12-31",
         "*-*~01", "*-02~03", "*-*~07/1", "*-*-31", "*-02-29", "2016-*-10", "2016/2-01-01"]
TIMES = ["", "00:00", "06:30", "06:30:15", "*:00", "*:0/15", "08..18/2:30", "23:59:59", "00,12:05:10,20", "*:*:00"]
DAYS = ["", "Mon", "Fri", "Mon..Fri", "Sat,Sun", "Wednesday", "Tue,Thu..Sat"]
WORDS = ["minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "yearly", "annually", "Daily"]
WRONG = ["25:00", "*-13-01", "*-*-32", "Fri..Mon *-*-*", "Mon Tue", "06:60", "2016-07", "*-*-5..3", "dayly", "06:00 Asia/Nowhere", "*-*-01/0"]


def corpus():
    for zone in ("", "UTC", "Asia/Shanghai"):
        yield from (" ".join(filter(None, (word, zone))) for word in WORDS)
        for day in DAYS:
            for number, date in enumerate(DATES):
                times = TIMES if not zone else TIMES[number % 3::3]
                yield from (text for time in times if (text := " ".join(filter(None, (day, date, time, zone)))) and (day or date or time))


def ours(texts):
    run = subprocess.run([BUILD / "tests/calendar_next", "Asia/Tokyo", str(BASE)], input="\n".join(texts) + "\n", capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def theirs(texts):
    """systemd answers several at once, each with its moments in local time or, where that differs, in UTC."""
    run = subprocess.run(["systemd-analyze", "calendar", "--iterations=3", f"--base-time=@{BASE}", *texts], capture_output=True, text=True,
                         env={**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"})
    answers = []
    for part in run.stdout.strip().split("\n\n") if run.stdout.strip() else []:
        moments = re.findall(r"(?:Next elapse|Iter. #\d+|Iteration #\d+): \w{3} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) JST", part)
        answers.append([calendar(moment) for moment in moments])
    return answers


def calendar(moment):
    import datetime
    zone = datetime.timezone(datetime.timedelta(hours=9))
    return str(int(datetime.datetime.strptime(moment, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone).timestamp()))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_a_calendar_means_what_systemd_makes_of_it():
    texts = list(corpus())
    assert len(texts) > 1500
    expected = []
    for start in range(0, len(texts), 400):
        expected += theirs(texts[start:start + 400])
    assert len(expected) == len(texts)
    got = ours(texts)
    wrong = [(text, mine, other) for text, mine, other in zip(texts, got, expected) if mine.split() != other]
    assert not wrong, wrong[:10]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_what_systemd_refuses_is_refused():
    assert ours(WRONG) == ["refused"] * len(WRONG)
    for text in WRONG:
        assert theirs([text]) == [], text
