# SPDX-License-Identifier: GPL-2.0-or-later
# history over made-up runs, and what the commands over many kernels refuse.
. "$MMGAUGE_SOURCE/tests/lib.sh"

# run RELEASE VALUE [FOLDER [RUN STARTED [CONFIGURATION]]]: a result of the exact clock.
run() {
	mkdir -p "$scratch/${3:-sweep}"
	cat >"$scratch/${3:-sweep}/${4:-$1}.json" <<END
{ "schema": "mmgauge-result/1",
  "run": { "id": "${4:-$1}", "started": "${5:-2026-01-01T00:00:00Z}"
    ${6:+, \"configuration\": { \"name\": \"$6\" \}} },
  "subject": { "release": "$1" },
  "machine": { "fingerprint": "f", "accelerator": "tcg-icount" },
  "clock": { "kind": "instructions" },
  "cells": [ { "case": "pin.fast", "axes": {}, "status": "ok", "trials": [
    { "boot": 0, "trial": 0, "batch": 1, "facts": {}, "counters": {},
      "metrics": { "pin": { "unit": "instruction", "better": "lower",
        "samples": [$2, $2, $2] } } } ] } ] }
END
}

run 6.1.0-9-amd64 1000
run 6.1.0-10-amd64 1005
run 6.1.0-11-amd64 1030

# 6.1.0-9 comes before 6.1.0-10, half a hundredth is nothing, three are a step.
expect 1 '6.1.0-10-amd64 -> 6.1.0-11-amd64: 1000 -> 1030 .*regression$' \
	history --from "$scratch/sweep"
expect 1 '1 of 1 series changed over 3 runs in order of release, threshold 1 %$' history --from "$scratch/sweep"
expect 0 '1 change is acknowledged' history --from "$scratch/sweep" --acknowledge 6.1.0-11-amd64
expect 0 '1 change is acknowledged' history --from "$scratch/sweep"
! grep -q ' -> ' "$scratch/stdout" || fail "told again: $(cat "$scratch/stdout")"
expect 0 '"acknowledged": true' history --from "$scratch/sweep" --format json
rm "$scratch/sweep/acknowledged"
expect 0 '0 of 1 series changed over 3 runs in order of release, threshold 5 %, 1 more by less$' \
	history --from "$scratch/sweep" --threshold 5%
expect 0 '0 of 0 series' history --from "$scratch/sweep" 'fault.*'

expect 1 '"series"' history --from "$scratch/sweep" --format json
/usr/bin/python3 - "$scratch/stdout" <<'END' || fail "JSON: $(cat "$scratch/stdout")"
import json, sys
document = json.load(open(sys.argv[1]))
(series,) = document["series"]
(change,) = series["change_points"]
assert document["threshold"] == 0.01 and not series["below_threshold"], document
assert series["points"] == [1000, 1005, 1030], series
assert change["index"] == 2 and change["verdict"] == "regression", change
assert change["subject"] == "6.1.0-11-amd64" and change["probability"] == 1, change
assert change["before"] == 1000 and change["after"] == 1030, change
assert change["interval"] == [30, 30] and change["kind"] == "step", change
assert change["range"] == ["6.1.0-10-amd64", "6.1.0-11-amd64"], change
END

# A picture a case, with the change and both ends of the axis in it.
expect 1 'regression' history --from "$scratch/sweep" --plots "$scratch/plots"
for text in '+3.00 %' '6.1.0-9<' '6.1.0-11<' 'pin.fast: pin' '</svg>'; do
	grep -q -e "$text" "$scratch/plots/pin.fast.svg" ||
		fail "no '$text' in the plot"
done
! grep -q -e '-amd64' "$scratch/plots/pin.fast.svg" ||
	fail "the common end of all names is in the plot"

# What is better again is nothing to worry about.
run 6.1.0-12-amd64 990
expect 0 'improvement$' history --from "$scratch/sweep"

# A release comes after its candidates, whatever the order of files and times.
for release in 6.14.0 6.14.0-rc1 6.14.1 6.13.0 6.14.0-rc10 6.14.0-rc2; do
	case $release in
	6.14.*-rc*|6.13.*) run $release 1000 releases ;;
	*) run $release 1050 releases ;;
	esac
