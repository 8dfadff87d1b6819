"""What becomes of bundles: who is told that a run failed, commands of the operator that hand them over, corrections told to who uses them, and changes alone."""
import copy
import csv
import datetime
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import time

import pytest

from demo import RENKEID, SAMPLE, SANITIZERS, wait_for
from served import Served
from test_reminders import mail_server

ME = "401005"
OPERATOR = "ops@example.jp"


def config(demo, **settings):
    """The daemon's configuration with these settings instead; None takes one out."""
    path = demo.folder / "delivery.conf"
    text = "\n".join(line for line in demo.config.read_text().splitlines() if line.split(" = ")[0] not in settings) + "\n"
    path.write_text(text + "".join(f'{name} = "{value}"\n' for name, value in settings.items() if value is not None))
    path.chmod(0o600)
    return path


def run(demo, *words, status=0, conf=None):
    done = subprocess.run([RENKEID, "--config", conf or demo.config, "export", "run", *map(str, words)], capture_output=True, text=True, timeout=90,
                          env={**os.environ, **SANITIZERS})
    assert done.returncode == status, (done.returncode, done.stderr)
    run.log = done.stderr
    return pathlib.Path(done.stdout.strip()) if status == 0 else None


def send(demo, box):
    """What waits is sent, an hour from now: the daemon's own sender has put it off meanwhile. The mails that came."""
    box.raw.clear()
    at = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).isoformat()
    subprocess.run([RENKEID, "--config", config(demo, smtp_url=box.url, smtp_from="renkei@example.jp"), "remind", "--at", at], check=True,
                   capture_output=True, timeout=60, env={**os.environ, **SANITIZERS})
    return box.mails()


def body(mail):
    return mail.get_content().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def hands(tmp_path_factory):
    """A program of the operator's that takes a bundle."""
    folder = tmp_path_factory.mktemp("hands")
    program = folder / "take"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {folder}/words\nenv > {folder}/env\nrm -rf {folder}/taken\ncp -r "$1" {folder}/taken\necho "took $RENKEI_BUNDLE_ID"\n'
                       f'test ! -e {folder}/refuse || {{ echo "password=hunter2" >&2; exit 3; }}\n')
    program.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def demo(tmp_path_factory, hands):
    commands = [f"take {hands}/take {{bundle}} {{schedule}}/{{id}} $HOME;id", "slow /bin/sleep 60"]
    demo = Served(tmp_path_factory.mktemp("delivery") / "demo", export_commands="{" + ", ".join(f'"{c}"' for c in commands) + "}", export_command_s=2,
                  operator_email=OPERATOR, smtp_url="smtp://127.0.0.1:1", smtp_from="renkei@example.jp").start()
    try:
        demo.load_registry()
        demo.renkei(ME, "submit", "--yes", SAMPLE / f"reports/{ME}-2016Q3.json", SAMPLE / f"reports/{ME}-2015Q4.json")
        demo.renkei("SECRETARIAT", "review", "accept", "--all", "--yes")
        yield demo
    finally:
        demo.stop()


def add(demo, name, *words, formats="csv", status=0, lang="en"):
    return demo.renkei("SECRETARIAT", "export", "schedule", "add", name, "--calendar", "yearly", "--formats", formats, *words, status=status, lang=lang)


def metric(demo, name):
    text = subprocess.run(["curl", "-s", "--cacert", demo.env["RENKEI_CA"], "--cert", demo.identity("OPERATOR")[0], "--key", demo.identity("OPERATOR")[1],
                           f"https://{demo.server}/metrics"], capture_output=True, text=True, check=True).stdout
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith(name + " ")))


