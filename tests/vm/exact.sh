# SPDX-License-Identifier: GPL-2.0-or-later
# The main path: two Debian kernels on the exact clock, twice: from snapshots and
# booted.
. "$MMGAUGE_SOURCE/tests/lib.sh"

measure() {
	expect 0 '\.json$' run quick --on vm:deb:6.1 --on vm:deb:6.12 \
		--clock instructions --seed "$1" -o "$scratch/out" $2
	cp "$scratch/stdout" "$scratch/files$1"
	cp "$scratch/stderr" "$scratch/log$1"
}

measure 1
measure 2 --no-snapshot
old=$(sed -n 1p "$scratch/files1") new=$(sed -n 2p "$scratch/files1")
again_old=$(sed -n 1p "$scratch/files2") again_new=$(sed -n 2p "$scratch/files2")
for file in "$old" "$new" "$again_old" "$again_new"; do
	sh "$MMGAUGE_SOURCE/tests/validate.sh" "$file" || fail "schema of $file"
done

/usr/bin/python3 - "$old" "$again_old" "$new" "$again_new" <<'EOF' || fail "figures: $(cat "$scratch/log1")"
import json, statistics, sys

def load(name):
    r = json.load(open(name))
    cells = {}
    for c in r["cells"]:
        cells[c["case"] + json.dumps(c["axes"], sort_keys=True)] = c
    return r, cells

def medians(cells):
    return {
        (key, name): statistics.median(m["samples"])
        for key, c in cells.items() for t in c["trials"]
        for name, m in t["metrics"].items()
    }

for first, second in (sys.argv[1:3], sys.argv[3:5]):
    (r, cells), (_, cells2) = load(first), load(second)
    assert r["clock"]["kind"] == "instructions"
    assert r["machine"]["accelerator"] and r["machine"]["fingerprint"]
    assert r["subject"]["release"].startswith("6.1")
    for key, c in cells.items():
        assert c["status"] in ("ok", "skipped"), (key, c["status"], c.get("reason"))
        # What may be skipped: no KVM in the guest, no second vCPU.
        if c["status"] == "skipped":
            assert "/dev/kvm" in c["reason"] or "CPUs" in c["reason"], c["reason"]
    ok = [c for c in cells.values() if c["status"] == "ok"]
    assert len(ok) >= 30, len(ok)
    # The hand-counted loop: two instructions a turn, a thousand turns.
    loop = [c for c in ok if c["case"] == "null.loop"][0]
    value = statistics.median(loop["trials"][0]["metrics"]["operation"]["samples"])
    assert abs(value / 2000 - 1) < 0.01, value
    for c in ok:
        if c["case"] == "fault.hmm": # one CPU: nobody comes between
            assert {"retries", "busy", "first_tries"} < set(c["trials"][0]["exact"])
        share = c["trials"][0]["facts"]["harness_share"]
        # A single registration cannot be batched: its clock reads show.
        assert share < (0.15 if c["case"].startswith("lifetime") else 0.02), (c["case"], share)
    a, b = medians(cells), medians(cells2)
    assert a.keys() == b.keys()
    off = {k: (a[k], b[k]) for k in a if abs(a[k] / b[k] - 1) > 0.001}
    print(f"{len(a)} medians, {len(off)} differ by more than 0.1 %: {off}")
    assert len(off) <= len(a) // 50, off
EOF

# Both subjects really differ, and a kernel does not differ from itself.
expect 1 'regression' compare "$old" "$new"
expect 0 'unchanged' compare "$old" "$again_old"
grep -q ' regression' "$scratch/stdout" && fail "a regression against itself: $(cat "$scratch/stdout")"
expect 0 'index.html' report "$old" "$new" -o "$scratch/report"
[ -s "$scratch/report/index.html" ] || fail "no report"

# What was measured before is not measured again.
expect 0 '\.json$' run quick --on vm:deb:6.1 --on vm:deb:6.12 --clock instructions \
	--seed 2 --reuse -o "$scratch/reused"
[ "$(grep -c "measured before: .*: nothing it depends" "$scratch/stderr")" -eq 2 ] &&
	! grep -q ': boot 1' "$scratch/stderr" || fail "reuse: $(cat "$scratch/stderr")"
/usr/bin/python3 - "$again_old" "$(sed -n 1p "$scratch/stdout")" <<'EOF' || fail "reused"
import json, sys
first, reused = (json.load(open(name)) for name in sys.argv[1:])
assert reused["cells"] == first["cells"] and reused["machine"] == first["machine"]
assert reused["run"]["reused"] == first["run"]["id"] != reused["run"]["id"]
EOF
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$(sed -n 2p "$scratch/stdout")" || fail "schema"
expect_error 'of one moment' run null.loop --on host --clock wall --reuse
pgrep -f "$scratch" >/dev/null && fail "a QEMU is left over"
finish
