"""What renkei says to files, streams, homes and servers that are not as they should be: a documented status, one sentence, nothing half done.

Where the table of bad input reads otherwise, renkei has decided so: usage is 64 as sysexits has it; 77 is the server's refusal of us, 78 a set-up
that cannot be used, and a server whose certificate does not hold; reports are JSON, so a wrong column is an unknown, missing or repeated name.
"""
import concurrent.futures
import contextlib
import csv
import datetime
import fcntl
import io
import json
import os
import re
import shutil
import socket
import subprocess

import pytest

import talk  # noqa: F401 - makes the modules below
import grpc
from demo import RENKEI, SANITIZERS
from renkei.v1 import server_service_pb2 as sv
from test_operation import free_port

GOOD = {"municipality_code": "401005", "period": {"fiscal_year": 2016, "quarter": "q1", "variant": "regular"}, "action": "new", "nil": True}
NOBODY = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}


def run_renkei(*words, cwd, env=None, nobody=False, **streams):
    streams.setdefault("stdin", subprocess.DEVNULL)
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "LC_ALL": "C.UTF-8", **SANITIZERS, **(env or {})}
    done = subprocess.run([RENKEI, *map(str, words)], cwd=cwd, env={k: v for k, v in environment.items() if v is not None}, timeout=90,
                          **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}, **(NOBODY if nobody else {}))
    done.out, done.err = ((s or b"").decode() for s in (done.stdout, done.stderr))
    return done


@pytest.fixture
def home(tmp_path):
    """A folder that the user nobody may walk to and write in."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == tmp_path.owner() and str(folder).startswith("/tmp/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    tmp_path.chmod(0o777)
    return tmp_path


def one_sentence(text):
    """One line that begins with the program's name and shows no character that a terminal would obey."""
    lines = text.splitlines()
    assert len(lines) == 1 and lines[0].startswith("renkei: "), text
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in lines[0])
    return lines[0]


# files ---------------------------------------------------------------------------------------------------------------

def folder(path):
    path.mkdir()


def unreadable(path):
    path.write_text(json.dumps(GOOD))
    path.chmod(0)


def sparse(path):
    with open(path, "wb") as file:
        file.truncate(2 << 30)


def content(data):
    return lambda path: path.write_bytes(data)


JAPANESE = json.dumps({**GOOD, "nil": False, "comments": "北九州市の報告"}, ensure_ascii=False)
# Made how, status, and what the sentence has.
NO_FILE = {
    "not there": (lambda path: None, 66, "No such file"), "a folder": (folder, 66, "folder"), "unreadable": (unreadable, 66, "Permission denied"),
    "a loop": (lambda path: path.symlink_to(path.name), 66, "symbolic links"), "0 bytes": (content(b""), 65, "is empty"), "blank": (content(b" \n\t"), 65, "no report"),
    "mark alone": (content(b"\xef\xbb\xbf"), 65, ""), "CP932": (content(JAPANESE.encode("cp932")), 65, "CP932"), "UTF-16": (content(JAPANESE.encode("utf-16")), 65, "UTF-16"),
    "2 GiB": (sparse, 65, "larger than"), "an empty list": (content(b"[]"), 65, "no report"),
    "a letter": (content("拝啓\n平成28年度の報告です。\n敬具\n".encode()), 65, "is no report"), "a table": (content(b"a,b,c\n1,2,3\n"), 65, "is no report"),
}


@pytest.mark.parametrize("command", [("check",), ("submit", "--yes")], ids=["check", "submit"])
@pytest.mark.parametrize("kind", NO_FILE)
def test_a_file_that_holds_no_report_is_told_by_name(home, command, kind):
    make, status, word = NO_FILE[kind]
    make(home / "x.json")
    done = run_renkei("--lang", "en", *command, "x.json", cwd=home, nobody=True, env={"RENKEI_SERVER": "127.0.0.1:1", "RENKEI_CERT": "none", "RENKEI_KEY": "none"})
    assert done.returncode == status and done.out == ""
    sentence = one_sentence(done.err.splitlines()[0])
    assert "x.json" in sentence and word in sentence
    assert not (home / ".local").exists()


