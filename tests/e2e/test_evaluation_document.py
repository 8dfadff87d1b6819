"""The whole evaluation: the document's own words, what each statement rests on, and a page that can be read and printed."""
import csv
import html
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest

from demo import ROOT, SAMPLE, Demo

GOLDEN = ROOT / "tests/golden/evaluation"
WHOLE = ("evaluate", "--year", "2014..2016")
NPM = pathlib.Path(os.environ.get("RENKEI_NPM", ROOT / "build/npm"))
CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def platform(sample_demo):
    """With the facts, texts and statements that the secretariat enters."""
    sample_demo.renkei("SECRETARIAT", "org", "import", SAMPLE / "evaluation.json", "--yes")
    return sample_demo


@pytest.fixture(scope="module")
def document(platform):
    return json.loads(platform.renkei("SECRETARIAT", *WHOLE, "--format", "json").stdout)


def test_both_sections_are_the_documents_character_for_character(platform):
    out = platform.renkei("SECRETARIAT", *WHOLE, "--format", "text", "--width", "0", lang="ja").stdout
    title, basis, rest = out.split("\n", 2)
    assert "時点" in basis and "受理 30 / 提出対象 122" in basis
    assert bare(title + rest[:rest.index("別紙")]) == bare((GOLDEN / "whole.txt").read_text(encoding="utf-8"))


def test_each_verdict_follows_from_the_facts(document):
    support = {f["statement"]["statement_id"]: f["support"].removeprefix("SUPPORT_") for f in document["findings"]}
    assert support == {"P1": "SUPPORTED", "I3": "SUPPORTED", **dict.fromkeys(("P2", "P3", "P4", "O1", "O2", "O3", "O4", "I1", "I2", "I4"), "TOO_LITTLE_DATA")}


def test_nine_ten_eleven_municipalities_and_seventeen_governments_at_the_end(document):
    assert [values(document, "P1.1")[y] for y in (2014, 2015, 2016)] == [(9, 9, 9), (10, 10, 10), (11, 11, 11)]
    # Six names are known of the years before only so far: from what is registered to what is left of the seventeen.
    assert [values(document, "P1.2")[y] for y in (2014, 2015, 2016)] == [(8, 8, 11), (13, 13, 16), (17, 17, 17)]


def test_a_number_is_open_where_reports_are_missing(document):
    trainings = values(document, "P2.1", "training_in_japan")
    # Four of FY2014 and three of FY2015 come from facts that no report tells of; two sources of one visit count once.
    assert {y: v[:2] for y, v in trainings.items()} == {2014: (4, 4), 2015: (5, 5), 2016: (0, 0), 0: (9, 9)}
    assert all(v[2] is None for v in trainings.values())
    assert values(document, "P3.4")[0][:2] == (2, 2)  # Beijing 2015, and the seminar that two reports and two facts tell of
    assert values(document, "P2.5")[2016] == (1, 1, 1)  # Kawasaki
    records = {r for f in document["findings"] for i in f["indicators"] for v in i.get("values", []) for r in v.get("records_for", []) + v.get("records_open", [])}
    assert {"fact:F2015-10", "fact:FU-01"} <= records and "fact:F2016-23" not in records


def test_a_further_statement_has_its_verdict_by_its_own_rule(platform, tmp_path):
    def statement(name, value):
        return {"first_fiscal_year": 2015, "last_fiscal_year": 2016, "statement_id": name, "part": "EVALUATION_PART_PROGRESS", "position": 1, "text": "＜試し＞の記述",
                "rule": {"all_of": [{"any_of": [{"indicator_id": "P3.4", "test": "CONDITION_TEST_AT_LEAST", "value": value}]}]}}
    path = tmp_path / "more.json"
    path.write_text(json.dumps({"evaluation_statements": [statement("X1", 2), statement("X2", 99)]}))
    platform.renkei("SECRETARIAT", "org", "import", path, "--yes")
    out = json.loads(platform.renkei("MINISTRY", "evaluate", "--year", "2015..2016", "--format", "json").stdout)
    assert [(f["statement"]["statement_id"], f["support"]) for f in out["findings"]] == [("X1", "SUPPORT_SUPPORTED"), ("X2", "SUPPORT_TOO_LITTLE_DATA")]
    page = platform.renkei("SECRETARIAT", "evaluate", "--year", "2015..2016", "--format", "html", lang="ja").stdout
    assert "&lt;試し&gt;" not in page and "＜試し＞の記述" in page


