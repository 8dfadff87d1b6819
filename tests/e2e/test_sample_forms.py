"""The forms of the sample, one a report: what each municipality hands in says what its report in JSON says, byte for byte."""
from demo import MUNICIPALITIES, SAMPLE


def test_every_form_is_its_report(own_demo):
    forms = sorted((SAMPLE / "forms").glob("*.xlsx"))
    assert [form.stem for form in forms] == sorted(report.stem for report in (SAMPLE / "reports").glob("*.json"))
    for code in MUNICIPALITIES:
        of_code = [form for form in forms if form.stem.startswith(code)]
        own_demo.renkei(code, "submit", "--yes", *of_code)
        for form in of_code:
            own_demo.renkei(code, "receipt", "verify", f"{form.stem}-1", "--report", SAMPLE / "reports" / f"{form.stem}.json")


def test_the_flawed_form_is_refused_with_all_its_mistakes_at_once(empty_demo):
    done = empty_demo.renkei("401005", "submit", "--yes", SAMPLE / "flawed.xlsx", lang="ja", status=65)
    told = done.stdout + done.stderr
    for one in ("210201", "210200", "13月", "数名", "件名", "取組!C5"):
        assert one in told, told
