"""What all pytest parts share: the mark of tests that want the machine to themselves."""
import os

# Else gRPC, whose threads are at work, may hold up a fork for ever (its fork handlers); the tests start programs all the time and use no channel in a child.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "false"


def pytest_configure(config):
    config.addinivalue_line("markers", "alone: measures the machine, so nothing else of the suite may run beside it (tests/run)")


def pytest_collection_modifyitems(config, items):
    """Side by side (pytest-xdist), files with most tests go first: what is left at the end is short."""
    if not hasattr(config, "workerinput"):
        return
    most = {}
    for item in items:
        most[item.path] = most.get(item.path, 0) + 1
    items.sort(key=lambda item: (-most[item.path], str(item.path)))
