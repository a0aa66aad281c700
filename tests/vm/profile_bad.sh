# SPDX-License-Identifier: GPL-2.0-or-later
# What can go wrong with a profile: a line, and what was measured is kept.
. "$MMGAUGE_SOURCE/tests/lib.sh"

# The emulator, and what is to go wrong in it.
mkdir "$scratch/bin"
cat >"$scratch/bin/qemu-system-x86_64" <<'EOF'
#!/usr/bin/python3
import os, subprocess, sys

arguments, mode = sys.argv[1:], os.environ.get("MODE")
plugin = "-plugin" in arguments
if plugin and mode == "none":
    sys.exit("qemu-system-x86_64: -plugin: invalid option")
if plugin and "-kernel" in arguments and mode == "full":
    room = os.statvfs(".")
    with open("ballast", "wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, room.f_bavail * room.f_bsize - 65536)
if mode == "other" and "-incoming" in arguments:
    sys.exit("a snapshot is of the kernel that it was taken of")
if plugin and "-kernel" in arguments and mode == "other":
    at = arguments.index("-kernel") + 1
    notes = subprocess.run(["readelf", "-n", arguments[at]], text=True, capture_output=True).stdout
    number = bytes.fromhex(notes.split("Build ID: ")[1].split()[0])
    with open(arguments[at], "rb") as kernel, open("other", "wb") as other:
        other.write(kernel.read().replace(number, bytes(len(number))))
    arguments[at] = "other"
os.execv(os.environ["REAL_QEMU"], ["qemu-system-x86_64"] + arguments)
EOF
chmod +x "$scratch/bin/qemu-system-x86_64"
REAL_QEMU=$(command -v qemu-system-x86_64) PATH=$scratch/bin:$PATH
export REAL_QEMU PATH MODE

MODE=
expect 2 'only the exact clock' run null.loop --on vm:deb:6.12 --clock wall --profile

# The plugin fills the disk that the guest reports through, too.
if unshare -m true 2>/dev/null; then
	cat >"$scratch/confined" <<EOF
#!/bin/sh
exec unshare -m sh -c 'mount -t tmpfs -o size=100m none "\$0" && exec "$MMGAUGE" "\$@"' \
	"${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge/tmp" "\$@"
EOF
	chmod +x "$scratch/confined"
	real=$MMGAUGE MODE=full
	MMGAUGE=$scratch/confined
	expect 0 'gave up: No space left on device: XDG_CACHE_HOME' \
		run pin.fast null.loop -p batch=512 -p memory=4k \
		--on vm:deb:6.12 --profile=calls -o "$scratch/full.json"
	MMGAUGE=$real
	grep -q 'crashed\|failed' "$scratch/stderr" && fail "full: $(cat "$scratch/stderr")"
	sh "$MMGAUGE_SOURCE/tests/validate.sh" "$scratch/full.json" || fail "schema"
fi

# A run that is resumed where no plugin can be loaded keeps what it has.
MODE=
"$MMGAUGE" run null.loop --boots 2 --on vm:deb:6.12 --profile -o "$scratch/out" \
	>"$scratch/stdout" 2>"$scratch/stderr" &
pid=$!
turns=0
until grep -q '"reply"' "$scratch/out"/*.journal 2>/dev/null || [ "$turns" -ge 1200 ]; do
	turns=$((turns + 1))
	sleep 0.1
done
kill -TERM $pid
wait $pid && fail "SIGTERM: exit code 0"
journal=$(ls "$scratch/out"/*.journal) || fail "no journal"
mkdir "$scratch/later"
sed 's/"version": *"#/&another /' "$journal" >"$scratch/later/${journal##*/}"
# Symbols of another build than what runs, and a run of another kernel.
MODE=other
expect 2 'another kernel than this run began on' run --resume "$scratch/later/${journal##*/}"
grep -q 'vmlinux: not what runs in the guest (build id .*, not 000000000000)' \
	"$scratch/stderr" || fail "names from another kernel: $(cat "$scratch/stderr")"
MODE=none
expect 0 'no profile: qemu-system-x86_64 loads no plugin' run --resume "$journal"
/usr/bin/python3 - "$scratch/out"/*.json <<'EOF' || fail "resumed"
import json, sys
result = json.load(open(sys.argv[1]))
assert result["run"]["profile"][0] == "instructions"
trials = result["cells"][0]["trials"]
assert ["profile" in t for t in trials] == [True, False], trials
EOF
expect 0 '^0 changed, [1-9]' why "$scratch/out"/*.json "$scratch/out"/*.json
finish
