"""The rows follow from the bytes: rebuilding finds no difference, and finds what somebody changed."""
import pytest
from demo import Demo


def differences(demo):
    return [row for row in demo.sql('select "table", rows, missing, surplus from renkei_api.rebuild_projection()') if row[2:] != ["0", "0"]]


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    demo = Demo(tmp_path_factory.mktemp("rebuild") / "demo").start()
    demo.load_registry()
    demo.load_reports(accept=False)
    yield demo
    demo.stop()


def test_the_rows_of_every_sample_report_follow_from_its_bytes(filled):
    rows = filled.sql('select "table", rows from renkei_api.rebuild_projection()')
    assert {"activity", "outcome", "participants_line"} <= {name for name, _ in rows} or len(rows) > 10
    assert sum(int(n) for _, n in rows) > 100
    assert differences(filled) == []


def test_a_changed_row_is_found(filled):
    assert filled.sql("select count(*) from renkei.outcome") == [["24"]]
    filled.sql("set session_replication_role = replica; update renkei.outcome set text = text || ' ' where outcome_id = 'fy2014-2016-1'")
    found = {row[0]: row for row in differences(filled)}
    assert list(found) == ["outcome"] and int(found["outcome"][2]) == 11 and int(found["outcome"][3]) == 11
    filled.sql("set session_replication_role = replica; update renkei.outcome set text = rtrim(text, ' ') where outcome_id = 'fy2014-2016-1'")
    assert differences(filled) == []


def test_a_lost_row_is_found(filled):
    filled.sql("set session_replication_role = replica; delete from renkei.outcome where outcome_id = 'fy2014-2016-2'")
    assert {row[0]: row[2:] for row in differences(filled)} == {"outcome": ["11", "0"]}
