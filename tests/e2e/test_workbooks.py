"""What renkei check makes of workbooks: those that programs write, and more than a hundred that are not as they should be."""
import datetime
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import zipfile

import pytest

import broken_workbooks
from demo import RENKEI, SANITIZERS
from workbooks import ACTIVITY, ACTIVITY_HEAD, COVER, DATE, EPOCH, ERA, MONTH, book, form, parts, sheet, zipped

openpyxl = pytest.importorskip("openpyxl")
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def check(folder, data, *words, name="form.xlsx", lang="ja"):
    (folder / name).write_bytes(data)
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", **SANITIZERS}
    done = subprocess.run([RENKEI, "--lang", lang, "check", "--today", "2017-01-10", *words, name], cwd=folder, env=env, capture_output=True, timeout=90)
    done.out, done.err = done.stdout.decode(), done.stderr.decode()
    return done


def findings(folder, data, *words, **more):
    """Every finding as {column: text}; place is where it stands."""
    done = check(folder, data, "-o", "jsonl", *words, **more)
    assert done.returncode in (0, 65), done.err
    return [json.loads(line) for line in done.out.splitlines()]


def figures(sentence):
    return set(re.findall(r"[0-9]+", sentence))


def told(found):
    return [(one["severity"], one["code"], one["field_path"], one["value"]) for one in found]


def test_there_are_more_than_a_hundred_broken_ones():
    names = [case[0] for case in (*broken_workbooks.refused(), *broken_workbooks.found())]
    assert len(names) > 100 and len(set(names)) == len(names)


@pytest.mark.parametrize("name,data,reason,words", [pytest.param(*case, id=case[0]) for case in broken_workbooks.refused()])
def test_what_cannot_be_read_is_refused_by_name(tmp_path, name, data, reason, words):
    done = check(tmp_path, data, lang="en")
    assert done.returncode == 65 and done.out == "", (done.returncode, done.out, done.err)
    lines = done.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("renkei: ") and words in lines[0], done.err
    assert "form.xlsx: " in lines[0]
    in_japanese = check(tmp_path, data).err
    assert any("ぁ" <= c <= "ん" for c in in_japanese) and "form.xlsx" in in_japanese
    # What is wrong is said in Japanese; no English comes behind it.
    assert not re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", in_japanese), in_japanese
    # Which value and which limit is told in every language.
    for told in (in_japanese, check(tmp_path, data, lang="zh").err):
        assert figures(lines[0]) <= figures(told), (lines[0], told)


@pytest.mark.parametrize("name,data,code,place,words", [pytest.param(*case, id=case[0]) for case in broken_workbooks.found()])
def test_what_is_wrong_in_a_cell_is_found_at_that_cell(tmp_path, name, data, code, place, words):
    found = findings(tmp_path, data, lang="en")
    one = [f for f in found if f["code"] == code and f["field_path"] == place]
    assert one, told(found)
    assert any(words in f["value"] + f["suggestion"] + f["sentence"] for f in one), one


def test_a_whole_form_has_no_findings(tmp_path):
    assert [f for f in findings(tmp_path, book()) if f["severity"] == "error"] == []


def test_columns_stand_in_any_order_and_language(tmp_path):
    for labels in (["activity_id", "title", "kind", "status", "actual_start", "actual_end", "place.city", "municipalities[].municipality_code", "partners[].partner_code"],
                   ["活动编号", "名称", "种类", "状况", "实际开始日期", "实际结束日期", "城市・会场", "参与自治体", "中方地方政府"],
                   ["activity id", "title", "kind", "status", "actual start", "actual end", "city", "municipalities", "partners"]):
        data = book(form([list(reversed(ACTIVITY))], head=list(reversed(labels))))
        assert [f for f in findings(tmp_path, data) if f["severity"] == "error"] == [], labels
    wrong = list(reversed(ACTIVITY))
    wrong[-3] = "宴会"
    found = findings(tmp_path, book(form([wrong], head=list(reversed(ACTIVITY_HEAD)))))
    assert ("error", "CELL_EXPECTS_CHOICE", "取組!G2", "宴会") in told(found)


