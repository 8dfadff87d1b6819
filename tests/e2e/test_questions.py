"""The secretariat's questions: events that several report, numbers by any dimension, and words in what was reported."""
import csv
import io
import json

import grpc
import pytest
import talk
from google.protobuf import json_format
from renkei.v1 import report_pb2, search_service_pb2 as ss, search_service_pb2_grpc, status_service_pb2 as st

HOST, OTHER, THIRD = "401005", "400009", "442011"
DAY = {"year": 2016, "month": 10, "day": 12, "precision": "DATE_PRECISION_DAY"}


def seminar(code, activity_id, title, persons, **fields):
    return {"activity_id": activity_id, "kind": "ACTIVITY_KIND_SEMINAR_IN_JAPAN", "title": title, "status": "ACTIVITY_STATUS_HELD", "scope": "SCOPE_WHOLE", "actual_start": DAY,
            "place": {"country": "JP", "city": "北九州市"}, "municipalities": [{"municipality_code": code, "role": "PARTY_ROLE_HOST" if code == HOST else "PARTY_ROLE_CO_HOST"}],
            "partners": [{"partner_code": "210200"}], "themes": ["THEME_VOC"], "disclosure": "DISCLOSURE_PUBLIC",
            "participants": [{"side": "SIDE_CN", "category": "PARTICIPANT_CATEGORY_MUNICIPAL_STAFF", "persons": persons, "basis": "COUNT_BASIS_COUNTED"}], **fields}


def accepted(demo, code, activities, base=0, **fields):
    report = report_pb2.Report(municipality_code=code, period=talk.period(2016, 3), base_version=base,
                               action=report_pb2.REPORT_ACTION_CORRECT if base else report_pb2.REPORT_ACTION_NEW)
    json_format.ParseDict({"activities": activities, **fields, **({"change_reason": "人数の訂正"} if base else {})}, report)
    receipt = talk.reports(demo, code).SubmitReport(talk.request(report)).receipt
    demo.renkei("SECRETARIAT", "review", "accept", receipt.number, "--yes")
    return receipt.number


@pytest.fixture(scope="module")
def asked(empty_demo):
    """Two municipalities report one seminar, with other numbers; a third one something else."""
    accepted(empty_demo, HOST, [seminar(HOST, "seminar", "都市間連携協力セミナー", 49, result="大連市の担当者がｵｿﾞﾝとＶＯＣの対策を学んだ。")])
    accepted(empty_demo, OTHER, [seminar(OTHER, "s-1", "都市間連携協力セミナー（共催）", 50)])
    accepted(empty_demo, THIRD, [{**seminar(THIRD, "t", "武漢市との協議", 3), "kind": "ACTIVITY_KIND_CONSULTATION", "actual_start": {**DAY, "day": 20},
                                  "partners": [{"partner_code": "420100"}], "disclosure": "DISCLOSURE_SECRETARIAT"}])
    return empty_demo


def total(demo, *words, who="SECRETARIAT"):
    answer = json.loads(demo.renkei(who, "query", *words, "-o", "json").stdout)
    return {v["measure"][8:].lower(): int(v["value"]) for v in answer["total"]["values"] if "value" in v}


