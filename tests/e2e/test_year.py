"""The working year: how deadlines come about, a later one for one municipality, and who owes what, once and as it changes."""
import json
import os
import signal
import subprocess
import threading

import pytest
from demo import RENKEI, SANITIZERS, wait_for
from eras import era

ME = "401005"


def explained(demo, period, *words, lang="ja"):
    return demo.renkei(ME, "period", "show", period, "--explain", *words, lang=lang).stdout


def test_a_deadline_is_explained_in_words(empty_demo):
    said = explained(empty_demo, "2016Q4")
    for part in ("提出期限: 平成29年4月17日（2017-04-17）23:59 JST", "四半期末 平成29年3月31日（2017-03-31）の 15 日後、平成29年4月15日（2017-04-15）", "2017-04-15  土曜日・日曜日", "2017-04-16  土曜日・日曜日", "したがって 平成29年4月17日（2017-04-17）です。",
                 "日本の休日は 平成26年1月1日（2014-01-01）から 平成30年12月31日（2018-12-31）まで登録されています。（出典：内閣府「国民の祝日」）", "中国側の休日：平成29年4月3日（2017-04-03） 清明节", "これまでの提出期限"):
        assert part in said, said
    forecast = explained(empty_demo, "2016Q4F", lang="en")
    assert "21 days before the end of the quarter (2017-03-31), which is 2017-03-10" in forecast and "2017-03-10 is a working day." in forecast
    whole = json.loads(explained(empty_demo, "2016Q4", "-o", "json"))
    assert whole["explanation"]["due_date"] == "2017-04-17" and [d["date"] for d in whole["explanation"]["skipped"]] == ["2017-04-15", "2017-04-16"]


def test_a_rule_and_holidays_are_imported_and_what_is_not_known_is_told(empty_demo, tmp_path):
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({"deadline_rules": [{"first_fiscal_year": 2018, "quarter": "QUARTER_Q3", "days_after_quarter_end": 10, "country": "JP", "source": "平成30年度実施要領"}],
                                "periods": [{"period": {"fiscal_year": 2018, "quarter": "QUARTER_Q3"}}]}, ensure_ascii=False))
    assert "提出期限の定め" in empty_demo.renkei("SECRETARIAT", "period", "import", path, "--yes", lang="ja").stdout
    said = explained(empty_demo, "2018Q3")
    assert "2019-01-10" in said and "平成30年度実施要領" in said and "登録されていません。期限が変わることがあります" in said
    path.write_text(json.dumps({"holidays": [{"country": "JP", "date": "2019-01-10", "name": "臨時の休日"}],
                                "holiday_calendars": [{"country": "JP", "first_day": "2019-01-01", "last_day": "2019-12-31", "source": "官報"}]}, ensure_ascii=False))
    empty_demo.renkei("SECRETARIAT", "period", "import", path, "--yes")
    said = explained(empty_demo, "2018Q3")
    assert "臨時の休日" in said and "平成31年1月11日（2019-01-11）23:59 JST になります" in said and "（出典：官報）" in said
    path.write_text(json.dumps({"deadline_rules": [{"first_fiscal_year": 2018, "quarter": "QUARTER_Q3", "days_after_quarter_end": 900, "country": "JP"}]}))
    assert "-92〜366" in empty_demo.renkei("SECRETARIAT", "period", "import", path, "--yes", status=65, lang="ja").stderr


def test_an_extension_is_asked_for_granted_and_counts(empty_demo):
    demo = empty_demo
    demo.sql("update renkei.reporting_period set due_at = clock_timestamp() - interval '2 days' where fiscal_year = 2014 and quarter = 2")
    day = demo.sql("select ((clock_timestamp() at time zone 'Asia/Tokyo')::date + 20)::text")[0][0]
    told = era(day)
    assert f"{ME},Kitakyushu City,2014Q2" in demo.renkei("SECRETARIAT", "status", "--missing", "--year", "2014", "-o", "csv").stdout
    asked = demo.renkei(ME, "extension", "request", "2014Q2", "--until", day, "--reason", "担当者の交代", "--yes", lang="ja").stdout
    assert f"{ME}-2014Q2-E1" in asked and "申請中" in asked
    assert "すでに事務局の判断を待っています" in demo.renkei(ME, "extension", "request", "2014Q2", "--until", day, "--reason", "x", "--yes", lang="ja", status=65).stderr
    assert f"{ME}-2014Q2-E1" in demo.renkei("SECRETARIAT", "extension", "list", "--undecided").stdout
    assert f"北九州市：{told}までの延長を申請中です（{ME}-2014Q2-E1）" in explained(demo, "2014Q2")
    demo.renkei("160008", "extension", "grant", f"{ME}-2014Q2-E1", "--yes", status=77)
    assert "承認" in demo.renkei("SECRETARIAT", "extension", "grant", f"{ME}-2014Q2-E1", "--yes", lang="ja").stdout
    said = explained(demo, "2014Q2")
    assert f"北九州市：延長により、提出期限は {told}23:59 JST です（{ME}-2014Q2-E1、" in said and "事務局（iges）が承認" in said and "renkei://" not in said
    assert "延長" not in demo.renkei("160008", "period", "show", "2014Q2", "--explain", lang="ja").stdout
    listed = demo.renkei("SECRETARIAT", "extension", "list", "-o", "wide", lang="ja").stdout
    assert "北九州市の担当者" in listed and "事務局（iges）" in listed and "renkei://" not in listed
    assert f"{ME},Kitakyushu City,2014Q2" not in demo.renkei("SECRETARIAT", "status", "--missing", "--year", "2014", "-o", "csv").stdout
    assert f"{day} 23:59 JST" in demo.renkei(ME, "calendar", "--year", "2014", lang="ja").stdout
    receipt = json.loads(demo.renkei(ME, "nil", "2014Q2", "--yes", "-o", "json").stdout)
    (shown,) = json.loads(demo.renkei(ME, "report", "list", "--year", "2014", "--quarter", "2", "-o", "json").stdout)["reports"]
    assert (shown["timeliness"], shown["extension_number"]) == ("TIMELINESS_ON_TIME", f"{ME}-2014Q2-E1"), receipt
    demo.renkei(ME, "extension", "request", "2014Q3", "--until", "2015-02-01", "--reason", "x", "--yes")
    refused = demo.renkei("SECRETARIAT", "extension", "refuse", f"{ME}-2014Q3-E1", "--reason", "期限は過ぎています", "--yes", lang="ja").stdout
    assert "不承認" in refused and "期限は過ぎています" in refused


