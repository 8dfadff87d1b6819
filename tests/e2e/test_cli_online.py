"""renkei against a renkeid: what it keeps, what it repeats, what it asks, and every form of output."""
import csv
import datetime
import io
import json
import os
import pty
import re
import shutil
import socket
import subprocess
import threading
import time

import pytest

from demo import RENKEI
from eras import era
from terminal import on_a_terminal


def report(quarter, year=2016, **more):
    return {"municipality_code": "110001", "period": {"fiscal_year": year, "quarter": f"q{quarter}", "variant": "regular"}, "action": "new", "nil": True, **more}


def put(folder, name, content):
    path = folder / name
    path.write_text(json.dumps(content, ensure_ascii=False))
    return path


def state(demo, principal="110001"):
    return demo.folder.parent / f"home-{principal}" / ".local/state/renkei"


def test_a_submission_leaves_a_receipt_that_openssl_alone_can_verify(empty_demo, tmp_path):
    path = put(tmp_path, "q1.json", report(1))
    receipt = json.loads(empty_demo.renkei("110001", "submit", "--yes", path, "-o", "json").stdout)
    number = receipt["number"]
    assert number == "110001-2016Q1-1"
    kept = state(empty_demo) / "receipts"
    assert json.loads((kept / f"{number}.json").read_text()) == receipt
    assert (kept / f"{number}.statement.txt").read_text() == receipt["statement"]
    checked = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", empty_demo.folder / "keys/receipt.pub.pem", "-in",
                              kept / f"{number}.statement.txt", "-sigfile", kept / f"{number}.sig"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    rows = json.loads(empty_demo.renkei("110001", "receipt", "verify", number, "-o", "json").stdout)
    assert [(r["check"], r["result"]) for r in rows] == [("receipt", "holds"), ("report", "holds")]
    empty_demo.renkei("110001", "receipt", "verify", number, "--report", path, "--public-key", empty_demo.folder / "keys/receipt.pub.pem")
    other = put(tmp_path, "other.json", report(2))
    empty_demo.renkei("110001", "receipt", "verify", number, "--report", other, status=65)
    forged = put(tmp_path, "forged.json", {**receipt, "timeliness": "TIMELINESS_ON_TIME"})
    empty_demo.renkei("110001", "receipt", "verify", forged, status=65)


def test_the_same_file_again_is_the_same_request_and_the_same_receipt(empty_demo, tmp_path):
    path = put(tmp_path, "q2.json", report(2))
    first = empty_demo.renkei("110001", "submit", "--yes", path, "-o", "json")
    again = empty_demo.renkei("110001", "submit", "--yes", path, "-o", "json")
    assert again.stdout == first.stdout and "was sent before" in again.stderr
    assert not list((state(empty_demo) / "pending").iterdir())
    unasked = empty_demo.renkei("110001", "submit", put(tmp_path, "q9.json", report(3)), status=64)
    assert "--yes" in unasked.stderr and unasked.stdout == ""


def test_a_version_is_asked_for_by_its_option(empty_demo):
    me = "242021"
    empty_demo.renkei(me, "submit", "--yes", "--nil", "2014Q2")
    assert "242021-2014Q2-1" in empty_demo.renkei(me, "report", "show", "2014Q2", "--version", "1").stdout
    empty_demo.renkei(me, "report", "show", "2014Q2", "--version", "2", status=66)
    said = empty_demo.renkei("SECRETARIAT", "review", "list", "--municipality", me, "--year", "2014", lang="ja").stderr
    assert "renkei review show 242021-2014Q2-1" in said
    empty_demo.renkei(me, "report", "withdraw", "2014Q2", "--reason", "誤り", "--version", "2", "--yes", status=66)
    empty_demo.renkei(me, "report", "withdraw", "2014Q2", "--reason", "誤り", "--version", "1", "--yes")
    assert "取下げ" in empty_demo.renkei(me, "report", "history", "2014Q2", lang="ja").stdout


def test_blanks_are_no_reason_for_a_return(sample_demo):
    done = sample_demo.renkei("SECRETARIAT", "review", "return", "442011-2016Q4-1", "--item", "取組!O5=\u3000 ", "--due", "2099-01-01", "--yes", status=64, lang="ja")
    assert "--item の理由が空です" in done.stderr


def test_a_file_sent_again_after_a_withdrawal_says_that_it_is_not_in_force(empty_demo, tmp_path):
    path = put(tmp_path, "q4.json", report(2, 2016))
    first = empty_demo.renkei("110001", "submit", "--yes", path, "-o", "json")
    empty_demo.renkei("110001", "report", "withdraw", "2016Q2", "--yes", "--reason", "誤り")
    again = empty_demo.renkei("110001", "submit", "--yes", path, "-o", "json", status=65, lang="ja")
    assert again.stdout == first.stdout and "報告は現在「取下げ」で、再提出されていません" in again.stderr


def test_a_conflict_tells_what_to_write_and_leaves_nothing_pending(empty_demo, tmp_path):
    empty_demo.renkei("160008", "submit", "--yes", "--nil", "2014Q1")
    other = {"municipality_code": "160008", "period": {"fiscal_year": 2014, "quarter": "QUARTER_Q1", "variant": "VARIANT_REGULAR"}, "action": "REPORT_ACTION_NEW",
             "outcomes": [{"outcome_id": "o", "text": "成果を得た。"}]}
    done = empty_demo.renkei("160008", "submit", "--yes", put(tmp_path, "other.json", other), status=65)
    assert "VERSION_CONFLICT" in done.stderr and f"renkei submit --replace {tmp_path}/other.json" in done.stderr
    assert "What differs from 160008-2014Q1-1" in done.stderr and "outcomes o" in done.stderr and "+ 成果を得た。" in done.stderr
    assert not list((empty_demo.folder.parent / "home-160008/.local/state/renkei/pending").iterdir())
    written = put(tmp_path, "written.json", {**other, "action": "REPORT_ACTION_REPLACE", "base_version": 1})
    assert "160008-2014Q1-2" in empty_demo.renkei("160008", "submit", "--yes", written).stdout
    assert "160008-2014Q1-3" in empty_demo.renkei("160008", "submit", "--yes", "--nil", "2014Q1", "--replace").stdout
    assert "160008-2014Q2-1" in empty_demo.renkei("160008", "submit", "--yes", "--nil", "2014Q2", "--replace").stdout
    same = empty_demo.renkei("160008", "submit", "--yes", "--nil", "2014Q2", "--replace")
    assert "160008-2014Q2-1 says the same already" in same.stderr and same.stdout == ""
    assert "160008-2014Q1-4" in empty_demo.renkei("160008", "submit", "--yes", put(tmp_path, "other.json", other), "--replace").stdout


def outcomes(period, base, **texts):
    return {"municipality_code": "130001", "period": {"fiscal_year": 2014, "quarter": f"q{period}", "variant": "regular"}, "action": "replace" if base else "new", "base_version": base,
            "outcomes": [{"outcome_id": key, "text": text} for key, text in texts.items()]}


def sections(said, *heads):
    """What stands below each of these headings, in their order."""
    found = [said.index(head) for head in heads] + [len(said)]
    assert found == sorted(found), said
    return [said[start:end] for start, end in zip(found, found[1:])]