done
expect 1 ': 6.14.0-rc10 -> 6.14.0: 1000 -> 1050 ' history --from "$scratch/releases"
expect 1 'changed over 6 runs in order of release' history --from "$scratch/releases"
[ "$(grep -c -- ' -> ' "$scratch/stdout")" -eq 1 ] || fail "more than one step"

# Other JSON in a folder is left out, and counted; a result that is broken is not.
"$MMGAUGE" compare "$scratch/releases/6.13.0.json" "$scratch/releases/6.14.0.json" \
	--format json >"$scratch/releases/compare.json"
echo '[1, 2]' >"$scratch/releases/list.json"
expect 1 'releases: 2 files are no results: left out' history --from "$scratch/releases"
grep -q ': 6.14.0-rc10 -> 6.14.0: 1000 -> 1050 ' "$scratch/stdout" ||
	fail "foreign files: $(cat "$scratch/stdout")"
echo '{ "schema": "mmgauge-result/1" }' >"$scratch/releases/broken.json"
expect_error 'broken.json: /' history --from "$scratch/releases"

# What a configuration costs is no change from run to run: the runs of most are a
# history, those of another when they are asked for.
for release in 6.1.0 6.2.0 6.3.0; do
	run $release 1000 mixed default-$release 2026-01-01T00:00:00Z
	run $release 1200 mixed cutpti-$release 2026-01-02T00:00:00Z pti
done
run 6.4.0 1000 mixed default-6.4.0 2026-01-01T00:00:00Z
expect 0 '3 runs of another clock, machine or configuration left out: --like RUN' \
	history --from "$scratch/mixed"
expect 0 '0 of 1 series changed over 4 runs in order of release' history --from "$scratch/mixed"
expect 0 '0 of 1 series changed over 3 runs in order of release' \
	history --from "$scratch/mixed" --like cutpti-6
expect 0 '"points": *\[' history --from "$scratch/mixed" --like cutpti-6.2.0.json --json
grep -q 1200 "$scratch/stdout" || fail "the other configuration: $(cat "$scratch/stdout")"
expect_error 'history: --like none: no run there is called so: ' \
	history --from "$scratch/mixed" --like none

# Runs of one release are a series in time; the newest of each where there are
# more releases, all when asked for.
run 6.1.0 1050 nightly c 2026-01-02T00:30:00+02:00
run 6.1.0 1000 nightly b 2026-01-01T22:00:00Z
expect 1 ': b -> c: 1000 -> 1050 ' history --from "$scratch/nightly"
run 6.1.0 1000 nightly d 2026-01-01T08:00:00Z
expect 1 'changed over 3 runs in order of time' history --from "$scratch/nightly"
expect_error 'order commit: of which commits: give --range' \
	history --from "$scratch/nightly" --order commit
run 6.2.0 1050 nightly a 2026-01-03T00:00:00Z
expect 0 '2 older runs of the same subjects left out: --order time' \
	history --from "$scratch/nightly"
expect 0 '0 of 1 series changed over 2 runs in order of release' \
	history --from "$scratch/nightly"
expect 1 ': b -> c: 1000 -> 1050 ' history --from "$scratch/nightly" --order time
expect 1 '"order": "time"' history --from "$scratch/nightly" --order time --format json
run 6.2.0 1050 nightly e yesterday
expect_error "run e: its start 'yesterday' has no place in time" \
	history --from "$scratch/nightly" --order time
run 6.1.0 1000 alone
expect_error 'alone: 1 run: a history takes two' history --from "$scratch/alone"

