# SPDX-License-Identifier: GPL-2.0-or-later
# What any suite reaches of the kernel's files that mmgauge is about, within what
# it times, the suite try reaches as well. All suites are profiled: only with
# MMGAUGE_LINUX, whose sources say what is defined where, and MMGAUGE_LONG.
. "$MMGAUGE_SOURCE/tests/lib.sh"
[ -n "${MMGAUGE_LONG:-}" ] || {
	echo "set MMGAUGE_LONG: profiles of all suites take half an hour"
	exit 77
}
. "$MMGAUGE_SOURCE/tests/linux_tree.sh"

# Further CPUs reach nothing that two do not, and take their time.
reach() {
	expect 0 'json$' run "$1" --profile --on vm:deb:6.12 --seed 1 --max-time 1ms \
		--latency 0 -o "$scratch/$1.json" "$2" "$3"
}
reach try --boots 1
for suite in ${REACHED_BY:-pin fault invalidation writeback lifetime switch}; do
	reach $suite --config cpus=1
done
for suite in ${REACHED_BY_TWO:-membarrier}; do
	reach $suite --config cpus=2
done
/usr/bin/python3 - "$MMGAUGE_LINUX" "$scratch"/*.json <<'END' || fail "see above"
import json, re, sys
tree, *results = sys.argv[1:]
files = ("mm/gup.c", "mm/hmm.c", "mm/mmu_notifier.c", "mm/rmap.c",
         "kernel/sched/membarrier.c")
defined = set()
for name in files:
    text = re.sub(r"/\*.*?\*/", "", open(f"{tree}/{name}").read(), flags=re.S)
    defined |= set(re.findall(r"^[a-zA-Z_][\w \t*]*?[\s*](\w+)\s*\([^;{]*?\)\s*\{",
                              text, flags=re.M | re.S))
    defined |= {"__x64_sys_" + n for n in
                re.findall(r"^SYSCALL_DEFINE\d\((\w+)", text, flags=re.M)}

def reached(name):
    found = {re.sub(r"\.(isra|constprop|part|cold).*", "", f[1]).split(" ")[0]
             for f in json.load(open(name))["profiles"]["functions"]}
    return found & defined

of_try = reached(next(n for n in results if n.endswith("/try.json")))
print(len(of_try), "functions are reached by try")
# What an interrupt runs that happens to come in a sample is nobody's work.
by_chance = {"mmu_notifier_free_rcu"}
missed = {f"{name.split('/')[-1]}: {f}" for name in results
          for f in reached(name) - of_try - by_chance}
sys.exit("\n".join(sorted(missed)) or 0)
END
finish
