# SPDX-License-Identifier: GPL-2.0-or-later
# A git tree as others have it: bytes in titles, hooks, filters, signatures, an
# environment that names another one. No kernel is built: make fails at once,
# after it wrote down what it was given.
. "$MMGAUGE_SOURCE/tests/lib.sh"
command -v git >/dev/null || exit 77

export XDG_CACHE_HOME="$scratch/cache" GIT_CONFIG_GLOBAL="$scratch/gitconfig"
mkdir "$scratch/cache"
git config --global user.name n
git config --global user.email n@example.org
cd "$scratch" || exit 2

# new_tree DIR: what its make is given is in $scratch/given, its tree copied.
new_tree() {
	git init -q "$1"
	printf 'one\ntwo\n' >"$1/lines"
	cat >"$1/Makefile" <<END
tinyconfig:
	@env >$scratch/given; cp \$(MAKEFILE_LIST:Makefile=lines) $scratch/lines
	@echo "init/Kconfig:7: syntax error" >&2; false
END
	git -C "$1" add -A
	git -C "$1" commit -qm "$1"
}
# try_build ARGUMENT...: env(1)'s arguments; make was reached.
try_build() {
	rm -f given
	env "$@" "$MMGAUGE" run null.loop --on vm:git:HEAD --repo linux -o out \
		>stdout 2>stderr && fail "a kernel without a Makefile"
	[ -e given ] || fail "make was not reached with $*: $(cat stderr)"
}
new_tree linux
new_tree other

# What the environment says is not for make, and --repo is stronger than git's.
try_build KCFLAGS=-O1 LLVM=1 LOCALVERSION=-x KCONFIG_CONFIG=y V=1 MMG_ANY=1 \
	"GIT_DIR=$scratch/other/.git" GIT_INDEX_FILE=none
grep -qE '^(KCFLAGS|LLVM|LOCALVERSION|KCONFIG_CONFIG|V|MMG_ANY|GIT_[A-Z_]*)=' given &&
	fail "it reaches make: $(cat given)"
grep -q 'init/Kconfig:7: syntax error' stderr || fail "not the first error: $(cat stderr)"
grep -q "$(git -C linux rev-parse --short=12 HEAD) does not build" stderr ||
	fail "another tree: $(cat stderr)"

# What --kbuild says is, by whatever builds; not what redirects a build.
git -C linux commit -q --allow-empty -m linux
echo three >>linux/lines
while read -r command; do
	rm -f given
	"$MMGAUGE" $command --kbuild CC=gcc --kbuild 'KCFLAGS=-O1 -g' >stdout 2>stderr
	grep -q '^MAKEFLAGS=.* CC=gcc' given && grep -q -- '^MAKEFLAGS=.* KCFLAGS=-O1\\* -g' given ||
		fail "$command: no option: $(grep MAKE given; cat stderr)"
	expect_error "'LLVM' is not VAR=VALUE" $command --kbuild LLVM
	expect_error 'O says where' $command --kbuild LLVM=1 --kbuild O=/tmp
done <<END
run null.loop --on vm:git:HEAD --repo linux
kernel build vm:git:linux:HEAD
sweep null.loop --repo linux --range HEAD~..HEAD -o built
bisect --repo linux --good HEAD~ --case null.loop
try --repo linux null.loop
END
# What is wrong with a plan is told before anything is built.
while read -r command; do
	rm -f given
	expect_error "no case or suite 'nothing.loop'" $command nothing.loop
	expect_error "no case has an axis 'size'" $command null.loop -p size=1
	expect_error 'cpus=99: no such value' $command null.loop --config cpus=99
	[ ! -e given ] || fail "$command: built"
done <<END
run --on vm:git:HEAD --repo linux
sweep --repo linux --range HEAD~..HEAD -o wrong
bisect --repo linux --good HEAD~ --case
try --repo linux
END
rm -f given
expect_error "null.loop has no metric or exact fact 'operatoin': did you mean operation" \
	bisect --repo linux --good HEAD~ --case null.loop --metric operatoin
[ ! -e given ] || fail "bisect --metric: built"
[ ! -e wrong ] || fail "a folder of nothing"
expect_error '/proc/none/out: No such file or directory: give another place' \
	run null.loop --on vm:git:HEAD --repo linux -o /proc/none/out
expect_error 'x.json: one file for 2 targets' \
	run null.loop --on vm:git:HEAD --on vm:git:HEAD~ --repo linux -o x.json
export MMGAUGE_CACHE_MAX=many
for command in cache 'cache trim' 'kernel build vm:git:linux:HEAD' \
	'run null.loop --on vm:git:HEAD --repo linux'; do
	expect_error "MMGAUGE_CACHE_MAX: 'many' is no number" $command
done
unset MMGAUGE_CACHE_MAX
[ ! -e given ] || fail "built before there is a place for it"
expect 0 '1 cells on 1 targets, 1 boots: at most about 3 s on idle cores' \
	run null.loop -p iterations=1000 --on vm:git:HEAD --repo linux --dry-run
expect 0 '1 kernels are not in the cache: about 60 s and 1915 MiB' \
	run null.loop -p iterations=1000 --on vm:git:HEAD --repo linux --dry-run
