# SPDX-License-Identifier: GPL-2.0-or-later
# compare on result files: every format, what fails it, and rows of one side.
. "$MMGAUGE_SOURCE/tests/lib.sh"

# 200 cells of 5 boots that differ by 1 %, but no two runs alike: a base, itself
# once more, and one in which ten cells are 8 % slower and ten 8 % faster; cell
# 200 is the base's alone, cell 201 the others', and 202 failed in the base.
/usr/bin/python3 - "$scratch" <<'END'
import json, random, sys
random.seed(1)
def side(name, change):
    cells = []
    for number in range(203):
        only = {"base": 201}.get(name, 200)
        if number == only:
            continue
        failed = number == 202 and name == "base"
        trials = []
        for boot in range(5):
            level = 1e-6 * change(number) * random.gauss(1, 0.01)
            trials.append({"boot": boot, "trial": 0, "batch": 100,
                "facts": {}, "counters": {}, "metrics": {"time": {
                    "unit": "s", "better": "lower",
                    "samples": [level * random.gauss(1, 0.005)
                                for i in range(11)]}}})
        cells.append({"case": "made.up", "axes": {"n": number},
            "status": "failed" if failed else "ok",
            "reason": "no luck" if failed else None, "trials": trials})
    json.dump({"schema": "mmgauge-result/1",
        "run": {"id": name, "started": "2026-11-21T09:00:00Z",
                "finished": "2026-11-21T09:10:00Z"},
        "subject": {"release": "6.1.0"},
        "machine": {"fingerprint": "m", "accelerator": "kvm"},
        "clock": {"kind": "wall"}, "cells": cells},
        open(f"{sys.argv[1]}/{name}.json", "w"))
side("base", lambda n: 1)
side("same", lambda n: 1)
side("new", lambda n: 1.08 if n < 10 else 0.92 if n < 20 else 1)
side("slower", lambda n: 1.015)
side("faster", lambda n: 0.92 if n < 20 else 1)
END
cd "$scratch"

# Nothing is told of equals; what --fail-on names decides.
expect 0 'not compared' compare base.json same.json
grep -q ' 1  only the base run has it' stdout || fail "the base's own cell is not counted"
grep -q ' 1  only the new run has it' stdout || fail "the new run's own cell is not counted"
grep -q 'failed in the base: no luck' stdout || fail "no reason"
grep -qE '[0-9] (regression|improvement)' stdout && fail "a false alarm"
expect 1 'inconclusive' compare base.json same.json --fail-on inconclusive
expect 1 . compare base.json same.json --fail-on any
expect 1 '10 regressions, 10 improvements' compare base.json new.json
expect 0 . compare base.json new.json --fail-on none
expect 0 '20 improvements' compare base.json faster.json
expect 1 . compare base.json faster.json --fail-on any
grep -q '^made.up time.*mean of 200 ' stdout ||
	fail "no geometric mean of what both have: $(grep mean stdout)"

# Several runs: a table in a screen of 80 columns, the largest changes first.
expect 1 'faster: 0 slower, 20 faster, 0 broken or other$' compare base.json same.json \
	new.json faster.json
grep -q 'new: 10 slower, 10 faster' stdout || fail "no counts: $(cat stdout)"
grep -qE '^made.up\[n=1?[0-9]\] time, [un]s +[0-9.]+ +(=|[-+0-9.]+ %\?) +[-+][78]\.[0-9]+ % +-[78]\.[0-9]+ %$' stdout ||
	fail "no row of three: $(cat stdout)"
[ "$(wc -l <stdout)" -le 40 ] && [ "$(wc -L <stdout)" -le 80 ] || fail "no screen: $(cat stdout)"
grep -q '^20 of 200 rows changed in any of them' stdout || fail "$(tail -1 stdout)"
expect 1 '^200 of\|^20 of 200' compare base.json same.json new.json faster.json --all
[ "$(grep -c '^made.up' stdout)" -eq 200 ] || fail "not all rows"
expect 0 '^0 of 200 rows' compare base.json same.json same.json 'made.*' --sort case
expect_error 'of two runs only' compare base.json same.json new.json --format json
expect_error 'no case of these runs' compare base.json same.json new.json nwe.json

