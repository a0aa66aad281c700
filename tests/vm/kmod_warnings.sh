# SPDX-License-Identifier: GPL-2.0-or-later
# The module against the headers of both kernels, every warning an error.
. "$MMGAUGE_SOURCE/tests/lib.sh"

"$MMGAUGE" kernel fetch vm:deb:6.1 vm:deb:6.12 >"$scratch/stdout" 2>&1 ||
	fail "cannot fetch: $(cat "$scratch/stdout")"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge/kernels/deb
for series in 6.1 6.12; do
	build=$(ls -d "$cache/$series".*/build | tail -n 1)
	[ -d "$build" ] || fail "no headers of $series"
	mkdir "$scratch/$series"
	cp "$MMGAUGE_SOURCE"/kmod/*.[ch] "$MMGAUGE_SOURCE"/kmod/Kbuild "$scratch/$series"
	make -C "$build" M="$scratch/$series" W=1 KCFLAGS=-Werror modules \
		>"$scratch/log" 2>&1 || fail "$series: $(tail -n 30 "$scratch/log")"
	grep -i 'warning:' "$scratch/log" | grep -v 'compiler differs\|Skipping BTF' &&
		fail "$series: warnings"
	[ -s "$scratch/$series/mmgauge.ko" ] || fail "$series: no module"
	python3 "$MMGAUGE_SOURCE/tests/house/house.py" circles "$scratch/$series" \
		>"$scratch/log" || fail "$series: $(cat "$scratch/log")"
done
finish
