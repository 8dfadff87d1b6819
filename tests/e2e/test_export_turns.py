"""Exports of one database come one after the other, in the order in which they came, so that submissions hardly feel them."""
import os
import subprocess

import pytest

from demo import RENKEID, SANITIZERS, wait_for
from test_exports import run, schedule


class Line:
    """A session that stands in the line, as an export does that takes its time."""

    def __init__(self, demo):
        env = {**os.environ, **{k: v for k, v in demo.env.items() if k.startswith("PG")}}
        self.session = subprocess.Popen(["psql", "-X", "-q", "-A", "-t"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        self.session.stdin.write("select renkei_api.take_export_turn();\n")
        self.session.stdin.flush()
        self.number = int(self.session.stdout.readline())

    def leave(self, die=False):
        if die:
            self.session.kill()
        self.session.stdin.close()
        self.session.wait(30)


@pytest.fixture(scope="module")
def demo(empty_demo):
    schedule(empty_demo, "turns", "csv")
    return empty_demo


def begin(demo, folder):
    words = [RENKEID, "--config", demo.folder / "renkeid.conf", "export", "run", "turns", "-O", folder]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **SANITIZERS})


def standing(demo):
    return int(demo.sql("select count(*) from pg_locks where locktype = 'advisory' and classid = 1919247205 and objsubid = 2 and objid > 0")[0][0])


def made(folder):
    return [p for p in folder.glob("2*")] if folder.is_dir() else []


@pytest.mark.parametrize("die", [False, True], ids=["leaves", "dies"])
def test_an_export_waits_for_the_one_before_it_however_that_ends(demo, tmp_path, die):
    before = Line(demo)
    waiting = begin(demo, tmp_path / "out")
    assert "event=export_waits ahead=1" in waiting.stderr.readline() and standing(demo) == 2
    assert waiting.poll() is None and not made(tmp_path / "out")
    before.leave(die)
    err = waiting.communicate(timeout=90)[1]
    assert waiting.returncode == 0, err
    assert len(made(tmp_path / "out")) == 1
    wait_for(lambda: standing(demo) == 0, seconds=60)


def test_they_go_in_the_order_in_which_they_came(demo, tmp_path):
    first = Line(demo)
    second = begin(demo, tmp_path / "second")
    wait_for(lambda: standing(demo) == 2, seconds=60)
    third = Line(demo)
    fourth = begin(demo, tmp_path / "fourth")
    wait_for(lambda: standing(demo) == 4, seconds=60)
    first.leave()
    assert second.communicate(timeout=90) and second.returncode == 0 and made(tmp_path / "second")
    assert fourth.poll() is None and not made(tmp_path / "fourth"), "the third stands before it"
    third.leave()
    assert fourth.communicate(timeout=90) and fourth.returncode == 0 and made(tmp_path / "fourth")


def test_an_export_that_is_killed_while_it_waits_is_nobody_s_hindrance(demo, tmp_path):
    first = Line(demo)
    killed = begin(demo, tmp_path / "killed")
    wait_for(lambda: standing(demo) == 2, seconds=60)
    killed.kill()
    killed.communicate()
    first.leave()
    assert run(demo, "turns", "-O", tmp_path / "next").is_dir() and not made(tmp_path / "killed")