def test_the_first_failure_is_told_and_that_it_is_over(demo):
    add(demo, "broken")
    demo.sql("update renkei.export_schedule set formats = '{papyrus}' where name = 'broken'")
    run(demo, "broken", status=66)
    assert "event=export_failed" in run.log or "export_failed" in run.log
    run(demo, "broken", status=66)
    with mail_server() as box:
        (mail,) = send(demo, box)
        assert mail["To"].addresses[0].addr_spec == OPERATOR and "Cc" not in mail and mail["Subject"] == "【renkei】予定「broken」のデータ一式を作成できませんでした"
        assert "'papyrus' is no format" in body(mail) and "renkei export list --all" in body(mail)
        run(demo, "broken", status=66)
        assert send(demo, box) == [], "one letter a streak"
        wait_for(lambda: metric(demo, "renkei_exports_failing") == 1, seconds=40)
        demo.sql("update renkei.export_schedule set formats = '{csv}', language = 'en' where name = 'broken'")
        made = run(demo, "broken")
        (mail,) = send(demo, box)
        assert mail["Subject"] == "renkei: bundles of export broken are made again" and made.name in body(mail)
        demo.sql("update renkei.export_schedule set formats = '{papyrus}', language = 'zh' where name = 'broken'")
        run(demo, "broken", status=66)
        (mail,) = send(demo, box)
        assert mail["Subject"] == "【renkei】日程“broken”的数据包未能生成", "another streak is told again"
    demo.sql("update renkei.export_schedule set formats = '{csv}' where name = 'broken'")
    run(demo, "broken")
    wait_for(lambda: metric(demo, "renkei_exports_failing") == 0, seconds=40)


def test_a_letter_of_a_failure_that_is_over_is_not_sent(demo):
    add(demo, "brief")
    demo.sql("update renkei.export_schedule set formats = '{papyrus}' where name = 'brief'")
    run(demo, "brief", status=66)
    demo.sql("update renkei.export_schedule set formats = '{csv}' where name = 'brief'")
    run(demo, "brief")
    with mail_server() as box:
        assert [m["Subject"] for m in send(demo, box) if "brief" in m["Subject"]] == ["【renkei】予定「brief」のデータ一式の作成が再開しました"]


def test_a_bundle_is_handed_over_by_a_command_of_the_operator_and_no_shell(demo, hands):
    add(demo, "handed", "--command", "take")
    bundle = run(demo, "handed")
    assert subprocess.run(["diff", "-r", bundle, hands / "taken"]).returncode == 0
    assert (hands / "words").read_text().splitlines() == [str(bundle.resolve()), f"handed/{bundle.name}", "$HOME;id"]
    names = {line.split("=")[0] for line in (hands / "env").read_text().splitlines()}
    assert names - {"PWD", "OLDPWD", "SHLVL", "_"} == {"PATH", "HOME", "LANG", "RENKEI_BUNDLE", "RENKEI_SCHEDULE", "RENKEI_BUNDLE_ID"}
    assert f"took {bundle.name}" in run.log and "command=take" in run.log


def test_who_edits_schedules_chooses_a_name_and_brings_no_word(demo):
    for word in ("evil", "/bin/sh", "take; id", "take /etc/passwd", "Take"):
        for lang in ("ja", "en", "zh"):
            said = add(demo, "wrong", "--command", word, status=65, lang=lang).stderr
            assert word in said and "take, slow" in said
    demo.renkei("ANALYST", "export", "schedule", "edit", "handed", "--command", "slow", status=77)
    assert demo.sql("select count(*) from renkei.export_schedule where name = 'wrong'") == [["0"]]
    demo.renkei("SECRETARIAT", "export", "schedule", "edit", "handed", "--command", "")
    assert demo.sql("select command is null from renkei.export_schedule where name = 'handed'") == [["t"]]
    demo.renkei("SECRETARIAT", "export", "schedule", "edit", "handed", "--command", "take")


def test_a_command_that_fails_makes_a_failed_run_and_the_next_attempt_hands_over(demo, hands):
    before = demo.renkei("ANALYST", "export", "list", "--schedule", "handed", "-o", "jsonl").stdout
    folder = demo.folder / "exports/handed"
    there = {path.name for path in folder.iterdir()}
    (hands / "refuse").touch()
    run(demo, "handed", status=69)
    assert "hunter2" in run.log, "the operator's log has what the command said"
    (row,) = [json.loads(line) for line in demo.renkei("ANALYST", "export", "list", "--schedule", "handed", "--all", "-o", "jsonl").stdout.splitlines()
              if json.loads(line)["state"] == "failed"]
    assert row["why"] == "command 'take' ended with 3; the log has what it said"
    assert demo.renkei("ANALYST", "export", "list", "--schedule", "handed", "-o", "jsonl").stdout == before, "the last good bundle is the last one"
    assert {path.name for path in folder.iterdir()} == there, "what was not handed over takes no room"
    (hands / "refuse").unlink()
    shutil.rmtree(hands / "taken")
    bundle = run(demo, "handed")
    assert {path.name for path in folder.iterdir()} == there | {bundle.name}
    assert (hands / "taken/MANIFEST.json").is_file()


