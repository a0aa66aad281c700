# SPDX-License-Identifier: GPL-2.0-or-later
# compare --by architecture: medians and kinds beside each other, never a verdict.
. "$MMGAUGE_SOURCE/tests/lib.sh"

cd "$scratch"
/usr/bin/python3 - <<'END'
import json
KINDS = ["instructions", "loads", "stores", "branches_taken", "atomics"]
def save(name, arch, kinds, amounts, cost, case="membarrier.sync_core", more=0):
    profile = {"operation": {"ticks": 2 * cost, "harness": 0, "units": 2,
        "functions": {"vmlinux": {"f": [2 * cost] + amounts}}}}
    def cell(siblings):
        return {"case": case, "axes": {"siblings": siblings}, "status": "ok",
            "reason": None, "trials": [{"boot": 0, "trial": 0, "batch": 1,
            "facts": {}, "counters": {}, "profile": profile, "metrics": {
            "operation": {"unit": "instruction", "better": "lower",
                          "samples": [cost] * 3}}}]}
    json.dump({"schema": "mmgauge-result/1", "run": {"id":
            f"20261120T090000Z-{name}-0001", "started": "2026-11-20T09:00:00Z",
            "profile": kinds, "configuration": {"name": "neoverse-n1",
            "settings": {"cpu": "neoverse-n1"}}},
        "subject": {"release": "6.12-" + arch}, "machine": {"fingerprint": name,
            "architecture": arch, "cpu_model": "of " + arch, "accelerator": "tcg"},
        "clock": {"kind": "instructions"}, "cells": [cell(n) for n in range(1 + more)]},
        open(name + ".json", "w"))
save("x86", "x86_64", KINDS + ["mfences"], [10, 8, 6, 4, 2], 1000, more=20)
save("arm", "aarch64", KINDS + ["dmbs"], [10, 8, 6, 0, 7], 5000, more=20)
save("lse", "aarch64", KINDS + ["dmbs"], [10, 8, 6, 3, 0], 4000)
save("other", "aarch64", KINDS, [0], 1, case="null.loop")
END

# Five times the instructions are no regression.
expect 0 '^                     *x86_64  *aarch64  *aarch64 2$' \
	compare --by architecture x86.json arm.json lse.json -p siblings=0
for line in 'membarrier.sync_core\[siblings=0\] operation, instr' ' *1000 *5000 *4000' \
	' *atomics *2.00 *0.00 *1.50' ' *mfences *1.00 *- *-' ' *dmbs *- *3.50 *0.00' \
	'aarch64 2  *6.12-aarch64, neoverse-n1, of aarch64'; do
	grep -q "^$line\$" "$scratch/stdout" || fail "no '$line' in $(cat "$scratch/stdout")"
done
# Loads cost what other instructions do.
grep -q 'loads\|slower\|regression' "$scratch/stdout" && fail "$(cat "$scratch/stdout")"
expect 0 '^ *loads *5.00 *5.00$' compare --by architecture --all x86.json arm.json
[ "$(grep -c '^ *dmbs' "$scratch/stdout")" -eq 21 ] || fail "not all: $(cat "$scratch/stdout")"
# A screen of 40 lines at 80 columns.
expect 0 '^[0-9]* of 21 metrics: --all lists them$' compare --by architecture x86.json arm.json
[ "$(wc -l <"$scratch/stdout")" -le 40 ] || fail "$(wc -l <"$scratch/stdout") lines"
[ "$(wc -L <"$scratch/stdout")" -le 80 ] || fail "$(wc -L <"$scratch/stdout") columns"
# One that has no such metric has none; where nobody has, there is nothing.
expect_error 'no metric of the first run is in another: measure the same' \
	compare --by architecture x86.json other.json
expect_error 'no case of these runs' compare --by architecture x86.json arm.json nothing
expect_error '.-format json: of two runs only' \
	compare --by architecture --format json x86.json arm.json
# Without it they are told apart by their machines.
expect_error 'the machines differ' compare x86.json arm.json
finish