def test_a_mark_and_line_ends_of_windows_are_no_mistake(home):
    (home / "x.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD, indent=1).replace("\n", "\r\n").encode())
    assert run_renkei("check", "x.json", cwd=home).returncode == 0


@pytest.mark.parametrize("text, code, place", [
    ('{"municipality_code": "401005",', "BAD_JSON", "line 1"), ("[1, 2", "BAD_JSON", ""), ("42", "BAD_JSON", ""), ('"x"', "BAD_JSON", ""), ("null", "BAD_JSON", ""),
    ('{"nil": true, "nil": true}', "DUPLICATE_FIELD", "line 1"), ("[" * 100000, "BAD_JSON", "line 1"), ('{"muncipality_code": "401005"}', "JSON_UNKNOWN_FIELD", "line 1"),
    ('{"municipality_code": "40\x011005"}', "BAD_JSON", "line 1"), ('{"municipality_code": "401005\\u0000"}', "TEXT_NUL", "line 1")],
    ids=["cut", "list cut", "number", "text", "null", "name twice", "deep", "name unknown", "control", "nul"])
def test_a_structure_that_is_none_is_told_with_its_place(home, text, code, place):
    (home / "x.json").write_text(text)
    done = run_renkei("--lang", "en", "check", "x.json", cwd=home)
    assert done.returncode == 65 and f"[{code}]" in done.out and place in done.out, done.out + done.err


def line(**number):
    return {**GOOD, "nil": False, "activities": [{
        "activity_id": "a", "kind": "consultation", "title": "協議", "status": "held", "scope": "whole", "actual_start": "2016-05-01", "themes": ["voc"],
        "municipalities": [{"municipality_code": "401005", "role": "host"}], "participants": [{"side": "jp", "category": "company", "basis": "counted", **number}]}]}


@pytest.mark.parametrize("typed, pass_", [("１０００", "1000"), ("1,000", "1000"), ("1，000", "1000"), ("千", None), ("1e3", None), ("0x10", None), (" 10", None), ("10人", None),
                                          (1.5, None), (True, None), ("", None), ([1], None)])
def test_a_number_that_is_written_otherwise_is_told_with_what_would_pass(home, typed, pass_):
    (home / "x.json").write_text(json.dumps(line(persons=typed), ensure_ascii=False))
    done = run_renkei("--lang", "en", "check", "-o", "json", "x.json", cwd=home)
    findings = [f for report in json.loads(done.out) for f in report["verdict"]["findings"] if f["severity"] == "SEVERITY_ERROR"]
    assert done.returncode == 65
    (finding,) = [f for f in findings if f["field_path"].startswith("activities[0].participants[0]")]
    assert finding["field_path"] == "activities[0].participants[0].persons" and (pass_ is None or finding["suggestion"] == pass_)


def test_what_a_terminal_would_obey_is_shown_and_not_done(home):
    for name, text in {"a.json": json.dumps(GOOD).replace("q1", "q1\\u001b[31m\\u202e"), "b.json": '{"a\x1b[31m": \x1b[31m}',
                       "c.json": json.dumps({**line(persons=1), "comments": "x\x1b]0;y\x07\x9b"})}.items():
        (home / name).write_text(text)
        done = run_renkei("--lang", "en", "check", name, cwd=home)
        assert done.returncode == 65 and not set(done.out + done.err) & set("\x1b\x07\x9b\u202e"), (name, done.out)
    named = run_renkei("--lang", "en", "check", "none\x1b[31m\n.json", cwd=home)
    assert named.returncode == 66 and "\\u001B" in one_sentence(named.err)


def test_one_bad_file_of_several_keeps_all_from_being_sent(empty_demo, home):
    (home / "good.json").write_text(json.dumps({**GOOD, "municipality_code": "242021", "period": {"fiscal_year": 2014, "quarter": "q2", "variant": "regular"}}))
    (home / "bad.json").write_text("{")
    done = empty_demo.renkei("242021", "submit", "--yes", home / "good.json", home / "bad.json", status=65)
    assert "Nothing was sent" in done.stderr
    assert empty_demo.sql("select count(*) from renkei.report_version where municipality_code = '242021' and fiscal_year = 2014 and quarter = 2") == [["0"]]


FORMULAS = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\n=1", "|calc", "%1", "＝1+1", "＋1", "－1", "＠x", " =1", "\u3000=1", "\ufeff=1", "\u200b=1", '"=1', "'=1", "\u00a0-1",
            '=HYPERLINK("http://x.example","y")', "=cmd|' /C calc'!A0", "-" * 33000]


