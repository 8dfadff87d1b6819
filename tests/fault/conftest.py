"""What the fault tests share: a platform to copy, clusters and daemons that may be hurt, and the table at the end."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import pytest  # noqa: E402
import harness  # noqa: E402
from place import Place, make_template, scratch  # noqa: E402


@pytest.fixture(scope="session")
def template():
    """A stopped platform with the sample's registry: its keys are used where they lie, its data are copied."""
    with scratch() as folder:
        yield make_template(folder)


@pytest.fixture
def place(template):
    """A PostgreSQL and a renkeid of the test's own, not started yet."""
    with scratch() as folder:
        own = Place(template, folder)
        try:
            yield own
        finally:
            own.end()


def pytest_sessionfinish(session):
    """Of tests that ran side by side (pytest-xdist) whoever started them shows the lines."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["fault"] = harness.table.lines


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    harness.table.lines += getattr(node, "workeroutput", {}).get("fault", [])


def pytest_terminal_summary(terminalreporter):
    harness.table.show(terminalreporter.write_line)
