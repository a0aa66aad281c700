# SPDX-License-Identifier: GPL-2.0-or-later
# Cases outside the tree: what is no folder, no case or no C is one line; with
# MMGAUGE_LONG mmgauge and its agent are built with one, measured and installed.
. "$MMGAUGE_SOURCE/tests/lib.sh"
build=$MMGAUGE_SOURCE/scripts/build
cases=$scratch/driver/cases
mkdir -p "$cases" "$scratch/empty"

# refused PATTERN ARGUMENT...: exit code 2, one line on stderr, nothing built.
refused() {
	pattern=$1
	shift
	status=0
	"$build" "$@" "$scratch/build" >"$scratch/stdout" 2>"$scratch/stderr" || status=$?
	[ "$status" -eq 2 ] && [ "$(wc -l <"$scratch/stderr")" -eq 1 ] && [ ! -s "$scratch/stdout" ] &&
		grep -q "^mmgauge: cases: .*$pattern" "$scratch/stderr" ||
		fail "build $*: $status: $(cat "$scratch/stdout" "$scratch/stderr")"
	[ ! -e "$scratch/build" ] || fail "build $*: something was built"
}
refused 'nowhere: no such folder: ' --cases "$scratch/nowhere"
refused 'empty: has no \*.c: ' --cases="$scratch/empty"
echo 'int nothing;' >"$cases/helper.c"
refused 'driver/cases: no file registers a case: ' --cases "$cases"

cat >"$cases/ours.c" <<'END'
#include "bench.h"

static const struct bench_metric metrics[] = {
	{ "operation", "one turn", NULL, BENCH_TIMED },
	{ 0 },
};

static int run(struct bench *bench, uint64_t operations)
{
	(void)bench;
	while (operations--)
		__asm__ volatile("" : : : "memory");
	return 0;
}

static const struct bench_case ours = {
	.name = "driver.ours",
	.summary = "what a driver team keeps",
	.metrics = metrics,
	.run = run,
};
BENCH_CASE(ours);
END
sed 's/(void)bench;/(void)bench/' "$cases/ours.c" >"$cases/worse.c"
refused "driver/cases/worse.c:10:.*error: .*: mend it" --cases "$cases"
rm "$cases/worse.c"

[ -n "${MMGAUGE_LONG:-}" ] || {
	echo "not built: set MMGAUGE_LONG: it takes minutes"
	finish
	exit 0
}
"$build" --cases "$cases" "$scratch/build" >"$scratch/stdout" 2>&1 || fail "build: $(cat "$scratch/stdout")"
unset MMGAUGE_AGENT
MMGAUGE=$scratch/build/mmgauge
expect 0 '^driver.ours .*what a driver team keeps' list
expect 0 '^  *driver.ours' run driver.ours null.loop -p iterations=1000 --boots 1 --max-time 20ms -o "$scratch/a.json"
expect 0 'driver.ours' export "$scratch/a.json" driver.ours --format csv

# Installed, the sources of guests' agents of other architectures have it, too.
cmake --install "$scratch/build" --prefix "$scratch/made" >/dev/null || fail "install"
(cd "$scratch/made/share/mmgauge/agent" && [ -s cases/ours.c ] && grep -q '^"cases/ours.c"' agent.args &&
	gcc -o "$scratch/agent" @agent.args 2>"$scratch/stderr") || fail "the agent's sources: $(cat "$scratch/stderr")"
export MMGAUGE_AGENT="$scratch/agent"
expect 0 'driver.ours' run driver.ours --boots 1 --max-time 20ms -o "$scratch/b.json"
unset MMGAUGE_AGENT

# A name that is taken is told, not measured in one of two ways.
sed 's/driver.ours/null.loop/; s/ours/other/g' "$cases/ours.c" >"$cases/other.c"
status=0
"$build" --cases "$cases" "$scratch/build" >"$scratch/stdout" 2>"$scratch/stderr" || status=$?
[ "$status" -eq 2 ] && grep -q '^mmgauge: cases: null.loop: is there already' "$scratch/stderr" ||
	fail "a name twice: $status: $(cat "$scratch/stderr")"
finish
