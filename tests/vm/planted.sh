# SPDX-License-Identifier: GPL-2.0-or-later
# Changes planted into a kernel (tests/data/planted), each of which `try` is to
# tell the why of, or `why` after runs with what their "profile" line says; or
# which make the kernel do another thing: `try` fails then, as JUnit too, and
# `bisect` finds it in a series. With "arch" it is in kernels of that architecture,
# and `try` for the one that is "unmoved" tells nothing. A kernel is built for each: only with
# MMGAUGE_LINUX, a git tree of 6.12. PLANTED names some of them.
. "$MMGAUGE_SOURCE/tests/lib.sh"
. "$MMGAUGE_SOURCE/tests/linux_tree.sh"

# The value of "KEY: VALUE" lines ahead of a patch.
told() {
	sed -n "/^diff /q; s/^$1: //p" "$2"
}

# Every line of file $1 is a pattern that file $2 has.
has_all() {
	while read -r pattern; do
		grep -q -e "$pattern" "$2" ||
			fail "$name: no '$pattern' in: $(cat "$2" "$scratch/stderr")"
	done <"$1"
}

# The patch as the third of four commits, the others change nothing.
commit_series() {
	git -C "$linux" reset -q --hard "$head"
	for step in one two "$patch" four; do
		if [ -f "$step" ]; then
			git -C "$linux" apply "$step"
		else
			echo "/* $step */" >>"$linux/mm/mmu_notifier.c"
		fi
		git -C "$linux" commit -qam "planted: ${step##*/}"
	done
}

# Always in this place, so that only what a patch changes is compiled.
linux=${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge-planted-linux
[ -d "$linux" ] || git clone -q --shared "$MMGAUGE_LINUX" "$linux" || exit 2
git -C "$linux" config user.name test
git -C "$linux" config user.email test
# The same commit each time: its kernel is in the cache.
export GIT_AUTHOR_DATE='@1700000000 +0000' GIT_COMMITTER_DATE='@1700000000 +0000'
git -C "$linux" fetch -q "$MMGAUGE_LINUX" HEAD || exit 2
head=$(git -C "$linux" rev-parse FETCH_HEAD)
patches=$MMGAUGE_SOURCE/tests/data/planted

# The change is in the work tree: what is said of it, in $scratch/NAME.
tell() {
	parts=$(told profile "$2")
	# shellcheck disable=SC2046,SC2086 # the words of a command line
	[ -n "$parts" ] || {
		"$MMGAUGE" try --repo "$linux" $arch $(told cells "$2") >"$scratch/$1"
		return
	}
	git -C "$linux" commit -qam "$1"
	# shellcheck disable=SC2046
	"$MMGAUGE" run $(told cells "$2") --repo "$linux" --profile="$parts" --seed 1 \
		--on vm:git:HEAD~1 --on vm:git:HEAD -o "$scratch/runs-$1" &&
		"$MMGAUGE" why "$scratch/runs-$1"/*.json >"$scratch/$1"
}

for name in ${PLANTED:-called kind indirect cr3 lines interrupt tail notifier leak ipi lock bounced exclusive dsb}; do
	patch=$patches/$name.patch base=$(told base "$patches/$name.patch")
	arch=$(told arch "$patch") unmoved=$(told unmoved "$patch")
	arch=${arch:+--arch $arch}
	git -C "$linux" reset -q --hard "$head"
	if [ -n "$base" ]; then
		git -C "$linux" apply "$patches/$base" || { fail "$base"; continue; }
		git -C "$linux" commit -qam "$base"
		git -C "$linux" apply -R "$patches/$base"
	fi
	git -C "$linux" apply "$patch" || { fail "$name"; continue; }
	status=0
	tell "$name" "$patch" 2>"$scratch/stderr" || status=$?
	want=$(told status "$patch")
	[ "$status" -le 1 ] && [ "$status" -ge "${want:-0}" ] ||
		fail "$name: exit code $status: $(cat "$scratch/stderr")"
	told expect "$patch" >"$scratch/expected"
	has_all "$scratch/expected" "$scratch/$name"
	if [ -n "$unmoved" ]; then
		# shellcheck disable=SC2046
		expect 0 ' unchanged' try --repo "$linux" --arch "$unmoved" $(told cells "$patch")
		! grep -q -f "$scratch/expected" "$scratch/stdout" ||
			fail "$name: told for $unmoved: $(cat "$scratch/stdout")"
	fi
	told junit "$patch" >"$scratch/expected"
	if [ -s "$scratch/expected" ]; then
		# shellcheck disable=SC2046
		expect 1 '<testsuite' try --repo "$linux" --format junit $(told cells "$patch")
		has_all "$scratch/expected" "$scratch/stdout"
	fi
	search=$(told bisect "$patch")
	if [ -n "$search" ]; then
		commit_series
		# shellcheck disable=SC2086
		expect 0 "^first bad commit: [0-9a-f]* planted: $name.patch" bisect \
			--repo "$linux" --good "$head" --case $search
	fi
done
finish