def test_a_file_behind_a_colleagues_version_shows_both_sides_and_what_a_replacement_would_undo(empty_demo, tmp_path):
    empty_demo.renkei("130001", "submit", "--yes", put(tmp_path, "first.json", outcomes(1, 0, a="甲", b="乙")))
    empty_demo.renkei("130001", "submit", "--yes", put(tmp_path, "colleague.json", outcomes(1, 1, a="甲の改", b="乙", c="丙")))
    mine = put(tmp_path, "mine.json", outcomes(1, 1, a="甲", b="乙の改"))
    done = empty_demo.renkei("130001", "submit", "--yes", mine, status=65, lang="ja")
    theirs, own = sections(done.stderr, "第1版のあとに 130001-2014Q1-2", "このファイルで変えたところ")
    assert "- 甲\n    + 甲の改" in theirs and "+ 丙" in theirs and "乙" not in theirs
    assert "- 乙\n    + 乙の改" in own and "- 甲の改" not in own and "どちらでも" not in own
    assert "renkei template --period 2014Q1" in own
    warning = next(line for line in own.splitlines() if f"renkei submit --replace {mine}" in line)
    assert "取り消" in warning and "2 件" in warning
    # The same item in both: which of the two holds, only they can say.
    both = put(tmp_path, "both.json", outcomes(1, 1, a="甲の別の改", b="乙の改"))
    done = empty_demo.renkei("130001", "submit", "--yes", both, status=65, lang="ja")
    _, own, clash = sections(done.stderr, "第1版のあとに 130001-2014Q1-2", "このファイルで変えたところ", "どちらでも変えて")
    assert "- 甲の改\n    + 甲の別の改" in clash and "乙" not in clash
    # What has all that the colleague changed undoes nothing.
    after = put(tmp_path, "after.json", outcomes(1, 1, a="甲の改", b="乙の改", c="丙"))
    done = empty_demo.renkei("130001", "submit", "--yes", after, status=65, lang="ja")
    assert "どちらでも" not in done.stderr and "取り消" not in done.stderr and f"renkei submit --replace {after}" in done.stderr
    # Before it is asked, too; and accepted since, it is a correction that would undo it.
    status, said = on_a_terminal(empty_demo, "130001", tmp_path, b"n\n", "submit", mine)
    assert status == 75
    sections(said, "第1版のあとに 130001-2014Q1-2", "このファイルで変えたところ")
    empty_demo.renkei("SECRETARIAT", "review", "start", "130001-2014Q1-2", "--yes")
    done = empty_demo.renkei("130001", "submit", "--yes", mine, status=65, lang="ja")
    assert "renkei report withdraw 2014Q1 --reason" in done.stderr and "renkei template --period 2014Q1" in done.stderr
    empty_demo.renkei("SECRETARIAT", "review", "accept", "130001-2014Q1-2", "--yes")
    done = empty_demo.renkei("130001", "submit", "--yes", mine, status=65, lang="ja")
    assert "renkei template --period 2014Q1" in done.stderr and re.search(f"renkei report correct {re.escape(str(mine))} --reason.*取り消", done.stderr)


def test_nil_is_a_command_and_a_correction_has_its_reason(empty_demo, tmp_path):
    assert "160008-2014Q4-1" in empty_demo.renkei("160008", "nil", "2014Q4", "--yes").stdout
    right = put(tmp_path, "right.json", {"municipality_code": "160008", "period": {"fiscal_year": 2014, "quarter": "q4", "variant": "regular"}, "action": "new",
                                         "outcomes": [{"outcome_id": "o", "text": "成果を得た。"}]})
    empty_demo.renkei("160008", "report", "correct", right, "--yes", status=64)
    refused = empty_demo.renkei("160008", "report", "correct", right, "--yes", "--reason", "記入漏れ", status=65)
    assert "ACTION_NOT_ALLOWED" in refused.stderr and f"renkei submit --replace {right}" in refused.stderr, "nothing is accepted yet"
    empty_demo.renkei("SECRETARIAT", "review", "accept", "160008-2014Q4-1", "--yes")
    status, said = on_a_terminal(empty_demo, "160008", tmp_path, b"n\n", "report", "correct", right, "--reason", "記入漏れ")
    assert status == 75 and "160008-2014Q4-1 との違い" in said and "+ 成果を得た。" in said, said
    assert "160008-2014Q4-2" in empty_demo.renkei("160008", "report", "correct", right, "--yes", "--reason", "記入漏れ").stdout
    assert empty_demo.sql("select action, base_version, change_reason from renkei.report_version where receipt_number = '160008-2014Q4-2'") == [["correct", "1", "記入漏れ"]]
    again = empty_demo.renkei("160008", "report", "correct", right, "--yes", "--reason", "記入漏れ")
    assert "160008-2014Q4-2 says the same already" in again.stderr
    missing = put(tmp_path, "missing.json", {**json.loads(right.read_text()), "period": {"fiscal_year": 2015, "quarter": "q2", "variant": "regular"}})
    assert "no report of this municipality" in empty_demo.renkei("160008", "report", "correct", missing, "--yes", "--reason", "x", status=66).stderr


def test_a_refusal_names_the_command_that_helps(empty_demo, tmp_path):
    path = put(tmp_path, "q.json", {**report(4, 2015), "municipality_code": "130001", "nil": False, "outcomes": [{"outcome_id": "o", "text": "成果を得た。"}]})
    empty_demo.renkei("130001", "nil", "2015Q4", "--yes")
    assert f"renkei submit --replace {path}" in empty_demo.renkei("130001", "submit", path, "--yes", status=65, lang="ja").stderr
    empty_demo.renkei("SECRETARIAT", "review", "start", "130001-2015Q4-1", "--yes")
    done = empty_demo.renkei("130001", "submit", path, "--replace", "--yes", status=65, lang="ja")
    assert "renkei report withdraw 2015Q4 --reason" in done.stderr and f"renkei submit --replace {path}" in done.stderr
    empty_demo.renkei("SECRETARIAT", "review", "accept", "130001-2015Q4-1", "--yes")
    for words in (("submit", path), ("submit", path, "--replace")):
        done = empty_demo.renkei("130001", *words, "--yes", status=65, lang="ja")
        assert f"renkei report correct {path} --reason" in done.stderr and "REPORT_ACTION" not in done.stderr and "base_version" not in done.stderr
    done = empty_demo.renkei("130001", "report", "withdraw", "2015Q4", "--yes", "--reason", "誤り", status=65, lang="ja")
    assert "renkei report correct FILE --reason" in done.stderr
    assert "130001-2015Q4-2" in empty_demo.renkei("130001", "report", "correct", path, "--yes", "--reason", "記入漏れ").stdout
    empty_demo.renkei("SECRETARIAT", "review", "accept", "130001-2015Q4-2", "--yes")
    done = empty_demo.renkei("130001", "nil", "2015Q4", "--replace", "--yes", status=65, lang="ja")
    assert "renkei report correct --nil 2015Q4 --reason" in done.stderr
    assert "130001-2015Q4-3" in empty_demo.renkei("130001", "report", "correct", "--nil", "2015Q4", "--yes", "--reason", "取組なし").stdout
    empty_demo.renkei("130001", "report", "correct", "--yes", "--reason", "x", status=64)


