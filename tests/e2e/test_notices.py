"""What became of a report, in the mailbox: returned, accepted, to be confirmed, to be released. An SMTP server of others (aiosmtpd) receives the letters; who sends dies."""
import datetime
import json

import pytest
from demo import Demo
from eras import era
from test_delegated import put
from test_reminders import box, mail_server, remind  # noqa: F401
from test_returned import DUE, give_back, submit

ME, DELEGATED, APPROVED, BUSY = "401005", "160008", "400009", "281000"


def soon(minutes=0):
    """Later than all that the test has done, in an afternoon in Japan."""
    japan = datetime.timezone(datetime.timedelta(hours=9))
    noon = datetime.datetime.now(japan).replace(hour=14, minute=0, second=0, microsecond=0) + datetime.timedelta(days=1)
    return (noon + datetime.timedelta(minutes=minutes)).isoformat()


def letters(box):
    """Of all that came: subject and text by address."""
    found = {}
    for mail in box.mails():
        found.setdefault(mail["To"].addresses[0].addr_spec, []).append((str(mail["Subject"]), mail.get_content().replace("\r\n", "\n")))
    return found


@pytest.fixture(scope="module")
def demo(empty_demo: Demo):
    return empty_demo


def test_a_return_and_an_acceptance_come_in_the_readers_language_with_what_to_do(demo, box, tmp_path):
    demo.renkei(ME, "contact", "set", "kankyo@city.example.jp", "--name", "環境局　連携 太郎")
    demo.renkei(ME, "contact", "set", "en@city.example.jp", "--name", "Office", "--language", "en", "--letters", "accepted,returned")
    demo.renkei(ME, "contact", "set", "dates@city.example.jp", "--name", "期限だけ", "--letters", "deadline")
    number = submit(demo, ME, tmp_path)
    give_back(demo, number, {"activities[1].title": "正式な名称を\n書いてください", "": "全体を見直してください"})
    shown = demo.renkei("SECRETARIAT", "remind", "-n", "--at", soon(), lang="ja").stdout
    assert f"件名：【四半期報告】北九州市 2016年度第1四半期分の差戻し　再提出の期限 {era(DUE)}" in shown
    assert remind(demo, box.url, soon())[:2] == (3, 3)
    got = letters(box)
    assert "提出期限" in got.pop("dates@city.example.jp")[0][0], "who wants to know of deadlines alone is reminded of the day"
    assert set(got) == {"kankyo@city.example.jp", "en@city.example.jp"}
    ((subject, text),) = got["kankyo@city.example.jp"]
    assert subject == f"【四半期報告】北九州市 2016年度第1四半期分の差戻し　再提出の期限 {era(DUE)}" and text.startswith("環境局　連携 太郎 様\n") and text.strip() in shown
    assert f"受領番号 {number}" in text and "renkei template --returned --period 2016Q1" in text
    assert "    取組2 > 件名：\n      正式な名称を\n      書いてください\n    全体を見直してください\n" in text
    ((subject, text),) = got["en@city.example.jp"]
    assert subject == f"Kitakyushu City: quarterly report FY2016 Q1 returned, due {DUE}" and "activities[1].title" in text
    # The command of the letter opens only what was returned.
    assert "提出がまだ済んでいない" not in got["kankyo@city.example.jp"][0][1], "nothing is told twice in a letter"
    demo.renkei(ME, "template", "--returned", "--period", "2016Q1", "-O", tmp_path / "again.xlsx")

    submit(demo, ME, tmp_path, action="replace", base_version=1)
    sha256 = json.loads(demo.renkei(ME, "report", "show", f"{number[:-1]}2", "-o", "json").stdout)["summary"]["sha256"]
    demo.renkei("SECRETARIAT", "review", "accept", f"{number[:-1]}2", "--yes")
    box.raw.clear()
    assert remind(demo, box.url, soon(30)) == (0, 0, 0, 0), "at most one an hour"
    assert remind(demo, box.url, soon(61))[:2] == (2, 2)
    ((subject, text),) = letters(box)["kankyo@city.example.jp"]
    assert subject == "【四半期報告】北九州市 2016年度第1四半期分の受理" and sha256 in text and f"renkei receipt print {number[:-1]}2" in text
    assert "提出がまだ済んでいない" not in text and "extension" not in text
    assert remind(demo, box.url, soon(300)) == (0, 0, 0, 0)


