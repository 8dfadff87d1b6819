"""The form an officer fills in: what an independent reader of workbooks finds in it, and when there is none."""
import csv
import datetime
import io
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import zipfile

import pytest

openpyxl = pytest.importorskip("openpyxl")
from openpyxl.utils import range_boundaries  # noqa: E402

from demo import RENKEI, SANITIZERS  # noqa: E402

HEAD = 4  # title, keys, labels, explanations
LISTS = "コード表"


@pytest.fixture
def renkei(tmp_path):
    """Runs renkei in a folder of its own, without a server."""
    def run(*words, status=0, lang="ja", **more):
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C", **SANITIZERS, **more}
        done = subprocess.run([RENKEI, "--lang", lang, *map(str, words)], env=env, capture_output=True, text=True, timeout=60, cwd=tmp_path)
        assert done.returncode == status, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done
    return run


def keys(sheet):
    return [c.value for c in sheet[2]]


def column(sheet, key):
    return keys(sheet).index(key) + 1


def cell(sheet, row, key):
    """Of the row-th record, counted from 0."""
    return sheet.cell(HEAD + 1 + row, column(sheet, key))


def cover(book):
    return {r[0].value: r[2] for r in book["表紙"].iter_rows(min_row=3)}


def choices(book, sheet, at):
    """What the dropdown of a cell offers; None without one."""
    for rule in sheet.data_validations.dataValidation:
        if at.coordinate in rule.sqref and rule.type == "list":
            title, area = rule.formula1.lstrip("=").rsplit("!", 1)
            left, top, right, bottom = range_boundaries(area.replace("$", ""))
            return [book[title.strip("'")].cell(r, left).value for r in range(top, bottom + 1)]
    return None


@pytest.fixture
def blank(renkei, tmp_path):
    renkei("template", "--period", "2016Q3", "-m", "401005", "-O", "form.xlsx")
    return openpyxl.load_workbook(tmp_path / "form.xlsx")


def test_the_form_has_its_sheets_in_japanese_and_says_which_form_it_is(blank, tmp_path):
    assert blank.sheetnames == ["表紙", "取組", "成果", "参加者", "費用負担", "要望", "課題", "共同研究・モデル事業", "参加自治体", "中国側地方政府",
                                "民間企業・団体等", "出典", "取組類型の変更", "政策への寄与", "測定値", "事業終了後の意向", "注意への回答", LISTS]
    assert blank[LISTS].sheet_state == "hidden" and blank.active.title == "表紙"
    said = cover(blank)
    assert said["@form"].value == "renkei.report/1" and blank["表紙"].row_dimensions[said["@form"].row].hidden
    assert blank["表紙"].column_dimensions["A"].hidden
    assert said["municipality_code"].value == "401005 北九州市" and said["period"].value == "平成28年度第3四半期"
    assert said["period.variant"].value == "実績" and said["action"].value == "新規" and said["base_version"].value == 0
    with zipfile.ZipFile(tmp_path / "form.xlsx") as archive:
        custom = archive.read("docProps/custom.xml").decode()
    assert 'name="renkei-form"' in custom and "renkei.report" in custom and 'name="renkei-form-version"' in custom and "<vt:i4>1</vt:i4>" in custom


def test_the_head_has_keys_labels_and_explanations(blank):
    sheet = blank["取組"]
    assert sheet.row_dimensions[2].hidden
    labels = dict(zip(keys(sheet), (c.value for c in sheet[3])))
    assert labels["title"] == "件名" and labels["actual_start"] == "実施開始日" and labels["partners[].partner_code"] == "中国側地方政府"
    explained = dict(zip(keys(sheet), (c.value for c in sheet[4])))
    assert explained["title"].startswith("必須。") and "300文字以内" in explained["title"]
    assert "実施" in explained["actual_start"] and not explained["result"].startswith("必須")
    assert sheet.freeze_panes == "D5"
    assert [c.fill.fgColor.rgb[-6:] for c in (cell(sheet, 0, "title"), cell(sheet, 9, "result"))] == ["FFFF99", "FFFF99"]
    assert cell(sheet, 0, "activity_id").value == "2016Q3-A1" and cell(sheet, 1, "activity_id").value == "2016Q3-A2"


