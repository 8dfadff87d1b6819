"""peers.py - what somebody would build instead, for comparison; see peers/README.md.  They are no part of renkei."""


def build(plan):
    return []
