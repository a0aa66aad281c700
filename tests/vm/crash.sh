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
assert len(by) == 7, by.keys()
for how, status, words in (
    ("panic", "crashed", "Kernel panic - not syncing: sysrq triggered crash"),
    ("hang", "crashed", "hung"),
    ("killed", "crashed", "signal 6"),
    ("exit", "crashed", "exit code 3"),
    ("leak", "failed", "7 pins leaked"),
    ("nothing", "ok", ""),
    ("loop", "ok", ""),
):
    cell = by[how]
    assert cell["status"] == status, (how, cell)
    assert words in (cell.get("reason") or ""), (how, cell["reason"])
assert by["leak"]["trials"] == []
assert by["nothing"]["trials"][0]["facts"]["leaked_pins"] == 0
EOF
[ "$(grep -c 'once more, in a new boot' "$scratch/stderr")" -eq 4 ] ||
	fail "not all four that crashed were tried again: $(cat "$scratch/stderr")"
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$(cat "$scratch/stdout")" || fail "schema"

# What crashes once is measured in the next boot, and says so. It must not be
# the first of the first boot.
for seed in 1 2 3 4 5 6 7 8; do
	"$MMGAUGE" run test.broken -p how=once,nothing --on vm:deb:6.12 \
		--seed $seed --dry-run 2>/dev/null | head -1 | grep -q nothing && break
done
expect 0 'signal 6' run test.broken -p how=once,nothing --on vm:deb:6.12 \
	--seed $seed --max-time 10ms -o "$scratch/out"
/usr/bin/python3 - "$(tail -1 "$scratch/stdout")" <<'EOF' || fail "again: $(cat "$scratch/stderr")"
import json, sys
r = json.load(open(sys.argv[1]))
facts = {c["axes"]["how"]: c["trials"][0]["facts"] for c in r["cells"]}
assert facts["once"]["crashes"] == 1, facts
assert "crashes" not in facts["nothing"], facts
EOF

# A guest that never comes up (its init is no static program): every cell is
# crashed, soon.
export MMGAUGE_AGENT="$MMGAUGE"
expect 77 'crashed: the guest.*before it was up.*panic' run null.loop \
	--on vm:deb:6.12 -o "$scratch/out"
finish