def test_the_same_moment_is_the_same_bytes(platform):
    moment = platform.sql("select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")[0][0]
    for form in ("html", "md"):
        one, two = (platform.renkei("SECRETARIAT", *WHOLE, "--as-of", moment, "--format", form, lang="ja").stdout for _ in range(2))
        assert one == two


def test_years_are_written_as_asked(platform):
    western = platform.renkei("SECRETARIAT", *WHOLE, lang="ja").stdout
    era = platform.renkei("SECRETARIAT", *WHOLE, "--years", "era", lang="ja").stdout
    assert "2014年度" in western and "平成26年度" not in western
    assert "平成26年度" in era[era.index("別紙"):] and "2014年度" not in era[era.index("別紙"):]


def test_rows_for_programs_carry_coverage_and_records(platform):
    rows = list(csv.DictReader(platform.renkei("SECRETARIAT", *WHOLE, "-o", "csv").stdout.splitlines()))
    row = next(r for r in rows if (r["indicator"], r["fiscal_year"]) == ("P1.2", "2014"))
    assert [row[c] for c in ("statement", "support", "key", "value", "low", "high", "unit", "accepted", "expected")] == [
        "P1", "supported", "", "8", "8", "11", "governments", "4", "38"]
    assert "registry:310000" in row["records_for"].split()


def test_the_annexes_are_the_golden_text_on_screen_and_on_paper(platform, page):
    golden = (GOLDEN / "annex.txt").read_text(encoding="utf-8")
    out = platform.renkei("SECRETARIAT", *WHOLE, "--format", "text", "--width", "0", lang="ja").stdout
    assert out[out.index("別紙１"):].splitlines() == golden.splitlines()
    # The page says the same in the same order; its charts are pictures.
    text = bare(html.unescape(re.sub("<[^>]*>", "", re.sub("<figure>.*?</figure>", "", page, flags=re.S))))
    before, evidence = golden[:golden.index("\n図\n")], golden[golden.index("別紙２　根拠一覧\n"):]
    assert text[text.index("別紙１"):].startswith(bare(before)) and text.endswith(bare(evidence))


def evidenced(document):
    return [f["statement"]["statement_id"] for f in document["findings"] if f.get("evidence")]


def test_markdown_has_a_table_for_every_picture(platform, document):
    out = platform.renkei("SECRETARIAT", *WHOLE, "--format", "md", lang="ja").stdout
    assert out.startswith("# 過去 3 年間の取組の成果と課題（中間評価）（案）\n")
    assert "| 埼玉県 | A | ・今後の大気分野の協力に関する信頼感を醸成<br>・" in out
    assert len(re.findall(r"^\|---", out, re.M)) == 1 + 12 + 5 + len(evidenced(document))


