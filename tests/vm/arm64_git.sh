# SPDX-License-Identifier: GPL-2.0-or-later
# Commits of a git tree in guests of arm64: run and try, from the image that make
# leaves to figures. The tree is made up: its "make" takes Debian's
# kernel for all its commits. vm/planted.sh and vm/gup_test.sh build real ones.
. "$MMGAUGE_SOURCE/tests/lib.sh"

if ! built=$("$MMGAUGE" kernel build vm:deb:6.12:arm64 2>"$scratch/why"); then
	why=$(tail -n 1 "$scratch/why")
	case $why in
	*'is not installed'* | *'check the network'* | *'no such kernel'* | \
		*'lists are empty'* | *'sources have no'* | *'not there'* | *'not a Debian'*)
		echo "skipped: ${why#mmgauge: }"
		exit 77
		;;
	esac
	fail "kernel build: $why"
	finish
fi
release=${built% *} module=${built##* }

# The agent and its libraries are those of the other tests.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge
mkdir -p "$scratch/cache/mmgauge"
for part in agents libraries modules qemu; do
	[ ! -e "$cache/$part" ] || ln -s "$cache/$part" "$scratch/cache/mmgauge"
done
export XDG_CACHE_HOME="$scratch/cache"

linux=$scratch/linux
mkdir -p "$linux/scripts/kconfig" "$linux/mm"
git init -q "$linux"
git -C "$linux" config user.name test
git -C "$linux" config user.email test
echo 'exit 0' >"$linux/scripts/kconfig/merge_config.sh"
cat >"$linux/Makefile" <<END
FROM := $cache/kernels/deb/$release
tinyconfig olddefconfig:
	@cp \$(FROM)/build/.config \$(O)/.config
Image:
	@[ "\$(ARCH) \$(CROSS_COMPILE)" = "arm64 aarch64-linux-gnu-" ]
	@mkdir -p \$(O)/arch/arm64/boot \$(O)/include/config
	@cp \$(FROM)/boot/vmlinuz \$(O)/arch/arm64/boot/Image
	@echo $release >\$(O)/include/config/kernel.release
	@echo 'all:; cp $module \$\$(M)/mmgauge.ko' >\$(O)/Makefile
modules:
END
echo one >"$linux/mm/gup.c"
git -C "$linux" add -A
git -C "$linux" commit -qm one

# A release that names no architecture is told by the architecture.
expect 0 "$release-$(git -C "$linux" rev-parse --short=12 HEAD)-arm64: boot 1 of 1" run null.loop \
	--on vm:git:HEAD --arch arm64 --repo "$linux" -o "$scratch/run.json"
grep -q '"target": *"vm:git:[^"]*:arm64"' "$scratch/run.json" || fail "no target of arm64"
grep -q '"architecture": *"aarch64"' "$scratch/run.json" || fail "not run on arm64"

# Two kernels of it, which are the same.
echo two >"$linux/mm/gup.c"
expect 0 'unchanged' try --repo "$linux" --arch arm64 membarrier.sync_core -p siblings=0
grep -q 'instructions, threshold' "$scratch/stdout" || fail "$(cat "$scratch/stdout")"
finish
