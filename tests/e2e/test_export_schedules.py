"""Schedules that are kept unattended: caught up once, by one of several daemons, taken up again when that one is killed, tried again when a run fails."""
import concurrent.futures
import fcntl
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

import talk
from demo import RENKEI, RENKEID, SANITIZERS, Demo, children, wait_for
from renkei.v1 import export_service_pb2 as ex, export_service_pb2_grpc


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    demo = Demo(tmp_path_factory.mktemp("exports") / "demo").start()
    demo.load_registry()
    yield demo
    assert demo.stop() == 0


def schedule(demo, name, calendar="hourly", formats="csv,sqlite", since="3 hours"):
    demo.sql("insert into renkei.export_schedule (name, calendar, time_zone, formats, all_versions, planned, public_only, free_text, company_names, keep, paused, handled_to, "
             f"changed_at, principal_uri) values ('{name}', '{calendar}', 'Asia/Tokyo', '{{{formats}}}', false, false, false, true, true, 2, false, now() - interval '{since}', now(), "
             "'renkei://test')")


def runs(demo, name):
    return demo.sql(f"select state, attempt, holder, coalesce(bundle_id, ''), coalesce(why, '') from renkei.export_run where name = '{name}' order by due_at")


def keepers(demo):
    return [pid for pid in children(demo.process.pid) if comm(pid) == "renkeid-exports"]


