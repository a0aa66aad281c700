# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the shell tests. Every expectation that fails is told and counted;
# finish() turns the count into the exit code.

failures=0
scratch=$(mktemp -d "${MMGAUGE_SCRATCH:-/tmp}/test-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
export XDG_DATA_HOME="$scratch/data"

fail() {
	echo "FAIL: $*"
	failures=$((failures + 1))
}

# expect CODE PATTERN ARGUMENT...: run mmgauge; stdout and stderr together hold
# a line that matches the basic regular expression PATTERN.
expect() {
	code=$1 pattern=$2
	shift 2
	status=0
	"$MMGAUGE" "$@" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null || status=$?
	[ "$status" -eq "$code" ] ||
		fail "mmgauge $*: exit code $status, not $code: $(cat "$scratch/stderr")"
	cat "$scratch/stdout" "$scratch/stderr" | grep -q -e "$pattern" ||
		fail "mmgauge $*: no '$pattern' in: $(head -c 2000 "$scratch/stdout" "$scratch/stderr")"
}

# expect_error PATTERN ARGUMENT...: exit code 2 and exactly one line on stderr.
expect_error() {
	pattern=$1
	shift
	expect 2 "$pattern" "$@"
	[ "$(wc -l <"$scratch/stderr")" -eq 1 ] ||
		fail "mmgauge $*: not one line: $(cat "$scratch/stderr")"
	grep -q '^mmgauge: ' "$scratch/stderr" ||
		fail "mmgauge $*: does not say who speaks: $(cat "$scratch/stderr")"
}

finish() {
	[ "$failures" -eq 0 ] || exit 1
}