def test_a_command_that_does_not_end_is_ended(demo):
    add(demo, "slow", "--command", "slow")
    begun = time.monotonic()
    run(demo, "slow", status=69)
    assert "took longer than 2 s" in run.log and time.monotonic() - begun < 20
    assert subprocess.run(["pgrep", "-f", "^/bin/sleep 60$"], capture_output=True).returncode == 1


def correct(demo, tmp_path, change, reason="集計の誤り"):
    """The next version of the sample's report, as change() makes it; accepted."""
    version = int(demo.sql(f"select max(version) from renkei.report_version where municipality_code = '{ME}' and fiscal_year = 2016")[0][0])
    report = correct.report = change(copy.deepcopy(correct.report)) if version > 1 else change(json.loads((SAMPLE / f"reports/{ME}-2016Q3.json").read_text()))
    path = tmp_path / f"v{version + 1}.json"
    path.write_text(json.dumps({**report, "action": "REPORT_ACTION_CORRECT", "base_version": version, "change_reason": reason}))
    demo.renkei(ME, "submit", "--yes", path)
    demo.renkei("SECRETARIAT", "review", "accept", "--all", "--yes")


def persons(count):
    def change(report):
        report["activities"][1]["participants"][0]["persons"] = count
        return report
    return change


def listed(demo, name, lang="ja"):
    return demo.renkei("ANALYST", "export", "list", "--schedule", name, lang=lang).stdout


@pytest.fixture(scope="module")
def whole(demo):
    """A bundle of what the sample says, made before anything was corrected."""
    add(demo, "whole", "--recipients", "a@example.jp,b@example.jp", formats="csv,jsonl,sqlite,parquet,xlsx")
    add(demo, "open", "--public-only", "yes", "--recipients", "c@example.jp", "--letters", "en")
    run(demo, "open")
    return run(demo, "whole")


def test_a_correction_is_told_by_the_next_list_and_by_mail_once(demo, whole, tmp_path):
    assert "訂正" not in listed(demo, "whole").split("\n", 1)[1]
    correct(demo, tmp_path, persons(50))
    said = listed(demo, "whole")
    assert f"whole/{whole.name}：含まれる報告が、その後訂正されています。" in said
    assert "北九州市 2016年度第3四半期：データ一式では第 1 版、現在は第 2 版" in said and "実人数：49 → 50" in said and "理由：集計の誤り" in said
    assert "persons: 49 -> 50" in listed(demo, "whole", "en") and "实际人数" not in listed(demo, "whole", "en")
    assert "49 → 50" in listed(demo, "whole", "zh")
    (row,) = [json.loads(line) for line in demo.renkei("ANALYST", "export", "list", "--schedule", "whole", "-o", "jsonl").stdout.splitlines()]
    assert row["corrected"] == 1
    assert "集計の誤り" not in listed(demo, "open") and "実人数：49 → 50" in listed(demo, "open"), "a reason is for the parties"
    with mail_server() as box:
        mails = {m["To"].addresses[0].addr_spec: m for m in send(demo, box)}
        assert set(mails) - {OPERATOR} == {"a@example.jp", "b@example.jp", "c@example.jp"}
        assert "実人数：49 → 50" in body(mails["a@example.jp"]) and f"whole/{whole.name}" in body(mails["a@example.jp"])
        assert "persons: 49 -> 50" in body(mails["c@example.jp"]) and "集計の誤り" not in body(mails["c@example.jp"])
        assert send(demo, box) == []
    newer = run(demo, "whole")
    assert f"whole/{newer.name}：" not in listed(demo, "whole"), "what was made since holds it"


