"""table.py - what was measured, as one table for people and as JSON."""
import json

from figures import judge

BUSY = 0.10


def number(value):
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}" if abs(value) >= 100 else f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}"


def busy(cells):
    return [f"{c['row']}:{c['cell']} round {c['round']}: {c['other_load']:.0%} other load" for c in cells if c["other_load"] > BUSY]


def text(plan, facts):
    lines = list(judge(plan.median))
    width = max([len(entry["line"]) for entry in lines] or [0])
    yield f"{facts['cores']} cores, PostgreSQL {facts['postgresql']}, {facts['bytes']} bytes a report, medians of {plan.rounds} round(s)"
    yield f"{'':{width}}  {'renkeid':>9}  {'beside':>9}  {'ratio':>7}  {'must':>6}  {'aim':>6}  reached"
    for entry in lines:
        yield (f"{entry['line']:{width}}  {number(entry['ours']):>9}  {number(entry['beside']):>9}  {number(entry['ratio']):>7}  "
               f"{number(entry['must']):>6}  {number(entry['aim']):>6}  {entry['reached']}").rstrip()
    receipts = plan.receipts()
    yield (f"receipts: {receipts['acknowledged']:,} acknowledged, {receipts['stored']:,} stored, {receipts['lost']} lost, {receipts['doubled']} doubled")
    disturbed = busy(plan.cells)
    if disturbed:
        yield f"{len(disturbed)} of {len(plan.cells)} cells were measured with other load over {BUSY:.0%}; their figures show that load too:"
        yield from (f"  {line}" for line in disturbed)


def as_json(plan, facts):
    return json.dumps({**facts, "rounds": plan.rounds, "lines": list(judge(plan.median)), "receipts": plan.receipts(), "disturbed": busy(plan.cells),
                       "cells": plan.cells}, indent=1, ensure_ascii=False) + "\n"