def test_everything_people_write_becomes_the_same_report(tmp_path):
    head = [*ACTIVITY_HEAD, "日数", "日本側人数"]
    for start, end, days, persons, code in (("2016-10-12", "2016-10-13", 2, 1200, "401005 北九州市"), ((42655, DATE), (42656, ERA), "２", "１，２００", "４０１００５"),
                                            ("平成28年10月12日", "2016/10/13", "2.0", "1,200", 401005), ("２０１６年１０月１２日", "H28.10.13", " 2 ", "1200", "401005　北九州市")):
        row = [*ACTIVITY[:4], start, end, ACTIVITY[6], code, ACTIVITY[8], days, persons]
        found = findings(tmp_path, book(form([[None] * 11, row], head=head)))
        assert [f for f in found if f["severity"] == "error"] == [], (start, end, days, persons)


@pytest.mark.parametrize("written", ["平成28年 10月 12日", "20161012", "H28.10.12", "平成28.10.12", "2016/10/12", "2016.10.12", "２０１６．１０．１２", "Ｈ２８．１０．１２", 20161012])
def test_a_day_is_read_however_it_is_written(tmp_path, written):
    found = findings(tmp_path, book(form([[*ACTIVITY[:4], written, None, *ACTIVITY[6:]]])))
    assert told(found) == told(findings(tmp_path, book(form([[*ACTIVITY[:4], "2016-10-12", None, *ACTIVITY[6:]]]))))


@pytest.mark.parametrize("written, code, words", [
    ("平成28年13月1日", "DATE_OUT_OF_RANGE", "13月という月はありません"),
    ("H28.13.1", "DATE_OUT_OF_RANGE", "13月という月はありません"),
    ("平成28年9月31日", "DATE_IMPOSSIBLE", "30日まで"),
    ("昭和64年2月1日", "DATE_OUTSIDE_ERA", "平成元年2月1日"),
    ("平成50年4月1日", "DATE_OUTSIDE_ERA", "2019年4月30日"),
    ("平成32年7月1日", "DATE_ERA_OVER", "令和2年7月1日"),
])
def test_what_of_a_date_cannot_be_is_said(tmp_path, written, code, words):
    done = check(tmp_path, book(form([[*ACTIVITY[:4], written, None, *ACTIVITY[6:]]])))
    said = [line for line in done.out.splitlines() if words in line]
    assert "取組!E2" in done.out and f"[{code}]" in done.out and said, done.out
    assert "日付を書く欄です" not in done.out


def test_a_choice_is_told_in_the_words_of_the_form(tmp_path):
    head = [*ACTIVITY_HEAD, "自治体の役割"]
    done = check(tmp_path, book(form([[*ACTIVITY[:2], None, *ACTIVITY[3:], "主催"]], head=head)))
    assert "[ENUM_REQUIRED]" in done.out and "ACTIVITY_KIND" not in done.out and "現地セミナー" in done.out, done.out
    assert "取組!J2" in done.out and "主催・受入" in done.out
    done = check(tmp_path, book(form([[*ACTIVITY[:2], None, *ACTIVITY[3:], "主催"]], head=head)), lang="en")
    assert "local seminar" in done.out and "ACTIVITY_KIND" not in done.out
    done = check(tmp_path, book(form([[*ACTIVITY[:7], "北九州", ACTIVITY[8]]])))
    assert "401005 北九州市" in done.out


def test_a_missing_role_is_told_in_the_column_of_roles(tmp_path):
    head = [*ACTIVITY_HEAD, "自治体の役割", "中国側の役割"]
    found = findings(tmp_path, book(form([[*ACTIVITY, None, None]], head=head)))
    assert {(f["code"], f["field_path"]) for f in found if f["code"] == "PARTY_ROLE_MISSING"} == {("PARTY_ROLE_MISSING", "取組!J2"), ("PARTY_ROLE_MISSING", "取組!K2")}


