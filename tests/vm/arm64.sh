# SPDX-License-Identifier: GPL-2.0-or-later
# A guest of arm64 on a machine that is not: its kernel from Debian, its agent
# and its module built here, its figures exact, its instructions told by function
# and kind. Only where what emulates it and builds for it is installed, and its
# packages can be had.
. "$MMGAUGE_SOURCE/tests/lib.sh"

if ! "$MMGAUGE" kernel fetch vm:deb:6.12:arm64 >/dev/null 2>"$scratch/why"; then
	why=$(tail -n 1 "$scratch/why")
	case $why in
	*'is not installed'* | *'check the network'* | *'no such kernel'* | \
		*'lists are empty'* | *'sources have no'* | *'not there'* | *'not a Debian'*)
		echo "skipped: ${why#mmgauge: }"
		exit 77
		;;
	esac
	fail "kernel fetch: $why"
	finish
fi

cat >"$scratch/suite.json" <<'END'
{ "schema": "mmgauge-suite/1", "name": "arm64", "summary": "a cell of each kind",
  "cells": [
    { "case": "null.loop" },
    { "case": "null.ioctl" },
    { "case": "pin.fast", "axes": { "memory": "4k", "batch": 512 } },
    { "case": "fault.hmm", "axes": { "memory": "4k" } },
    { "case": "membarrier.sync_core", "axes": { "siblings": 0 } },
    { "case": "membarrier.private_expedited", "axes": { "siblings": 1 } },
    { "case": "invalidate.madvise_dontneed", "axes": { "subscription": "none", "count": 0 } }
  ] }
END
expect 0 '7 ok' run "$scratch/suite.json" --on vm:deb:6.12:arm64 --seed 1 \
	--profile=calls --max-time 50ms -o "$scratch/arm64.json"
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$scratch/arm64.json" || fail "schema"
# A loop of 2,000 instructions says what a count is worth, and samples of one
# cell are alike but for what is done once in many calls, or, where another CPU has
# its turns, for where a sample fell among them.
/usr/bin/python3 - "$scratch/arm64.json" <<'END' || fail "$(cat "$scratch/stderr")"
import json, statistics, sys
run = json.load(open(sys.argv[1]))
wrong = []
if run["clock"]["kind"] != "instructions" or run["clock"]["resolution"] != 1:
    wrong.append("clock: %s" % run["clock"])
if run["machine"]["architecture"] != "aarch64":
    wrong.append("machine: %s" % run["machine"])
limits = {
    ("null.loop", "operation"): (2000, 2010),
    ("null.ioctl", "operation"): (500, 5000),
    ("pin.fast", "pin"): (100, 600),
    ("pin.fast", "unpin"): (40, 400),
    ("fault.hmm", "operation"): (20, 300),
    ("membarrier.sync_core", "operation"): (300, 3000),
    ("membarrier.private_expedited", "operation"): (500, 30000),
    ("invalidate.madvise_dontneed", "operation"): (1000, 10000),
}
for cell in run["cells"]:
    for name, metric in cell["trials"][0]["metrics"].items():
        samples = metric["samples"]
        median = statistics.median(samples)
        low, high = limits.pop((cell["case"], name), (0, float("inf")))
        alike = sum(abs(s - median) < 0.002 * median for s in samples)
        if not low <= median <= high:
            wrong.append("%s %s: %s" % (cell["case"], name, median))
        if alike < (0.5 if cell.get("guest") else 0.9) * len(samples):
            wrong.append("%s %s: %d of %d samples are alike" %
                         (cell["case"], name, alike, len(samples)))
wrong += ["%s %s: not measured" % name for name in limits]
if wrong:
    sys.exit("\n".join(wrong))
END

# To the last instruction, by what each is; what a call costs is what it ran and
# what it called. A Cortex-A57 has atomics in two halves only, and an entry of a
# page table is dropped on all CPUs by one instruction.
/usr/bin/python3 - "$scratch/arm64.json" <<'END' || fail "profile"
import collections, json, sys
run = json.load(open(sys.argv[1]))
kinds = run["run"]["profile"]
functions, calls, work = (run["profiles"][k] for k in ("functions", "calls", "work"))