# What no cell shows, all cells of a case may: 1.5 % by boots that differ by 1 %.
expect 1 'inconclusive.*; means of cases: 1 regression' compare base.json slower.json
grep -q '[0-9] regression.*; means' stdout && fail "a cell shows it: $(tail -1 stdout)"
expect 0 'means of cases: 1 regression' compare base.json slower.json --fail-on none
expect 1 'means of cases: 1 improvement' compare slower.json base.json --fail-on any
expect 1 'name="made.up time, geometric mean of 200 cells"' \
	compare base.json slower.json --format junit

# A threshold above all changes, and a rate nothing can pass.
expect 0 '200 unchanged' compare base.json new.json --threshold 30%
expect 0 ' q [0-9.e-]* of 203 rows, ' compare base.json new.json --fdr 0% --all

# What one run a side does not show is said, unless both were booted in turns.
for day in 1 2; do
	sed "s/2026-11-21T/2026-11-2${day}T/g" base.json >day$day.json
done
note='1 run a side: what differs between runs is not seen: compare with a baseline'
expect 0 "^note   ${note% *}" compare day1.json day2.json
expect 0 "^- note: $note" compare day1.json day2.json --format markdown
expect 0 "\"caution\": \"$note" compare day1.json day2.json --format json
expect 0 '"caution": null' compare base.json same.json --format json
expect 0 'not compared' compare base.json same.json
grep -q '^note' stdout && fail "a note on what was booted in turns"
expect 0 index.html report day1.json day2.json -o page
grep -q "$note" page/index.html || fail "no note in the report"

# The one true JSON, also with a plan and of hostile files.
schema() {
	/usr/bin/python3 -m jsonschema -i "$scratch/stdout" \
		"$MMGAUGE_SOURCE/results/schema/mmgauge-compare-1.schema.json" ||
		fail "$1: not what the schema says"
	grep -qiE 'nan|inf(inity)?[],]' "$scratch/stdout" && fail "$1: NaN"
}
expect 1 '"verdict": "regression"' compare base.json new.json --format json
schema changed
expect 0 '"plan": null' compare base.json same.json --format json
expect 0 '"boots": [0-9]' compare base.json same.json --format json --precision 1%
schema planned
/usr/bin/python3 - stdout <<'END' || fail "the plan"
import json, math
plan = json.load(open("stdout"))["plan"]
# 1 % between boots; between samples, as medians of 11 see it, 0.5 %.
assert 0.008 < plan["noise"]["boot"] < 0.011, plan
assert 0.004 < plan["noise"]["sample"] < 0.006, plan
assert plan["noise"]["trial"] == 0 and plan["hopeless"] == 0, plan
# For the noisiest of 200 rows; 1 % takes 11 in the mean.
assert plan["design"]["trials"] == 1 and 11 < plan["design"]["boots"] < 60, plan
END
expect 0 'noise  0.[89].* % between boots' compare base.json same.json --precision 1%
expect 0 'noise: 0' compare base.json same.json --precision 1% --format markdown
/usr/bin/python3 - <<'END'
import json
base = json.load(open("base.json"))
huge = [1e308, 0.0, 1e-308, 5e-324, -1.0]
for cell in base["cells"]:
    for trial in cell["trials"]:
        metric = trial["metrics"]["time"]
        metric["samples"] = [huge[(cell["axes"]["n"] + trial["boot"]) % 5]] * 3
json.dump(base, open("huge.json", "w"))
for cell in base["cells"]:
    cell["trials"] = cell["trials"][:1]
    cell["trials"][0]["metrics"]["time"]["samples"] = \
        [] if cell["axes"]["n"] % 2 else [7]
json.dump(base, open("one.json", "w"))
END
for file in huge one; do
	expect 0 'schema' compare base.json $file.json --format json \
		--fail-on none --precision 1%
	schema $file
	expect 0 . compare $file.json $file.json --fail-on none --precision 1%
done

# A screen of 80x40 whatever there is to tell, the answer first; --all is all.
cat >wide.py <<'END'
import json
axes = {"subscription": "mm-wide", "count": 1, "cost": 0, "cost_kind": "spin",
        "range": 512, "memory": "4k", "threads": 0, "invalidators": 0}
