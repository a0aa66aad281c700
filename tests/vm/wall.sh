# SPDX-License-Identifier: GPL-2.0-or-later
# The wall clock in a guest of two CPUs, under KVM where that comes up; under
# emulation its times are functional, and compare says so.
. "$MMGAUGE_SOURCE/tests/lib.sh"

expect 0 '\.json$' run null.loop membarrier.sync_core -p siblings=0,1 \
	--on vm:deb:6.12 --clock wall --boots 1 --max-time 500ms -o "$scratch/out"
file=$(cat "$scratch/stdout")
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$file" || fail "schema"
/usr/bin/python3 - "$file" "$(nproc)" <<'EOF' || fail "$(cat "$scratch/stderr")"
import json, sys
r = json.load(open(sys.argv[1]))
assert r["clock"]["kind"] == "wall"
assert r["machine"]["accelerator"] in ("kvm", "tcg")
# Why it is not KVM is told.
assert r["machine"]["accelerator"] == "kvm" or r["machine"]["accelerator_reason"]
for c in r["cells"]:
    if int(sys.argv[2]) >= 2:
        assert c["status"] == "ok", (c["case"], c["axes"], c.get("reason"))
    for t in c["trials"]:
        for name, m in t["metrics"].items():
            assert m["unit"].startswith("s"), m["unit"]
            # What a victim lost may be nothing.
            assert name == "lost" or all(s > 0 for s in m["samples"])
EOF
if grep -q '"accelerator": *"tcg"' "$file"; then
	expect_error 'emulation' compare "$file" "$file"
	expect 0 'inconclusive' compare --force "$file" "$file"
fi
finish
