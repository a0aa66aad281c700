# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel that panics, a trial that hangs or dies: one cell is lost, with the
# reason, and the rest is measured. These cases live in a program of their own.
. "$MMGAUGE_SOURCE/tests/lib.sh"
export MMGAUGE="$MMGAUGE_BROKEN" MMGAUGE_AGENT="$MMGAUGE_BROKEN_AGENT"

expect 0 '\.json$' run test.broken null.loop --on vm:deb:6.12 --seed 1 \
	--max-time 10ms -o "$scratch/out"
/usr/bin/python3 - "$(cat "$scratch/stdout")" <<'EOF' || fail "cells: $(cat "$scratch/stderr")"
import json, sys
r = json.load(open(sys.argv[1]))
by = {c["axes"].get("how", "loop"): c for c in r["cells"]}
assert len(by) == 6, by.keys()
for how, status, words in (
    ("panic", "crashed", "Kernel panic - not syncing: sysrq triggered crash"),
    ("hang", "crashed", "hung"),
    ("killed", "crashed", "signal 6"),
    ("exit", "crashed", "exit code 3"),
    ("nothing", "ok", ""),
    ("loop", "ok", ""),
):
    cell = by[how]
    assert cell["status"] == status, (how, cell)
    assert words in (cell.get("reason") or ""), (how, cell["reason"])
EOF
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$(cat "$scratch/stdout")" || fail "schema"

# A guest that never comes up (its init is no static program): every cell is
# crashed, soon.
export MMGAUGE_AGENT="$MMGAUGE"
expect 77 'crashed: the guest.*before it was up.*panic' run null.loop \
	--on vm:deb:6.12 -o "$scratch/out"
finish