def test_every_choice_has_its_dropdown(blank, tmp_path):
    sheet = blank["取組"]
    assert "訪日研修" in choices(blank, sheet, cell(sheet, 0, "kind")) and len(choices(blank, sheet, cell(sheet, 500, "kind"))) == 18
    assert "401005 北九州市" in choices(blank, sheet, cell(sheet, 0, "municipalities[].municipality_code"))
    assert "310000 上海市" in choices(blank, sheet, cell(sheet, 0, "partners[].partner_code"))
    assert choices(blank, sheet, cell(sheet, 0, "title")) is None
    assert choices(blank, blank["表紙"], cover(blank)["nil"]) == ["はい", "いいえ"]
    assert choices(blank, blank["費用負担"], cell(blank["費用負担"], 0, "amount.currency")) == ["JPY 円", "CNY 元"]
    assert choices(blank, blank["費用負担"], cell(blank["費用負担"], 0, "activity_id"))[:2] == ["2016Q3-A1", "2016Q3-A2"]
    # Absent means no; openpyxl takes it for yes.
    with zipfile.ZipFile(tmp_path / "form.xlsx") as archive:
        rules = archive.read("xl/worksheets/sheet2.xml").decode()
    for key, strict in (("kind", True), ("themes", False)):
        rule = re.search(rf'<dataValidation [^>]*sqref="{cell(sheet, 0, key).coordinate}:[^>]*>', rules)[0]
        assert ('showErrorMessage="1"' in rule) == strict


def test_what_is_to_be_filled_in_is_unlocked_and_the_rest_protected_without_a_password(blank):
    for sheet in blank:
        assert sheet.protection.sheet and not sheet.protection.password
    sheet = blank["取組"]
    assert not cell(sheet, 0, "title").protection.locked and not cell(sheet, 0, "activity_id").protection.locked
    assert sheet.cell(3, 3).protection.locked and cell(sheet, 0, "@carried").protection.locked
    # Below the yellow rows too.
    assert not sheet.column_dimensions[cell(sheet, 0, "title").column_letter].protection.locked


def test_the_form_prints_on_a4_with_its_head_on_every_page(blank):
    for sheet in blank.worksheets[:-1]:
        assert sheet.page_setup.orientation == "landscape" and int(sheet.page_setup.paperSize) == 9
        assert sheet.print_area and sheet.oddFooter.left.text == "401005 北九州市 2016Q3"
    sheet = blank["取組"]
    assert sheet.print_title_rows.replace("$", "") == "3:4" and sheet.print_title_cols.replace("$", "") == "A:C"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and int(sheet.page_setup.fitToWidth) == 2 and int(sheet.page_setup.fitToHeight) == 0


def test_dates_are_shown_in_the_japanese_era(blank):
    assert cell(blank["取組"], 0, "actual_start").number_format == '[$-411]ggge"年"m"月"d"日"'
    assert cell(blank["取組"], 0, "title").number_format == "@"


def test_two_activities_and_two_outcomes_fit_the_first_screen(blank):
    for name, last in (("取組", "result"), ("成果", "evidence")):
        sheet = blank[name]
        width = sum(7 * sheet.column_dimensions[c.column_letter].width for c in sheet[2][:column(sheet, last)])
        height = sum(sheet.row_dimensions[r].height or 15 for r in (1, 3, 4, 5, 6))
        assert width <= 1366 and height <= 300


def test_the_common_case_filled_in_on_the_first_screen_gives_no_finding(blank, renkei, tmp_path):
    sheet = blank["取組"]
    for row, (title, kind, day) in enumerate((("武漢市研修", "訪日研修", 10), ("武漢市セミナー", "現地セミナー", 20))):
        for key, value in {"title": title, "kind": kind, "status": "実施", "actual_start": datetime.date(2016, 10, day), "actual_end": datetime.date(2016, 10, day + 1),
                           "place.city": "武漢市", "partners[].partner_code": "420100 武漢市", "partners[].role": "参加", "municipalities[].role": "主催・受入",
                           "themes": "PM2.5、VOC", "scope": "全部", "participants[SIDE_JP].persons": 2, "participants[SIDE_CN].persons": 6, "participants[].basis": "実数",
                           "result": "測定の手順を確認した。"}.items():
            cell(sheet, row, key).value = value
    for row, text in enumerate(("測定の技術が向上した。", "信頼関係が深まった。")):
        for key, value in {"text": text, "categories": "信頼関係", "benefit_jp": "はい", "activity_ids": "2016Q3-A1", "for_outcome_table": "はい"}.items():
            cell(blank["成果"], row, key).value = value
    blank.save(tmp_path / "filled.xlsx")
    found = renkei("check", "filled.xlsx", "--today", "2017-01-05", "-o", "json")
    verdict = json.loads(found.stdout)[0]["verdict"]
    assert verdict.get("findings", []) == []


