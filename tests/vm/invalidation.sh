# SPDX-License-Identifier: GPL-2.0-or-later
# What notifiers cost, held against what is known of them: a planted cost comes
# back, hits are a straight line, misses behind the range cost nothing more, and
# mprotect() calls back as often as each kernel's source says.
. "$MMGAUGE_SOURCE/tests/lib.sh"

cat >"$scratch/suite.json" <<'EOF'
{
  "schema": "mmgauge-suite/1",
  "name": "invalidation-test",
  "summary": "known answers",
  "max_time": "100ms",
  "cells": [
    { "case": "invalidate.madvise_dontneed", "axes": {
      "subscription": ["none", "interval", "mm-wide"], "count": [0, 1, 2], "cost": [0, 100000] } },
    { "case": "invalidate.madvise_dontneed", "axes": {
      "subscription": ["disjoint", "adjacent"], "count": [1, 22, 43, 64], "range": 64 } },
    { "case": "invalidate.mprotect_sparse", "axes": {
      "subscription": "interval", "count": 1, "gibibytes": [1, 8] } },
    { "case": "invalidate.munmap", "axes": { "subscription": "interval", "count": 1 } },
    { "case": "invalidate.move_pages", "axes": { "subscription": "interval", "count": 1 } },
    { "case": "invalidate.madvise_pageout", "axes": { "subscription": "interval", "count": 1 } }
  ]
}
EOF
expect 0 '\.json$' run "$scratch/suite.json" --on vm:deb:6.1 --on vm:deb:6.12 \
	--clock instructions --latency 3 --seed 1 -o "$scratch/out"
/usr/bin/python3 - $(cat "$scratch/stdout") <<'EOF' || fail "$(cat "$scratch/stderr")"
import json, statistics, sys

def near(value, wanted, part):
    assert abs(value / wanted - 1) < part, (value, wanted)

assert len(sys.argv) == 3, sys.argv
for name in sys.argv[1:]:
    r = json.load(open(name))
    old = r["subject"]["release"].startswith("6.1.")
    assert r["machine"]["nodes"] == 2, r["machine"]["nodes"]
    cost, line, callbacks = {}, {}, {}
    for c in r["cells"]:
        a = c["axes"]
        assert c["status"] == "ok", (c["case"], a, c.get("reason"))
        t = c["trials"][0]
        medians = {k: statistics.median(m["samples"]) for k, m in t["metrics"].items()}
        assert "latency" in medians
        # Who writes to the mappings takes the mmap_lock for it, who zaps does not.
        writers = {"invalidate.munmap": 1, "invalidate.madvise_dontneed": 0}
        if a["subscription"] != "none" and c["case"] in writers:
            got = t["facts"].get("write_locks")
            assert got == (None if old else writers[c["case"]]), (c["case"], a, got)
            assert old or "write_locks" in t["exact"], t["exact"]
            assert {"refused", "hold_missed"} < set(t["exact"]), t["exact"]
        if a.get("gibibytes"):
            callbacks[a["gibibytes"]] = t["facts"]["callbacks"]
        if c["case"].endswith("dontneed") and a["range"] == 1:
            cost[a["subscription"], a["count"], a["cost"]] = medians, t["facts"]
        if c["case"].endswith("dontneed") and a["range"] == 64:
            line[a["subscription"], a["count"]] = medians["operation"]
    # The whole operation, and what the callbacks say they spent.
    for kind in "interval", "mm-wide":
        for count in 1, 2:
            medians, facts = cost[kind, count, 100000]
            plain = cost[kind, count, 0][0]
            near(medians["operation"] - plain["operation"], count * 1e5, 0.001)
            near(facts["spent_ns"], count * 1e5, 0.001)
    # The hold time of the first of two contains the callback of the second.
    hold = cost["mm-wide", 2, 100000][0]["hold"] - cost["mm-wide", 2, 0][0]["hold"]
    near(hold, 50000, 0.001)
    # No third of the line is steeper than another.
    slopes = [(line["disjoint", b] - line["disjoint", b - 21]) / 21 for b in (22, 43, 64)]
    assert min(slopes) > 50, slopes
    near(max(slopes), min(slopes), 0.05)
    misses = [line["adjacent", k] for k in (1, 22, 43, 64)]
    assert max(misses) - min(misses) < 1, misses
    # change_pmd_range() announces each GiB, change_pud_range() all at once.
    assert callbacks[8] == (8 if old else 1) * callbacks[1] > 0, callbacks
    print(r["subject"]["release"], slopes, hold)
EOF
finish