expect 0 '2 kernels, 2 to measure.*, if another takes 70 s as on idle cores$' \
	sweep null.loop --repo linux --range HEAD~..HEAD --dry-run
git -C linux checkout -q HEAD lines
expect_error 'no kernel is built for host' run null.loop --kbuild LLVM=1
expect_error 'is not built here' kernel fetch 6.1 --kbuild LLVM=1
expect_error 'no kernel is built' sweep null.loop --on 'vm:deb:6*' --kbuild LLVM=1

# Neither filters nor hooks nor sparse patterns of the user's reach the tree.
printf '#!/bin/sh\nexit 1\n' >linux/.git/hooks/post-checkout
chmod +x linux/.git/hooks/post-checkout
git -C linux config core.autocrlf true
git -C linux config filter.loud.smudge 'tr a-z A-Z'
echo '* text eol=crlf filter=loud' >linux/.git/info/attributes
rm -rf cache/mmgauge
try_build A=1
git -C other show HEAD:lines | cmp - lines || fail "filters: $(od -c lines)"
git -C linux worktree list | grep -q cache && fail "the user's repository was written to"

# What the user has set for messages.
git -C linux config log.showSignature true
expect 0 ' linux$' sweep --dry-run --repo linux --range HEAD..HEAD null.loop
# Under each of several configurations; all is what needs no build of its own.
expect 0 ' pti linux$' sweep --dry-run --repo linux --range HEAD..HEAD null.loop \
	--config all --config pti --config cpus=3
grep -q ' cpus=3 linux$' "$scratch/stdout" || fail "no cpus=3"
[ "$(grep -c ' pti linux$' "$scratch/stdout")" -eq 1 ] || fail "pti twice"
grep -q ' default linux$' "$scratch/stdout" || fail "no default"
! grep -q ' o3 linux$\| kasan linux$' "$scratch/stdout" || fail "built ones among all"
expect_error "did you mean 'pti'" sweep --dry-run --repo linux --range HEAD..HEAD null.loop \
	--config default --config ptti
if command -v ssh-keygen >/dev/null; then
	ssh-keygen -q -t ed25519 -N '' -f key
	git -C linux -c gpg.format=ssh -c user.signingkey="$scratch/key.pub" \
		commit -q -S --allow-empty -m signed
	expect 0 ' signed$' sweep --dry-run --repo linux --range HEAD..HEAD null.loop
	try_build A=1
fi

# Nothing of a range vanishes, whatever the bytes.
put() { # the title from stdin
	{
		printf 'tree %s\nparent %s\n' "$(git -C other write-tree)" \
			"$(git -C other rev-parse HEAD)"
		printf 'author n <n> 1700000000 +0000\ncommitter n <n> 1700000000 +0000\n\n'
		cat
	} | git -C other hash-object -t commit -w --stdin --literally |
		xargs git -C other update-ref HEAD
}
printf 'mm: spotted by J\366rg\n' | put
printf 'mmm: %s\n' "$(printf 'é%.0s' $(seq 90))" | put
printf '\001\033[31m\303\n' | put
"$MMGAUGE" sweep null.loop --repo other --range HEAD~3..HEAD -o sweep >stdout 2>stderr
/usr/bin/python3 - <<'END' || fail "sweep.json: $(cat sweep/sweep.json)"
import json
titles = [s["title"] for s in json.load(open("sweep/sweep.json"))["subjects"]]
assert len(titles) == 4, titles
assert titles[1] == "mm: spotted by J\ufffdrg", titles
assert titles[2].startswith("mmm: " + "é" * 60) and titles[2].strip("m: é") == "", titles
END

# Nor of what is to be measured.
"$MMGAUGE" sweep $(yes null.loop | head -60) no.such --repo other --range HEAD~..HEAD \
	-o many >stdout 2>stderr
grep -q "no case or suite 'no.such'" stderr || fail "the last argument: $(cat stderr)"

# Whatever ends a build, it leaves no make behind.
cat >other/Makefile <<END
tinyconfig:
	\$(MAKE) -f \$(firstword \$(MAKEFILE_LIST)) slow
slow:
	echo \$\$PPID >$scratch/maker; exec sleep 300
END
git -C other commit -qam slow
for signal in TERM KILL; do
	rm -f maker
	"$MMGAUGE" kernel build vm:git:other:HEAD >stdout 2>stderr &
	builder=$!
	for _ in $(seq 600); do
		[ ! -s maker ] || break
		sleep 0.1
	done
	kill -$signal $builder
	wait $builder && fail "SIG$signal: it went on"
	for i in $(seq 300); do
		kill -0 "$(cat maker)" 2>/dev/null || break
		sleep 0.1
	done
	[ "$i" -lt 300 ] || fail "SIG$signal: make goes on: $(cat stderr)"
done

# git's own words and advice.
# Not below the scratch folder, which may lie in a repository itself.
expect_error 'not a git repository.*--repo' run null.loop --on vm:git:HEAD --repo /
expect_error "no commit 'none'" run null.loop --on vm:git:none --repo linux
if [ "$(id -u)" -eq 0 ]; then
	chown -R 1234:1234 other
	expect_error 'dubious ownership.*run: git config --global --add safe.directory' \
		run null.loop --on vm:git:HEAD --repo other
fi
finish
