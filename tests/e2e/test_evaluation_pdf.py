"""The evaluation on paper, read back from the PDF by poppler: A4, numbered pages, the mark of a draft, heads repeated, rows whole, notes under their table."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from demo import SAMPLE

WHOLE = ("evaluate", "--year", "2014..2016")
PROGRAMS = [p for p in ("weasyprint", "chromium") if shutil.which(p)]
pytestmark = [pytest.mark.skipif(not shutil.which("pdftotext"), reason="Debian package poppler-utils is not installed"),
              pytest.mark.skipif(not PROGRAMS, reason="neither weasyprint nor chromium is installed")]


def bare(text):
    return re.sub(r"\s", "", text)


def only(path, program):
    """A PATH with all that is on this one but the other program that prints."""
    path.mkdir()
    for folder in reversed(os.environ["PATH"].split(":")):
        for file in pathlib.Path(folder).glob("*") if pathlib.Path(folder).is_dir() else ():
            if file.name not in {"weasyprint", "chromium"} - {program}:
                (path / file.name).unlink(missing_ok=True)
                (path / file.name).symlink_to(file)
    return str(path)


def poppler(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.fixture(scope="module")
def platform(sample_demo):
    sample_demo.renkei("SECRETARIAT", "org", "import", SAMPLE / "evaluation.json", "--yes")
    return sample_demo


@pytest.fixture(scope="module")
def document(platform):
    return json.loads(platform.renkei("SECRETARIAT", *WHOLE, "--format", "json").stdout)


class Printed:
    def __init__(self, path):
        self.path = path
        self.pages = [poppler("pdftotext", "-layout", "-f", str(n), "-l", str(n), path, "-") for n in range(1, self.count() + 1)]

    def info(self, *more):
        return poppler("pdfinfo", *more, self.path)

    def count(self):
        return int(re.search(r"^Pages:\s+(\d+)", self.info(), re.M)[1])


@pytest.fixture(scope="module", params=PROGRAMS)
def printed(request, platform, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    platform.extra = {"PATH": only(folder / "bin", request.param)}
    try:
        platform.renkei("SECRETARIAT", *WHOLE, "--format", "pdf", "-O", folder / "evaluation.pdf", lang="ja", seconds=300)
    finally:
        platform.extra = {}
    return Printed(folder / "evaluation.pdf")


def test_every_page_is_a4_upright(printed):
    sizes = re.findall(r"^Page\s+\d+ size:\s+([\d.]+) x ([\d.]+) pts", printed.info("-f", "1", "-l", str(printed.count())), re.M)
    assert len(sizes) == printed.count() > 5
    assert {(round(float(w)), round(float(h))) for w, h in sizes} == {(595, 842)}


def test_the_words_can_be_searched_in_their_font(printed):
    fonts = poppler("pdffonts", printed.path).splitlines()[2:]
    # Every font is in the file: the page is the same wherever it is printed.
    assert fonts and all(re.search(r"\byes\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+$", f) for f in fonts), fonts
    assert "取組の成果と課題" in bare(printed.pages[0])


def test_every_page_says_which_it_is_that_it_is_a_draft_and_of_when(printed, document):
    for number, text in enumerate(printed.pages, 1):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        assert lines[0] == "案", (number, lines[:2])
        assert re.search(rf"時点.*\s{number}/{printed.count()}$", lines[-1]), (number, lines[-1])
    assert printed.pages[0].count("案") >= 2  # in its title, too


def of_table(printed, document):
    """The pages that rows of the outcomes' table stand on, by municipality."""
    found = {}
    for row in document["rows"]:
        bullets = [bare("・" + o["text"]) for o in row.get("outcomes", [])]
        if bullets:
            found[row["municipality_name_ja"]] = [n for n, text in enumerate(printed.pages) if all(b in bare(text) for b in bullets)
                                                  and row["municipality_name_ja"] in text]
    return found


def test_no_row_of_the_table_is_torn_and_its_head_stands_on_each_of_its_pages(printed, document):
    found = of_table(printed, document)
    assert len(found) == 11
    assert all(len(pages) == 1 for pages in found.values()), found
    spread = sorted({pages[0] for pages in found.values()})
    assert spread == list(range(spread[0], spread[-1] + 1))
    for page in spread:
        assert re.search(r"自治体名\s+取組類型１?\s+.*主要な成果", printed.pages[page]) or "自治体名取組類型１主要な成果" in bare(printed.pages[page]), printed.pages[page][:400]


def test_the_notes_stand_under_the_table_and_before_the_second_section(printed, document):
    text = bare("".join(printed.pages))
    rows = [bare("・" + o["text"]) for r in document["rows"] for o in r.get("outcomes", [])]
    second = next(bare(t["text"]) for t in document["texts"] if t["place"] == "EVALUATION_PLACE_SECTION_2_HEADING")
    last, notes = max(text.index(r) for r in rows), text.index("（備考）")
    assert last < notes < text.index(second)
    for note in document["notes"]:
        assert notes < text.index(bare(note["text"]), notes) < text.index(second)


def test_no_table_of_the_annex_loses_its_head(printed):
    # Where a table of indicators goes on, its head of years comes again.
    for number, text in enumerate(printed.pages):
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and re.match(r"\s*[POI]\d\.\d ", lines[1]):
            raise AssertionError(f"page {number + 1} begins with a row: {lines[1]}")


def test_nothing_runs_over_the_margin(printed):
    width, margin = 595, 56  # 20 mm
    for n in range(1, printed.count() + 1):
        page = poppler("pdftotext", "-bbox", "-f", str(n), "-l", str(n), printed.path, "-")
        left, right = ([float(x) for x in re.findall(rf'{side}="([\d.]+)"', page)] for side in ("xMin", "xMax"))
        over = [(x, word) for x, word in re.findall(r'xMax="([\d.]+)"[^>]*>([^<]*)<', page) if float(x) > width - margin + 1]
        assert right and not over, (n, over)
        assert min(left) >= margin, (n, min(left))  # a percentage beside a chart is whole


@pytest.mark.skipif(not re.search("Noto Sans CJK JP", subprocess.run(["fc-list"], capture_output=True, text=True).stdout if shutil.which("fc-list") else ""),
                    reason="Debian package fonts-noto-cjk is not installed")
def test_head_foot_and_charts_are_set_as_the_text_is(printed):
    # Chromium gives its fonts no names.
    fonts = {line.split()[0].split("+")[-1] for line in poppler("pdffonts", printed.path).splitlines()[2:]} - {"[none]"}
    assert all(f.startswith("Noto-Sans-CJK") or f.startswith("NotoSansCJK") for f in fonts), fonts
