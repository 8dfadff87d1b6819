"""An inbox of the secretariat (代理提出): every file with a verdict, the rest of it stored, marked, and confirmed by its municipality."""
import csv
import fcntl
import io
import json
import os
import pty
import random
import re
import signal
import socket
import struct
import subprocess
import termios
import unicodedata

import grpc
import pytest
import talk
from demo import RENKEI, SANITIZERS, wait_for
from liar import lying
from renkei.v1 import report_pb2, report_service_pb2 as rs

openpyxl = pytest.importorskip("openpyxl")
SECRETARIAT = "SECRETARIAT"


def put(folder, code, period, name=None, **fields):
    """A report as JSON: no activity, or what fields say."""
    path = folder / (name or f"{code}-{period}.json")
    if not fields:
        fields = {"nil": True}
    path.write_text(json.dumps({"municipality_code": code, "period": {"fiscal_year": int(period[:4]), "quarter": f"q{period[5]}", "variant": "regular"},
                                **{"action": "new", **fields}}, ensure_ascii=False))
    return path


def form(demo, path, code, period, **cover):
    """The form of a quarter as the secretariat writes it for a municipality, with cells of the cover filled in."""
    demo.renkei(SECRETARIAT, "template", "-m", code, "--period", period, "-O", path, lang="ja")
    book = openpyxl.load_workbook(path)
    cells = {row[0].value: row[2] for row in book["表紙"].iter_rows(min_row=3)}
    for key, value in cover.items():
        cells[key].value = value
    book.save(path)
    return path


def enter(demo, *words, status=0, who=SECRETARIAT, lang="ja"):
    """renkei import: the rows by file name, and what was said."""
    done = demo.renkei(who, "import", *words, "--on-behalf-of", "auto", "--yes", "-o", "csv", status=status, lang=lang)
    rows = {os.path.basename(row["file"]): row for row in csv.DictReader(io.StringIO(done.stdout))}
    return rows, done


def summary(demo, receipt, who=SECRETARIAT):
    return json.loads(demo.renkei(who, "report", "show", receipt, "-o", "json").stdout)["summary"]


def versions(demo, codes, period):
    return demo.sql(f"""select municipality_code, count(*), bool_and(renkei.is_delegate(principal_uri)) from renkei.report_version
        where municipality_code in ({','.join(f"'{c}'" for c in codes)}) and renkei.period_tag(fiscal_year, quarter, variant) = '{period}' group by 1 order by 1""")


def test_an_inbox_is_stored_but_for_what_is_wrong_with_it(empty_demo, tmp_path):
    demo, box = empty_demo, tmp_path
    for code in ("281000", "400009", "401005"):
        form(demo, box / f"{code}.xlsx", code, "2016Q1", nil="はい")
    form(demo, box / "mistake.xlsx", "442011", "2016Q1", nil="たぶん")
    form(demo, box / "nowhere.xlsx", "281000", "2016Q1", nil="はい", municipality_code="011002 札幌市")
    (box / "photo.xlsx").write_bytes(b"\xff\xd8\xff\xe0 a photo")
    files = sorted(box.glob("*.xlsx"))

    would = demo.renkei(SECRETARIAT, "import", *files, "--on-behalf-of", "auto", "-n", "-o", "csv", status=3)
    assert [r["outcome"] for r in csv.DictReader(io.StringIO(would.stdout))] == ["valid"] * 3 + ["refused"] * 3
    assert demo.sql("select count(*) from renkei.report_version") == [["0"]], "a dry run stores nothing"

    rows, done = enter(demo, *files, status=3)
    assert {name: (r["municipality_code"], r["period"], r["outcome"], r["receipt_number"], r["reason"]) for name, r in rows.items()} == {
        **{f"{c}.xlsx": (c, "2016Q1", "received", f"{c}-2016Q1-1", "") for c in ("281000", "400009", "401005")},
        "mistake.xlsx": ("442011", "2016Q1", "refused", "", "REPORT_REFUSED"), "nowhere.xlsx": ("011002", "2016Q1", "refused", "", "MUNICIPALITY_NOT_FOUND"),
        "photo.xlsx": ("", "", "refused", "", "WORKBOOK_BROKEN")}
    assert rows["mistake.xlsx"]["finding"].startswith("表紙!C7: ") and rows["mistake.xlsx"]["error_count"] == "1"
    assert "表紙!C7" in done.stderr and "受領 3 件（うち注意あり 0 件）、拒否 3 件" in done.stderr and "\r" not in done.stderr
    again, _ = enter(demo, *files, status=3)
    assert "ROLE_NOT_ALLOWED" in demo.renkei(SECRETARIAT, "submit", "--yes", files[0], status=77).stderr, "without saying for whom it is refused as ever"
    assert enter(demo, *files, status=3)[0] == again == rows, "the same inbox again is the same requests, with the same receipts"
    assert versions(demo, ["281000", "400009", "401005", "442011"], "2016Q1") == [[c, "1", "t"] for c in ("281000", "400009", "401005")]


