# SPDX-License-Identifier: GPL-2.0-or-later
# Tuning a machine in a folder, and bringing it back, killed in the middle too.
. "$MMGAUGE_SOURCE/tests/lib.sh"

export MMGAUGE_ROOT="$scratch/root" XDG_STATE_HOME="$scratch/state"
cpus=300

put() {
	mkdir -p "$(dirname "$MMGAUGE_ROOT$2")"
	printf '%s' "$1" >"$MMGAUGE_ROOT$2"
}

cpu=0
while [ "$cpu" -lt "$cpus" ]; do
	put powersave "/sys/devices/system/cpu/cpu$cpu/cpufreq/scaling_governor"
	put $((cpu % 2)) "/sys/devices/system/cpu/cpu$cpu/cpuidle/state3/disable"
	cpu=$((cpu + 1))
done
put 0 /sys/devices/system/cpu/intel_pstate/no_turbo
put 1 /proc/sys/kernel/nmi_watchdog
put 1 /sys/kernel/mm/ksm/run
put always /sys/kernel/mm/transparent_hugepage/enabled
put on /sys/devices/system/cpu/smt/control
cp -r "$MMGAUGE_ROOT" "$scratch/before"

same() {
	diff -r "$scratch/before" "$MMGAUGE_ROOT" >"$scratch/diff" ||
		fail "$1: not as it was: $(head -3 "$scratch/diff")"
	[ -e "$XDG_STATE_HOME/mmgauge/tune.journal" ] && fail "$1: the journal stayed"
}
governor=/sys/devices/system/cpu/cpu7/cpufreq/scaling_governor

# It only shows, unless told.
expect 0 "^$governor: powersave -> performance" tune
expect 0 'nothing was changed: .mmgauge tune --apply' tune
same "shown"
expect 0 'nothing to restore' tune --restore

# Set, and back. The kernel's brackets are its own.
expect 0 'set; .mmgauge tune --restore' tune --apply
[ "$(cat "$MMGAUGE_ROOT$governor")" = performance ] || fail "not set"
[ "$(cat "$MMGAUGE_ROOT/proc/sys/kernel/nmi_watchdog")" = 0 ] || fail "watchdog not set"
expect 0 'note *tuning' doctor --quick
# Twice: the first values count.
expect 0 'nothing to set' tune --apply
put ondemand "$governor"
expect 0 "^$governor: ondemand" tune --apply
expect 0 'restored' tune --restore
same "restored"

# What cannot be set is not claimed, and nothing is owed for it.
if unshare -m true 2>/dev/null; then
	cat >"$scratch/read-only" <<EOF
#!/bin/sh
exec unshare -m sh -c 'mount --bind "\$0" "\$0" && mount -o remount,ro,bind "\$0" &&
	exec "\$@"' "$MMGAUGE_ROOT" "$MMGAUGE" "\$@"
EOF
	chmod +x "$scratch/read-only"
	real=$MMGAUGE
	MMGAUGE=$scratch/read-only
	expect 2 'cannot be set' tune --apply
	[ ! -s "$scratch/stdout" ] || fail "claimed: $(head -3 "$scratch/stdout")"
	expect 0 'nothing to restore' tune --restore
	expect 0 'nothing to restore' tune --restore
	MMGAUGE=$real
	same "read-only"
fi

# Killed at any moment: whatever was reached, all comes back.
for delay in 0 0.002 0.004 0.006 0.008 0.010 0.012 0.015 0.02 0.03; do
	"$MMGAUGE" tune --apply >/dev/null 2>&1 &
	pid=$!
	sleep "$delay"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	diff -rq "$scratch/before" "$MMGAUGE_ROOT" | wc -l >>"$scratch/reached"
	expect 0 '^[0-9]* restored$\|nothing to restore' tune --restore
	same "killed after $delay s"
done
echo "files changed when killed: $(tr '\n' ' ' <"$scratch/reached")"

# Killed for certain between two values: the next one is a pipe nobody reads.
journal="$XDG_STATE_HOME/mmgauge/tune.journal"
ksm="$MMGAUGE_ROOT/sys/kernel/mm/ksm/run"
"$MMGAUGE" tune --apply >/dev/null
rm "$ksm"
mkfifo "$ksm"
"$MMGAUGE" tune --restore >/dev/null 2>&1 &
pid=$!
sleep 0.3
kill -9 "$pid"
wait "$pid" 2>/dev/null
rm "$ksm"
printf 0 >"$ksm"
[ -s "$journal" ] || fail "killed while restoring: the journal is gone"
expect 0 'restored' tune --restore
same "killed while restoring"

# A last line cut short was never acted on; a damaged one elsewhere is told.
"$MMGAUGE" tune --apply >/dev/null
printf '{"path":"/proc/sys' >>"$journal"
expect 0 'restored' tune --restore
same "torn journal"
"$MMGAUGE" tune --apply >/dev/null
sed '2s/.*/rubbish/' "$journal" >"$scratch/good" && cp "$journal" "$scratch/whole"
cp "$scratch/good" "$journal"
expect_error 'tune.journal:2: damaged' tune --restore
cp "$scratch/whole" "$journal"
expect 0 'restored' tune --restore
same "damaged journal"

# A file that is gone is told, and the rest restored; the journal waits.
"$MMGAUGE" tune --apply >/dev/null
rm "$ksm"
expect 2 'ksm/run: cannot be set to 1: No such file' tune --restore
[ "$(cat "$MMGAUGE_ROOT$governor")" = powersave ] || fail "the rest was not restored"
[ -s "$journal" ] || fail "the journal did not wait"
printf 0 >"$ksm"
expect 0 'restored' tune --restore
same "a file came back"

# After a reboot: what it reset is as it was, a third value is told and left.
put first-boot /proc/sys/kernel/random/boot_id
cp -r "$MMGAUGE_ROOT" "$scratch/rebooted"
"$MMGAUGE" tune --apply >/dev/null
rm -r "$MMGAUGE_ROOT"
cp -r "$scratch/rebooted" "$MMGAUGE_ROOT"
put second-boot /proc/sys/kernel/random/boot_id
expect 0 'note *tuning *undone by a reboot' doctor --quick
put 2 /proc/sys/kernel/nmi_watchdog
expect 0 'nmi_watchdog: 2 since the reboot, 1 before tuning: left' tune --restore
[ "$(cat "$MMGAUGE_ROOT/proc/sys/kernel/nmi_watchdog")" = 2 ] || fail "a value of this boot was overwritten"
put 1 /proc/sys/kernel/nmi_watchdog
rm "$MMGAUGE_ROOT/proc/sys/kernel/random/boot_id"
rmdir "$MMGAUGE_ROOT/proc/sys/kernel/random"
same "rebooted"

expect_error 'give one of them' tune --apply --restore
rm -r "$XDG_STATE_HOME"
echo file >"$XDG_STATE_HOME"
expect_error 'tune.journal: Not a directory' tune --apply
diff -rq "$scratch/before" "$MMGAUGE_ROOT" >/dev/null || fail "changed without a journal"
finish
