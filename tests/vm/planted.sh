# SPDX-License-Identifier: GPL-2.0-or-later
# Changes planted into a kernel (tests/data/planted), each of which `try` is to
# tell the why of, or `why` after runs with what their "profile" line says. A
# kernel is built for each: only with MMGAUGE_LINUX, a git tree of 6.12. PLANTED
# names some of them.
. "$MMGAUGE_SOURCE/tests/lib.sh"
. "$MMGAUGE_SOURCE/tests/linux_tree.sh"

# The value of "KEY: VALUE" lines ahead of a patch.
told() {
	sed -n "/^diff /q; s/^$1: //p" "$2"
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
	# shellcheck disable=SC2046 # the words of a command line
	[ -n "$parts" ] || {
		"$MMGAUGE" try --repo "$linux" $(told cells "$2") >"$scratch/$1"
		return
	}
	git -C "$linux" commit -qam "$1"
	# shellcheck disable=SC2046
	"$MMGAUGE" run $(told cells "$2") --repo "$linux" --profile="$parts" --seed 1 \
		--on vm:git:HEAD~1 --on vm:git:HEAD -o "$scratch/runs-$1" &&
		"$MMGAUGE" why "$scratch/runs-$1"/*.json >"$scratch/$1"
}

for name in ${PLANTED:-called kind indirect cr3 lines interrupt}; do
	patch=$patches/$name.patch base=$(told base "$patches/$name.patch")
	git -C "$linux" reset -q --hard "$head"
	if [ -n "$base" ]; then
		git -C "$linux" apply "$patches/$base" || { fail "$base"; continue; }
		git -C "$linux" commit -qam "$base"
		git -C "$linux" apply -R "$patches/$base"
	fi
	git -C "$linux" apply "$patch" || { fail "$name"; continue; }
	status=0
	tell "$name" "$patch" 2>"$scratch/stderr" || status=$?
	[ "$status" -le 1 ] || fail "$name: $(cat "$scratch/stderr")"
	told expect "$patch" >"$scratch/expected"
	while read -r pattern; do
		grep -q -e "$pattern" "$scratch/$name" ||
			fail "$name: no '$pattern' in: $(cat "$scratch/$name" "$scratch/stderr")"
	done <"$scratch/expected"
done
finish
