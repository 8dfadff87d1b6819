"""The outbox: what was sent and not answered is seen, sent again as the same request, or let go."""
import contextlib
import itertools
import json
import os
import signal
import socket
import struct
import subprocess
import threading

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


@contextlib.contextmanager
def breaking(demo, most):
    """A line that breaks, once and for all, when so many bytes went out."""
    host, port = demo.env["RENKEI_SERVER"].rsplit(":", 1)
    listener = socket.create_server(("127.0.0.1", 0))
    left, resets = [most], itertools.cycle((False, True))

    def forward(source, sink, counted):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                left[0] -= len(data) * counted
                if left[0] < 0:
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                here = listener.accept()[0]
                if left[0] < 0:
                    # Reset as a dead line is, or ended in order in the middle of the handshake: to who met the server before it is the same.
                    if next(resets):
                        here.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    else:
                        here.recv(65536)
                    here.close()
                    continue
                there = socket.create_connection((host, int(port)))
                for args in ((here, there, 1), (there, here, 0)):
                    threading.Thread(target=forward, args=args, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


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
    assert status == 75 and f"{tmp_path}/q2.json、令和" in said and "に準備" in said and "2014年度第2四半期" in said and "110001" in said
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


def test_what_was_received_before_does_not_wait_again(empty_demo, tmp_path):
    """The receipt is here, and the file is what it is of: without a server nothing is left to be sent, unless the file was changed."""
    me = "281000"
    path = put(tmp_path, "report.json", 2014, 2, me)
    receipt = json.loads(empty_demo.renkei(me, "submit", "--yes", path, "-o", "json").stdout)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        gone = ("--server", f"127.0.0.1:{nobody.getsockname()[1]}")
        again = empty_demo.renkei(me, *gone, "submit", "--yes", path, "-o", "json", lang="ja")
        assert json.loads(again.stdout) == receipt
        assert f"受け付けられています（受領書 {receipt['number']}）" in again.stderr and "送信箱には残しません" in again.stderr and "残しました" not in again.stderr
        assert waiting(empty_demo, me) == []
        # Beside one that is new, the new one alone waits.
        new = put(tmp_path, "new.json", 2014, 3, me)
        both = empty_demo.renkei(me, *gone, "--timeout", "1", "submit", "--yes", path, new, "-o", "json", status=69)
        assert [(row["file"].rsplit("/", 1)[1], row["outcome"]) for row in json.loads(both.stdout)] == [("report.json", "received"), ("new.json", "unsent")]
        assert [row["file"].rsplit("/", 1)[1] for row in waiting(empty_demo, me)] == ["new.json"]
        # Changed it is another report, and waits; and so does what was let go, of which there is no receipt.
        path.write_text(path.read_text().replace('"nil": true', '"nil": true, "comments": "x"'))
        assert "already" not in empty_demo.renkei(me, *gone, "--timeout", "1", "submit", "--yes", path, status=69).stderr
        assert len(waiting(empty_demo, me)) == 2
        for row in waiting(empty_demo, me):
            empty_demo.renkei(me, "outbox", "drop", row["request_id"], "--yes")
        assert "already" not in empty_demo.renkei(me, *gone, "--timeout", "1", "submit", "--yes", new, status=69).stderr
        assert len(waiting(empty_demo, me)) == 1
        empty_demo.renkei(me, "outbox", "drop", waiting(empty_demo, me)[0]["request_id"], "--yes")
    # A receipt that was changed is none.
    put(tmp_path, "report.json", 2014, 2, me)
    kept = next((empty_demo.folder.parent / f"home-{me}").rglob(f"{receipt['number']}.json"))
    text = kept.read_text()
    kept.write_text(text.replace('"version": 1', '"version": 2'))
    assert "already" not in away(empty_demo, path, me).stderr
    kept.write_text(text)
    empty_demo.renkei(me, "outbox", "flush", "--yes")
    assert waiting(empty_demo, me) == []


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


def offline(demo, who, *words, lang="ja", status=69):
    """What is asked for while the server is away."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        return demo.renkei(who, "--timeout", "1", "--server", f"127.0.0.1:{nobody.getsockname()[1]}", *words, lang=lang, status=status)


def test_a_quarter_without_activity_waits_in_the_outbox_and_arrives_once(empty_demo):
    demo, me = empty_demo, "242021"
    said = offline(demo, me, "nil", "2014Q1", "--yes").stderr
    assert "renkei outbox flush" in said
    one, = waiting(demo, me)
    assert (one["kind"], one["municipality_code"], one["period"]) == ("submit", me, "2014Q1")
    offline(demo, me, "nil", "2014Q1", "--yes")
    assert waiting(demo, me) == [one], "the same command is the same request"
    assert json.loads(demo.renkei(me, "outbox", "flush", "--yes", "-o", "json").stdout)["number"] == "242021-2014Q1-1"
    assert demo.sql("select count(*), min(request_id::text) from renkei.report_version where municipality_code = '242021'") == [["1", one["request_id"]]] and waiting(demo, me) == []


def test_a_nil_report_of_a_quarter_that_has_one_is_refused_when_it_arrives(empty_demo, tmp_path):
    demo, me = empty_demo, "242021"
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"municipality_code": me, "period": {"fiscal_year": 2014, "quarter": "q2", "variant": "regular"}, "action": "new",
                                "outcomes": [{"outcome_id": "o", "text": "成果を得た。"}]}))
    offline(demo, me, "nil", "2014Q2", "--yes")
    demo.renkei(me, "submit", "--yes", path)
    refused = demo.renkei(me, "outbox", "flush", "--yes", lang="ja", status=65)
    assert "242021-2014Q2" in refused.stderr and "242021-2014Q2-1" in refused.stderr and "renkei submit --replace --nil 2014Q2" in refused.stderr, refused.stderr
    assert demo.sql("select count(*) from renkei.report_version where municipality_code = '242021' and quarter = 2") == [["1"]] and waiting(demo, me) == []
    # What is to replace one has to know it.
    assert "送信待ちの控えもありません" in offline(demo, me, "nil", "2014Q2", "--replace", "--yes").stderr and waiting(demo, me) == []


def extensions(demo, me):
    return demo.sql(f"select number, until_day from renkei.extension where municipality_code = '{me}' order by fiscal_year, quarter, number")


def test_a_later_due_date_is_asked_for_without_a_line_and_once(empty_demo, tmp_path):
    demo, me = empty_demo, "281000"
    words = ("extension", "request", "2016Q3", "--until", "2017-01-31", "--reason", "担当者の交代のため", "--yes")
    assert "renkei outbox flush" in offline(demo, me, *words).stderr
    one, = waiting(demo, me)
    assert (one["kind"], one["number"], one["municipality_code"], one["period"]) == ("extension", f"{me}-2016Q3", me, "2016Q3")
    assert "提出期限の延長の申請" in demo.renkei(me, "outbox", "list", lang="ja").stdout
    # Another date is another wish, and the first is still out.
    other = demo.renkei(me, "extension", "request", "2016Q3", "--until", "2017-02-15", "--reason", "担当者の交代のため", "--yes", lang="ja", status=64)
    assert "2017-01-31" in other.stderr and f"renkei outbox drop {one['request_id']}" in other.stderr
    flushed = demo.renkei(me, "outbox", "flush", "--yes", "-o", "csv", lang="ja")
    assert f"{me}-2016Q3-E1" in flushed.stdout and "提出期限の延長の申請" in flushed.stderr
    assert extensions(demo, me) == [["1", "2017-01-31"]] and waiting(demo, me) == []
    # Answered, the same words are another request: refused while the first waits for its decision, and heard after it was refused.
    again = demo.renkei(me, *words, lang="ja", status=65)
    assert f"{me}-2016Q3-E1" in again.stderr and waiting(demo, me) == []
    demo.renkei("SECRETARIAT", "extension", "refuse", f"{me}-2016Q3-E1", "--reason", "期限内に提出できるため", "--yes")
    assert f"{me}-2016Q3-E2" in demo.renkei(me, *words, "-o", "csv").stdout


def test_an_answer_that_was_lost_is_given_again_and_a_refusal_says_which(empty_demo, tmp_path):
    demo, me = empty_demo, "281000"
    words = ("extension", "request", "2016Q4", "--until", "2017-05-10", "--reason", "集計のため", "--yes")
    with lying(demo, me, tmp_path, RequestExtension=lost) as address:
        assert "要求番号" in demo.renkei(me, "--server", address, *words, lang="ja", status=70).stderr
    assert "もう一度" not in demo.renkei(me, *words, "-n", lang="ja", status=None).stderr and len(waiting(demo, me)) == 1
    again = demo.renkei(me, *words, "-o", "csv", lang="ja")
    assert f"{me}-2016Q4-E1" in again.stdout and "まだ応答がない" in again.stderr
    assert [row for row in extensions(demo, me) if row[1] == "2017-05-10"] == [["1", "2017-05-10"]] and waiting(demo, me) == []
    offline(demo, me, "extension", "request", "2016Q4", "--until", "2017-05-20", "--reason", "集計のため", "--yes")
    refused = demo.renkei(me, "outbox", "flush", "--yes", lang="ja", status=65)
    assert f"提出期限の延長の申請（{me}-2016Q4）" in refused.stderr and f"{me}-2016Q4-E1" in refused.stderr and waiting(demo, me) == []


def state(demo, who):
    return demo.folder.parent / f"home-{who}/.local/state/renkei"


def test_a_request_that_outlived_its_answer_is_not_taken_for_the_next(empty_demo):
    """The power fails between the two steps of settling; asked for again after a refusal it is asked for, and not answered from before."""
    demo, me = empty_demo, "281000"
    words = ("extension", "request", "2015Q3", "--until", "2016-02-10", "--reason", "担当者の交代のため", "--yes")
    offline(demo, me, *words)
    one, = waiting(demo, me)
    request, = (path for path in (state(demo, me) / "sent").glob("*.request") if path.read_text().startswith(one["request_id"]))
    kept = request.read_bytes()
    demo.renkei(me, "outbox", "flush", "--yes")
    assert not request.exists()
    request.write_bytes(kept)
    demo.renkei("SECRETARIAT", "extension", "refuse", f"{me}-2015Q3-E1", "--reason", "期限内に提出できるため", "--yes")
    again = demo.renkei(me, *words, "-o", "csv", lang="ja")
    assert f"{me}-2015Q3-E2" in again.stdout and one["request_id"] not in again.stderr, (again.stdout, again.stderr)
    assert [row for row in extensions(demo, me) if row[1] == "2016-02-10"] == [["1", "2016-02-10"], ["2", "2016-02-10"]] and waiting(demo, me) == []
    # Let go, it is asked for anew too.
    demo.renkei("SECRETARIAT", "extension", "refuse", f"{me}-2015Q3-E2", "--reason", "期限内に提出できるため", "--yes")
    offline(demo, me, *words)
    let_go, = waiting(demo, me)
    demo.renkei(me, "outbox", "drop", let_go["request_id"], "--yes")
    offline(demo, me, *words)
    other, = waiting(demo, me)
    assert other["request_id"] != let_go["request_id"]
    demo.renkei(me, "outbox", "drop", other["request_id"], "--yes")


def test_files_kept_before_one_that_could_not_be_are_named(empty_demo, tmp_path):
    demo, me = empty_demo, "242021"
    first, second = tmp_path / "名簿.pdf", tmp_path / "次第.pdf"
    for path in (first, second):
        path.write_bytes(b"%PDF-1.7\n" + path.name.encode())
    offline(demo, me, "attach", second, "--period", "2016Q2")
    one, = waiting(demo, me)
    request, = (path for path in (state(demo, me) / "sent").glob("*.request") if path.read_text().startswith(one["request_id"]))
    demo.renkei(me, "outbox", "drop", one["request_id"], "--yes")
    # What cannot be read as a request cannot be kept as one.
    request.unlink(missing_ok=True)
    request.mkdir()
    failed = demo.renkei(me, "attach", first, second, "--period", "2016Q2", lang="ja", status=66)
    kept, = waiting(demo, me)
    assert kept["file"] == str(first) and f"要求番号 {kept['request_id']}" in failed.stderr and "renkei outbox flush" in failed.stderr, failed.stderr
    assert failed.stderr.count("要求番号") == 1, "the second was not kept, and nobody says so"
    request.rmdir()
    demo.renkei(me, "attach", first, second, "--period", "2016Q2")
    assert waiting(demo, me) == []
    assert demo.sql("select count(*) from renkei.attachment where municipality_code = '242021' and file_name in ('名簿.pdf', '次第.pdf')") == [["2"]]


def test_a_file_to_attach_waits_with_what_went_out_of_it(empty_demo, tmp_path):
    demo, me, path = empty_demo, "442011", tmp_path / "研修資料.pdf"
    path.write_bytes(b"%PDF-1.7\n" + os.urandom(6 << 20))
    said = offline(demo, me, "attach", path, "--period", "2016Q3", "--title", "研修").stderr
    one, = waiting(demo, me)
    assert (one["kind"], one["municipality_code"], one["period"], one["file"], one["number"]) == ("attach", me, "2016Q3", str(path), None)
    assert (one["size"], one["sent_bytes"]) == (path.stat().st_size, 0) and f"要求番号 {one['request_id']}" in said
    # The line breaks in the middle of it: what went out is said.
    with breaking(demo, 3 << 20) as address:
        done = demo.renkei(me, "--timeout", "6", "--server", address, "attach", path, "--period", "2016Q3", "--title", "研修", status=None)
    # 70 where the time was over in the middle of another try, 69 where it was over between two.
    assert done.returncode in (69, 70), done.stderr
    one, = waiting(demo, me)
    assert 0 < one["sent_bytes"] < one["size"]
    listed = demo.renkei(me, "outbox", "list", lang="ja").stdout
    assert "資料の添付" in listed and "6.0 MiB のうち" in "".join(listed.split("\n")), listed
    # Another file in its place is not the one that was meant.
    data = path.read_bytes()
    path.write_bytes(b"%PDF-1.7\nother")
    changed = demo.renkei(me, "outbox", "flush", "--yes", lang="ja", status=65)
    assert "内容が変わっています" in changed.stderr and f"renkei outbox drop {one['request_id']}" in changed.stderr and len(waiting(demo, me)) == 1
    path.unlink()
    assert "元のファイルを同じ場所に戻して" in demo.renkei(me, "outbox", "flush", "--yes", lang="ja", status=66).stderr
    path.write_bytes(data)
    flushed = demo.renkei(me, "outbox", "flush", "--yes", lang="ja")
    assert "研修資料.pdf" in flushed.stderr and waiting(demo, me) == []
    assert demo.sql("select file_name, title from renkei.attachment where municipality_code = '442011'") == [["研修資料.pdf", "研修"]]
    # Refused, it waits no more; let go, neither.
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\nb")
    offline(demo, me, "attach", tmp_path / "b.pdf", "--period", "2030Q1")
    assert demo.renkei(me, "outbox", "flush", "--yes", lang="ja", status=None).returncode in (65, 66) and waiting(demo, me) == []
    offline(demo, me, "attach", tmp_path / "b.pdf", "--period", "2016Q3")
    demo.renkei(me, "outbox", "drop", waiting(demo, me)[0]["request_id"], "--yes")
    assert waiting(demo, me) == []


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
