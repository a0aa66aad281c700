# SPDX-License-Identifier: GPL-2.0-or-later
# What --profile=inlined makes of vm:git: DWARF lies beside the code, which is
# booted without, under a name of its own. The kernel is a line of C, which no
# guest boots.
. "$MMGAUGE_SOURCE/tests/lib.sh"
command -v git >/dev/null || exit 77

export XDG_CACHE_HOME="$scratch/cache" GIT_CONFIG_GLOBAL="$scratch/gitconfig"
mkdir "$scratch/cache"
git config --global user.name n
git config --global user.email n@example.org
cd "$scratch" || exit 2

mkdir -p linux/scripts/kconfig
echo "echo \"\$@\" >$scratch/merged" >linux/scripts/kconfig/merge_config.sh
echo 'int outer(int a) { return a; }' >linux/a.c
cat >linux/Makefile <<'END'
modules:
	if [ -n "$(M)" ]; then gcc -g -c -o $(M)/mmgauge.ko a.c; fi
tinyconfig:
	mkdir -p $(O)/include/config
	cp Makefile a.c $(O)
	echo CONFIG_X=y >$(O)/.config
	echo 6.0.0 >$(O)/include/config/kernel.release
olddefconfig:
vmlinux:
	gcc -g -nostdlib -static -Wl,-e,outer -Wl,--build-id -o $(O)/vmlinux a.c
END
git init -q linux
git -C linux add -A
git -C linux commit -qm linux

# built PROFILE: the one folder that came of it is $entry.
built() {
	rm -rf cache/mmgauge/kernels
	"$MMGAUGE" run null.loop --on vm:git:HEAD --repo linux "$1" -o out.json \
		>stdout 2>stderr && fail "a line of C was booted"
	entry=$(echo cache/mmgauge/kernels/git/*)
	[ -e "$entry/release" ] || fail "not built: $(cat stderr)"
}
has_dwarf() {
	readelf -SW "$1" | grep -q ' \.debug_info '
}

built --profile
plain=$entry
grep -q debug-info.config merged && fail "DWARF unasked for: $(cat merged)"
[ ! -e "$entry/debug" ] || fail "DWARF unasked for"
built --profile=inlined
[ "$entry" != "$plain" ] || fail "one name for both"
grep -q '/lean.config .*/debug-info.config$' merged || fail "$(cat merged)"
for file in vmlinux mmgauge.ko; do
	has_dwarf "$entry/debug/$file" || fail "$file: no DWARF"
	has_dwarf "$entry/$file" && fail "$file is booted with DWARF"
done
# It is of the same build, so there is nothing to be told.
grep -q 'inlined functions are told' stderr && fail "$(cat stderr)"
finish
