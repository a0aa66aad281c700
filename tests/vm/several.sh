# SPDX-License-Identifier: GPL-2.0-or-later
# Guests of several CPUs on the exact clock: whose instructions, how many, and
# the same twice.
. "$MMGAUGE_SOURCE/tests/lib.sh"

cat >"$scratch/suite.json" <<'EOS'
{ "schema": "mmgauge-suite/1", "name": "several", "precision": "2%", "max_time": "100ms",
  "cells": [
    { "case": "null.loop" },
    { "case": "membarrier.sync_core", "axes": { "siblings": [0, 1, 3], "doing": ["running", "pausing", "sleeping", "kernel"] } },
    { "case": "membarrier.sync_core", "axes": { "siblings": 0, "callers": 2 } },
    { "case": "membarrier.private_expedited", "axes": { "siblings": 1 } },
    { "case": "invalidate.madvise_dontneed", "axes": { "subscription": "interval", "count": 1, "range": 512, "threads": 1 } },
    { "case": "pin.contended", "axes": { "against": "same", "threads": 1, "method": "fast", "range": 16 } }
  ] }
EOS
"$MMGAUGE" run "$scratch/suite.json" --on vm:deb:6.12 --seed 1 \
	--verify-determinism -o "$scratch/first.json" \
	>"$scratch/stdout" 2>"$scratch/stderr" </dev/null || status=$?
[ "${status:-0}" -le 1 ] || fail "run: $(cat "$scratch/stderr")"
cp "$scratch/stdout" "$scratch/log"
cat "$scratch/stderr" >>"$scratch/log"
# Where no newer QEMU is at hand the cells say so.
if grep -q 'no guests of several CPUs' "$scratch/log"; then
	cat "$scratch/log"
	exit 77
fi
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$scratch/first.json" || fail "schema"
/usr/bin/python3 - "$scratch/first.json" <<'EOP' || fail "figures: $(cat "$scratch/log")"
import json, statistics, sys
r = json.load(open(sys.argv[1]))
cells = {}
for c in r["cells"]:
    a = c["axes"]
    assert c["status"] == "ok", (c["case"], a, c["reason"])
    key = (c["case"].split(".")[1], a.get("siblings"), a.get("doing"), a.get("callers"))
    m = {n: [statistics.median(t["metrics"][n]["samples"]) for t in c["trials"]]
         for n in c["trials"][0]["metrics"]}
    for values in m.values():
        assert values[0] == values[2], (key, values) # boots in the same order
    cells[key] = (m, c["trials"][0]["facts"], c.get("guest"))

def of(key, metric="operation"):
    return cells[key][0][metric][0]

alone = ("sync_core", 0, "running", 1)
one = ("sync_core", 1, "running", 1)
three = ("sync_core", 3, "running", 1)
asleep = ("sync_core", 1, "sleeping", 1)
# The hand-counted loop; a cell without threads is in a guest of one CPU.
assert abs(of(("loop", None, None, None)) / 2000 - 1) < .01
assert not cells[alone][2] and cells[one][2].startswith("2 CPUs"), cells[one]
assert cells[three][2].startswith("4 CPUs"), cells[three]
# Each interrupted sibling loses the same, one asleep nothing, the caller pays
# for each; the kernel's own count of interrupts says how many there were.
assert of(one, "others") == of(three, "others") / 3 > 100, cells[three]
assert of(asleep, "others") == 0 and of(asleep) < of(one) < of(three)
assert cells[one][1]["function_calls"] == 1, cells[one][1]
assert cells[three][1]["function_calls"] == 3, cells[three][1]
assert of(one, "system") == of(one) + of(one, "others")
# It makes no difference to the caller whom it interrupts where.
pausing = ("sync_core", 1, "pausing", 1)
assert abs(of(("sync_core", 1, "kernel", 1)) / of(one) - 1) < .01
assert of(pausing) == of(one) and of(pausing, "others") == of(one, "others")
# One with PAUSE gives its turn away, the other has all of it.
turns = [cells[key][1]["sibling_turns"] for key in (one, pausing)]
assert turns[0] > 10 * turns[1] > 0, turns
# Threads that want one lock have a count, and no sample before its beginning.
for key in (("sync_core", 0, "running", 2), ("contended", None, None, None)):
    for name, values in cells[key][0].items():
        assert all(0 <= v < 1e9 for v in values), (key, name, values)
EOP

expect_error 'cpus=9' run null.loop --on vm:deb:6.12 --config cpus=9
expect_error 'no such key' run null.loop --on vm:deb:6.12 --config pti=on
expect_error 'the host has the CPUs' run null.loop --on host --config cpus=2
for cpus in 2 4; do
	expect 0 'json$' run membarrier.sync_core -p siblings=0 --max-time 100ms \
		--on vm:deb:6.12 --config cpus=$cpus -o "$scratch/idle$cpus.json"
done
grep -q '"turns": *"2 CPUs' "$scratch/idle2.json" || fail "cpus=2 is not in the machine"
# A CPU that is idle has one more to look at, and no interrupt.
/usr/bin/python3 - "$scratch/idle2.json" "$scratch/idle4.json" <<'EOP' || fail "idle CPUs"
import json, statistics, sys
two, four = (statistics.median(json.load(open(f))["cells"][0]["trials"][0]["metrics"]["operation"]["samples"])
             for f in sys.argv[1:])
assert 10 < (four - two) / 2 < 100, (two, four)
EOP
expect_error 'the machines differ' compare "$scratch/first.json" "$scratch/idle2.json"
pgrep -f "$scratch" >/dev/null && fail "a QEMU is left over"
finish
