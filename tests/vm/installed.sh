# SPDX-License-Identifier: GPL-2.0-or-later
# What was installed builds its module into an empty cache, on a filesystem other
# than that of the sources, and measures with it.
. "$MMGAUGE_SOURCE/tests/lib.sh"

command -v cmake >/dev/null || exit 77
"$MMGAUGE" kernel fetch 6.12 >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 77; }
cmake --install "$(dirname "$MMGAUGE")" --prefix "$scratch/made" >"$scratch/log" 2>&1 ||
	fail "cmake --install: $(tail -3 "$scratch/log")"
cache=$(mktemp -d /dev/shm/mmgauge-test-XXXXXX 2>/dev/null || mktemp -d)
trap 'rm -rf "$scratch" "$cache"' EXIT
mkdir "$cache/mmgauge"
ln -s "${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge/kernels" "$cache/mmgauge/kernels"
export XDG_CACHE_HOME="$cache"
unset MMGAUGE_AGENT
MMGAUGE=$scratch/made/bin/mmgauge
expect 0 '\.json$' run pin.fast -p batch=512 -p memory=4k --on vm:deb:6.12 \
	--clock instructions --max-time 100ms -o "$scratch/out.json"
grep -q 'building the module' "$scratch/stderr" || fail "no module built"
grep -q ': 1 ok' "$scratch/stderr" || fail "not measured: $(cat "$scratch/stderr")"
ls "$cache"/mmgauge/modules/*/mmgauge.ko >/dev/null || fail "no module in the cache"
finish