def test_a_replacement_that_cannot_ask_says_that_nothing_waits(empty_demo, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = f"localhost:{closed.getsockname()[1]}"
        done = empty_demo.renkei("110001", "submit", put(tmp_path, "q.json", report(1, 2015)), "--replace", "--yes", "--server", away, status=69, lang="ja")
    assert "送信待ちの控えもありません" in done.stderr


def test_a_receipt_of_a_file_that_the_command_line_added_to_holds(empty_demo, tmp_path):
    content = {**report(1, 2014), "nil": False, "activities": [{"activity_id": "a", "title": "協議", "kind": "consultation", "status": "planned", "planned_start": "2014-05", "scope": "whole",
               "municipalities": [{"municipality_code": "110001", "role": "host"}], "partners": [{"partner_code": "140000"}], "themes": ["pm25"]}]}
    path = put(tmp_path, "answered.json", content)
    judged = json.loads(empty_demo.renkei("110001", "check", path, "-o", "json", status=None).stdout)[0]["verdict"]
    warned = [f["code"] for f in judged["findings"] if f["severity"] == "SEVERITY_WARNING"]
    assert warned and not [f for f in judged["findings"] if f["severity"] == "SEVERITY_ERROR"], judged
    empty_demo.renkei("110001", "submit", path, "--answer", f"{warned[0]}=中国側で調整中", "--yes")
    done = empty_demo.renkei("110001", "receipt", "verify", "110001-2014Q1-1", "--report", path, lang="ja")
    assert "受領書は正しいものです" in done.stderr and "注意への回答" in done.stderr and "提出区分" not in done.stderr
    content["comments"] = "追記"
    put(tmp_path, "answered.json", content)
    empty_demo.renkei("110001", "submit", path, "--replace", "--yes")
    done = empty_demo.renkei("110001", "receipt", "verify", "110001-2014Q1-2", "--report", path, lang="ja")
    assert "提出区分、元の版。" in done.stderr
    done = empty_demo.renkei("110001", "receipt", "verify", "110001-2014Q1-1", "--report", path, status=65, lang="ja")
    assert "内容の異なる報告の受領書" in done.stderr and "- 追記" in done.stderr and "正しくありません" not in done.stderr
    shutil.rmtree(state(empty_demo) / "receipts")
    empty_demo.renkei("110001", "receipt", "show", "110001-2014Q1-1")
    assert "別の報告の受領書" in empty_demo.renkei("110001", "receipt", "verify", "110001-2014Q1-1", "--report", path, status=65, lang="ja").stderr


def test_two_versions_stand_beside_each_other(empty_demo, tmp_path):
    head = {"municipality_code": "160008", "period": {"fiscal_year": 2014, "quarter": "q3", "variant": "regular"}}
    first = {**head, "action": "new", "comments": "初回", "outcomes": [{"outcome_id": "o-1", "text": "成果一。"}, {"outcome_id": "o-2", "text": "成果二。"}]}
    second = {**head, "action": "replace", "base_version": 1, "outcomes": [{"outcome_id": "o-3", "text": "成果三。"}, {"outcome_id": "o-1", "text": "成果一、改。"}]}
    for n, content in enumerate((first, second)):
        empty_demo.renkei("160008", "submit", "--yes", put(tmp_path, f"{n}.json", content))
    rows = json.loads(empty_demo.renkei("160008", "report", "diff", "2014Q3", "-o", "json").stdout)
    assert {(r["path"], r["before"], r["after"]) for r in rows} == {
        ("comments", "初回", ""), ("outcomes[o-3]", "", "成果三。"), ("outcomes[o-1].text", "成果一。", "成果一、改。"), ("outcomes[o-2]", "成果二。", "")}
    shown = empty_demo.renkei("160008", "report", "diff", "160008-2014Q3-2", lang="ja")
    assert "160008-2014Q3-1 から 160008-2014Q3-2 への変更" in shown.stderr and "成果一、改。" in shown.stdout
    assert json.loads(empty_demo.renkei("160008", "report", "diff", "2014Q3", "--from", "2", "--to", "2", "-o", "json").stdout) == []
    assert "first version" in empty_demo.renkei("160008", "report", "diff", "160008-2014Q3-1", status=66).stderr
    empty_demo.renkei("160008", "report", "diff", "2014Q3", "--from", "x", status=64)


def test_the_same_report_from_another_computer_is_there_already(empty_demo, tmp_path):
    path = put(tmp_path, "same.json", report(3, 2016))
    first = empty_demo.renkei("110001", "submit", "--yes", path, "-o", "json")
    shutil.rmtree(empty_demo.folder.parent / "home-110001/.local/state/renkei")
    again = empty_demo.renkei("110001", "submit", "--yes", path, "-o", "json")
    assert again.stdout == first.stdout and "110001-2016Q3-1" in again.stderr and "VERSION_CONFLICT" not in again.stderr
    assert list((empty_demo.folder.parent / "home-110001/.local/state/renkei/receipts").glob("110001-2016Q3-1*"))
    empty_demo.renkei("110001", "report", "withdraw", "2016Q3", "--yes", "--reason", "誤り")
    shutil.rmtree(empty_demo.folder.parent / "home-110001/.local/state/renkei")
    assert "VERSION_CONFLICT" in empty_demo.renkei("110001", "submit", "--yes", path, status=65).stderr


def test_a_refusal_by_right_leaves_nothing_pending(empty_demo, tmp_path):
    empty_demo.renkei("ANALYST", "submit", "--yes", put(tmp_path, "q.json", report(1, 2015)), status=77)
    assert not list((empty_demo.folder.parent / "home-ANALYST/.local/state/renkei/pending").iterdir())


def test_a_server_that_moves_gives_the_first_receipt_again(own_demo, tmp_path):
    path = put(tmp_path, "moved.json", report(1))
    first = own_demo.renkei("110001", "submit", "--yes", path, "-o", "json")
    before = own_demo.env["RENKEI_SERVER"]
    assert own_demo.stop() == 0
    away = own_demo.renkei("110001", "submit", "--yes", put(tmp_path, "away.json", report(2)), "--timeout", "1", lang="ja", status=69)
    assert "未送信" in away.stdout and "拒否" not in away.stdout
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        own_demo.options = (*own_demo.options, "--port", str(probe.getsockname()[1]))
    own_demo.start()
    assert own_demo.env["RENKEI_SERVER"] != before
    again = own_demo.renkei("110001", "submit", "--yes", path, "-o", "json")
    assert again.stdout == first.stdout and "was sent before" in again.stderr and "renkei:" not in again.stderr


def test_several_files_each_get_an_outcome_and_the_gravest_status_counts(empty_demo, tmp_path):
    empty_demo.renkei("110001", "submit", "--yes", put(tmp_path, "first.json", report(3, 2014)))
    good, conflict = put(tmp_path, "good.json", report(4, 2014)), put(tmp_path, "conflict.json", {**report(3, 2014), "comments": "x"})
    done = empty_demo.renkei("110001", "submit", "--yes", conflict, good, "-o", "csv", status=65)
    rows = {os.path.basename(r["file"]): r for r in csv.DictReader(io.StringIO(done.stdout))}
    assert rows["good.json"]["outcome"] == "received" and rows["good.json"]["receipt_number"] == "110001-2014Q4-1"
    assert rows["conflict.json"]["outcome"] == "refused"


def test_nothing_is_sent_when_one_report_has_an_error(empty_demo, tmp_path):
    good, bad = put(tmp_path, "good.json", report(4, 2015)), put(tmp_path, "bad.json", {**report(3, 2015), "municipality_code": "110002"})
    done = empty_demo.renkei("110001", "submit", "--yes", good, bad, status=65)
    assert "Nothing was sent" in done.stderr and "LG_CODE_CHECK_DIGIT" in done.stderr
    empty_demo.renkei("110001", "report", "show", "2015Q4", status=66)


def test_no_activity_is_one_command(empty_demo):
    assert "Receipt 110001-2015Q2-1" in empty_demo.renkei("110001", "submit", "--yes", "--nil", "平成27年度第2四半期").stdout


def test_a_dry_run_stores_nothing(empty_demo, tmp_path):
    path = put(tmp_path, "dry.json", report(1, 2015))
    assert "valid" in empty_demo.renkei("110001", "submit", path, "--dry-run").stdout
    empty_demo.renkei("110001", "report", "show", "2015Q1", status=66)


def test_a_dry_run_of_a_replacement_shows_what_it_would_change(empty_demo, tmp_path):
    empty_demo.renkei("130001", "submit", "--yes", put(tmp_path, "first.json", outcomes(2, 0, a="甲")))
    other = put(tmp_path, "other.json", outcomes(2, 0, a="甲の改"))
    done = empty_demo.renkei("130001", "submit", "--dry-run", "--replace", other, lang="ja")
    assert "提出可" in done.stdout and "130001-2014Q2-1 との違い" in done.stderr and "- 甲\n    + 甲の改" in done.stderr
    written = empty_demo.renkei("130001", "submit", "--dry-run", put(tmp_path, "written.json", outcomes(2, 1, a="甲の改")), lang="ja")
    assert "- 甲\n    + 甲の改" in written.stderr
    assert json.loads(empty_demo.renkei("130001", "report", "show", "2014Q2", "-o", "json").stdout)["summary"]["version"] == 1


def test_on_a_terminal_it_shows_what_and_whereto_and_asks_once(empty_demo, tmp_path):
    path = put(tmp_path, "tty.json", report(3, 2015))
    cert, key = empty_demo.identity("110001")
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "TERM": "dumb", "RENKEI_SERVER": empty_demo.env["RENKEI_SERVER"],
           "RENKEI_CA": empty_demo.env["RENKEI_CA"], "RENKEI_CERT": cert, "RENKEI_KEY": key}
    for answer, status in ((b"n\n", 75), (b"y\n", 0)):
        master, slave = pty.openpty()
        run = subprocess.Popen([RENKEI, "submit", path], env=env, stdin=slave, stderr=slave, stdout=subprocess.PIPE)
        os.close(slave)
        said = b""
        while b"[y/N]" not in said:
            said += os.read(master, 4096)
        os.write(master, answer)
        assert run.wait(30) == status
        run.stdout.close()
        os.close(master)
        text = said.decode()
        assert empty_demo.env["RENKEI_SERVER"] in text and "110001" in text and "FY2015 Q3" in text and "2016-01-15 23:59 JST" in text


