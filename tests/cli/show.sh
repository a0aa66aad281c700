# SPDX-License-Identifier: GPL-2.0-or-later
# show, and the figures that run ends with: a screen, against what came before.
. "$MMGAUGE_SOURCE/tests/lib.sh"

export MMGAUGE_STORE="$scratch/store"
cd "$scratch"
mkdir -p store/runs
/usr/bin/python3 - <<'END'
import json
axes = {"subscription": "mm-wide", "count": 1, "cost": 0, "cost_kind": "spin",
        "memory": "4k", "threads": 0, "invalidators": 0}
def save(path, name, day, change, machine="m", clock="instructions", cases=60):
    cells = []
    for case in range(cases):
        for n in 1, 2, 3:
            cost = 1000.0 * n * (1 + change * (0.2 if case == 7 else 0))
            metrics = {}
            for metric, unit, share in (("operation", "instruction", 1),
                    ("byte", "instruction/byte", 4096),
                    ("latency", "instruction", 1.01)):
                metrics[metric] = {"unit": unit, "better": "lower",
                                   "samples": [cost / share] * 3}
            cells.append({"case": f"invalidate.some_quite_long_name_{case}",
                "axes": {**axes, "range": n}, "status": "ok", "reason": None,
                "trials": [{"boot": 0, "trial": 0, "batch": 1, "facts": {},
                            "counters": {}, "metrics": metrics}]})
    cells.append({"case": "skipped.case", "axes": axes, "status": "skipped",
                  "reason": "no", "trials": []})
    json.dump({"schema": "mmgauge-result/1", "run": {"id": name,
            "started": f"2026-11-{day}T09:00:00Z"},
        "subject": {"release": "6.1.0"}, "machine": {"fingerprint": machine,
            "accelerator": "tcg"}, "clock": {"kind": clock}, "cells": cells},
        open(path, "w"))
store = "store/runs/202611%dT090000Z-6.1.0-%s.json"
save(store % (20, "0001"), "20261120T090000Z-6.1.0-0001", 20, -1)
save(store % (21, "0002"), "20261121T090000Z-6.1.0-0002", 21, 0)
save(store % (22, "0003"), "20261122T090000Z-6.1.0-0003", 22, 2, machine="x")
save(store % (22, "0004"), "20261122T090000Z-6.1.0-0004", 22, 2, clock="wall")
save(store % (24, "0006"), "20261124T090000Z-6.1.0-0006", 24, 5)
save("new.json", "20261123T090000Z-6.1.0-0005", 23, 1)
save("few.json", "20261123T090000Z-6.1.0-0007", 23, 1, cases=8)
END
for columns in 80 100 160; do
	for run in new few latest; do
		[ -f "$run.json" ] && run=$run.json
		COLUMNS=$columns "$MMGAUGE" show "$run" >out || fail "show $run"
		[ "$(wc -L <out)" -le "$columns" ] || fail "$run: $(wc -L <out) columns"
		[ "$(wc -l <out)" -le 40 ] || fail "$run: $(wc -l <out) lines"
	done
done

# The last before it of its machine and clock, the largest change first; of 60
# cases as many as a screen has, of eight each cell.
expect 0 '^change from 20261121T090000Z-6.1.0-0002$' show new.json
sed -n 4p stdout | grep -q '_7 operation, instr  *3  *1200  *3600  *+20.0 %$' ||
	fail "not the largest change first: $(cat stdout)"
grep -q '^and [0-9]* more (--all lists them)$' stdout || fail "the rest is not counted"
grep -q 'byte\|latency' stdout && fail "repeats are not left out"
expect 0 '^  range=3  *3600  *+20.0 %$' show few.json
grep -q 'cost_kind\|memory' stdout && fail "axes that all share are said"
expect 0 '^  range=3  *3600$' show few.json --base none
expect 0 'from 20261120' show few.json --base 20261120
[ "$("$MMGAUGE" show new.json --all | grep -c '^  range=')" -eq 540 ] ||
	fail "--all is not all"
expect 0 '_7 operation, instr$' show new.json '*_7' -p range=1,3
[ "$(grep -c '^  range=' stdout)" -eq 2 ] || fail "-p: $(cat stdout)"
expect 0 '_0 operation' show new.json --sort case
sed -n 4p stdout | grep -q '_0 ' || fail "not in the order of cases: $(cat stdout)"
expect_error 'no case of this run' show new.json nothing.here
expect_error 'is no AXIS=V' show new.json -p range
expect_error 'no such file' show nowhere
expect 0 '"ratio": 1.2' show few.json '*_7' --json
/usr/bin/python3 - stdout <<'END' || fail "JSON"
import json
shown = json.load(open("stdout"))
assert shown["base"].endswith("-0002") and shown["without_figures"] == 0, shown
assert [row["median"] for row in shown["cells"]] == [1200, 2400, 3600], shown
END

# A baseline where the store has no such run.
"$MMGAUGE" baseline save good store/runs/*-0003.json 2>/dev/null || fail "baseline"
rm store/runs/*-0003.json
sed 's/"m"/"x"/' few.json >other.json
expect 0 'change from ' show other.json
# What was measured under another configuration is no run before it.
sed 's/"run": *{/"run": { "configuration": { "name": "pti" },/' few.json >pti.json
expect 0 '^  range=3  *3600$' show pti.json

# run ends with its figures on stderr, and the next command, which works.
expect 0 json run null.loop --on host --boots 1 --max-time 0.05s
grep -q '^null.loop operation, ns  *[0-9.]*$' stderr || fail "no figures: $(cat stderr)"
next=$(sed -n 's/^next: mmgauge //p' stderr)
expect 0 'null.loop' $next
expect 0 json run null.loop --on host --boots 1 --max-time 0.05s
grep -q '^change from 2' stderr || fail "not against the last: $(cat stderr)"
next=$(sed -n 's/^next: mmgauge //p' stderr)
expect 0 'null.loop' $next
finish