def test_a_month_is_not_made_a_day(tmp_path):
    row = [*ACTIVITY[:4], (42644, MONTH), None, *ACTIVITY[6:]]
    found = findings(tmp_path, book(form([row])))
    assert not [f for f in found if f["code"] == "CELL_EXPECTS_DATE"]
    late = [*ACTIVITY[:4], (43009, MONTH), None, *ACTIVITY[6:]]
    assert any(f["value"] == "2017-10" and f["field_path"] == "取組!E2" for f in findings(tmp_path, book(form([late]))))


def test_people_read_the_words_of_the_form(tmp_path):
    cover = [*COVER, ["実績なし", "いいえ"]]
    done = check(tmp_path, book(form([], cover=cover)))
    assert "表紙!B5" in done.out and '= "いいえ"' in done.out and "：はい" in done.out, done.out
    done = check(tmp_path, broken_workbooks.changed("参加自治体", "401006"))
    assert "401005 北九州市" in done.out
    rows = [["取組番号", "費目", "負担者", "負担割合"], ["2016Q3-A1", "宿泊費", "不明", "なし"]]
    done = check(tmp_path, book(form(more={"費用負担": sheet(rows)})))
    assert "費用負担!D2" in done.out and "COST_SHARE" not in done.out, done.out


def written(workbook):
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def by_openpyxl():
    """The same form as people fill it in by a program: shared texts, dates as dates, a sheet of its own."""
    workbook = openpyxl.Workbook()
    cover = workbook.active
    cover.title = "表紙"
    for row in COVER:
        cover.append(row)
    activities = workbook.create_sheet("取組")
    activities.append(ACTIVITY_HEAD)
    activities.append([*ACTIVITY[:4], datetime.date(2016, 10, 12), datetime.datetime(2016, 10, 13), *ACTIVITY[6:]])
    activities["B3"] = "=B2"
    return workbook


def test_a_workbook_of_openpyxl_is_read(tmp_path):
    workbook = by_openpyxl()
    found = findings(tmp_path, written(workbook))
    assert ("CELL_UNVALUED", "取組!B3") in [(f["code"], f["field_path"]) for f in found]
    del workbook["取組"]["B3"]
    workbook["取組"]["B3"] = None
    assert [f for f in findings(tmp_path, written(workbook)) if f["severity"] == "error"] == []
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    assert [f for f in findings(tmp_path, written(workbook)) if f["severity"] == "error"] == []


def test_the_name_of_another_behind_a_code_is_found(tmp_path):
    wrong = [*ACTIVITY[:7], "401005 神戸市", *ACTIVITY[8:]]
    assert any(f["code"] == "CELL_EXPECTS_CODE" and "281000" in f["suggestion"] for f in findings(tmp_path, book(form([wrong]))))


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_a_workbook_that_libreoffice_saved_is_read(tmp_path):
    (tmp_path / "in").mkdir()
    workbook = by_openpyxl()
    (tmp_path / "in/form.xlsx").write_bytes(written(workbook))
    subprocess.run([SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "out",
                    tmp_path / "in/form.xlsx"], check=True, capture_output=True, timeout=180)
    found = findings(tmp_path, (tmp_path / "out/form.xlsx").read_bytes())
    assert [f["code"] for f in found if f["severity"] == "error" and not f["field_path"].endswith("3")] == []


def test_findings_are_written_back_as_comments(tmp_path):
    more = {"参加者": sheet([["取組番号", "日中の別", "区分", "実人数"], ["2016Q3-A1", "日本側", "自治体職員", "数名"]])}
    wrong = [*ACTIVITY[:2], "宴会", *ACTIVITY[3:7], "401006", ACTIVITY[8]]
    data = book(form([wrong], more=more))
    done = check(tmp_path, data, "--write-back")
    assert done.returncode == 65 and "form.checked.xlsx" in done.err, done.err
    copy = (tmp_path / "form.checked.xlsx").read_bytes()
    workbook = openpyxl.load_workbook(io.BytesIO(copy))
    assert "401005" in workbook["取組"]["H2"].comment.text and workbook["取組"]["H2"].comment.author == "renkei check"
    assert "選択肢" in workbook["取組"]["C2"].comment.text
    assert "整数" in workbook["参加者"]["D2"].comment.text
    assert workbook["取組"]["B2"].comment is None and workbook["取組"]["B2"].value == ACTIVITY[1]
    # What needed no change is what it was.
    before, after = (zipfile.ZipFile(io.BytesIO(one)) for one in (data, copy))
    changed = {name for name in before.namelist() if before.read(name) != after.read(name)}
    assert changed == {"[Content_Types].xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"} | (changed & {"xl/worksheets/sheet1.xml"})
    # The copy says the same, and its own copy has each comment once.
    again = findings(tmp_path, copy, "--write-back", name="again.xlsx")
    assert told(again) == told(findings(tmp_path, data))
    twice = openpyxl.load_workbook(tmp_path / "again.checked.xlsx")
    # Nobody's copy is written over, and a workbook that we wrote from front to back is copied too.
    check(tmp_path, data, "--write-back")
    assert (tmp_path / "form.checked.xlsx").read_bytes() == copy and (tmp_path / "form.checked-2.xlsx").read_bytes() == copy
    assert twice["取組"]["H2"].comment.text == workbook["取組"]["H2"].comment.text


