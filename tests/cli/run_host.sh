# SPDX-License-Identifier: GPL-2.0-or-later
# Measuring on this very kernel, whatever it offers.
. "$MMGAUGE_SOURCE/tests/lib.sh"

# One result file, its path on stdout, its content as the schema wants it.
expect 0 '\.json$' run null.loop membarrier.sync_core -p siblings=0 \
	--boots 2 --max-time 300ms --label branch=main -o "$scratch/out"
file=$(cat "$scratch/stdout")
[ -s "$file" ] || fail "no result at '$file'"
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$file" || fail "schema"
/usr/bin/python3 - "$file" <<'EOF' || fail "the result is not what was asked for"
import json, sys
r = json.load(open(sys.argv[1]))
assert r["run"]["labels"] == {"branch": "main"}
assert r["clock"]["kind"] == "wall" and r["clock"]["overhead"] > 0
loop = [c for c in r["cells"] if c["case"] == "null.loop"][0]
assert loop["status"] == "ok" and len(loop["trials"]) == 2
for t in loop["trials"]:
    assert len(t["metrics"]["operation"]["samples"]) >= 11
    assert t["facts"]["harness_share"] < 0.01
    assert all(1e-8 < s < 1e-3 for s in t["metrics"]["operation"]["samples"])
EOF
ls "$scratch/out" | grep -q journal && fail "the journal stayed"

# A host without the module skips what needs it, says why, and that is fine.
if [ ! -e /dev/mmgauge ]; then
	expect 0 'skipped: /dev/mmgauge: the module is not loaded' \
		run null.loop null.ioctl --boots 1 -o "$scratch/out"
	expect 77 'skipped: /dev/mmgauge' run null.ioctl --boots 1 -o "$scratch/out"
	sh "$MMGAUGE_SOURCE/tests/validate.sh" "$(cat "$scratch/stdout")" ||
		fail "schema of a result with nothing in it"
fi

# Counters: a number, or null and why.
expect 0 '\.json$' run null.loop --boots 1 --max-time 100ms --latency 20 \
	--counters usual -o "$scratch/counted"
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$(cat "$scratch/stdout")" || fail "schema"
/usr/bin/python3 - "$(cat "$scratch/stdout")" <<'EOF' || fail "counters and latency"
import json, sys
t = json.load(open(sys.argv[1]))["cells"][0]["trials"][0]
assert any(value is not None for value in t["counters"].values())
for name, value in t["counters"].items():
    assert value is not None or t["counter_reasons"][name], name
assert len(t["metrics"]["latency"]["samples"]) == 20
EOF
# Where the time ends it there are so many that another trial has as many.
expect 0 '\.json$' run null.loop --boots 1 --max-time 100ms --latency 100000 \
	-o "$scratch/timed"
/usr/bin/python3 - "$(cat "$scratch/stdout")" <<'EOF' || fail "latencies"
import json, sys
t = json.load(open(sys.argv[1]))["cells"][0]["trials"][0]
count = len(t["metrics"]["latency"]["samples"])
assert count < 100 or str(count).rstrip("0") in ("1", "2", "5"), count
EOF
expect_error "no event 'bogus" run null.loop --counters bogus -o "$scratch/counted"

# A dry run measures nothing; the order depends on the seed alone.
expect 0 'null.loop' run quick --dry-run --seed 7
cp "$scratch/stdout" "$scratch/first"
expect 0 'null.loop' run quick --dry-run --seed 7
cmp -s "$scratch/first" "$scratch/stdout" || fail "one seed, two orders"
expect 0 'null.loop' run quick --dry-run --seed 8
cmp -s "$scratch/first" "$scratch/stdout" && fail "two seeds, one order"

# A file that is named as a run is, is that run: the store finds what it says.
id=20261121T090000Z-here-0a1b
expect 0 "$id" run null.loop --boots 1 --max-time 100ms -o "$scratch/$id.json"
grep -q "\"id\": *\"$id\"" "$scratch/$id.json" || fail "another id than the file's"

# Nowhere to write.
touch "$scratch/file"
expect_error 'give another place' run null.loop -o "$scratch/file/x"
expect_error 'one file for 2 targets' run null.loop --on host --on host \
	-o "$scratch/x.json"

# Damaged suites.
echo '{"schema": "mmgauge-suite/1", ' >"$scratch/bad.json"
expect_error 'bad.json:2:' run "$scratch/bad.json"
echo '{"schema": "mmgauge-suite/9"}' >"$scratch/bad.json"
expect_error '/schema: not mmgauge-suite/1' run "$scratch/bad.json"
echo '{"schema": "mmgauge-suite/1", "name": "x", "cells": [{"case": 5}]}' >"$scratch/bad.json"
expect_error '/cells/0/case' run "$scratch/bad.json"
expect_error 'No such file' run "$scratch/absent.json"

# A missing agent.
MMGAUGE_AGENT="$scratch/none" expect_error 'build mmgauge-agent' run null.loop

# Counters that no trial could count are said once; perf's names are understood.
expect 0 'not counted: no_pmu/cycles/k: no PMU no_pmu here' run null.loop \
	-p iterations=1,2 --boots 2 --max-time 20ms --counters no_pmu/cycles/k -o "$scratch/null"
[ "$(grep -c 'not counted' "$scratch/stderr")" -eq 1 ] || fail "not once: $(cat "$scratch/stderr")"
expect_error "no event 'nosuch'" run null.loop --counters cpu_core/nosuch/ -o "$scratch/null"

# A remedy is one that works: a kernel without huge pages has no file to write.
if unshare -m true 2>/dev/null; then
	unshare -m sh -c 'mount -t tmpfs none /sys/kernel/mm &&
		exec "$1" run pin.vmsplice -p memory=thp -o "$2"' - "$MMGAUGE" "$scratch/thp" \
		>"$scratch/stdout" 2>"$scratch/stderr"
	grep -q 'transparent huge pages: not in this kernel: needs CONFIG_TRANSPARENT_HUGEPAGE$' \
		"$scratch/stderr" || fail "no huge pages: $(cat "$scratch/stderr")"
fi
finish
