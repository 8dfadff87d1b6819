"""Offices that reach the internet through an HTTP proxy alone: everything goes through it, and each of its answers is told with what to do."""
import json
import os
import socket

import pytest
from proxy import proxy
from test_enrolment import Person, invited
from test_outbox import put, waiting

ME = "110001"


def through(demo, place, *words, who=ME, lang="ja", status=0, **env):
    demo.extra = {"RENKEI_PROXY": place, **env}
    try:
        return demo.renkei(who, *words, lang=lang, status=status)
    finally:
        demo.extra = {}


def port_of_nobody():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        return nobody.getsockname()[1]


def test_a_report_goes_through_it_and_its_receipt_comes_back(empty_demo, tmp_path):
    demo = empty_demo
    with proxy() as office:
        through(demo, office.address, "submit", "--yes", put(tmp_path, "a.json", 2015, 1))
        assert office.requests[0].startswith(f"CONNECT {demo.env['RENKEI_SERVER']} HTTP/1.1\r\n".encode())
        paper = tmp_path / "名簿.pdf"
        paper.write_bytes(b"%PDF-1.7\n" + os.urandom(300000))
        through(demo, office.address, "attach", paper, "--period", "2015Q1")
        told = through(demo, office.address, "doctor", status=None).stdout
        assert "プロキシー" in told and office.address in told
    # The name that curl knows, and the exemption of it.
    with proxy() as office:
        demo.renkei(ME, "report", "list")
        assert not office.requests
        demo.extra = {"https_proxy": f"http://{office.address}/"}
        demo.renkei(ME, "report", "list")
        seen = len(office.requests)
        assert seen > 0
        demo.extra["no_proxy"] = "localhost,127.0.0.0/8"
        demo.renkei(ME, "report", "list")
        assert len(office.requests) == seen
        # A SOCKS proxy there is for other programs; where it is meant for this one it is refused.
        demo.extra = {"all_proxy": "socks5://somebody:hunter2@127.0.0.1:1"}
        for lang, words in (("ja", "HTTP プロキシーではないため"), ("en", "is no HTTP proxy"), ("zh", "不是 HTTP 代理")):
            told = demo.renkei(ME, "report", "list", lang=lang).stderr
            assert told.count(words) == 1 and "hunter2" not in told, told
        demo.extra["no_proxy"] = "127.0.0.1"
        assert "HTTP" not in demo.renkei(ME, "report", "list", lang="en").stderr
        demo.extra["RENKEI_PROXY"] = demo.extra["all_proxy"]
        demo.renkei(ME, "report", "list", status=78)
        demo.extra = {"https_proxy": "http://127.0.0.1:1/", "RENKEI_PROXY": "none"}
        demo.renkei(ME, "report", "list")
        demo.extra = {}


def test_it_is_told_who_asks_and_nobody_sees_the_password(empty_demo, tmp_path):
    demo = empty_demo
    with proxy(login="利用者:p@ss:word") as office:
        wanted = through(demo, office.address, "report", "list", status=78).stderr
        assert office.address in wanted and "407" in wanted and "renkei context set" in wanted and "Basic" in wanted
        login = f"http://%E5%88%A9%E7%94%A8%E8%80%85:p%40ss%3Aword@{office.address}"
        through(demo, login, "report", "list")
        refused = through(demo, f"http://somebody:hunter2@{office.address}", "report", "list", status=77).stderr
        assert "somebody" in refused and "hunter2" not in refused and office.address in refused
        shown = through(demo, login, "doctor", status=None).stdout + through(demo, login, "auth", "status", "-o", "json").stdout
        assert f"利用者@{office.address}" in shown and "p%40ss" not in shown and "p@ss" not in shown
    with proxy(answer=b"HTTP/1.1 407 X\r\nProxy-Authenticate: Negotiate, NTLM\r\n\r\n") as office:
        other = through(demo, office.address, "report", "list", status=78).stderr
        assert "Negotiate, NTLM" in other and "Basic" in other


