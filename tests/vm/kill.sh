# SPDX-License-Identifier: GPL-2.0-or-later
# However a run ends, no QEMU and no scratch folder outlive it, and what was
# measured is there for --resume.
. "$MMGAUGE_SOURCE/tests/lib.sh"

for signal in TERM KILL; do
	rm -rf "$scratch/out"
	qemu=
	"$MMGAUGE" run quick --on vm:deb:6.12 --seed 1 -o "$scratch/out" \
		>"$scratch/stdout" 2>"$scratch/stderr" &
	pid=$!
	# One guest may have ended and the next one not begun yet.
	turns=0
	until grep -q '"reply"' "$scratch/out"/*.journal 2>/dev/null &&
		qemu=$(pgrep -d, -P $pid -f qemu-system); do
		turns=$((turns + 1))
		[ "$turns" -lt 3000 ] || break
		sleep 0.1
	done
	[ -n "$qemu" ] || fail "no QEMU under way: $(cat "$scratch/stderr")"
	kill -$signal $pid || fail "it ended first: $(cat "$scratch/stderr")"
	status=0
	wait $pid || status=$?
	[ "$status" -ne 0 ] || fail "SIG$signal: exit code 0"
	sleep 1
	# Dead but not yet reaped by whoever adopted it is dead enough.
	state=$(ps -o stat= -p "${qemu:-0}" | grep -v '^Z' || true)
	[ -z "$state" ] || fail "SIG$signal: QEMU lives on: $state"
	[ -z "$(ls "$scratch/out"/*.json 2>/dev/null)" ] || fail "half a result"
	journal=$(ls "$scratch/out"/*.journal) || fail "no journal"
	expect 0 '\.json$' run --resume "$journal"
done
leftover=$(ls "${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge/tmp" 2>/dev/null | wc -l)
[ "$leftover" -le 2 ] || fail "$leftover scratch folders are left"
finish