@pytest.mark.parametrize("text", FORMULAS, ids=lambda t: repr(t[:20]))
def test_a_table_for_a_spreadsheet_runs_nothing_and_one_for_programs_is_exact(home, text):
    (home / "x.json").write_text(json.dumps({**GOOD, "nil": False, "outcomes": [{"outcome_id": text, "text": "x"}]}))

    def cells(*more):
        done = run_renkei("check", "-o", "csv", *more, "x.json", cwd=home)
        assert done.returncode == 65
        return [cell for row in csv.reader(io.StringIO(done.stdout.decode("utf-8-sig"), newline="")) for cell in row]
    exact, marked = cells(), cells("--excel")
    assert any(cell.startswith(text[:100]) for cell in exact)
    # What a spreadsheet would see: the first character behind blanks, marks and quotes; but a leading apostrophe makes it text.
    for before, after in zip(exact, marked):
        begins = before.lstrip(" \u3000\u00a0\ufeff\u200b\"'")[:1]
        assert after == ("'" + before if begins and begins in "=+-@|%\t\n\r＝＋－＠" else before)


# streams -------------------------------------------------------------------------------------------------------------

def closed(*numbers):
    """Before the program starts: these streams are closed, as a careless starter leaves them."""
    def close():
        for number in numbers:
            os.close(number)
    return close


def test_a_closed_input_is_no_report(home):
    done = run_renkei("--lang", "en", "check", "-", cwd=home, stdin=None, preexec_fn=closed(0))
    assert done.returncode == 66 and one_sentence(done.err)


@pytest.mark.parametrize("words", [("help",), ("check", "--help"), ("check", "x.json"), ("check", "-o", "json", "x.json"), ("check", "-o", "csv", "x.json"),
                                   ("check", "-o", "csv", "-O", "/dev/full", "x.json"), ("version",), ("completion", "bash")], ids=" ".join)
@pytest.mark.parametrize("stream", ["full", "closed"])
def test_an_output_that_takes_nothing_is_told(home, words, stream):
    (home / "x.json").write_text(json.dumps({**GOOD, "municipality_code": "401006"}))
    if stream == "full":
        with open("/dev/full", "wb") as full:
            done = run_renkei("--lang", "en", *words, cwd=home, stdout=full)
    elif "-O" in words:
        pytest.skip("it writes elsewhere")
    else:
        done = run_renkei("--lang", "en", *words, cwd=home, stdout=None, preexec_fn=closed(1))
    assert done.returncode == 74
    told = [text for text in done.err.splitlines() if "cannot be written" in text]
    assert len(told) == 1 and one_sentence(told[0])


def test_a_reader_that_goes_away_is_no_complaint(home):
    (home / "x.json").write_text(json.dumps(GOOD))
    reads, writes = os.pipe()
    os.close(reads)
    done = run_renkei("help", cwd=home, stdout=writes)
    os.close(writes)
    assert done.returncode == 74 and done.err == ""


def test_without_any_stream_it_does_its_work(home):
    (home / "x.json").write_text(json.dumps(GOOD))
    assert run_renkei("check", "x.json", cwd=home, stdin=None, stdout=None, stderr=None, preexec_fn=closed(0, 1, 2)).returncode == 0
    (home / "x.json").write_text("{")
    assert run_renkei("check", "x.json", cwd=home, stdin=None, stdout=None, stderr=None, preexec_fn=closed(0, 1, 2)).returncode in (65, 74)


def ready(demo, principal, home):
    cert, key = demo.identity(principal)
    return {"RENKEI_SERVER": demo.env["RENKEI_SERVER"], "RENKEI_CA": demo.env["RENKEI_CA"], "RENKEI_CERT": cert, "RENKEI_KEY": key}


@pytest.mark.parametrize("streams", [(1,), (0, 1, 2)], ids=str)
def test_closed_streams_do_not_get_into_what_is_kept(empty_demo, home, streams):
    """A file opened in a closed stream's place would receive what is said there: the outbox, the receipt, the line to the server."""
    quarter = 1 if len(streams) == 1 else 2
    report = {**GOOD, "municipality_code": "160008", "period": {"fiscal_year": 2014, "quarter": f"q{quarter}", "variant": "regular"}}
    (home / "x.json").write_text(json.dumps(report))
    run_renkei("submit", "--yes", "x.json", cwd=home, env=ready(empty_demo, "160008", home), stdin=None, stdout=None, stderr=None, preexec_fn=closed(*streams))
    state = home / ".local/state/renkei"
    number = f"160008-2014Q{quarter}-1"
    assert empty_demo.sql(f"select encode(report, 'hex') from renkei.report_version where receipt_number = '{number}'") == [[(state / f"receipts/{number}.binpb").read_bytes().hex()]]
    assert list((state / "pending").iterdir()) == []
    assert run_renkei("receipt", "verify", number, cwd=home, env=ready(empty_demo, "160008", home)).returncode == 0
    for kept in (state / "sent").glob("*.request"):
        assert kept.read_text() == kept.read_text()[:36] + f"\n{empty_demo.env['RENKEI_SERVER']}\nx.json\n"


