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

# Configurations: each file of the folder, each as its schema says, and all keys.
expect 0 '^  pti  *page table isolation' list --machines
awk 'length > 80 { exit 1 }' "$scratch/stdout" || fail "list --machines: wider than 80"
expect 0 '^  pti=on|off  ' list --machines
expect 0 '^pti$' list --machines --names
[ "$(wc -l <"$scratch/stdout")" -eq "$(ls "$MMGAUGE_SOURCE/configs/machines" | wc -l)" ] ||
	fail "not every machine: $(cat "$scratch/stdout")"
for name in $(cat "$scratch/stdout"); do
	/usr/bin/python3 -m jsonschema -i "$MMGAUGE_SOURCE/configs/machines/$name.json" \
		"$MMGAUGE_SOURCE/configs/machine.schema.json" || fail "$name: not what the schema says"
	grep -q "\"name\": \"$name\"" "$MMGAUGE_SOURCE/configs/machines/$name.json" || fail "$name has another name"
done
expect 0 '"keys"' list --machines --json
expect_error 'takes no GLOB' list --machines pti
mkdir -p "$scratch/configs/machines"
while read -r name why text; do
	echo "$text" >"$scratch/configs/machines/$name.json"
	MMGAUGE_CONFIGS="$scratch/configs" expect_error "$why" list --machines
	rm "$scratch/configs/machines/$name.json"
done <<'END'
cut cut.json:2:0: {"schema":
other see.configs/machine.schema.json {"schema": "mmgauge-machine/2", "summary": "x", "settings": {}}
number /settings/cpus {"schema": "mmgauge-machine/1", "summary": "x", "settings": {"cpus": 2}}
key did.you.mean.'pti' {"schema": "mmgauge-machine/1", "summary": "x", "settings": {"ptj": "on"}}
END

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
# Configurations that a suite names, unless --config says others.
suite() {
	printf '{"schema": "mmgauge-suite/1", "name": "two", "configurations": %s,
		"cells": [{"case": "null.loop"}]}' "$1" >"$scratch/two.json"
}
suite '["default", "pti"]'
/usr/bin/python3 -m jsonschema -i "$scratch/two.json" \
	"$MMGAUGE_SOURCE/configs/suite.schema.json" || fail "two.json: not what the schema says"
expect 0 . run "$scratch/two.json" --on vm:deb:6.1 --dry-run
grep -q '2 targets' "$scratch/stderr" || fail "a suite's configurations: not both"
expect 0 . run "$scratch/two.json" --on vm:deb:6.1 --config la57 --dry-run
! grep -q '2 targets' "$scratch/stderr" || fail "--config: a suite's as well"
expect_error 'give one --config' run "$scratch/two.json" --until-verdict vm:deb:6.1 --on vm:deb:6.12
suite '["pti", "ptj"]'
expect_error 'two.json: /configurations/1: --config: .ptj.: no such machine: did you mean' \
	run "$scratch/two.json" --on vm:deb:6.1 --dry-run
suite '"pti"'
expect_error 'two.json: /configurations: not a list of names' run "$scratch/two.json" --dry-run

finish
