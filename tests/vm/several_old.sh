# SPDX-License-Identifier: GPL-2.0-or-later
# Several CPUs with a QEMU whose CPUs do not share time (before 8.1), and no newer
# one to be had: siblings that spin do it with PAUSE, and the result says so; what
# contends skips with a line. A newer QEMU than that says it is 7.2 here.
. "$MMGAUGE_SOURCE/tests/lib.sh"

# The kernel from the real cache, into one without a QEMU, and no network.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge
expect 0 '1 ok' run null.loop --on vm:deb:6.12 -o "$scratch/one.json"
mkdir -p "$scratch/bin" "$scratch/cache/mmgauge"
ln -s "$cache/kernels" "$cache/modules" "$scratch/cache/mmgauge"
cat >"$scratch/bin/qemu-system-x86_64" <<'EOF'
#!/bin/sh
[ "$*" = --version ] && { echo "QEMU emulator version 7.2.99"; exit; }
# With its defaults it loads modules for sound; another build's end it.
case "$*" in
*-nodefaults* | *,help) ;;
*) echo "Only modules from the same build can be loaded." >&2; exit 134 ;;
esac
exec "$REAL_QEMU" "$@"
EOF
printf '#!/bin/sh\nexit 100\n' >"$scratch/bin/apt-get"
chmod +x "$scratch"/bin/*
REAL_QEMU=$(command -v qemu-system-x86_64) PATH=$scratch/bin:$PATH
XDG_CACHE_HOME=$scratch/cache
export REAL_QEMU PATH XDG_CACHE_HOME

cat >"$scratch/old-suite.json" <<'EOS'
{ "schema": "mmgauge-suite/1", "name": "old", "precision": "2%", "max_time": "100ms",
  "cells": [
    { "case": "membarrier.sync_core", "axes": { "siblings": [0, 1], "doing": ["running", "pausing", "sleeping", "kernel"] } },
    { "case": "membarrier.sync_core", "axes": { "siblings": 0, "callers": 2 } },
    { "case": "invalidate.munmap", "axes": { "subscription": "interval", "count": 1, "range": 512, "threads": 1 } },
    { "case": "pin.contended", "axes": { "against": "same", "threads": 1, "method": "fast", "range": 16 } }
  ] }
EOS
old=$scratch/old.json
expect 0 'identical' run "$scratch/old-suite.json" --on vm:deb:6.12 --config cpus=2 \
	--seed 1 --verify-determinism -o "$old"
grep -q 'take turns at PAUSE only.*cells that contend skip: no QEMU of 8.1 or newer' \
	"$scratch/stderr" || fail "no line says so: $(cat "$scratch/stderr")"
/usr/bin/python3 - "$old" <<'EOP' || fail "figures: $(cat "$scratch/stdout")"
import json, statistics, sys
old = json.load(open(sys.argv[1]))
turns = "2 CPUs, turns up to a PAUSE, which spinning threads execute, each counted, QEMU 7.2.99"
assert old["machine"]["turns"] == turns, old["machine"]
cells = {}
for c in old["cells"]:
    a = c["axes"]
    key = (c["case"].split(".")[1], a.get("siblings"), a.get("doing"), a.get("callers"))
    if key in (("sync_core", 1, "kernel", 1), ("sync_core", 0, "running", 2)) or key[0] == "contended":
        assert c["status"] == "skipped" and "install 8.1 or newer" in c["reason"], c
        continue
    assert c["status"] == "ok" and c["guest"] == turns, (key, c["status"], c["reason"])
    assert len(c["trials"]) == 3, key
    cells[key] = {n: [statistics.median(t["metrics"][n]["samples"]) for t in c["trials"]]
                  for n in c["trials"][0]["metrics"]}
    for values in cells[key].values():
        assert values[0] == values[2], (key, values)

def of(doing, metric):
    return cells["sync_core", 1, doing, 1][metric][0]

# Spinning is pausing; it is interrupted and loses something, one asleep nothing.
for metric in ("operation", "others", "system"):
    assert abs(of("running", metric) - of("pausing", metric)) <= .001 * of("pausing", metric)
assert of("running", "others") > 100 and of("sleeping", "others") == 0
assert of("sleeping", "operation") < of("running", "operation")
assert cells["munmap", None, None, None]["others"][0] > 100
EOP
pgrep -f "$scratch" >/dev/null && fail "a QEMU is left over"
finish