# home and language ---------------------------------------------------------------------------------------------------

def test_without_a_home_a_check_is_made_and_nothing_is_sent(empty_demo, home):
    (home / "x.json").write_text(json.dumps({**GOOD, "municipality_code": "160008", "period": {"fiscal_year": 2014, "quarter": "q3", "variant": "regular"}}))
    none = {"HOME": None, "XDG_STATE_HOME": None, "XDG_CONFIG_HOME": None}
    assert run_renkei("check", "x.json", cwd=home, env=none).returncode == 0
    done = run_renkei("--lang", "en", "submit", "--yes", "x.json", cwd=home, env={**ready(empty_demo, "160008", home), **none})
    assert done.returncode == 73 and any("HOME" in text for text in done.err.splitlines())
    assert empty_demo.sql("select count(*) from renkei.report_version where receipt_number like '160008-2014Q3-%'") == [["0"]]


def full_disk(home):
    """A file system of 4 KiB, all used."""
    place = home / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k,mode=0777", "tmpfs", place], check=True)
    (place / "filler").write_bytes(b"x" * 4096)
    return place


NOT_KEPT = {"read only": "権限がありません", "a file in its place": "パスの途中にフォルダーでないものがあります", "another's": "権限がありません", "full": "ディスクの空き容量がありません"}


@pytest.mark.parametrize("lang", ["en", "ja", "zh"])
@pytest.mark.parametrize("kind", NOT_KEPT)
def test_a_state_that_cannot_be_written_keeps_the_report_here(empty_demo, home, kind, lang):
    report = {**GOOD, "municipality_code": "160008", "period": {"fiscal_year": 2014, "quarter": "q3", "variant": "regular"}}
    (home / "x.json").write_text(json.dumps(report))
    keys = {}
    for name, path in ready(empty_demo, "160008", home).items():
        keys[name] = path
        if name != "RENKEI_SERVER":
            shutil.copy(path, home / name)
            keys[name] = str(home / name)
            (home / name).chmod(0o600)
            if NOBODY:
                os.chown(home / name, 65534, 65534)
    state, mounted = home / "state", None
    if kind == "a file in its place":
        state.write_text("")
    elif kind == "full":
        if os.getuid() != 0:
            pytest.skip("mounting needs root")
        state = mounted = full_disk(home)
    else:
        if not NOBODY:
            pytest.skip("root can make what another cannot write")
        state.mkdir()
        if kind == "another's":
            (state / "renkei/sent").mkdir(parents=True)
            (state / "renkei/pending").mkdir()
    try:
        done = run_renkei("--lang", lang, "submit", "--yes", "x.json", cwd=home, env={**keys, "XDG_STATE_HOME": str(state)}, nobody=True)
        assert done.returncode == 73, done.err
        why, todo = done.err.splitlines()
        assert done.out == "" and str(state) in one_sentence(why + "\n")
        assert {"en": "cannot be written", "ja": f"：{NOT_KEPT[kind]}", "zh": "无法写入文件"}[lang] in why
        assert {"en": "Nothing was sent", "ja": "何も送信していません", "zh": "尚未发送任何内容"}[lang] in todo
        assert {"en": "run the same command again", "ja": "同じコマンドをもう一度実行", "zh": "再次执行同一命令"}[lang] in todo
        assert lang == "en" or not re.search("[a-z]{3}", re.sub(r"/\S+?(?=：)", "", why.removeprefix("renkei: "))), why
        assert not mounted or sorted(p.name for p in mounted.rglob("*") if p.is_file() and p.stat().st_size) == ["filler"]
    finally:
        if mounted:
            subprocess.run(["umount", mounted], check=True)
    assert empty_demo.sql("select count(*) from renkei.report_version where receipt_number like '160008-2014Q3-%'") == [["0"]]


@pytest.mark.parametrize("env, words", [
    ({"LC_ALL": None}, "No such file"), ({"LC_ALL": "C"}, "No such file"), ({"LC_ALL": None, "LANG": "ja_JP.UTF-8"}, "ファイルがありません"),
    ({"LC_ALL": "ja_JP.eucJP"}, "ファイルがありません"), ({"LC_ALL": "zh_CN.UTF-8"}, "文件"), ({"LC_ALL": "nonsense"}, "No such file"), ({"RENKEI_LANG": "ja"}, "ファイルがありません")],
    ids=lambda v: str(v)[:30])
def test_a_language_the_system_has_not_is_spoken_all_the_same(home, env, words):
    done = run_renkei("check", "none.json", cwd=home, env=env)
    assert done.returncode == 66 and words in one_sentence(done.err)


