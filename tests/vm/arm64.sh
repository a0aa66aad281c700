# SPDX-License-Identifier: GPL-2.0-or-later
# A guest of arm64 on a machine that is not: its kernel from Debian, its agent
# and its module built here, its figures exact. Only where what emulates it and
# builds for it is installed, and its packages can be had.
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
    { "case": "membarrier.sync_core", "axes": { "siblings": 0 } }
  ] }
END
expect 0 '5 ok' run "$scratch/suite.json" --on vm:deb:6.12:arm64 --seed 1 \
	--max-time 50ms -o "$scratch/arm64.json"
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$scratch/arm64.json" || fail "schema"
# A loop of 2,000 instructions says what a count is worth, and samples of one
# cell are alike but for what is done once in many calls.
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
}
for cell in run["cells"]:
    for name, metric in cell["trials"][0]["metrics"].items():
        samples = metric["samples"]
        median = statistics.median(samples)
        low, high = limits.pop((cell["case"], name), (0, float("inf")))
        alike = sum(abs(s - median) < 0.002 * median for s in samples)
        if not low <= median <= high:
            wrong.append("%s %s: %s" % (cell["case"], name, median))
        if alike < 0.9 * len(samples):
            wrong.append("%s %s: %d of %d samples are alike" %
                         (cell["case"], name, alike, len(samples)))
wrong += ["%s %s: not measured" % name for name in limits]
if wrong:
    sys.exit("\n".join(wrong))
END
finish
