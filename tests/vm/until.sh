# SPDX-License-Identifier: GPL-2.0-or-later
# Two kernels in turns until there is a verdict: on the exact clock one boot of
# each is enough, and `compare` comes to the same one.
. "$MMGAUGE_SOURCE/tests/lib.sh"

expect 1 'after 1 boot a side: 0 of 2 open' run null.loop null.ioctl \
	--until-verdict vm:deb:6.1 --on vm:deb:6.12 -o "$scratch/out"
base=$(sed -n 1p "$scratch/stdout") new=$(sed -n 2p "$scratch/stdout")
grep -q '1 regression, 1 unchanged' "$scratch/stdout" ||
	fail "$(cat "$scratch/stdout")"
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$base" "$new" || fail "schema"
sed -n '/^base/,$p' "$scratch/stdout" >"$scratch/first"
expect 1 . compare "$base" "$new"
sed -n '/^base/,$p' "$scratch/stdout" >"$scratch/second"
cmp -s "$scratch/first" "$scratch/second" ||
	fail "compare sees it otherwise: $(diff "$scratch/first" "$scratch/second")"

# From a run: its kernel, its cells, its clock.
expect 0 '2 unchanged' run --until-verdict "$base" --on vm:deb:6.1 \
	-o "$scratch/again"
grep -q '"kind": "instructions"' "$(sed -n 1p "$scratch/stdout")" ||
	fail "another clock than the base's"

# The wall clock, where it may be emulated: it says so after the first boot.
status=0
"$MMGAUGE" run null.loop --until-verdict "$base" --on vm:deb:6.1 --clock wall \
	--boots 1 -o "$scratch/wall" >"$scratch/stdout" 2>"$scratch/stderr" ||
	status=$?
if [ "$status" -eq 2 ]; then
	grep -q 'cannot be compared: .*emulation' "$scratch/stderr" ||
		fail "refused: $(cat "$scratch/stderr")"
	expect 0 'inconclusive' run null.loop --until-verdict "$base" \
		--on vm:deb:6.1 --clock wall --boots 1 --force \
		-o "$scratch/forced"
fi
finish