def test_a_correction_of_words_says_that_no_figure_is_another(demo, whole, tmp_path):
    run(demo, "whole")

    def words(report):
        report["activities"][1]["result"] = "中国から7都市の代表が参加。"
        return report
    correct(demo, tmp_path, words, "表記の訂正")
    rows = json.loads(demo.renkei("ANALYST", "export", "list", "--schedule", "whole", "-o", "json").stdout)["runs"]
    by_bundle = [(r["corrections"][0]["fromVersion" if "fromVersion" in r["corrections"][0] else "from_version"], len(r["corrections"][0].get("changes", [])))
                 for r in rows if r.get("corrections")]
    assert by_bundle == [(2, 0), (2, 0), (1, 1)], rows
    assert "数値に変更はなく" in listed(demo, "whole")


def cells(path):
    with open(path, encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    return head, rows


def compose(base, delta):
    """The whole, as README.md of a bundle of changes says it is made: table -> (columns, rows by key)."""
    package = {r["name"]: r["schema"]["primaryKey"] for r in json.loads((delta / "datapackage.json").read_text())["resources"]}
    made = {}
    for path in sorted((delta / "csv").iterdir()):
        head, rows = cells(path)
        key = [head.index(k) for k in package[path.stem]]
        if path.stem in ("columns", "codes"):
            continue
        assert head[-1] == "change"
        old_head, old = cells(base / "csv" / path.name)
        assert old_head == head[:-1]
        touched = {tuple(r[k] for k in key) for r in rows}
        assert len(touched) == len(rows)
        there = {tuple(r[k] for k in key): r for r in old}
        assert all((tuple(r[k] for k in key) in there) == (r[-1] != "added") for r in rows)
        assert all(r[c] == "" for r in rows if r[-1] == "removed" for c in range(len(head) - 1) if c not in key)
        made[path.stem] = {**{k: r for k, r in there.items() if k not in touched}, **{tuple(r[k] for k in key): r[:-1] for r in rows if r[-1] != "removed"}}
    return made


def full(bundle):
    package = {r["name"]: r["schema"]["primaryKey"] for r in json.loads((bundle / "datapackage.json").read_text())["resources"]}
    tables = {}
    for path in sorted((bundle / "csv").iterdir()):
        if path.stem not in ("columns", "codes"):
            head, rows = cells(path)
            tables[path.stem] = {tuple(r[head.index(k)] for k in package[path.stem]): r for r in rows}
    return tables


def test_base_and_changes_are_the_whole_cell_by_cell(demo, whole, tmp_path):
    def less(report):
        del report["activities"][0]
        report["activities"][0]["title"] = "セミナー「改」, \"quoted\"\n二行目"
        return report
    correct(demo, tmp_path, less)
    demo.renkei(ME, "submit", "--yes", SAMPLE / f"reports/{ME}-2015Q2.json")
    demo.renkei("SECRETARIAT", "review", "accept", "--all", "--yes")
    # A name of the registry is no report: it changes for every moment, so only the bundle itself remembers it.
    demo.sql("begin; select set_config('renkei.role', 'secretariat', true); update renkei.municipality set name_en = 'Kitakyushu' where municipality_code = '401005'; commit")
    at = ["--as-of", "2199-01-01T00:00:00Z"]
    now = run(demo, "whole", "-O", tmp_path / "full", *at)
    delta = run(demo, "whole", "-O", tmp_path / "delta", "--since", f"whole/{whole.name}", *at)
    assert run(demo, "whole", "-O", tmp_path / "again", "--since", f"whole/{whole.name}", *at).name == delta.name
    assert subprocess.run(["diff", "-r", delta, tmp_path / "again" / delta.name]).returncode == 0, "the same changes are the same bytes"
    composed, wanted = compose(whole, delta), full(now)
    assert composed == wanted and full(whole) != wanted
    manifest = json.loads((delta / "MANIFEST.json").read_text())
    counts = {t["name"]: (t.get("added"), t.get("changed"), t.get("removed")) for t in manifest["tables"]}
    assert manifest["since"] == f"whole/{whole.name}" and counts["municipalities"] == (0, 1, 0) and counts["codes"] == (None, None, None)
    assert counts["reports"][0] >= 2 and counts["reports"][2] >= 1, counts
    assert f"`whole/{whole.name}`" in (delta / "README.md").read_text() and json.loads((delta / "datapackage.json").read_text())["since"] == manifest["since"]
    table = sqlite3.connect(delta / "renkei.sqlite").execute("select change, count(*) from activities group by 1 order by 1").fetchall()
    head, rows = cells(delta / "csv/activities.csv")
    assert table == sorted((c, sum(r[-1] == c for r in rows)) for c in {r[-1] for r in rows}) and len(table) >= 2
    jsonl = [json.loads(line) for line in (delta / "jsonl/activities.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [j["change"] for j in jsonl] == [r[-1] for r in rows]


def test_a_schedule_of_changes_is_listed_got_verified_and_keeps_its_base(demo, whole, tmp_path):
    add(demo, "changes", "--since", "whole")
    bundle = run(demo, "changes")
    rows = [json.loads(line) for line in demo.renkei("ANALYST", "export", "list", "--schedule", "changes", "-o", "jsonl").stdout.splitlines()]
    base = rows[0]["changes_since"]
    assert base.startswith("whole/") and json.loads((bundle / "MANIFEST.json").read_text())["since"] == base
    demo.renkei("ANALYST", "export", "get", "changes", "-O", tmp_path)
    for lang, word in (("ja", "変更分"), ("en", "only what changed"), ("zh", "变更")):
        said = demo.renkei("ANALYST", "export", "verify", tmp_path / bundle.name, lang=lang).stderr
        assert word in said and base in said
    demo.renkei("SECRETARIAT", "export", "schedule", "edit", "whole", "--keep", "1")
    run(demo, "whole")
    run(demo, "whole")
    there = {json.loads(line)["bundle"] for line in demo.renkei("ANALYST", "export", "list", "--schedule", "whole", "-o", "jsonl").stdout.splitlines()}
    assert base in there and len(there) == 2 and (demo.folder / "exports" / base).is_dir(), "what changes are told since stays as long as they"


@pytest.mark.parametrize("since", ["none", "changes", "open", "self"])
def test_a_base_that_is_none_is_told_by_name(demo, whole, since):
    add(demo, "changes", "--since", "whole", status=None)
    for lang in ("ja", "en", "zh"):
        assert since in add(demo, "self", "--since", since, status=65, lang=lang).stderr


def test_a_base_that_was_spoiled_or_is_of_other_contents_is_refused(demo, whole, tmp_path):
    bundle = run(demo, "open")
    run(demo, "whole", "-O", tmp_path, "--since", f"open/{bundle.name}", status=78)
    run(demo, "whole", "-O", tmp_path, "--since", "whole/20160101T000000Z-0000000000000000", status=66)
    run(demo, "whole", "-O", tmp_path, "--since", "../whole", status=64)
    add(demo, "mine")
    mine = run(demo, "mine")
    path = mine / "csv/reports.csv"
    data = path.read_bytes()
    path.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
    run(demo, "whole", "-O", tmp_path, "--since", f"mine/{mine.name}", status=70)
    assert "not as it was made" in run.log
    assert not list(tmp_path.glob("*/csv")) and not list(tmp_path.glob(".making-*"))


def test_a_copy_that_another_daemon_retired_goes_with_the_next_run(demo):
    add(demo, "copies", "--keep", "1")
    first = run(demo, "copies")
    shutil.copytree(first, demo.folder / "kept")
    run(demo, "copies")
    wait_for(lambda: not first.exists(), seconds=5)
    # A host of its own disk has still its copy; and one died before it removed what it had retired.
    shutil.copytree(demo.folder / "kept", first)
    (first.parent / "notes").mkdir()
    run(demo, "copies")
    assert not first.exists() and (first.parent / "notes").is_dir(), "and nothing that is no bundle of it"