def test_the_same_form_is_the_same_bytes(renkei, tmp_path):
    renkei("template", "--period", "2016Q3", "-m", "401005", "-O", "a.xlsx", TZ="Asia/Tokyo")
    renkei("template", "--period", "H28Q3", "-m", "401005", "-O", "b.xlsx", TZ="America/New_York", LC_ALL="C.UTF-8")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (libreoffice-calc-nogui) is not installed")
def test_the_form_survives_being_saved_by_libreoffice(blank, tmp_path):
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "saved",
                    tmp_path / "form.xlsx"], check=True, capture_output=True, timeout=120)
    saved = openpyxl.load_workbook(tmp_path / "saved/form.xlsx")
    assert saved.sheetnames == blank.sheetnames and saved[LISTS].sheet_state == "hidden"
    for sheet in saved.worksheets[1:-1]:
        assert [[c.value for c in row] for row in sheet.iter_rows(min_row=1, max_row=8)] == [
            [c.value for c in row] for row in blank[sheet.title].iter_rows(min_row=1, max_row=8)]
        assert sheet.protection.sheet and sheet.row_dimensions[2].hidden
    sheet = saved["取組"]
    assert len(choices(saved, sheet, cell(sheet, 0, "kind"))) == 18 and not cell(sheet, 0, "title").protection.locked
    assert {k: c.value for k, c in cover(saved).items() if k} == {k: c.value for k, c in cover(blank).items()}
    with zipfile.ZipFile(tmp_path / "saved/form.xlsx") as archive:
        assert "renkei.report" in archive.read("docProps/custom.xml").decode()


def test_without_a_period_it_is_the_quarter_that_ended_last(renkei, tmp_path):
    said = renkei("template", "-m", "401005", "--today", "2017-01-10")
    assert (tmp_path / "401005-2016Q3.xlsx").exists() and "2016Q3" in said.stderr and "引き継いだ内容はありません" in said.stderr
    renkei("template", "--today", "2017-04-01")
    assert cover(openpyxl.load_workbook(tmp_path / "form-2016Q4.xlsx"))["municipality_code"].value is None


def test_the_form_speaks_three_languages(renkei, tmp_path):
    for lang, sheet, label in (("en", "activities", "title"), ("zh", "活动", "名称")):
        renkei("template", "--period", "2016Q4F", "-O", f"{lang}.xlsx", lang=lang)
        book = openpyxl.load_workbook(tmp_path / f"{lang}.xlsx")
        assert book[sheet].cell(3, column(book[sheet], "title")).value == label


def test_bad_input_is_named_and_nothing_is_written(renkei, tmp_path):
    assert "2016Q5" in renkei("template", "--period", "2016Q5", status=64).stderr
    near = renkei("template", "--period", "2016Q3", "-m", "401006", status=64).stderr
    assert "401006" in near and "401005 北九州市" in near
    assert "nowhere" in renkei("template", "--period", "2016Q3", "-O", "nowhere/form.xlsx", status=73).stderr
    assert "nowhere" in renkei("template", "--period", "2016Q3", "--all", "nowhere", status=73).stderr
    (tmp_path / "forms").mkdir()
    assert "サーバー" in renkei("template", "--period", "2016Q3", "--all", "forms", status=64).stderr
    assert "--all" in renkei("template", "--all", "forms", "-m", "401005", status=64).stderr
    (tmp_path / "file").write_text("")
    assert "file" in renkei("template", "--period", "2016Q3", "--all", "file", status=73).stderr
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["file"]