class Page(html.parser.HTMLParser):
    """What stands in a page: tags with their attributes, the open ones, and whether every tag is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "col", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open[-3:])
        self.open.pop()


@pytest.fixture(scope="module")
def page(platform):
    return platform.renkei("SECRETARIAT", *WHOLE, "--format", "html", lang="ja").stdout


def test_the_page_stands_alone_and_is_whole(page):
    parsed = Page(page)
    assert not parsed.open
    assert not [t for t in parsed.tags if {"src", "href", "onclick", "onload"} & set(t[1]) or t[0] in ("script", "link", "iframe")]
    assert not re.search(r"url\((?!#chart\d)|@import", page)  # the marks of a chart's series stand in the chart
    marks = re.findall(r"url\(#(chart\d+-mark\d+)\)", page)
    assert len(set(marks)) >= 5 and all(page.count(f'<pattern id="{m}"') == 1 for m in marks)
    assert [t[0] for t in parsed.tags].count("svg") == 5 and all(t[1].get("role") == "img" and t[1]["aria-labelledby"] for t in parsed.tags if t[0] == "svg")
    for part in ("size:A4 portrait", "table-header-group", "break-inside:avoid", 'counter(page) "/" counter(pages)', '@top-right{content:"案"'):
        assert part in page
    assert page.count("4/38") >= 3  # coverage is drawn into each chart that rests on reports


def chromium(*options):
    return subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", *options], capture_output=True, text=True, timeout=180,
                          env={**os.environ, "HOME": os.environ.get("TMPDIR", "/tmp")})


@pytest.mark.skipif(not CHROMIUM, reason="Debian package chromium is not installed")
@pytest.mark.skipif(not (NPM / "node_modules/axe-core").exists(), reason="axe-core is not installed (tests/support/npm)")
def test_axe_finds_nothing_wrong_with_the_page(page, tmp_path):
    axe = (NPM / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8").replace("</script", "<\\/script")
    path = tmp_path / "page.html"

    def violations(text):
        path.write_text(text.replace("</body>", f"<script>{axe}</script><script>axe.run(document).then(r => {{ const p = document.createElement('pre'); p.id = 'axe-found';"
                                     "p.textContent = JSON.stringify(r.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 200)])); document.body.append(p); })</script></body>"),
                        encoding="utf-8")
        shown = chromium("--virtual-time-budget=60000", "--dump-dom", path.as_uri()).stdout
        found = re.search(r'<pre id="axe-found">(.*?)</pre>', shown, re.S)
        assert found, shown[-500:]
        return json.loads(html.unescape(found[1]))
    assert violations(page) == []
    # It does look: a page without its language, and a picture without its name, are told.
    assert {v[0] for v in violations(page.replace('<html lang="ja">', "<html>").replace(' aria-labelledby="chart1-title chart1-text"', "").replace('<title id="chart1-title">', "<desc>"))} >= {"html-has-lang"}


@pytest.mark.skipif(not CHROMIUM, reason="Debian package chromium is not installed")
def test_chromium_prints_it_on_a4_with_the_head_on_every_page(page, tmp_path):
    source, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    source.write_text(page, encoding="utf-8")
    chromium("--no-pdf-header-footer", f"--print-to-pdf={printed}", source.as_uri())
    assert printed.read_bytes().startswith(b"%PDF-")
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    pages = subprocess.run(["pdftotext", "-layout", printed, "-"], capture_output=True, text=True, check=True).stdout.split("\f")[:-1]
    assert len(pages) > 5
    for number, text in enumerate(pages, 1):
        assert f"{number}/{len(pages)}" in text and "案" in text.split("\n")[0] + text.split("\n")[1] and "時点" in text


def values(document, indicator, key=""):
    """{fiscal year: (value, low, high)} of a series."""
    found = [i for f in document["findings"] for i in f["indicators"] if i["indicator_id"] == indicator]
    assert len(found) == 1
    return {v.get("fiscal_year", 0): (v.get("value"), v.get("low"), v.get("high")) for v in found[0]["values"] if v.get("key", "") == key}


def bare(text):
    return re.sub(r"\s", "", text)


def without(path, *names):
    """A PATH with all that is on this one but these programs."""
    path.mkdir()
    for folder in reversed(os.environ["PATH"].split(":")):
        for program in pathlib.Path(folder).glob("*") if pathlib.Path(folder).is_dir() else ():
            if program.name not in names:
                (path / program.name).unlink(missing_ok=True)
                (path / program.name).symlink_to(program)
    return str(path)


def test_a_workbook_holds_the_table_as_it_is_printed(platform, document, tmp_path):
    moment = platform.sql("select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")[0][0]
    paths = [tmp_path / name for name in ("one.xlsx", "two.xlsx")]
    for path in paths:
        platform.renkei("SECRETARIAT", *WHOLE, "--as-of", moment, "--format", "xlsx", "-O", path, lang="ja")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    book = openpyxl.load_workbook(paths[0])
    table = book["主要な成果"]
    assert [c.value for c in table[2]] == ["自治体名", "取組類型１", "主要な成果"] and [c.value for c in table[5]][:2] == ["富山県", "B２"]
    assert table.print_title_rows == "$2:$2" and table.page_setup.paperSize in (9, "9") and table.oddFooter.right.text.split() == ["&P", "/", "&N"]
    assert book.sheetnames == ["本文", "主要な成果", *(f"指標 {s}" for s in "P1 P2 P3 P4 O1 O2 O3 O4 I1 I2 I3 I4".split()),
                               "参加数", "取組の種別ごとの件数", "連携協力の深さ", "主なテーマ", "報告の状況",
                               *(f"根拠 {s}" for s in evidenced(document))]
    assert book["本文"]["A1"].value.endswith("（案）")
    # Every line of a text is seen in a program that makes no row higher by itself.
    for row in table.iter_rows(min_row=3):
        lines = max(str(c.value or "").count("\n") + 1 for c in row)
        assert lines == 1 or table.row_dimensions[row[0].row].height >= min(409.5, 15 * lines), (row[0].value, lines)
    assert table.row_dimensions[3].height > 15 * 2 and all(d.height is None or d.height <= 409.5 for tab in book for d in tab.row_dimensions.values())
    # Numbers are numbers; what they say beside stands behind them.
    rows = {row[0].value: row[1:] for tab in book.sheetnames[2:14] for row in book[tab].iter_rows(min_row=3)}
    assert [c.value for c in rows["P1.1 参加している日本の自治体数（年度末）"][:3]] == [9, 10, 11]
    share = rows["P2.4 連携協力のうち取組類型Bの割合（年度末）"]
    assert 0 < share[2].value < 1 and share[2].number_format == "0.0%" and f"2016年度 {share[2].value * 100:.1f}%（" in share[-1].value
    assert [c.value for c in book["参加数"][3]][1:4] == [9, 10, 11]
    # A share that may be anything is no number in a cell.
    assert all(re.fullmatch(r"資料が足りない（\d/\d+）", c.value) for c in rows["P3.1 取組のうち２以上の日本の自治体が関わったものの割合"][:4])
    assert rows["O1.4 研修後のアンケート（様式に欄がない）"][3].value == "資料が足りない：尋ねていない"


def test_the_annex_speaks_in_words_and_says_what_it_rests_on(platform, document):
    out = platform.renkei("SECRETARIAT", *WHOLE, "--format", "text", "--width", "0", lang="ja").stdout
    annex = out[out.index("別紙"):]
    assert re.findall(r"fact:\S*|registry:\S*|needs/\S*|\bcn/|level_|\w+_\w+", annex) == []
    assert "I2.1 (要望・揮発性有機化合物（VOC）)" in annex and "資料 F2014-" in annex and "台帳 1" in annex
    # A statement that a share is low rests on what is not in it.
    i3 = annex[annex.index("I3 "):annex.index("I4 ")]
    against = [r for f in document["findings"] if f["statement"]["statement_id"] == "I3" for i in f["indicators"] if i["indicator_id"] in ("I3.1", "I3.3")
               for v in i["values"] for r in v.get("records_against", [])]
    assert against and "支持する記録：" in i3 and against[0] in i3[i3.index("支持する記録："):].split("\n")[0] and "反する記録" not in i3
    # Two shares that look alike say how they differ; each series has a line of its own.
    assert re.search("P2.4：分母は", annex) and re.search("P4.1：分母は", annex)
    english = platform.renkei("SECRETARIAT", *WHOLE, "--format", "text", "--width", "0", lang="en").stdout
    assert english.startswith("Interim evaluation (draft)\n") and "Title in Japanese: 過去 3 年間の取組の成果と課題（中間評価）" in english


def test_a_share_says_its_range_or_that_too_little_is_known(platform, document):
    out = platform.renkei("SECRETARIAT", *WHOLE, "--format", "text", "--width", "0", lang="ja").stdout
    shares = [i for f in document["findings"] for i in f["indicators"] if i["unit"]["en"] == "share"]
    lines = {i["indicator_id"]: [line for line in out.splitlines() if line.startswith(i["indicator_id"] + " ") and i["label"]["ja"] in line] for i in shares}
    wide = [(i["indicator_id"], v) for i in shares for v in i.get("values", []) if v.get("low", 0) < v.get("high", 1) and v.get("denominator") and not v.get("key")]
    assert {"P3.1", "P4.1", "O1.2"} <= {n for n, _ in wide}
    for name, v in wide:
        parts = f"{v.get('numerator', 0):.0f}/{v['denominator']:.0f}"
        told = f"資料が足りない（{parts}）" if v["low"] <= 0 and v["high"] >= 1 else f"（{parts}、{v['low'] * 100:.1f}%〜{v['high'] * 100:.1f}%）"
        assert told in lines[name][0], (name, told, lines[name])
    # Of what the registry counts a missing report can only add.
    assert all(v["low"] == pytest.approx(v.get("numerator", 0) / v["denominator"], abs=1e-5) and v["high"] == 1 for n, v in wide if n in ("P1.5", "P4.1"))


def test_every_record_for_and_against_is_listed_so_that_it_is_found_again(platform, document):
    out = platform.renkei("SECRETARIAT", *WHOLE, "--format", "text", "--width", "0", lang="ja").stdout
    annex = out[out.index("別紙２　根拠一覧"):]
    order = [r["municipality_code"] for r in document["rows"]]
    many = 0
    for finding in document["findings"]:
        evidence, name = finding.get("evidence", []), finding["statement"]["statement_id"]
        asked = {(c["condition"]["indicator_id"], c["condition"].get("key", "")) for c in finding["conditions"][len(finding["statement"]["rule"].get("enough", [])):]}
        behind = {r for i in finding["indicators"] for v in i.get("values", []) if (i["indicator_id"], v.get("key", "")) in asked
                  for side in ("for", "against", "open") for r in v.get(f"records_{side}", [])}
        assert {e["record"] for e in evidence} == behind, name
        for sense in ("FOR", "AGAINST", "OPEN"):
            codes = [e["municipality_code"] for e in evidence if e["sense"] == f"EVIDENCE_SENSE_{sense}" and e.get("version")]
            assert codes == sorted(codes, key=order.index), (name, sense)
        for e in evidence:
            if e.get("version"):
                assert e["record"].startswith(f"{e['municipality_code']}-{e['period']}-{e['version']}") and ("#" not in e["record"] or e["title"]), e
                assert re.search(rf"{e['municipality_name_ja']} +{e['period'][:4]}年度 {e['period'][4:]} +.*{re.escape(e['record'])} +{e['version']} +{e['sha256'][:12]}$", annex, re.M), e
        if len(evidence) > 12:
            many += 1
            assert f"ほか（別紙２「根拠一覧」{name} を参照）" in out
    assert many >= 3
    assert platform.sql("select encode(sha256, 'hex') from renkei.report_version where receipt_number = '401005-2016Q3-1'")[0][0] in {e.get("sha256") for f in document["findings"] for e in f.get("evidence", [])}


@pytest.mark.skipif(not shutil.which("pandoc"), reason="Debian package pandoc is not installed")
def test_a_word_document_is_a4_with_heads_repeated_and_rows_whole(platform, document, tmp_path):
    path = tmp_path / "evaluation.docx"
    platform.renkei("SECRETARIAT", *WHOLE, "--format", "docx", "-O", path, lang="ja")
    with zipfile.ZipFile(path) as parts:
        word, foot = parts.read("word/document.xml").decode(), parts.read("word/renkei-foot.xml").decode()
        assert parts.testzip() is None and "renkei-foot.xml" in parts.read("[Content_Types].xml").decode()
    assert 'w:w="11906" w:h="16838"' in word and word.count("<w:tblHeader") == 1 + 12 + 5 + len(evidenced(document))
    assert word.count("<w:cantSplit/>") == len(re.findall(r"<w:tr[ >]", word))
    assert "案" in foot and "時点" in foot and " NUMPAGES " in foot
    back = subprocess.run(["pandoc", "-f", "docx", "-t", "plain", "--wrap=none", path], capture_output=True, text=True, check=True).stdout
    assert "○年を追うごとに日中の参加自治体・地方政府が増加" in back and "6 都市との協力を着実に実施。" in back


@pytest.mark.skipif(not (shutil.which("weasyprint") or CHROMIUM), reason="neither weasyprint nor chromium is installed")
def test_a_pdf_is_made_of_the_same_page(platform, tmp_path):
    path = tmp_path / "evaluation.pdf"
    platform.renkei("SECRETARIAT", *WHOLE, "--format", "pdf", "-O", path, lang="ja", seconds=300)
    assert path.read_bytes().startswith(b"%PDF-")
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    told = bare(subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True).stdout)
    evidence = (GOLDEN / "annex.txt").read_text(encoding="utf-8").split("別紙２　根拠一覧")[1]
    cells = [cell for line in evidence.splitlines() if re.match("支持 |反する |定まらず ", line) for cell in re.split(" {2,}", line.strip())]
    assert len(cells) > 700 and [c for c in cells if bare(c) not in told] == []


def test_a_program_that_is_missing_is_named(platform, tmp_path):
    platform.extra = {"PATH": without(tmp_path / "bin", "pandoc", "weasyprint", "chromium")}
    try:
        for form, name in (("docx", "pandoc"), ("pdf", "weasyprint")):
            path = tmp_path / f"x.{form}"
            said = platform.renkei("SECRETARIAT", *WHOLE, "--format", form, "-O", path, lang="ja", status=78).stderr
            assert f"apt install {name}" in said and "--format html" in said and not path.exists()
    finally:
        platform.extra = {}


# from candidates to the final document ----------------------------------------------------------------------------------

YEARS = ("--year", "2014..2016")


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """A platform where Kobe and Kitakyushu have reported, and others have not; the tests below go on from each other's state."""
    demo = Demo(tmp_path_factory.mktemp("year") / "demo").start()
    try:
        demo.load_registry()
        for code in ("281000", "401005"):
            demo.renkei(code, "submit", "--yes", *sorted((SAMPLE / "reports").glob(f"{code}-*.json")))
        demo.renkei("SECRETARIAT", "review", "accept", "--all", "--yes")
        demo.renkei("SECRETARIAT", "org", "import", SAMPLE / "evaluation.json", "--yes")
        yield demo
    finally:
        demo.stop()


