# SPDX-License-Identifier: GPL-2.0-or-later
# try, bisect and sweep on a git tree of Linux, which takes two full builds'
# time: only with MMGAUGE_LINUX, a git tree of 6.12.
. "$MMGAUGE_SOURCE/tests/lib.sh"
. "$MMGAUGE_SOURCE/tests/linux_tree.sh"

# Always in this place, so that what did not change is compiled once.
linux=${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge-try-linux
[ -d "$linux" ] || git clone -q --shared "$MMGAUGE_LINUX" "$linux" || exit 2
git -C "$linux" fetch -q "$MMGAUGE_LINUX" HEAD || exit 2
git -C "$linux" reset -q --hard FETCH_HEAD
git -C "$linux" config user.name test
git -C "$linux" config user.email test
commit() {
	git -C "$linux" commit -qam "$1"
}
case="invalidate.madvise_dontneed -p subscription=none -p range=1 -p memory=4k"

# Nothing to try, then a comment, then twenty instructions: uncommitted.
expect_error 'the same as' try --repo "$linux" $case
echo '/* a note */' >>"$linux/mm/madvise.c"
expect 0 'unchanged' try --repo "$linux" $case
slower() {
	sed -i 's/^\tzap_page_range_single(vma, start, end - start, NULL);/\tasm volatile(".rept 20; nop; .endr");\n&/' \
		"$linux/mm/madvise.c"
}
slower
expect 1 'regression' try --repo "$linux" --threshold 0.3% $case
git -C "$linux" diff --quiet --cached || fail "try touched the index"

# make looked into mm only, and made the kernel that a look into all makes.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge
new=$(sed -n 's/^new .* commit \([0-9a-f]*\),.*/\1/p' "$scratch/stdout")
entry=$(echo "$cache/kernels/git/$new"-*)
narrow=$(sha256sum <"$entry/vmlinux")
grep -q 'build-dir :=  mm $' "$cache"/git/*/narrow.mk || fail "a build of all"
rm -rf "$entry" "$cache"/git/*/built
expect 0 "$new" kernel build "vm:git:$linux:$new"
[ "$(sha256sum <"$entry/vmlinux")" = "$narrow" ] || fail "another kernel"

# The same among commits, one of which does not build and one panics.
good=$(git -C "$linux" rev-parse HEAD)
git -C "$linux" stash -q
echo '#error broken' >>"$linux/lib/rbtree.c"
commit "does not build"
git -C "$linux" checkout -q HEAD~ lib/rbtree.c
git -C "$linux" stash pop -q
commit "the culprit"
culprit=$(git -C "$linux" rev-parse HEAD)
sed -i 's/^\tpr_notice("%s", linux_banner);/&\n\tpanic("as asked");/' "$linux/init/main.c"
commit "panics"
git -C "$linux" checkout -q HEAD~ init/main.c
commit "boots again"
expect 0 "$culprit" bisect --repo "$linux" --good "$good" --case ${case%% *} ${case#* }
grep -q 'skipped' "$scratch/stdout" || fail "nothing was skipped"
expect 0 'skipped: .*does not build' sweep --repo "$linux" --range "$good..HEAD" \
	-o "$scratch/sweep" $case
expect 1 'the culprit' history --from "$scratch/sweep" --threshold 0.3%
[ "$(grep -c -- ' -> ' "$scratch/stdout")" -eq 1 ] || fail "more than one step"

# As a mail, where no other commit is in question: below the usual threshold it
# is told of as one that is slower, too.
git -C "$linux" checkout -q "$good"
slower
commit "slower"
expect 0 '^mmgauge: 1 regression$' bisect --repo "$linux" --good "$good" \
	--case ${case%% *} ${case#* } --threshold 0.3% --format mail
grep -q '^    why: ' "$scratch/stdout" || fail "a mail that does not say why"
awk 'length > 75 { exit 1 }' "$scratch/stdout" || fail "a mail of long lines"
finish
