"""`renkeid ca` without memory or disk, or cut off by the system: a sentence and a status, or the right answer; never a crash.

What it keeps is afterwards as it was or as it was to be: each authority still trusted, each key still that of its
certificate, and the same command, undisturbed, comes to its end.
"""
import errno
import mmap
import os
import pathlib
import random
import re
import shutil
import subprocess

import pytest
import torture
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from demo import RENKEID
from torture import ONCE, Control, numbers

SEED = 19480401
NEVER = 1 << 60
TROUBLE = re.compile(r"ERROR: \w*Sanitizer|runtime error:|Assertion `")
FRAME = re.compile(r"#\d+ 0x\w+ (?:in )?(.*)")
FAULTS = (("memory", errno.ENOMEM), ("open", errno.EMFILE), ("write", errno.ENOSPC), ("fsync", errno.EIO), ("rename", errno.EACCES), ("mkdir", errno.EACCES),
          ("close", errno.EIO))


def of_openssl(said):
    """A crash within OpenSSL: version 3.0 goes on with locks that it had no memory for while it began, and no caller can know."""
    frames = [f for f in FRAME.findall(said) if "nptl/" not in f and "libc.so" not in f]
    return "SEGV" in said and bool(frames) and "libcrypto" in frames[0]


class Hurt:
    """A program under the interposer."""

    def __init__(self, program, folder, **env):
        self.program = program
        path = pathlib.Path(folder) / "control"
        path.write_bytes(bytes(4096))
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 4096)
        self.control = Control.from_buffer(self.map)
        # What OpenSSL forgets when its own beginning fails is none of ours.
        self.env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder), **env}
        self.interposed = {"LD_PRELOAD": str(torture.PRELOAD), "RENKEI_TORTURE": str(path), "RENKEI_TORTURE_PROGRAM": str(program),
                           "ASAN_OPTIONS": torture.sanitizer_options() + ":detect_leaks=0"}

    def run(self, *words):
        return subprocess.run([self.program, *map(str, words)], env=self.env, capture_output=True, text=True, errors="replace", timeout=120)

    def hurt(self, call, fault, nth, *words):
        """The result, how many such calls there were, and whether one failed."""
        control = self.control
        control.calls, control.fault, control.nth, control.seen, control.hits, control.mode = 1 << torture.CALLS.index(call), fault, nth, 0, 0, ONCE
        done = subprocess.run([self.program, *map(str, words)], env={**self.env, **self.interposed}, capture_output=True, text=True, errors="replace", timeout=120)
        said = done.stdout + done.stderr
        if call == "memory" and of_openssl(said):
            return done, control.seen, control.hits
        assert done.returncode >= 0 and not TROUBLE.search(said), f"{call} {nth}: exit {done.returncode}\n{said[-4000:]}"
        assert done.returncode == 0 or done.stderr.strip(), f"{call} {nth}: exit {done.returncode} without a word"
        return done, control.seen, control.hits


def tries(hurt, words, wanted, before=lambda: None):
    """(call, fault, nth) of a sample of all that the command asks for; what it never asks for is left out."""
    for call, fault in FAULTS:
        before()
        last = hurt.hurt(call, fault, NEVER, *words)[1]
        for nth in numbers(random.Random(f"{SEED} {words} {call}"), last, wanted if call == "memory" else 2):
            yield call, fault, nth


STEPS = (("init", ("ca", "init")), ("server", ("ca", "issue", "server", "--host", "localhost,127.0.0.1")),
         ("client", ("ca", "issue", "401005", "--uri", "renkei://x/municipality/401005")), ("revoke", ("ca", "revoke", "0a1b", "--reason", "lost")),
         ("crl", ("ca", "crl")), ("rotate", ("ca", "rotate")), ("show", ("ca", "show")))


def authorities(text):
    return re.findall(r"^  serial +(\w+)$", text, re.M)


def fitting(folder):
    """The names whose certificate and key are there and belong together."""
    found = set()
    for cert in folder.glob("*.crt"):
        key = cert.with_suffix(".key")
        if key.exists():
            halves = (x509.load_pem_x509_certificate(cert.read_bytes()).public_key(), serialization.load_pem_private_key(key.read_bytes(), None).public_key())
            assert halves[0].public_numbers() == halves[1].public_numbers(), f"{cert.name} and {key.name} do not belong together"
            found.add(cert.stem)
    return found


@pytest.mark.parametrize("name", [name for name, _ in STEPS])
def test_an_authority_is_whole_whatever_fails(tmp_path, name):
    hurt, begin, folder = Hurt(RENKEID, tmp_path), tmp_path / "begin", tmp_path / "ca"
    words = {step: (*what, "--dir") for step, what in STEPS}
    for step, _ in STEPS:
        if step == name:
            break
        done = hurt.run(*words[step], begin)
        assert done.returncode == 0, done.stderr
    begin.mkdir(exist_ok=True)

    def again():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(begin, folder)
    before = authorities(hurt.run(*words["show"], begin).stdout)
    refused = 0
    for call, fault, nth in tries(hurt, (*words[name], folder), 10, again):
        again()
        done, _, hits = hurt.hurt(call, fault, nth, *words[name], folder)
        refused += hits > 0 and done.returncode != 0
        now = authorities(hurt.run(*words["show"], folder).stdout)
        assert set(before) <= set(now), f"{call} {nth}: an authority is trusted no more\n{done.stderr}"
        assert fitting(folder) >= fitting(begin)
        # What was cut off in the middle is gone on with.  An authority that was made is not made again.
        if done.returncode != 0 and not (name in ("init", "rotate") and len(now) > len(before)):
            mended = hurt.run(*words[name], folder)
            assert mended.returncode == 0, f"after {call} {nth} ({done.stderr}): {mended.stderr}"
    assert hurt.run("ca", "issue", "probe", "--uri", "renkei://x/analyst/probe", "--dir", folder).returncode == 0
    assert refused > 0
