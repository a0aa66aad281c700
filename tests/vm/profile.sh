# SPDX-License-Identifier: GPL-2.0-or-later
# A profile changes nothing in the guest and leaves no instruction out.
. "$MMGAUGE_SOURCE/tests/lib.sh"

plain=$scratch/plain.json profiled=$scratch/profiled.json
expect 0 '\.json$' run quick --on vm:deb:6.12 --seed 1 -o "$plain"
expect 0 '\.json$' run quick --on vm:deb:6.12 --seed 1 --profile -o "$profiled"
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$profiled" || fail "schema"

/usr/bin/python3 - "$plain" "$profiled" <<'EOF' || fail "figures"
import json, os, statistics, sys

plain, profiled = (json.load(open(name)) for name in sys.argv[1:])
functions, work = (profiled["profiles"][k] for k in ("functions", "work"))

def medians(result):
    return {(c["case"], json.dumps(c["axes"]), name): statistics.median(m["samples"])
            for c in result["cells"] for t in c["trials"]
            for name, m in t["metrics"].items()}

assert medians(plain) == medians(profiled)
whole = missing = several = 0
for c in profiled["cells"]:
    for t in c["trials"]:
        # Of several CPUs: what the others did is told, too, and its sum.
        several += {"others", "system"} <= set(t.get("profile", {}))
        for name, metric in t["metrics"].items():
            profile = t.get("profile", {}).get(name)
            if profile is None:
                # Stretches that overlap, or one of a list that grows.
                assert name in ("hold", "repeat_get"), (c["case"], name)
                missing += 1
                continue
            like = t["profile"][profile["like"]] if "like" in profile else profile
            turns = zip(like["work"][::2], like["work"][1::2])
            total = sum(work[w][1] * times for w, times in turns)
            assert total == like["ticks"], (c["case"], name, total, like["ticks"])
            value = (like["ticks"] - like["harness"]) / profile["units"]
            samples = sorted(metric["samples"])
            assert value == samples[(len(samples) - 1) // 2], (c["case"], name)
            whole += 1
print(f"{whole} metrics to the last instruction, {missing} not taken apart")
assert whole > 50 and missing < 10
# The caller sends one interrupt, which makes the other CPU run a handler.
def named(profile):
    return {functions[w[0]][1] for w in (work[i] for i in profile["work"][::2])}
def amount(profile, kind):
    at = profiled["run"]["profile"].index(kind) + 1
    return sum((work[w] + [0] * 40)[at] * times
               for w, times in zip(profile["work"][::2], profile["work"][1::2])) / profile["units"]
if any("guest" in c for c in profiled["cells"]): # a newer QEMU is at hand
    assert several == 1, several
    calls = [c["trials"][0]["profile"] for c in profiled["cells"] if c.get("guest")][0]
    assert "membarrier_private_expedited" in named(calls["operation"]) - named(calls["others"])
    assert "__flush_smp_call_function_queue" in named(calls["others"]) - named(calls["operation"])
    assert amount(calls["operation"], "interrupts_sent") == 1 == amount(calls["system"], "interrupts_sent")
    assert amount(calls["others"], "interrupts_sent") == 0
modules = {module for module, _ in functions}
assert {"vmlinux", "mmgauge", "agent"} <= modules, modules
# Stubs of the linker in the agent have no names.
assert sum(w[1] for w in work if functions[w[0]] == ["", ""]) < 10, "code without symbols"
# A loop of a thousand turns of two instructions, one of them a branch.
kinds = profiled["run"]["profile"]
loop = [c for c in profiled["cells"] if c["case"] == "null.loop"][0]
p = loop["trials"][0]["profile"]["operation"]
def total(kind):
    at = kinds.index(kind) + 1
    return sum((work[w] + [0] * 40)[at] * times
               for w, times in zip(p["work"][::2], p["work"][1::2])) / p["units"]
assert abs(total("conditional_branches") / 1000 - 1) < .01, total("conditional_branches")
assert abs(total("branches_taken") / 999 - 1) < .01, total("branches_taken")
sizes = [os.path.getsize(name) for name in sys.argv[1:]]
assert sizes[1] < 2 * sizes[0], sizes
EOF

# Who calls whom: what a function costs with all it calls is what it ran itself
# and what each of its calls cost, to the last instruction.
calls=$scratch/calls.json
expect 0 '\.json$' run pin.fast switch.kthread_use_mm -p batch=512 -p registered=none \
	-p kind=pin -p memory=4k --on vm:deb:6.12 --seed 1 --profile=calls,lines -o "$calls"
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$calls" || fail "schema"
/usr/bin/python3 - "$calls" <<'EOF' || fail "calls"
import collections, json, sys

result = json.load(open(sys.argv[1]))
functions, calls, work = (result["profiles"][k] for k in ("functions", "calls", "work"))
held = 0
for c in result["cells"]:
    for t in c["trials"]:
        for name, p in t["profile"].items():
            if "like" in p:
                continue
            own, into, out = (collections.Counter() for _ in range(3))
            for w, times in zip(p["work"][::2], p["work"][1::2]):
                own[functions[work[w][0]][1]] += work[w][1] * times
            for n, times in zip(p["calls"][::2], p["calls"][1::2]):
                by, to = (functions[f][1] for f in calls[n][:2])
                if by != to:
                    into[to] += calls[n][3] * times
                    out[by] += calls[n][3] * times
            for f in ("pin_user_pages_fast", "gup_fast_fallback", "try_grab_folio_fast",
                      "unpin_user_pages", "kthread_use_mm", "kthread_unuse_mm"):
                if f in into:
                    assert into[f] == own[f] + out[f], (f, into[f], own[f], out[f])
                    held += 1
assert held >= 6, held
# Unpinning 512 pages of 64 bytes each reads 512 pointers: 1.125 lines a page, and
# some more for all; pinning reads as many page table entries.
kinds = result["run"]["profile"]
def total(profile, kind):
    at = kinds.index(kind) + 1
    return sum((work[w] + [0] * 60)[at] * times
               for w, times in zip(profile["work"][::2], profile["work"][1::2]))
seen = 0
for c in result["cells"]:
    for t in c["trials"]:
        for name, least in ("pin", 1.25), ("unpin", 1.125):
            p = t["profile"].get(name, {})
            if "work" not in p or c["axes"]["release"] != "plain":
                continue
            lines, missed = (total(p, kind) / p["units"] for kind in ("data_lines", "l1d_misses"))
            assert least < lines < least + .1, (name, lines)
            assert 0 < missed < lines + .1, (name, lines, missed)
            seen += 1
        # A page's entry is read once and twice again, to see that nothing changed.
        pin = t["profile"].get("pin", {})
        if "table_loads" in kinds and "work" in pin and c["axes"]["release"] == "plain":
            assert 2 < total(pin, "table_loads") / pin["units"] < 4
            assert not total(pin, "table_stores")
assert seen >= 2, seen
assert result["run"]["caches"] == "l1d=32768/8,l1i=32768/8,l2=1048576/16"
EOF

# For other programs: what is handed on adds up to the clock's count.
sample="pin.fast --metric pin -p access=write -p term=short -p release=plain -p fault=allowed"
"$MMGAUGE" export "$calls" $sample >"$scratch/callgrind.out" || fail "callgrind"
callgrind_annotate --inclusive=yes "$scratch/callgrind.out" >"$scratch/annotated" 2>&1 ||
	fail "callgrind_annotate: $(cat "$scratch/annotated")"
grep -q 'line [0-9]' "$scratch/annotated" && fail "$(grep 'line [0-9]' "$scratch/annotated")"
ticks=$(awk '/^summary:/ { print $2 }' "$scratch/callgrind.out")
tr -d , <"$scratch/annotated" | grep -q "^ *$ticks (100.0%).*mmg_do_pin" ||
	fail "mmg_do_pin is not all of $ticks: $(head -40 "$scratch/annotated")"
"$MMGAUGE" export "$calls" $sample --format folded >"$scratch/folded" || fail "folded"
grep -q '^mmg_do_pin;mmg_pin_plain;pin_user_pages_fast;gup_fast_fallback [0-9]*$' \
	"$scratch/folded" || fail "no stack: $(cat "$scratch/folded")"
awk -v ticks="$ticks" '{ sum += $NF } END { exit !(sum > ticks - 100 && sum < ticks + 100) }' \
	"$scratch/folded" || fail "not $ticks: $(cat "$scratch/folded")"
expect_error 'choose one with -p' export "$profiled" pin.fast
expect_error 'measured no such cell' export "$profiled" pin.fast -p batch=3
expect_error 'no profile of nothing' export "$calls" $sample --metric nothing
expect_error 'has no profile: measure it' export "$plain" null.loop

expect 0 '^0 changed, [1-9]' why "$profiled" "$profiled"
expect_error 'has no profile: measure it with' why "$plain" "$profiled"
expect_error 'only the exact clock' run null.loop --profile
expect_error 'call.* is not of calls' run null.loop --profile=call
mkdir "$scratch/configs"
sed '/"l2"/s/16/0/' "$MMGAUGE_SOURCE/configs/caches.json" >"$scratch/configs/caches.json"
MMGAUGE_CONFIGS=$scratch/configs
export MMGAUGE_CONFIGS
expect_error 'caches.json: l2: must have bytes and ways .*: mend it there' \
	run null.loop --on vm:deb:6.12 --profile=lines
unset MMGAUGE_CONFIGS

# An emulator that knows no plugins: one line, and the run goes on without.
mkdir "$scratch/bin"
cat >"$scratch/bin/qemu-system-x86_64" <<'EOF'
#!/bin/sh
case "$*" in
*-plugin*) echo "qemu-system-x86_64: -plugin: invalid option" >&2; exit 1 ;;
esac
exec "$REAL_QEMU" "$@"
EOF
chmod +x "$scratch/bin/qemu-system-x86_64"
REAL_QEMU=$(command -v qemu-system-x86_64) PATH=$scratch/bin:$PATH
export REAL_QEMU PATH
expect 0 'no profile: qemu-system-x86_64 loads no plugin: .*invalid option: install' \
	run null.loop --on vm:deb:6.12 --profile -o "$scratch/none.json"
grep -q '"profile"' "$scratch/none.json" && fail "a profile from nowhere"
finish
