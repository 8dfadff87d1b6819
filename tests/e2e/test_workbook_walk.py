"""A filled-in workbook on its way: what stood in its cells is what the server shows."""
import json

from workbooks import COVER, DATE, ERA, MONTH, book, sheet

SHEETS = {
    "表紙": [*COVER, ["備考", "報告\n二行目"]],
    "activities": [
        ["title", "activity_id", "kind", "status", "actual_start", "actual_end", "place.city", "place.country", "municipalities[].municipality_code",
         "partners[].partner_code", "themes", "participants[SIDE_JP].persons", "participants[SIDE_CN].persons", "scope", "days", "occurrences", "implementing_bodies"],
        ["大連市での技術交流", "2016Q3-A1", "現地セミナー", "実施", (42655, ERA), "平成28年10月13日", "大連市", "CN 中国", 401005, "210200 大連市", "PM2.5、VOC", "１２", 1200, "全部", 2, None, "KITA、ICETT"],
        [None] * 17,
        ["北九州市での研修", "2016Q3-A2", "training_in_japan", "held", (42675, MONTH), None, "北九州市", "日本", "401005", "210200；210100", None, None, 0, "whole", None, "3", None],
    ],
    "participants": [
        ["activity_id", "side", "category", "persons", "person_days", "basis"],
        ["2016Q3-A1", "日本側", "自治体職員", 3, "6", "実数"],
        ["２０１６Ｑ３－Ａ２", "side_cn", "municipal_staff", "1,000", None, None],
    ],
    "cost_lines": [
        ["activity_id", "item", "payer", "share", "amount.minor_units", "amount.currency", "accuracy", "upper.minor_units", "note"],
        ["2016Q3-A1", "宿泊費", "自治体単独費", "一部", "1,234,567", "JPY 円", "確定額", None, "領収書あり"],
        ["2016Q3-A1", "宿泊費", "中国側地方政府", "全額", 1234.5, "元", "band", "￥2,000.25", None],
        [None, "other", "unknown", "unknown", None, "CNY", None, None, "全体分"],
    ],
    "成果": [["outcome_id", "text", "categories", "activity_ids", "for_outcome_table", "benefit_jp", "first_fiscal_year"],
           ["O1", "連携が深まった。", "信頼関係\n中国側の能力向上", "2016Q3-A1, 2016Q3-A2", "はい", "不明", "平成27年度"]],
    "projects": [["project_id", "title", "kind", "status", "start", "logic_model.reduction_tonnes_per_year", "logic_model.output"],
                 ["P1", "VOC 調査", "共同研究", "実施中", "2016年", "12.125", "測定データ"]],
}