@pytest.mark.parametrize("due, words", [
    ("interval '12 days 1 hour'", "（あと 12 日）"), ("interval '5 hours 30 minutes'", "（あと 5時間"), ("- interval '4 days 1 hour'", "（5 日過ぎています）")],
    ids=["days", "hours", "over"])
def test_on_a_terminal_the_deadline_has_its_days(empty_demo, tmp_path, due, words):
    which = "fiscal_year = 2014 and quarter = 3 and variant = 'regular'"
    [[before]] = empty_demo.sql(f"select due_at from renkei.reporting_period where {which}")
    empty_demo.sql(f"update renkei.reporting_period set due_at = clock_timestamp() + {due} where {which}")
    try:
        status, said = on_a_terminal(empty_demo, "130001", tmp_path, b"n\n", "submit", put(tmp_path, "q3.json", outcomes(3, 0, a="甲")))
    finally:
        empty_demo.sql(f"update renkei.reporting_period set due_at = '{before}' where {which}")
    assert status == 75 and f"JST{words}" in said, said


def test_a_report_sent_while_the_server_is_away_arrives_once(own_demo, tmp_path):
    path = put(tmp_path, "away.json", report(1))
    port = own_demo.env["RENKEI_SERVER"].rsplit(":", 1)[1]
    assert own_demo.stop() == 0
    done = own_demo.renkei("110001", "submit", "--yes", path, "--timeout", "2", status=69)
    assert "Trying again" in done.stderr
    kept = re.search(r"under ([0-9a-f-]{36})", done.stderr).group(1)
    own_demo.options = (*own_demo.options, "--port", port)
    starter = threading.Thread(target=lambda: (time.sleep(1), own_demo.start()))
    starter.start()
    done = own_demo.renkei("110001", "submit", "--yes", path, "-o", "csv")
    starter.join()
    row = next(csv.DictReader(io.StringIO(done.stdout)))
    assert (row["outcome"], row["request_id"], row["receipt_number"]) == ("received", kept, "110001-2016Q1-1")


def test_an_exported_registry_is_edited_shown_and_imported(own_demo, tmp_path):
    path = tmp_path / "registry.json"
    own_demo.renkei("SECRETARIAT", "org", "export", "-O", path)
    assert "変更はありません" in own_demo.renkei("SECRETARIAT", "org", "import", path, lang="ja").stderr
    registry = json.loads(path.read_text())
    assert set(registry) == {"municipalities", "partner_governments", "cooperations", "periods", "holidays", "holiday_calendars", "deadline_rules", "evaluation_notes", "reminder_stages"}
    city = next(m for m in registry["municipalities"] if m["municipality_code"] == "442011")
    city["name_en"] = "Oita"
    city["participations"][0]["basis"] = "覚書"
    path.write_text(json.dumps(registry, ensure_ascii=False))
    shown = own_demo.renkei("SECRETARIAT", "org", "import", path, status=64, lang="ja")
    for part in ("変更  自治体 442011（大分市）\n", "名称（英語）: Oita City → Oita\n", "根拠 覚書)"):
        assert part in shown.stdout
    assert "変更 1 件" in shown.stderr and "--yes" in shown.stderr
    status, said = on_a_terminal(own_demo, "SECRETARIAT", tmp_path, b"n\n", "org", "import", path)
    assert status == 75 and said.index("Oita City → Oita") < said.index("[y/N]") < said.index("何も変更していません")
    row = next(r for r in csv.DictReader(io.StringIO(own_demo.renkei("SECRETARIAT", "org", "import", path, "-n", "-o", "csv").stdout)) if r["change"] == "changed")
    assert (row["id"], row["fields"]) == ("442011", "name_en participations")
    status, said = on_a_terminal(own_demo, "SECRETARIAT", tmp_path, b"y\n", "org", "import", path)
    assert status == 0 and "変更 1 件" in said
    assert "Oita\n" in own_demo.renkei("SECRETARIAT", "org", "show", "442011").stdout
    city["name_en"] = "Ooita"
    for etag, reason in ((None, "ETAG_REQUIRED"), ("00", "ETAG_MISMATCH")):
        city["etag"] = etag
        path.write_text(json.dumps({"municipalities": [{k: v for k, v in city.items() if v is not None}]}))
        done = own_demo.renkei("SECRETARIAT", "org", "import", path, "--yes", status=65, lang="ja")
        assert reason in done.stderr and "自治体 442011（大分市）" in done.stderr and "renkei org export" in done.stderr