@pytest.mark.parametrize("words", [("check",), ("check", "--nope", "x"), ("check", "-o", "xml", "x"), ("check", "--lang", "xx", "x"), ("check", "--today", "2016-13-01", "x"),
                                   ("check", "--today", "", "x"), ("--timeout", "0", "check", "x"), ("nothing",), ("report",), ("report", "shw")], ids=" ".join)
def test_a_command_line_that_is_wrong_is_64(home, words):
    done = run_renkei("--lang", "en", *words, cwd=home)
    assert done.returncode == 64 and done.out == "" and done.err.startswith("renkei: ")


# keys and contexts ---------------------------------------------------------------------------------------------------

def test_a_key_that_others_can_read_is_not_used(empty_demo, home):
    env = ready(empty_demo, "160008", home)
    shutil.copy(env["RENKEI_KEY"], home / "open.key")
    (home / "open.key").chmod(0o644)
    (home / "x.json").write_text(json.dumps({**GOOD, "municipality_code": "160008"}))
    for words in (("submit", "--yes", "x.json"), ("report", "list")):
        done = run_renkei("--lang", "en", *words, cwd=home, env={**env, "RENKEI_KEY": str(home / "open.key")})
        assert done.returncode == 78 and "open.key" in done.err


@pytest.mark.parametrize("name, text", [("RENKEI_CA", ""), ("RENKEI_CA", "no certificate"), ("RENKEI_CERT", ""), ("RENKEI_KEY", "no key"), ("RENKEI_KEY", None), ("RENKEI_CERT", None)],
                         ids=lambda v: repr(v))
def test_files_of_the_set_up_that_are_none_are_78_and_named(empty_demo, home, name, text):
    if text is not None:
        (home / "file").write_text(text)
        (home / "file").chmod(0o600)
    done = run_renkei("--lang", "en", "report", "list", cwd=home, env={**ready(empty_demo, "160008", home), name: str(home / "file")})
    assert done.returncode == 78 and str(home / "file") in one_sentence(done.err), done.err


OPENSSL = ["openssl", "genpkey", "-algorithm"]
# Made how, of which file, and what is said of it.
UNFIT = {
    "a passphrase": ("KEY", lambda path: subprocess.run([*OPENSSL, "ED25519", "-aes256", "-pass", "pass:x", "-out", path], check=True, capture_output=True), "パスフレーズのない鍵を使ってください"),
    "another key": ("KEY", lambda path: subprocess.run([*OPENSSL, "ED25519", "-out", path], check=True, capture_output=True), "鍵が証明書と対になっていません"),
    "no key": ("KEY", lambda path: path.write_text("x"), "PEM 形式の鍵ではありません"),
    "a folder": ("KEY", lambda path: path.mkdir(0o700), "通常のファイルではありません"),
    "no certificate": ("CERT", lambda path: path.write_text("x"), "PEM 形式の証明書が入っていません"),
    "a damaged one": ("CERT", lambda path: path.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "証明書が壊れています"),
    "no authority": ("CA", lambda path: path.write_text(""), "PEM 形式の証明書が入っていません"),
    "not there": ("CA", lambda path: None, "そのファイルはありません"),
}


@pytest.mark.parametrize("kind", UNFIT)
def test_what_is_wrong_with_a_file_of_the_set_up_is_told_in_japanese(empty_demo, home, kind):
    name, make, words = UNFIT[kind]
    path = home / "ファイル"
    make(path)
    if path.is_file():
        path.chmod(0o600)
    env = {**ready(empty_demo, "160008", home), f"RENKEI_{name}": str(path)}
    done = run_renkei("--lang", "ja", "report", "list", cwd=home, env=env)
    assert done.returncode == 78 and one_sentence(done.err).startswith(f"renkei: 証明書または鍵のファイルが使えません：{path}：") and words in done.err
    told = json.loads(run_renkei("--lang", "ja", "doctor", "-o", "json", cwd=home, env=env).stdout)
    (row,) = [r for r in told if r["check"] == name.lower()]
    assert row["result"] == "bad" and str(path) in row["detail"] and (words in row["detail"] or kind == "not there")
    assert [r["check"] for r in told if r["result"] == "bad"] == [name.lower(), "server"], told


def test_a_certificate_that_is_no_clients_is_told_in_japanese(empty_demo, home):
    crt, key = certificate(empty_demo, home, "c", extensions="extendedKeyUsage=serverAuth\n")
    done = run_renkei("--lang", "ja", "report", "list", cwd=home, env={**ready(empty_demo, "160008", home), "RENKEI_CERT": str(crt), "RENKEI_KEY": str(key)})
    assert done.returncode == 78 and f"：{crt}：利用者（クライアント）用の証明書ではありません" in one_sentence(done.err)


