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
expect 0 '1 change is acknowledged' history --from "$scratch/sweep" --acknowledge 6.1.0-11-amd64
expect 0 '1 change is acknowledged' history --from "$scratch/sweep"
! grep -q ' -> ' "$scratch/stdout" || fail "told again: $(cat "$scratch/stdout")"
expect 0 '"acknowledged": true' history --from "$scratch/sweep" --format json
rm "$scratch/sweep/acknowledged"
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
assert change["before"] == 1000 and change["after"] == 1003, change
assert change["interval"] == [3, 3] and change["kind"] == "step", change
assert change["range"] == ["6.1.0-10-amd64", "6.1.0-11-amd64"], change
END

# A picture a case, with the change and both ends of the axis in it.
expect 1 'regression' history --from "$scratch/sweep" --plots "$scratch/plots"
for text in '+0.30 %' '6.1.0-9<' '6.1.0-11<' 'pin.fast: pin' '</svg>'; do
	grep -q -e "$text" "$scratch/plots/pin.fast.svg" ||
		fail "no '$text' in the plot"
done
! grep -q -e '-amd64' "$scratch/plots/pin.fast.svg" ||
	fail "the common end of all names is in the plot"

# What is better again is nothing to worry about.
run 6.1.0-12-amd64 990
expect 0 'improvement$' history --from "$scratch/sweep"

# A series from elsewhere, with noise: 30 points, a step of 10 % at the 20th.
/usr/bin/python3 - >"$scratch/series.csv" <<'END'
import random
random.seed(1)
print("time,value,commit")
for i in range(30):
    print(f"2026-01-{i + 1:02},{(110 if i >= 20 else 100) + random.gauss(0, 1):.4f},{i:x}abcdef{i:02}")
END
expect 1 '-> 14abcdef20.*regression, probability' history --csv "$scratch/series.csv"
expect 0 '-> 14abcdef20.*improvement' history --csv "$scratch/series.csv" --better higher
expect 0 '0 of 1 series' history --csv "$scratch/series.csv" --threshold 20%
expect 1 '"change_points"' history --csv "$scratch/series.csv" --format json
/usr/bin/python3 - "$scratch/stdout" <<'END' || fail "JSON: $(cat "$scratch/stdout")"
import json, sys
(series,) = json.load(open(sys.argv[1]))["series"]
(change,) = series["change_points"]
assert len(series["points"]) == 30 and change["index"] == 20, change
assert change["interval"][0] < 10 < change["interval"][1], change
assert change["verdict"] == "regression" and change["probability"] > 0.99, change
END
expect 0 '1 change is acknowledged' history --csv "$scratch/series.csv" --ack 14abcd
expect 0 '1 change is acknowledged' history --csv "$scratch/series.csv"

# A spike is no new level, a slow rise is a drift; no names, no commits.
seq 1 40 | awk '{ print $1 "," 100 + ($1 * 7 % 5) + ($1 == 20) * 50 }' >"$scratch/spike.csv"
expect 0 '0 of 1 series' history --csv "$scratch/spike.csv"
seq 1 60 | awk '{ n = $1 - 15; if (n < 0) n = 0; if (n > 30) n = 30
	print $1 "," 100 + ($1 * 7 % 5) + n * 2 }' >"$scratch/drift.csv"
expect 1 'drift from' history --csv "$scratch/drift.csv"
printf '1,2\n2,x\n' >"$scratch/bad.csv"
expect_error 'bad.csv:2:3: the value is not a number' history --csv "$scratch/bad.csv"
printf '1,nan\n' >"$scratch/bad.csv"
expect_error 'bad.csv:1:3: the value is not finite' history --csv "$scratch/bad.csv"
printf '1,2,\377\n' >"$scratch/bad.csv"
expect_error 'not UTF-8' history --csv "$scratch/bad.csv"
printf 'time,value\n' >"$scratch/bad.csv"
expect_error 'no values' history --csv "$scratch/bad.csv"
expect_error 'stands alone' history --csv "$scratch/bad.csv" --from "$scratch/sweep"
printf '1,2\n2,3\n' >"$scratch/short.csv"
expect 0 'too short to tell' history --csv "$scratch/short.csv"

mkdir "$scratch/empty"
expect_error 'a history takes two' history --from "$scratch/empty"
expect_error 'name a folder of results' history --from "$scratch/none"
expect_error 'over what' sweep
expect_error 'a sweep takes vm:deb:GLOB' sweep --on host
expect_error 'is not A..B' sweep --range HEAD
expect_error 'good and --case are needed' bisect
expect_error 'give a git tree' try --repo "$scratch/none"
finish
