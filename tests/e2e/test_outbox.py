"""The outbox: what was sent and not answered is seen, sent again as the same request, or let go."""
import json
import signal
import socket
import subprocess

from demo import RENKEI
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
    assert "1 report(s) without an answer" in empty_demo.renkei("110001", "doctor", status=None).stdout
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
    assert "1 report(s) belong to another certificate" in other.stderr
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
