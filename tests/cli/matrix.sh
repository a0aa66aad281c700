# SPDX-License-Identifier: GPL-2.0-or-later
# A matrix: what is wrong with the file, what it would measure, and what it says
# of results that are there, made up here so that no guest is needed.
. "$MMGAUGE_SOURCE/tests/lib.sh"

matrix=$scratch/m.json
defaults=$MMGAUGE_SOURCE/configs/matrices/defaults.json

# No apt and nothing cached: what is not there cannot be measured.
cat >"$scratch/poor" <<EOF
#!/bin/sh
XDG_CACHE_HOME="$scratch/cache" PATH=/nonexistent exec "$MMGAUGE" "\$@"
EOF
chmod +x "$scratch/poor"
MMGAUGE=$scratch/poor

# What ships is as the schema says, and can be measured.
for file in "$MMGAUGE_SOURCE"/configs/matrices/*.json; do
	/usr/bin/python3 -m jsonschema -i "$file" \
		"$MMGAUGE_SOURCE/configs/matrix.schema.json" || fail "$file: not what the schema says"
	expect 0 'to measure' run "$file" --pairwise --dry-run
done

# Bad files.
while IFS='|' read -r why text; do
	echo "$text" >"$matrix"
	expect_error "$why" run "$matrix" --dry-run
done <<'END'
m.json: /kernels: not a list|{"schema": "mmgauge-matrix/1", "name": "m"}
m.json: /name: not a short name|{"schema": "mmgauge-matrix/1"}
m.json: /dimension: no such key: did you mean 'dimensions'|{"schema": "mmgauge-matrix/1", "dimension": {}}
m.json: /dimensions: nothing varies|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12"]}
m.json: /dimensions: not an object|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12"], "dimensions": []}
m.json: /dimensions/pti: one value|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12"], "dimensions": {"pti": ["on"]}}
m.json: /dimensions/pti/1: a value that is there|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12"], "dimensions": {"pti": ["on", "on"]}}
m.json: /dimensions/pti/1: not a text|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12"], "dimensions": {"pti": ["on", 1]}}
m.json: /dimensions/pti: not a list|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12"], "dimensions": {"pti": "on"}}
m.json: /dimensions/ptj/1: 'ptj': no such key: did you mean 'pti'|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12"], "dimensions": {"ptj": ["default", "on"]}}
m.json: /dimensions/pti/1: pti=no: no such value: give on, off|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12"], "dimensions": {"pti": ["default", "no"]}}
m.json: /kernels/1: a value that is there|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12", "vm:deb:6.12"]}
m.json: /cells: not a list|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12", "vm:deb:6.1"]}
m.json: /suite: no such suite|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12", "vm:deb:6.1"], "suite": "quik"}
m.json: /suite: there are cells too|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12", "vm:deb:6.1"], "suite": "quick", "cells": []}
m.json: /cells/0/case: |{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12", "vm:deb:6.1"], "cells": [{}]}
/boots: not a number|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12", "vm:deb:6.1"], "suite": "quick", "boots": 0}
host counts no instructions|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["host", "vm:deb:6.1"], "suite": "quick"}
no case|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:deb:6.12", "vm:deb:6.1"], "cells": [{"case": "nil.*"}]}
vm:dep|{"schema": "mmgauge-matrix/1", "name": "m", "kernels": ["vm:dep:6.12", "vm:deb:6.1"], "suite": "quick"}
END

# How many there are, and what else is said beside it.
expect_error '/dimensions: 32 combinations.*--pairwise, which measures 10' run "$defaults" --dry-run
expect 0 '10 combinations, 10 to measure' run "$defaults" --dry-run --pairwise
[ "$(head -1 "$scratch/stdout")" = "vm:deb:6.12 default" ] || fail "the base is not the first"
grep -q '^vm:deb:6.12 pti=on,spectre_v2=off,' "$scratch/stdout" || fail "no pairs"
expect_error 'a matrix and more' run "$defaults" null.loop
expect_error 'a matrix takes' run "$defaults" --config pti
expect_error 'a matrix takes' run "$defaults" --clock wall
expect_error '--pairwise: of what' run null.loop --pairwise
expect_error '--format: only' run null.loop --json
# Where --on is, its cells are those of a suite.
expect 0 '^null.ioctl' run "$defaults" --on vm:deb:6.12 --dry-run

# make FOLDER MATRIX [NAME=VALUE...]: a result for each of all combinations, but
# for those that have the settings named.
make() {
	mkdir -p "$1"
	/usr/bin/python3 - "$@" <<'END'
import hashlib, itertools, json, re, sys
folder, matrix, without = sys.argv[1], json.load(open(sys.argv[2])), sys.argv[3:]
names = list(matrix["dimensions"])
for values in itertools.product(*matrix["dimensions"].values()):
    chosen = [f"{n}={v}" for n, v in zip(names, values) if v != "default"]
    if without and set(without) <= set(chosen):
        continue
    # PTI adds 10 to a call; the two others add up, by 100,000 and 10,000; and
    # memcg=off with thp=never takes 3 from a pin that neither moves.
    call = 1290 + 10 * ("pti=on" in chosen)
    pages = 500000 - 100000 * ("memcg=off" in chosen) - 10000 * ("init_on_alloc=off" in chosen)
    pin = 600 - 3 * ({"memcg=off", "thp=never"} <= set(chosen))
    cells = [{"case": case, "axes": {}, "status": "ok", "reason": None, "trials": [
        {"boot": 0, "trial": 0, "batch": 1, "facts": {}, "counters": {}, "metrics": {
            "operation": {"unit": "instruction", "better": "lower", "samples": [cost] * 3}}}]}
        for case, cost in (("null.ioctl", call), ("invalidate.madvise_dontneed", pages),
                           ("pin.fast", pin), ("null.loop", 7))]
    result = {"schema": "mmgauge-result/1", "run": {"id": "x"}, "subject": {"release": "6.12"},
              "machine": {"architecture": "x86_64"}, "clock": {"kind": "instructions"}, "cells": cells}
    name = "vm:deb:6.12 " + (",".join(chosen) or "default")
    file = re.sub("[^A-Za-z0-9._+-]", "_", name) + "~" + hashlib.sha256(name.encode()).hexdigest()[:16]
    json.dump(result, open(f"{folder}/{file}.json", "w"))
END
}

# tells PATTERN: a line of the last table.
tells() {
	grep -q -e "$1" "$scratch/stdout" || fail "no '$1' in: $(cat "$scratch/stdout" "$scratch/stderr")"
}

# All are there: nothing is measured. Of pairs one is what costs that add up look
# like, another one is more; both are looked at in runs of their own.
make "$scratch/few" "$defaults"
expect 0 '11 of 11 combinations measured' run "$defaults" --pairwise -o "$scratch/few"
grep -q '10 combinations, 0 to measure' "$scratch/stderr" || fail "measured again: $(cat "$scratch/stderr")"
tells '^null.ioctl: 1290'
tells '+0.78 %  *+10.00  pti=on$'
tells ' -20.0 %  *-100000  memcg=off$'
tells ' -2.00 %  *-10000  init_on_alloc=off$'
tells 'init_on_alloc=off with memcg=off beyond both:$'
tells '^ *confirmed: they add up$'
tells '^ *-0.50 %  *-3.000  memcg=off with thp=never beyond both: confirmed'
tells '^moves nothing alone: spectre_v2=off, thp=never'
tells '^3 of 4 figures moved'
grep -q null.loop "$scratch/stdout" && fail "what did not move is told"
awk 'length > 80 { exit 1 }' "$scratch/stdout" || fail "wider than 80"
cp "$scratch/stdout" "$scratch/once"
expect 0 . run "$defaults" --pairwise -o "$scratch/few"
cmp -s "$scratch/once" "$scratch/stdout" || fail "another table of the same results"

# All of it for programs.
expect 0 . run "$defaults" --pairwise -o "$scratch/few" --json
/usr/bin/python3 -m jsonschema -i "$scratch/stdout" \
	"$MMGAUGE_SOURCE/results/schema/mmgauge-matrix-effects-1.schema.json" ||
	fail "not what the schema says: $(cat "$scratch/stdout")"
/usr/bin/python3 - "$scratch/stdout" <<'END' || fail "other effects: $(cat "$scratch/stdout")"
import json, sys
rows = {row["case"]: row for row in json.load(open(sys.argv[1]))["rows"]}
call = {e["dimension"]: e["ratio"] for e in rows["null.ioctl"]["effects"]}
assert abs(call["pti"] - 1300 / 1290) < 1e-6 and abs(call["memcg"] - 1) < 1e-6
suspect, = rows["invalidate.madvise_dontneed"]["suspects"]
assert abs(suspect["direct"] - 390000 * 500000 / 400000 / 490000) < 1e-6
assert abs(suspect["sum"] - 1) < 1e-6 and not rows["null.loop"]["moved"]
END

# The file may lie elsewhere, and have got another value; not other cells.
sed 's/\["default", "never"\]/["default", "never", "always"]/' "$defaults" >"$matrix"
expect 0 '12 of [0-9]* combinations\|11 of [0-9]* combinations' run "$matrix" --pairwise -o "$scratch/few"
grep -q 'thp=always skipped' "$scratch/stderr" || fail "a new value is not tried"
grep -q 'pti=on,.*never skipped\|memcg=off skipped' "$scratch/stderr" && fail "what was measured is tried again"

# The same folder with other cells, or another number of boots.
expect_error 'other cases or options' run "$defaults" --pairwise --boots 2 -o "$scratch/few"
sed 's/"batch": 1/"batch": 2/' "$defaults" >"$matrix"
expect_error 'other cases or options' run "$matrix" --pairwise -o "$scratch/few"

# A run of its own that cannot be had leaves a suspect one, and what explains the
# same is said.
make "$scratch/less" "$defaults"
rm "$scratch"/less/vm_deb_6.12_init_on_alloc_off_memcg_off~*.json
expect 0 '10 of 11 combinations measured' run "$defaults" --pairwise -o "$scratch/less"
tells 'init_on_alloc=off with memcg=off beyond both:$'
tells 'suspected; these runs cannot tell it from '
tells '^  *and 2 more$'

# It is there, and the pair does nothing: another one is suspected instead.
make "$scratch/refuted" "$defaults"
refuted=$(echo "$scratch"/refuted/vm_deb_6.12_init_on_alloc_off_memcg_off~*.json)
sed -i 's/\b390000\b/392000/g' "$refuted"
expect 0 . run "$defaults" --pairwise -o "$scratch/refuted"
tells 'refuted: init_on_alloc=off with memcg=off'
tells ' [a-z_0-9]*=[a-z]* with .* beyond both:$'
tells '16 of 16 combinations'

# A value without a run is not told, nor blamed on another; nor a pair without.
make "$scratch/some" "$defaults" pti=on
expect 0 '7 of 10 combinations measured' run "$defaults" --pairwise -o "$scratch/some"
grep -q '^null.ioctl' "$scratch/stdout" && fail "moved without a run"
tells 'these runs cannot tell: pti=on$'
tells '^no run tells what is together: pti=on with spectre_v2=off,'
grep -q 'pti=on skipped: ' "$scratch/stderr" || fail "who was skipped is not said"

# Nothing at all.
expect 77 skipped run "$defaults" --pairwise -o "$scratch/none"
finish