def comm(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def bundles(demo, name):
    folder = demo.folder / "exports" / name
    return sorted(p.name for p in folder.iterdir() if not p.name.startswith(".")) if folder.is_dir() else []


def test_a_new_demo_keeps_a_schedule_of_every_quarter_with_every_format(demo):
    (formats, calendar), = demo.sql("select formats, calendar from renkei.export_schedule where name = 'quarterly'")
    help_text = subprocess.run([RENKEID, "export", "--help"], capture_output=True, text=True, env={**os.environ, **SANITIZERS}).stdout
    assert "run NAME" in help_text and calendar == "quarter-deadline + 10 days 06:00"
    assert formats == "{csv,csv-cp932,csv-excel,csv-excel-ja,iati,jsonl,parquet,sdmx-csv,sqlite,xlsx,xlsx-ja}"
    assert runs(demo, "quarterly") == [], "what fell due before there was a platform is nobody's"


def test_what_was_missed_is_caught_up_once_as_of_the_hour_it_was_due(demo):
    wait_for(lambda: keepers(demo), seconds=40)
    schedule(demo, "hours")
    wait_for(lambda: [r for r in runs(demo, "hours") if r[0] == "done"], seconds=60)
    (due, as_of, handled), = demo.sql("select due_at, as_of, handled_to from renkei.export_run r join renkei.export_schedule s using (name) where name = 'hours'")
    assert due == as_of == handled
    assert demo.sql(f"select date_trunc('hour', now()) - '{due}'::timestamptz < interval '1 hour'") == [["t"]]
    assert bundles(demo, "hours") == [runs(demo, "hours")[0][3]]
    manifest = json.loads((demo.folder / "exports/hours" / bundles(demo, "hours")[0] / "MANIFEST.json").read_text())
    assert manifest["formats"] == ["csv", "sqlite"]


def test_it_has_the_least_priority(demo):
    pid, = keepers(demo)
    assert os.getpriority(os.PRIO_PROCESS, pid) == 19


def test_of_two_daemons_one_makes_each_run(demo, tmp_path):
    config = tmp_path / "renkeid.conf"
    config.write_text("\n".join("control_socket = \"\"" if line.startswith("control_socket") else line for line in
                                (demo.folder / "renkeid.conf").read_text().splitlines() if not line.startswith("enrolment_listen")) + "\n")
    names = [f"both-{n}" for n in range(12)]
    with open(tmp_path / "second.log", "wb") as log:
        second = subprocess.Popen([RENKEID, "--config", config, "serve"], stdout=log, stderr=log, env={**os.environ, **SANITIZERS})
        try:
            wait_for(lambda: [pid for pid in children(second.pid) if comm(pid) == "renkeid-exports"], seconds=60)
            for name in names:
                schedule(demo, name, formats="csv")
            wait_for(lambda: demo.sql("select count(*) from renkei.export_run where name like 'both-%' and state = 'done'") == [["12"]], seconds=90)
        finally:
            second.send_signal(signal.SIGTERM)
            assert second.wait(60) == 0, (tmp_path / "second.log").read_text()[-3000:]
    rows = [runs(demo, name) for name in names]
    assert all(len(r) == 1 and r[0][:2] == ["done", "1"] for r in rows), rows
    assert all(bundles(demo, name) == [r[0][3]] for name, r in zip(names, rows))


def test_a_run_whose_process_is_killed_is_taken_up_again(demo):
    schedule(demo, "killed", formats="csv,csv-excel,jsonl,parquet,sqlite,xlsx")
    wait_for(lambda: runs(demo, "killed"), seconds=60, every=0.01)
    os.kill(keepers(demo)[0], signal.SIGKILL)
    state = runs(demo, "killed")[0]
    if state[0] == "running":
        demo.sql("update renkei.export_run set lease_until = now() where name = 'killed'")
    wait_for(lambda: runs(demo, "killed")[0][0] == "done", seconds=90)
    (row,) = runs(demo, "killed")
    assert bundles(demo, "killed") == [row[3]]
    assert state[0] == "done" or int(row[1]) == 2
    assert not list((demo.folder / "exports/killed").glob(".making-*"))


def test_a_failed_run_leaves_the_last_bundle_and_is_tried_again(demo):
    schedule(demo, "broken", formats="csv")
    wait_for(lambda: runs(demo, "broken") and runs(demo, "broken")[0][0] == "done", seconds=60)
    good = bundles(demo, "broken")
    demo.sql("update renkei.export_schedule set formats = '{papyrus}', calendar = 'minutely', handled_to = now() - interval '2 minutes' where name = 'broken'")
    wait_for(lambda: [r for r in runs(demo, "broken") if r[0] == "failed"], seconds=60)
    failed = [r for r in runs(demo, "broken") if r[0] == "failed"][0]
    assert "'papyrus' is no format" in failed[4] and bundles(demo, "broken") == good
    assert demo.sql("select retry_at - ended_at from renkei.export_run where name = 'broken' and state = 'failed' order by due_at limit 1") == [["00:00:30"]]
    demo.sql("update renkei.export_schedule set formats = '{csv}' where name = 'broken'")
    wait_for(lambda: len([r for r in runs(demo, "broken") if r[0] == "done"]) >= 2, seconds=120)
    assert len(bundles(demo, "broken")) == 2


def test_old_bundles_go_when_later_ones_are_there(demo):
    demo.sql("update renkei.export_schedule set paused = true where name = 'broken'")
    for hours in (5, 4, 3):
        schedule(demo, f"keep-{hours}", since=f"{hours} hours")
    for _ in range(3):
        subprocess.run([RENKEID, "--config", demo.folder / "renkeid.conf", "export", "run", "hours"], check=True, capture_output=True, env={**os.environ, **SANITIZERS})
        time.sleep(1.1)
    rows = demo.sql("select bundle_id from renkei.export_run where name = 'hours' and state = 'done' and removed_at is null order by due_at")
    assert len(rows) == 2 and bundles(demo, "hours") == sorted(r[0] for r in rows)


def test_the_secretariat_makes_changes_and_removes_schedules(demo):
    made = demo.renkei("SECRETARIAT", "export", "schedule", "add", "monthly", "--calendar", "*-*-01 06:00", "--formats", "csv,sqlite", "-o", "jsonl")
    row = json.loads(made.stdout)
    assert (row["name"], row["calendar"], row["time_zone"], row["formats"], row["keep"]) == ("monthly", "*-*-01 06:00", "Asia/Tokyo", "csv,sqlite", 8)
    following = [json.loads(line)["next_at"] for line in demo.renkei("ANALYST", "export", "schedule", "next", "monthly", "--count", "3", "-o", "jsonl").stdout.splitlines()]
    assert len(following) == 3 and all(at[8:10] in ("28", "29", "30", "31") and at.endswith("T21:00:00Z") for at in following)
    demo.renkei("SECRETARIAT", "export", "schedule", "edit", "monthly", "--formats", "jsonl", "--paused", "yes", "--text", "no")
    assert demo.sql("select calendar, formats, paused, free_text, company_names from renkei.export_schedule where name = 'monthly'") == [["*-*-01 06:00", "{jsonl}", "t", "f", "t"]]
    assert "monthly" in demo.renkei("SECRETARIAT", "export", "schedule", "add", "monthly", "--calendar", "daily", status=64).stderr
    demo.renkei("SECRETARIAT", "export", "schedule", "remove", "monthly", "--yes")
    assert "monthly" not in demo.renkei("SECRETARIAT", "export", "schedule").stdout
    demo.renkei("SECRETARIAT", "export", "schedule", "remove", "monthly", "--yes", status=66)


@pytest.mark.parametrize("words,said", [(["--calendar", "dayly"], "dayly"), (["--calendar", "daily", "--time-zone", "Europe/Berlin"], "Europe/Berlin"),
                                        (["--calendar", "daily", "--formats", "csv,papyrus"], "papyrus")])
def test_what_is_wrong_with_a_schedule_is_told_by_name(demo, words, said):
    for lang in ("ja", "en", "zh"):
        assert said in demo.renkei("SECRETARIAT", "export", "schedule", "add", "wrong", *words, lang=lang, status=65).stderr
    assert demo.sql("select count(*) from renkei.export_schedule where name = 'wrong'") == [["0"]]


def test_only_the_secretariat_changes_schedules_and_municipalities_get_nothing(demo):
    demo.renkei("ANALYST", "export", "schedule", "add", "mine", "--calendar", "daily", status=77)
    demo.renkei("401005", "export", "list", status=77)
    demo.renkei("401005", "export", "get", "hours", status=77)


def fetched(demo, folder, *words, status=0):
    return demo.renkei("ANALYST", "export", "get", "hours", "-O", folder, *words, status=status)


def test_an_analyst_gets_the_latest_bundle_whole_and_verified(demo, tmp_path):
    newest = bundles(demo, "hours")[-1]
    rows = [json.loads(line) for line in demo.renkei("ANALYST", "export", "list", "--schedule", "hours", "-o", "jsonl").stdout.splitlines()]
    assert rows[0]["bundle"] == f"hours/{newest}" and len(rows) == 2
    said = fetched(demo, tmp_path).stderr
    assert ".part" not in said and newest in said
    assert subprocess.run(["diff", "-r", demo.folder / "exports/hours" / newest, tmp_path / newest]).returncode == 0
    assert newest in demo.renkei("ANALYST", "export", "verify", tmp_path / newest).stderr
    assert "already" in fetched(demo, tmp_path).stderr
    (tmp_path / newest / "README.md").write_text("changed")
    assert "stays as it is" in fetched(demo, tmp_path, status=73).stderr and (tmp_path / newest / "README.md").read_text() == "changed"


def test_what_came_spoiled_is_fetched_again(demo, tmp_path):
    newest = bundles(demo, "hours")[-1]
    whole = demo.folder / "exports/hours" / newest
    part = tmp_path / f"{newest}.part"
    part.mkdir()
    data = (whole / "renkei.sqlite").read_bytes()
    (part / "renkei.sqlite").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    (part / "other").write_text("x")
    assert "renkei.sqlite" in fetched(demo, tmp_path, status=65).stderr
    fetched(demo, tmp_path)
    assert subprocess.run(["diff", "-r", whole, tmp_path / newest]).returncode == 0


def test_who_fetches_a_bundle_has_its_folder_alone(demo, tmp_path):
    newest = bundles(demo, "hours")[-1]
    part = tmp_path / f"{newest}.part"
    part.mkdir()
    (part / "README.md").write_text("half")
    held = os.open(part, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    seen = any(f" {os.getpid()} " in line and f":{os.fstat(held).st_ino} " in line for line in open("/proc/locks"))
    for lang, word in (("ja", "終わってから、もう一度実行してください"), ("en", "Wait until it has ended"), ("zh", "请待其结束后再次执行")):
        said = demo.renkei("ANALYST", "export", "get", "hours", "-O", tmp_path, status=75, lang=lang).stderr
        assert word in said and str(part) in said and (not seen or str(os.getpid()) in said), said
    assert {p.name: p.read_text() for p in part.iterdir()} == {"README.md": "half"}
    os.close(held)
    (part / "README.md").unlink()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda _: fetched(demo, tmp_path, status=None), range(4)))
    assert {d.returncode for d in ended} <= {0, 75} and any(d.returncode == 0 for d in ended), [d.stderr for d in ended]
    assert [p.name for p in tmp_path.iterdir()] == [newest]
    assert subprocess.run(["diff", "-r", demo.folder / "exports/hours" / newest, tmp_path / newest]).returncode == 0


