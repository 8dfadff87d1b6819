"""A form that was filled in for somebody else, or of another quarter, is told without a server; an office checks the forms of all."""
import json

from test_outbox import put


def findings(demo, who, *words):
    verdict = json.loads(demo.renkei(who, "check", *words, "-o", "json").stdout)[0]["verdict"]
    return {f["code"]: (f["severity"], f["field_path"], f["value"], f.get("suggestion")) for f in verdict.get("findings", ())}


def test_another_municipalitys_form_is_a_warning_and_for_an_office_none(empty_demo, tmp_path):
    path = put(tmp_path, "a.json", 2015, 1, "401005")
    assert findings(empty_demo, "110001", path)["MUNICIPALITY_NOT_OWN"] == ("SEVERITY_WARNING", "municipality_code", "401005", "110001")
    assert findings(empty_demo, "APPROVER_110001" if "RENKEI_CERT_APPROVER_110001" in empty_demo.env else "110001", path)["MUNICIPALITY_NOT_OWN"][3] == "110001"
    for who in ("401005", "SECRETARIAT", None):
        assert "MUNICIPALITY_NOT_OWN" not in findings(empty_demo, who, path), who
    for lang, words in {"ja": "401005 北九州市 の様式です。こちらの自治体は 110001 埼玉県 で", "en": "a form of 401005 Kitakyushu", "zh": "401005 北九州市 的表格"}.items():
        said = empty_demo.renkei("110001", "check", path, lang=lang)
        assert words in said.stdout and "[MUNICIPALITY_NOT_OWN]" in said.stdout, said.stdout


def test_it_stands_at_the_cell_of_the_form_and_in_the_copy(empty_demo, tmp_path):
    form = tmp_path / "q.xlsx"
    empty_demo.renkei("401005", "template", "--period", "2015Q2", "-O", form)
    said = empty_demo.renkei("110001", "check", form, "--period", "2015Q3", "--write-back", lang="ja", status=None).stdout
    at = next(line for line in said.splitlines() if "401005" in line and "注意" in line)
    assert "!" in at, said
    assert "[MUNICIPALITY_NOT_OWN]" in said and "[PERIOD_NOT_ASKED]" in said, said


def test_another_quarter_than_the_one_asked_for_is_a_warning(empty_demo, tmp_path):
    path = put(tmp_path, "b.json", 2015, 1)
    assert findings(empty_demo, "110001", path, "--period", "2015Q2") == {"PERIOD_NOT_ASKED": ("SEVERITY_WARNING", "period", "2015Q1", "2015Q2")}
    for same in ("2015Q1", "平成27年度第1四半期"):
        assert findings(empty_demo, "110001", path, "--period", same) == {}
    said = empty_demo.renkei("110001", "check", path, "--period", "2015Q2", lang="ja").stdout
    assert "2015年度第1四半期の様式です" in said, said
    empty_demo.renkei("110001", "check", path, "--period", "2015Q5", status=64)
