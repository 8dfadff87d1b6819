"""How far numbers moved since they were told: accepted, corrected, joined by another report; side by side at the moments that were asked for."""
import csv
import datetime
import io
import json
import re

import pytest
from test_questions import HOST, OTHER, accepted, seminar

JAPAN = datetime.timezone(datetime.timedelta(hours=9))
ASKED = ("query", "--measure", "persons,events", "--group-by", "municipality", "--year", "2016")


def now(demo):
    return demo.sql("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")[0][0]


@pytest.fixture(scope="module")
def told(empty_demo):
    """The moments behind a first acceptance, its correction, and an acceptance of another municipality's."""
    moments = [now(empty_demo)]
    accepted(empty_demo, HOST, [seminar(HOST, "seminar", "都市間連携協力セミナー", 49)])
    moments.append(now(empty_demo))
    accepted(empty_demo, HOST, [seminar(HOST, "seminar", "都市間連携協力セミナー", 52)], base=1)
    moments.append(now(empty_demo))
    accepted(empty_demo, OTHER, [seminar(OTHER, "s-1", "別の協議", 7)])
    return empty_demo, moments


def rows(demo, *words):
    return list(csv.DictReader(io.StringIO(demo.renkei("SECRETARIAT", *ASKED, *words, "-o", "csv").stdout)))


def numbers(found, municipality, measure):
    return [(r["value"], r["moved"], r["accepted"]) for r in found if (r["municipality"], r["measure"]) == (municipality, measure)]


def test_each_moment_stands_beside_the_first_with_what_stood_behind_it(told):
    demo, moments = told
    found = rows(demo, "--revisions", ",".join(moments))
    assert numbers(found, HOST, "persons") == [("", "", "0"), ("49", "", "1"), ("52", "", "1"), ("52", "", "1")], "nothing was known at first: no difference"
    found = rows(demo, "--revisions", ",".join(moments[1:]))
    assert numbers(found, HOST, "persons") == [("49", "0", "1"), ("52", "3", "1"), ("52", "3", "1")]
    assert numbers(found, HOST, "events") == [("1", "0", "1")] * 3
    assert numbers(found, OTHER, "persons") == [("", "", "0"), ("", "", "0"), ("7", "", "1")]
    assert numbers(found, "", "persons") == [("49", "0", "1"), ("52", "3", "1"), ("59", "10", "2")]
    # Each column is what --as-of says of that moment, and the last may be one too.
    for moment in moments[1:]:
        alone = json.loads(demo.renkei("SECRETARIAT", *ASKED, "--as-of", moment, "-o", "json").stdout)
        total = {v["measure"]: v.get("value") for v in alone["total"]["values"]}
        assert total["MEASURE_PERSONS"] == next(r["value"] for r in found if r["municipality"] == "" and r["measure"] == "persons" and r["as_of"] == moment)
    assert [r["as_of"] for r in rows(demo, "--revisions", moments[1], "--as-of", moments[2])[:2]] == moments[1:]


def test_people_read_a_column_a_day_and_the_change(told):
    demo, moments = told
    text = demo.renkei("SECRETARIAT", *ASKED, "--revisions", ",".join(moments[1:]), lang="ja").stdout
    row = next(line for line in text.splitlines() if line.startswith("北九州市") and "実人数" in line)
    assert row.split()[2:] == ["49", "52", "52", "+3", "1/4"], row
    assert "増減は最初の列から最後の列まで" in text
    heads = re.findall(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{6})?", text.splitlines()[0])
    assert len(set(heads)) == 3 and "各列はその時点（日本時間）で分かっていた数" in text and "その日の終わり" not in text
    assert {h[:19] for h in heads[:2]} == {f"{datetime.datetime.fromisoformat(m.replace('Z', '+00:00')).astimezone(JAPAN):%Y-%m-%d %H:%M:%S}" for m in moments[1:]}


def test_days_are_headed_as_days_where_that_tells_them_apart(told):
    text = told[0].renkei("SECRETARIAT", *ASKED, "--revisions", "2016-07-15,2016-08-01", lang="ja").stdout
    assert re.findall(r"20[\d-]{8}\S*", text.splitlines()[0])[:2] == ["2016-07-15", "2016-08-01"] and ":" not in text.splitlines()[0]
    assert "各列はその日の終わりに分かっていた数（最後の列は下に示す時点）" in text
    text = told[0].renkei("SECRETARIAT", *ASKED, "--revisions", "2016-07-15T12:00:00+09:00,2016-07-15", "--as-of", "2016-08-01", lang="ja").stdout
    assert re.findall(r"20[\d-]{8} [\d:]{8}", text.splitlines()[0]) == ["2016-07-15 12:00:00", "2016-07-15 23:59:59", "2016-08-01 23:59:59"]


@pytest.mark.parametrize("words,said", [(("2016-07-15,2015-07-15",), "2015-07-15"), (("2016-07-15", "--as-of", "2016-07-01"), "2016-07-01"),
                                        (("2016-07-15", "--list"), "--list"), ((",".join(f"2016-07-{d:02}" for d in range(1, 15)),), "12")])
def test_moments_that_make_no_sense_are_refused_with_what_to_do(told, words, said):
    assert said in told[0].renkei("SECRETARIAT", *ASKED, "--revisions", *words, status=64).stderr


def test_a_word_that_is_no_moment_is_named(told):
    assert "きのう" in told[0].renkei("SECRETARIAT", *ASKED, "--revisions", "きのう", status=64, lang="ja").stderr