def test_a_bundle_nobody_vouches_for_is_told_by_its_exit(demo, tmp_path):
    fetched(demo, tmp_path)
    folder = tmp_path / bundles(demo, "hours")[-1]
    stranger = {**demo.env, "HOME": str(tmp_path / "h"), "XDG_CONFIG_HOME": str(tmp_path / "h"), "XDG_STATE_HOME": str(tmp_path / "h"), "XDG_DATA_HOME": str(tmp_path / "h"), **SANITIZERS}
    for lang in ("ja", "en", "zh"):
        run = subprocess.run([RENKEI, "--lang", lang, "export", "verify", folder], capture_output=True, text=True, env=stranger)
        assert run.returncode == 65 and "--public-key" in run.stderr, run
    run = subprocess.run([RENKEI, "export", "verify", folder, "--public-key", folder / "KEY.pem"], capture_output=True, text=True, env=stranger)
    assert run.returncode == 0, run
    wrong = tmp_path / "wrong.pem"
    subprocess.run(f"openssl genpkey -algorithm ed25519 | openssl pkey -pubout -out {wrong}", shell=True, check=True)
    demo.renkei("ANALYST", "export", "verify", folder, "--public-key", wrong, status=65)
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    manifest["key"] = ""
    (folder / "MANIFEST.json").write_text(json.dumps(manifest))
    (folder / "MANIFEST.json.sig").unlink()
    assert "not signed" in demo.renkei("ANALYST", "export", "verify", folder, status=65).stderr


