"""The unit tests with an allocation refused: they may fail, but nothing of ours crashes (curl's torture)."""
import mmap
import os
import random
import re
import subprocess

import pytest
import torture
from demo import BUILD, ROOT
from torture import ONCE, Control, numbers

SEED = 20140414
UNITS = sorted(p for p in (BUILD / "tests").glob("unit.*") if os.access(p, os.X_OK) and p.suffix != ".d")
CRASHES = re.compile(r"ERROR: AddressSanitizer|runtime error:|Assertion `")
# The first line of the stack that has a source says whose fault it is; a test may trip over what it asked for itself.
FRAME = re.compile(r"#\d+ 0x[0-9a-f]+ in \S+ \S*?\b((?:proto|daemon|client|tests)/\S+)|^\S*?\b((?:proto|daemon|client|tests)/\S+): runtime error", re.MULTILINE)


def run(unit, tmp_path, nth):
    """One run with the nth allocation refused; what it wrote, and how many allocations there were."""
    path = tmp_path / "control"
    path.write_bytes(bytes(4096))
    with open(path, "r+b") as file:
        shared = mmap.mmap(file.fileno(), 4096)
    control = Control.from_buffer(shared)
    control.calls, control.fault, control.nth, control.mode = 1, 12, nth, ONCE
    env = {**os.environ, "LD_PRELOAD": str(torture.PRELOAD), "RENKEI_TORTURE": str(path), "RENKEI_TORTURE_PROGRAM": str(unit),
           "ASAN_OPTIONS": torture.sanitizer_options() + ":detect_leaks=0"}
    done = subprocess.run([unit], cwd=ROOT / "tests", env=env, capture_output=True, text=True, errors="replace", timeout=120)
    return done.stdout + done.stderr, control.seen


def whose(text):
    """The file of ours where it crashed; None: no crash, or one of the test itself."""
    found = CRASHES.search(text)
    frame = FRAME.search(text, found.start() if found else 0) if found else None
    file = frame and (frame[1] or frame[2])
    while file and file.startswith("tests/fault/"):
        frame = FRAME.search(text, frame.end())
        file = frame and (frame[1] or frame[2])
    return file if file and not file.startswith("tests/") else None


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_without_memory_does_not_crash(unit, tmp_path):
    said, last = run(unit, tmp_path, 1 << 60)
    assert not CRASHES.search(said), said
    chosen = numbers(random.Random(f"{SEED} {unit.name}"), last, 2)
    for nth in chosen if len(chosen) <= 2 else random.Random(SEED).sample(chosen, min(len(chosen), 60)):
        said, _ = run(unit, tmp_path, nth)
        assert whose(said) is None, f"allocation {nth}:\n{said[-4000:]}"


def test_there_are_units():
    assert len(UNITS) > 40
