# SPDX-License-Identifier: GPL-2.0-or-later
# pin.* held against the kernel's own gup_test, on each architecture a kernel can be
# built for here: within 1 %. A kernel is built for each: only with MMGAUGE_LINUX.
. "$MMGAUGE_SOURCE/tests/lib.sh"
. "$MMGAUGE_SOURCE/tests/linux_tree.sh"

for arch in amd64 arm64; do
	if ! "$MMGAUGE" kernel build "vm:git:$MMGAUGE_LINUX:HEAD:$arch" >"$scratch/log" 2>&1; then
		grep -q 'is not installed' "$scratch/log" || fail "$arch: $(cat "$scratch/log")"
		echo "$arch skipped: $(tail -n 1 "$scratch/log")"
		continue
	fi
	set -- -p memory=4k,thp -p batch=1,512 --on vm:git:HEAD --repo "$MMGAUGE_LINUX" \
		--arch "$arch" --seed 1
	expect 0 '\.json$' run pin.gup_test -p command=pin_fast,pin_longterm,pin_basic,get_basic \
		"$@" -o "$scratch/gup_test-$arch.json"
	expect 0 '\.json$' run pin.fast pin.locked -p kind=pin,get -p term=short,long -p range=16384 \
		-p access=write -p release=plain "$@" -o "$scratch/pin-$arch.json"
	/usr/bin/python3 - "$scratch/gup_test-$arch.json" "$scratch/pin-$arch.json" <<'END' ||
import json, statistics, sys
def medians(path):
    found = {}
    for cell in json.load(open(path))["cells"]:
        axes = cell["axes"]
        if cell["status"] != "ok":
            assert cell["status"] == "skipped", cell
            continue
        for name, metric in cell["trials"][0]["metrics"].items():
            command = axes.get("command") or {
                ("pin.fast", "pin", "short"): "pin_fast",
                ("pin.locked", "pin", "short"): "pin_basic",
                ("pin.locked", "pin", "long"): "pin_longterm",
                ("pin.locked", "get", "short"): "get_basic",
            }.get((cell["case"], axes["kind"], axes["term"]))
            found[command, axes["memory"], axes["batch"], name] = \
                statistics.median(metric["samples"])
    return found
theirs, ours = map(medians, sys.argv[1:])
held = 0
for key, cost in theirs.items():
    if key[0] == "get_basic" and key[3] == "unpin":
        continue # an inline function in two loops
    assert key in ours, (key, sorted(map(str, ours)))
    change = ours[key] / cost - 1
    print("%-40s %8.2f %8.2f %+.2f %%" % (" ".join(map(str, key)), cost, ours[key], 100 * change))
    assert abs(change) < 0.01, key
    held += 1
assert held >= 20, held
END
		fail "$arch: see above"
done
finish