def test_a_form_that_is_there_is_not_overwritten(renkei, tmp_path):
    (tmp_path / "form.xlsx").write_text("filled in")
    assert "--force" in renkei("template", "--period", "2016Q3", "-O", "form.xlsx", status=73).stderr
    assert (tmp_path / "form.xlsx").read_text() == "filled in"
    renkei("template", "--period", "2016Q3", "-O", "form.xlsx", "--force")
    assert openpyxl.load_workbook(tmp_path / "form.xlsx")


def limit_files():
    """No file over 3,000 bytes, and an error instead of a signal: what a full disk is to a program."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))


def test_a_full_disk_leaves_no_half_form(tmp_path):
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C", **SANITIZERS}
    for words in (("-O", "form.xlsx"), ("--csv", "-O", "form")):
        done = subprocess.run([RENKEI, "template", "--period", "2016Q3", *words], env=env, capture_output=True, text=True, cwd=tmp_path,
                              preexec_fn=limit_files, timeout=60)
        assert done.returncode == 73 and "form" in done.stderr, done.stderr
    assert not list(tmp_path.iterdir())


def test_the_same_form_as_csv(renkei, tmp_path):
    renkei("template", "--period", "2016Q3", "-m", "401005", "--csv")
    folder = tmp_path / "401005-2016Q3"
    assert {p.stem for p in folder.iterdir()} == {"cover", "activities", "outcomes", "participants", "cost_lines", "needs", "challenges", "projects",
                                                  "municipalities", "partners", "organisations", "sources", "type_changes",
                                                  "policy_contributions", "values", "intentions", "warning_answers", "lists"}
    raw = (folder / "activities.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == raw.count(b"\n")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0][1:4] == ["activity_id", "title", "kind"] and rows[1][2] == "件名" and rows[2][2].startswith("必須。")
    assert rows[3][1] == "2016Q3-A1" and all(len(r) == len(rows[0]) for r in rows)
    said = {r[0]: r[2] for r in csv.reader(io.StringIO((folder / "cover.csv").read_text("utf-8-sig")))}
    assert said["@form"] == "renkei.report/1" and said["period"] == "平成28年度第3四半期"
    assert "訪日研修" in (folder / "lists.csv").read_text("utf-8-sig")
    assert "--force" in renkei("template", "--period", "2016Q3", "-m", "401005", "--csv", status=73).stderr


REPORT = {
    "municipality_code": "401005", "period": {"fiscal_year": 2016, "quarter": "q1", "variant": "regular"}, "action": "new",
    "activities": [
        {"activity_id": "wuhan-2016", "kind": "training_in_japan", "title": "=1+1 武漢市研修", "status": "planned", "planned_start": "2016-10-12",
         "planned_end": "2016-11", "place": {"country": "JP", "city": "北九州市"}, "municipalities": [{"municipality_code": "401005"}],
         "partners": [{"partner_code": "420100"}], "themes": ["pm25", "monitoring"], "scope": "whole",
         "participants": [{"side": "cn", "category": "unknown", "persons": 6}],
         "cost_lines": [{"item": "lodging", "payer": "moe_platform", "share": "all", "accuracy": "about", "amount": {"currency": "JPY", "minor_units": 1200000}}],
         "implementing_bodies": ["KITA", "ICETT"]},
        {"activity_id": "done-2016", "kind": "local_seminar", "title": "済んだセミナー", "status": "held", "actual_start": "2016-05-10",
         "actual_end": "2016-05-11", "days": 2, "municipalities": [{"municipality_code": "401005", "role": "host"}],
         "partners": [{"partner_code": "420100"}], "themes": ["pm25"], "scope": "whole"}],
    "needs": [{"need_id": "n1", "partner_code": "420100", "theme": "voc", "text_ja": "VOC の測定", "response": "open"},
              {"need_id": "n2", "partner_code": "420100", "theme": "voc", "text_ja": "済んだ要望", "response": "met"}],
    "outcomes": [{"outcome_id": "o1", "text": "研修の成果", "categories": ["trust"]}],
}


@pytest.fixture(scope="module")
def reported(empty_demo, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "q1.json"
    path.write_text(json.dumps(REPORT, ensure_ascii=False))
    empty_demo.renkei("401005", "submit", "--yes", path)
    return empty_demo


def form(demo, principal, folder, *words, status=0):
    path = folder / "form.xlsx"
    run = demo.renkei(principal, "template", "-O", path, *words, lang="ja", status=status)
    return (openpyxl.load_workbook(path), run) if status == 0 else run


def test_the_next_quarter_carries_what_is_open_grey_and_marked(reported, tmp_path):
    book, run = form(reported, "401005", tmp_path, "--period", "2016Q2")
    assert "2016Q1" in run.stderr and "3 行" in run.stderr
    sheet = book["取組"]
    assert cell(sheet, 0, "@carried").value == "2016Q1から" and cell(sheet, 1, "@carried").value is None
    title = cell(sheet, 0, "title")
    assert title.value == "=1+1 武漢市研修" and title.data_type == "s" and title.font.i and title.font.color.rgb[-6:] == "595959"
    assert title.fill.fgColor.rgb[-6:] == "EDEDED" and cell(sheet, 0, "actual_start").fill.fgColor.rgb[-6:] == "FFFF99"
    assert cell(sheet, 0, "status").value == "予定" and cell(sheet, 0, "themes").value == "PM2.5、モニタリング・測定・精度管理"
    assert cell(sheet, 0, "planned_start").is_date and cell(sheet, 0, "planned_start").value.strftime("%F") == "2016-10-12"
    assert cell(sheet, 0, "planned_end").value == "平成28年11月"
    assert cell(sheet, 0, "participants[SIDE_CN].persons").value == 6 and cell(sheet, 0, "implementing_bodies").value == "KITA、ICETT"
    assert cell(sheet, 0, "partners[].partner_code").value == "420100 武漢市"
    costs = book["費用負担"]
    assert [cell(costs, 0, k).value for k in ("activity_id", "item", "amount.minor_units", "amount.currency")] == ["wuhan-2016", "宿泊費", 1200000, "JPY 円"]
    assert cell(book["要望"], 0, "need_id").value == "n1" and cell(book["要望"], 1, "need_id").value == "2016Q2-N1"
    assert cell(book["成果"], 0, "text").value is None
    assert cover(book)["action"].value == "新規"


def test_the_form_of_the_same_quarter_holds_the_version_that_is_there(reported, tmp_path):
    book, run = form(reported, "401005", tmp_path, "--period", "2016Q1")
    assert "第1版" in run.stderr
    assert cover(book)["action"].value == "再提出" and cover(book)["base_version"].value == 1
    sheet = book["取組"]
    assert [cell(sheet, r, "activity_id").value for r in (0, 1)] == ["wuhan-2016", "done-2016"] and cell(sheet, 0, "@carried").value is None
    assert not cell(sheet, 0, "title").font.i
    assert [cell(sheet, 1, f"municipalities[].{k}").value for k in ("municipality_code", "role")] == ["401005 北九州市", "主催・受入"]
    assert cell(book["成果"], 0, "text").value == "研修の成果"


def submit(demo, folder, principal, **more):
    path = folder / "report.json"
    path.write_text(json.dumps({**REPORT, "municipality_code": principal, "activities": [], "needs": [], **more}, ensure_ascii=False))
    return json.loads(demo.renkei(principal, "submit", "--yes", path, "-o", "json").stdout)["number"]


def test_a_forecast_is_what_the_final_report_begins_with(reported, tmp_path):
    submit(reported, tmp_path, "281000", period={"fiscal_year": 2016, "quarter": "q4", "variant": "forecast"})
    book, run = form(reported, "281000", tmp_path, "--period", "2016Q4")
    assert "2016Q4F" in run.stderr and cover(book)["action"].value == "新規" and cover(book)["base_version"].value == 0
    assert cell(book["成果"], 0, "text").value == "研修の成果" and cell(book["成果"], 0, "@carried").value == "2016Q4Fから"
    book, _ = form(reported, "281000", tmp_path, "--period", "2016Q4F", "--force")
    assert cover(book)["period.variant"].value == "見込み" and cover(book)["action"].value == "再提出"
    assert cell(book["成果"], 0, "@carried").value is None


def test_what_was_accepted_is_corrected_and_what_was_withdrawn_is_not_carried(reported, tmp_path):
    number = submit(reported, tmp_path, "242021", period={"fiscal_year": 2014, "quarter": "q2", "variant": "regular"})
    reported.renkei("SECRETARIAT", "review", "accept", "--yes", number)
    book, _ = form(reported, "242021", tmp_path, "--period", "2014Q2")
    assert cover(book)["action"].value == "訂正" and cover(book)["base_version"].value == 1
    submit(reported, tmp_path, "242021", period={"fiscal_year": 2014, "quarter": "q3", "variant": "regular"},
           challenges=[{"challenge_id": "c1", "text": "通訳の確保", "state": "open"}])
    reported.renkei("242021", "report", "withdraw", "2014Q3", "--reason", "誤り", "--yes")
    book, run = form(reported, "242021", tmp_path, "--period", "2014Q4", "--force")
    assert "2014Q2" in run.stderr and cell(book["課題"], 0, "text").value is None


def test_a_report_under_review_says_that_it_cannot_be_submitted_and_the_way(reported, tmp_path):
    number = submit(reported, tmp_path, "281000", period={"fiscal_year": 2014, "quarter": "q3", "variant": "regular"})
    reported.renkei("SECRETARIAT", "review", "start", "--yes", number)
    _, run = form(reported, "281000", tmp_path, "--period", "2014Q3")
    assert "置き換わります" not in run.stderr and "第1版" in run.stderr and "事務局が確認中" in run.stderr
    assert "renkei report withdraw 2014Q3 --reason" in run.stderr and "renkei template --returned" in run.stderr
    rehearsed = reported.renkei("281000", "report", "withdraw", "2014Q3", "--reason", "誤り", "--dry-run", lang="ja").stderr
    assert "何も変更していません" in rehearsed and "状態は「取下げ」になります" in rehearsed
    reported.renkei("281000", "report", "withdraw", "2014Q3", "--reason", "誤り", "--yes")
    _, run = form(reported, "281000", tmp_path, "--period", "2014Q3", "--force")
    assert "取り下げた第1版" in run.stderr and "置き換わります" not in run.stderr
    assert "281000-2014Q3-2" in reported.renkei("281000", "submit", "--yes", tmp_path / "form.xlsx", lang="ja").stdout


def test_the_base_is_the_latest_number_and_a_correction_that_has_not_left_the_house_stays_one(reported, tmp_path):
    def said(who):
        about = cover(form(reported, who, tmp_path, "--period", "2014Q2", "-m", "400009", "--force")[0])
        return about["action"].value, about["base_version"].value, about["change_reason"].value
    number = submit(reported, tmp_path, "400009", period={"fiscal_year": 2014, "quarter": "q2", "variant": "regular"})
    reported.renkei("SECRETARIAT", "review", "accept", "--yes", number)
    reported.renkei("SECRETARIAT", "org", "release", "400009", "--required", "yes", "--yes")
    try:
        path = tmp_path / "report.json"
        path.write_text(path.read_text().replace("研修の成果", "研修の大きな成果"))
        reported.renkei("400009", "report", "correct", "--reason", "誤記のため", "--yes", path)
        assert said("400009") == ("訂正", 2, "誤記のため")
        assert said("SECRETARIAT") == ("訂正", 2, None)
        reported.renkei("APPROVER_400009", "report", "send-back", "2014Q2", "--reason", "要確認", "--yes")
        assert said("400009") == ("訂正", 2, "誤記のため")
        reported.renkei("400009", "submit", "--yes", tmp_path / "form.xlsx")
        reported.renkei("400009", "report", "withdraw", "2014Q2", "--reason", "取りやめ", "--yes")
        assert said("400009") == ("訂正", 3, None)
        assert said("SECRETARIAT") == ("訂正", 3, None)
    finally:
        reported.renkei("SECRETARIAT", "org", "release", "400009", "--required", "no", "--yes")


def test_what_a_spreadsheet_takes_for_a_formula_is_guarded_in_csv(reported, tmp_path):
    reported.renkei("401005", "template", "--period", "2016Q2", "--csv", "-O", tmp_path / "form", lang="ja")
    rows = list(csv.reader(io.StringIO((tmp_path / "form/activities.csv").read_text("utf-8-sig"))))
    assert rows[3][2] == "'=1+1 武漢市研修" and rows[3][rows[0].index("planned_start")] == "平成28年10月12日"


def test_the_secretariat_writes_a_form_for_everybody(reported, tmp_path):
    said = reported.renkei("SECRETARIAT", "template", "--period", "2016Q2", "--all", tmp_path, lang="ja")
    assert "11 件中 11 件" in said.stderr and "引継ぎあり 1 件" in said.stderr
    assert len(list(tmp_path.glob("*-2016Q2.xlsx"))) == 11 and not list(tmp_path.glob("*.tmp"))
    book = openpyxl.load_workbook(tmp_path / "401005-2016Q2.xlsx")
    assert cell(book["取組"], 0, "activity_id").value == "wuhan-2016"
    kept = (tmp_path / "110001-2016Q2.xlsx").read_bytes()
    (tmp_path / "442011-2016Q2.xlsx").unlink()
    again = reported.renkei("SECRETARIAT", "template", "--period", "2016Q2", "--all", tmp_path, lang="ja", status=73)
    assert "11 件中 1 件" in again.stderr and "110001-2016Q2.xlsx" in again.stderr
    assert (tmp_path / "110001-2016Q2.xlsx").read_bytes() == kept and (tmp_path / "442011-2016Q2.xlsx").exists()


def test_who_joined_later_has_forms_of_earlier_quarters_too(reported, tmp_path):
    """Saitama takes part since FY2015; its late report of FY2014 has a form, and --all of that quarter leaves it out."""
    book, _ = form(reported, "110001", tmp_path, "--period", "2014Q3")
    assert cover(book)["municipality_code"].value == "110001 埼玉県"
    (tmp_path / "all").mkdir()
    reported.renkei("SECRETARIAT", "template", "--period", "2014Q3", "--all", tmp_path / "all")
    there = {p.name for p in (tmp_path / "all").iterdir()}
    assert "401005-2014Q3.xlsx" in there and "110001-2014Q3.xlsx" not in there


def test_a_municipality_gets_its_own_form_only(reported, tmp_path):
    assert "110001" in form(reported, "401005", tmp_path, "--period", "2016Q2", "-m", "110001", status=77).stderr
    denied = reported.renkei("401005", "template", "--period", "2016Q2", "--all", tmp_path, status=77)
    assert "secretariat" in denied.stderr and not list(tmp_path.glob("*.xlsx"))
    book, _ = form(reported, "SECRETARIAT", tmp_path, "--period", "2016Q2", "-m", "401005")
    assert cover(book)["municipality_code"].value == "401005 北九州市"


def test_findings_are_written_into_a_copy_of_the_form_and_of_the_copy(reported, tmp_path):
    form(reported, "401005", tmp_path, "--period", "2016Q2")
    path = tmp_path / "form.xlsx"
    book = openpyxl.load_workbook(path)
    book["取組"]["C12"] = "種別のない取組"
    book.save(path)
    reported.renkei(None, "check", "--write-back", path, lang="ja", status=65)
    copy = path.with_name(path.stem + ".checked.xlsx")
    reported.renkei(None, "check", "--write-back", copy, lang="ja", status=65)
    assert openpyxl.load_workbook(copy.with_name(copy.stem + ".checked.xlsx"))["取組"]["D12"].comment


def test_a_quarter_the_registry_does_not_know_has_no_form(reported, tmp_path):
    run = form(reported, "401005", tmp_path, "--period", "2100Q1", status=66)
    assert "2100" in run.stderr and not (tmp_path / "form.xlsx").exists()
    deaf = form(reported, "401005", tmp_path, "--period", "2016Q2", "--server", "127.0.0.1:1", status=69).stderr
    assert "127.0.0.1:1" in deaf and "--blank" in deaf


def lengthy(word, size):
    """A text of so many characters, numbered all the way, so that each part of it can be looked for."""
    text = "".join(f"{word}{n}番目の測定の手順を確認した。" for n in range(1, size // 10))
    return text[:size - 3] + "以上。"


LONG = {
    "activities": [{
        **REPORT["activities"][0], "municipalities": [{"municipality_code": "160008", "role": "host"}], "title": lengthy("件", 200), "place": {"city": lengthy("所", 60)}, "implementing_bodies": ["公益財団法人北九州国際技術協力協会", "公益財団法人地球環境戦略研究機関"],
        "scope": "part", "scope_reason": lengthy("由", 400), "result": lengthy("果", 1900),
        "participants": [{"side": "cn", "category": "municipal_staff", "persons": 1000000, "basis": "counted"}]}],
    "needs": [{**REPORT["needs"][0], "text_ja": lengthy("望", 900), "text_zh": lengthy("文", 300)}],
    "challenges": [{"challenge_id": "c1", "text": lengthy("題", 800), "state": "open", "support_wanted": lengthy("援", 400)}],
    "projects": [{"project_id": "p1", "kind": "joint_research", "status": "running", "title": lengthy("共", 120), "problem": lengthy("課", 500), "start": "平成28年10月12日"}],
    "outcomes": [], "comments": "",
}


def texts(value):
    if isinstance(value, dict):
        value = list(value.values())
    return [value] if isinstance(value, str) else [text for one in value for text in texts(one)] if isinstance(value, list) else []


def printed(folder, name="form.xlsx"):
    """The pages of a form on paper: the text of each."""
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", "pdf", "--outdir", folder, folder / name],
                   check=True, capture_output=True, timeout=180)
    text = subprocess.run(["pdftotext", "-raw", (folder / name).with_suffix(".pdf"), "-"], check=True, capture_output=True, text=True, timeout=60).stdout
    return [re.sub(r"\s", "", page) for page in text.split("\f")[:-1]]


PRINTS = pytest.mark.skipif(not shutil.which("soffice") or not shutil.which("pdftotext"), reason="LibreOffice or poppler-utils is not installed")


@PRINTS
def test_the_common_case_is_printed_on_few_pages(blank, tmp_path):
    pages = printed(tmp_path)
    assert len(pages) <= 20
    assert all(page.startswith(f"401005北九州市2016Q3{n}/{len(pages)}") for n, page in enumerate(pages, 1))
    heads = [page.split(f"/{len(pages)}", 1)[1].split("引継ぎ")[0] for page in pages]
    # The cover, the activities with all that the common case fills in on their first page, the outcomes.
    assert [heads.count(title) for title in ("取組", "成果", "参加者", "費用負担", "要望", "課題")] == [2, 1, 1, 1, 1, 1]
    assert "結果" in pages[1] and "参加自治体" in pages[1] and "予定終了日" in pages[2] and "件名" in pages[2]
    # The sentence above a list, and what its columns say, are whole.
    for sheet in blank.worksheets[1:-1]:
        at = heads.index(re.sub(r"\s", "", sheet["A1"].value))
        assert "続けて書けます。" in pages[at]
        for explanation in sheet[4]:
            assert any(re.sub(r"\s", "", explanation.value) in page for page in pages[at:at + 2]), explanation.value


@PRINTS
def test_what_was_carried_is_whole_on_paper(reported, tmp_path):
    number = submit(reported, tmp_path, "160008", period={"fiscal_year": 2015, "quarter": "q1", "variant": "regular"}, **LONG)
    assert number.startswith("160008-2015Q1")
    book, _ = form(reported, "160008", tmp_path, "--period", "2015Q2")
    pages = printed(tmp_path)
    whole = "".join(pages)
    for text in texts([LONG["activities"][0][key] for key in ("title", "place", "implementing_bodies", "scope_reason", "result")]) + texts(
            [LONG[key] for key in ("needs", "challenges")]) + [LONG["projects"][0]["title"], LONG["projects"][0]["problem"]]:
        if len(text) > 20:
            assert text in whole, text[:40]
    assert "1,000,000" in whole and "###" not in whole
    assert len(pages) <= 22
    sheet = book["取組"]
    # What is blank grows as it is typed into.
    assert sheet.row_dimensions[5].height and all(sheet.row_dimensions[row].height in (None, 15) for row in range(6, 15))


@PRINTS
def test_the_cover_of_a_version_that_is_there_is_whole_on_paper(reported, tmp_path):
    said = lengthy("備", 3900)
    submit(reported, tmp_path, "160008", period={"fiscal_year": 2015, "quarter": "q3", "variant": "regular"}, comments=said)
    form(reported, "160008", tmp_path, "--period", "2015Q3")
    assert said in "".join(printed(tmp_path))
