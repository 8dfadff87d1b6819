"""The outbox: what was sent and not answered is seen, sent again as the same request, or let go."""
import json
import signal
import socket
import subprocess

from demo import RENKEI
from liar import lying
from terminal import on_a_terminal


def put(folder, name, year, quarter, code="110001"):
    path = folder / name
    path.write_text(json.dumps({"municipality_code": code, "period": {"fiscal_year": year, "quarter": f"q{quarter}", "variant": "regular"}, "action": "new", "nil": True}))
    return path


def waiting(demo, principal="110001"):
    return json.loads(demo.renkei(principal, "outbox", "list", "-o", "json").stdout)


def away(demo, path, principal="110001"):
    """Sent to a port where nobody is."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        return demo.renkei(principal, "--timeout", "1", "--server", f"127.0.0.1:{nobody.getsockname()[1]}", "submit", "--yes", path, status=69)


def test_what_could_not_be_sent_is_listed_and_flushed(empty_demo, tmp_path):
    assert waiting(empty_demo) == [] and "outbox is empty" in empty_demo.renkei("110001", "outbox", "list").stderr
    done = away(empty_demo, put(tmp_path, "report.json", 2015, 1))
    assert "127.0.0.1:" in done.stderr
    one, = waiting(empty_demo)
    assert (one["municipality_code"], one["period"], one["own"]) == ("110001", "2015Q1", True) and one["file"].endswith("report.json")
    assert "1 request(s) without an answer" in empty_demo.renkei("110001", "doctor", status=None).stdout
    empty_demo.renkei("110001", "outbox", "flush", status=64)
    flushed = empty_demo.renkei("110001", "outbox", "flush", "--yes", "-o", "json")
    assert json.loads(flushed.stdout)["number"] == "110001-2015Q1-1"
    assert empty_demo.sql("select request_id from renkei.report_version where receipt_number = '110001-2015Q1-1'") == [[one["request_id"]]]
    assert waiting(empty_demo) == [] and empty_demo.renkei("110001", "outbox", "flush", "--yes").stdout == ""


def test_what_is_sent_again_is_shown_as_people_know_it(empty_demo, tmp_path):
    away(empty_demo, put(tmp_path, "q2.json", 2014, 2))
    home = empty_demo.folder.parent / "home-110001"
    status, said = on_a_terminal(empty_demo, "110001", home, b"n\n", "outbox", "flush")
    assert status == 75 and f"{tmp_path}/q2.json（" in said and "に準備）" in said and "2014年度第2四半期" in said and "110001" in said
    assert "再送しますか" in said and "提出しますか" not in said and "/pending/" not in said
    empty_demo.renkei("110001", "outbox", "flush", "--yes")


def test_what_another_certificate_sent_is_left_to_it(empty_demo, tmp_path):
    away(empty_demo, put(tmp_path, "mine.json", 2015, 2))
    cert, key = empty_demo.identity("160008")
    other = empty_demo.renkei("110001", "--cert", cert, "--key", key, "outbox", "flush", "--yes", status=66)
    assert "1 request(s) belong to another certificate" in other.stderr
    assert len(waiting(empty_demo)) == 1
    empty_demo.renkei("110001", "outbox", "flush", "--yes")


def test_what_is_let_go_is_still_the_same_request(empty_demo, tmp_path):
    path = put(tmp_path, "gone.json", 2015, 3)
    away(empty_demo, path)
    request = waiting(empty_demo)[0]["request_id"]
    assert "eight characters" in empty_demo.renkei("110001", "outbox", "drop", request[:7], "--yes", status=66).stderr
    empty_demo.renkei("110001", "outbox", "drop", request[:8], status=64)
    empty_demo.renkei("110001", "outbox", "drop", request[:8], "--yes")
    assert waiting(empty_demo) == []
    empty_demo.renkei("110001", "submit", "--yes", path)
    assert empty_demo.sql("select request_id from renkei.report_version where receipt_number = '110001-2015Q3-1'") == [[request]]


def test_an_interrupt_says_where_the_report_is(empty_demo, tmp_path):
    path = put(tmp_path, "interrupted.json", 2015, 4)
    cert, key = empty_demo.identity("110001")
    home = empty_demo.folder.parent / "home-110001"
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        env = {"HOME": str(home), "LC_ALL": "C.UTF-8", "RENKEI_SERVER": f"127.0.0.1:{nobody.getsockname()[1]}", "RENKEI_CA": empty_demo.env["RENKEI_CA"],
               "RENKEI_CERT": cert, "RENKEI_KEY": key}
        process = subprocess.Popen([RENKEI, "--lang", "ja", "submit", "--yes", path], env=env, stderr=subprocess.PIPE, text=True)
        said = process.stderr.readline()
        while "再送します" not in said:
            said += process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said += process.communicate(timeout=30)[1]
    assert process.returncode == -signal.SIGINT and "renkei outbox flush" in said and "では応答がありません" in said
    assert len(waiting(empty_demo)) == 1
    empty_demo.renkei("110001", "outbox", "flush", "--yes")


def lost(answer):
    """The server has done it, and its answer does not arrive."""
    raise ConnectionError(f"{len(answer)} bytes")


def test_what_was_done_and_not_answered_is_answered_later(empty_demo, tmp_path):
    """A withdrawal takes effect, its answer is lost: it waits under its name, and the outbox gets the answer."""
    demo, me, log = empty_demo, "130001", "select version, state, count(*) from renkei.report_transition where municipality_code = '130001' and state = 'withdrawn' group by 1, 2"
    demo.renkei(me, "submit", "--yes", put(tmp_path, "mine.json", 2015, 1, me))
    words = ("report", "withdraw", "2015Q1", "--reason", "重複して提出したため", "--yes")
    with lying(demo, me, tmp_path, WithdrawReport=lost) as address:
        unsure = demo.renkei(me, "--server", address, *words, lang="ja", status=70)
    assert "renkei outbox flush" in unsure.stderr and "反映されるのは一度だけです" in unsure.stderr
    assert demo.sql(log) == [["1", "withdrawn", "1"]]
    one, = waiting(demo, me)
    assert (one["kind"], one["number"], one["period"], one["municipality_code"], one["file"], one["own"]) == ("withdraw", "130001-2015Q1-1", "2015Q1", me, None, True)
    listed = demo.renkei(me, "outbox", "list", lang="ja").stdout
    assert "取下げ" in listed and "130001-2015Q1-1" in listed
    # The same command means the same request, also with other words.
    again = demo.renkei(me, "report", "withdraw", "2015Q1", "--reason", "別の理由", "--yes", "-n", status=None)
    assert "応答がない" not in again.stderr and len(waiting(demo, me)) == 1, "a dry run sends nothing that waits"
    other = demo.renkei(me, "report", "withdraw", "2015Q1", "--reason", "別の理由", "--yes", lang="ja", status=64)
    assert "130001-2015Q1-1：別の理由" in other.stderr and "renkei outbox drop" in other.stderr and len(waiting(demo, me)) == 1
    first = demo.renkei(me, "outbox", "flush", "--yes", "-o", "json")
    assert json.loads(first.stdout)["state"] == "REPORT_STATE_WITHDRAWN" and waiting(demo, me) == []
    assert demo.renkei(me, *words, "-o", "json").stdout == first.stdout, "asked for once more, the answer is the first one"
    assert demo.sql(log) == [["1", "withdrawn", "1"]]
    assert demo.sql("select count(*) from renkei.request where municipality_code = '130001' and method = 'withdraw'") == [["1"]]


def test_what_needs_the_line_from_its_first_step_says_that_nothing_was_kept(empty_demo):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        done = empty_demo.renkei("130001", "--timeout", "1", "--server", f"127.0.0.1:{nobody.getsockname()[1]}", "report", "withdraw", "2015Q1", "--reason", "誤り", "--yes", lang="ja", status=69)
    assert "送信箱にも残っていません" in done.stderr and waiting(empty_demo, "130001") == []


def test_the_same_command_sends_the_request_that_waits(empty_demo, tmp_path):
    """A correction withdrawn leaves the accepted version: who asks again must not withdraw that one, nor be told that there is nothing."""
    demo, me = empty_demo, "160008"
    approver = f"APPROVER_{me}"
    demo.renkei("SECRETARIAT", "org", "release", me, "--required", "yes", "--yes")
    demo.renkei(me, "submit", "--yes", put(tmp_path, "mine.json", 2015, 1, me))
    with lying(demo, approver, tmp_path, ReleaseReport=lost) as address:
        demo.renkei(approver, "--server", address, "report", "release", "2015Q1", "--yes", status=70)
    again = demo.renkei(approver, "report", "release", "2015Q1", "--yes", "-o", "json")
    assert "160008-2015Q1-1" in again.stderr and "still without an answer" in again.stderr
    receipt = json.loads(again.stdout)["receipt"]
    assert receipt["number"] == "160008-2015Q1-1" and receipt["released_at"] and waiting(demo, approver) == []
    home = demo.folder.parent / f"home-{approver}"
    kept = home / ".local/state/renkei/receipts/160008-2015Q1-1"
    assert kept.with_suffix(".json").exists() and kept.with_suffix(".binpb").exists()
    demo.renkei(approver, "receipt", "verify", "160008-2015Q1-1")
    assert demo.sql("select count(*) from renkei.report_release") == [["1"]]


def test_what_waits_goes_in_its_order_and_nothing_goes_behind_a_broken_line(empty_demo, tmp_path):
    demo, me = empty_demo, "400009"
    demo.renkei(me, "submit", "--yes", put(tmp_path, "first.json", 2014, 1, me))
    with lying(demo, me, tmp_path, WithdrawReport=lost) as address:
        demo.renkei(me, "--server", address, "report", "withdraw", "2014Q1", "--reason", "誤り", "--yes", status=70)
    away(demo, put(tmp_path, "second.json", 2014, 2, me), me)
    away(demo, put(tmp_path, "third.json", 2014, 3, me), me)
    assert [(w["kind"], w["period"]) for w in waiting(demo, me)] == [("withdraw", "2014Q1"), ("submit", "2014Q2"), ("submit", "2014Q3")]
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        stays = demo.renkei(me, "--timeout", "1", "--server", f"127.0.0.1:{nobody.getsockname()[1]}", "outbox", "flush", "--yes", status=69)
    assert "2 more request(s)" in stays.stderr and len(waiting(demo, me)) == 3
    demo.renkei(me, "outbox", "flush", "--yes")
    assert waiting(demo, me) == []
    assert demo.sql("select count(*), count(distinct request_id) from renkei.report_version where municipality_code = '400009'") == [["3", "3"]]


def test_what_is_refused_does_not_wait(empty_demo, tmp_path):
    demo, me = empty_demo, "280003"
    demo.renkei(me, "submit", "--yes", put(tmp_path, "mine.json", 2014, 1, me))
    demo.renkei(me, "report", "confirm", "2014Q1", "--yes", status=65)
    assert waiting(demo, me) == []
    demo.renkei(me, "attachment", "remove", "280003-2014Q1-A1", "--yes", status=None)
    assert waiting(demo, me) == []
