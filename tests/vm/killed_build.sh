# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel whose build was killed KILLS times, at random moments between its
# first command and its last, is to the byte the one that was built in peace.
# It is built twice and more: only with MMGAUGE_LINUX and MMGAUGE_LONG. SEED
# repeats what failed.
. "$MMGAUGE_SOURCE/tests/lib.sh"
[ -n "${MMGAUGE_LONG:-}" ] || {
	echo "set MMGAUGE_LONG: two builds of a kernel take half an hour"
	exit 77
}
. "$MMGAUGE_SOURCE/tests/linux_tree.sh"

kills=${KILLS:-20}
seed=${SEED:-$(date +%s)}
target=vm:git:$MMGAUGE_LINUX:$(git -C "$MMGAUGE_LINUX" rev-parse HEAD)
expect 0 . kernel build "$target"
peace=$(sed -n 's|.* \(/.*\)/mmgauge.ko$|\1|p' "$scratch/stdout")

export XDG_CACHE_HOME=$scratch/cache
objects() {
	find "$scratch/cache" -name '*.o' 2>/dev/null | wc -l
}
round=0
while [ "$round" -lt "$kills" ]; do
	round=$((round + 1))
	# From when it compiles again; often short, so that the same objects are hit
	# again and again.
	pause=$(awk -v seed="$seed$round" 'BEGIN { srand(seed); print 3 + 60 * rand() ^ 2 }')
	signal=$(echo "INT TERM KILL" | cut -d' ' -f$((round % 3 + 1)))
	"$MMGAUGE" kernel build "$target" >"$scratch/build.log" 2>&1 </dev/null &
	pid=$!
	before=$(objects)
	while [ "$(objects)" -le "$before" ] && kill -0 $pid 2>/dev/null; do sleep 1; done
	sleep "$pause"
	kill -$signal $pid 2>/dev/null || break
	wait $pid && break
	# What a killed one started goes on until it notices.
	while pgrep -f "$scratch/cache" >/dev/null; do sleep 0.2; done
	echo "round $round: SIG$signal after $pause s, $(objects) objects"
done
[ "$round" -eq "$kills" ] || fail "seed $seed: it ended in round $round: $(tail -3 "$scratch/build.log")"
expect 0 . kernel build "$target"
killed=$(sed -n 's|.* \(/.*\)/mmgauge.ko$|\1|p' "$scratch/stdout")
cmp "$peace/vmlinux" "$killed/vmlinux" || fail "seed $seed: another kernel"
finish
