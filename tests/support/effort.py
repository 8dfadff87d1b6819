"""effort.py - how much a run does: a sample that CI can wait for, or with RENKEI_LONG=1 the figures of a release."""
import os


def is_long():
    return os.environ.get("RENKEI_LONG") == "1"
