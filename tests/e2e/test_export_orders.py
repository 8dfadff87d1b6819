"""Runs of exports that the secretariat orders at its desk: waited for, fetched, refused, failed; and commands that hang, which hold up nobody else."""
import json
import os
import pathlib
import subprocess
import uuid

import pytest

import talk
from demo import RENKEI, RENKEID, SANITIZERS, Demo, children, wait_for
from renkei.v1 import export_service_pb2 as ex, export_service_pb2_grpc
from served import Served


@pytest.fixture(scope="module")
def hands(tmp_path_factory):
    """A command that takes a bundle once it is let; or refuses it."""
    folder = tmp_path_factory.mktemp("hands")
    program = folder / "wait"
    program.write_text(f"#!/bin/sh\necho $$ > {folder}/pid\nuntil test -e {folder}/go; do sleep 0.1; done\ntest ! -e {folder}/refuse\n")
    program.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def demo(tmp_path_factory, hands):
    demo = Demo(tmp_path_factory.mktemp("orders") / "demo").start()
    try:
        config = demo.folder / "renkeid.conf"
        config.write_text(config.read_text() + f'export_commands = {{"wait {hands}/wait"}}\n')
        subprocess.run([RENKEID, "--config", config, "ctl", "reload"], check=True, capture_output=True)
        demo.load_registry()
        yield demo
    finally:
        demo.stop()


def add(demo, name, *words, formats="csv"):
    demo.renkei("SECRETARIAT", "export", "schedule", "add", name, "--calendar", "yearly", "--formats", formats, *words)


def order(demo, name, *words, who="SECRETARIAT", status=0, lang="en"):
    return demo.renkei(who, "export", "run", name, *words, status=status, lang=lang)


def runs(demo, name, *words):
    return [json.loads(line) for line in demo.renkei("ANALYST", "export", "list", "--schedule", name, "-o", "jsonl", *words).stdout.splitlines()]


def state(demo, name):
    rows = demo.sql(f"select state from renkei.export_run where name = '{name}' order by due_at desc limit 1")
    return rows[0][0] if rows else ""


