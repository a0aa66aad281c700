# SPDX-License-Identifier: GPL-2.0-or-later
# A guest that begins from a snapshot measures what one that boots does; one
# that is damaged is a boot more, and no error.
. "$MMGAUGE_SOURCE/tests/lib.sh"

# The cache of all, but for the snapshots.
old=${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge
export XDG_CACHE_HOME="$scratch/cache"
cache=$XDG_CACHE_HOME/mmgauge/snapshots
mkdir -p "$XDG_CACHE_HOME/mmgauge"
for part in kernels modules agents libraries; do
	[ ! -e "$old/$part" ] || ln -s "$old/$part" "$XDG_CACHE_HOME/mmgauge"
done

# Some wait for long: what the kernel does later on hangs on its random numbers,
# and those on when and where each interrupt found the CPU.
cells="pin.fast null.ioctl fault.hmm invalidate.exit lifetime.release
	-p batch=512 -p memory=4k -p work=none -p stop=0 -p vmas=10 -p count=1
	-p range=512,2048 --latency 128 --max-time 25ms --boots 1"

# measure NAME OPTION...: a few cells.
measure() {
	name=$1
	shift
	expect 0 '\.json$' run $cells --on vm:deb:6.12 --seed 1 \
		-o "$scratch/$name.json" "$@"
	grep -q 'once more' "$scratch/stderr" &&
		fail "$name: $(cat "$scratch/stderr")"
}

same() {
	/usr/bin/python3 - "$scratch/$1.json" "$scratch/$2.json" <<'PYTHON' ||
import json, sys
first, second = ([t["metrics"] for c in json.load(open(name))["cells"]
                  for t in c["trials"]] for name in sys.argv[1:])
assert first and all(first), first
apart = [(a, b) for a, b in zip(first, second) if a != b]
assert len(first) == len(second) and not apart, apart[:1]
PYTHON
		fail "$1 and $2 differ"
}

count() {
	ls "$cache"/*/state 2>/dev/null | wc -l
}

measure booted --no-snapshot
[ "$(count)" -eq 0 ] || fail "--no-snapshot took one"
measure once
[ "$(count)" -eq 0 ] || fail "one was taken of a guest that is not asked again"
measure saved
[ "$(count)" -eq 1 ] || fail "$(count) snapshots after two boots"
state=$(echo "$cache"/*/state)
touch -d '2 hours ago' "$state"
measure restored
[ "$(count)" -eq 1 ] || fail "$(count) snapshots after a restore"
[ -n "$(find "$state" -mmin -60)" ] || fail "the snapshot was not used"
same booted once
same booted saved
same booted restored

# One that ends in the middle: QEMU cannot load it, and nobody notices.
inode=$(stat -c %i "$state")
truncate -s -3M "$state"
measure damaged
same booted damaged
[ ! -e "$state" ] || [ "$(stat -c %i "$state")" -ne "$inode" ] ||
	fail "the damaged one is still there"

# What it depends on is another guest.
cells="pin.fast -p batch=512 -p memory=4k --boots 1"
measure other --config kstack --boots 2
[ "$(count)" -ge 1 ] || fail "none was taken before a second boot"
[ ! -e "$state" ] || fail "the same snapshot for another command line"

# Several CPUs take the turns that those of a boot take.
cells="membarrier.sync_core -p siblings=1"
measure two --no-snapshot --boots 1
measure turns --boots 2
[ "$(count)" -ge 2 ] || fail "none of two CPUs"
/usr/bin/python3 - "$scratch/two.json" "$scratch/turns.json" <<'PYTHON' ||
import json, statistics, sys
booted, restored = ([statistics.median(t["metrics"]["operation"]["samples"])
                     for c in json.load(open(name))["cells"] for t in c["trials"]]
                    for name in sys.argv[1:])
assert len(booted) == 1 and len(restored) == 2, (booted, restored)
assert all(abs(r / booted[0] - 1) < 0.003 for r in restored), (booted, restored)
PYTHON
	fail "turns of a snapshot are not those of a boot"

# The cache knows them.
expect 0 snapshot cache
finish