def edited(path, code, text, *outcomes):
    path.write_text(json.dumps({"evaluation_rows": [{"first_fiscal_year": 2014, "last_fiscal_year": 2016, "municipality_code": code,
                                                     "bullets": [{"text": text, "outcome_ids": list(outcomes)}] if text else []}]}, ensure_ascii=False))
    return path


def test_candidates_are_chosen_edited_confirmed_fixed_and_printed_the_same_again(year, tmp_path):
    out = json.loads(year.renkei("SECRETARIAT", "evaluate", "candidates", *YEARS, "--category", "progression", "-o", "json").stdout)
    assert [(c["municipality_code"], c["outcome_id"]) for c in out["candidates"]] == [("401005", "fy2014-2016-1")]
    # The secretariat words one line of two; it says what it rests on, and nothing it could not rest on.
    text = "6 都市との協力を着実に実施し、連携セミナーを開催した。"
    wrong = year.renkei("SECRETARIAT", "org", "import", edited(tmp_path / "a.json", "401005", text, "no-such"), "--yes", status=65, lang="ja")
    assert "その自治体が報告した成果の番号" in wrong.stderr
    year.renkei("SECRETARIAT", "org", "import", edited(tmp_path / "a.json", "401005", text, "fy2014-2016-1", "fy2014-2016-2"), "--yes")
    assert rows(year, "SECRETARIAT")["401005"] == [text] and rows(year, "401005") == {"401005": [text]}
    assert len(rows(year, "SECRETARIAT")["281000"]) == 2  # what it proposes itself
    other = json.loads(year.renkei("281000", "org", "export").stdout)
    assert "evaluation_rows" not in other  # the wording of another is nobody's business
    # A draft at any time; final only when those in the table have confirmed.
    draft = json.loads(year.renkei("SECRETARIAT", "evaluate", "fix", *YEARS, "--yes", "-o", "json").stdout)["snapshot"]["snapshot_id"]
    assert draft == "FY2014-2016-1"
    refused = year.renkei("SECRETARIAT", "evaluate", "fix", *YEARS, "--final", "--yes", status=65, lang="ja")
    assert "神戸市、北九州市" in refused.stderr
    shown = year.renkei("401005", "evaluate", "confirm", *YEARS, "--yes", lang="ja")
    assert text in shown.stderr and "確認しました" in shown.stderr
    year.renkei("281000", "evaluate", "confirm", *YEARS, "--yes")
    # What is confirmed is the wording: another wording is not.
    year.renkei("SECRETARIAT", "org", "import", edited(tmp_path / "a.json", "401005", text[:-1], "fy2014-2016-1"), "--yes")
    assert "北九州市" in year.renkei("SECRETARIAT", "evaluate", "fix", *YEARS, "--final", "-n", status=65, lang="ja").stderr
    year.renkei("SECRETARIAT", "org", "import", edited(tmp_path / "a.json", "401005", text, "fy2014-2016-1", "fy2014-2016-2"), "--yes")
    final = json.loads(year.renkei("SECRETARIAT", "evaluate", "fix", *YEARS, "--final", "--yes", "-o", "json").stdout)["snapshot"]["snapshot_id"]
    first = {(s, f): year.renkei("SECRETARIAT", "evaluate", "--snapshot", s, "--format", f, lang="ja").stdout for s in (draft, final) for f in ("html", "md", "json", "text")}
    assert "（案）" in first[draft, "text"].splitlines()[0] and "（案）" not in first[final, "text"].splitlines()[0]
    assert text in first[final, "html"] and "FY2014-2016-2" in first[final, "html"]
    # Then everything changes that can: a report, a fact, a statement; the wording no more.
    year.renkei("400009", "submit", "--yes", *sorted((SAMPLE / "reports").glob("400009-*.json")))
    year.renkei("SECRETARIAT", "review", "accept", "--all", "--yes")
    fixed = year.renkei("SECRETARIAT", "org", "import", edited(tmp_path / "a.json", "401005", "", ), "--yes", status=65, lang="ja").stderr
    assert "評価 FY2014-2016-2 は確定版です" in fixed
    more = json.loads((SAMPLE / "evaluation.json").read_text())
    more["programme_facts"][4]["scope"] = "FACT_SCOPE_RELATED"
    more["evaluation_statements"][0]["text"] = "別の記述"
    (tmp_path / "more.json").write_text(json.dumps(more, ensure_ascii=False))
    year.renkei("SECRETARIAT", "org", "import", tmp_path / "more.json", "--yes")
    assert "別の記述" in year.renkei("SECRETARIAT", *WHOLE, lang="ja").stdout
    for (snapshot, form), was in first.items():
        assert year.renkei("SECRETARIAT", "evaluate", "--snapshot", snapshot, "--format", form, lang="ja").stdout == was, (snapshot, form)
    kept = year.sql("select snapshot_id, encode(sha256, 'hex') = encode(sha256(convert_to(document::text, 'UTF8')), 'hex') from renkei.evaluation_snapshot order by 1")
    assert kept == [["FY2014-2016-1", "t"], ["FY2014-2016-2", "t"]]