def test_the_copy_takes_the_name_that_is_asked_for(tmp_path):
    data = broken_workbooks.changed("参加自治体", "401006")
    done = check(tmp_path, data, "--write-back", "-O", tmp_path / "back.xlsx")
    assert done.returncode == 65 and "back.xlsx" in done.err and "401005" in done.out, done.err
    copy = (tmp_path / "back.xlsx").read_bytes()
    comments = [cell.comment.text for tab in openpyxl.load_workbook(io.BytesIO(copy)) for row in tab for cell in row if cell.comment]
    assert any("401005" in text for text in comments)
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["back.xlsx", "form.xlsx"]
    # Somebody may have gone on in it, and the form itself is not written over.
    for there in ("back.xlsx", "form.xlsx"):
        done = check(tmp_path, data, "--write-back", "-O", tmp_path / there)
        assert done.returncode == 73 and "-O で別の名前を指定してください" in done.err, done.err
        assert (tmp_path / "back.xlsx").read_bytes() == copy and (tmp_path / "form.xlsx").read_bytes() == data
    assert "一つのブックの写しの名前" in check(tmp_path, data, "--write-back", "-O", "-").err


def test_a_copy_knows_nothing_of_the_clock(tmp_path):
    data = broken_workbooks.changed("参加自治体", "401006")
    assert check(tmp_path, data, "--write-back").returncode == 65
    with zipfile.ZipFile(tmp_path / "form.checked.xlsx") as copy:
        assert "xl/worksheets/_rels/sheet2.xml.rels" in copy.namelist()
        assert {entry.filename: entry.date_time for entry in copy.infolist()} == {name: EPOCH for name in copy.namelist()}


def test_a_copy_unpacks_no_part_twice(tmp_path):
    """What may be read may be written back: the limit on what a workbook unpacks to counts each part once."""
    padding = "".join(f"<!--{hashlib.sha256(b'%d' % i).hexdigest()[:40]}{'x' * 3000}-->" for i in range(1500))
    wrong = [*ACTIVITY[:7], "401006", ACTIVITY[8]]
    data = book({"表紙": sheet(COVER), "取組": sheet([ACTIVITY_HEAD, wrong], padding)})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert 40 < sum(one.file_size for one in archive.infolist()) / len(data) < 95
    done = check(tmp_path, data, "--write-back")
    assert done.returncode == 65 and "form.checked.xlsx" in done.err, done.err
    assert "401005" in openpyxl.load_workbook(tmp_path / "form.checked.xlsx")["取組"]["H2"].comment.text


def test_a_part_may_be_called_anything(tmp_path):
    content = parts(form([[*ACTIVITY[:7], "401006", ACTIVITY[8]]]))
    content = {name.replace("sheet2", "s&'2"): text.replace("sheet2", "s&amp;'2") for name, text in content.items()}
    done = check(tmp_path, zipped(content), "--write-back")
    assert done.returncode == 65 and "form.checked.xlsx" in done.err, done.err
    assert "401005" in openpyxl.load_workbook(tmp_path / "form.checked.xlsx")["取組"]["H2"].comment.text


