# SPDX-License-Identifier: GPL-2.0-or-later
# Kernels from a git tree: worktree, cache, locks, skips, try, bisect, sweep and
# history. The tree is made up: its "make" takes Debian's kernels for what its
# commits say, so that no compiler is waited for; all else is the real thing.
# try.sh does the same on a tree of Linux.
. "$MMGAUGE_SOURCE/tests/lib.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge
old=$("$MMGAUGE" kernel fetch 6.1 2>"$scratch/log") || { cat "$scratch/log"; exit 77; }
new=$("$MMGAUGE" kernel fetch 6.12 2>"$scratch/log") || { cat "$scratch/log"; exit 77; }
export XDG_CACHE_HOME="$scratch/cache"
SLOW=$scratch/slow
mkdir -p "$scratch/cache"

linux=$scratch/linux
mkdir -p "$linux/scripts/kconfig" "$linux/mm"
git init -q "$linux"
git -C "$linux" config user.name test
git -C "$linux" config user.email test
echo 'exit 0' >"$linux/scripts/kconfig/merge_config.sh"
cat >"$linux/Makefile" <<'END'
tinyconfig olddefconfig:
	@touch $(O)/.config
vmlinux:
	@sh ./build.sh $(O)
modules:
END
# half.o is what a compiler that is killed leaves; a whole build has none. A
# module of each kernel is compiled once: all commits of one have the same.
cat >"$linux/build.sh" <<END
KERNELS=$cache/kernels/deb SLOW=$SLOW MODULES=$scratch/modules
END
cat >>"$linux/build.sh" <<'END'
set -e
kernel=$KERNELS/$(cat kernel)
[ ! -e "$1/half.o" ] || { echo "half.o: error: not whole" >&2; exit 1; }
[ ! -e broken ] || { echo "mm/madvise.c:1:1: error: as asked" >&2; exit 1; }
echo x >"$1/half.o"
[ ! -e "$SLOW" ] || sleep 4
if [ -e panics ]; then # no init under any name it knows
	sed 's|/init\x00|/inix\x00|g' "$kernel/boot/vmlinux" >"$1/vmlinux"
else
	cp "$kernel/boot/vmlinux" "$1/vmlinux"
fi
mkdir -p "$1/include/config"
cat kernel >"$1/include/config/kernel.release"
module=$MODULES/$(cat kernel)
cat >"$1/Makefile" <<MAKE
all:
	[ -e $module ] || { \$(MAKE) -C $kernel/build M=\$(M) && mkdir -p $MODULES && cp \$(M)/mmgauge.ko $module; }
	cp $module \$(M)/mmgauge.ko
MAKE
rm "$1/half.o"
END
commit() {
	git -C "$linux" add -A
	git -C "$linux" commit -qm "$1"
	git -C "$linux" rev-parse HEAD
}
echo "$old" >"$linux/kernel"
good=$(commit "base")
echo 1 >"$linux/mm/madvise.c"
second=$(commit "harmless")
echo "$new" >"$linux/kernel"
culprit=$(commit "the culprit")
touch "$linux/panics"
commit "panics" >/dev/null
rm "$linux/panics"
touch "$linux/broken"
broken=$(commit "does not build")
rm "$linux/broken"
last=$(commit "boots again")
case="invalidate.madvise_dontneed -p subscription=none -p range=1 -p memory=4k"