def test_a_returned_report_says_why_and_until_when(empty_demo, tmp_path):
    due = (datetime.date.today() + datetime.timedelta(days=20)).isoformat()
    empty_demo.renkei("242021", "submit", put(tmp_path, "r.json", {**report(1), "municipality_code": "242021"}), "--yes")
    empty_demo.renkei("SECRETARIAT", "review", "return", "242021-2016Q1-1", "--item", "根拠を書いてください", "--item", "nil=実績なしか確かめてください",
                      "--due", due, "--yes")
    shown = empty_demo.renkei("242021", "report", "show", "2016Q1", lang="ja").stdout
    listed = empty_demo.renkei("242021", "report", "list", "--state", "returned", lang="ja").stderr
    for text in (shown, listed):
        assert "差戻しの理由" in text and "根拠を書いてください" in text and "    実績なし: 実績なしか" in text and f"再提出の期限：{era(due)}" in text
    assert "renkei report show" in empty_demo.renkei("242021", "status", "--year", "2016", lang="ja").stderr


def test_a_return_names_cells_and_japanese_days(empty_demo, tmp_path):
    day = datetime.date.today() + datetime.timedelta(days=20)
    content = {**report(2), "municipality_code": "242021", "nil": False, "activities": [{"activity_id": "a", "title": "協議", "kind": "consultation", "status": "planned",
               "planned_start": "2016-08", "municipalities": [{"municipality_code": "242021"}]}, {"activity_id": "b", "title": "調査", "kind": "field_survey", "status": "planned",
               "municipalities": [{"municipality_code": "242021"}]}]}
    empty_demo.renkei("242021", "submit", put(tmp_path, "r.json", content), "--yes")
    empty_demo.renkei("SECRETARIAT", "review", "return", "242021-2016Q2-1", "-i", "x", "--due", "2016-13-01", "--yes", status=64)
    for bad in ("宴会!B2", "取組1 > 宴会", "取組!ZZZ"):
        assert "場所" in empty_demo.renkei("SECRETARIAT", "review", "return", "242021-2016Q2-1", "-i", f"{bad}=x", "--due", "2036-01-01", "--yes", status=64, lang="ja").stderr
    empty_demo.renkei("SECRETARIAT", "review", "return", "242021-2016Q2-1", "-i", "取組!C6=件名を具体的に", "-i", "取組1 > 予定開始日=日まで", "-i", "activities[1].kind=種別は", "-i", "取組！K5=役割を",
                      "-i", "表紙!C8=備考を", "--due", f"令和{day.year - 2018}年{day.month}月{day.day}日", "--yes", lang="ja")
    shown = empty_demo.renkei("242021", "report", "show", "2016Q2", lang="ja").stdout
    for text in ("    取組2 > 件名: 件名を具体的に", "    取組1 > 予定開始日: 日まで", "    取組2 > 種別: 種別は", "> 役割: 役割を", "    備考: 備考を", f"再提出の期限：{era(day.isoformat())}"):
        assert text in shown, shown
    # The calendar has the new day, and says why.
    rows = {r["period"]: r for r in json.loads(empty_demo.renkei("242021", "calendar", "--year", "2016", "-o", "json").stdout)}
    assert rows["2016Q2"]["due_at"].startswith(f"{day.isoformat()}T14:59:59") and rows["2016Q2"]["days_left"] in (19, 20) and rows["2016Q2"]["state"] == "returned"
    read = empty_demo.renkei("242021", "calendar", "--year", "2016", lang="ja")
    assert f"{day.isoformat()} 23:59" in read.stdout and "件名を具体的に" in read.stderr and "renkei submit --replace" in read.stderr
    ical = empty_demo.renkei("242021", "calendar", "--year", "2016", "--ical", lang="ja").stdout.replace("\r\n ", "")
    assert f"{day.strftime('%Y%m%d')}T145959Z" in ical and "件名を具体的に" in ical
    assert "必須" in empty_demo.renkei("SECRETARIAT", "review", "return", "--help", lang="ja").stdout.split("--item")[1].split("--due")[0]


def test_a_history_marks_a_correction_and_says_why(empty_demo, tmp_path):
    first = {**report(1), "municipality_code": "281000"}
    empty_demo.renkei("281000", "submit", put(tmp_path, "one.json", first), "--yes")
    empty_demo.renkei("SECRETARIAT", "review", "accept", "281000-2016Q1-1", "--yes")
    empty_demo.renkei("281000", "submit", "--yes", put(tmp_path, "two.json", {**first, "action": "correct", "base_version": 1, "change_reason": "誤記のため"}))
    out = empty_demo.renkei("281000", "report", "history", "2016Q1", lang="ja").stdout
    assert "訂正理由：誤記のため" in out and "新規" in out
    versions = json.loads(empty_demo.renkei("281000", "report", "history", "2016Q1", "-o", "json").stdout)["versions"]
    assert [v.get("change_reason") for v in versions] == ["誤記のため", None]
    assert "訂正理由: 誤記のため" in empty_demo.renkei("281000", "report", "show", "2016Q1", lang="ja").stdout


def test_reports_are_read_as_they_were_known_at_a_past_moment(empty_demo, tmp_path):
    def now():
        time.sleep(0.002)
        return datetime.datetime.now(datetime.timezone.utc).isoformat()
    before = now()
    empty_demo.renkei("442011", "submit", "--yes", put(tmp_path, "q1.json", {**report(1, 2014), "municipality_code": "442011"}))
    sent = now()
    empty_demo.renkei("SECRETARIAT", "review", "accept", "442011-2014Q1-1", "--yes")
    accepted = now()

    def ask(*words, status=0, lang="en"):
        return empty_demo.renkei("442011", "report", *words, status=status, lang=lang)

    def states(moment):
        answer = json.loads(ask("list", "--year", "2014", "--as-of", moment, "-o", "json").stdout)
        assert datetime.datetime.fromisoformat(answer["as_of"].replace("Z", "+00:00")) == datetime.datetime.fromisoformat(moment)
        return [r["state"] for r in answer.get("reports", [])]
    assert [states(m) for m in (before, sent, accepted)] == [[], ["REPORT_STATE_SUBMITTED"], ["REPORT_STATE_ACCEPTED"]]
    assert json.loads(ask("show", "2014Q1", "--as-of", sent, "-o", "json").stdout)["summary"]["state"] == "REPORT_STATE_SUBMITTED"
    assert ask("show", "2014Q1", "--as-of", before, status=66, lang="ja").stderr
    assert len(json.loads(ask("history", "2014Q1", "--as-of", sent, "-o", "json").stdout)["transitions"]) == 1
    # People ask with a day, in the way they write it, and are told which moment the answer is of.
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9)))
    shown = ask("list", "--year", "2014", "--as-of", f"令和{today.year - 2018}年{today.month}月{today.day}日", lang="ja").stdout
    assert "受理" in shown and re.search(r"令和\d+年\d+月\d+日（\d{4}-\d\d-\d\d）\d\d:\d\d JST 時点", shown), shown
    assert "時点" in ask("history", "2014Q1", "--as-of", sent, lang="ja").stdout
    assert "時点" in ask("show", "2014Q1", "--as-of", sent, lang="ja").stdout
    assert "時点" not in ask("list", "--year", "2014", lang="ja").stdout
    assert ask("list", "--as-of", "昨日", status=64, lang="ja").stderr
    # Of a day to come nothing can be told that would be told again.
    tomorrow = (today + datetime.timedelta(days=1)).strftime("%Y-%m-%d")
    for words in (("report", "list"), ("report", "show", "2014Q1"), ("report", "history", "2014Q1"), ("status",), ("query", "--measure", "events"),
                  ("evaluate", "table", "--year", "2014..2016")):
        said = empty_demo.renkei("442011", *words, "--as-of", tomorrow, status=65, lang="ja").stderr
        assert f"{tomorrow} はまだ来ていません" in said and f"今日は {today:%Y-%m-%d}" in said, said
    # What to write is said, not only that it is wrong.
    for text, whole in (("2016-11-01T12:00", "2016-11-01T12:00:00+09:00"), ("2016-11-01 12:00:00", "2016-11-01T12:00:00+09:00")):
        said = ask("list", "--as-of", text, status=64, lang="ja").stderr
        assert f"日本時間なら {whole} と" in said, said


