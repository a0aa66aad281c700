# SPDX-License-Identifier: GPL-2.0-or-later
# Help, unknown words and bad values: what to do is always said.
. "$MMGAUGE_SOURCE/tests/lib.sh"

expect 0 'usage: mmgauge COMMAND' --help
expect 2 'usage: mmgauge COMMAND'
expect 0 '^mmgauge [0-9]' --version

# -h of every command in the table, and the man page tells the same options.
"$MMGAUGE" help --man >"$scratch/man" || fail "no man page"
for shell in bash zsh fish; do
	"$MMGAUGE" help --completion=$shell >"$scratch/completion.$shell" || fail "no completion"
	command -v $shell >/dev/null || continue
	$shell -n "$scratch/completion.$shell" || fail "completion is no $shell"
done
"$MMGAUGE" help --completion | cmp -s - "$scratch/completion.bash" || fail "another than bash"
commands=$("$MMGAUGE" help | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ "$(echo "$commands" | wc -w)" -ge 8 ] || fail "few commands: $commands"
for command in $commands; do
	"$MMGAUGE" help --complete -- "$command" -- >"$scratch/completed"
	expect 0 "usage: mmgauge $command" "$command" -h
	for option in $(sed -n 's/^  .*--\([a-z-]*\).*/\1/p' "$scratch/stdout"); do
		grep -q -e "$(echo "--$option" | sed 's/-/\\\\-/g')" "$scratch/man" ||
			fail "man page without $command --$option"
		grep -q -e "^--$option	" "$scratch/completed" ||
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
expect_error "too many arguments" module build twice

# JSON is asked for one way, wherever there is any, and has a short form: of the
# same keys, since what the doctor finds may have changed meanwhile.
keys() {
	sed 's/: [^[{].*//' "$1"
}
for command in $commands; do
	"$MMGAUGE" "$command" -h | grep -q -e '--format .*json' || continue
	expect 0 '--json  *as --format json' "$command" -h
done
for command in "list pin.fast" "list --suites" "doctor --quick" "kernel list" "baseline list"; do
	expect 0 '"' $command --json
	keys "$scratch/stdout" >"$scratch/short"
	expect 0 '"' $command --format json
	keys "$scratch/stdout" | cmp -s "$scratch/short" - || fail "$command: two kinds of JSON"
done

# What can stand at each place of a line; nothing that cannot.
completes() {
	wanted=$1
	shift
	"$MMGAUGE" help --complete -- "$@" | cut -f 1 >"$scratch/completed"
	grep -qx -e "$wanted" "$scratch/completed" ||
		fail "help --complete $*: no '$wanted': $(head -5 "$scratch/completed")"
}
expect 0 . run null.loop --boots 1 --max-time 20ms
run=$("$MMGAUGE" help --complete -- compare 20 | cut -f 1)
[ "$(echo "$run" | wc -w)" -eq 1 ] || fail "not the one run of the store: '$run'"
"$MMGAUGE" baseline save keep "$run" || fail "baseline save"
completes compare comp
completes quick run qu
completes null.loop run null.
completes host run quick --on ho
completes vm:deb: run --on vm:
completes batch= run pin.fast -p ba
completes batch=512 run pin.fast -p batch=
completes batch=1,512 run pin.fast -p batch=1,
completes memory=thp run -p memory=t
completes --clock=wall run --clock=w
completes json list --format js
completes "$run" compare latest "$run"
completes @keep compare @
completes rm baseline r
completes unload module un
[ "$("$MMGAUGE" help --complete -- compare latest | wc -l)" -eq 2 ] || fail "a run twice"
[ "$("$MMGAUGE" help --complete -- run -p memory=t | wc -l)" -eq 1 ] || fail "a value twice"
completes pin.fast why a b pin.fas
completes "$run" baseline save keep 20
completes terms help te
grep -q . "$scratch/completed"
[ -z "$("$MMGAUGE" help --complete -- run --repo '')" ] || fail "--repo: not files"
[ -z "$("$MMGAUGE" help --complete -- run zzz)" ] || fail "what nothing begins with"

# A shell asks so, and gets what it has not typed yet: bash splits at = and :.
cat >"$scratch/ask" <<'EOF'
. "$1"
PATH=$2:$PATH
compopt() { :; }
COMP_LINE='mmgauge run pin.fast -p memory=t' COMP_WORDS=(mmgauge run pin.fast -p memory = t)
COMP_POINT=${#COMP_LINE} COMP_CWORD=6
_mmgauge && echo "${COMPREPLY[@]}"
COMP_LINE='mmgauge run --on vm:d' COMP_WORDS=(mmgauge run --on vm : d)
COMP_POINT=${#COMP_LINE} COMP_CWORD=5
_mmgauge && echo "${COMPREPLY[0]}"
EOF
ln -s "$MMGAUGE" "$scratch/mmgauge"
bash "$scratch/ask" "$scratch/completion.bash" "$scratch" >"$scratch/stdout" 2>&1
grep -qx 'thp' "$scratch/stdout" && grep -qx 'deb:' "$scratch/stdout" ||
	fail "bash: $(cat "$scratch/stdout")"
if command -v fish >/dev/null; then
	HOME=$scratch PATH=$scratch:$PATH fish -c "source $scratch/completion.fish
		complete -C 'mmgauge run pin.fast -p memory=t'" >"$scratch/stdout" 2>&1
	grep -q '^memory=thp	' "$scratch/stdout" || fail "fish: $(cat "$scratch/stdout")"
fi

# Words that figures are told in.
for term in hold adjacent twin 'each further' cell; do
	expect 0 "^$term " help terms
done
awk 'length > 80 { exit 1 }' "$scratch/stdout" || fail "help terms: wider than 80"
grep -q '^.SH TERMS' "$scratch/man" || fail "man page without terms"
expect_error 'too many arguments' help run list

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