ANSWERS = {
    "forbidden": (b"HTTP/1.1 403 Forbidden\r\n\r\n<html>", 77, "許可していません"),
    "bad gateway": (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", 69, "に届きません"),
    "gateway timeout": (b"HTTP/1.0 504\n\n", 69, "に届きません"),
    "a login page": (b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n", 78, "HTTP プロキシーではありません"),
    "another protocol": (b"SSH-2.0-OpenSSH_9.2\r\n", 78, "HTTP プロキシーではありません"),
    "noise": (bytes(range(256)), 78, "HTTP プロキシーではありません"),
    "no end of headers": (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000, 78, "HTTP プロキシーではありません"),
    "more than a way": (b"HTTP/1.1 200 OK\r\n\r\n220 smtp.example", 78, "HTTP プロキシーではありません"),
    "cut in its answer": (b"HTTP/1.1 200 Connection est", 69, "途中で切りました"),
    "cut before it": (b"", 69, "途中で切りました"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_its_answer_is_told_with_what_to_do_and_the_report_waits(empty_demo, tmp_path, kind):
    answer, status, words = ANSWERS[kind]
    path = put(tmp_path, "b.json", 2015, 2)
    with proxy(answer=answer) as office:
        for lang in ("ja", "en", "zh"):
            told = through(empty_demo, office.address, "--timeout", "1", "submit", "--yes", path, lang=lang, status=status).stderr
            assert office.address in told and "\x1b" not in told and (lang != "ja" or words in told), told
            assert "{" not in told and "[" not in told.split("PROXY")[0].replace("[Negotiate", ""), told
    kept, = waiting(empty_demo)
    assert kept["period"] == "2015Q2"
    empty_demo.renkei(ME, "outbox", "drop", kept["request_id"], "--yes")


def test_silence_nobody_and_no_proxy_at_all(empty_demo):
    with proxy(silent=True) as office:
        told = through(empty_demo, office.address, "--timeout", "1", "report", "list", status=69).stderr
        assert office.address in told and "返事がありませんでした" in told
    server = empty_demo.env["RENKEI_SERVER"].rsplit(":", 1)[0]
    for behind, words in (("silence", {"ja": "から時間内に返事がありませんでした", "en": "did not answer through it", "zh": "未在规定时间内答复"}),
                          ("reset", {"ja": "途中で切りました", "en": "broke the connection off", "zh": "中途断开"})):
        for lang, word in words.items():
            with proxy(behind=behind) as office:
                told = through(empty_demo, office.address, "--timeout", "1", "report", "list", lang=lang, status=69).stderr
            assert word in told and office.address in told and server in told, told
    nobody = f"127.0.0.1:{port_of_nobody()}"
    assert nobody in through(empty_demo, nobody, "--timeout", "1", "report", "list", status=69).stderr
    assert "nobody.invalid:8080" in through(empty_demo, "nobody.invalid:8080", "--timeout", "1", "report", "list", status=69).stderr
    for bad in ("https://proxy.example:443", "http://user:hunter2@proxy.example:port"):
        told = through(empty_demo, bad, "report", "list", status=78).stderr
        assert "プロキシーの指定ではありません" in told and "hunter2" not in told


def test_one_that_cuts_in_the_middle_loses_nothing_and_doubles_nothing(empty_demo, tmp_path):
    demo, done = empty_demo, set()
    # Where: in the handshake, in the server's first frames, in the answer, behind it.
    for number, cut in enumerate((0, 1, 200, 900, 1100, 1300, 1600, 2500, 100000)):
        path = put(tmp_path, f"c{number}.json", 2014 + number // 4, number % 4 + 1, "442011")
        with proxy(cut=cut) as office:
            run = through(demo, office.address, "--timeout", "1", "submit", "--yes", path, who="442011", status=None)
        assert run.returncode in (0, 69), (cut, run.returncode, run.stderr)
        done.add(run.returncode)
        with proxy() as office:
            through(demo, office.address, "outbox", "flush", "--yes", who="442011")
        assert waiting(demo, "442011") == []
    assert done == {0, 69}
    assert demo.sql("select count(*), count(distinct request_id), max(version) from renkei.report_version where municipality_code = '442011'") == [["9", "9", "1"]]


def test_enrolment_goes_through_it_and_the_context_remembers_it(empty_demo, tmp_path):
    demo = empty_demo
    invitation = invited(demo, "160008")
    officer = Person(tmp_path, "home")

    def renkei(*words, status=0):
        return officer.renkei(*words, status=status, lang="ja")

    with proxy(login="office:secret") as office:
        assert "407" in renkei(*invitation, "--proxy", office.address, status=78).stderr
        renkei(*invitation, "--proxy", f"http://office:secret@{office.address}")
        before = len(office.requests)
        renkei("report", "list")
        assert len(office.requests) > before
        for words in (("context", "show"), ("context", "show", "-o", "json"), ("auth", "status", "-o", "json"), ("doctor",)):
            shown = renkei(*words).stdout
            assert f"office@{office.address}" in shown.replace("\n", "").replace(" ", "") and "secret@" not in shown and ":secret" not in shown, (words, shown)
        name = json.loads(renkei("context", "show", "-o", "json").stdout)
        name = (name[0] if isinstance(name, list) else name)["name"]
        renkei("context", "set", name, "--proxy", "none")
        before = len(office.requests)
        renkei("report", "list")
        assert len(office.requests) == before
        assert "プロキシーの指定ではありません" in renkei("context", "set", name, "--proxy", "socks5://x:1", status=78).stderr