def test_many_findings_of_one_cell_are_one_comment(tmp_path):
    rows = [[*ACTIVITY[:7], "401006", ACTIVITY[8]] for _ in range(3)]
    done = check(tmp_path, book(form(rows)), "--write-back")
    assert done.returncode == 65, done.err
    sheets = openpyxl.load_workbook(tmp_path / "form.checked.xlsx")
    assert sheets["取組"]["A3"].comment.text.count("2016Q3-A1") >= 1 and "401005" in sheets["取組"]["H4"].comment.text


def severities(done, shape):
    """How many errors, warnings and notes are listed."""
    if shape == "table":
        listed = [line.split()[0] for line in done.out.splitlines() if line.startswith("  ") and not line.startswith("    ")]
        return [listed.count(word) for word in ("誤り", "注意", "参考")]
    if shape == "json":
        found = [one for report in json.loads(done.out) for one in report["verdict"].get("findings", [])]
        return [[one["severity"] for one in found].count(f"SEVERITY_{word}") for word in ("ERROR", "WARNING", "INFO")]
    return [[json.loads(line)["severity"] for line in done.out.splitlines()].count(word) for word in ("error", "warning", "info")]


@pytest.mark.parametrize("shape", ["table", "json", "jsonl"])
def test_what_is_counted_is_what_is_listed(tmp_path, shape):
    # People of both sides lack in one cell how they were counted: that is said once.
    rows = [[*ACTIVITY, 3, 12], [*ACTIVITY[:4], "2016-11-31", *ACTIVITY[5:7], "401006；401005", "210200；110000", 2, 5]]
    done = check(tmp_path, book(form(rows, [*ACTIVITY_HEAD, "日本側人数", "中国側人数", "participants[].basis"])), "-o", shape)
    said = re.search(r"誤り ?(なし|[0-9]+) ?件?、注意 ([0-9]+) 件、参考 ([0-9]+) 件", done.err)
    assert [0 if word == "なし" else int(word) for word in said.groups()] == severities(done, shape), done.out + done.err
    assert sum(severities(done, shape)) >= 4


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_libreoffice_sees_the_comments(tmp_path):
    check(tmp_path, broken_workbooks.changed("参加自治体", "401006"), "--write-back")
    subprocess.run([SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "out",
                    tmp_path / "form.checked.xlsx"], check=True, capture_output=True, timeout=180)
    assert "401005" in openpyxl.load_workbook(tmp_path / "out/form.checked.xlsx")["取組"]["H2"].comment.text


def test_comments_of_others_stay(tmp_path):
    workbook = by_openpyxl()
    del workbook["取組"]["B3"]
    workbook["取組"]["C2"] = "宴会"
    workbook["取組"]["C2"].comment = openpyxl.comments.Comment("確認中です", "北九州市")
    workbook["取組"]["B2"].comment = openpyxl.comments.Comment("件名は仮", "北九州市")
    done = check(tmp_path, written(workbook), "--write-back")
    assert done.returncode == 65, done.err
    after = openpyxl.load_workbook(tmp_path / "form.checked.xlsx")["取組"]
    assert after["B2"].comment.text == "件名は仮" and after["B2"].comment.author == "北九州市"
    assert after["C2"].comment.text.startswith("確認中です") and "選択肢" in after["C2"].comment.text


def test_a_warning_is_answered_at_its_cell(tmp_path):
    done = check(tmp_path, book(), "--answer", "PARTY_ROLE_MISSING@取組!H2=主催は中国側")
    assert done.returncode == 0 and done.out.count("主催は中国側") == 1, done.out + done.err
    assert check(tmp_path, book(), "--answer", "PARTY_ROLE_MISSING@取組!H9=x").returncode == 64


def test_without_findings_there_is_nothing_to_write_back(tmp_path):
    row = [*ACTIVITY]
    done = check(tmp_path, book(form([row])), "--write-back")
    if done.out.strip() == "":
        assert not (tmp_path / "form.checked.xlsx").exists() and "写しは作りません" in done.err
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    done = check(tmp_path, b'{"municipality_code": "401005"}', "--write-back", name="x.json")
    assert "ブックではない" in done.err and not (tmp_path / "x.checked.json").exists()
