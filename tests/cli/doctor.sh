# SPDX-License-Identifier: GPL-2.0-or-later
# The doctor on this machine, and on machines in folders.
. "$MMGAUGE_SOURCE/tests/lib.sh"

export XDG_STATE_HOME="$scratch/state"
expect 0 'noise of null.loop' doctor
expect 0 '"verdict"' doctor --json
/usr/bin/python3 - "$scratch/stdout" <<'EOP' || fail "doctor --json"
import json, re, sys
d = json.load(open(sys.argv[1]))
assert d["verdict"] in ("good", "bad")
lines = {l["name"]: l for l in d["lines"]}
for l in d["lines"]:
    assert l["judgement"] in ("good", "note", "bad", "unknown"), l
    # A judgement that is not good says what to do.
    assert (l["judgement"] == "good") == ("advice" not in l), l
noise = lines["noise of null.loop"]["value"]
assert re.match(r"\+-[0-9.]+ % between processes", noise), noise
for name in ("isolation", "CPUs", "swap", "debug options", "mitigations",
             "hypervisor", "steal", "load", "thermal state", "timer", "PMU", "kernel files"):
    assert name in lines, name
EOP

# The exit code is asked for.
expect 0 '"verdict"' doctor --quick --json
code=0
grep -q '"verdict": "bad"' "$scratch/stdout" && code=1
expect $code 'instructions\|Nothing here' doctor --quick --fail-on bad

put() {
	mkdir -p "$(dirname "$MMGAUGE_ROOT$2")"
	printf '%s\n' "$1" >"$MMGAUGE_ROOT$2"
}
cpus=/sys/devices/system/cpu

# A machine with every fault.
export MMGAUGE_ROOT="$scratch/bad"
put powersave $cpus/cpu0/cpufreq/scaling_governor
put performance $cpus/cpu1/cpufreq/scaling_governor
put 0 $cpus/intel_pstate/no_turbo
put on $cpus/smt/control
put 0 $cpus/cpu0/cpuidle/state3/disable
put 1 /proc/sys/kernel/nmi_watchdog
put '[always] madvise never' /sys/kernel/mm/transparent_hugepage/enabled
put 1 /sys/kernel/mm/ksm/run
put "$(printf 'Filename Type\n/dev/sda2 partition')" /proc/swaps
put 'lock-classes: 5' /proc/lockdep_stats
put 'cpu  100 0 100 700 0 0 0 100 0 0' /proc/stat
put '3.50 3.00 2.00 1/100 42' /proc/loadavg
put 7 $cpus/cpu0/thermal_throttle/core_throttle_count
put "$(printf 'flags\t: fpu hypervisor')" /proc/cpuinfo
put QEMU /sys/class/dmi/id/sys_vendor
put hpet /sys/devices/system/clocksource/clocksource0/current_clocksource
expect 0 'suffer here' doctor --quick
for line in 'bad *governor *powersave, performance' 'bad *turbo *0' 'bad *smt *on' \
	'bad *idle states *0' 'bad *NMI watchdog *1' 'bad *THP *always' 'bad *KSM *1' \
	'bad *swap *in use' 'bad *debug options *lockdep' 'bad *steal *10.00 %' \
	'bad *load *3.50' 'bad *thermal state *7 throttled' 'note *hypervisor *QEMU' \
	'bad *timer *hpet'; do
	grep -q "^$line" "$scratch/stdout" || fail "no '$line' in: $(cat "$scratch/stdout")"
done

# One with none; boost is how AMD spells turbo.
export MMGAUGE_ROOT="$scratch/good"
put performance $cpus/cpu0/cpufreq/scaling_governor
put 0 $cpus/cpufreq/boost
put off $cpus/smt/control
put 0 /proc/sys/kernel/nmi_watchdog
put 'always [madvise] never' /sys/kernel/mm/transparent_hugepage/enabled
put 'Filename Type' /proc/swaps
put 'cpu  100 0 100 800 0 0 0 0 0 0' /proc/stat
put '0.01 0.00 0.00 1/100 42' /proc/loadavg
put 2-3 $cpus/isolated
put 2-3 $cpus/nohz_full
put "$(printf 'flags\t: fpu')" /proc/cpuinfo
put tsc /sys/devices/system/clocksource/clocksource0/current_clocksource
expect 0 'Nothing here speaks against' doctor --quick
grep -q '^bad' "$scratch/stdout" && fail "bad on a good machine: $(cat "$scratch/stdout")"
for line in 'good *governor' 'good *turbo' 'good *smt *off' 'good *steal' \
	'good *isolation *isolcpus 2-3' 'good *hypervisor *none'; do
	grep -q "^$line" "$scratch/stdout" || fail "no '$line' in: $(cat "$scratch/stdout")"
done

# Where distributions keep a kernel and what they call its headers; then with them.
# kernel ID RELEASE IMAGE COMMAND
kernel() {
	export MMGAUGE_ROOT="$scratch/$1"
	put "ID=$1" /etc/os-release
	put "$2" /proc/sys/kernel/osrelease
	expect 0 '^note *kernel files *image none, headers none' doctor --quick
	grep -q -- "->.*: sudo $4\$" "$scratch/stdout" || fail "$1: not '$4': $(cat "$scratch/stdout")"
	put image "$3"
	expect 0 "^note *kernel files *image $3, headers none" doctor --quick
	mkdir -p "$MMGAUGE_ROOT/lib/modules/$2/build"
	expect 0 "^good *kernel files *image $3, headers /lib/modules/$2/build" doctor --quick
}
kernel debian 6.1.0-9-amd64 /boot/vmlinuz-6.1.0-9-amd64 'apt-get install linux-headers-6.1.0-9-amd64'
kernel fedora 6.9.7-200.fc40.x86_64 /lib/modules/6.9.7-200.fc40.x86_64/vmlinuz \
	'dnf install kernel-devel-6.9.7-200.fc40.x86_64'
kernel arch 6.6.36-1-lts /usr/lib/modules/6.6.36-1-lts/vmlinuz 'pacman -S linux-lts-headers'
kernel opensuse-leap 6.4.0-150600.21-default /lib/modules/6.4.0-150600.21-default/vmlinuz \
	'zypper install kernel-default-devel'
unset MMGAUGE_ROOT

MMGAUGE_AGENT="$scratch/none" expect_error 'build mmgauge-agent' doctor
finish