def test_who_did_it_is_said_as_people_say_it(empty_demo, tmp_path):
    empty_demo.renkei("442011", "submit", "--yes", put(tmp_path, "q1.json", {**report(1, 2016), "municipality_code": "442011"}))
    empty_demo.renkei("SECRETARIAT", "review", "accept", "442011-2016Q1-1", "--yes")
    empty_demo.renkei("SECRETARIAT", "import", "--yes", "--on-behalf-of", "auto", put(tmp_path, "q2.json", {**report(2, 2016), "municipality_code": "442011"}))
    shown = empty_demo.renkei("442011", "report", "history", "2016Q1", lang="ja").stdout
    assert "大分市の担当者" in shown and "事務局（iges）" in shown and "renkei://" not in shown
    assert "officer of Oita" in empty_demo.renkei("442011", "report", "history", "2016Q1").stdout
    assert "代理提出：事務局（iges）" in empty_demo.renkei("442011", "report", "show", "2016Q2", lang="ja").stdout
    assert "renkei://" not in empty_demo.renkei("442011", "report", "list", "-o", "wide", lang="ja").stdout
    # Programs get the identity itself.
    assert "renkei://" in empty_demo.renkei("442011", "report", "list", "-o", "csv", lang="ja").stdout
    # The matrix marks what waits for a confirmation, until it has it.
    for who in ("442011", "SECRETARIAT"):
        assert "提無遅代" in empty_demo.renkei(who, "status", "--year", "2016", lang="ja").stdout
    empty_demo.renkei("442011", "report", "confirm", "2016Q2", "--yes")
    assert "提無遅代" not in empty_demo.renkei("442011", "status", "--year", "2016", lang="ja").stdout


def test_what_became_of_a_report_is_said_once(empty_demo, tmp_path):
    due = (datetime.date.today() + datetime.timedelta(days=20)).isoformat()
    for quarter in (1, 2):
        empty_demo.renkei("141305", "submit", "--yes", put(tmp_path, f"q{quarter}.json", {**report(quarter, 2014), "municipality_code": "141305"}))

    def news(command="status"):
        return empty_demo.renkei("141305", command, "--year", "2014", lang="ja").stderr
    assert "受理されました" not in news()
    empty_demo.renkei("SECRETARIAT", "review", "accept", "141305-2014Q1-1", "--yes")
    empty_demo.renkei("SECRETARIAT", "review", "return", "141305-2014Q2-1", "-i", "確かめてください", "--due", due, "--yes")
    said = news("calendar")
    assert "141305-2014Q1-1（2014年度第1四半期）が受理されました" in said and "141305-2014Q2-1（2014年度第2四半期）が差し戻されました" in said
    assert "お知らせ" not in news() and "お知らせ" not in news("calendar")
    # Programs are told nothing beside the data, and so nothing is taken as said.
    which = "fiscal_year = 2014 and quarter = 3 and variant = 'regular'"
    [[before]] = empty_demo.sql(f"select due_at from renkei.reporting_period where {which}")
    assert "お知らせ" not in empty_demo.renkei("SECRETARIAT", "status", "--year", "2014", lang="ja").stderr and before


def test_a_new_computer_gets_the_receipts_of_the_one_before(empty_demo, tmp_path):
    empty_demo.renkei("160008", "submit", "--yes", put(tmp_path, "q1.json", {**report(1, 2016), "municipality_code": "160008"}))
    empty_demo.renkei("160008", "submit", "--yes", put(tmp_path, "v2.json", {**report(1, 2016), "municipality_code": "160008", "action": "replace", "base_version": 1,
                                                                           "comments": "追記"}))
    home = empty_demo.folder.parent / "home-160008/.local/state/renkei"
    kept = (home / "receipts/160008-2016Q1-1.json").read_text()
    shutil.rmtree(home)
    assert "renkei receipt fetch" in empty_demo.renkei("160008", "receipt", "list", lang="ja").stderr
    said = empty_demo.renkei("160008", "receipt", "fetch", lang="ja").stderr
    count = int(re.search(r"受領書 (\d+) 件", said).group(1))
    assert count >= 2 and f"新しいもの {count} 件" in said
    assert (home / "receipts/160008-2016Q1-1.json").read_text() == kept
    assert "160008-2016Q1-2" in empty_demo.renkei("160008", "receipt", "list").stdout
    rows = json.loads(empty_demo.renkei("160008", "receipt", "verify", "160008-2016Q1-2", "-o", "json").stdout)
    assert [(r["check"], r["result"]) for r in rows] == [("receipt", "holds"), ("report", "holds")]
    assert "新しいもの 0 件" in empty_demo.renkei("160008", "receipt", "fetch", lang="ja").stderr


def test_of_a_list_only_what_changed_is_shown(empty_demo, tmp_path):
    def people(persons):
        return [{"side": "jp", "category": "municipal_staff", "persons": 3, "basis": "counted"}, {"side": "cn", "category": "national", "persons": persons, "basis": "counted"}]
    event = {"activity_id": "a", "title": "研修", "kind": "training_in_japan", "status": "held", "actual_start": "2015-05-12",
             "municipalities": [{"municipality_code": "160008", "role": "host"}]}
    head = {"municipality_code": "160008", "period": {"fiscal_year": 2015, "quarter": "q1", "variant": "regular"}}
    empty_demo.renkei("160008", "submit", "--yes", put(tmp_path, "1.json", {**head, "action": "new", "activities": [{**event, "participants": people(15)}]}))
    empty_demo.renkei("160008", "submit", "--yes", put(tmp_path, "2.json", {**head, "action": "replace", "base_version": 1, "activities": [{**event, "participants": people(16)}]}))
    [row] = json.loads(empty_demo.renkei("160008", "report", "diff", "2015Q1", "-o", "json", lang="ja").stdout)
    assert row["path"] == "activities[a].participants" and "15" in row["before"] and "16" in row["after"]
    assert "中国側" in row["before"] and "日本側" not in row["before"] + row["after"]


