"""What bundles say in the terms of others: activities of IATI, indicators of SDMX, CSV of programs that know CP932 alone; and what was decided of events."""
import csv
import json
import re
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from demo import ROOT, SAMPLE
from test_exports import AS_OF, run, schedule
from test_questions import DAY, HOST, OTHER, THIRD, accepted, seminar

SCHEMA = ROOT / "tests/golden/export/iati-2.03.rng"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
JOINT, SHARED = "JP-JCN-8000020401005-seminar", "JP-JCN-6000020400009-s-1"
MONTH, THIRDS = "JP-JCN-8000020401005-month", "JP-JCN-4000020442011-t"
# What the standard (2.03) lets stand in an element, in its order; ! must be there.
STANDARD = {
    "iati-activity": "iati-identifier! reporting-org! title! description! participating-org! other-identifier activity-status! activity-date! contact-info activity-scope "
                     "recipient-country recipient-region location sector tag country-budget-items humanitarian-scope policy-marker collaboration-type default-flow-type "
                     "default-finance-type default-aid-type default-tied-status budget planned-disbursement capital-spend transaction document-link related-activity "
                     "legacy-data conditions result crs-add fss",
    "location": "location-reach location-id name description activity-description administrative point exactness location-class feature-designation",
    "transaction": "transaction-type! transaction-date! value! description provider-org receiver-org disbursement-channel sector recipient-country recipient-region "
                   "flow-type finance-type aid-type tied-status",
}
LINE = {"item": "COST_ITEM_VENUE", "payer": "PAYER_MUNICIPAL", "share": "COST_SHARE_ALL"}


@pytest.fixture(scope="module")
def platform(empty_demo):
    """A seminar of two municipalities, of whose people the secretariat chose one number; and what is not for everybody's eyes."""
    accepted(empty_demo, HOST, [
        seminar(HOST, "seminar", "光化学オキシダント <対策> & \"瀋陽・沈阳\"", 49, result="厦门市の担当者が〜を学んだ。", implementing_bodies=["北九州国際技術協力協会"],
                organisations=[{"name": "公開してよい会社", "kind": "ORGANISATION_KIND_COMPANY", "consent_to_be_named": "ANSWER_YES"},
                               {"name": "秘密の会社", "kind": "ORGANISATION_KIND_COMPANY", "consent_to_be_named": "ANSWER_NO"}],
                cost_lines=[{**LINE, "amount": {"currency": "JPY", "minor_units": "120000"}, "accuracy": "AMOUNT_ACCURACY_EXACT"},
                            {**LINE, "item": "COST_ITEM_LODGING", "payer": "PAYER_CN_LOCAL", "partner_code": "210200",
                             "amount": {"currency": "CNY", "minor_units": "123450"}, "accuracy": "AMOUNT_ACCURACY_ABOUT"},
                            {**LINE, "item": "COST_ITEM_OTHER", "amount": {"currency": "JPY", "minor_units": "1"},
                             "upper": {"currency": "JPY", "minor_units": "9"}, "accuracy": "AMOUNT_ACCURACY_BAND"}]),
        {**seminar(HOST, "quiet", "内々の協議", 2), "disclosure": "DISCLOSURE_SECRETARIAT"},
        {**seminar(HOST, "month", "十一月の訪問", 4), "actual_start": {"year": 2016, "month": 11, "precision": "DATE_PRECISION_MONTH"}, "disclosure": "DISCLOSURE_PARTIES"},
        {**seminar(HOST, "near", "関連する行事", 5), "scope": "SCOPE_RELATED_ONLY", "scope_reason": "別の事業", "actual_start": {**DAY, "day": 5}}])
    accepted(empty_demo, OTHER, [seminar(OTHER, "s-1", "セミナー（共催）", 50, cost_lines=[
        {**LINE, "amount": {"currency": "JPY", "minor_units": "120000"}, "accuracy": "AMOUNT_ACCURACY_EXACT"}])])
    accepted(empty_demo, THIRD, [{**seminar(THIRD, "t", "武漢市との協議", 3), "kind": "ACTIVITY_KIND_CONSULTATION", "actual_start": {**DAY, "day": 20}}])
    empty_demo.renkei("SECRETARIAT", "event", "link", "401005/seminar", "400009/s-1", "--reason", "共催と分かった", "--yes")
    empty_demo.renkei("SECRETARIAT", "event", "choose", "401005/seminar", "--figure", "persons", "--reason", "名簿による", "--yes")
    empty_demo.renkei("SECRETARIAT", "org", "import", SAMPLE / "evaluation.json", "--yes")
    return empty_demo


