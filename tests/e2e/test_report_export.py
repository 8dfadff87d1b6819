"""What the server holds, written as a file and handed in again: the same bytes; and files for and from programs that know no UTF-8."""
import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import zipfile

import pytest

openpyxl = pytest.importorskip("openpyxl")

import stubs  # noqa: E402,F401
from demo import RENKEI, SAMPLE, SANITIZERS  # noqa: E402

GETA = "〓"


@pytest.fixture(scope="module")
def reported(empty_demo):
    """Every report of the sample, submitted and not yet accepted."""
    empty_demo.load_reports(accept=False)
    return empty_demo


def receipt(demo, code, number):
    return json.loads(demo.renkei(code, "receipt", "show", number, "-o", "json").stdout)


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_every_report_of_the_sample_is_the_same_bytes_again(reported, tmp_path, form):
    """Exported, read, submitted: the server has it already, bit for bit, and gives the receipt it gave."""
    said = reported.renkei("SECRETARIAT", "report", "export", "--all", "--format", form, "-O", tmp_path, lang="ja")
    files = sorted(tmp_path.iterdir())
    assert len(files) == len(list((SAMPLE / "reports").glob("*.json"))) == 30 and "30 件のうち 30 件" in said.stderr
    reported.renkei(None, "check", *files, "--today", "2026-11-24")
    for code in sorted({path.name.split("-")[0] for path in files}):
        own = [path for path in files if path.name.startswith(code)]
        rows = [json.loads(line) for line in reported.renkei(code, "submit", "--yes", *own, "-o", "jsonl").stdout.splitlines()]
        assert [row["receipt_number"] for row in rows] == [path.name.split(".")[0] for path in own]
        assert all(row["sha256"] == receipt(reported, code, row["receipt_number"])["sha256"] and row["sha256"] in said.stderr for row in rows)
    assert reported.renkei(code, "receipt", "verify", rows[0]["receipt_number"], "--report", own[0]).stdout.count("holds") == 2


def test_the_bytes_of_the_receipt_are_those_that_json_gives(reported, tmp_path):
    number = "401005-2016Q3-1"
    raw = subprocess.run([RENKEI, "report", "show", number, "--raw"], capture_output=True, timeout=60, check=True,
                         env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C", "RENKEI_SERVER": reported.env["RENKEI_SERVER"], "RENKEI_CA": reported.env["RENKEI_CA"],
                              "RENKEI_CERT": reported.identity("401005")[0], "RENKEI_KEY": reported.identity("401005")[1], **SANITIZERS}).stdout
    assert hashlib.sha256(raw).hexdigest() == receipt(reported, "401005", number)["sha256"]
    reported.renkei("401005", "report", "export", "2016Q3", "--format", "json", "-O", tmp_path / "report.json")
    (tmp_path / "report.binpb").write_bytes(raw)
    one, other = (json.loads(reported.renkei(None, "check", tmp_path / name, "-o", "json", "--today", "2026-11-24").stdout)[0]["verdict"] for name in ("report.json", "report.binpb"))
    assert one == other
    assert reported.renkei("401005", "receipt", "verify", number, "--report", tmp_path / "report.binpb").stdout.count("holds") == 2


def test_last_years_report_is_the_form_that_template_writes(reported, tmp_path):
    said = reported.renkei("401005", "report", "export", "平成28年度第3四半期", "-O", tmp_path / "q3.xlsx", lang="ja").stderr
    assert "401005-2016Q3-1 を書き出しました" in said
    book = openpyxl.load_workbook(tmp_path / "q3.xlsx")
    cover = {r[0].value: r[2].value for r in book["表紙"].iter_rows(min_row=3)}
    assert (cover["action"], cover["base_version"], cover["period"]) == ("新規", 0, "平成28年度第3四半期")
    reported.renkei("401005", "template", "--period", "2016Q3", "-O", tmp_path / "template.xlsx", lang="ja")
    assert openpyxl.load_workbook(tmp_path / "template.xlsx").sheetnames == book.sheetnames
    assert "--force" in reported.renkei("401005", "report", "export", "2016Q3", "-O", tmp_path / "q3.xlsx", lang="ja", status=73).stderr
    assert "--all" in reported.renkei("401005", "report", "export", lang="ja", status=64).stderr
    assert reported.renkei("401005", "report", "export", "2016Q3", "-O", tmp_path / "no/q3.xlsx", lang="ja", status=73)
    assert not (tmp_path / "no").exists()


