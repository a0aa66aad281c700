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

# A line for each case; of one that is named, all.
expect 0 '^invalidate.exit ' list
[ "$(grep -c '^[a-z]' "$scratch/stdout")" -eq "$("$MMGAUGE" list --names | wc -l)" ] ||
	fail "not a line for each case"
sed '/^$/,$d' "$scratch/stdout" | awk 'length > 80 { exit 1 }' || fail "list: wider than 80"
grep -q batch "$scratch/stdout" && fail "list tells axes"
expect 0 '^    batch ' list pin.fast

# Suites: their cells, and what each is for.
expect 0 '^quick  *[1-9][0-9]* cells  one look' list --suites
expect 0 '^quick$' list --suites --names
[ "$(wc -l <"$scratch/stdout")" -eq "$(ls "$MMGAUGE_SOURCE/configs/suites" | wc -l)" ] ||
	fail "not every suite: $(cat "$scratch/stdout")"
expect_error 'takes no GLOB' list --suites 'pin.*'

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