def pairs(list_of):
    return zip(list_of[::2], list_of[1::2])

def amounts(profile):
    total = collections.Counter()
    for w, times in pairs(profile["work"]):
        for kind, amount in zip(kinds, work[w][1:]):
            total[kind] += amount * times
    assert total["instructions"] == profile["ticks"], (total, profile["ticks"])
    return {kind: total[kind] / profile["units"] for kind in kinds}

def named(profile):
    return {functions[work[w][0]][1] for w, _ in pairs(profile["work"])}

seen = {}
for cell in run["cells"]:
    for name, profile in cell["trials"][0]["profile"].items():
        if "work" in profile:
            seen[cell["case"], name] = profile, amounts(profile)
            assert not seen[cell["case"], name][1]["atomics"], cell["case"]
loop = seen["null.loop", "operation"][1]
assert abs(loop["conditional_branches"] / 1000 - 1) < .01, loop
assert abs(loop["branches_taken"] / 999 - 1) < .01, loop
call = seen["membarrier.sync_core", "operation"][1]
assert call["syscalls"] == call["erets"] == 1 < call["exclusive_stores"], call
assert not call["interrupts_sent"] and call["dmbs"] >= 2, call
gives = seen["invalidate.madvise_dontneed", "operation"][1]
assert gives["tlb_broadcasts"] == 1 and gives["dsbs"] == 2 and not gives["tlb_flushes"], gives
pin = seen["pin.fast", "pin"][0]
own, into, out = (collections.Counter() for _ in range(3))
for w, times in pairs(pin["work"]):
    own[functions[work[w][0]][1]] += work[w][1] * times
for n, times in pairs(pin["calls"]):
    by, to = (functions[f][1] for f in calls[n][:2])
    into[to] += calls[n][3] * times
    out[by] += calls[n][3] * times
for function in "pin_user_pages_fast", "gup_fast_fallback":
    assert into[function] == own[function] + out[function] > 512 * 100, function
# The caller sends an interrupt, which another CPU handles; each is counted.
several = [c for c in run["cells"] if "each counted" in c.get("guest", "")]
for cell in several:
    key = cell["case"]
    caller, sum_caller = seen[key, "operation"]
    others, sum_others = seen[key, "others"]
    assert sum_caller["interrupts_sent"] == sum_caller["syscalls"] == 1, sum_caller
    assert sum_others["interrupts_sent"] == 0 < sum_others["erets"], sum_others
    assert "membarrier_private_expedited" in named(caller) - named(others)
    assert "__flush_smp_call_function_queue" in named(others) - named(caller)
print("%d metrics, %d cells of several CPUs" % (len(seen), len(several)))
END

# On a model with LSE the kernel patches its atomics to one instruction each, and
# the two are compared as configurations are.
expect 0 '1 ok' run invalidate.madvise_dontneed -p subscription=none -p count=0 \
	--on vm:deb:6.12:arm64 --config neoverse-n1 --seed 1 --profile \
	--max-time 50ms -o "$scratch/lse.json"
expect 0 '^ *exclusive_loads  *[1-9][0-9.]*  *0.00$' compare --by architecture \
	"$scratch/arm64.json" "$scratch/lse.json" invalidate.madvise_dontneed
grep -q '^ *atomics  *0.00  *[1-9]' "$scratch/stdout" || fail "$(cat "$scratch/stdout")"
expect 0 'configuration: default -> neoverse-n1' compare --fail-on none --all \
	"$scratch/arm64.json" "$scratch/lse.json" invalidate.madvise_dontneed
expect_error 'cpu=neoverse-n1: a CPU of aarch64, and this kernel is one of x86_64' \
	run null.loop --on vm:deb:6.12 --config neoverse-n1
finish
