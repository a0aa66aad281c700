# SPDX-License-Identifier: GPL-2.0-or-later
# Guests of several CPUs on the exact clock: whose instructions, how many, and
# the same twice. Five boots: what threads need chosen by itself, guests of one
# CPU and of four; and three of two CPUs that were asked for.
. "$MMGAUGE_SOURCE/tests/lib.sh"

cat >"$scratch/chosen-suite.json" <<'EOS'
{ "schema": "mmgauge-suite/1", "name": "chosen", "precision": "2%", "max_time": "100ms",
  "cells": [
    { "case": "null.loop" },
    { "case": "membarrier.sync_core", "axes": { "siblings": [0, 3], "doing": ["running", "sleeping"] } }
  ] }
EOS
cat >"$scratch/two-suite.json" <<'EOS'
{ "schema": "mmgauge-suite/1", "name": "two", "precision": "2%", "max_time": "100ms",
  "cells": [
    { "case": "null.loop" },
    { "case": "membarrier.sync_core", "axes": { "siblings": 1, "doing": ["running", "pausing", "sleeping", "kernel"] } },
    { "case": "membarrier.sync_core", "axes": { "siblings": 0, "callers": 2 } },
    { "case": "membarrier.private_expedited", "axes": { "siblings": 1 } },
    { "case": "invalidate.madvise_dontneed", "axes": { "subscription": "interval", "count": 1, "range": 512, "threads": 1 } },
    { "case": "pin.contended", "axes": { "against": "same", "threads": 1, "method": "fast", "range": 16 } }
  ] }
EOS
chosen=$scratch/chosen.json two=$scratch/two.json
expect 0 'json$' run "$scratch/chosen-suite.json" --on vm:deb:6.12 --seed 1 -o "$chosen"
# Where no newer QEMU is at hand the cells say so.
if grep -q 'no guests of several CPUs' "$scratch/stderr"; then
	cat "$scratch/stderr"
	exit 77
fi
# Boots backwards may differ a little, and those in one order do not: below.
"$MMGAUGE" run "$scratch/two-suite.json" --on vm:deb:6.12 --config cpus=2 --seed 1 \
	--verify-determinism -o "$two" \
	>"$scratch/log" 2>&1 </dev/null || status=$?
[ "${status:-0}" -le 1 ] || fail "run: $(cat "$scratch/log")"
grep -q 'identical' "$scratch/log" || fail "no proof: $(cat "$scratch/log")"
for result in "$chosen" "$two"; do
	sh "$MMGAUGE_SOURCE/tests/validate.sh" "$result" || fail "schema"
done
/usr/bin/python3 - "$chosen" "$two" <<'EOP' || fail "figures: $(cat "$scratch/log")"
import json, statistics, sys
chosen, two = (json.load(open(name)) for name in sys.argv[1:])
cells = {}
for r in (chosen, two):
    for c in r["cells"]:
        a = c["axes"]
        assert c["status"] == "ok", (c["case"], a, c["reason"])
        key = (c["case"].split(".")[1], a.get("siblings"), a.get("doing"), a.get("callers"))
        m = {n: [statistics.median(t["metrics"][n]["samples"]) for t in c["trials"]]
             for n in c["trials"][0]["metrics"]}
        if r is two:
            assert len(c["trials"]) == 3, c["case"]
            for values in m.values():
                assert values[0] == values[2], (key, values) # boots in the same order
        cells[key] = (m, c["trials"][0]["facts"], c.get("guest"))

def of(key, metric="operation"):
    return cells[key][0][metric][0]

alone = ("sync_core", 0, "running", 1)
one = ("sync_core", 1, "running", 1)
three = ("sync_core", 3, "running", 1)
asleep, pausing = (("sync_core", 1, doing, 1) for doing in ("sleeping", "pausing"))
# The hand-counted loop, where there are two CPUs; a cell without threads is in a
# guest of one.
assert abs(of(("loop", None, None, None)) / 2000 - 1) < .01
assert not cells[alone][2], cells[alone]
assert cells[three][2].startswith("4 CPUs"), cells[three]
assert two["machine"]["turns"].startswith("2 CPUs"), two["machine"]
# Each interrupted sibling loses the same, one asleep nothing, the caller pays
# for each; the kernel's own count of interrupts says how many there were.
assert of(one, "others") == of(three, "others") / 3 > 100, cells[three]
assert of(asleep, "others") == 0 and of(asleep) < of(one) < of(three)
# One in a hundred or so is the kernel's own, in a sample that was rejected.
for key, calls in ((one, 1), (three, 3)):
    assert abs(cells[key][1]["function_calls"] / calls - 1) < .02, cells[key][1]
assert of(one, "system") == of(one) + of(one, "others")
# It makes no difference to the caller whom it interrupts where.
assert abs(of(("sync_core", 1, "kernel", 1)) / of(one) - 1) < .01
assert abs(of(pausing) / of(one) - 1) < .001
assert of(pausing, "others") == of(one, "others")
# One with PAUSE gives its turn away, the other has all of it.
turns = [cells[key][1]["sibling_turns"] for key in (one, pausing)]
assert turns[0] > 10 * turns[1] > 0, turns
# A CPU that is idle is one more to look at, and no interrupt.
assert 10 < (of(("sync_core", 3, "sleeping", 1)) - of(asleep)) / 2 < 100
# Threads that want one lock have a count, and no sample before its beginning.
for key in (("sync_core", 0, "running", 2), ("contended", None, None, None)):
    for name, values in cells[key][0].items():
        assert all(0 <= v < 1e9 for v in values), (key, name, values)
EOP

# Where samples begin follows from the seed: threads that meet take other turns.
expect 0 'json$' run pin.contended -p against=same -p threads=1 -p method=fast -p range=16 \
	--on vm:deb:6.12 --seed 2 --precision 2% --max-time 100ms -o "$scratch/second.json"
/usr/bin/python3 - "$two" "$scratch/second.json" <<'EOP' || fail "one sequence for two seeds"
import json, sys
first, second = (
    next(c["trials"][0]["metrics"]["pin"]["samples"] for c in json.load(open(f))["cells"]
         if c["case"] == "pin.contended") for f in sys.argv[1:])
assert first[:11] != second[:11], first
EOP

expect_error 'cpus=9' run null.loop --on vm:deb:6.12 --config cpus=9
expect_error 'no such key' run null.loop --on vm:deb:6.12 --config pto=on
expect_error 'the host is as it is' run null.loop --on host --config cpus=2
# How many CPUs there are was chosen, and is what is compared.
expect 0 'configuration: default -> cpus=2' compare "$chosen" "$two" null.loop membarrier.sync_core
pgrep -f "$scratch" >/dev/null && fail "a QEMU is left over"
finish
