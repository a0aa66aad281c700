# SPDX-License-Identifier: GPL-2.0-or-later
# Mirrors that end while their process does, both ways round, on both kernels,
# and on one with KASAN, lockdep and kmemleak: MMGAUGE_DEBUG_KERNEL=BZIMAGE:KDIR.
. "$MMGAUGE_SOURCE/tests/lib.sh"
export MMGAUGE="$MMGAUGE_BROKEN" MMGAUGE_AGENT="$MMGAUGE_BROKEN_AGENT"

set -- --on vm:deb:6.1 --on vm:deb:6.12
[ -n "$MMGAUGE_DEBUG_KERNEL" ] && set -- "$@" --on "vm:file:$MMGAUGE_DEBUG_KERNEL"
expect 0 '\.json$' run test.race --clock wall --boots 1 --precision 0.1% --max-time 2s \
	--seed 1 "$@" -o "$scratch/out"
/usr/bin/python3 - $(cat "$scratch/stdout") <<'EOT' || fail "races: $(cat "$scratch/stderr")"
import json, sys
assert len(sys.argv) > 2, sys.argv
for name in sys.argv[1:]:
    r = json.load(open(name))
    by = {c["axes"]["exercise"]: c for c in r["cells"]}
    assert len(by) == 6, by.keys()
    for how, cell in by.items():
        assert cell["status"] == "ok", (r["subject"]["release"], how, cell.get("reason"))
        facts = cell["trials"][0]["facts"]
        assert facts["attempts"] >= 20, (how, facts)
        print(r["subject"]["release"], how, facts)
    # Two notifiers, and a release that came once more for one of them.
    assert by["remove_exit"]["trials"][0]["facts"]["released_twice"] >= 1
EOT
finish
