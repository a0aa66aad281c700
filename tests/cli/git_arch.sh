# SPDX-License-Identifier: GPL-2.0-or-later
# Commits for another architecture: what make is told, by whatever builds, what is
# missing before anything is built, and what cannot be meant. Nothing is built:
# make fails at once, and what builds and emulates arm64 is made up.
. "$MMGAUGE_SOURCE/tests/lib.sh"
command -v git >/dev/null || exit 77

export XDG_CACHE_HOME="$scratch/cache" GIT_CONFIG_GLOBAL="$scratch/gitconfig"
mkdir "$scratch/cache" "$scratch/bin" "$scratch/stubs"
git config --global user.name n
git config --global user.email n@example.org
cd "$scratch" || exit 2
git init -q linux
cat >linux/Makefile <<END
tinyconfig:
	@echo "\$(ARCH) \$(CROSS_COMPILE) \$(O)" >$scratch/given
	@false
END
git -C linux add -A
git -C linux commit -qm one
git -C linux commit -q --allow-empty -m two
echo '# three' >>linux/Makefile

# A machine without: all that is missing in one line, and no make.
ln -s /usr/bin/* bin
rm -f bin/aarch64-linux-gnu-* bin/qemu-system-aarch64
plain=$PATH
PATH=$scratch/bin
expect_error 'guests of arm64: .*qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross$' \
	run null.loop --on vm:git:HEAD:arm64 --repo linux
expect 2 'libc6-dev-arm64-cross$' try --repo linux --arch arm64 null.loop
[ ! -e given ] || fail "make was reached: $(cat given)"


# A dry run says what both kernels would take, and the steps between.
expect 0 '^null.loop' try --repo linux --dry-run null.loop
grep -q '1 cells on 2 targets' "$scratch/stderr" &&
	grep -q '2 kernels are not in the cache' "$scratch/stderr" ||
	fail "try: $(cat "$scratch/stderr")"
git -C linux commit -qam three
for i in 4 5 6 7; do
	git -C linux commit -q --allow-empty -m $i
done
expect 0 '^null.loop' bisect --repo linux --good HEAD~5 --case null.loop --dry-run
grep -q '5 commits: both ends, and about 3 steps' "$scratch/stderr" ||
	fail "bisect: $(cat "$scratch/stderr")"
echo '# four' >>linux/Makefile
[ ! -e given ] || fail "a dry run builds: $(cat given)"

cat >stubs/aarch64-linux-gnu-gcc <<'END'
#!/bin/sh
case $1 in
-print-file-name=*) echo /libc.a ;;
*) echo "gcc of a test" ;;
esac
END
echo 'echo "QEMU emulator version 7.2.0"' >stubs/qemu-system-aarch64
chmod +x stubs/*
PATH=$scratch/stubs:$plain
while read -r command; do
	rm -f given
	# shellcheck disable=SC2086
	"$MMGAUGE" $command >stdout 2>stderr
	grep -q '^arm64 aarch64-linux-gnu- .*/git/[0-9a-f]*-arm64/objects$' given ||
		fail "$command: $(cat given stderr)"
done <<END
run null.loop --on vm:git:HEAD:arm64 --repo linux
run null.loop --on vm:git:HEAD --arch arm64 --repo linux
run null.loop --on vm:git:linux:HEAD:arm64
kernel build vm:git:linux:HEAD:arm64
sweep null.loop --repo linux --range HEAD~..HEAD --arch arm64 -o built
bisect --repo linux --good HEAD~ --case null.loop --arch arm64
try --repo linux --arch arm64 null.loop
END
# This machine's own is none that anything is told of.
"$MMGAUGE" run null.loop --on vm:git:HEAD --arch amd64 --repo linux >stdout 2>stderr
[ "$(uname -m)" != x86_64 ] || grep -q '^  .*/git/[0-9a-f]*/objects$' given || fail "amd64: $(cat given)"

expect_error 'two architectures' run null.loop --on vm:deb:6.12:arm64 --arch amd64
expect_error 'two architectures' run null.loop --on vm:deb:6.1.0-56-amd64:arm64
expect_error 'two architectures' run null.loop --on vm:git:HEAD:arm64 --arch amd64 --repo linux
expect_error 'leave --arch out' run null.loop --arch arm64
expect_error 'leave --arch out' run null.loop --on vm:file:a:b --arch arm64
expect_error "'mips' is none of amd64|arm64" try --repo linux --arch mips
finish
