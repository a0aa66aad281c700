#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Baselines by name: save, list, show, compare with, remove.
. "$MMGAUGE_SOURCE/tests/lib.sh"

unset MMGAUGE_STORE
exact=$MMGAUGE_SOURCE/tests/data/valid/instructions.json
wall=$MMGAUGE_SOURCE/tests/data/valid/wall.json

"$MMGAUGE" baseline save good "$exact" "$exact" "$exact" || fail "cannot save"
"$MMGAUGE" baseline save good "$wall" || fail "cannot save for another clock"
expect 0 '3 runs  *3 boots' baseline list
expect 0 '"first_boot": 2' baseline list --json
expect 0 ', 5 boots$' baseline show good
expect 0 'learnt from the 3 runs' compare @good "$exact"
expect 0 'wall, threshold 1 %' compare @good "$wall"
expect 0 'threshold 2 %' compare @good "$exact" --threshold 2%
expect_error 'for more than one machine, clock or configuration' compare @good @good
expect_error 'did you mean save' baseline sve good
expect_error 'wrong number of operands' baseline save good
expect_error 'runs of one baseline must measure the same' \
	baseline save mixed "$exact" "$wall"
/usr/bin/python3 - "$exact" >"$scratch/kasan.json" <<'END'
import json, sys
result = json.load(open(sys.argv[1]))
result["run"]["configuration"] = {"name": "kasan", "debug": True,
                                  "settings": {"kconfig": "kasan"}}
json.dump(result, sys.stdout)
END
# A configuration has a baseline of its own under the same name.
sed 's/"run": *{/"run": { "configuration": { "name": "pti" },/' "$exact" >"$scratch/pti.json"
"$MMGAUGE" baseline save good "$scratch/pti.json" || fail "cannot save of a configuration"
expect 0 'learnt from the 3 runs' compare @good "$exact"
expect 0 '@good:pti.*unchanged\|1 boot' compare @good "$scratch/pti.json"
! grep -q 'configuration' "$scratch/stdout" || fail "pti against the default: $(cat "$scratch/stdout")"
expect_error 'the configurations differ (default, pti)' \
	baseline save mixed "$exact" "$scratch/pti.json"
expect_error 'built to find faults (kasan): .* no baseline: save a run without' \
	baseline save faults "$scratch/kasan.json"
"$MMGAUGE" baseline rm good || fail "cannot remove"
expect_error 'no such baseline' compare @good "$wall"
expect_error 'no such baseline' baseline show good

finish
