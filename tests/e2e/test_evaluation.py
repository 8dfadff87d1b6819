"""The table of the interim evaluation comes out of submitted data alone, exactly as the document prints it."""
import json
import re
import unicodedata

from demo import ROOT

GOLDEN = ROOT / "tests/golden/evaluation"
RANGE = ("evaluate", "table", "--first", "2014", "--last", "2016")
BOX = re.compile(r"[─-╿|+]|^[-=_\s]+$", re.M)


def rows_and_notes(document):
    """The table in `-o json`, whatever stands around it."""
    while isinstance(document, list):
        document = document[0]
    rows = [{"municipality_code": r["municipality_code"], "municipality_name_ja": r["municipality_name_ja"],
             "type": r["type"].removeprefix("COOPERATION_TYPE_"), "note_numbers": r.get("note_numbers", []),
             "outcomes": [o["text"] for o in r["outcomes"]]} for r in document["rows"]]
    notes = [{"number": n["number"], "text": n["text"], "items": [{"label": i["label"], "text": i["text"]} for i in n.get("items", [])]}
             for n in document["notes"]]
    return {"rows": rows, "notes": notes}


def test_eleven_rows_24_outcomes_and_both_notes_are_the_documents(sample_demo):
    table = rows_and_notes(json.loads(sample_demo.renkei("SECRETARIAT", *RANGE, "-o", "json", lang="ja").stdout))
    assert table == json.loads((GOLDEN / "table.json").read_text(encoding="utf-8"))
    assert (len(table["rows"]), sum(len(r["outcomes"]) for r in table["rows"])) == (11, 24)


def test_the_readmes_search_finds_what_the_sample_reports_say(sample_demo):
    words = re.search(r"`renkei search ([^`]+)`", (ROOT / "README.md").read_text(encoding="utf-8"))[1].split()
    found = json.loads(sample_demo.renkei("SECRETARIAT", "search", *words, "-o", "json").stdout)["records"]
    assert found and all(w in json.dumps(found[0], ensure_ascii=False) for w in words)


def test_the_readme_imports_as_many_records_as_the_sample_has():
    registry = json.loads((ROOT / "deploy/sample/registry.json").read_text(encoding="utf-8"))
    assert f"\n{sum(map(len, registry.values()))} created, 0 changed, 0 unchanged\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_expectation_is_the_document():
    """The golden table against the printed page: the same characters in the same order, apart from blanks and line breaks."""
    printed = bare((GOLDEN / "document.txt").read_text(encoding="utf-8"))
    printed = printed.replace("自治体名取組類型１主要な成果", "")
    table = json.loads((GOLDEN / "table.json").read_text(encoding="utf-8"))
    text = "表各自治体の取組の主要な成果"
    for row in table["rows"]:
        mark = "".join(wide(n) for n in row["note_numbers"])
        text += row["municipality_name_ja"] + row["type"] + mark + "".join("・" + o for o in row["outcomes"])
    text += "（備考）"
    for note in table["notes"]:
        text += f"{wide(note['number'])}．" + note["text"] + "".join(f"{i['label']}：{i['text']}" for i in note["items"])
    assert bare(text) == printed


def test_the_printed_form_holds_every_sentence_in_order(sample_demo):
    printed = cells(sample_demo.renkei("SECRETARIAT", *RANGE, "--width", "400", lang="ja").stdout)
    at = 0
    for row in json.loads((GOLDEN / "table.json").read_text(encoding="utf-8"))["rows"]:
        for piece in (row["municipality_name_ja"], row["type"] + "".join(wide(n) for n in row["note_numbers"]), *row["outcomes"]):
            found = printed.find(bare(piece), at)
            assert found >= 0, f"{piece} is not behind {printed[max(0, at - 30):at]}"
            at = found + len(bare(piece))
    for note in json.loads((GOLDEN / "table.json").read_text(encoding="utf-8"))["notes"]:
        for piece in (note["text"], *(i["text"] for i in note["items"])):
            at = printed.index(bare(piece), at)