def test_the_municipality_confirms_and_nobody_else_sees_it(empty_demo, tmp_path):
    demo = empty_demo
    enter(demo, put(tmp_path, "281000", "2015Q1", comments="事務局が入力", outcomes=[{"outcome_id": "o-1", "text": "成果を得た。"}]))
    one = summary(demo, "281000-2015Q1-1", "281000")
    assert one["delegated_by"].split("/")[3] == "secretariat" and "confirmed_by" not in one
    listed = demo.renkei("281000", "report", "list", "--year", "2015", lang="ja")
    assert "提出済（代理提出・確認待ち）" in listed.stdout and "renkei report confirm" in listed.stderr
    for words in (("status",), ("calendar", "--year", "2015"), ("doctor",)):
        said = demo.renkei("281000", *words, lang="ja", status=None)
        assert "確認待ち" in said.stdout + said.stderr and "renkei report confirm" in said.stdout + said.stderr, words
        said = demo.renkei("130001", *words, lang="ja", status=None)
        assert "確認待ち" not in said.stdout + said.stderr, words
    assert "事務局（iges" in demo.renkei("281000", "report", "show", "2015Q1", lang="ja").stdout
    assert json.loads(demo.renkei("130001", "report", "list", "--unconfirmed", "-o", "json").stdout).get("reports", []) == []
    assert "281000-2015Q1-1" in demo.renkei(SECRETARIAT, "report", "list", "--unconfirmed").stdout

    receipt = json.loads(demo.renkei("281000", "receipt", "show", "281000-2015Q1-1", "-o", "json").stdout)
    assert f"\ndelegated_by: {receipt['delegated_by']}\n" in receipt["statement"]
    assert demo.renkei(SECRETARIAT, "receipt", "verify", "281000-2015Q1-1").returncode == 0
    page = demo.renkei("281000", "receipt", "print", "2015Q1", lang="ja").stdout.split("署名された本文")[0]
    assert f"事務局（{receipt['delegated_by']}）" in page and "281000 神戸市（事務局が代理で提出）" in page, "who entered it for whom"

    for other in ("130001", SECRETARIAT):
        refused = demo.renkei(other, "report", "confirm", "281000-2015Q1-1", "--yes", status=None)
        assert (refused.returncode, "REPORT_NOT_FOUND" in refused.stderr) == ((66, True) if other != SECRETARIAT else (77, False)), refused.stderr
    seen = demo.renkei("281000", "report", "confirm", "2015Q1", status=64, lang="ja")
    assert "事務局（iges）が代理提出しました" in seen.stderr and "成果を得た。" in seen.stderr, "all of it is shown where there is nothing of one's own before"
    assert "confirmed_by" not in json.loads(demo.renkei("281000", "report", "confirm", "2015Q1", "-n", "-o", "json").stdout)
    done = json.loads(demo.renkei("281000", "report", "confirm", "2015Q1", "--yes", "-o", "json").stdout)
    assert done["confirmed_by"].endswith("/municipality/281000") and done["confirmed_at"]
    again = demo.renkei("281000", "report", "confirm", "2015Q1", "--yes", "-o", "json")
    assert json.loads(again.stdout) == done and "asked for from here before" in again.stderr, "the same wish is the same request"
    assert "CONFIRMED_ALREADY" in demo.renkei("APPROVER_281000", "report", "confirm", "2015Q1", "--yes", status=65).stderr
    assert summary(demo, "281000-2015Q1-1")["confirmed_by"] == done["confirmed_by"]
    history = demo.renkei("281000", "report", "history", "2015Q1", lang="ja").stdout
    assert "代理提出・確認済" in history and "神戸市の担当者が" in history and "renkei://" not in history
    assert "確認待ち" not in demo.renkei("281000", "report", "list", "--year", "2015", lang="ja").stderr


