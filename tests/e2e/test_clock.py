"""The officer's computer is a day behind or ahead: the server's day counts, the report of today gets through, and the officer is told of the clock."""
import datetime
import glob
import json
import os
import subprocess

import pytest
from demo import Demo
from test_cli_bad_input import certificate, tls_server

FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
pytestmark = pytest.mark.skipif(not FAKETIME, reason="libfaketime is not installed")
ME = "401005"
JAPAN = datetime.timezone(datetime.timedelta(hours=9))
UNLINKED = "verify_asan_link_order=0"


def clock(days):
    """The environment of a program whose clock is wrong by so many days."""
    options = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), UNLINKED)))
    return {"LD_PRELOAD": FAKETIME[0], "FAKETIME": f"{days:+d}d", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": options}


@pytest.fixture(scope="module")
def old_demo(tmp_path_factory):
    """A platform whose certificates were made three days ago, as after a first week of work: a clock a day behind leaves them valid."""
    demo = Demo(tmp_path_factory.mktemp("old") / "demo")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in clock(-3).items():
            patch.setenv(name, value)
        demo.start(180)
        assert demo.stop() in (0, None), demo.tail()
    demo.start()
    try:
        demo.load_registry()
        # The sample's quarters are over.
        day = today()
        year = day.year if day.month >= 4 else day.year - 1
        periods = tmp_path_factory.mktemp("periods") / "periods.json"
        periods.write_text(json.dumps({"periods": [{"period": {"fiscal_year": year + n, "quarter": f"QUARTER_Q{q}"}, "due_at": f"{year + n + 2}-01-01T00:00:00Z"}
                                                   for n in range(2) for q in range(1, 5)]}))
        demo.renkei("SECRETARIAT", "org", "import", periods, "--yes")
        yield demo
    finally:
        demo.stop()


def today():
    return datetime.datetime.now(JAPAN).date()


def written(folder, day, number=1, name="report.json"):
    """The report of the quarter of that day with one activity held on it."""
    year = day.year if day.month >= 4 else day.year - 1
    path = folder / name
    date = {"year": day.year, "month": day.month, "day": day.day, "precision": "day"}
    path.write_text(json.dumps({"municipality_code": ME, "period": {"fiscal_year": year, "quarter": f"q{(day.month + 8) % 12 // 3 + 1}", "variant": "regular"}, "action": "new",
                                "activities": [{"activity_id": f"A-{number}", "title": "大連市での技術交流", "kind": "local_seminar", "status": "held", "actual_start": date,
                                                "scope": "whole", "place": {"country": "CN", "city": "大連市"},
                                                "municipalities": [{"municipality_code": ME, "role": "host"}],
                                                "partners": [{"partner_code": "210200", "role": "participant"}],
                                                "participants": [{"side": "cn", "category": "unknown", "persons": 20, "basis": "counted"}]}]}))
    return path


def run(demo, days, *words, **more):
    demo.extra = clock(days) if days else {}
    try:
        return demo.renkei(ME, *words, **more)
    finally:
        demo.extra = {}


CLOCK = {"en": "this computer's clock", "ja": "このコンピューターの時計", "zh": "本机时钟"}


def test_a_day_behind_offline_the_finding_says_whose_day_it_is(old_demo, tmp_path):
    path, yesterday = written(tmp_path, today()), str(today() - datetime.timedelta(days=1))
    for lang, words in CLOCK.items():
        said = run(old_demo, -1, "check", path, lang=lang, status=65).stdout
        assert "[ACTUAL_DATE_IN_FUTURE]" in said and yesterday in said and words in said, said
    found = json.loads(run(old_demo, -1, "check", path, "-o", "json", status=65).stdout)[0]["verdict"]["findings"]
    assert all(words in f["sentence"][lang] for f in found if f["code"] == "ACTUAL_DATE_IN_FUTURE" for lang, words in CLOCK.items())
    # With the day said, or with a clock that is right, nobody doubts it.
    assert CLOCK["ja"] not in run(old_demo, -1, "check", path, "--today", str(today()), lang="ja").stdout
    assert CLOCK["ja"] not in run(old_demo, 0, "check", path, lang="ja").stdout


def test_a_day_behind_or_ahead_the_report_of_today_gets_through(old_demo, tmp_path):
    behind = run(old_demo, -1, "submit", "--dry-run", written(tmp_path, today()), lang="ja")
    assert "遅れています" in behind.stderr, behind.stderr
    behind = run(old_demo, -1, "submit", "--yes", written(tmp_path, today()), "-o", "json", lang="ja")
    assert behind.stderr.count("遅れています") == 1 and "IN_FUTURE" not in behind.stderr, behind.stderr
    moment = datetime.datetime.fromisoformat(json.loads(behind.stdout)["received_at"][:19] + "+00:00")
    assert abs((datetime.datetime.now(datetime.timezone.utc) - moment).total_seconds()) < 3600
    ahead = run(old_demo, 1, "submit", "--replace", "--yes", written(tmp_path, today(), 2), "-o", "json", lang="ja")
    assert ahead.stderr.count("進んでいます") == 1, ahead.stderr
    moment = datetime.datetime.fromisoformat(json.loads(ahead.stdout)["received_at"][:19] + "+00:00")
    assert abs((datetime.datetime.now(datetime.timezone.utc) - moment).total_seconds()) < 3600
    right = run(old_demo, 0, "submit", "--replace", "--yes", written(tmp_path, today(), 3), lang="ja")
    assert "時計" not in right.stderr


def test_a_day_ahead_what_is_not_yet_is_doubted_offline_and_refused_with_the_servers_day(old_demo, tmp_path):
    tomorrow = today() + datetime.timedelta(days=1)
    path = written(tmp_path, tomorrow)
    for lang, words in CLOCK.items():
        said = run(old_demo, 1, "check", path, lang=lang).stderr
        assert words in said and str(tomorrow) in said, said
    assert CLOCK["ja"] not in run(old_demo, 1, "check", "--today", str(tomorrow), path, lang="ja").stderr
    refused = run(old_demo, 1, "submit", "--yes", path, lang="ja", status=65)
    assert refused.stderr.count("進んでいます") == 1 and "[ACTUAL_DATE_IN_FUTURE]" in refused.stderr and f"今日（{today()}）" in refused.stderr, refused.stderr
    assert json.loads(run(old_demo, 0, "outbox", "list", "-o", "json").stdout) == []


def test_a_line_that_is_away_leaves_the_day_in_doubt(old_demo, tmp_path):
    said = run(old_demo, -1, "--timeout", "1", "--server", "127.0.0.1:1", "submit", "--yes", written(tmp_path, today()), lang="ja", status=65).stderr
    assert "[ACTUAL_DATE_IN_FUTURE]" in said and CLOCK["ja"] in said


def test_certificates_that_only_the_clock_makes_invalid_are_told_with_it(old_demo, tmp_path):
    yesterday = str(today() - datetime.timedelta(days=1))
    crt, key = certificate(old_demo, tmp_path, "own", begins=0, extensions=f"extendedKeyUsage=clientAuth\nsubjectAltName=URI:renkei://demo.renkei/municipality/{ME}\n")
    for lang, words in CLOCK.items():
        said = run(old_demo, -1, "report", "list", "--cert", crt, "--key", key, lang=lang, status=78).stderr
        assert words in said and yesterday in said, said
    crt, key = certificate(old_demo, tmp_path, "server", begins=0)
    with tls_server(crt, key, "-alpn", "h2", "-tls1_3") as server:
        for lang, words in CLOCK.items():
            said = run(old_demo, -1, "--timeout", "10", "--server", server, "report", "list", lang=lang, status=78).stderr
            assert words in said and yesterday in said, said
    crt, key = certificate(old_demo, tmp_path, "ends", begins=-3, ends=1, extensions=f"extendedKeyUsage=clientAuth\nsubjectAltName=URI:renkei://demo.renkei/municipality/{ME}\n")
    said = run(old_demo, 2, "doctor", "--cert", crt, "--key", key, lang="ja", status=78).stdout
    assert "有効期限が切れています" in said and str(today() + datetime.timedelta(days=2)) in said.replace("\n", ""), said


def test_the_same_at_a_secretariats_inbox(old_demo, tmp_path):
    old_demo.extra = clock(-1)
    try:
        done = old_demo.renkei("SECRETARIAT", "import", "--on-behalf-of", "auto", "--dry-run", written(tmp_path, today(), 4), lang="ja", status=None)
    finally:
        old_demo.extra = {}
    assert "IN_FUTURE" not in done.stdout + done.stderr and done.stderr.count("遅れています") == 1, done.stderr


def test_faketime_moves_this_programs_clock():
    said = subprocess.run(["date", "+%s"], env={**os.environ, **clock(-1)}, capture_output=True, text=True, check=True).stdout
    assert 86000 < datetime.datetime.now().timestamp() - int(said) < 87000
