"""What renkei does without a server: help, check, contexts, exit statuses."""
import csv
import io
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from demo import RENKEI, RENKEID

GOOD = {"municipality_code": "401005", "period": {"fiscal_year": 2016, "quarter": "q1", "variant": "regular"}, "action": "new", "nil": True}


@pytest.fixture
def renkei(tmp_path):
    """Runs renkei in a home of its own."""
    def run(*words, status=0, lang="en", stdin=None, **more):
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C", **more}
        done = subprocess.run([RENKEI, "--lang", lang, *map(str, words)], env=env, input=stdin, capture_output=True, timeout=60, cwd=tmp_path)
        done.out, done.err = done.stdout.decode(), done.stderr.decode()
        assert done.returncode == status, f"{words}: exit {done.returncode}\n{done.out}\n{done.err}"
        return done
    return run


def put(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode())
    return path


def test_help_is_data_and_a_bare_command_is_a_usage_error(renkei):
    assert "\n  submit " in renkei("--help").out
    assert "報告を提出し" in renkei("help", lang="ja").out
    assert "--dry-run" in renkei("submit", "--help").out
    bare = renkei(status=64)
    assert bare.out == "" and "\n  submit " in bare.err


def test_the_overview_has_a_line_for_every_family_and_all_has_every_command(renkei):
    every = re.findall(r"^  ([a-z-]+(?: [a-z-]+)*) ", renkei("help", "--all", lang="en").out.split("Options of every command")[0], re.MULTILINE)
    families = re.findall(r"^  ([a-z]+) ", renkei("help", lang="en").out, re.MULTILINE)
    assert "report send-back" in every and {name.split()[0] for name in every} == set(families) and len(families) == len(set(families))


def test_a_command_that_has_others_behind_it_names_them(renkei):
    for word, behind in (("evaluate", "evaluate choose"), ("query", "query save")):
        assert f"\n  {behind} " in renkei(word, "--help").out
    assert "evaluate fix" in renkei("evaluate", "fox", status=64).err


def test_the_ending_of_a_file_says_its_format(renkei, tmp_path):
    assert renkei("template", "--blank", "--period", "2016Q1", "-m", "401005", "-O", tmp_path / "form.zip") and (tmp_path / "form.zip").read_bytes().startswith(b"PK")
    assert "csv" not in {path.suffix for path in tmp_path.iterdir()}
    said = renkei("template", "--blank", "--period", "2016Q1", "-m", "401005", "-O", tmp_path / "form.pdf", status=64).err
    assert "pdf" in said and "xlsx" in said and not (tmp_path / "form.pdf").exists()


def test_what_stands_for_something_is_said_in_the_readers_language(renkei):
    assert "renkei submit [オプション...] ファイル..." in renkei("submit", "--help", lang="ja").out
    assert "renkei submit [选项...] 文件..." in renkei("submit", "--help", lang="zh").out
    said = renkei("report", "diff", status=64, lang="ja").err
    assert "対象期|受領番号" in said and "PERIOD" not in said, said


@pytest.mark.skipif(not shutil.which("man"), reason="no man here")
@pytest.mark.parametrize("lang", ["C.UTF-8", "ja_JP.UTF-8"])
def test_the_japanese_page_opens_where_no_locale_was_generated(tmp_path, lang):
    page = pathlib.Path(RENKEI).parent / "renkei.ja.1"
    folder = tmp_path / "man/ja/man1"
    folder.mkdir(parents=True)
    shutil.copy(page, folder / "renkei.1")
    # man itself writes what the locale has characters for: LC_ALL=C.UTF-8, as README.md says, where none was generated.
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "MANPATH": str(tmp_path / "man"), "LANG": lang, "LC_ALL": "C.UTF-8", "MANPAGER": "cat"}
    done = subprocess.run(["man", "-L", "ja", "renkei"], env=env, capture_output=True, timeout=60)
    assert done.returncode == 0 and "四半期" in done.stdout.decode() and "can't find special character" not in done.stderr.decode()