def test_what_is_confirmed_is_what_was_shown(empty_demo, tmp_path):
    demo = empty_demo
    enter(demo, put(tmp_path, "130001", "2015Q4", outcomes=[{"outcome_id": "o-1", "text": "事務局が入れた成果。"}]))

    def words(answer):
        said = rs.GetReportResponse.FromString(answer)
        said.report.outcomes[0].text = "見せかけの成果。"
        return said.SerializeToString()

    def content(answer):
        said = rs.GetReportResponse.FromString(words(answer))
        said.report_bytes = said.report.SerializeToString()
        return said.SerializeToString()

    with lying(demo, "130001", tmp_path, GetReport=content) as server:
        done = demo.renkei("130001", "--server", server, "report", "confirm", "2015Q4", "--yes", status=65, lang="ja")
        assert "130001-2015Q4-1" in done.stderr
    assert "confirmed_by" not in summary(demo, "130001-2015Q4-1")
    with lying(demo, "130001", tmp_path, GetReport=words) as server:
        done = demo.renkei("130001", "--server", server, "report", "confirm", "2015Q4", status=64, lang="ja")
        assert "事務局が入れた成果。" in done.stderr and "見せかけ" not in done.stderr
        demo.renkei("130001", "--server", server, "report", "confirm", "2015Q4", "--yes")
    assert summary(demo, "130001-2015Q4-1")["confirmed_by"]


def test_what_was_entered_wrongly_is_replaced_by_the_municipality(empty_demo, tmp_path):
    demo = empty_demo
    own = put(tmp_path, "400009", "2015Q2", "own.json", outcomes=[{"outcome_id": "o-1", "text": "自ら書いた成果。"}])
    demo.renkei("400009", "submit", "--yes", own)
    assert "NOT_DELEGATED" in demo.renkei("400009", "report", "confirm", "2015Q2", "--yes", status=65).stderr
    wrong = put(tmp_path, "400009", "2015Q2", "wrong.json", action="replace", base_version=1, outcomes=[{"outcome_id": "o-1", "text": "取り違えた成果。"}])
    enter(demo, wrong)
    seen = demo.renkei("400009", "report", "confirm", "2015Q2", status=64, lang="ja").stderr
    assert "400009-2015Q2-1" in seen and "自ら書いた成果。" in seen and "取り違えた成果。" in seen, "what differs from one's own last version is shown"
    demo.renkei("400009", "submit", "--yes", "--replace", own)
    assert "delegated_by" not in summary(demo, "400009-2015Q2-3") and summary(demo, "400009-2015Q2-2")["delegated_by"]
    assert "VERSION_CONFLICT" not in demo.renkei("400009", "report", "list", lang="ja").stderr
    assert [r[0] for r in demo.sql("select count(*) from renkei.report_confirmation where municipality_code = '400009'")] == ["0"]
    with pytest.raises(grpc.RpcError) as late:
        talk.reports(demo, "400009").ConfirmReport(rs.ConfirmReportRequest(request_id=talk.request(report_pb2.Report()).request_id, municipality_code="400009",
                                                                           period=talk.period(2015, 2), version=2, sha256=summary(demo, "400009-2015Q2-2")["sha256"]))
    assert (late.value.code(), talk.reason(late.value)) == (grpc.StatusCode.ABORTED, "VERSION_CONFLICT")


def refusal(call):
    with pytest.raises(grpc.RpcError) as error:
        call()
    return error.value.code().name, talk.reason(error.value)