@pytest.fixture(scope="module")
def bundle(platform, tmp_path_factory):
    schedule(platform, "standards", "csv,csv-cp932,iati,jsonl,sdmx-csv")
    return run(platform, "standards", "-O", tmp_path_factory.mktemp("standards"), "--as-of", AS_OF)


def rows(bundle, table):
    return [json.loads(line) for line in (bundle / f"jsonl/{table}.jsonl").read_text(encoding="utf-8").splitlines()]


def activities(bundle):
    return {a.findtext("iati-identifier"): a for a in ET.parse(bundle / "iati/activities.xml").getroot()}


def valid(bundle):
    done = subprocess.run(["xmllint", "--noout", "--relaxng", SCHEMA, bundle / "iati/activities.xml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_iati_is_valid_and_tells_each_record_once(platform, bundle):
    valid(bundle)
    root = ET.parse(bundle / "iati/activities.xml").getroot()
    assert root.attrib == {"version": "2.03", "generated-datetime": AS_OF}
    identifiers = [a.findtext("iati-identifier") for a in root]
    assert len(identifiers) == len(set(identifiers)) and identifiers == sorted(identifiers)
    # Neither what is the secretariat's alone nor what is only related.
    assert set(identifiers) == {JOINT, SHARED, MONTH, THIRDS, *(i + "~event" for i in (JOINT, MONTH, THIRDS))}
    assert "内々" not in (bundle / "iati/activities.xml").read_text() and "秘密の会社" not in (bundle / "iati/activities.xml").read_text()


@pytest.mark.parametrize("parent", STANDARD)
def test_the_schema_has_the_order_of_the_standard_and_what_it_demands(bundle, parent):
    ns = "{http://relaxng.org/ns/structure/1.0}"
    grammar = ET.parse(SCHEMA).getroot()
    element, = (e for e in grammar.iter(ns + "element") if e.get("name") == parent)
    ours = [e.get("name") for child in element for e in (child if child.tag in (ns + "optional", ns + "oneOrMore", ns + "zeroOrMore") else [child]) if e.tag == ns + "element"]
    optional = {e.get("name") for child in element if child.tag in (ns + "optional", ns + "zeroOrMore") for e in child}
    standard = [name.rstrip("!") for name in STANDARD[parent].split()]
    assert ours == sorted(ours, key=standard.index) and len(set(ours)) == len(ours)
    assert {name.rstrip("!") for name in STANDARD[parent].split() if name.endswith("!")} <= set(ours) - optional
    for found in ET.parse(bundle / "iati/activities.xml").getroot().iter(parent):
        names = [child.tag for child in found]
        assert names == sorted(names, key=standard.index)


def test_iati_has_narratives_in_each_language_and_texts_as_typed(bundle):
    joint = activities(bundle)[JOINT]
    assert joint.findtext("title/narrative") == "光化学オキシダント <対策> & \"瀋陽・沈阳\""
    assert {n.get(LANG): n.text for n in joint.findall("reporting-org/narrative")} | {"en": "Kitakyushu City"} == {
        None: "北九州市", "en": "Kitakyushu City", "zh": joint.findtext(f"reporting-org/narrative[@{LANG}='zh']")}
    assert {n.get(LANG): n.text for n in joint.find("description[@type='1']").findall("narrative")} == {
        None: "国内開催セミナー（2016年度第3四半期の報告）", "en": "seminar in Japan (report of FY2016 Q3)", "zh": "日本国内研讨会（2016财年第3季度报告）"}
    assert joint.findtext("description[@type='4']/narrative") == "厦门市の担当者が〜を学んだ。"
    names = [o.findtext("narrative") for o in joint.findall("participating-org")]
    assert names[-2:] == ["北九州国際技術協力協会", "公開してよい会社"] and {"北九州市", "大連市"} <= set(names)
    assert [t.get("code") for t in joint.findall("tag")] == ["voc"]


def test_iati_says_how_exact_a_date_is(bundle):
    found = activities(bundle)
    dates = {d.get("type"): (d.get("iso-date"), d.findtext("narrative")) for d in found[MONTH].findall("activity-date")}
    assert dates == {"2": ("2016-11-01", "2016-11")}
    assert [d.attrib for d in found[JOINT].findall("activity-date")] == [{"type": "2", "iso-date": "2016-10-12"}]


def test_whoever_adds_up_iati_counts_a_joint_event_and_its_money_once(platform, bundle):
    found = activities(bundle)
    related = {i: {(r.get("type"), r.get("ref")) for r in a.findall("related-activity")} for i, a in found.items()}
    assert related == {JOINT + "~event": {("2", JOINT), ("2", SHARED)}, JOINT: {("1", JOINT + "~event"), ("3", SHARED)}, SHARED: {("1", JOINT + "~event"), ("3", JOINT)},
                       MONTH + "~event": {("2", MONTH)}, MONTH: {("1", MONTH + "~event")}, THIRDS + "~event": {("2", THIRDS)}, THIRDS: {("1", THIRDS + "~event")}}
    assert {i: a.get("hierarchy") for i, a in found.items()} == {i: "1" if i.endswith("~event") else "2" for i in found}
    assert {i for i, a in found.items() if a.findall("transaction")} == {JOINT}, "money stands at the lowest level alone"
    event = found[JOINT + "~event"]
    assert event.findtext("title/narrative") == found[JOINT].findtext("title/narrative") and event.find("description[@type='4']") is None
    names = [o.findtext("narrative") for o in event.findall("participating-org")]
    assert set(names) == {o.findtext("narrative") for i in (JOINT, SHARED) for o in found[i].findall("participating-org")} and len(names) == len(set(names))
    assert [t.get("code") for t in event.findall("tag")] == ["voc"]
    money = [(t.find("value").get("currency"), t.findtext("value"), t.find("value").get("value-date"), t.findtext("provider-org/narrative"))
             for a in found.values() for t in a.findall("transaction")]
    assert money == [("JPY", "120000", "2016-10-12", "北九州市"), ("CNY", "1234.5", "2016-10-12", "大連市")], "no band, and not what the other record tells again"


def test_a_public_bundle_holds_what_is_public_only(platform, bundle, tmp_path):
    schedule(platform, "public-standards", "iati,jsonl,sdmx-csv", public_only="true", free_text="false", company_names="false")
    public = run(platform, "public-standards", "-O", tmp_path, "--as-of", AS_OF)
    valid(public)
    text = (public / "iati/activities.xml").read_text()
    assert set(activities(public)) == set(activities(bundle)) - {MONTH, MONTH + "~event"}
    assert "厦门市" not in text and "公開してよい会社" not in text
    assert rows(public, "statements") == [] == rows(public, "indicators"), "numbers that count what is not public"
    assert len((public / "sdmx-csv/indicators-2.0.csv").read_text().splitlines()) == 1
    assert {r["subject"] for r in rows(public, "event_decisions")} == {"pair", "figure"} and "reason" not in rows(public, "event_decisions")[0]


def test_without_an_activity_there_is_no_file_of_iati(platform, bundle, tmp_path):
    early = run(platform, "standards", "-O", tmp_path, "--as-of", "2015-01-01T00:00:00Z")
    assert not (early / "iati").exists() and (early / "sdmx-csv/indicators-2.0.csv").exists()


def test_what_was_decided_of_events_is_a_table(platform, bundle):
    pair, figure = sorted(rows(bundle, "event_decisions"), key=lambda r: r["subject"], reverse=True)
    assert {k: pair[k] for k in ("municipality_code", "activity_id", "about", "word", "chosen", "holds", "reason", "entry")} == {
        "municipality_code": "400009", "activity_id": "s-1", "about": "401005/seminar", "word": "linked", "chosen": None, "holds": True, "reason": "共催と分かった", "entry": 1}
    assert {k: figure[k] for k in ("municipality_code", "activity_id", "about", "figure", "word", "chosen", "holds")} == {
        "municipality_code": "401005", "activity_id": "seminar", "about": "persons", "figure": "persons", "word": None, "chosen": True, "holds": True}
    words = {(r["list"], r["value"]): r["label_ja"] for r in rows(bundle, "codes")}
    assert words["event_decision_word", "linked"] == "一つの取組" and words["event_figure", "person_times"] == "延べ人数"


def test_indicators_and_statements_are_those_of_the_evaluation(platform, bundle):
    document = json.loads(platform.renkei("SECRETARIAT", "evaluate", "--year", "2014..2016", "--format", "json").stdout)
    expected = {(f["statement"]["statement_id"], f["support"].removeprefix("SUPPORT_").lower(), f["statement"]["text"]) for f in document["findings"]}
    assert {(s["statement_id"], s["support"], s["text"]) for s in rows(bundle, "statements")} == expected and len(expected) >= 12
    values = {}
    for finding in document["findings"]:
        for indicator in finding["indicators"]:
            for v in indicator.get("values", []):
                year = v.get("fiscal_year", 0)
                values[indicator["indicator_id"], v.get("key", "main"), year or 2014, year or 2016] = tuple(v.get(k) for k in ("value", "low", "high", "numerator", "denominator"))
    told = {(r["indicator_id"], r["series"], r["first_fiscal_year"], r["last_fiscal_year"]):
            tuple(r[k] for k in ("value", "low", "high", "numerator", "denominator")) for r in rows(bundle, "indicators")}
    assert told.keys() == values.keys() and len(told) > 200
    for key, want in values.items():
        assert told[key] == tuple(None if w is None else float(w) for w in want), key
    assert {(r["reports_accepted"], r["reports_expected"]) for r in rows(bundle, "indicators") if r["first_fiscal_year"] == 2016} == {
        (document["years"][2]["coverage"]["accepted"], document["years"][2]["coverage"]["expected"])}


def test_numbers_of_no_share_have_neither_numerator_nor_denominator(bundle):
    found = rows(bundle, "indicators")
    assert {r["counting"] for r in found if r["numerator"] is not None or r["denominator"] is not None} <= {"share", "portion", "special"} <= {r["counting"] for r in found}


def sdmx(bundle, version):
    with open(bundle / f"sdmx-csv/indicators-{version}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_sdmx_says_the_same_as_the_table_of_indicators(bundle):
    new, old = sdmx(bundle, "2.0"), sdmx(bundle, "1.0")
    assert list(new[0])[:4] == ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ"] and list(old[0])[:2] == ["DATAFLOW", "FREQ"]
    assert {(r["STRUCTURE"], r["STRUCTURE_ID"], r["ACTION"]) for r in new} == {("dataflow", "RENKEI:INDICATORS(1.0)", "I")}
    assert {r["DATAFLOW"] for r in old} == {"RENKEI:INDICATORS(1.0)"}
    bare = [{k: v for k, v in r.items() if k not in ("STRUCTURE", "STRUCTURE_ID", "ACTION", "DATAFLOW")} for r in new]
    assert bare == [{k: v for k, v in r.items() if k != "DATAFLOW"} for r in old]
    keys = [(r["FREQ"], r["INDICATOR"], r["SERIES"], r["TIME_PERIOD"]) for r in new]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[A-Za-z0-9_@$-]+", part) for key in keys for part in key[1:3])
    assert all(re.fullmatch(r"\d{4}-A1|\d{4}-04-01/P\d+Y", key[3]) for key in keys)
    for row, want in zip(bare, rows(bundle, "indicators"), strict=True):
        assert row["INDICATOR"] == want["indicator_id"].replace(".", "_") and row["SERIES"] == {"main": "_T"}.get(want["series"], want["series"].replace("/", "-"))
        for name, column in (("OBS_VALUE", "value"), ("LOWER_BOUND", "low"), ("UPPER_BOUND", "high"), ("NUMERATOR", "numerator"), ("DENOMINATOR", "denominator"),
                             ("REPORTS_ACCEPTED", "reports_accepted"), ("REPORTS_EXPECTED", "reports_expected")):
            assert (float(row[name]) if row[name] else None) == want[column]
        assert row["OBS_STATUS"] == ("O" if want["value"] is None else "A" if want["low"] is not None and want["low"] == want["high"] else "P")
    assert {r["OBS_STATUS"] for r in bare} == {"A", "P", "O"}


def test_cp932_is_read_by_what_knows_nothing_else_and_says_what_is_lost(bundle):
    with open(bundle / "csv-cp932/LOSSES.csv", newline="", encoding="utf-8-sig") as file:
        losses = list(csv.DictReader(file))
    lost = Counter((r["table"], int(r["row"]), r["column"], r["character"]) for r in losses)
    assert {(r["character"], r["code_point"]) for r in losses} >= {("门", "U+95E8"), ("阳", "U+9633")}
    expected = Counter()
    for path in sorted((bundle / "csv").glob("*.csv")):
        exact = list(csv.reader(path.open(newline="", encoding="utf-8")))
        raw = (bundle / "csv-cp932" / path.name).read_bytes()
        got = list(csv.reader(raw.decode("cp932").splitlines(keepends=True)))
        assert len(got) == len(exact) and got[0] == exact[0]
        for at, (have, want) in enumerate(zip(got[1:], exact[1:]), 2):
            for column, cell, truth in zip(exact[0], have, want, strict=True):
                kept = "".join(c if in_cp932(c) else "〓" for c in truth)
                assert plain(cell).removeprefix("'") == plain(kept).removeprefix("'")
                expected.update((path.stem, at, column, c) for c in truth if not in_cp932(c))
    assert lost == expected and sum(lost.values()) > 100


def in_cp932(character):
    # Windows takes the one of two that CP932 has.
    return character in "〜−‖—¢£¬" or encodes(character)


def encodes(character):
    try:
        character.encode("cp932")
        return True
    except UnicodeEncodeError:
        return False


def plain(text):
    return text.translate(str.maketrans("〜−‖—", "～－∥―")).replace("\r\n", "\n")