def test_a_municipality_exports_its_own_reports_alone(reported, tmp_path):
    reported.renkei("141305", "report", "export", "--all", "--year", "2016", "--format", "json", "-O", tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["141305-2016Q2-1.json", "141305-2016Q3-1.json", "141305-2016Q4-1.json"]
    assert reported.renkei("141305", "report", "export", "401005-2016Q3-1", status=66)


def test_all_goes_into_a_folder_that_is_made(reported, tmp_path):
    reported.renkei("141305", "report", "export", "--all", "--format", "csv", "-O", tmp_path / "all", lang="ja")
    assert len(list((tmp_path / "all").iterdir())) >= 3 and all(p.is_dir() for p in (tmp_path / "all").iterdir())
    said = reported.renkei("141305", "report", "export", "--all", "--format", "csv", "-O", tmp_path / "all.zip", lang="ja", status=64).stderr
    assert "--all" in said and "フォルダー" in said and "all.zip" in said and not (tmp_path / "all.zip").exists()
    assert "--all" in reported.renkei(None, "report", "export", "--help", lang="ja").stdout


def test_a_later_version_is_exported_as_it_was_and_mended_by_its_own_command(reported, tmp_path):
    """The export is the very report; what is mended in it takes the place of the latest version when the command says so."""
    path = tmp_path / "mine.json"
    report = {"municipality_code": "242021", "period": {"fiscal_year": 2014, "quarter": "q2", "variant": "regular"}, "action": "new", "comments": "一",
              "outcomes": [{"outcome_id": "o-1", "text": "成果を得た。"}]}
    for words in ((), ("--replace",), ("--replace",)):
        path.write_text(json.dumps(report, ensure_ascii=False))
        reported.renkei("242021", "submit", "--yes", *words, path)
        report["comments"] += "二"
    said = reported.renkei("242021", "report", "export", "2014Q2", "--format", "json", "-O", tmp_path / "out.json", lang="ja").stderr
    assert "242021-2014Q2-3" in said and "renkei submit --replace" in said and "renkei template --period 2014Q2" in said
    assert json.loads(reported.renkei("242021", "submit", "--yes", tmp_path / "out.json", "-o", "json").stdout)["number"] == "242021-2014Q2-3"
    mended = tmp_path / "out.json"
    mended.write_text(mended.read_text().replace("一二二", "直した"))
    said = reported.renkei("242021", "submit", "--yes", mended, status=None, lang="ja")
    assert said.returncode and "renkei submit --replace" in said.stderr and "書き出した" in said.stderr and "renkei template --period 2014Q2" in said.stderr
    assert json.loads(reported.renkei("242021", "submit", "--replace", "--yes", mended, "-o", "json").stdout)["number"] == "242021-2014Q2-4"


def test_what_comes_back_otherwise_is_said(reported, tmp_path):
    """Another client may order the fields as it likes, and say what the form has no cell for: the currency of an upper amount alone."""
    from renkei.v1 import period_pb2, report_pb2
    upper = report_pb2.CostLine(item=2, payer=1, share=1, accuracy=1, upper=report_pb2.Money(currency="CNY", minor_units=120050))
    for quarter, content, form, said in ((1, {"nil": True}, "json", "バイト列とは一致しません"), (2, {"cost_lines": [upper]}, "xlsx", "欄がありません")):
        head = report_pb2.Report(municipality_code="141305", period=period_pb2.Period(fiscal_year=2015, quarter=quarter, variant=1), action=1).SerializeToString()
        (tmp_path / "sent.binpb").write_bytes(report_pb2.Report(**content).SerializeToString() + head)
        number = json.loads(reported.renkei("141305", "submit", "--yes", tmp_path / "sent.binpb", "-o", "json").stdout)["number"]
        run = reported.renkei("141305", "report", "export", number, "--format", form, "-O", tmp_path / f"out.{form}", lang="ja", status=65)
        assert said in run.stderr and number in run.stderr and (tmp_path / f"out.{form}").exists()
    assert "CNY" in run.stderr


def test_the_csv_files_are_read_from_an_archive_too(reported, tmp_path):
    archive = tmp_path / "q3.zip"
    reported.renkei("401005", "report", "export", "2016Q3", "--format", "csv", "-O", archive)
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        files = {name: packed.read(name) for name in names}
    assert "activities.csv" in names and "lists.csv" in names and all(i.date_time[:3] == (2000, 1, 1) for i in zipfile.ZipFile(archive).infolist())
    assert json.loads(reported.renkei("401005", "submit", "--yes", archive, "-o", "json").stdout)["number"] == "401005-2016Q3-1"
    # As Explorer and Finder pack a folder: everything in it, names in CP932, shadows beside.
    titles = {"activities.csv": "取組", "outcomes.csv": "成果", "cover.csv": "表紙"}
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(f"q3/@@{titles[name].encode('utf-8')[0] % 10}{len(name) % 10}.csv" if name in titles else f"q3/{name}", data)
        packed.writestr("__MACOSX/q3/._activities.csv", b"\0\5\26\7")
    raw = other.read_bytes()
    for name, title in titles.items():
        raw = raw.replace(f"@@{title.encode('utf-8')[0] % 10}{len(name) % 10}".encode(), title.encode("cp932"))
    other.write_bytes(raw)
    assert json.loads(reported.renkei("401005", "submit", "--yes", other, "-o", "json").stdout)["number"] == "401005-2016Q3-1"


def test_an_archive_that_is_not_as_it_should_be_is_refused_by_name(reported, tmp_path):
    bomb, many, broken, empty = (tmp_path / f"{name}.zip" for name in ("bomb", "many", "broken", "empty"))
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("activities.csv", b"a" * (40 << 20))
    with zipfile.ZipFile(many, "w") as packed:
        for n in range(101):
            packed.writestr(f"{n}.csv", b"a")
    with zipfile.ZipFile(broken, "w") as packed:
        packed.writestr("activities.csv", "件名,\"".encode())
    with zipfile.ZipFile(empty, "w") as packed:
        packed.writestr("readme.txt", b"")
    for path, word in ((bomb, "bomb.zip"), (many, "101 個"), (broken, "activities.csv:1"), (empty, "empty.zip")):
        assert word in reported.renkei(None, "check", path, lang="ja", status=65).stderr


def test_a_form_in_csv_is_written_as_an_archive_or_a_folder(reported, tmp_path):
    reported.renkei("401005", "template", "--period", "2016Q3", "--format", "csv", "-O", tmp_path / "a.zip", lang="ja")
    reported.renkei("401005", "template", "--period", "2016Q3", "--csv", "-O", tmp_path / "folder", lang="ja")
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {p.name: p.read_bytes() for p in (tmp_path / "folder").iterdir()}
    first = (tmp_path / "a.zip").read_bytes()
    reported.renkei("401005", "template", "--period", "2016Q3", "--format", "csv", "-O", tmp_path / "a.zip", "--force", lang="ja")
    assert (tmp_path / "a.zip").read_bytes() == first
    assert reported.renkei("401005", "template", "--csv", "--format", "xlsx", status=64)


def test_csv_saved_by_excel_in_japan_is_read(reported, tmp_path):
    """Excel's own "CSV" is CP932; what was read so is said once."""
    reported.renkei("401005", "report", "export", "2016Q3", "--format", "csv", "--encoding", "cp932", "-O", tmp_path / "q3", lang="ja")
    text = (tmp_path / "q3/activities.csv").read_bytes()
    assert "日中友好環境保全センターとの覚書" in text.decode("cp932") and not text.startswith(b"\xef\xbb\xbf")
    said = reported.renkei("401005", "submit", "--yes", tmp_path / "q3", "-o", "json", lang="ja")
    assert json.loads(said.stdout)["number"] == "401005-2016Q3-1" and said.stderr.count("UTF-8 でない") == 1
    # Neither of the two: where and which byte.
    (tmp_path / "q3/outcomes.csv").write_bytes("outcome_id,text\n1,".encode() + b"\x81\x20\n")
    assert "outcomes.csv:2" in reported.renkei(None, "check", tmp_path / "q3", lang="ja", status=65).stderr


def test_what_cp932_lacks_is_listed_and_shown_as_geta(reported, tmp_path):
    names = reported.renkei("401005", "org", "list", "--partners", "--excel", "--encoding", "cp932", "-O", tmp_path / "names.csv", lang="ja", status=79)
    rows = list(csv.reader(io.StringIO((tmp_path / "names.csv").read_bytes().decode("cp932"))))
    whole = list(csv.reader(io.StringIO(reported.renkei("401005", "org", "list", "--partners", "-o", "csv", lang="ja").stdout)))
    lost = [(n + 1, whole[0][m], c) for n, row in enumerate(whole) for m, cell in enumerate(row) for c in cell if c.encode("cp932", "replace") == b"?" and c != "?"]
    assert lost and sum(cell.count(GETA) for row in rows for cell in row) == len(lost)
    for row, field, character in lost:
        assert f"{row} 行目の {field}：「{character}」（U+{ord(character):04X}）" in names.stderr
    assert f"{len(lost)} 文字を {GETA}" in names.stderr
    refused = reported.renkei("401005", "org", "list", "--partners", "--encoding", "cp932", "--strict", "-O", tmp_path / "strict.txt", lang="ja", status=65)
    assert "何も書き出しませんでした" in refused.stderr and not (tmp_path / "strict.txt").exists()
    assert "--encoding" in reported.renkei("401005", "org", "list", "-o", "json", "--encoding", "cp932", lang="ja", status=64).stderr
    assert "--encoding" in reported.renkei("401005", "org", "list", "--strict", lang="ja", status=64).stderr


@pytest.mark.parametrize("locale", [{}, {"LC_ALL": "C"}, {"LANG": "ja_JP.UTF-8"}, {"LANG": "ja_JP.SJIS"}])
def test_cp932_needs_no_locale(tmp_path, locale):
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **SANITIZERS, **locale}
    run = subprocess.run([RENKEI, "--lang", "ja", "report", "fields", "--encoding", "cp932"], env=env, capture_output=True, timeout=60)
    assert run.returncode == 0, run.stderr
    plain = subprocess.run([RENKEI, "--lang", "ja", "report", "fields"], env=env, capture_output=True, timeout=60)
    assert run.stdout.decode("cp932") == plain.stdout.decode()


def test_a_machine_without_the_table_says_what_to_install(tmp_path):
    """glibc looks for its tables where it is told to look, and there alone when its own cache is not used."""
    if not shutil.which("unshare") or os.geteuid() != 0:
        pytest.skip("needs root to hide the modules from one process")
    folder = next((p for p in ("/usr/lib/x86_64-linux-gnu/gconv", "/usr/lib/aarch64-linux-gnu/gconv", "/usr/lib64/gconv") if os.path.isdir(p)), None)
    if folder is None:
        pytest.skip("no folder of modules is known here")
    (tmp_path / "empty").mkdir()
    script = f"mount --bind {tmp_path}/empty {folder} && exec {RENKEI} --lang ja report fields --encoding cp932"
    run = subprocess.run(["unshare", "-m", "sh", "-c", script], env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **SANITIZERS}, capture_output=True, text=True, timeout=60)
    if "mount" in run.stderr:
        pytest.skip("nothing can be mounted here")
    assert run.returncode == 78 and "変換表" in run.stderr and not run.stdout