def test_only_the_secretariat_enters_and_only_by_saying_for_whom(empty_demo):
    demo = empty_demo
    office, officer, ministry = (talk.reports(demo, who) for who in (SECRETARIAT, "281000", "MINISTRY"))
    flawed = talk.nil_report("281000", 2014, 1)
    flawed.nil = False
    for report in (talk.nil_report("281000", 2014, 1), flawed):
        def asked(stub, code, report=report):
            request = talk.request(report)
            request.on_behalf_of = code
            return refusal(lambda: stub.SubmitReport(request))
        assert asked(officer, "281000") == ("PERMISSION_DENIED", "ON_BEHALF_OF_NOT_ALLOWED")
        assert asked(office, "") == ("PERMISSION_DENIED", "ROLE_NOT_ALLOWED")
        assert asked(ministry, "281000") == ("PERMISSION_DENIED", "ROLE_NOT_ALLOWED")
        assert asked(office, "281") == ("INVALID_ARGUMENT", "ON_BEHALF_OF_DIFFERS")
        assert asked(office, "400009") == ("INVALID_ARGUMENT", "ON_BEHALF_OF_DIFFERS" if report.nil else "REPORT_REFUSED")
    items = []
    for code, who in (("281000", ""), ("281000", "400009"), ("281000", "281000")):
        items.append(rs.SubmitReportsRequest(item=talk.request(talk.nil_report(code, 2014, 1))))
        items[-1].item.on_behalf_of = who
    answers = list(office.SubmitReports(iter(items)))
    assert [a.reason for a in answers] == ["ROLE_NOT_ALLOWED", "ON_BEHALF_OF_DIFFERS", ""]
    assert answers[2].receipt.delegated_by.split("/")[3] == "secretariat"
    mine = talk.request(talk.nil_report("281000", 2014, 2))
    assert officer.SubmitReport(mine).receipt.delegated_by == ""


def test_for_one_municipality_others_are_refused_and_of_two_files_neither_is_taken(empty_demo, tmp_path):
    demo = empty_demo
    files = [put(tmp_path, "160008", "2015Q1"), put(tmp_path, "110001", "2015Q1"), put(tmp_path, "160008", "2015Q3", "one.json"),
             put(tmp_path, "160008", "2015Q3", "two.json", comments="別のもの", nil=True)]
    done = demo.renkei(SECRETARIAT, "import", *files, "--on-behalf-of", "160008", "--yes", "-o", "csv", status=3, lang="ja")
    assert [(r["outcome"], r["reason"]) for r in csv.DictReader(io.StringIO(done.stdout))] == [
        ("received", ""), ("refused", "IMPORT_OTHER_MUNICIPALITY"), ("refused", "IMPORT_TWICE"), ("refused", "IMPORT_TWICE")]
    assert "two.json と同じ自治体・同じ報告対象期" in done.stderr
    demo.renkei(SECRETARIAT, "import", *files[1:], "--on-behalf-of", "160008", "--yes", status=65)
    assert "--on-behalf-of auto" in demo.renkei(SECRETARIAT, "import", files[0], "--yes", status=64).stderr
    demo.renkei(SECRETARIAT, "import", files[0], "--on-behalf-of", "16008", "--yes", status=64)
    demo.renkei(SECRETARIAT, "import", files[1], "--on-behalf-of", "auto", status=64)
    assert "NOT_ALLOWED" in demo.renkei("110001", "import", files[1], "--on-behalf-of", "auto", "--yes", status=77).stderr
    assert demo.renkei("110001", "submit", "--yes", files[1], "-o", "json").returncode == 0, "what was tried the wrong way is submitted the right way"
    assert "delegated_by" not in summary(demo, "110001-2015Q1-1")