# compare and history agree, whatever the threshold: cells that became slower by
# so many hundredths.
/usr/bin/python3 - "$scratch/two" <<'END'
import json, os, sys
os.mkdir(sys.argv[1])
for new in 0, 1:
    cells = [{"case": "pin.fast", "axes": {"batch": i}, "status": "ok", "trials": [
        {"boot": 0, "trial": 0, "batch": 1, "facts": {}, "counters": {}, "metrics":
            {"pin": {"unit": "instruction", "better": "lower",
                     "samples": [1000 + 10 * by * new] * 3}}}]}
        for i, by in enumerate([0, 1e-13, .05, .2, .99, 1, 1.01, 5, -.05, -1, -1.01, -30])]
    json.dump({"schema": "mmgauge-result/1",
        "run": {"id": f"r{new}", "started": f"2026-01-0{new + 1}T00:00:00Z"},
        "subject": {"release": f"6.1.{new}"}, "clock": {"kind": "instructions"},
        "machine": {"fingerprint": "f", "accelerator": "tcg-icount"}, "cells": cells},
        open(f"{sys.argv[1]}/{new}.json", "w"))
END
for limit in '' 0% 0.1% 1% 2%; do
	"$MMGAUGE" compare "$scratch/two/0.json" "$scratch/two/1.json" --format json \
		${limit:+--threshold $limit} >"$scratch/compared"
	"$MMGAUGE" history --from "$scratch/two" --format json \
		${limit:+--threshold $limit} >"$scratch/told"
	/usr/bin/python3 - "$scratch/compared" "$scratch/told" <<'END' || fail "threshold '$limit'"
import json, sys
compared, told = (json.load(open(name)) for name in sys.argv[1:])
assert compared["threshold"] == told["threshold"], (compared["threshold"], told["threshold"])
rows = sorted((row["ratio"], row["verdict"]) for row in compared["cells"])
series = sorted((s["points"][1] / s["points"][0], s["change_points"][0]["verdict"]
    if s["change_points"] else "unchanged") for s in told["series"])
assert rows == series and len(rows) == 12, (rows, series)
END
done

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
expect 0 'threshold 20 %, 1 more by less' history --csv "$scratch/series.csv" --threshold 20%
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

rm -f "$scratch/series.csv.acknowledged"
# By commit first; what was told is not told again; what went away is said.
expect 1 '^14abcdef20: 1 series: 2026-01-21$' history --csv "$scratch/series.csv" --online
expect 0 '1 of 1 series.*, 1 told before' history --csv "$scratch/series.csv" --online
! grep -q '^14abcdef20' "$scratch/stdout" || fail "told twice"
grep -q '"way": "up"' "$scratch/series.csv.told.json" || fail "not kept"
echo '{' >"$scratch/series.csv.told.json"
expect_error 'told.json:.*: remove it to be told all' \
	history --csv "$scratch/series.csv" --online
seq 1 40 | awk '{ print $1 "," ($1 > 20 && $1 < 26 ? 1100 : 1000) }' >"$scratch/back.csv"
expect 0 'regression, went back after 5$' history --csv "$scratch/back.csv"
printf '%s\n' 1 1 1 1 1 1 1 1 1 1 2 2 2 2 2 2 2 2 2 2 | awk '{ print NR "," $1 }' \
	>"$scratch/exact.csv"
expect 1 ': 10 -> 11: 1 -> 2, .*regression$' history --csv "$scratch/exact.csv"

# A spike is no new level, a slow rise is a drift; no names, no commits.
seq 1 40 | awk '{ print $1 "," 100 + ($1 * 7 % 5) + ($1 == 20) * 50 }' >"$scratch/spike.csv"
expect 0 '0 of 1 series' history --csv "$scratch/spike.csv"
seq 1 60 | awk '{ n = $1 - 15; if (n < 0) n = 0; if (n > 30) n = 30
	print $1 "," 100 + ($1 * 7 % 5) + n * 2 }' >"$scratch/drift.csv"
expect 1 'drift from' history --csv "$scratch/drift.csv"

