# SPDX-License-Identifier: GPL-2.0-or-later
# membarrier() in a guest of two CPUs, and what registering costs a switch, in
# instructions (docs/membarrier.md), on two kernels, and on one of PREEMPT_RT.
. "$MMGAUGE_SOURCE/tests/lib.sh"

expect 0 '\.json$' run membarrier --on vm:deb:6.12 --clock wall --boots 1 \
	--max-time 300ms -o "$scratch/wall"
cp "$scratch/stdout" "$scratch/wall_file"
cp "$scratch/stderr" "$scratch/log"
/usr/bin/python3 - "$(cat "$scratch/wall_file")" <<'EOP' || fail "two CPUs: $(cat "$scratch/log")"
import json, statistics, sys
cells = json.load(open(sys.argv[1]))["cells"]
for c in cells:
    # Two emulated CPUs share what the host has: a sibling may not be provable.
    assert c["status"] == "ok" or "too much else" in c["reason"], (c["case"], c["axes"], c["reason"])
ok = [c for c in cells if c["status"] == "ok"]
names = {c["case"] for c in ok}
assert len(names) >= 8, names

def value(c, metric="operation"):
    return statistics.median(c["trials"][0]["metrics"][metric]["samples"])

def of(case, **axes):
    return [c for c in ok if c["case"] == case and
            all(c["axes"].get(k) == v for k, v in axes.items())]

# The interrupt is there when the sibling runs, and not when it sleeps.
seen = 0
for case in ("sync_core", "private_expedited", "rseq", "global_expedited"):
    for c in of("membarrier." + case, siblings=1, callers=1):
        calls = c["trials"][0]["facts"]["function_calls"]
        if c["axes"]["doing"] == "sleeping":
            assert calls < 0.1, (c["axes"], calls)
        else:
            assert calls >= 0.99, (c["axes"], calls)
            seen += 1
assert seen
# A grace period is what makes the other registration long.
single = of("membarrier.register", command="sync_core", threads="single")
multi = of("membarrier.register", command="sync_core", threads="multi")
assert value(multi[0]) > 20 * value(single[0])
EOP

# Fully preemptible, a kernel goes on within what others do: one that is there.
rt=$("$MMGAUGE" kernel list | awk '$1 ~ /-rt-/ && $2 == "yes" { print $1; exit }')
expect 0 '\.json$' run switch --on vm:deb:6.1 --on vm:deb:6.12 ${rt:+--on "vm:deb:$rt"} \
	--clock instructions --boots 1 --seed 1 -o "$scratch/exact"
cp "$scratch/stdout" "$scratch/files"
for file in $(cat "$scratch/files"); do
	sh "$MMGAUGE_SOURCE/tests/validate.sh" "$file" || fail "schema of $file"
	/usr/bin/python3 - "$file" <<'EOP' || fail "switches: $file"
import json, statistics, sys
r = json.load(open(sys.argv[1]))
cells = {}
for c in r["cells"]:
    assert c["status"] == "ok", (c["case"], c["axes"], c.get("reason"))
    t = c["trials"][0]
    key = (c["case"], c["axes"].get("registered"), c["axes"].get("peer"),
           c["axes"].get("policy"))
    m = {n: statistics.median(v["samples"]) for n, v in t["metrics"].items()}
    cells[key] = (m, t["facts"], t["batch"])

def extra(*key):
    return cells[key][1]["difference_instructions"]

# The least that every cell's samples can show: once in a while one has a
# boundary of load tracking in it (1024 us, 61 instructions), spread over the
# batch. A timer falls between two instructions here or there.
def slack(key):
    if key[0] == "switch.idle":
        return 10
    return 64 / cells[key][2] if key[3] == "fifo" else 0.1

# The fair scheduler's rounds come in kinds; only the real-time ones are alike.
bad = []
for key, (m, facts, batch) in cells.items():
    if key[0] == "null.loop":
        continue
    print(key, round(extra(*key), 2), batch, m)
    if key[3] == "batch":
        if abs(extra(*key)) > 300:
            bad.append((key, extra(*key), "of the fair scheduler"))
        continue
    # What pays, and about how much: nothing else does.
    low, high = {("switch.kthread_use_mm", "private_expedited"): (1, 4),
                 ("switch.kthread_use_mm", "sync_core"): (1, 4),
                 ("switch.kthread", "sync_core"): (5, 35),
                 ("switch.idle", "sync_core"): (5, 35)}.get(key[:2], (0, 0))
    # Two processes that differ in it: the run queue's copy is written each time.
    if key[0] == "switch.process" and key[2] == "never":
        low, high = 1, 20
    if not low - slack(key) <= extra(*key) <= high + slack(key):
        bad.append((key, extra(*key), low, high))
    if bool(high) == bool(facts.get("null_control")):
        bad.append((key, "is a null control, or is none"))
# Idle is a kernel thread, too: the same code on the way back.
if abs(extra("switch.idle", "sync_core", None, "fifo") -
       extra("switch.kthread", "sync_core", None, "fifo")) > 10:
    bad.append("idle and a kernel thread differ")
assert not bad, bad
EOP
done
finish