def begun(demo, name, *words):
    """The same, not waited for."""
    cert, key = demo.identity("SECRETARIAT")
    home = demo.folder.parent / "home-begun"
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home), "RENKEI_SERVER": demo.env["RENKEI_SERVER"], "RENKEI_CA": demo.env["RENKEI_CA"],
           "RENKEI_CERT": cert, "RENKEI_KEY": key, **SANITIZERS}
    return subprocess.Popen([RENKEI, "--lang", "en", "export", "run", name, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def test_the_secretariat_orders_a_run_and_has_its_bundle_verified(demo, tmp_path):
    said = order(demo, "quarterly", "-O", tmp_path).stderr
    folder, = tmp_path.iterdir()
    assert "quarterly: ordered, as of" in said and f"{folder}: complete." in said
    assert subprocess.run(["diff", "-r", demo.folder / "exports/quarterly" / folder.name, folder]).returncode == 0
    (row,) = runs(demo, "quarterly")
    assert row["bundle"] == f"quarterly/{folder.name}" and row["as_of"] == row["due_at"], "of the moment it was ordered"
    assert demo.sql("select ordered_by from renkei.export_run where name = 'quarterly'")[0][0].split("/")[3] == "secretariat"


def test_without_a_folder_it_says_what_was_made(demo):
    add(demo, "plain", "--paused", "yes")
    (row,) = [json.loads(line) for line in order(demo, "plain", "-o", "jsonl").stdout.splitlines()]
    assert row["bundle"] == runs(demo, "plain")[0]["bundle"] and row["rows"] > 0, "also of a schedule that is paused"
    order(demo, "plain", "--dry-run")
    assert len(runs(demo, "plain", "--all")) == 1, "what is tried is not ordered"


def test_a_run_can_be_of_a_moment_in_the_past(demo, tmp_path):
    add(demo, "past")
    order(demo, "past")
    said = order(demo, "past", "--as-of", "平成28年11月1日", "-O", tmp_path).stderr
    folder, = tmp_path.iterdir()
    assert "past: ordered, as of 2016-11-01 23:59" in said and folder.name.startswith("20161101T145959Z-")
    assert json.loads((folder / "MANIFEST.json").read_text())["as_of"].startswith("2016-11-01T14:59:59")
    latest, early = runs(demo, "past")
    assert early["bundle"] == f"past/{folder.name}" and latest["as_of"] > early["as_of"], "what is of the past is not the latest data"
    assert order(demo, "past", "--as-of", "2016年13月", status=64)
    assert "nothing to tell of 2199-01-01 yet" in order(demo, "past", "--as-of", "2199-01-01", status=65).stderr


def test_who_may_not_is_refused_and_a_schedule_has_to_be_there(demo):
    for who in ("ANALYST", "MINISTRY", "OPERATOR", "401005"):
        order(demo, "quarterly", who=who, status=77)
    for lang in ("ja", "en", "zh"):
        assert "nothing" in order(demo, "nothing", status=66, lang=lang).stderr
    assert len(runs(demo, "quarterly", "--all")) == 1


def test_a_request_is_one_run_however_often_it_is_sent(demo):
    add(demo, "once")
    export = export_service_pb2_grpc.ExportServiceStub(talk.channel(demo, "SECRETARIAT"))
    request = ex.RunExportRequest(request_id=str(uuid.uuid4()), name="once")
    first = export.RunExport(request, timeout=30)
    assert first.run.state == ex.EXPORT_RUN_STATE_ORDERED and first.run.ordered and first.run.attempt == 0
    assert export.RunExport(request, timeout=30) == first
    wait_for(lambda: state(demo, "once") == "done", seconds=60)
    assert export.RunExport(request, timeout=30) == first and len(runs(demo, "once", "--all")) == 1
    other = ex.RunExportRequest(request_id=request.request_id, name="quarterly")
    assert talk.reason(talk.refused(export.RunExport, other, timeout=30)) == "REQUEST_ID_REUSED"


def test_a_run_that_fails_is_told_with_why_and_when_it_is_tried_again(demo):
    add(demo, "broken")
    demo.sql("update renkei.export_schedule set formats = '{papyrus}' where name = 'broken'")
    for lang, again in (("ja", "再試行"), ("en", "tried again"), ("zh", "重试")):
        said = order(demo, "broken", status=69, lang=lang).stderr
        assert "'papyrus' is no format of exports" in said and again in said, said
    assert runs(demo, "broken") == [] and len(runs(demo, "broken", "--all")) == 3
    demo.sql("update renkei.export_schedule set formats = '{csv}' where name = 'broken'")
    demo.sql("update renkei.export_run set retry_at = now() where name = 'broken'")
    wait_for(lambda: state(demo, "broken") == "done", seconds=60)
    assert [r["state"] for r in runs(demo, "broken", "--all")].count("done") == 1, "the latest order alone is tried again"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_disk_that_is_too_small_is_told_in_words(demo):
    add(demo, "small")
    place = demo.folder / "exports/small"
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0777", "tmpfs", place], check=True)
    try:
        for lang, room in (("ja", "空きが足りず"), ("en", "not enough room"), ("zh", "磁盘空间不足")):
            said = order(demo, "small", status=69, lang=lang).stderr
            assert room in said and "are free" in said, said
        assert demo.sql("select distinct reason from renkei.export_run where name = 'small'") == [["EXPORT_NO_ROOM"]]
        assert not [p for p in place.iterdir() if p.name != ".lock"]
    finally:
        subprocess.run(["umount", place], check=True)


def test_who_does_not_wait_any_longer_leaves_the_run_to_itself(demo):
    add(demo, "alone")
    waiting = begun(demo, "alone")
    assert "ordered" in waiting.stderr.readline()
    waiting.kill()
    waiting.communicate()
    wait_for(lambda: state(demo, "alone") == "done", seconds=60)
    assert len(runs(demo, "alone")) == 1


def test_a_command_that_hangs_holds_up_its_own_schedule_alone(demo, hands, tmp_path):
    """And what it has not taken nobody else is given, until it ends well."""
    add(demo, "hanging", formats="csv")
    order(demo, "hanging")
    (before,) = runs(demo, "hanging")
    demo.renkei("SECRETARIAT", "export", "schedule", "edit", "hanging", "--command", "wait")
    waiting = begun(demo, "hanging", "-O", str(tmp_path))
    try:
        wait_for(lambda: (hands / "pid").exists(), seconds=60)
        for lang in ("ja", "en", "zh"):
            said = order(demo, "hanging", status=65, lang=lang).stderr
            assert "EXPORT_RUNNING" in said and "hanging" in said, said
        order(demo, "plain")
        demo.sql("update renkei.export_schedule set paused = false, calendar = 'hourly', handled_to = now() - interval '2 hours' "
                 "where name = 'plain'")
        wait_for(lambda: len(runs(demo, "plain", "--all")) == 3, seconds=60)
        wait_for(lambda: state(demo, "plain") == "done", seconds=60)
        assert runs(demo, "hanging") == [before] and state(demo, "hanging") == "running", "others were made meanwhile, and it was not given out"
        made = {p.name for p in (demo.folder / "exports/hanging").iterdir() if p.name != ".lock"}
        demo.renkei("ANALYST", "export", "get", "hanging", "-O", tmp_path / "got")
        assert [p.name for p in (tmp_path / "got").iterdir()] == [before["bundle"].split("/")[1]]
        new, = made - {before["bundle"].split("/")[1]}
        demo.renkei("ANALYST", "export", "get", f"hanging/{new}", "-O", tmp_path / "new", status=66)
    finally:
        (hands / "go").touch()
    out, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 0 and (tmp_path / new / "MANIFEST.json").is_file(), err
    assert runs(demo, "hanging")[0]["bundle"] == f"hanging/{new}"


def test_what_could_not_be_handed_over_is_given_to_nobody(demo, hands):
    (hands / "refuse").touch()
    there = {p.name for p in (demo.folder / "exports/hanging").iterdir()}
    before = runs(demo, "hanging")
    said = order(demo, "hanging", status=69).stderr
    assert "command 'wait' ended with 1" in said and "earlier bundles stay" in said
    assert runs(demo, "hanging") == before
    wait_for(lambda: {p.name for p in (demo.folder / "exports/hanging").iterdir()} == there, seconds=20)
    (hands / "refuse").unlink()
    order(demo, "hanging")
    assert len(runs(demo, "hanging")) == len(before) + 1, "the next run hands over anew"


def test_a_run_whose_command_hangs_ends_with_the_daemon(demo, hands):
    (hands / "go").unlink()
    (hands / "pid").unlink()
    waiting = begun(demo, "hanging", "--timeout", "5")
    wait_for(lambda: (hands / "pid").exists(), seconds=60)
    pid = int(wait_for(lambda: (hands / "pid").read_text().strip()))
    _, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 75 and "goes on being made" in err, err
    keeper, = [p for p in children(demo.process.pid) if pathlib.Path(f"/proc/{p}/comm").read_text() == "renkeid-exports\n"]
    os.kill(keeper, 9)
    wait_for(lambda: not pathlib.Path(f"/proc/{pid}").exists(), seconds=20)
    (hands / "go").touch()
    demo.sql("update renkei.export_run set lease_until = now() where name = 'hanging' and state = 'running'")
    wait_for(lambda: state(demo, "hanging") == "done", seconds=60)
    assert demo.sql("select attempt from renkei.export_run where name = 'hanging' order by due_at desc limit 1") == [["2"]], "another took it up"


@pytest.mark.parametrize("empty", ["read_database", "export_dir"])
def test_an_order_that_nobody_would_make_is_refused(tmp_path, empty):
    other = Served(tmp_path / "demo", **{empty: ""}).start()
    try:
        for lang in ("ja", "en", "zh"):
            assert "read_database" in order(other, "quarterly", "--timeout", "20", status=65, lang=lang).stderr
        export = export_service_pb2_grpc.ExportServiceStub(talk.channel(other, "SECRETARIAT"))
        refused = talk.refused(export.RunExport, ex.RunExportRequest(request_id=str(uuid.uuid4()), name="quarterly", validate_only=True), timeout=30)
        assert talk.reason(refused) == "EXPORTS_NOT_SET_UP" and f"{empty} is empty" in refused.details()
        assert other.sql("select count(*) from renkei.export_run where ordered_by is not null") == [["0"]]
    finally:
        other.stop()