for name, change in ("few", 0), ("many", 1):
    cells = []
    for case in range(40):
        for n in range(1, 9):
            cost = 1000.0 * n * (1 + change * (0.1 * n - 0.3) * (case % 7 - 3))
            trial = {"boot": 0, "trial": 0, "batch": 1, "facts":
                     {"callbacks": 1 + change * (case == 9)},
                     "exact": ["callbacks"], "counters": {}, "metrics": {}}
            for metric, unit, share in (("operation", "instruction", 1),
                    ("byte", "instruction/byte", 4096)):
                trial["metrics"][metric] = {"unit": unit, "better": "lower",
                                            "samples": [cost / share] * 3}
            cells.append({"case": f"invalidate.some_longer_name_{case}",
                "axes": {**axes, "range": n}, "status": "ok", "reason": None,
                "trials": [trial]})
        cells.append({"case": f"skipped.case_{case}", "axes": axes,
            "status": "skipped", "reason": f"needs {case} of it " * 9,
            "trials": []})
    json.dump({"schema": "mmgauge-result/1", "run": {"id": "r" * 90},
        "subject": {"release": "6." + "1" * 60, "config_sha256": name * 16},
        "machine": {"fingerprint": "m", "thp": {f"size-{i}": name
            for i in range(30)}, "cpu_flags": " ".join(name + str(i)
            for i in range(200))},
        "clock": {"kind": "instructions"}, "cells": cells},
        open(name + ".json", "w"))