def test_a_script_is_told_by_the_exit_code(empty_demo):
    empty_demo.renkei("SECRETARIAT", "status", "--year", "2016", "--exit-code", status=1)
    for quarter in ("1", "2", "3", "4"):
        empty_demo.renkei("160008", "nil", f"2016Q{quarter}", "--yes")
    # The forecast is not owed once the regular report is there.
    empty_demo.renkei("160008", "status", "--year", "2016", "--exit-code")
    empty_demo.renkei("SECRETARIAT", "review", "return", "160008-2016Q1-1", "--item", "本当に実績なしですか", "--due", "2099-01-01", "--yes", status=65)
    day = empty_demo.sql("select ((clock_timestamp() at time zone 'Asia/Tokyo')::date + 20)::text")[0][0]
    empty_demo.renkei("SECRETARIAT", "review", "return", "160008-2016Q1-1", "--item", "本当に実績なしですか", "--due", day, "--yes")
    empty_demo.renkei("160008", "status", "--year", "2016", "--exit-code", status=1)
    empty_demo.renkei("SECRETARIAT", "status", "--watch", "--exit-code", status=64)


def test_the_secretariat_sees_what_waits_longest_first(empty_demo):
    demo = empty_demo
    for code, quarter in (("200000", "1"), ("130001", "2")):
        demo.renkei(code, "nil", f"2015Q{quarter}", "--yes")
    queue = demo.renkei("SECRETARIAT", "review", "list", "--year", "2015", "-o", "csv").stdout.splitlines()
    assert [line.split(",")[0] for line in queue[1:]] == ["200000-2015Q1-1", "130001-2015Q2-1"] and queue[1].split(",")[4] == "0"
    said = demo.renkei("SECRETARIAT", "review", "list", "--year", "2015", lang="ja")
    assert "待ち日数" in said.stdout and "renkei review show 200000-2015Q1-1" in said.stderr
    demo.renkei("SECRETARIAT", "review", "accept", "200000-2015Q1-1", "--yes")
    assert "200000" not in demo.renkei("SECRETARIAT", "review", "list", "--year", "2015", "-o", "csv").stdout


def read_all(stream, lines):
    for line in stream:
        lines.append(line)


class Watching:
    """renkei status --watch, its lines as they come."""

    def __init__(self, demo, principal, *words):
        cert, key = demo.identity(principal)
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(demo.folder), "RENKEI_SERVER": demo.env["RENKEI_SERVER"], "RENKEI_CA": demo.env["RENKEI_CA"],
               "RENKEI_CERT": cert, "RENKEI_KEY": key, **SANITIZERS}
        self.process = subprocess.Popen([RENKEI, "--lang", "en", "status", "--watch", "-o", "csv", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
                                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # ignored by what runs in the background
        self.lines, self.said = [], []
        self.readers = [threading.Thread(target=read_all, args=pair, daemon=True)
                        for pair in ((self.process.stdout, self.lines), (self.process.stderr, self.said))]
        for reader in self.readers:
            reader.start()

    def cell(self, code, year, quarter):
        found = [line for line in list(self.lines) if line.startswith(f"{code},") and f",{year},{quarter},regular," in line]
        return found[-1].split(",")[5] if found else None

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        for reader in self.readers:
            reader.join(20)
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.fixture
def watching(own_demo):
    one = Watching(own_demo, "SECRETARIAT", "--year", "2015")
    yield one
    one.end()


def test_the_matrix_is_shown_as_it_changes_and_after_restarts(own_demo, watching):
    wait_for(lambda: watching.cell(ME, 2015, 1) == "missing", 20)
    own_demo.renkei(ME, "nil", "2015Q1", "--yes")
    wait_for(lambda: watching.cell(ME, 2015, 1) == "submitted", 5)
    own_demo.renkei("SECRETARIAT", "review", "accept", f"{ME}-2015Q1-1", "--yes")
    wait_for(lambda: watching.cell(ME, 2015, 1) == "accepted", 5)
    shown = len(watching.lines)
    # The database's restart is outlived by the stream; what changes then is told.
    os.kill(own_demo.postmaster(), signal.SIGINT)
    wait_for(lambda: own_demo.renkei(ME, "nil", "2015Q2", "--yes", status=None).returncode == 0, 60, 1)
    wait_for(lambda: watching.cell(ME, 2015, 2) == "submitted", 30)
    assert len(watching.lines) > shown
    # A worker that dies takes the stream with it; the client comes back.
    for pid in own_demo.workers():
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: own_demo.renkei(ME, "nil", "2015Q3", "--yes", status=None).returncode == 0, 30, 1)
    wait_for(lambda: watching.cell(ME, 2015, 3) == "submitted", 30)