@pytest.mark.skipif(not NOBODY, reason="only root can make what another cannot read")
@pytest.mark.parametrize("lang, words", [("ja", "権限がありません"), ("zh", "没有权限"), ("en", "Permission denied")])
def test_a_key_that_one_may_not_read_is_told_and_nothing_is_sent(empty_demo, home, lang, words):
    env = {}
    for name, path in ready(empty_demo, "160008", home).items():
        env[name] = path if name == "RENKEI_SERVER" else shutil.copy(path, home / name)
    for name in ("RENKEI_CA", "RENKEI_CERT"):
        (home / name).chmod(0o644)
    (home / "RENKEI_KEY").chmod(0)
    (home / "x.json").write_text(json.dumps({**GOOD, "municipality_code": "160008"}))
    for command in (("submit", "--yes", "x.json"), ("report", "list")):
        done = run_renkei("--lang", lang, *command, cwd=home, nobody=True, env={name: str(path) for name, path in env.items()})
        said = one_sentence(done.err.splitlines()[0].removeprefix("x.json: "))
        assert done.returncode == 78 and f"{home}/RENKEI_KEY" in said and words in said
    assert empty_demo.sql("select count(*) from renkei.report_version where receipt_number like '160008-2016Q1-%'") == [["0"]]
    assert not list((home / ".local/state/renkei").glob("receipts/*"))


CONTEXTS = {
    'current = "a"\ncontext a {\n\tsrever = "x"\n}\n': (3, "「srever」という項目はありません"), 'context a {\n\tserver "x"\n}\n': (2, "「server」の後に = がありません"),
    'context a {\n}\ncontext a {\n}\n': (3, "「a」が二度書かれています"), '}\n': (1, "書き方が正しくありません"),
    'context a {\n\tserver = "x\n': (3, "ファイルが途中で終わっています"),
}


@pytest.mark.parametrize("text", CONTEXTS, ids=lambda v: CONTEXTS[v][1])
def test_a_damaged_contexts_file_is_78_with_its_line(home, text):
    line, words = CONTEXTS[text]
    (home / ".config/renkei").mkdir(parents=True)
    (home / ".config/renkei/contexts.conf").write_text(text)
    done = run_renkei("--lang", "en", "report", "list", cwd=home)
    assert done.returncode == 78 and f"contexts.conf:{line}" in one_sentence(done.err), done.err
    done = run_renkei("--lang", "ja", "report", "list", cwd=home)
    assert done.returncode == 78 and f"contexts.conf：{line} 行目" in one_sentence(done.err) and words in done.err, done.err


@pytest.mark.parametrize("path, words", [("/nonexist/x.csv", "そのファイルはありません"), ("/proc/x.csv", "そのファイルはありません"), ("x.json/x.csv", "フォルダーでないものがあります"),
                                         ("a" * 300, "名前が長すぎます"), ("/dev/full", "ディスクの空き容量がありません")])
def test_why_an_output_cannot_be_written_is_told_in_japanese(home, path, words):
    (home / "x.json").write_text(json.dumps({**GOOD, "municipality_code": "401006"}))
    done = run_renkei("--lang", "ja", "check", "-o", "csv", "-O", path, "x.json", cwd=home)
    (told,) = [text for text in done.err.splitlines() if "に書き込めません" in text]
    assert done.returncode in (73, 74) and f"{path} に書き込めません：" in one_sentence(told) and words in told


def test_why_a_file_cannot_be_read_is_told_in_japanese(home):
    (home / "x.json").symlink_to("x.json")
    done = run_renkei("--lang", "ja", "check", "x.json", cwd=home)
    assert done.returncode == 66 and one_sentence(done.err) == "renkei: ファイルを読めません（シンボリックリンクが循環しています）：x.json"


# the outbox ----------------------------------------------------------------------------------------------------------

def test_two_at_once_with_one_file_are_one_request(empty_demo, home):
    (home / "x.json").write_text(json.dumps({**GOOD, "municipality_code": "160008", "period": {"fiscal_year": 2015, "quarter": "q1", "variant": "regular"}}))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: run_renkei("submit", "--yes", "x.json", cwd=home, env=ready(empty_demo, "160008", home)), range(4)))
    assert [d.returncode for d in done] == [0] * 4, [d.err for d in done]
    assert empty_demo.sql("select count(*) from renkei.report_version where receipt_number like '160008-2015Q1-%'") == [["1"]]


