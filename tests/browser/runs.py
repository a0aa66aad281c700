# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up results in order of time or of releases.

    runs.py sweep|store FOLDER [COUNT]

Of a sweep eleven kernels, of a store COUNT runs of one; series `pin.fast unpin`
becomes dearer by 20 % in the middle, `null.loop operation` cheaper by 10 % at
three quarters, the others stay. One cell does something else at the end.
"""
import datetime
import json
import os
import sys

START = datetime.datetime(2026, 1, 1)
CELLS = [("pin.fast", {"batch": 1}, "unpin", "instruction/page", 500),
         ("pin.fast", {"batch": 512}, "pin", "instruction/page", 200),
         ("null.loop", {"iterations": 1000}, "operation", "instruction", 1000),
         ("fault.hmm", {"mode": "write", "batch": 16}, "operation",
          "instruction/page", 1500)]


def cell(entry, run, count):
    case, axes, metric, unit, level = entry
    if metric == "unpin" and run >= count // 2:
        level *= 1.2
    if case == "null.loop" and run >= count * 3 // 4:
        level *= 0.9
    trial = {"boot": 0, "trial": 0, "batch": 1, "counters": {},
             "facts": {"callbacks": 2 if case == "fault.hmm" and run == count - 1 else 1},
             "exact": ["callbacks"],
             "metrics": {metric: {"unit": unit, "better": "lower", "samples": [level] * 3}}}
    if metric == "unpin":
        trial["profile"] = {metric: {
            "ticks": int(level), "harness": 0, "units": 1,
            "functions": {"vmlinux": {"gup_put_folio": [int(level) - 400], "unpin": [400]}}}}
    return {"case": case, "axes": axes, "status": "ok", "trials": [trial]}


def result(kind, run, count):
    release = f"6.1.0-{40 + run}-amd64" if kind == "sweep" else "6.12.0"
    when = (START + datetime.timedelta(hours=run)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"schema": "mmgauge-result/1",
            "run": {"id": f"r{run:05}", "started": when, "profile": ["instructions"]},
            "subject": {"release": release, "commit": f"{run:08x}abcdef0123456789abcdef0123456789",
                        "title": f"mm: change <b>{run}</b>"} if kind == "store" else
                       {"release": release},
            "machine": {"fingerprint": "f", "accelerator": "tcg-icount"},
            "clock": {"kind": "instructions"},
            "cells": [cell(entry, run, count) for entry in CELLS]}


def main(kind, folder, count=11):
    os.makedirs(folder, exist_ok=True)
    for run in range(int(count)):
        with open(f"{folder}/{run:05}.json", "w") as file:
            json.dump(result(kind, run, int(count)), file)


main(*sys.argv[1:])
