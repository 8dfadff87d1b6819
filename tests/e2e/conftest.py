"""What the end-to-end tests share: a platform for each file whose tests leave it whole, and new ones for those that hurt it."""
import contextlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import pytest  # noqa: E402
import talk  # noqa: E402
from demo import Demo  # noqa: E402


@contextlib.contextmanager
def serving(folder):
    """A demo with the sample's registry; ended whatever happens, and in order when nothing did."""
    demo = Demo(folder).start()
    try:
        demo.load_registry()
        yield demo
    except BaseException:
        demo.stop()
        raise
    assert demo.stop() in (0, None), demo.tail()


@pytest.fixture(autouse=True)
def channels_end():
    """A principal has few connections in a worker: what a test opened is closed with it, not when the collector comes."""
    before = set(talk.CHANNELS)
    yield
    for channel in set(talk.CHANNELS) - before:
        channel.close()


@pytest.fixture(scope="module")
def empty_demo(tmp_path_factory):
    """A platform with the sample's registry and no reports but those of the file's tests."""
    with serving(tmp_path_factory.mktemp("shared") / "demo") as demo:
        yield demo


@pytest.fixture(scope="session")
def sample_demo(tmp_path_factory):
    """A platform with the sample's registry and reports, all accepted; tests only read it."""
    with serving(tmp_path_factory.mktemp("sample") / "demo") as demo:
        demo.load_reports()
        yield demo


@pytest.fixture
def own_demo(tmp_path):
    """A platform of the test's own, which it may break."""
    demo = Demo(tmp_path / "demo").start()
    try:
        demo.load_registry()
        yield demo
    finally:
        demo.stop()


@pytest.fixture
def clean(empty_demo):
    """The platform without attachments."""
    empty_demo.sql("begin; set local session_replication_role = replica; delete from renkei.attachment; delete from renkei.attachment_chunk;"
                   " delete from renkei.attachment_content; commit")
    return empty_demo