EXPECTED = {
    "municipality_code": "401005", "comments": "報告\n二行目",
    "activities": [
        {"activity_id": "2016Q3-A1", "kind": "ACTIVITY_KIND_LOCAL_SEMINAR", "title": "大連市での技術交流", "status": "ACTIVITY_STATUS_HELD",
         "actual_start": {"year": 2016, "month": 10, "day": 12, "precision": "DATE_PRECISION_DAY"}, "actual_end": {"year": 2016, "month": 10, "day": 13, "precision": "DATE_PRECISION_DAY"},
         "days": 2, "place": {"country": "CN", "city": "大連市"}, "municipalities": [{"municipality_code": "401005"}], "partners": [{"partner_code": "210200"}],
         "implementing_bodies": ["KITA", "ICETT"], "themes": ["THEME_PM25", "THEME_VOC"], "scope": "SCOPE_WHOLE",
         "participants": [{"side": "SIDE_JP", "category": "PARTICIPANT_CATEGORY_UNKNOWN", "persons": 12}, {"side": "SIDE_CN", "category": "PARTICIPANT_CATEGORY_UNKNOWN", "persons": 1200},
                          {"side": "SIDE_JP", "category": "PARTICIPANT_CATEGORY_MUNICIPAL_STAFF", "persons": 3, "person_days": 6, "basis": "COUNT_BASIS_COUNTED"}],
         "cost_lines": [{"item": "COST_ITEM_LODGING", "payer": "PAYER_MUNICIPAL", "share": "COST_SHARE_PART", "amount": {"currency": "JPY", "minor_units": "1234567"}, "accuracy": "AMOUNT_ACCURACY_EXACT", "note": "領収書あり"},
                        {"item": "COST_ITEM_LODGING", "payer": "PAYER_CN_LOCAL", "share": "COST_SHARE_ALL", "amount": {"currency": "CNY", "minor_units": "123450"},
                         "upper": {"currency": "CNY", "minor_units": "200025"}, "accuracy": "AMOUNT_ACCURACY_BAND"}]},
        {"activity_id": "2016Q3-A2", "kind": "ACTIVITY_KIND_TRAINING_IN_JAPAN", "title": "北九州市での研修", "status": "ACTIVITY_STATUS_HELD",
         "actual_start": {"year": 2016, "month": 11, "precision": "DATE_PRECISION_MONTH"}, "place": {"country": "JP", "city": "北九州市"}, "municipalities": [{"municipality_code": "401005"}],
         "partners": [{"partner_code": "210200"}, {"partner_code": "210100"}], "scope": "SCOPE_WHOLE", "occurrences": 3,
         "participants": [{"side": "SIDE_CN", "category": "PARTICIPANT_CATEGORY_UNKNOWN", "persons": 0}, {"side": "SIDE_CN", "category": "PARTICIPANT_CATEGORY_MUNICIPAL_STAFF", "persons": 1000}]},
    ],
    "cost_lines": [{"item": "COST_ITEM_OTHER", "payer": "PAYER_UNKNOWN", "share": "COST_SHARE_UNKNOWN", "note": "全体分"}],
    "outcomes": [{"outcome_id": "O1", "text": "連携が深まった。", "categories": ["OUTCOME_CATEGORY_TRUST", "OUTCOME_CATEGORY_SKILLS_CN"], "benefit_jp": "ANSWER_UNKNOWN",
                  "first_fiscal_year": 2015, "for_outcome_table": True, "activity_ids": ["2016Q3-A1", "2016Q3-A2"]}],
    "projects": [{"project_id": "P1", "kind": "PROJECT_KIND_JOINT_RESEARCH", "status": "PROJECT_STATUS_RUNNING", "start": {"year": 2016, "precision": "DATE_PRECISION_YEAR"}, "title": "VOC 調査",
                  "logic_model": {"output": "測定データ", "reduction_tonnes_per_year": 12.125}}],
}


def named(value):
    """The names of proto fields, whatever the mapping wrote."""
    if isinstance(value, dict):
        return {"".join("_" + c.lower() if c.isupper() else c for c in key): named(inner) for key, inner in value.items()}
    return [named(one) for one in value] if isinstance(value, list) else value


def test_what_stood_in_the_cells_is_what_the_server_has(empty_demo, tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(book({name: sheet(rows) for name, rows in SHEETS.items()}))
    receipt = json.loads(empty_demo.renkei("401005", "submit", "--yes", path, "-o", "json", lang="ja").stdout)
    assert receipt["number"] == "401005-2016Q3-1"
    shown = named(json.loads(empty_demo.renkei("401005", "report", "show", "2016Q3", "-o", "json").stdout))
    report = shown.get("report", shown)
    assert {key: report[key] for key in EXPECTED} == EXPECTED
    assert report["period"]["fiscal_year"] == 2016 and report["period"]["quarter"] == "QUARTER_Q3"
    # The same file again is the same submission.
    again = json.loads(empty_demo.renkei("401005", "submit", "--yes", path, "-o", "json").stdout)
    assert again == receipt


def test_a_workbook_with_a_mistake_is_not_sent(empty_demo, tmp_path):
    rows = [list(row) for row in SHEETS["activities"]]
    rows[1][14] = "約2日"
    path = tmp_path / "wrong.xlsx"
    path.write_bytes(book({**{name: sheet(more) for name, more in SHEETS.items()}, "activities": sheet(rows)}))
    done = empty_demo.renkei("401005", "submit", "--yes", path, status=65, lang="ja")
    assert "activities!O2" in done.stderr and "約2日" in done.stderr and done.stdout == ""
    assert "wrong" not in empty_demo.renkei("401005", "receipt", "list").stdout