def test_a_joint_event_is_found_linked_counted_once_and_parted_again(asked):
    demo = asked
    moment = demo.sql("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")[0][0]
    asking = ("--measure", "events,persons", "--year", "2016")
    assert total(demo, *asking) == {"events": 3, "persons": 102}
    said = demo.renkei("SECRETARIAT", "event", "hints", "--year", "2016", lang="ja").stdout
    for part in ("400009/s-1  福岡県  都市間連携協力セミナー（共催）  平成28年10月12日（2016-10-12）", "401005/seminar", "中国側が同じ、日付が重なる、件名が似ている、場所が同じ、種別が同じ"):
        assert part in said
    assert "442011" not in said
    (hint,) = csv.DictReader(io.StringIO(demo.renkei("SECRETARIAT", "event", "hints", "-o", "csv").stdout))
    assert (hint["record"], hint["other"], hint["one_event"]) == ("400009/s-1", "401005/seminar", "false")
    # Nothing without a reason, nothing at random, nothing by others.
    words = ("event", "link", "401005/seminar", "400009/s-1")
    assert "--reason" in demo.renkei("SECRETARIAT", *words, "--yes", status=64).stderr
    assert "401005/ID" in demo.renkei("SECRETARIAT", "event", "link", "seminar", "400009/s-1", "--reason", "x", "--yes", status=64).stderr
    gone = demo.renkei("SECRETARIAT", "event", "link", "401005/seminar", "400009/none", "--reason", "x", "--yes", status=66, lang="ja").stderr
    assert "取組 400009/none は、提出済みの報告にありません" in gone
    assert "ROLE_NOT_ALLOWED" in demo.renkei("MINISTRY", *words, "--reason", "x", "--yes", status=77).stderr
    assert demo.renkei("SECRETARIAT", *words, "--reason", "x", "-n").stdout and total(demo, *asking)["events"] == 3
    done = demo.renkei("SECRETARIAT", *words, "--reason", "同じ日の同じ催し", "--yes", lang="ja")
    assert "一つの取組として数えます。" in done.stderr and "一つの取組：" in done.stdout and "同じ日の同じ催し" in done.stdout
    assert total(demo, *asking) == {"events": 2, "persons": 52}
    assert total(demo, *asking, "--as-of", moment) == {"events": 3, "persons": 102}
    assert "同じ取組とみられる記録の組はありません。" in demo.renkei("SECRETARIAT", "event", "hints", lang="ja").stderr
    # The figures disagree: the host's counts, until somebody says otherwise and why.
    listed = demo.renkei("SECRETARIAT", "event", "list", lang="ja").stdout
    assert "実人数：401005/seminar 49（集計に使用）、400009/s-1 50 ← 食い違い" in listed
    chosen = demo.renkei("SECRETARIAT", "event", "choose", "400009/s-1", "--figure", "persons", "--reason", "名簿で確認", "--yes", lang="ja").stdout
    assert "400009/s-1 50（選択済み）" in chosen and "名簿で確認" in chosen
    assert total(demo, *asking)["persons"] == 53
    demo.renkei("SECRETARIAT", "event", "choose", "400009/s-1", "--figure", "persons", "--take-back", "--reason", "名簿が古い", "--yes")
    assert total(demo, *asking)["persons"] == 52
    parted = demo.renkei("SECRETARIAT", "event", "apart", "400009/s-1", "401005/seminar", "--reason", "午前と午後", "--yes", lang="ja")
    assert "別々の取組として数えます。" in parted.stderr and total(demo, *asking)["events"] == 3
    demo.renkei("SECRETARIAT", "event", "undo", "400009/s-1", "401005/seminar", "--reason", "確認中", "--yes")
    history = demo.renkei("SECRETARIAT", "event", "hints", "--decided", lang="ja").stdout
    assert [line for word in ("取消し（報告どおり）", "別々の取組", "一つの取組") for line in history.splitlines() if line.strip().startswith(word)]
    assert history.index("取消し") < history.index("別々の取組") < history.index("一つの取組")
    demo.renkei("SECRETARIAT", *words, "--reason", "主催者に確認", "--yes")


def test_a_row_says_of_what_it_is_the_total(asked):
    words = ("query", "--measure", "events,participations,joint_events", "--year", "2016", "--group-by", "municipality")
    rows = list(csv.DictReader(io.StringIO(asked.renkei("SECRETARIAT", *words, "-o", "csv").stdout)))
    # Eleven municipalities are to report; of eight nothing is known.
    assert sorted((r["row"], r["basis"], r["events"]) for r in rows) == [("group", "participation", "")] * 8 + [("group", "participation", "1")] * 3 + [
        ("rows_sum", "participation", "3"), ("total", "platform", "2")]
    said = asked.renkei("SECRETARIAT", *words, lang="ja").stdout
    assert "行の合計（参加ごと）" in said and "全体（各取組 1 回）" in said
    rows = list(csv.DictReader(io.StringIO(asked.renkei("SECRETARIAT", "query", "--measure", "persons", "--group-by", "event", "-o", "csv").stdout)))
    assert [(r["event"], r["basis"]) for r in rows if r["row"] == "group"] == [("400009/s-1", "event"), ("442011/t", "event")]


