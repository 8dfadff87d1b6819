"""What the end-to-end tests share: one platform for all that leave it whole, and new ones for those that hurt it."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import pytest  # noqa: E402
from demo import Demo  # noqa: E402


@pytest.fixture(scope="session")
def empty_demo(tmp_path_factory):
    """A platform with the sample's registry and no reports but those of the tests."""
    demo = Demo(tmp_path_factory.mktemp("shared") / "demo").start()
    demo.load_registry()
    yield demo
    assert demo.stop() == 0, demo.tail()


@pytest.fixture(scope="session")
def sample_demo(tmp_path_factory):
    """A platform with the sample's registry and reports, all accepted; tests only read it."""
    demo = Demo(tmp_path_factory.mktemp("sample") / "demo").start()
    demo.load_registry()
    demo.load_reports()
    yield demo
    assert demo.stop() == 0, demo.tail()


@pytest.fixture
def own_demo(tmp_path):
    """A platform of the test's own, which it may break."""
    demo = Demo(tmp_path / "demo").start()
    demo.load_registry()
    yield demo
    demo.stop()
