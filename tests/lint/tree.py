"""tree.py - the source tree as the lints see it: every file that is kept, none that is made."""
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MADE = {".git", "build", "node_modules", "__pycache__", ".pytest_cache"}


def files(*folders, suffixes=None):
    """Every kept file below these folders (all without one), with one of these suffixes."""
    for folder in folders or (".",):
        for at, names, leaves in os.walk(ROOT / folder):
            names[:] = sorted(n for n in names if n not in MADE and not n.startswith("build-"))
            for leaf in sorted(set(leaves) - MADE):
                path = pathlib.Path(at) / leaf
                if suffixes is None or path.suffix in suffixes:
                    yield path.relative_to(ROOT)


def end(complaints, what):
    """Prints the complaints and ends the program: 1 with any, 0 without."""
    for line in complaints:
        print(line)
    print(f"{len(complaints)} complaints about {what}")
    sys.exit(1 if complaints else 0)