# Killed in a build: what it left is cleared away, and the lock is free again.
touch "$SLOW"
"$MMGAUGE" kernel build "vm:git:$linux:$good" >"$scratch/killed" 2>&1 &
builder=$!
for i in $(seq 100); do
	[ ! -e "$scratch"/cache/mmgauge/git/*/objects/half.o ] || break
	sleep 0.1
done
kill -9 $builder
[ "$i" -lt 100 ] || fail "no build began: $(cat "$scratch/killed")"
rm "$SLOW"
expect 0 "$old" kernel build "vm:git:$linux:$good"

# Two at once: one builds, the other has it.
"$MMGAUGE" kernel build "vm:git:$linux:$second" >"$scratch/first" 2>&1 &
builder=$!
expect 0 "$old" kernel build "vm:git:$linux:$second"
wait $builder || fail "the other of two: $(cat "$scratch/first")"
[ "$(cat "$scratch/first" "$scratch/stderr" | grep -c building)" -eq 1 ] ||
	fail "built twice: $(cat "$scratch/first" "$scratch/stderr")"

# How it was built is what it is kept by and told by, also after an interrupt.
"$MMGAUGE" run null.loop --on vm:git:"$second" --repo "$linux" --kbuild A=1 -o "$scratch/a.json" \
	>"$scratch/first" 2>&1 &
builder=$!
while kill -0 $builder && [ ! -s "$scratch/a.json.journal" ]; do
	sleep 0.1
done
kill -INT $builder
wait $builder
expect 0 'a.json' run --resume "$scratch/a.json"
# Two of one release are told apart, on the terminal and in the folder.
expect 0 "$old-$(echo "$good" | cut -c1-12): boot 1 of 1" run null.loop --on vm:git:"$good" \
	--on vm:git:"$second" --repo "$linux" -o "$scratch/named"
grep -q "$old-$(echo "$second" | cut -c1-12): boot 1 of 1" "$scratch/stderr" ||
	fail "which of the two: $(cat "$scratch/stderr")"
for commit in $good $second; do
	ls "$scratch/named" | grep -q -- "-$old-$(echo "$commit" | cut -c1-12)-....\.json" ||
		fail "no result is named by $commit: $(ls "$scratch/named")"
done
expect 0 'kernel built with: +\[A=1\]' compare --all \
	"$scratch"/named/*-"$(echo "$second" | cut -c1-12)"-*.json "$scratch/a.json"
[ "$(echo "$scratch"/cache/mmgauge/kernels/git/"$(echo "$second" | cut -c1-12)"-* | wc -w)" -eq 2 ] ||
	fail "one kernel of two builds"

# The cache is bounded: what was not used for longest goes.
for i in $(seq 70); do
	mkdir -p "$scratch/cache/mmgauge/kernels/git/old$i"
	echo x >"$scratch/cache/mmgauge/kernels/git/old$i/release"
	touch -d "2020-01-01 00:00:$((i % 60))" "$scratch/cache/mmgauge/kernels/git/old$i/release"
done

# Nothing to try, then something that is not committed.
expect_error 'the same as' try --repo "$linux" $case
git -C "$linux" checkout -q "$good"
echo "$new" >"$linux/kernel"
expect 1 'regression' try --repo "$linux" $case
grep -q 'inclusive  function  < its callers' "$scratch/stdout" ||
	fail "no why: $(cat "$scratch/stdout" "$scratch/stderr")"
git -C "$linux" diff --quiet --cached || fail "try touched the index"
git -C "$linux" checkout -qf "$last"
left=$(ls "$scratch/cache/mmgauge/kernels/git" | wc -l)
[ "$left" -le 64 ] || fail "$left kernels in the cache"
[ -e "$scratch/cache/mmgauge/kernels/git/old70" ] || fail "a newer one went first"

# The culprit is slower by some 7 %: 6.12 against 6.1.
# The range: one does not build, one panics, one did it.
expect 0 'skipped: .*does not build.*as asked' sweep --repo "$linux" --range "$good..$last" \
	-o "$scratch/sweep" $case
grep -q 'skipped: .*panic' "$scratch/stderr" || fail "panic: $(cat "$scratch/stderr")"
[ "$(grep -c -- ' -> ' "$scratch/stdout")" -eq 1 ] || fail "more than one step"
grep -q "$(echo "$second" | cut -c1-12) -> $(echo "$culprit" | cut -c1-12)" "$scratch/stdout" ||
	fail "not the culprit: $(cat "$scratch/stdout")"
/usr/bin/python3 - "$scratch/sweep" <<'END' || fail "sweep.json: $(cat "$scratch/sweep/sweep.json")"
import json, os, sys
subjects = json.load(open(sys.argv[1] + "/sweep.json"))["subjects"]
assert [s["title"] for s in subjects] == ["base", "harmless", "the culprit",
    "panics", "does not build", "boots again"], subjects
skipped = [s for s in subjects if s["status"] == "skipped"]
assert [s["title"] for s in skipped] == ["panics", "does not build"], subjects
for s in skipped:
    log = open(os.path.join(sys.argv[1], s["log"])).read()
    assert ("as asked" if s["title"] != "panics" else "panic") in log, log
END

expect 0 "first bad commit: $culprit" bisect --repo "$linux" --good "$good" --bad "$last" \
	--case ${case%% *} ${case#* }
grep -q 'inclusive  function  < its callers' "$scratch/stdout" ||
	fail "no why: $(cat "$scratch/stdout" "$scratch/stderr")"
grep -q 'skipped' "$scratch/stdout" || fail "nothing was skipped"
[ "$(grep -c '^mmgauge: step' "$scratch/stderr")" -le 5 ] || fail "too many steps"

# For git's own search: what cannot be tested, what is bad.
test_head() {
	git -C "$linux" checkout -q "$3"
	expect "$1" "$2" bisect --test --repo "$linux" --good "$good" --threshold 1% \
		--case ${case%% *} ${case#* }
}
test_head 125 'skipped' "$broken"
test_head 1 'bad' "$culprit"

# What a kernel does instead of what it costs: a fact that is another one, and a
# cell that is broken, which git is told as what was searched for.
plain=$MMGAUGE plain_agent=$MMGAUGE_AGENT
export MMGAUGE="$MMGAUGE_BROKEN" MMGAUGE_AGENT="$MMGAUGE_BROKEN_AGENT"
case="test.moody -p what=fact"
git -C "$linux" checkout -q "$good"
echo "$new" >"$linux/kernel"
expect 1 'behaves differently' try --repo "$linux" $case
git -C "$linux" checkout -qf "$last"
expect 0 "first bad commit: $culprit" bisect --repo "$linux" --good "$good" \
	--bad "$culprit" --metric answers --case ${case%% *} ${case#* }
case="test.moody -p what=cell"
test_head 125 'skipped' "$culprit"
expect 1 'broken bad' bisect --test --repo "$linux" --good "$second" \
	--case ${case%% *} ${case#* }
expect 128 'cannot be tested' bisect --test --repo "$linux" --good "$culprit" \
	--case ${case%% *} ${case#* }
MMGAUGE=$plain MMGAUGE_AGENT=$plain_agent

# What takes the room is listed and can go.
expect 0 'vm:git:tree-[0-9a-f]* .*yes' kernel list
tree=$(grep -o 'vm:git:tree-[0-9a-f]*' "$scratch/stdout")
"$MMGAUGE" kernel rm "$tree" || fail "$tree cannot be removed"
[ -z "$(ls "$scratch/cache/mmgauge/git")" ] || fail "$tree is still there"
expect_error 'not in the cache' kernel rm "$tree"
finish
