# SPDX-License-Identifier: GPL-2.0-or-later
# The exact guest of two CPUs against this machine: a membarrier() call sends as
# many interrupts there as here, by the count of either kernel. That needs no
# module, and no quiet machine: samples count whose sibling is proved running.
. "$MMGAUGE_SOURCE/tests/lib.sh"

skip() {
	echo "skipped: $*"
	exit 77
}

[ "$(nproc)" -ge 2 ] || skip "one CPU: no sibling runs beside the caller"
grep -q '^ *CAL:' /proc/interrupts ||
	skip "no row CAL in /proc/interrupts: this kernel does not count the calls"

calls() {
	expect 0 '\.json$' run membarrier.sync_core membarrier.private_expedited \
		-p siblings=1 -p doing=running --seed 1 --max-time 300ms "$@"
}

calls --on host --boots 5 -o "$scratch/host.json"
calls --on vm:deb:6.12 -o "$scratch/guest.json"
grep -q 'no guests of several CPUs' "$scratch/stderr" && skip "$(cat "$scratch/stderr")"
/usr/bin/python3 - "$scratch/host.json" "$scratch/guest.json" <<'EOP' || fail "interrupts"
import json, sys

# What else calls this CPU adds to a count, and nothing takes one away: of five
# rounds the least is the call's own.
def calls(path):
    cells = json.load(open(path))["cells"]
    for c in cells:
        assert c["status"] == "ok", (path, c["case"], c["reason"])
        assert all(not t["facts"].get("unproven") for t in c["trials"]), c["case"]
    return {c["case"]: min(t["facts"]["function_calls"] for t in c["trials"])
            for c in cells}

here, there = (calls(path) for path in sys.argv[1:])
assert len(here) == 2 and here.keys() == there.keys(), (here, there)
for case, count in here.items():
    print(case, "interrupts a call here", count, "in the guest", there[case])
    assert abs(count / there[case] - 1) <= .01, (case, count, there[case])
EOP
finish
