# SPDX-License-Identifier: GPL-2.0-or-later
# Files of strangers: no name in them becomes a path, and nothing of them steers
# the terminal, reorders or forges a line, whatever command prints it.
. "$MMGAUGE_SOURCE/tests/lib.sh"
cd "$scratch" || exit 1

/usr/bin/python3 - <<'PY' || exit 1
import json, os
steer = "\x1b]0;x\x07\x1b[2J\x9b31m\x7f\u202e\u2066\u200f\u061c\r\b"
forge = "\nforged: 0 regressions\n"
names = ["../../escaped" + steer, "/" + "a" * 300, "..", ".hidden", "a/b" + forge,
         "tab\tand" + steer, "plain.case"]
os.makedirs("deep/er/runs")
for run in range(12):
    evil = steer + forge + str(run)
    cells = []
    for name in names:
        trials = [{"boot": boot, "trial": 0, "batch": 1, "facts": {steer: 1},
                   "counters": {},
                   "metrics": {"time" + steer: {
                       "unit": "s/" + steer[:20], "better": "lower",
                       "samples": [(2 if run > 6 else 1) + .001 * k + .003 * (boot + run % 3)
                                   for k in range(9)]}}}
                  for boot in range(6)]
        cells.append({"case": name, "axes": {"ax" + steer: "v" + steer + forge},
                      "status": "ok", "trials": trials})
    cells.append({"case": "gone" + steer, "axes": {}, "status": "crashed",
                  "reason": "console" + evil, "trials": []})
    json.dump({"schema": "mmgauge-result/1",
               "run": {"id": "run" + evil, "started": "2026-01-%02dT00:00:00Z" % (run + 1),
                       "labels": {"l" + steer: evil}},
               "subject": {"release": "6.%d" % run + steer + forge,
                           "title": "title" + evil, "version": evil,
                           "command_line": evil},
               "machine": {"fingerprint": "." + steer, "cpu_model": evil,
                           "architecture": "x86_64", "accelerator": "../" + steer},
               "clock": {"kind": "wall", "unit": "s", "resolution": 1e-9}, "cells": cells},
              open("deep/er/runs/%02d.json" % run, "w"))
with open("evil.csv", "w") as f:
    f.write("commit,name,value\n")
    for i in range(30):
        f.write("c%d%s,../%s,%g\n" % (i, steer.replace("\r", ""), steer.replace("\r", ""),
                                      (1 if i < 15 else 2) + .001 * (i % 7)))
PY
mkdir deep/er/plots deep/er/html
steering=$(printf '[\001-\010\013-\037\177]|\302[\200-\237]|\330\234|\342\200[\216\217\250-\256]|\342\201[\246-\251]')

# clean FILE...: no byte in them steers.
clean() {
	! LC_ALL=C grep -lE "$steering" "$@" >"$scratch/found" ||
		fail "$command: steering bytes in $(head -3 "$scratch/found")"
}

# told CODES ARGUMENT...: run mmgauge; what it prints is clean, and no line is
# anybody else's.
told() {
	codes=$1
	shift
	command=$*
	status=0
	"$MMGAUGE" "$@" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null || status=$?
	case " $codes " in
	*" $status "*) ;;
	*) fail "mmgauge $*: exit code $status: $(head -c 600 "$scratch/stderr")" ;;
	esac
	clean "$scratch/stdout" "$scratch/stderr"
	! grep -q '^forged' "$scratch/stdout" "$scratch/stderr" ||
		fail "mmgauge $*: a forged line"
}

first=deep/er/runs/00.json last=deep/er/runs/11.json
for format in text markdown junit json; do
	told "0 1" compare $first $last --format $format
done
told "0 1" compare $first $last --force
told 0 baseline save evil $first deep/er/runs/00.json
told 0 baseline list
grep -q evil "$scratch/stdout" || fail "the baseline is not listed"
told "0 1" compare @evil $last
told "0 1" history --from deep/er/runs
grep -q 'regression' "$scratch/stdout" || fail "no change found: $(cat "$scratch/stdout")"
grep -qF '\x1b' "$scratch/stdout" || fail "what steers is not shown: $(cat "$scratch/stdout")"
told "0 1" history --from deep/er/runs --format json
told "0 1" history --csv evil.csv
told 0 report $first $last -o deep/er/html
told 2 compare "$(printf 'no\033[2Jfile\302\233')" $last
told 2 "$(printf 'no\033[2Jcommand')"
told 2 run "$(printf '*\033[2J\342\200\256*')"
if command -v gnuplot >/dev/null; then
	told "0 1" history --from deep/er/runs --plots deep/er/plots
	[ "$(ls deep/er/plots | wc -l)" -eq 7 ] || fail "plots: $(ls deep/er/plots)"
	told 0 plot $first $last -o deep/er/all.svg
	command=pictures
	clean deep/er/plots/* deep/er/all.svg
fi
command=pages
clean deep/er/html/*
find . -name '*escaped*' ! -path './deep/er/plots/*' | grep . && fail "written outside"
[ ! -e ../escaped.svg ] && [ ! -e ../../escaped.svg ] || fail "written far outside"

# A journal does not choose where its result goes.
"$MMGAUGE" run null.loop --boots 2 --max-time 20ms -o out >/dev/null 2>&1 || fail "no run"
cat >kept.py <<'PY'
import json, sys
line = {"schema": "mmgauge-journal/1", "boots": 1, "precision": .01, "max_time": .02,
        "seed": 1, "suite": "x", "command_line": "x", "labels": {}, "latency": 0,
        "cells": [{"case": "null.loop", "axes": {"iterations": 1000}}],
        "targets": [{"spec": "host", "instructions": False, "id": sys.argv[1],
                     "path": sys.argv[2]}]}
print(json.dumps(line))
PY
mkdir kept
/usr/bin/python3 kept.py id "$PWD/elsewhere.json" >kept/x.json.journal
told 0 run --resume kept/x.json.journal
[ -e kept/x.json ] && [ ! -e elsewhere.json ] || fail "the journal chose: $(ls . kept)"
/usr/bin/python3 kept.py ../id "$PWD/elsewhere.json" >kept/x.json.journal
told 2 run --resume kept/x.json.journal
finish