def test_an_outbox_that_somebody_holds_is_waited_for(empty_demo, home):
    (home / "x.json").write_text(json.dumps({**GOOD, "municipality_code": "160008", "period": {"fiscal_year": 2015, "quarter": "q2", "variant": "regular"}}))
    (home / ".local/state/renkei/sent").mkdir(parents=True)
    with open(home / ".local/state/renkei/sent/.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            running = pool.submit(run_renkei, "submit", "--yes", "x.json", cwd=home, env=ready(empty_demo, "160008", home))
            with pytest.raises(concurrent.futures.TimeoutError):
                running.result(2)
            fcntl.flock(lock, fcntl.LOCK_UN)
            assert running.result(60).returncode == 0


# the server ----------------------------------------------------------------------------------------------------------

def certificate(demo, folder, name, *, ca=None, begins=-1, ends=30, extensions="extendedKeyUsage=serverAuth\nsubjectAltName=IP:127.0.0.1\n"):
    """A certificate of the demo's CA, or of another, with dates in days from today."""
    ca = ca or demo.folder / "keys/ca"
    key, crt, csr, conf = (folder / f"{name}.{end}" for end in ("key", "crt", "csr", "cnf"))
    made = folder / f"{name}-ca"
    made.mkdir()
    (made / "index").write_text("")
    conf.write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={made}/index\nnew_certs_dir={made}\nrand_serial=yes\ndefault_md=sha256\npolicy=p\nx509_extensions=x\n"
                    f"unique_subject=no\n[p]\ncommonName=supplied\n[x]\nbasicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\n"
                    f"authorityKeyIdentifier=keyid\n{extensions}")
    subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", csr, "-subj", "/CN=test"],
                   check=True, capture_output=True)
    day = [(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=d)).strftime("%Y%m%d%H%M%SZ") for d in (begins, ends)]
    subprocess.run(["openssl", "ca", "-batch", "-notext", "-config", conf, "-cert", f"{ca}.crt", "-keyfile", f"{ca}.key", "-in", csr, "-out", crt, "-startdate", day[0],
                    "-enddate", day[1]], check=True, capture_output=True)
    key.chmod(0o600)
    return crt, key


def authority(folder, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt",
                    "-subj", "/CN=other", "-days", "30", "-addext", "keyUsage=critical,keyCertSign"], check=True, capture_output=True)
    return folder / name


@contextlib.contextmanager
def tls_server(crt, key, *options):
    """openssl s_server with this certificate."""
    port = free_port()
    process = subprocess.Popen(["openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{port}", "-cert", crt, "-key", key, *options],
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            assert process.poll() is None
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait(10)


SERVERS = {
    "not trusted": (lambda d, f: certificate(d, f, "s", ca=authority(f, "other")), 78),
    "expired": (lambda d, f: certificate(d, f, "s", begins=-30, ends=-1), 78),
    "not yet valid": (lambda d, f: certificate(d, f, "s", begins=2), 78),
    "another name": (lambda d, f: certificate(d, f, "s", extensions="extendedKeyUsage=serverAuth\nsubjectAltName=DNS:elsewhere.example,IP:127.0.0.2\n"), 78),
    "no server": (lambda d, f: certificate(d, f, "s", extensions="extendedKeyUsage=clientAuth\nsubjectAltName=IP:127.0.0.1\n"), 78),
}


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_whose_certificate_does_not_hold_gets_no_report(empty_demo, home, kind):
    make, status = SERVERS[kind]
    crt, key = make(empty_demo, home)
    (home / "x.json").write_text(json.dumps({**GOOD, "municipality_code": "160008"}))
    with tls_server(crt, key, "-alpn", "h2", "-tls1_3") as server:
        for words in (("submit", "--yes", "x.json"), ("report", "list")):
            done = run_renkei("--lang", "en", "--timeout", "10", *words, cwd=home, env={**ready(empty_demo, "160008", home), "RENKEI_SERVER": server})
            assert done.returncode == status, done.err
            assert "renkei: " in done.err.splitlines()[0], done.err
    assert "Receipt" not in done.out


@pytest.mark.parametrize("options", [("-tls1_3",), ("-tls1_3", "-alpn", "http/1.1"), ("-tls1_2", "-alpn", "h2")], ids=" ".join)
def test_what_speaks_no_http2_over_tls_1_3_is_told_as_that(empty_demo, home, options):
    crt, key = certificate(empty_demo, home, "s")
    with tls_server(crt, key, *options) as server:
        done = run_renkei("--lang", "en", "--timeout", "10", "report", "list", cwd=home, env={**ready(empty_demo, "160008", home), "RENKEI_SERVER": server})
    assert done.returncode == 78 and one_sentence(done.err).startswith("renkei: No secure connection could be made"), done.err


def test_nobody_there_is_69(empty_demo, home):
    for server in ("127.0.0.1:1", "nobody.invalid:443"):
        done = run_renkei("--lang", "en", "--timeout", "5", "report", "list", cwd=home, env={**ready(empty_demo, "160008", home), "RENKEI_SERVER": server})
        assert done.returncode == 69 and one_sentence(done.err.splitlines()[-1]), done.err


@contextlib.contextmanager
def grpc_server(demo, home, *handlers):
    """A gRPC server of another kind behind a certificate of the demo's CA."""
    crt, key = certificate(demo, home, "s")
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers(handlers)
    ca = open(demo.env["RENKEI_CA"], "rb").read()
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key.read_bytes(), crt.read_bytes())], ca, True))
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(0)


