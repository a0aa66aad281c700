# SPDX-License-Identifier: GPL-2.0-or-later
# Changes planted into a kernel (tests/data/planted), each of which `try` is to
# tell the why of. A kernel is built for each: only with MMGAUGE_LINUX, a git
# tree of 6.12. PLANTED names some of them.
. "$MMGAUGE_SOURCE/tests/lib.sh"
[ -d "${MMGAUGE_LINUX:-}" ] || {
	echo "set MMGAUGE_LINUX to a git tree of Linux 6.12"
	exit 77
}

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

for name in ${PLANTED:-called kind indirect cr3}; do
	patch=$patches/$name.patch base=$(told base "$patches/$name.patch")
	git -C "$linux" reset -q --hard "$head"
	if [ -n "$base" ]; then
		git -C "$linux" apply "$patches/$base" || { fail "$base"; continue; }
		git -C "$linux" commit -qam "$base"
		git -C "$linux" apply -R "$patches/$base"
	fi
	git -C "$linux" apply "$patch" || { fail "$name"; continue; }
	status=0
	# shellcheck disable=SC2046 # the words of a command line
	"$MMGAUGE" try --repo "$linux" $(told cells "$patch") \
		>"$scratch/$name" 2>"$scratch/stderr" || status=$?
	[ "$status" -le 1 ] || fail "$name: $(cat "$scratch/stderr")"
	told expect "$patch" >"$scratch/expected"
	while read -r pattern; do
		grep -q -e "$pattern" "$scratch/$name" ||
			fail "$name: no '$pattern' in: $(cat "$scratch/$name" "$scratch/stderr")"
	done <"$scratch/expected"
done
finish
