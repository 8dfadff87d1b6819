"""build.py - a release build with the generator, apart from the tests' own; and the peers, when they are wanted."""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build/load"
GENERATOR = BUILD / "tests/load_generator"


def run(*words):
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout[-4000:]}")


def build():
    jobs = os.environ.get("JOBS", str(os.cpu_count()))
    run("cmake", "--preset", "release", "-B", BUILD, "-DBUILD_TESTING=ON")
    run("cmake", "--build", BUILD, "-j", jobs, "--target", "renkeid", "renkei", "load_generator")