END
/usr/bin/python3 wide.py
screen() { # COLUMNS LINES ARGUMENTS...
	local columns=$1 lines=$2
	shift 2
	COLUMNS=$columns "$MMGAUGE" compare "$@" >stdout 2>stderr
	[ "$(wc -L <stdout)" -le "$columns" ] ||
		fail "compare $*: $(wc -L <stdout) columns, not $columns"
	[ "$(wc -l <stdout)" -le "$lines" ] ||
		fail "compare $*: $(wc -l <stdout) lines, not $lines: $(cat stdout)"
}
for sides in 'few many' 'few few' 'base new' 'huge base'; do
	base=${sides% *}.json new=${sides#* }.json
	for columns in 80 160; do
		screen $columns 40 "$base" "$new"
	done
	screen 80 9999 "$base" "$new" --all
done
# A mail: 75 columns on any terminal, whoever the sides are, and again how.
for sides in 'few many' 'few few' 'base new' 'huge base'; do
	COLUMNS=160 "$MMGAUGE" compare "${sides% *}.json" "${sides#* }.json" \
		--format mail --threshold 2% >stdout 2>stderr
	[ "$(wc -L <stdout)" -le 75 ] || fail "a mail of $(wc -L <stdout) columns"
	grep -q '^Base:    6\.' stdout || fail "no base: $(cat stdout)"
	sed -n '/^To repeat it:$/{n;p}' stdout | grep -q '^  mmgauge run ' ||
		fail "not how to repeat it: $(cat stdout)"
done
expect 1 "^  mmgauge run made.up --until-verdict BASE --on NEW --clock wall$" \
	compare base.json new.json --format mail
expect 0 '^Unchanged: 200 of 203 rows' compare base.json new.json --format mail \
	--threshold 30%
sed 's/"release": "6/"target": "vm:$(id) '"it's"'", "release": "6/' new.json >evil.json
expect 1 . compare base.json evil.json --format mail
repeat=$(sed -n '/^To repeat it:$/,$p' stdout | sed 1d)
[ "$(eval "set -- $repeat"; echo "$8")" = '--clock' ] &&
	[ "$(eval "set -- $repeat"; echo "$7")" = "vm:\$(id) it's" ] ||
	fail "not quoted: $repeat"
expect 1 '^  mmgauge try --base x$' compare base.json new.json --format mail \
	--repeat 'mmgauge try --base x'

screen 80 40 few.json many.json
head -1 stdout | grep -q '^[0-9]* behave differently, [0-9]* regressions, ' ||
	fail "the answer is not first: $(head -1 stdout)"
# Those first that changed most; axes that all share, and repeats, are unsaid.
screen 80 40 few.json many.json invalidate.some_longer_name_6
grep -A2 '^5 regressions' stdout | tail -1 | grep -q '^  range=8  .*+150 %$' ||
	fail "not the largest first: $(cat stdout)"
grep -q 'byte\|cost_kind' stdout && fail "what says nothing is said"
grep -q '7 repeats in other units' stdout || fail "repeats are not counted"
screen 80 40 few.json many.json invalidate.some_longer_name_6 --sort case
grep -A2 '^2 improvements' stdout | tail -1 | grep -q '^  range=1  ' ||
	fail "not in the order of cases: $(cat stdout)"
expect 1 'operation, instr' compare few.json many.json 'invalidate.*_6' -p range=3,8
[ "$(grep -c '^  range=' stdout)" = 1 ] || fail "-p: $(cat stdout)"
expect 1 '^4 .* *change  verdict$' compare few.json many.json '*_name_6' \
	-p 'range=[78]' --columns=change,verdict --all
grep -q '^  range=8  *+150 %  regression$' stdout || fail "--columns: $(cat stdout)"
expect_error "no case of these runs" compare few.json many.json invalidate.none
expect_error "is no AXIS=V" compare few.json many.json -p range
expect_error "is not of base|new|change" compare few.json many.json --columns=noise
# What is not asked for is not judged: neither are its rows.
expect 0 '^[0-9]* improvements' compare few.json many.json '*_name_2' -p range=7

# Where nothing could be compared, the line says why, whatever it is.
/usr/bin/python3 - <<'END'
import json
for name, samples, unit in ("zero", [0, 0, 0], "s"), ("unit", [1, 1, 1], "byte"):
    base = json.load(open("one.json"))
    for cell in base["cells"]:
        for trial in cell["trials"]:
            trial["metrics"]["time"]["samples"] = samples
            trial["metrics"]["time"]["unit"] = unit
    json.dump(base, open(name + ".json", "w"))
END
expect_error 'of [0-9]* rows: no ratio: the base is zero' \
	compare zero.json base.json
expect_error 'of [0-9]* rows: the units differ' compare unit.json base.json
# Inconclusive rows alone exit with 0, and say that they say nothing.
expect 0 'inconclusive.*: nothing is settled' compare one.json base.json

# Markdown is a table; JUnit is XML whose counts are right.
expect 1 '^| made.up | n=0 | time | ' compare base.json new.json --format markdown
expect 1 '<testsuite' compare base.json new.json --format junit
/usr/bin/python3 - <<'END' || fail "JUnit"
import xml.etree.ElementTree as tree
suite = tree.parse("stdout").getroot()
assert suite.get("failures") == "10" == str(len(suite.findall("*/failure")))
assert suite.get("skipped") == str(len(suite.findall("*/skipped")))
assert suite.get("tests") == "204" == str(len(suite.findall("testcase")))
END

# What a kernel does counts as what it costs does: an exact fact that is another
# one, and a cell that was ok; equal costs and all.
/usr/bin/python3 - <<'END'
import json
base = json.load(open("base.json"))
base["cells"] = base["cells"][:3]
for cell in base["cells"]:
    for trial in cell["trials"]:
        trial["facts"] = {"callbacks": 1, "warmup_samples": 6}
        trial["exact"] = ["callbacks"]
json.dump(base, open("once.json", "w"))
for trial in base["cells"][0]["trials"]:
    trial["facts"] = {"callbacks": 2, "warmup_samples": 7}
json.dump(base, open("twice.json", "w"))
base["cells"][1].update(status="invalid", reason="2 callbacks, not 1")
json.dump(base, open("broken.json", "w"))
END
expect 0 "3 unchanged" compare once.json once.json --threshold 30%
expect 1 '^  callbacks 1 -> 2' compare once.json twice.json --threshold 30%
grep -q '^1 behaves differently, 3 unchanged' stdout || fail "$(cat stdout)"
expect 1 'behaves differently' compare once.json twice.json --fail-on regression
expect 0 'behaves differently' compare once.json twice.json --fail-on none
expect 1 '"behaves differently": 1' compare once.json twice.json --format json
schema "behaves differently"
expect 1 'failures="2"' compare once.json broken.json --format junit
expect 1 '^  invalid: 2 callbacks, not 1' compare once.json broken.json
expect 1 '"broken": 1' compare once.json broken.json --format json
schema broken
for trial in '"callbacks"' '[1]'; do
	sed "s/\[\"callbacks\"\]/$trial/g" once.json >bad.json
	expect_error 'bad.json: /cells/0/trials/0/exact: must ' compare bad.json once.json
done
finish
