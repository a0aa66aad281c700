# SPDX-License-Identifier: GPL-2.0-or-later
# Help, unknown words and bad values: what to do is always said.
. "$MMGAUGE_SOURCE/tests/lib.sh"

expect 0 'usage: mmgauge COMMAND' --help
expect 2 'usage: mmgauge COMMAND'
expect 0 '^mmgauge [0-9]' --version

# -h of every command in the table, and the man page tells the same options.
"$MMGAUGE" help --man >"$scratch/man" || fail "no man page"
"$MMGAUGE" help --completion >"$scratch/completion" || fail "no completion"
bash -n "$scratch/completion" || fail "completion is no bash"
commands=$("$MMGAUGE" help | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ "$(echo "$commands" | wc -w)" -ge 8 ] || fail "few commands: $commands"
for command in $commands; do
	expect 0 "usage: mmgauge $command" "$command" -h
	for option in $(sed -n 's/^  .*--\([a-z-]*\).*/\1/p' "$scratch/stdout"); do
		grep -q -e "$(echo "--$option" | sed 's/-/\\\\-/g')" "$scratch/man" ||
			fail "man page without $command --$option"
		grep -q -e "--$option" "$scratch/completion" ||
			fail "completion without $command --$option"
	done
done

expect_error "did you mean .mmgauge compare" compre
expect_error "see .mmgauge help" frobnicate
expect_error "did you mean --boots" run --boot5
expect_error "unknown option '-Z'" run -Z
expect_error "needs a value" run --boots
expect_error "whole number from 1 to 1000" run --boots 0
expect_error "whole number from 1 to 1000" run --boots -1
expect_error "not a percentage" run --precision many
expect_error "not a time above 0" run --max-time 0
expect_error "none of wall|instructions" run --clock sundial
expect_error "no target 'moon'" run null.loop --on moon
expect_error "AXIS=VALUE" run null.loop -p iterations
expect_error "did you mean iterations" run null.loop -p iteration=5
expect_error "no case chosen has an axis .count" run null.loop -p count=7
expect_error "not a number" run null.loop -p iterations=few
expect_error "number from 1 to 1000000" run null.loop -p iterations=0
expect_error "did you mean null.loop" run null.lop
expect_error "did you mean pin.fast" list pin.fest
expect_error "did you mean quick" run quik
expect_error "see .mmgauge list. and .mmgauge list --suites" run frobnicate
expect_error "K=V" run null.loop --label nothing
expect_error "the host counts no instructions" run null.loop --clock instructions
expect_error "too few arguments" compare
expect_error "too many arguments" compare a b c

# JSON is asked for one way, wherever there is any, and has a short form.
for command in $commands; do
	"$MMGAUGE" "$command" -h | grep -q -e '--format .*json' || continue
	expect 0 '--json  *as --format json' "$command" -h
done
for command in "list pin.fast" "list --suites" "doctor --quick" "kernel list" "baseline list"; do
	expect 0 '"' $command --json
	cp "$scratch/stdout" "$scratch/short"
	expect 0 '"' $command --format json
	cmp -s "$scratch/short" "$scratch/stdout" || fail "$command: two kinds of JSON"
done

# A reader that goes, like head, has what it wants: what was measured is kept.
mkfifo "$scratch/pipe"
for command in "run null.loop --boots 1 --max-time 20ms -o $scratch/out" "doctor --quick"; do
	status=0
	: <"$scratch/pipe" &
	"$MMGAUGE" $command >"$scratch/pipe" 2>"$scratch/stderr" || status=$?
	[ "$status" -eq 0 ] && ! grep -q 'standard output' "$scratch/stderr" ||
		fail "$command | head: exit code $status: $(cat "$scratch/stderr")"
done
ls "$scratch"/out/*.json >"$scratch/stdout" 2>&1 || fail "run | head: no result"
finish