def test_one_file_and_several_give_the_same_rows(empty_demo, tmp_path):
    def rows(*files):
        return [json.loads(line) for line in empty_demo.renkei("200000", "submit", "--yes", *files, "-o", "jsonl").stdout.splitlines()]
    files = [put(tmp_path, f"{n}.json", {**report(n, 2014), "municipality_code": "200000"}) for n in (1, 2, 3)]
    [one] = rows(files[0])
    several = rows(*files[1:])
    assert len(several) == 2 and list(one) == list(several[0]) and one["receipt_number"] == "200000-2014Q1-1"


def test_an_attachment_that_waits_for_a_release_says_so(empty_demo, tmp_path):
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    empty_demo.renkei("280003", "attach", pdf, "--period", "2015Q1")
    assert "決裁" not in empty_demo.renkei("280003", "attach", put(tmp_path, "b.csv", "a,b"), "--period", "2015Q1", status=None, lang="ja").stderr
    empty_demo.renkei("SECRETARIAT", "org", "release", "280003", "--required", "yes", "--yes")
    try:
        pdf.write_bytes(pdf.read_bytes() + b"%\n")
        told = empty_demo.renkei("280003", "attach", pdf, "--period", "2015Q1", lang="ja").stderr
        assert "決裁者が決裁するまで" in told and "renkei report release 2015Q1" in told
    finally:
        empty_demo.renkei("SECRETARIAT", "org", "release", "280003", "--required", "no", "--yes")


def test_a_review_is_started_for_several_and_ends_with_the_acceptance_of_all(empty_demo, tmp_path):
    for code in ("141305", "160008"):
        empty_demo.renkei(code, "submit", put(tmp_path, f"{code}.json", {**report(2), "municipality_code": code}), "--yes")
    empty_demo.renkei("SECRETARIAT", "review", "start", "141305-2016Q2-1", "160008-2016Q2-1", "--yes", "--dry-run")
    assert "submitted" in empty_demo.renkei("141305", "report", "list", "-o", "csv").stdout
    done = empty_demo.renkei("SECRETARIAT", "review", "start", "141305-2016Q2-1", "160008-2016Q2-1", "--yes", "-o", "csv")
    assert done.stdout.count("under_review") == 2
    again = empty_demo.renkei("SECRETARIAT", "review", "start", "141305-2016Q2-1", "--yes", status=65, lang="ja")
    assert "確認中" in again.stderr or "under_review" in again.stderr
    assert "確認中" in empty_demo.renkei("141305", "report", "list", lang="ja").stdout
    assert empty_demo.renkei("SECRETARIAT", "review", "accept", "--all", "--yes", "-o", "csv").stdout.count("accepted") >= 2
    assert "accepted" in empty_demo.renkei("160008", "report", "list", "-o", "csv").stdout


def test_words_are_those_of_their_place(sample_demo, tmp_path):
    assert "renkei status --missing" in sample_demo.renkei("SECRETARIAT", "report", "list", "--state", "missing", status=64, lang="ja").stderr
    bad = put(tmp_path, "bad.json", {"x": 1})
    assert "台帳の形になっていません" in sample_demo.renkei("SECRETARIAT", "org", "import", bad, status=65, lang="ja").stderr
    assert "(事務局)" in sample_demo.renkei("SECRETARIAT", "doctor", lang="ja").stdout
    shown = sample_demo.renkei("SECRETARIAT", "org", "show", "442011", lang="ja").stdout
    assert "根拠: " in shown and "算定方法" not in shown and "etag" not in shown.lower()
    assert "改訂の印（etag）: " in sample_demo.renkei("SECRETARIAT", "org", "show", "442011", "-o", "wide", lang="ja").stdout
    table = sample_demo.renkei("SECRETARIAT", "report", "list", lang="ja").stdout
    assert "提出時期" in table and "期限後" in table


def test_a_csv_for_excel_has_its_mark_and_its_line_ends(sample_demo, tmp_path):
    path = tmp_path / "list.csv"
    sample_demo.renkei("SECRETARIAT", "report", "list", "--excel", "-O", path)
    plain = sample_demo.renkei("SECRETARIAT", "report", "list", "-o", "csv").stdout
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfmunicipality_code,") and data.endswith(b"\r\n")
    assert data[3:].decode().replace("\r\n", "\n") == plain
    assert "csv" in sample_demo.renkei("SECRETARIAT", "report", "list", "--excel", "-o", "json", status=64).stderr


READS = [("report", "list"), ("report", "history", "442011-2016Q4-1"), ("status", "--year", "2014-2016"), ("org", "list"), ("org", "list", "--partners"),
         ("cooperation", "list"), ("period", "list", "--year", "2016"), ("evaluate", "table", "--first", "2014", "--last", "2016"),
         ("query", "--measure", "activities,persons", "--group-by", "municipality"), ("doctor",)]


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_every_form_of_output_can_be_read_back(sample_demo, words):
    assert sample_demo.renkei("SECRETARIAT", *words).stdout
    assert sample_demo.renkei("SECRETARIAT", *words, "-o", "wide", lang="ja").stdout
    assert json.loads(sample_demo.renkei("SECRETARIAT", *words, "-o", "json").stdout)
    lines = [json.loads(line) for line in sample_demo.renkei("SECRETARIAT", *words, "-o", "jsonl").stdout.splitlines()]
    rows = list(csv.DictReader(io.StringIO(sample_demo.renkei("SECRETARIAT", *words, "-o", "csv", lang="ja").stdout)))
    assert len(lines) == len(rows) > 0 and [*lines[0]] == [*rows[0]]


@pytest.mark.parametrize("words", [("report", "show", "442011-2016Q4-1"), ("org", "show", "442011"), ("org", "show", "--partner", "420100"),
                                   ("cooperation", "show", "442011-420100"), ("period", "show", "2016Q4"), ("receipt", "show", "442011-2016Q4-1")], ids=" ".join)
def test_a_single_record_is_shown_whole(sample_demo, words):
    assert sample_demo.renkei("SECRETARIAT", *words, lang="ja").stdout
    assert json.loads(sample_demo.renkei("SECRETARIAT", *words, "-o", "json").stdout)


def test_the_bytes_come_back_exactly(sample_demo, tmp_path):
    sample_demo.renkei("SECRETARIAT", "report", "show", "442011-2016Q4-1", "--raw", "-O", tmp_path / "raw.binpb")
    sample_demo.renkei("SECRETARIAT", "receipt", "show", "442011-2016Q4-1")
    sample_demo.renkei("SECRETARIAT", "receipt", "verify", "442011-2016Q4-1", "--report", tmp_path / "raw.binpb")


def test_the_status_matrix_has_marks_legend_totals_and_coverage(sample_demo):
    out = sample_demo.renkei("SECRETARIAT", "status", "--year", "2016", lang="ja").stdout
    for part in ("北九州市", "受遅", "16Q4F", "計", "11/11", "受 受理", "受理 19 / 提出対象 44"):
        assert part in out