def test_the_ministrys_question_is_answered_in_each_form_with_what_stands_behind_it(asked):
    words = ("query", "--measure", "persons", "--where", "partner=210200,fiscal_year=2016", "--group-by", "municipality,quarter", "--list", "--explain")
    said = asked.renkei("SECRETARIAT", *words, lang="ja").stdout
    for part in ("北九州市", "第3四半期", "都市間連携協力セミナー", "persons：実人数（単位：人）", "定員は含めない", "quarter：四半期", "報告：受理"):
        assert part in said
    answer = json.loads(asked.renkei("SECRETARIAT", *words, "-o", "json").stdout)
    assert {e.get("measure", e.get("dimension")) for e in answer["explanations"]} == {"MEASURE_PERSONS", "DIMENSION_PARTNER", "DIMENSION_FISCAL_YEAR", "DIMENSION_MUNICIPALITY", "DIMENSION_QUARTER"}
    assert all(sum(int(r["coverage"].get(k, 0)) for k in ("reported", "nil", "missing", "notDue")) == int(r["coverage"]["expected"]) for r in [*answer["rows"], answer["total"]])
    wrong = asked.renkei("SECRETARIAT", "query", "--measure", "reports", "--group-by", "theme", status=65, lang="ja").stderr
    assert "この分類は使えません（theme）。reports には使えない分類です" in wrong and "renkei query --catalogue" in wrong
    for where, part in (("event=x", "401005/ID"), ("country=China", "CN, JP"), ("payer=nobody", "cn_local")):
        assert part in asked.renkei("SECRETARIAT", "query", "--where", where, status=65).stderr


def test_a_question_about_one_side_has_a_row_of_each_that_reports(asked):
    words = ("query", "--measure", "events", "--where", "partner=420100", "--year", "2016", "--group-by", "municipality")
    rows = [r for r in csv.DictReader(io.StringIO(asked.renkei("SECRETARIAT", *words, "-o", "csv").stdout)) if r["row"] == "group"]
    assert {r["municipality"]: r["events"] for r in rows if r["accepted"] != "0"} == {HOST: "0", OTHER: "0", THIRD: "1"}
    assert len(rows) == 11 and all(r["events"] == "" and r["accepted"] == "0" for r in rows if r["municipality"] not in (HOST, OTHER, THIRD))


def test_the_type_of_a_cooperation_is_a_dimension(asked):
    said = asked.renkei("SECRETARIAT", "query", "--measure", "events", "--group-by", "cooperation_type", "--explain", lang="ja").stdout
    assert "取組類型" in said and "取組の日に有効だった連携協力の類型" in said
    rows = {r["cooperation_type"]: r["events"] for r in csv.DictReader(io.StringIO(asked.renkei("SECRETARIAT", "query", "--measure", "events", "--group-by", "cooperation_type", "-o", "csv").stdout)) if r["row"] == "group"}
    assert sum(map(int, rows.values())) >= 2 and set(rows) <= {"", "a", "b"}
    wrong = asked.renkei("SECRETARIAT", "query", "--where", "cooperation_type=Ｂ２", status=65, lang="ja").stderr
    assert "FILTER_INVALID" in wrong and "b" in wrong