def test_a_folder_of_csv_files_goes_as_well_and_a_warning_is_answered(empty_demo, tmp_path):
    demo = empty_demo
    demo.renkei(SECRETARIAT, "template", "-m", "442011", "--period", "2015Q1", "--csv", "-O", tmp_path / "form", lang="ja")
    cover = next(p for p in (tmp_path / "form").glob("*.csv") if "nil" in p.read_text(encoding="utf-8-sig"))
    lines = list(csv.reader(io.StringIO(cover.read_text(encoding="utf-8-sig"))))
    for line in lines:
        if line[0] == "nil":
            line[2] = "はい"
    with open(cover, "w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(lines)
    doubtful = put(tmp_path, "160008", "2015Q2", intentions=[{"partner_code": "210000", "kind": "continue"}])
    rows, done = enter(demo, tmp_path / "form", doubtful, "--answer", "INTENTIONS_OUTSIDE_Q4=年度途中で終わる。")
    assert rows["form"]["receipt_number"] == "442011-2015Q1-1" and rows[doubtful.name]["warning_count"] == "1"
    assert "うち注意あり 1 件" in done.stderr
    assert demo.sql("select reason from renkei.warning_answer where municipality_code = '160008'") == [["年度途中で終わる。"]]
    assert enter(demo, tmp_path / "form", "--answer", "NO_SUCH=x", status=64)[0] == {}


def test_what_was_not_answered_is_flushed_as_what_it_was(empty_demo, tmp_path):
    demo = empty_demo
    files = [put(tmp_path, code, "2014Q3") for code in ("110001", "160008", "200000")]
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        rows, done = enter(demo, *files, "--timeout", "1", "--server", f"127.0.0.1:{nobody.getsockname()[1]}", status=69)
    assert {r["outcome"] for r in rows.values()} == {"unsent"} and "もう一度実行" in done.stderr
    assert len(json.loads(demo.renkei(SECRETARIAT, "outbox", "list", "-o", "json").stdout)) == 3
    demo.renkei(SECRETARIAT, "outbox", "flush", "-n")
    demo.renkei(SECRETARIAT, "outbox", "flush", "--yes")
    assert versions(demo, ["110001", "160008", "200000"], "2014Q3") == [[c, "1", "t"] for c in ("110001", "160008", "200000")]
    assert {r[0] for r in demo.sql("select request_id from renkei.report_version where fiscal_year = 2014 and quarter = 3")} == {r["request_id"] for r in rows.values()}


def environment(demo, home, who=SECRETARIAT):
    cert, key = demo.identity(who)
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "xterm", "RENKEI_SERVER": demo.env["RENKEI_SERVER"],
            "RENKEI_CA": demo.env["RENKEI_CA"], "RENKEI_CERT": cert, "RENKEI_KEY": key, **SANITIZERS}