OLDER = {
    "en": "The server does not know this: it is older than this client, or is no renkei server. Compare the versions with 'renkei doctor', and ask whoever runs the server.",
    "ja": "サーバーがこの操作に対応していません。サーバーの版がこのクライアントより古いか、renkei のサーバーではありません。renkei doctor で双方の版を確かめ、運用担当にご連絡ください。",
    "zh": "服务器不支持此操作：服务器的版本比本客户端旧，或者不是 renkei 服务器。请用 renkei doctor 核对双方版本，并与服务器管理员联系。",
}


@pytest.mark.parametrize("lang", OLDER)
def test_a_server_that_does_not_know_the_method_is_told_as_older(empty_demo, home, lang):
    """A server older than the client, or of another family: gRPC, and none of our methods."""
    with grpc_server(empty_demo, home) as server:
        (home / "x.json").write_text(json.dumps({**GOOD, "municipality_code": "160008"}))
        for words in (("report", "list"), ("submit", "--yes", "x.json")):
            done = run_renkei("--lang", lang, *words, cwd=home, env={**ready(empty_demo, "160008", home), "RENKEI_SERVER": server})
            assert done.returncode == 76 and OLDER[lang] in done.err, done.err


class OtherRules(grpc.GenericRpcHandler):
    """Passes every call on to renkeid, and answers as one would that judges by other rules."""

    def __init__(self, demo, principal):
        pair = [open(path, "rb").read() for path in reversed(demo.identity(principal))]
        self.channel = grpc.secure_channel(demo.env["RENKEI_SERVER"], grpc.ssl_channel_credentials(open(demo.env["RENKEI_CA"], "rb").read(), *pair))

    def service(self, details):
        def answer(request, context):
            code, said = grpc.StatusCode.OK, b""
            try:
                said = self.channel.unary_unary(details.method)(request, metadata=[m for m in details.invocation_metadata if m.key == "accept-language"])
            except grpc.RpcError as error:
                context.set_trailing_metadata([m for m in error.trailing_metadata() if m.key == "grpc-status-details-bin"])
                code = error.code()
                context.set_details(error.details())
            context.set_code(code)
            if details.method.endswith("/GetServerInfo"):
                info = sv.GetServerInfoResponse.FromString(said)
                info.rule_set_hash = "0" * 64
                said = info.SerializeToString()
            return said
        return grpc.unary_unary_rpc_method_handler(answer)


def test_a_server_with_other_rules_is_told_when_it_has_judged(empty_demo, home):
    report = {**GOOD, "municipality_code": "160008", "period": {"fiscal_year": 2015, "quarter": "q4", "variant": "regular"}}
    (home / "x.json").write_text(json.dumps(report))
    (home / "stale.json").write_text(json.dumps({**report, "nil": False, "outcomes": [{"outcome_id": "o", "text": "成果を得た。"}]}))
    env = ready(empty_demo, "160008", home)
    words = "サーバーの点検規則はこのクライアントのものと版が異なります。提出の可否はサーバーの判定によります。"
    with grpc_server(empty_demo, home, OtherRules(empty_demo, "160008")) as server:
        for command, status in ((("submit", "--dry-run", "x.json"), 0), (("submit", "--yes", "x.json"), 0), (("submit", "--yes", "stale.json"), 65)):
            done = run_renkei("--lang", "ja", *command, cwd=home, env={**env, "RENKEI_SERVER": server})
            assert done.returncode == status and done.err.count(words) == 1, done.err
    again = run_renkei("--lang", "ja", "submit", "--yes", "x.json", cwd=home, env=env)
    assert again.returncode == 0 and words not in again.err