# table TEXT: write it, printf's way.
table() {
	printf "$1" >"$scratch/table.csv"
}

# shows PYTHON OPTION...: it holds for `series`, of that table.
shows() {
	holds=$1
	shift
	"$MMGAUGE" history --csv "$scratch/table.csv" --format json "$@" \
		>"$scratch/stdout" 2>"$scratch/stderr"
	/usr/bin/python3 -c 'import json, sys
series = json.load(open(sys.argv[1]))["series"]
assert eval("(%s)" % sys.argv[2]), series' "$scratch/stdout" "$holds" ||
		fail "$holds: $(cat "$scratch/table.csv" "$scratch/stderr")"
}

# refuses PATTERN OPTION...: in one line.
refuses() {
	pattern=$1
	shift
	expect_error "$pattern" history --csv "$scratch/table.csv" "$@"
}

# The same series in whatever way it is written: one step at the 20th point.
# written AWK: lines of `$1 time $2 value $3 commit` in another form.
written() {
	awk -F, "$@" "$scratch/plain.csv" >"$scratch/table.csv"
}
answers() {
	expect 1 "$1 -> 14abcdef20: .*+9.* %.*regression" history \
		--csv "$scratch/table.csv"
}
sed 's/,/T03:00:00+01:00,/; 1d' "$scratch/series.csv" >"$scratch/plain.csv"
written '{ print }'
answers 13abcdef19
tac "$scratch/plain.csv" >"$scratch/table.csv"
answers 13abcdef19
sort -t, -k2.4 "$scratch/plain.csv" >"$scratch/table.csv"
answers 13abcdef19
written 'BEGIN { printf "\357\273\277sha,Value\r\n" } { printf "%s,%s\r\n", $3, $2 }'
answers 13abcdef19
grep -q 'over 30 runs in order of file' "$scratch/stdout" || fail "order is not told"
written 'BEGIN { print "timestamp;revision;values" } { print $1 ";" $3 ";" $2 }'
answers 13abcdef19
written 'BEGIN { print "commit\tdate\tvalue" } { print $3 "\t" $1 "\t" $2 }'
answers 13abcdef19
written 'BEGIN { h = "time,value,commit"; print h } NR == 15 { print h } { print }'
answers 13abcdef19
written 'BEGIN { print "date,subject,commit,value" }
	{ print $1 ",\"mm: a \"\"b\"\", 512\"," $3 "," $2 }'
answers 13abcdef19
expect 1 ': 1 series: mm: a "b", 512$' history --csv "$scratch/table.csv"
written 'NR == 12 { $2 = "NaN" } { print $1 "," $2 "," $3 }'
answers 13abcdef19
[ "$(grep -c '^mmgauge: value: no value in 1 of 30 lines' "$scratch/stderr")" -eq 1 ] ||
	fail "a gap is not told once: $(cat "$scratch/stderr")"
/usr/bin/python3 -c 'import sys
sys.stdout.buffer.write(sys.stdin.read().encode("utf-16"))' \
	<"$scratch/plain.csv" >"$scratch/table.csv"
answers 13abcdef19
written 'BEGIN { print "time,value,commit" }
	{ split($2, v, "."); print $1 ",\"" int(v[1]) "," substr(v[2], 1, 3) "\"," $3 }'
refuses "table.csv:2:27: '10.,.*': its comma is a group's or a decimal one: say --comma"
expect 1 '13abcdef19 -> 14abcdef20: 1[0-9.]\{5,\} -> 11' history --comma group \
	--csv "$scratch/table.csv"
written '{ sub("\\.", ",", $2); print $1 ";" $2 ";" $3 }'
refuses 'table.csv:1:27: .*say --comma'
refuses 'table.csv:1:27: .*no groups of three' --comma group
expect 1 '13abcdef19 -> 14abcdef20: 1[0-9][0-9]\.' history --comma decimal \
	--csv "$scratch/table.csv"