def test_a_draft_is_for_the_office_and_the_final_one_for_all(year):
    assert [s["state"] for s in json.loads(year.renkei("MINISTRY", "evaluate", "list", "-o", "json").stdout)["snapshots"]] == ["EVALUATION_STATE_FINAL", "EVALUATION_STATE_DRAFT"]
    for who in ("281000", "ANALYST"):
        assert [s["snapshot_id"] for s in json.loads(year.renkei(who, "evaluate", "list", "-o", "json").stdout)["snapshots"]] == ["FY2014-2016-2"]
        # One that is not for them and one that is not there are told the same way.
        missing = [year.renkei(who, "evaluate", "--snapshot", f"FY2014-2016-{n}", status=66, lang="ja").stderr for n in (1, 9)]
        assert missing[0].split("、要求番号")[0] == missing[1].split("、要求番号")[0].replace("2016-9", "2016-1") and "FY2014-2016-1" in missing[0]
        assert "神戸市" in year.renkei(who, "evaluate", "--snapshot", "FY2014-2016-2", lang="ja").stdout
    year.renkei("281000", "evaluate", "fix", *YEARS, "--yes", status=77)
    year.renkei("SECRETARIAT", "evaluate", "--snapshot", "FY2014-2016-2", "--year", "2014..2016", status=64)


