# SPDX-License-Identifier: GPL-2.0-or-later
# history over made-up runs, and what the commands over many kernels refuse.
. "$MMGAUGE_SOURCE/tests/lib.sh"

# run NAME VALUE: a result of the exact clock.
run() {
	cat >"$scratch/sweep/$1.json" <<END
{ "schema": "mmgauge-result/1",
  "run": { "id": "$1", "started": "2026-01-01T00:00:00Z" },
  "subject": { "release": "$1" },
  "machine": { "fingerprint": "f", "accelerator": "tcg-icount" },
  "clock": { "kind": "instructions" },
  "cells": [ { "case": "pin.fast", "axes": {}, "status": "ok", "trials": [
    { "boot": 0, "trial": 0, "batch": 1, "facts": {}, "counters": {},
      "metrics": { "pin": { "unit": "instruction", "better": "lower",
        "samples": [$2, $2, $2] } } } ] } ] }
END
}

mkdir "$scratch/sweep"
run 6.1.0-9-amd64 1000
run 6.1.0-10-amd64 1000.5
run 6.1.0-11-amd64 1003

# 6.1.0-9 comes before 6.1.0-10, half a thousandth is nothing, three are a step.
expect 1 '6.1.0-10-amd64 -> 6.1.0-11-amd64: 1000 -> 1003 .*regression$' \
	history --from "$scratch/sweep"
expect 1 '1 of 1 series changed over 3 runs' history --from "$scratch/sweep"
expect 0 'acknowledged' history --from "$scratch/sweep" --acknowledge 6.1.0-11-amd64
expect 0 '0 of 1 series' history --from "$scratch/sweep" --threshold 1%
expect 0 '0 of 0 series' history --from "$scratch/sweep" 'fault.*'

expect 1 '"series"' history --from "$scratch/sweep" --format json
/usr/bin/python3 - "$scratch/stdout" <<'END' || fail "JSON: $(cat "$scratch/stdout")"
import json, sys
(series,) = json.load(open(sys.argv[1]))["series"]
(change,) = series["change_points"]
assert series["points"] == [1000, 1000.5, 1003], series
assert change["index"] == 2 and change["verdict"] == "regression", change
assert change["subject"] == "6.1.0-11-amd64" and change["probability"] == 1, change
END

# What is better again is nothing to worry about.
run 6.1.0-12-amd64 990
expect 0 'improvement$' history --from "$scratch/sweep"

mkdir "$scratch/empty"
expect_error 'a history takes two' history --from "$scratch/empty"
expect_error 'name a folder of results' history --from "$scratch/none"
expect_error 'over what' sweep
expect_error 'a sweep takes vm:deb:GLOB' sweep --on host
expect_error 'is not A..B' sweep --range HEAD
expect_error 'good and --case are needed' bisect
expect_error 'give a git tree' try --repo "$scratch/none"
finish