def test_status_tells_deadlines_one_municipality_and_who_is_missing(sample_demo):
    wide = sample_demo.renkei("SECRETARIAT", "status", "--year", "2016", "-o", "wide", lang="ja").stdout
    assert "提出期限" in wide and "2016-07-15" in wide and "2017-04-17" in wide
    one = sample_demo.renkei("SECRETARIAT", "status", "--year", "2016", "-m", "401005", lang="ja").stdout
    assert "北九州市" in one and "大分市" not in one and "16Q4F：第4四半期の見込み" in one and "提出対象 4" in one
    assert "999999" in sample_demo.renkei("SECRETARIAT", "status", "--year", "2016", "-m", "999999", status=64).stderr
    rows = json.loads(sample_demo.renkei("SECRETARIAT", "status", "--year", "2016", "--missing", "-o", "json").stdout)
    cells = csv.DictReader(io.StringIO(sample_demo.renkei("SECRETARIAT", "status", "--year", "2016", "-o", "csv").stdout))
    assert len(rows) == sum(cell["state"] == "missing" for cell in cells) == 25
    first = rows[0]
    assert (first["municipality_code"], first["period"], first["due_at"]) == ("110001", "2016Q1", "2016-07-15T14:59:59Z") and first["days_late"] > 3000


def test_status_without_periods_says_how_to_name_the_years(sample_demo):
    done = sample_demo.renkei("SECRETARIAT", "status", lang="ja")
    assert done.stdout == "" and "--year 2014..2016" in done.stderr


def test_an_evaluation_without_outcomes_is_remarked_on(sample_demo):
    assert "成果の報告がありません" in sample_demo.renkei("SECRETARIAT", "evaluate", "table", "--year", "2020..2021", lang="ja").stderr
    done = sample_demo.renkei("SECRETARIAT", "evaluate", "table", "--year", "2014..2016", lang="ja")
    assert done.stderr == "" and "川崎市" in done.stdout


def test_a_no_changes_nothing_and_says_so(sample_demo, tmp_path):
    for words in (("review", "start", "442011-2016Q4-1"), ("review", "accept", "442011-2016Q4-1"), ("review", "accept", "442011-2016Q4-1", "110001-2016Q4-1"),
                  ("report", "withdraw", "442011-2016Q4-1", "--reason", "x")):
        status, said = on_a_terminal(sample_demo, "SECRETARIAT" if words[0] == "review" else "442011", tmp_path, b"n\n", *words)
        assert status == 75 and "何も変更していません。" in said


def test_a_total_stands_with_its_coverage_and_its_records(sample_demo):
    out = sample_demo.renkei("SECRETARIAT", "query", "--measure", "activities", "--where", "municipality=401005", "--list", "--explain").stdout
    assert "Reports: " in out and "accepted of" in out and "401005" in out and "Accepted versions only" in out


def test_a_filter_that_names_nothing_is_refused_with_the_nearest_value(sample_demo):
    words = ("query", "--measure", "trainees", "--year", "2015", "--where")
    for value, near in (("partner=天津", "120000"), ("kind=trainig_in_japan", "training_in_japan"), ("municipality=北九州", "401005")):
        done = sample_demo.renkei("SECRETARIAT", *words, value, status=65, lang="ja")
        assert near in done.stderr and "FILTER_INVALID" in done.stderr and not done.stdout
    numbers = {sample_demo.renkei("SECRETARIAT", *words, value, "-o", "csv").stdout for value in ("kind=training_in_japan", "kind=訪日研修", "kind=TRAINING_IN_JAPAN")}
    assert len(numbers) == 1 and next(csv.DictReader(io.StringIO(numbers.pop())))["trainees"] == "19"


def test_the_records_add_up_to_the_number_in_every_form(sample_demo):
    words = ("query", "--measure", "trainees,activities", "--year", "2015", "--where", "kind=training_in_japan", "--list")
    rows = list(csv.DictReader(io.StringIO(sample_demo.renkei("SECRETARIAT", *words, "-o", "csv").stdout)))
    lines = [json.loads(line) for line in sample_demo.renkei("SECRETARIAT", *words, "-o", "jsonl").stdout.splitlines()]
    total = json.loads(sample_demo.renkei("SECRETARIAT", *words, "-o", "json").stdout)["total"]
    assert rows[0]["row"] == "total" and {r["row"] for r in rows[1:]} == {"record"} and len(rows) == len(lines) == 1 + len(total["records"])
    assert sum(int(r["trainees"] or 0) for r in rows[1:]) == int(rows[0]["trainees"]) == 19
    assert sum(int(v.get("value", 0)) for r in total["records"] for v in r["values"] if v["measure"] == "MEASURE_TRAINEES") == 19
    assert all(r["record_activity_id"] and r["record_kind"] == "training_in_japan" for r in rows[1:])
    people = sample_demo.renkei("SECRETARIAT", *words, "--group-by", "municipality", "--explain", lang="ja").stdout
    assert "件名" in people and "北九州市" in people and "受理済みの版のみ" in people and "kind：種別" in people


def test_all_mistakes_of_an_import_are_told_at_once(sample_demo, tmp_path):
    path = put(tmp_path, "registry.json", {"municipalities": [{"municipality_code": "242022", "name_ja": "x"}],
                                           "holidays": [{"country": "JP", "date": "2030-08-11", "name": "山の日"}] * 2})
    done = sample_demo.renkei("SECRETARIAT", "org", "import", path, "--yes", status=65, lang="ja")
    for part in ("誤り 3 件", "自治体コード（registry.municipalities[0].municipality_code）：242022 は団体コードではありません", "種別（registry.municipalities[0].kind）：",
                 "休日2（registry.holidays[1]）：JP 2030-08-11 "):
        assert part in done.stderr
    assert "_" not in done.stderr.replace("registry.municipalities[0].municipality_code", "").replace("REGISTRY_INVALID", "")


def test_no_right_is_77_and_the_sentence_is_in_the_callers_language(sample_demo):
    done = sample_demo.renkei("ANALYST", "review", "accept", "442011-2016Q4-1", "--yes", status=77, lang="ja")
    assert "ROLE_NOT_ALLOWED" in done.stderr and "分析担当の役割" in done.stderr and "analyst" not in done.stderr.split("（ROLE")[0]


def test_nobody_is_asked_without_a_terminal(sample_demo):
    assert "--yes" in sample_demo.renkei("442011", "report", "withdraw", "2016Q4", "--reason", "x", status=64).stderr


def test_doctor_names_what_is_wrong(sample_demo, tmp_path):
    rows = {r["check"]: r["result"] for r in json.loads(sample_demo.renkei("SECRETARIAT", "doctor", "-o", "json").stdout)}
    assert rows["server"] == rows["rules"] == rows["clock"] == rows["expiry"] == "good"
    key = tmp_path / "open.key"
    key.write_bytes(open(sample_demo.identity("SECRETARIAT")[1], "rb").read())
    key.chmod(0o644)
    done = sample_demo.renkei("SECRETARIAT", "doctor", "--key", key, "-o", "json", status=78)
    assert {r["check"]: r["result"] for r in json.loads(done.stdout)}["key"] == "bad"
    assert "chmod 600" in done.stdout
