# SPDX-License-Identifier: GPL-2.0-or-later
# Runs of hosts end in verdicts: of this boot, of these, and over reboots.
. "$MMGAUGE_SOURCE/tests/lib.sh"

# 40 cells of 5 rounds; boots differ by 0.5 %. Two runs are of boot a, the others
# of one each; the new kernel's are 5 % slower in ten cells.
/usr/bin/python3 - "$scratch" <<'END'
import json, random, sys
random.seed(1)
def run(name, boot, slower, machine="m"):
    cells = []
    for number in range(40):
        level = random.gauss(1, 0.005 if boot != "a" else 0)
        level *= 1.05 if slower and number < 10 else 1
        trials = [{"boot": 0, "trial": trial, "batch": 100, "facts": {},
            "counters": {}, "metrics": {"time": {"unit": "s", "better": "lower",
                "samples": [1e-6 * level * random.gauss(1, 0.004)
                            for i in range(11)]}}} for trial in range(5)]
        cells.append({"case": "made.up", "axes": {"n": number}, "status": "ok",
            "reason": None, "trials": trials})
    json.dump({"schema": "mmgauge-result/1",
        "run": {"id": name, "started": "2026-11-21T09:00:00Z",
                "finished": "2026-11-21T09:10:00Z"},
        "subject": {"release": "6.12" if slower else "6.1", "target": "host"},
        "machine": {"fingerprint": machine, "accelerator": "none",
                    "boot_id": boot},
        "clock": {"kind": "wall"}, "cells": cells},
        open(f"{sys.argv[1]}/{name}.json", "w"))
for name, boot, slower in (("a1", "a", 0), ("a2", "a", 0), ("b", "b", 0),
        ("c", "c", 0), ("d", "d", 1), ("e", "e", 1), ("f", "f", 1)):
    run(name, boot, slower)
run("other", "x", 1, "another")
END
cd "$scratch"

# One run a side: verdicts of what was measured, and what they say nothing of.
expect 0 '^40 unchanged' compare a1.json a2.json
grep -q 'on this boot: both sides are of it' stdout || fail "not of this boot: $(cat stdout)"
grep -q 'a1, kernel 6.1, 5 rounds' stdout || fail "no rounds: $(cat stdout)"
grep -q 'interval over rounds' stdout || fail "over what: $(cat stdout)"
expect 1 'regression' compare a1.json d.json --fail-on regression
grep -q 'of these boots, 1 and 1: what differs between boots is not seen' stdout ||
	fail "not of these boots: $(cat stdout)"

# Over reboots: in general, of either side.
expect 1 '^10 regressions, .*unchanged' compare a1.json,b.json,c.json \
	d.json,e.json,f.json --fail-on regression
grep -q 'interval over boots' stdout || fail "over what: $(cat stdout)"
grep -q 'on this boot\|of these boots' stdout && fail "a caution: $(cat stdout)"
# Two runs of one boot are one boot's.
expect 0 '"base_runs": 3' compare a1.json,a2.json,b.json,c.json d.json,e.json \
	--format json --fail-on none
expect 0 'of these boots, 1 and 1' compare a1.json,a2.json d.json --fail-on none

expect_error 'no list of runs' compare a1.json,,b.json d.json
expect_error 'no list of runs' compare @x,b.json d.json
expect_error 'machines differ' compare a1.json,other.json d.json

# A baseline of three boots, and one run of the new kernel.
"$MMGAUGE" baseline save old a1.json b.json c.json || fail "baseline"
expect 1 'regression' compare @old d.json

# As README has it, on this very host: five rounds a side are enough.
for name in first second; do
	"$MMGAUGE" run null.loop --on host --clock wall --boots 5 --max-time 20ms \
		--seed 1 -o "$scratch/$name.json" 2>/dev/null >/dev/null || fail "$name"
done
expect 0 'on this boot' compare first.json second.json --threshold 50% --fail-on none
grep -q '^1 unchanged' stdout || fail "no verdict: $(cat stdout)"

# A host boots no other kernel in turns with this one: what is missing is said.
expect_error 'is of kernel 6.1 .*boots no other for a run' \
	run --until-verdict a1.json --on host
finish