def test_a_question_is_kept_asked_again_and_cited(asked):
    demo = asked
    words = ("--measure", "events,persons", "--where", "partner=大連市,kind=seminar_in_japan", "--group-by", "municipality", "--year", "2016")
    assert "--year" not in demo.renkei("SECRETARIAT", "query", "save", "大連 セミナー", *words, status=65, lang="ja").stdout
    demo.renkei("SECRETARIAT", "query", "save", "大連セミナー", *words, "-n")
    assert demo.renkei("SECRETARIAT", "query", "list", "-o", "jsonl").stdout == ""
    kept = demo.renkei("SECRETARIAT", "query", "save", "大連セミナー", *words, "--description", "四半期の報告に使う", lang="ja").stdout
    assert "大連セミナー" in kept and "--measure events,persons --where 'kind=seminar_in_japan,partner=210200' --group-by municipality --year 2016..2016" in kept
    (row,) = csv.DictReader(io.StringIO(demo.renkei("MINISTRY", "query", "list", "-o", "csv").stdout))
    assert (row["name"], row["version"], row["description"], len(row["digest"])) == ("大連セミナー", "1", "四半期の報告に使う", 64)
    # Kept or typed, by name or code, it is one question, and the answer says which.
    typed = json.loads(demo.renkei("SECRETARIAT", "query", *words, "-o", "json").stdout)
    again = json.loads(demo.renkei("SECRETARIAT", "query", "run", "大連セミナー", "-o", "json").stdout)
    assert typed.pop("as_of") and again.pop("as_of") and typed == again and again["query_digest"] == row["digest"]
    said = demo.renkei("SECRETARIAT", "query", "run", "大連セミナー@1", "--list", "--explain", lang="ja").stdout
    assert f"条件：{row['digest']}" in said and "都市間連携協力セミナー" in said and "events：" in said
    assert demo.renkei("SECRETARIAT", "query", "run", "大連セミナー", "--as-of", "2016-01-01", "-o", "csv").stdout
    # The next version, and none any more.
    demo.renkei("SECRETARIAT", "query", "save", "大連セミナー", "--measure", "events")
    assert [r["version"] for r in csv.DictReader(io.StringIO(demo.renkei(HOST, "query", "list", "大連セミナー", "--all", "-o", "csv").stdout))] == ["2", "1"]
    assert "ROLE_NOT_ALLOWED" in demo.renkei("MINISTRY", "query", "save", "x", "--measure", "events", status=77).stderr
    assert "--yes" in demo.renkei("SECRETARIAT", "query", "remove", "大連セミナー", status=64).stderr
    demo.renkei("SECRETARIAT", "query", "remove", "大連セミナー", "--yes")
    assert "保存した条件はありません" in demo.renkei("SECRETARIAT", "query", "run", "大連セミナー", status=66, lang="ja").stderr
    assert json.loads(demo.renkei("SECRETARIAT", "query", "run", "大連セミナー@1", "-o", "json").stdout)["query_digest"] == row["digest"]
    assert "NAME@2" in demo.renkei("SECRETARIAT", "query", "run", "大連セミナー@x", status=64, lang="ja").stderr


def test_the_catalogue_of_client_and_server_is_one(asked):
    listed = list(csv.DictReader(io.StringIO(asked.renkei("ANALYST", "query", "--catalogue", "-o", "csv").stdout)))
    assert {r["name"] for r in listed if r["catalogue"] == "measure"} == {n[8:].lower() for n in st.Measure.keys()[1:]}
    assert {r["name"] for r in listed if r["catalogue"] == "dimension"} == {n[10:].lower() for n in st.Dimension.keys()[1:]}
    assert all(r["definition"] and r["label"] for r in listed) and all(r["unit"] and r["expression"] and r["dimensions"] for r in listed if r["catalogue"] == "measure")
    said = asked.renkei("ANALYST", "help", "query").stdout + asked.renkei("ANALYST", "completion", "bash").stdout
    assert "cost_cny, cost_lines" in said and "--group-by) COMPREPLY=" in said and "policy_level" in said
    assert "延べ人数" in asked.renkei("ANALYST", "query", "--catalogue", "-o", "wide", lang="ja").stdout


def test_an_answer_of_a_moment_is_the_same_bytes_after_a_correction(asked):
    moment = asked.sql("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")[0][0]
    words = ("query", "--measure", "persons,events", "--group-by", "municipality,quarter", "--list", "--as-of", moment, "-o")
    before = {form: asked.renkei("SECRETARIAT", *words, form).stdout for form in ("json", "csv", "jsonl", "table")}
    accepted(asked, THIRD, [{**seminar(THIRD, "t", "武漢市との協議", 4), "kind": "ACTIVITY_KIND_CONSULTATION", "actual_start": {**DAY, "day": 20}, "partners": [{"partner_code": "420100"}],
                             "disclosure": "DISCLOSURE_SECRETARIAT"}], base=1)
    asked.renkei("SECRETARIAT", "event", "apart", "400009/s-1", "401005/seminar", "--reason", "x", "--yes")
    assert {form: asked.renkei("SECRETARIAT", *words, form).stdout for form in before} == before
    assert total(asked, "--measure", "persons", "--year", "2016") == {"persons": 103}


