"""The officer's own certificate on a day on which it does not hold: what is wrong is said in the reader's words, and the report is kept."""
import pytest

from demo import SAMPLE
from test_cli_bad_input import certificate

NAMED = "extendedKeyUsage=clientAuth\nsubjectAltName=URI:renkei://demo.renkei/municipality/401005\n"


@pytest.mark.parametrize("begins, ends, word, period", [(-30, -1, "有効期限が切れています", "2016Q1"), (2, 30, "日付と時刻が合っているか", "2016Q2")], ids=["expired", "not yet valid"])
def test_it_is_told_and_the_report_kept(empty_demo, tmp_path, begins, ends, word, period):
    form = SAMPLE / f"forms/401005-{period}.xlsx"
    crt, key = certificate(empty_demo, tmp_path, "own", begins=begins, ends=ends, extensions=NAMED)
    own = ("--cert", crt, "--key", key)
    for words in (("report", "list"), ("submit", "--yes", form)):
        told = empty_demo.renkei("401005", *words, *own, lang="ja", status=78).stderr
        assert word in told and str(crt) in told and "UTC" not in told and "valid" not in told, told
    assert word in empty_demo.renkei("401005", "doctor", *own, lang="ja", status=78).stdout
    # With one that holds the same request goes through, once.
    assert "以前に送信" in empty_demo.renkei("401005", "submit", "--yes", form, lang="ja").stderr
