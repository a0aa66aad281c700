# SPDX-License-Identifier: GPL-2.0-or-later
# Pins and faults where the figures must agree with something: single calls with
# their mean, a dead mm with a refusal, a fork of pinned pages with no fault, and
# the counts of threads that retry and give up with each other.
. "$MMGAUGE_SOURCE/tests/lib.sh"

expect 0 '\.json$' run pin.fast pin.locked fault.hmm fault.dying pin.fork_held \
	-p batch=1 -p memory=4k,hugetlb --on vm:deb:6.12 --clock instructions \
	--latency 700 --max-time 200ms -o "$scratch/out"
/usr/bin/python3 - "$(cat "$scratch/stdout")" <<'EOT' || fail "single calls: $(cat "$scratch/stderr")"
import json, statistics, sys
r = json.load(open(sys.argv[1]))
seen = 0
for c in r["cells"]:
    assert c["status"] == "ok" or "wall" in c["reason"], (c["case"], c["axes"], c["reason"])
    for t in c["trials"]:
        facts, metrics = t["facts"], t["metrics"]
        assert facts["leaked_pins"] == 0
        if c["case"] in ("pin.fast", "pin.locked", "fault.hmm"):
            calls = metrics["latency"]["samples"]
            # The module times them: so many at least, whatever was asked for.
            assert len(calls) == 1024, len(calls)
            mean = statistics.median(metrics.get("pin", metrics.get("operation"))["samples"])
            # A call alone costs what it costs among others, but for the loop.
            assert abs(statistics.median(calls) / mean - 1) < 0.05, (c["axes"], mean)
            assert max(calls) >= statistics.median(calls) > 0
            seen += 1
        if c["axes"].get("owner") == "dead":
            assert facts["calls"] == 0 and facts["gone"] > 0, facts
        if c["axes"].get("owner") == "alive":
            assert facts["calls"] > 0 and facts["gone"] == 0, facts
assert seen == 6, seen
EOT

expect 0 '\.json$' run fault.contended fault.dying -p owner=killed -p faulters=1,2 \
	-p invalidators=2 -p bound=0,8 --on vm:deb:6.12 --clock wall --boots 1 \
	--max-time 200ms -o "$scratch/wall"
/usr/bin/python3 - "$(cat "$scratch/stdout")" "$(nproc)" <<'EOT' || fail "contended: $(cat "$scratch/stderr")"
import json, sys
r = json.load(open(sys.argv[1]))
given_up = 0
for c in r["cells"] if int(sys.argv[2]) > 1 else []:
    assert c["status"] == "ok", (c["case"], c["axes"], c["reason"])
    facts = c["trials"][0]["facts"]
    if c["case"] == "fault.dying":
        assert facts["gone"] > 0, facts
        continue
    assert facts["threads_per_cpu"] >= 2
    # Each call that gave up did so at the bound, and all failures are accounted for.
    lost = facts["given_up"] * (c["axes"]["bound"] + 1)
    assert abs(facts["given_up_failures"] - lost) < 1e-6 * (1 + lost), facts
    assert facts["retries"] + facts["busy"] >= lost - 1e-6, facts
    given_up += facts["given_up"]
    if not c["axes"]["bound"]:
        assert facts["retries_per_success"] < 1e-6, facts
assert given_up or int(sys.argv[2]) < 2, "the bound was never hit"
EOT
finish