@pytest.mark.skipif(not shutil.which("man"), reason="no man here")
@pytest.mark.parametrize("lang", ["C", "ja_JP.UTF-8"])
def test_help_opens_the_page_where_no_locale_was_generated(renkei, tmp_path, lang):
    folder = tmp_path / "man/ja/man1"
    folder.mkdir(parents=True)
    shutil.copy(pathlib.Path(RENKEI).parent / "renkei.ja.1", folder / "renkei.1")
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "MANPATH": str(tmp_path / "man"), "LANG": lang, "MANPAGER": "cat"}
    done = subprocess.run([RENKEI, "--lang", "ja", "help", "--man"], env=env, capture_output=True, timeout=60)
    assert done.returncode == 0 and "四半期" in done.stdout.decode() and "can't find special character" not in done.stderr.decode()
    missing = subprocess.run([RENKEI, "--lang", "ja", "help", "--man"], env={**env, "MANPATH": str(tmp_path / "none")}, capture_output=True, timeout=60)
    assert missing.returncode == 69 and "renkei help --all" in missing.stderr.decode()


def test_a_first_word_alone_lists_the_second_ones(renkei):
    for words in (("report", "--help"), ("help", "report")):
        out = renkei(*words, lang="ja").out
        assert "report history 対象期|受領番号" in out and "submit" not in out and "renkei report コマンド --help" in out
    bare = renkei("report", status=64, lang="ja")
    assert bare.out == "" and "もう一語" in bare.err and "report withdraw" in bare.err and "org list" not in bare.err
    assert "receipt verify" in renkei("receipt", "--help").out


