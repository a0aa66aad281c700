# SPDX-License-Identifier: GPL-2.0-or-later
# Every case is there, with what it needs and whether that is here.
. "$MMGAUGE_SOURCE/tests/lib.sh"

for name in null.loop null.ioctl invalidate.madvise_dontneed \
	invalidate.kvm_notifier fault.hmm pin.fast membarrier.sync_core \
	lifetime.notifier_get switch.kthread_use_mm; do
	expect 0 "^$name " list
	expect 0 "^$name$" list --names
done
expect 0 '^pin.fast ' list 'pin.*'
grep -q '^null' "$scratch/stdout" && fail "the glob lets null.* through"

expect 0 '"cases"' list --json
/usr/bin/python3 - "$scratch/stdout" <<'EOF' || fail "list --json is not what design says"
import json, sys
cases = json.load(open(sys.argv[1]))["cases"]
assert len({c["name"] for c in cases}) == len(cases) >= 9
for c in cases:
    assert c["summary"] and isinstance(c["axes"], list)
    assert isinstance(c["needs"], list) and isinstance(c["available"], bool)
    assert c["available"] or c["reason"]
loop = [c for c in cases if c["name"] == "null.loop"][0]
assert loop["available"]
EOF
finish