def found(demo, who, *words):
    return [(r["municipality_code"], r["kind"], r["record_id"]) for r in csv.DictReader(io.StringIO(demo.renkei(who, "search", *words, "-o", "csv").stdout))]


def test_words_are_found_whatever_their_width_and_kana(asked):
    hit = [(HOST, "activity", "seminar")]
    for words in (("オゾン",), ("おぞん",), ("ｵｿﾞﾝ", "voc"), ("ｖｏｃ", "大連"), ("大連　対策",), ("担当者がオゾン",)):
        assert found(asked, "SECRETARIAT", *words) == hit, words
    assert found(asked, "SECRETARIAT", "協議 共催") == []
    said = asked.renkei("SECRETARIAT", "search", "オゾン", "対策", lang="ja")
    assert "大連市の担当者が【ｵｿﾞﾝ】とＶＯＣの【対策】を学んだ。" in said.stdout and "北九州市" in said.stdout and "1 件です。" in said.stderr
    assert "文字以上" in asked.renkei("SECRETARIAT", "search", "化", status=65, lang="ja").stderr
    assert "すべての言葉を含む記録はありません" in asked.renkei("SECRETARIAT", "search", "存在しない言葉", lang="ja").stderr


def test_records_are_found_by_their_parties_in_any_characters(asked):
    # 大連市 stands in the text of one of them, and is the Chinese side of both.
    both = {(HOST, "activity", "seminar"), (OTHER, "activity", "s-1")}
    for words in (("大連市",), ("大连市",), ("Dalian",), ("都市間", "dalian"), ("大连", "协力")):
        assert set(found(asked, "SECRETARIAT", *words)) == both, words
    assert found(asked, "SECRETARIAT", "瀋陽") == found(asked, "SECRETARIAT", "沈阳") == []
    assert set(found(asked, "SECRETARIAT", "武汉")) == set(found(asked, "SECRETARIAT", "武漢市")) == {(THIRD, "activity", "t")}
    said = asked.renkei("SECRETARIAT", "search", "大连", "担当者", lang="ja").stdout
    assert "【大連】市の【担当者】" in said
    # Once the workers have made it ready, likewise.
    asked.sql("select renkei_api.rebuild_search()")
    assert set(found(asked, "SECRETARIAT", "大连市")) == both
    assert found(asked, "SECRETARIAT", "kitakyushu", "担当者") == [(HOST, "activity", "seminar")]


def test_each_finds_what_is_disclosed_to_it(asked):
    public, confidential = (HOST, "activity", "seminar"), (THIRD, "activity", "t")
    assert confidential in found(asked, "SECRETARIAT", "武漢市") and confidential in found(asked, THIRD, "武漢市")
    for who in ("MINISTRY", "ANALYST", HOST, "200000"):
        assert found(asked, who, "武漢市") == []
        assert public in found(asked, who, "大連市")
    # Submitted is not accepted: the municipality itself and, on demand, the secretariat.
    talk.reports(asked, "200000").SubmitReport(talk.request(talk.outcome_report("200000", 2016, 3, "光化学オキシダントの測定")))
    assert found(asked, "200000", "オキシダント") and not found(asked, "SECRETARIAT", "オキシダント") and not found(asked, HOST, "オキシダント")
    assert found(asked, "SECRETARIAT", "オキシダント", "--include-submitted")
    for who in ("ANALYST", HOST):
        assert not found(asked, who, "オキシダント", "--include-submitted")
    # And the same once it was made ready, in its turn.
    asked.sql("select renkei_api.rebuild_search()")
    assert found(asked, "SECRETARIAT", "オキシダント", "--include-submitted") and not found(asked, HOST, "オキシダント", "--include-submitted")
    stub = search_service_pb2_grpc.SearchServiceStub(talk.channel(asked, "OPERATOR"))
    assert talk.refused(stub.SearchRecords, ss.SearchRecordsRequest(words="大連市")).code() == grpc.StatusCode.PERMISSION_DENIED