def rows(demo, who):
    table = json.loads(demo.renkei(who, "evaluate", "table", *YEARS, "-o", "json").stdout)
    return {r["municipality_code"]: [o["text"] for o in r["outcomes"]] for r in table["rows"] if r.get("outcomes")}


def test_the_largest_evaluation_that_is_kept_can_be_read_in_every_form(own_demo, tmp_path):
    def add(first, last):
        own_demo.sql(f"""insert into renkei.evaluation_statement (first_fiscal_year, last_fiscal_year, statement_id, part, position, text, rule)
            select 2014, 2016, 'S' || n, 'progress', 1, repeat('雪', 2000), '{{}}' from generate_series({first}, {last}) n returning 1""")
    add(1, 1900)
    kept = json.loads(own_demo.renkei("SECRETARIAT", "evaluate", "fix", *WHOLE[1:], "--yes", "-o", "json").stdout)["snapshot"]["snapshot_id"]
    for form in ("json", "text", "md", "html", "xlsx"):
        target = tmp_path / f"whole.{form}"
        own_demo.renkei("SECRETARIAT", "evaluate", "--snapshot", kept, "--format", form, "-O", target)
        assert target.stat().st_size > (0 if form == "xlsx" else 11_000_000), form
    add(1901, 2200)
    refused = own_demo.renkei("SECRETARIAT", "evaluate", "fix", *WHOLE[1:], "--yes", status=65, lang="ja")
    assert "保存できるのは 12582912 バイトまで" in refused.stderr
    # What is there now is read all the same.
    assert len(json.loads(own_demo.renkei("SECRETARIAT", *WHOLE, "--format", "json").stdout)["findings"]) == 2200
