"""Exports read a standby once it has replayed what was committed when they began: one that is behind is waited for, and one that stays behind is told."""
import csv
import os
import pathlib
import re
import subprocess

from demo import RENKEID, wait_for


def rename(place, name):
    """What the primary has and the standby has not: committed, and not replayed."""
    place.standby.sql("select pg_wal_replay_pause()")
    wait_for(lambda: place.standby.sql("select pg_get_wal_replay_pause_state()") == [["paused"]])
    place.cluster.sql(f"update renkei.municipality set name_en = '{name}' where municipality_code = '401005'")


def begun(place, export):
    """A session that reads the standby, and looks how far it is."""
    assert export.poll() is None, export.communicate()
    return place.standby.sql("select count(*) from pg_stat_activity where query like '%pg_last_wal_replay_lsn%' and pid <> pg_backend_pid()") != [["0"]]


def test_a_standby_that_is_behind_is_waited_for_and_no_longer_than_it_is_worth(place, tmp_path):
    place.pair().start()
    read = re.search(r'(?m)^read_database = "(.*)"$', (place.template.folder / "renkeid.conf").read_text()).group(1)
    read = re.sub(r"port=\S+", "port=5432", re.sub(r"host=\S+", f"host={place.standby.sock}", read))
    read = re.sub(r"target_session_attrs=\S+", "", read) + " target_session_attrs=any"
    place.daemon.write(read_database=read, export_dir=str(tmp_path / "exports"))
    place.cluster.sql("insert into renkei.export_schedule (name, calendar, time_zone, formats, all_versions, planned, public_only, free_text, company_names, keep, paused, handled_to, "
                      "changed_at, principal_uri) values ('standby', 'yearly', 'Asia/Tokyo', '{csv}', false, false, false, true, true, 2, true, now(), now(), 'renkei://test')")
    words = [RENKEID, "--config", place.daemon.config, "export", "run", "standby"]
    rename(place, "Later")
    export = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    wait_for(lambda: begun(place, export))
    assert export.poll() is None
    place.standby.sql("select pg_wal_replay_resume()")
    out, err = export.communicate(timeout=60)
    assert export.returncode == 0, err
    with open(pathlib.Path(out.strip()) / "csv/municipalities.csv", encoding="utf-8", newline="") as file:
        assert {row["municipality_code"]: row["name_en"] for row in csv.DictReader(file)}["401005"] == "Later"
    rename(place, "Latest")
    late = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert late.returncode == 69 and re.search(r"\d+ bytes behind after 20 s", late.stderr), late
    assert place.cluster.sql("select state, count(*) from renkei.export_run group by 1 order by 1") == [["done", "1"], ["failed", "1"]]
    place.standby.sql("select pg_wal_replay_resume()")