def at_a_terminal(env, words, question, columns):
    """renkei with somebody before it who says yes: the exit status, stdout, and what the terminal got."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([RENKEI, "--lang", "ja", *words], env=env, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, text=True)
    os.close(theirs)
    said = b""

    def hear():
        nonlocal said
        try:
            more = os.read(ours, 4096)
        except OSError:  # nobody holds the other end any more
            return False
        said += more
        return bool(more)
    while question.encode() not in said:
        assert hear(), said.decode()
    os.write(ours, "はい\n".encode())
    out = process.communicate(timeout=60)[0]
    while hear():
        pass
    os.close(ours)
    return process.returncode, out, said.decode()


def test_killed_in_the_middle_and_run_again_each_report_is_there_once(empty_demo, tmp_path):
    demo = empty_demo
    choose = random.Random(int(os.environ.get("RENKEI_SEED", 20161)))
    codes = [r[0] for r in demo.sql("select municipality_code from renkei.municipality order by 1")]
    files = [put(tmp_path, code, period) for code in codes[:12] for period in ("2016Q2", "2016Q3")]
    command = [RENKEI, "import", *files, "--on-behalf-of", "auto", "--yes", "-o", "csv"]
    home = tmp_path / "home"
    asked = home / ".local/state/renkei/sent"
    killed = []

    def stored():
        return int(demo.sql("select count(*) from renkei.report_version where fiscal_year = 2016 and quarter in (2, 3)")[0][0])

    def receipts():
        return len(list((home / ".local/state/renkei/receipts").glob("*.json")))
    for wait in ("requests", "requests", "requests", "receipts", "receipts"):
        process = subprocess.Popen(command, env=environment(demo, home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        had = receipts()
        wanted = min(len(files), len(list(asked.glob("*.request"))) + choose.randrange(1, len(files)))

        def far_enough():
            """so many requests on disk, or another receipt"""
            return process.poll() is not None or (receipts() > had if wait == "receipts" else len(list(asked.glob("*.request"))) >= wanted)
        wait_for(far_enough, every=0.001)
        process.send_signal(signal.SIGKILL)
        killed.append((process.wait(), len(list(asked.glob("*.request"))), stored(), receipts()))
    assert any(status == -signal.SIGKILL and not of_them for status, _, of_them, _ in killed), killed
    assert any(status == -signal.SIGKILL and of_them and kept < len(files) for status, _, of_them, kept in killed), killed
    kept = {p.name: p.read_text().split("\n")[0] for p in asked.glob("*.request")}
    done = subprocess.run(command, env=environment(demo, home), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {r["outcome"] for r in rows} == {"received"} and len(rows) == len(files)
    assert set(kept.values()) <= {r["request_id"] for r in rows}, "a request that was on disk stays the same for ever"
    stored = demo.sql("select receipt_number, request_id from renkei.report_version where fiscal_year = 2016 and quarter in (2, 3) order by 1")
    assert stored == sorted([r["receipt_number"], r["request_id"]] for r in rows), "exactly one report each"
    assert list((home / ".local/state/renkei/pending").glob("*.binpb")) == []


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def test_on_a_terminal_one_line_tells_how_far_it_is_and_one_question_is_asked(empty_demo, tmp_path):
    demo = empty_demo
    files = [put(tmp_path, code, "2015Q4") for code in ("281000", "400009", "401005")] + [put(tmp_path, "141305", "2015Q4", nil=False)]
    status, out, text = at_a_terminal(environment(demo, tmp_path / "home"), ["import", *files, "--on-behalf-of", "auto"], "提出しますか", 60)
    assert status == 3, text
    drawn = re.findall(r"\r?([^\r\n]*\[[#.]+\] (\d+)/(\d+))", text)
    assert {line.split()[0] for line, _, _ in drawn} == {"点検中", "送信中"}
    assert all(width(line) < 60 for line, _, _ in drawn), drawn
    assert ("4", "4") in {(n, of) for _, n, of in drawn} and ("3", "3") in {(n, of) for _, n, of in drawn}
    assert text.count("提出しますか") == 1 and "ほかの 1 件は拒否され" in text and "\r" not in out
    assert "受領 3 件" in text and "拒否 1 件" in text
    # And the municipality, before whom stands what was entered.
    status, out, text = at_a_terminal(environment(demo, tmp_path / "home", "281000"), ["report", "confirm", "2015Q4"], "確認済にしますか", 80)
    assert status == 0 and "代理提出・確認済" in out and text.count("確認済にしますか") == 1 and "実績なし: はい" in text, text


def test_a_hundred_files_go_in_one_stream_over_one_connection(own_demo, tmp_path):
    codes = [r[0] for r in own_demo.sql("select municipality_code from renkei.municipality order by 1")]
    files = [put(tmp_path, code, f"{year}Q{quarter}") for code in codes for year in (2014, 2015) for quarter in (1, 2, 3, 4)]
    files += [put(tmp_path, code, "2016Q1") for code in codes]
    assert len(files) >= 99
    before = len(own_demo.tail(1000000).splitlines())
    rows, _ = enter(own_demo, *files)
    assert {r["outcome"] for r in rows.values()} == {"received"} and len(rows) == len(files)

    def gone():
        """the line of the connection's end"""
        lines = own_demo.tail(1000000).splitlines()[before:]
        return any("event=connection_ended" in line for line in lines) and lines
    lines = wait_for(gone)
    assert [line for line in lines if "method=Submit" in line and f"messages={len(files)}" in line and "method=SubmitReports" in line], lines
    assert len([line for line in lines if "method=Submit" in line]) == 1 and len([line for line in lines if "event=connection_ended" in line]) == 1, lines