def test_a_narrow_table_keeps_to_its_width_and_loses_nothing(sample_demo):
    out = sample_demo.renkei("SECRETARIAT", *RANGE, "--width", "72", lang="ja").stdout
    table = out[:out.index("（備考）")]
    assert max(width(line) for line in table.splitlines()) <= 72
    assert len(re.findall(r"(?:^|\s)・", table)) == 24


def test_the_table_is_the_same_again_as_known_at_a_moment(sample_demo):
    moment = sample_demo.sql("select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")[0][0]
    first = sample_demo.renkei("ANALYST", *RANGE, "--as-of", moment, "-o", "json").stdout
    assert first == sample_demo.renkei("ANALYST", *RANGE, "--as-of", moment, "-o", "json").stdout
    early = json.loads(sample_demo.renkei("ANALYST", *RANGE, "--as-of", "2016-01-01T00:00:00Z", "-o", "json").stdout)
    assert [r.get("outcomes", []) for r in early.get("rows", [])] in ([], [[]] * 11)


def test_trainees_are_counted_once_and_without_related_events(sample_demo):
    out = json.loads(sample_demo.renkei("ANALYST", "query", "--measure", "trainees", "--group-by", "fiscal_year", "--year", "2014..2016", "-o", "json").stdout)
    rows = {r["keys"][0]: r for r in out["rows"]}
    assert int(rows["2015"]["values"][0]["value"]) == 19  # 4 of Yokkaichi, 15 of Kitakyushu
    assert "2016" not in rows or int(rows["2016"]["values"][0].get("events_counted", 0)) == 0  # those of FY2016 are related only
    assert out["total"]["coverage"]["missing"] > 0


def test_a_joint_seminar_counts_once_platform_wide(sample_demo):
    out = json.loads(sample_demo.renkei("ANALYST", "query", "--measure", "activities,persons", "--where", "kind=seminar_in_japan", "--group-by", "municipality",
                                        "--year", "2016", "-o", "json").stdout)
    by_code = {r["keys"][0]: {v["measure"]: v.get("value") for v in r["values"]} for r in out["rows"]}
    assert len(by_code) == 11 and {code: by_code[code] for code in ("400009", "401005")} == dict.fromkeys(("400009", "401005"), {"MEASURE_ACTIVITIES": "1", "MEASURE_PERSONS": "49"})
    assert {v for code, row in by_code.items() if code not in ("400009", "401005") for v in row.values()} <= {"0", None}
    assert {v["measure"]: int(v["value"]) for v in out["total"]["values"]} == {"MEASURE_ACTIVITIES": 1, "MEASURE_PERSONS": 49}


def test_the_status_matrix_tells_missing_from_not_expected(sample_demo):
    out = json.loads(sample_demo.renkei("SECRETARIAT", "status", "--year", "2014..2016", "-o", "json").stdout)
    rows = {r["municipality_code"]: [c["state"] for c in r["cells"]] for r in out["rows"]}
    assert list(rows) == [r["municipality_code"] for r in json.loads((GOLDEN / "table.json").read_text(encoding="utf-8"))["rows"]]
    assert all(cells_[-1] == "CELL_STATE_ACCEPTED" for cells_ in rows.values())
    assert rows["442011"][0] == "CELL_STATE_NOT_EXPECTED" and rows["200000"][0] == "CELL_STATE_MISSING"
    coverage = out["coverage"]
    assert coverage["expected"] == sum(coverage.get(k, 0) for k in ("reported", "nil", "missing", "not_due"))


def wide(number):
    return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def bare(text):
    return re.sub(r"\s", "", text)


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in line)


def cells(text):
    return bare(BOX.sub("", text))


def test_who_has_not_confirmed_is_named_whole(sample_demo):
    said = sample_demo.renkei("SECRETARIAT", "evaluate", "fix", "--first", "2014", "--last", "2016", "--final", "--yes", lang="ja", status=65).stderr
    named, others = re.search("確認していません：(.*)、ほか ([0-9]+) 自治体。", said).groups()
    rows = {r[0] for r in sample_demo.sql("select name_ja from renkei.municipality")}
    assert set(named.split("、")) <= rows and int(others) > 0 and "…" not in named