# Times: zones, dates, blanks, seconds, milliseconds; equal ones stay in order.
table '2026-01-01T00:20:00Z,3\n2026-01-01 01:10 +0100,2\n20260101T000500Z,1\n'
shows 'series[0]["points"] == [1, 2, 3]'
table '2026/01/02,2\n2026-01-03,4\n2026-01-02,3\n2025-12-31,1\n'
shows 'series[0]["points"] == [1, 2, 3, 4]'
table '1767225600500,2\n1767225601,3\n1767225600.25,1\n'
shows 'series[0]["points"] == [1, 2, 3]'
table '2026-01-01,1\nyesterday,2\n'
refuses "table.csv:2:1: 'yesterday': no time that can be ordered"
table '2026-01-01T00:00Z,1\n2026-01-01,2\n'
refuses 'table.csv:2:1: .*cannot be ordered with the first'
table '2026-01-01,1\n2026-02-30,2\n'
refuses 'table.csv:2:1: .*no time'
table '2026-01-01,1\n,2\n'
refuses 'table.csv:2:1: .*no time'
table 'value,time\n1,2\n3\n'
refuses "table.csv:3:1: '': no time"

# What printing a number does to it is no change, and neither is very little.
table "$(for i in 1 2 3 4 5 6 7 8 9; do printf '%s,3\\n' $i; done
	for i in 10 11 12 13 14 15 16 17; do printf '%s,3.000000%s\\n' $i $((i % 2)); done)\\n"
expect 0 '0 of 1 series changed over 17 runs in order of time, threshold 0.1 %' history \
	--csv "$scratch/table.csv"

# Several metrics: a column of names, or a column for each.
table 'date,benchmark,metric,value,unit\n2,a,x,1,ns\n1,a,x,2,ns\n2,b,x,3,s\n1,b,x,,s\n'
shows '[(s["name"], s["unit"], s["points"]) for s in series] ==
	[("a x", "ns", [2, 1]), ("b x", "s", [3])]'
expect 0 'over 2 runs' history --csv "$scratch/table.csv"
table 'date,latency,size\n2,1,10\n1,2,20\n,,\n'
shows '[(s["name"], s["points"]) for s in series] ==
	[("latency", [2, 1]), ("size", [20, 10])]'
seq 1 10001 | awk 'BEGIN { print "name,value" } { print $1 ",1" }' >"$scratch/table.csv"
refuses "'9999' is one of more than 10000 metrics"
table 'measurement,time\n1,2\n3,1\n'
shows 'series[0]["points"] == [3, 1]'
table 'time,value,unit\n1,2,s\n2,3,ms\n'
refuses "table.csv:3: the unit of value is 'ms' here and 's' before"
table 'time,date,value\n1,2,3\n'
refuses 'table.csv:1:6: .*another column is that'
table '1,2,"a\nb"\n\n2,3,c\n3,x,d\n'
refuses "table.csv:5:3: 'x': the value is not a number"

# What is broken, and where.
table '1,2\n2,x\n'
refuses "table.csv:2:3: 'x': the value is not a number"
table '1,inf\n'
refuses 'table.csv:1:3: .*the value is not finite'
table '1,0x10\n'
refuses 'table.csv:1:3: .*the value is not a number'
table '1,2,a\n2,3,\377\n'
refuses 'table.csv:2: this is not UTF-8'
table '1,2\n2,\0003\n'
refuses 'table.csv:2: a NUL byte'
table '1,2,a\n2,3,"b\n3,4,c\n'
refuses 'table.csv:2:5: a quote'
table '2026-01-01,99,8\n2026-01-02,99,7\n'
refuses "table.csv:1: '8' is a commit, or digits behind a comma"
table 'time,value\n2026-01-01,99,8\n'
refuses 'table.csv:2:15: .*one field more'
table 'time,value\n'
refuses 'no values'
table '1,2\n'
expect 0 'over 1 run in order' history --csv "$scratch/table.csv"
refuses 'stands alone' --from "$scratch/sweep"
refuses 'leave out --order' --order time
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