def test_a_download_goes_on_where_it_stopped(demo, tmp_path):
    newest = bundles(demo, "hours")[-1]
    whole = demo.folder / "exports/hours" / newest
    part = tmp_path / f"{newest}.part"
    (part / "csv").mkdir(parents=True)
    for name in ("renkei.sqlite", "csv/codes.csv"):
        data = (whole / name).read_bytes()
        (part / name).write_bytes(data[:len(data) // 2])
    sent = int(demo.sql("select 1")[0][0]) and metric(demo, "renkei_sent_bytes_total")
    fetched(demo, tmp_path)
    assert subprocess.run(["diff", "-r", whole, tmp_path / newest]).returncode == 0
    size = sum(p.stat().st_size for p in whole.rglob("*") if p.is_file())
    saved = ((whole / "renkei.sqlite").stat().st_size + (whole / "csv/codes.csv").stat().st_size) // 2
    assert metric(demo, "renkei_sent_bytes_total") - sent < size - saved + 40000


def metric(demo, name):
    status = subprocess.run(["curl", "-s", "--cacert", demo.env["RENKEI_CA"], "--cert", demo.identity("OPERATOR")[0], "--key", demo.identity("OPERATOR")[1],
                             f"https://{demo.env['RENKEI_SERVER']}/metrics"], capture_output=True, text=True, check=True).stdout
    return float(next(line.split()[1] for line in status.splitlines() if line.startswith(name + " ")))


def test_the_figures_count_what_was_made_and_what_failed(demo):
    assert metric(demo, "renkei_exports_made_total") >= 3 and metric(demo, "renkei_exports_failed_total") >= 1


def test_one_changed_byte_anywhere_is_found(demo, tmp_path):
    fetched(demo, tmp_path)
    folder = next(p for p in tmp_path.iterdir() if p.is_dir())
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size):
        data = path.read_bytes()
        path.write_bytes(data[:len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1:])
        said = demo.renkei("ANALYST", "export", "verify", folder, status=65).stderr
        assert str(path.relative_to(folder)) in said or "MANIFEST" in said, path
        path.write_bytes(data)
    demo.renkei("ANALYST", "export", "verify", folder)
    (folder / "extra.csv").write_text("a\n")
    assert "extra.csv" in demo.renkei("ANALYST", "export", "verify", folder, status=65).stderr
    (folder / "extra.csv").unlink()
    (folder / "README.md").unlink()
    assert "README.md" in demo.renkei("ANALYST", "export", "verify", folder, lang="ja", status=65).stderr


def test_nothing_but_files_of_bundles_is_given_out(demo):
    export = export_service_pb2_grpc.ExportServiceStub(talk.channel(demo, "ANALYST"))
    newest = bundles(demo, "hours")[-1]
    for bundle, path, reason in ((f"hours/{newest}", "../../../renkeid.conf", "ARGUMENT_INVALID"), ("hours/..", "renkeid.conf", "ARGUMENT_INVALID"),
                                 ("..", "renkeid.conf", "ARGUMENT_INVALID"), (f"hours/{newest}", "/etc/passwd", "ARGUMENT_INVALID"), (f"hours/{newest}", ".lock", "ARGUMENT_INVALID"),
                                 ("hours", newest, "EXPORT_NOT_FOUND"), ("hours/nothing", "MANIFEST.json", "EXPORT_NOT_FOUND"), (f"hours/{newest}", "csv", "ARGUMENT_INVALID"),
                                 (f"hours/{newest}", "csv/nothing.csv", "ARGUMENT_INVALID")):
        assert talk.reason(talk.refused(export.DownloadExport, ex.DownloadExportRequest(bundle=bundle, path=path), timeout=30)) == reason, (bundle, path)
    for offset in (-1, 10**9):
        request = ex.DownloadExportRequest(bundle=f"hours/{newest}", path="MANIFEST.json", offset=offset)
        assert talk.reason(talk.refused(export.DownloadExport, request, timeout=30)) == "ARGUMENT_INVALID"
