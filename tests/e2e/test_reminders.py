"""Reminders from the deadline to the mailbox: an SMTP server of others (aiosmtpd) receives them, refuses them, hangs; who sends dies. Time is said, not waited for."""
import asyncio
import concurrent.futures
import contextlib
import datetime
import email
import email.policy
import json
import re
import socketserver
import subprocess
import threading

import pytest
from aiosmtpd.controller import Controller
from demo import RENKEID, SANITIZERS, Demo, wait_for
from served import Served, free_port

ME, OTHER = "401005", "160008"


class Mailbox:
    """Keeps what it is sent; says what it is told to."""

    def __init__(self):
        self.raw, self.rcpt, self.data, self.sender, self.hang = [], None, None, None, threading.Event()
        self.hang.set()

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if self.sender:
            return self.sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        while not self.hang.is_set():
            await asyncio.sleep(0.02)
        if self.data:
            return self.data
        self.raw.append((envelope.mail_from, tuple(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 taken"

    def mails(self):
        return [email.message_from_bytes(raw, policy=email.policy.default) for _, _, raw in self.raw]


@contextlib.contextmanager
def mail_server(port=None):
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield box
    finally:
        box.hang.set()
        controller.stop()


@pytest.fixture
def box():
    with mail_server() as one:
        yield one


def config(demo, url, **settings):
    path = demo.folder / "mail.conf"
    text = (demo.folder / "renkeid.conf").read_text()
    for name, value in {"smtp_url": url, "smtp_from": "renkei@example.jp", **settings}.items():
        text += f'{name} = "{value}"\n' if isinstance(value, str) else f"{name} = {value}\n"
    path.write_text(text)
    path.chmod(0o600)
    return path


def command(demo, url, at, **settings):
    return [str(RENKEID), "--config", str(config(demo, url, **settings)), "remind", "--at", at]


def remind(demo, url, at, failpoint=None, status=0, **settings):
    run = subprocess.run(command(demo, url, at, **settings), capture_output=True, text=True, timeout=60,
                         env={**SANITIZERS, **({"RENKEI_FAILPOINT": failpoint} if failpoint else {})})
    assert run.returncode == status, (run.returncode, run.stdout, run.stderr)
    found = re.match(r"written (\d+), sent (\d+), to be tried again (\d+), refused (\d+)\n", run.stdout)
    return tuple(map(int, found.groups())) if found else None


@pytest.fixture(scope="module")
def demo(empty_demo: Demo):
    empty_demo.renkei(ME, "contact", "set", "kankyo@city.example.jp", "--name", "環境局　連携 太郎")
    empty_demo.renkei(ME, "contact", "set", "en@city.example.jp", "--name", "Office <x@evil.jp>, \"y\" =?UTF-8?B?Qg==?=", "--language", "en")
    empty_demo.renkei("SECRETARIAT", "contact", "set", "pref@example.jp", "--name", "環境課", "--language", "zh", "-m", OTHER)
    return empty_demo


# FY2016 Q3 is due on Monday 2017-01-16; each test has a stage, or a year, of its own.

def test_each_person_gets_one_letter_in_their_language_and_once(demo, box):
    shown = demo.renkei("SECRETARIAT", "remind", "-n", "--at", "2017-01-02T09:00:00+09:00", lang="ja").stdout
    assert "宛先：環境局　連携 太郎 <kankyo@city.example.jp>" in shown and "件名：【四半期報告】北九州市 2016年度第3四半期分の提出期限 平成29年1月16日（2017-01-16）、あと 14 日" in shown
    # Who owes something and has nobody to be written to is named.
    said = demo.renkei("SECRETARIAT", "remind", "-n", "--at", "2017-01-02T09:00:00+09:00", lang="ja").stderr
    assert re.search("連絡先がなく、督促状が送られない自治体が \\d+ 件", said) and "281000 神戸市：2016Q3" in said and ME not in said and OTHER not in said
    nobody = json.loads(demo.renkei("SECRETARIAT", "remind", "-n", "--at", "2017-01-02T09:00:00+09:00", "-o", "json").stdout)["without_contact"]
    assert {"municipality_code": "281000", "municipality_name_ja": "神戸市"}.items() <= next(n for n in nobody if n["municipality_code"] == "281000").items()
    assert remind(demo, box.url, "2017-01-01T23:30:00Z")[:2] == (3, 3)
    assert remind(demo, box.url, "2017-01-02T00:30:00Z") == (0, 0, 0, 0)
    mails = {str(m["To"].addresses[0].addr_spec): m for m in box.mails()}
    assert set(mails) == {"kankyo@city.example.jp", "en@city.example.jp", "pref@example.jp"} and len(box.raw) == 3
    japanese = mails["kankyo@city.example.jp"]
    assert japanese["Subject"] == "【四半期報告】北九州市 2016年度第3四半期分の提出期限 平成29年1月16日（2017-01-16）、あと 14 日"
    body = japanese.get_content().replace("\r\n", "\n")
    assert body.startswith("環境局　連携 太郎 様") and "renkei nil 2016Q3" in body and body.strip() in shown
    assert "2016 Q3" in mails["en@city.example.jp"].get_content() and "2016年度第3季度" in mails["pref@example.jp"].get_content()
    assert all(len(line) <= 78 for _, _, raw in box.raw for line in raw.split(b"\r\n")) and all(raw.isascii() for _, _, raw in box.raw)
    assert {(sender, rcpt) for sender, rcpt, _ in box.raw} == {("renkei@example.jp", (a,)) for a in mails}


def test_what_a_name_holds_stays_a_name(demo, box):
    assert remind(demo, box.url, "2017-01-09T00:00:00Z")[1] == 3
    (mail,) = [m for m in box.mails() if m["To"].addresses[0].domain == "city.example.jp" and m["To"].addresses[0].username == "en"]
    (only,) = mail["To"].addresses
    assert only.display_name == "Office <x@evil.jp>, \"y\" =?UTF-8?B?Qg==?=" and "Bcc" not in mail and "Cc" not in mail
    demo.renkei(ME, "contact", "set", "a@b.jp\r\nBcc: x@y.jp", "--name", "x", status=65)
    demo.renkei(ME, "contact", "set", "a@b.jp", "--name", "x\r\nBcc: x@y.jp", status=65)


def test_who_dies_between_commit_and_sending_sends_later_and_once(demo, box):
    remind(demo, box.url, "2017-01-15T00:00:00Z", failpoint="mail_claimed:1", status=-9)
    assert box.raw == []
    # The others at once; the one that was claimed when its ten minutes are over.
    assert remind(demo, box.url, "2017-01-15T00:01:00Z")[:2] == (0, 2)
    assert remind(demo, box.url, "2017-01-15T00:11:00Z")[:2] == (0, 1)
    assert remind(demo, box.url, "2017-01-15T01:00:00Z") == (0, 0, 0, 0)
    assert len({m["Message-ID"] for m in box.mails()}) == len(box.raw) == 3


def test_who_dies_behind_the_sending_sends_the_same_letter_again_and_no_other(demo, box):
    remind(demo, box.url, "2017-01-17T00:00:00Z", failpoint="mail_sent:1", status=-9)
    assert len(box.raw) == 1
    assert remind(demo, box.url, "2017-01-17T00:11:00Z")[1] == 3
    assert len(box.raw) == 4 and len({m["Message-ID"] for m in box.mails()}) == 3


def test_a_server_that_refuses_is_written_down_and_one_that_is_busy_asked_again(demo, box):
    box.rcpt = "550 5.1.1 no such user"
    assert remind(demo, box.url, "2017-01-23T00:00:00Z") == (3, 0, 0, 3)
    said = demo.renkei("SECRETARIAT", "reminder", "list", "-o", "wide", lang="ja").stdout
    assert "送信不能" in said and "送信済" in said
    box.rcpt = "451 4.3.0 later"
    at = "2016-10-03T00:00:00Z"  # fourteen days before Q2's
    assert remind(demo, box.url, at) == (3, 0, 3, 0)
    assert remind(demo, box.url, at) == (0, 0, 0, 0), "not before its time"
    box.rcpt = None
    assert remind(demo, box.url, "2016-10-03T00:05:00Z") == (0, 3, 0, 0)


def test_a_server_that_hangs_or_is_away_is_asked_again(demo, box):
    box.hang.clear()
    assert remind(demo, box.url, "2016-10-10T00:00:00Z", smtp_timeout_ms=1000) == (3, 0, 1, 0), "the others would fare no better"
    box.hang.set()
    assert remind(demo, f"smtp://127.0.0.1:{free_port()}", "2016-10-10T00:05:00Z") == (0, 0, 1, 0)
    assert remind(demo, box.url, "2016-10-10T01:00:00Z")[1] == 3


class Closed(socketserver.StreamRequestHandler):
    """Greets nobody."""

    def handle(self):
        self.wfile.write(b"554 5.3.2 no service here\r\n")
        self.rfile.readline()


@contextlib.contextmanager
def closed_server():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Closed) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_server_that_does_not_want_us_loses_no_letter(demo, box):
    with closed_server() as url:
        assert remind(demo, url, "2015-10-01T00:00:00Z") == (3, 0, 1, 0), "a greeting of 554"
    box.sender = "550 5.7.1 not from you"
    assert remind(demo, box.url, "2015-10-01T00:10:00Z") == (0, 0, 1, 0)
    box.sender = None
    box.data = "554 5.6.0 not this one"
    assert remind(demo, box.url, "2015-10-01T02:00:00Z") == (0, 0, 0, 3), "what answers the letter itself is for good"


def test_two_who_send_at_once_send_each_letter_once(demo, box):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        wish = command(demo, box.url, "2016-10-16T00:00:00Z")
        runs = list(pool.map(lambda _: subprocess.run(wish, capture_output=True, text=True, timeout=60, env={**SANITIZERS}), range(4)))
    assert all(r.returncode == 0 for r in runs)
    remind(demo, box.url, "2016-10-16T00:00:00Z")
    assert len(box.raw) == 3 == len({m["Message-ID"] for m in box.mails()})


def test_who_has_handed_in_is_not_reminded(demo, box):
    demo.renkei(ME, "nil", "2015Q1", "--yes")
    remind(demo, box.url, "2015-07-01T00:00:00Z")
    assert [m["To"].addresses[0].addr_spec for m in box.mails()] == ["pref@example.jp"]


def test_the_daemon_sends_by_itself(tmp_path, box):
    served = Served(tmp_path / "demo", smtp_url=box.url, smtp_from="renkei@example.jp")
    below = Demo(tmp_path / "demo").start()
    try:
        below.load_registry()
        tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
        year = (tomorrow - datetime.timedelta(days=100)).year
        (tmp_path / "period.json").write_text(json.dumps({"periods": [{"period": {"fiscal_year": year, "quarter": "QUARTER_Q2"}, "due_at": tomorrow.strftime("%Y-%m-%dT%H:%M:%SZ")}]}))
        below.renkei("SECRETARIAT", "period", "import", tmp_path / "period.json", "--yes")
        below.renkei(ME, "contact", "set", "kankyo@city.example.jp", "--name", "環境課")
        assert "送信待ち" in below.renkei("SECRETARIAT", "remind", "--yes", lang="ja", status=78).stdout
    finally:
        below.stop()
    served.start()
    try:
        wait_for(lambda: box.raw, 40)
    finally:
        assert served.stop() in (0, None), served.tail()
    (mail,) = box.mails()
    assert f"{year}年度第2四半期" in mail["Subject"]