def test_each_command_of_the_daemon_has_its_own_help():
    said = subprocess.run([RENKEID, "demo", "--help"], capture_output=True, text=True, check=True).stdout
    assert "demo --dir DIR" in said and "demo.env" in said and "migrate" not in said
    assert "migrate" in subprocess.run([RENKEID, "--help"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("words", [("report", "withdraw", "2016Q2", "--reason", " "), ("event", "link", "400009-2016Q3-1/a", "401005-2016Q3-1/b", "--reason", "\u3000"),
                                   ("extension", "refuse", "401005-2016Q3-E1", "--reason="), ("report", "send-back", "2016Q2", "--reason", "\t\u00a0\n")])
def test_a_reason_of_blanks_is_none(renkei, words):
    assert "--reason の理由が空です" in renkei(*words, status=64, lang="ja", RENKEI_SERVER="127.0.0.1:1").err


def test_version_is_the_command_s_where_it_has_one(renkei):
    for words in (("report", "show", "2016Q2"), ("report", "withdraw", "2016Q2", "--reason", "誤り"), ("report", "export", "2016Q2")):
        done = renkei(*words, "--version", "2", status=78, RENKEI_SERVER="127.0.0.1:1")
        assert done.out == "" and "--ca" in done.err
    assert renkei("--version").out.startswith("renkei ")


def test_a_misspelt_word_gets_the_probable_one(renkei):
    assert "did you mean 'status'" in renkei("stauts", status=64).err
    assert "「report list」のことですか" in renkei("report", "lst", status=64, lang="ja").err
    assert "did you mean '--municipality'" in renkei("report", "list", "--munciipality", "401005", status=64).err
    assert "did you mean 'trainees'" in renkei("query", "--measure", "trainee", status=64, RENKEI_SERVER="127.0.0.1:1").err


def test_a_good_report_is_good_in_every_form_of_file(renkei, tmp_path):
    put(tmp_path, "one.json", GOOD)
    put(tmp_path, "bom.json", b"\xef\xbb\xbf" + json.dumps(GOOD).encode().replace(b",", b",\r\n"))
    put(tmp_path, "many.json", [GOOD, GOOD])
    put(tmp_path, "lines.jsonl", b"".join(json.dumps(GOOD).encode() + b"\n" for _ in range(3)))
    put(tmp_path, "raw.binpb", b"\x0a\x06401005\x12\x07\x08\xe0\x0f\x10\x01\x18\x01\x18\x01\x30\x01")
    for name, count in (("one.json", 1), ("bom.json", 1), ("many.json", 2), ("lines.jsonl", 3), ("raw.binpb", 1)):
        assert f"{count} report(s): no errors" in renkei("check", name).err
    assert "1 report(s): no errors" in renkei("check", "-", stdin=json.dumps(GOOD).encode()).err


def test_every_finding_is_told_with_its_place_and_label(renkei, tmp_path):
    put(tmp_path, "bad.json", {**GOOD, "municipality_code": "401006", "action": None, "nil": False, "outcomes": [{"text": "x"}]})
    done = renkei("check", "bad.json", status=65, lang="ja")
    for part in ("municipality_code (自治体コード) = \"401006\"", "LG_CODE_CHECK_DIGIT", "通る値の例：401005", "outcomes[0].outcome_id (成果1 > 成果番号)",
                 "\"action\": \"new\""):
        assert part in done.out
    rows = list(csv.DictReader(io.StringIO(renkei("check", "bad.json", "-o", "csv", status=65).out)))
    assert {r["code"] for r in rows} >= {"LG_CODE_CHECK_DIGIT", "ENUM_REQUIRED", "REQUIRED_MISSING"}
    lines = [json.loads(line) for line in renkei("check", "bad.json", "-o", "jsonl", status=65).out.splitlines()]
    assert [r["code"] for r in lines] == [r["code"] for r in rows]
    verdict = json.loads(renkei("check", "bad.json", "-o", "json", status=65).out)[0]["verdict"]
    assert [f["code"] for f in verdict["findings"]] == [r["code"] for r in rows]


def test_all_mistakes_of_a_report_are_told_at_once(renkei, tmp_path):
    activity = {"activity_id": "a1", "titel": "x", "kind": "訪日研修", "status": "held", "days": "３", "actual_start": {"year": 2016, "month": 5, "day": 32, "precision": "day"},
                "partners": [{"partner_code": 120000, "role": "PARTY_ROLE_ORGANISER"}], "participants": [{"side": "SIDE_CHINA", "persons": "１２"}]}
    put(tmp_path, "bad.json", {**GOOD, "nil": "true", "action": "neww", "activities": [activity]})
    rows = {r["field_path"]: r for r in csv.DictReader(io.StringIO(renkei("check", "bad.json", "-o", "csv", status=65).out))}
    for path, code, suggestion in (("nil", "JSON_EXPECTS_FLAG", "true"), ("action", "JSON_EXPECTS_CHOICE", "new"), ("activities[0].days", "JSON_EXPECTS_WHOLE", "3"),
                                   ("activities[0].titel", "JSON_UNKNOWN_FIELD", "title"), ("activities[0].kind", "JSON_EXPECTS_CHOICE", ""),
                                   ("activities[0].partners[0].partner_code", "JSON_EXPECTS_TEXT", "\"120000\""),
                                   ("activities[0].partners[0].role", "JSON_EXPECTS_CHOICE", ""), ("activities[0].participants[0].side", "JSON_EXPECTS_CHOICE", ""),
                                   ("activities[0].participants[0].persons", "JSON_EXPECTS_WHOLE", "12"), ("activities[0].actual_start", "DATE_IMPOSSIBLE", "")):
        assert (rows[path]["code"], rows[path]["suggestion"]) == (code, suggestion), path
    assert "jp, cn" in rows["activities[0].participants[0].side"]["sentence"]
    assert "activities[0].participants[0].category" in rows and "activities[0].title" not in rows
    done = renkei("check", "bad.json", status=65, lang="ja").out
    assert "半角数字の整数（0 から 1000000）" in done and "通る値の例：12" in done
    refused = renkei("submit", "bad.json", "--yes", "--server", "127.0.0.1:1", status=65).err
    assert "JSON_EXPECTS_CHOICE" in refused and "Nothing was sent" in refused


def test_a_date_is_text_or_numbers_and_a_filled_precision_is_told(renkei, tmp_path):
    need = {"need_id": "n1", "partner_code": "120000", "text_ja": "研修"}
    put(tmp_path, "dates.json", {**GOOD, "nil": False, "needs": [{**need, "date": {"year": 2016, "month": 5, "day": 2}, "responded": "平成28年5月"}]})
    rows = list(csv.DictReader(io.StringIO(renkei("check", "dates.json", "-o", "csv", lang="ja").out)))
    assert [(r["severity"], r["field_path"], r["value"], r["code"]) for r in rows] == [("info", "needs[0].date", "2016-05-02", "DATE_PRECISION_FILLED")]
    put(tmp_path, "year.json", {**GOOD, "nil": False, "needs": [{**need, "date": "2016", "responded": {"year": 2016}}]})
    rows = {r["field_path"]: r for r in csv.DictReader(io.StringIO(renkei("check", "year.json", "-o", "csv", status=65).out))}
    assert rows["needs[0].date"]["code"] == "JSON_EXPECTS_DATE"
    assert rows["needs[0].responded"]["code"] == "DATE_PRECISION" and '"fiscal_year" / "year"' in rows["needs[0].responded"]["sentence"]


def test_an_empty_report_is_all_fields_and_lacks_only_what_people_know(renkei, tmp_path):
    renkei("report", "new", "--period", "2016Q3", "-m", "401005", "-O", "new.json")
    report = json.loads((tmp_path / "new.json").read_text())
    assert report["period"] == {"fiscal_year": 2016, "quarter": "q3", "variant": "regular"} and report["municipality_code"] == "401005"
    rows = list(csv.DictReader(io.StringIO(renkei("check", "new.json", "-o", "csv", status=65).out)))
    assert {r["code"] for r in rows if r["severity"] == "error"} == {"REQUIRED_MISSING", "ENUM_REQUIRED"}
    activity = report["activities"][0]
    activity.update(activity_id="a1", kind="training_in_japan", title="研修", status="held", actual_start="平成28年10月12日", themes=["pm25"], scope="whole")
    activity["municipalities"][0]["role"] = "host"
    activity["partners"][0].update(partner_code="120000", role="sender")
    activity["participants"][0].update(side="cn", category="municipal_staff", persons=6, basis="counted")
    report["outcomes"] = []
    put(tmp_path, "filled.json", report)
    assert "no errors" in renkei("check", "filled.json").err
    assert json.loads(renkei("report", "new").out)["period"] == {"fiscal_year": None, "quarter": None, "variant": None}
    renkei("report", "new", "--period", "Q3", status=64)


def test_the_fields_of_a_report_are_listed_with_what_may_stand_in_them(renkei):
    rows = {r["field_path"]: r for r in csv.DictReader(io.StringIO(renkei("report", "fields", "-o", "csv", lang="ja").out))}
    assert len(rows) > 150
    assert rows["period.variant"] == {"field_path": "period.variant", "label": "実績・見込みの別", "kind": "choice", "required": "true", "entries": "",
                                      "values": "regular, forecast"}
    assert rows["activities[].participants[].persons"]["values"] == "0..1000000"
    assert (rows["activities[]"]["kind"], rows["activities[]"]["entries"], rows["activities[]"]["required"]) == ("record", "1000", "false")
    assert "必須" in renkei("report", "fields", lang="ja").out and "必填" in renkei("report", "fields", lang="zh").out


def test_broken_json_is_told_in_the_own_language_with_line_and_column(renkei, tmp_path):
    put(tmp_path, "cut.json", b"{\"nil\": true,\n \"comments\": tru}")
    assert "（2 行 16 桁）" in renkei("check", "cut.json", status=65, lang="ja").out
    assert "第 2 行第 16 列" in renkei("check", "cut.json", status=65, lang="zh").out


def test_today_can_be_said(renkei, tmp_path):
    put(tmp_path, "q.json", GOOD)
    assert "PERIOD_IN_FUTURE" in renkei("check", "q.json", "--today", "2015-01-01", status=65).out
    renkei("check", "q.json", "--today", "2015-02-30", status=64)


@pytest.mark.parametrize("content,status,word", [
    (b"", 65, "is empty"), (b"\n \n", 65, "holds no report"), (b"PK\x03\x04", 65, "workbook"), (b"\xff\xfe{\x00", 65, "UTF-16"),
    ("{\"comments\": \"報告\"}".encode("cp932"), 65, "CP932"), (b"{\"nil\": tru}", 65, "line 1"), (b"[{\"nil\": true}", 65, "no end"),
])
def test_wrong_files_are_told_by_name(renkei, tmp_path, content, status, word):
    put(tmp_path, "x.json", content)
    done = renkei("check", "x.json", status=status)
    assert word in done.err + done.out and "x.json" in done.err + done.out


def test_a_missing_file_is_66_and_does_not_hide_the_others(renkei, tmp_path):
    put(tmp_path, "good.json", GOOD)
    done = renkei("check", "none.json", "good.json", status=66)
    assert "none.json" in done.err and "1 report(s): no errors" in done.err


def test_output_to_a_file_is_whole_or_not_there(renkei, tmp_path):
    put(tmp_path, "good.json", GOOD)
    renkei("check", "good.json", "-o", "json", "-O", "out.json")
    assert json.loads((tmp_path / "out.json").read_text())[0]["file"] == "good.json"
    renkei("check", "good.json", "-O", "none/out.json", status=73)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["good.json", "out.json"]


def test_contexts_are_kept_private_and_the_first_one_is_used(renkei, tmp_path):
    renkei("context", "set", "office", "--server", "127.0.0.1:1", "--ca", "/ca.pem", "--municipality", "401005")
    renkei("context", "set", "other", "--server", "[::1]:7443")
    path = tmp_path / ".config/renkei/contexts.conf"
    assert path.stat().st_mode & 0o777 == 0o600
    rows = json.loads(renkei("context", "list", "-o", "json").out)
    assert [(r["name"], r["current"], r["server"]) for r in rows] == [("office", True, "127.0.0.1:1"), ("other", False, "[::1]:7443")]
    renkei("context", "use", "other")
    assert "::1" in renkei("context", "show").out
    renkei("context", "remove", "other")
    renkei("context", "use", "other", status=64)
    renkei("context", "set", "a b", "--server", "x:1", status=64)
    renkei("context", "set", "x", "--server", "x:99999999", status=78)
    path.write_text("context a {\n\tsever = \"x\"\n}\n")
    assert "contexts.conf:2" in renkei("status", status=78).err


def test_an_empty_context_is_not_kept_and_a_missing_one_is_told(renkei, tmp_path):
    assert "接続先はまだありません" in renkei("context", "show", status=78, lang="ja").err
    assert "--server、--ca" in renkei("context", "set", "honban", status=64, lang="ja").err
    assert "Nothing to show" in renkei("context", "list").err
    renkei("context", "set", "honban", "-m", "401005")
    assert "401005" in renkei("context", "show").out


def test_the_years_of_the_evaluation_are_named_once_and_in_order(renkei):
    at = {"RENKEI_SERVER": "127.0.0.1:1"}
    assert "--year 2014..2016" in renkei("evaluate", "table", status=64, lang="ja", **at).err
    assert "より後の年度" in renkei("evaluate", "table", "--first", "2016", "--last", "2014", status=64, lang="ja", **at).err
    assert "先の年度を先に" in renkei("evaluate", "table", "--year", "2016..2014", status=64, lang="ja", **at).err
    assert "--first" in renkei("evaluate", "table", "--year", "2016", "--last", "2016", status=64, **at).err


def test_without_server_or_certificate_the_sentence_says_what_to_do(renkei, tmp_path):
    assert "renkei context set" in renkei("status", status=78).err
    assert "--ca" in renkei("status", "--server", "127.0.0.1:1", status=78).err
    assert "宛先ではありません" in renkei("status", "--server", "https://x", status=78, lang="ja").err


def test_bash_completion_is_a_script_bash_accepts(renkei, tmp_path):
    script = put(tmp_path, "c.bash", renkei("completion", "bash").stdout)
    words = subprocess.run(["bash", "-c", f". {script}; COMP_WORDS=(renkei rep); COMP_CWORD=1; _renkei; echo ${{COMPREPLY[@]}}"], capture_output=True,
                           text=True, check=True).stdout
    assert words.split() == ["report"]
    renkei("completion", "csh", status=64)


@pytest.mark.parametrize("name, heading", [("renkei.1", "RENKEI"), ("renkei.ja.1", "名前")])
def test_the_man_pages_are_made_without_complaint(name, heading, renkei, tmp_path):
    from demo import ROOT
    page = subprocess.run(["scdoc"], stdin=open(ROOT / f"client/{name}.scd", "rb"), capture_output=True, check=True).stdout
    assert heading in page.decode()