def test_a_busy_day_is_one_letter_a_person(demo, box, tmp_path):
    demo.renkei("SECRETARIAT", "contact", "set", "kobe@example.jp", "--name", "環境局", "-m", BUSY)
    for quarter in (1, 2, 3):
        demo.renkei(BUSY, "nil", f"2015Q{quarter}", "--yes")
    demo.renkei("SECRETARIAT", "review", "accept", f"{BUSY}-2015Q1-1", f"{BUSY}-2015Q2-1", "--yes")
    give_back(demo, f"{BUSY}-2015Q3-1", {"": "実績を確かめてください"})
    assert remind(demo, box.url, soon(600))[:2] == (1, 1)
    ((subject, text),) = letters(box)["kobe@example.jp"]
    assert subject == f"【四半期報告】神戸市 2015年度第3四半期分の差戻し　再提出の期限 {era(DUE)}ほか 2 件"
    assert text.count("　受理\n") == 2 and text.count("　差戻し　") == 1


def test_the_officer_confirms_and_the_approver_releases_as_their_letters_say(demo, box, tmp_path):
    demo.renkei(DELEGATED, "contact", "set", "toyama@example.jp", "--name", "環境課")
    demo.renkei("SECRETARIAT", "import", put(tmp_path, DELEGATED, "2015Q2"), "--on-behalf-of", "auto", "--yes")
    demo.renkei(APPROVED, "contact", "set", "officer@example.jp", "--name", "担当")
    demo.renkei(APPROVED, "contact", "set", "chief@example.jp", "--name", "課長", "--letters", "release")
    assert "決裁待ち" in demo.renkei(APPROVED, "contact", "list", lang="ja").stdout
    demo.renkei("SECRETARIAT", "org", "release", APPROVED, "--required", "yes", "--yes")
    demo.renkei(APPROVED, "nil", "2015Q2", "--yes")
    assert remind(demo, box.url, soon(700))[:2] == (2, 2)
    got = letters(box)
    assert set(got) == {"toyama@example.jp", "chief@example.jp"}
    ((subject, text),) = got["toyama@example.jp"]
    assert subject == "【四半期報告】富山県 2015年度第2四半期分の代理提出の確認のお願い" and "renkei report confirm 2015Q2" in text
    demo.renkei(DELEGATED, "report", "confirm", "2015Q2", "--yes")
    ((subject, text),) = got["chief@example.jp"]
    assert subject == "【四半期報告】福岡県 2015年度第2四半期分の決裁のお願い" and "renkei report release 2015Q2" in text and "受領番号" not in text
    demo.renkei(f"APPROVER_{APPROVED}", "report", "release", "2015Q2", "--yes")


def test_who_dies_between_writing_and_sending_tells_it_once(demo, box, tmp_path):
    demo.renkei("SECRETARIAT", "contact", "set", "oita@example.jp", "--name", "環境課", "-m", "442011")
    demo.renkei("442011", "nil", "2015Q4", "--yes")
    demo.renkei("SECRETARIAT", "review", "accept", "442011-2015Q4-1", "--yes")
    remind(demo, box.url, soon(800), failpoint="mail_claimed:1", status=-9)
    assert box.raw == []
    remind(demo, box.url, soon(811), failpoint="mail_sent:1", status=-9)
    assert remind(demo, box.url, soon(822))[1] == 1
    assert remind(demo, box.url, soon(900)) == (0, 0, 0, 0)
    assert len(box.raw) == 2 and len({m["Message-ID"] for m in box.mails()}) == 1, "sent again it is the same letter"


def test_a_letter_that_nobody_knows_of_is_refused(demo):
    assert "deadline, returned, accepted, confirmation, release" in demo.renkei(ME, "contact", "set", "a@b.jp", "--name", "x", "--letters", "everything", status=64).stderr
