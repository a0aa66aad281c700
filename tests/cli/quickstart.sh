# SPDX-License-Identifier: GPL-2.0-or-later
# The first minute: one screen, and a second one that keeps the first. What takes
# minutes (packages, the build, guests) is played by others here.
. "$MMGAUGE_SOURCE/tests/lib.sh"

mkdir -p "$scratch/clone/scripts" "$scratch/clone/build" "$scratch/bin"
cp "$MMGAUGE_SOURCE/quickstart" "$scratch/clone"
cat >"$scratch/clone/scripts/packages.sh" <<'PART'
PACKAGES_BUILD= PACKAGES_RUN=
packages_install() { :; }
PART
printf '#!/bin/sh\n' >"$scratch/bin/cmake"
cat >"$scratch/clone/build/mmgauge" <<PART
#!/bin/sh
case "\$*" in
*--dry-run*) exec "$MMGAUGE" "\$@" ;;
"run "*vm:deb*) exec "$MMGAUGE" run null.loop membarrier.query --on host --on host \
	--boots 1 --max-time 20ms -o "\$(echo "\$*" | sed 's/.* -o //')" ;;
"run "*) exec "$MMGAUGE" run null.loop null.ioctl pin.fast -p iterations=1000 \
	--boots 1 --max-time 20ms -o "\$(echo "\$*" | sed 's/.* -o //')" ;;
*) exec "$MMGAUGE" "\$@" ;;
esac
PART
chmod +x "$scratch/bin/cmake" "$scratch/clone/build/mmgauge"
PATH=$scratch/bin:$PATH

for time in first second; do
	status=0
	(cd "$scratch/clone" && COLUMNS=80 ./quickstart) >"$scratch/$time" 2>"$scratch/stderr" || status=$?
	[ "$status" -eq 0 ] || fail "$time: exit code $status: $(cat "$scratch/$time" "$scratch/stderr")"
	[ "$(wc -l <"$scratch/$time")" -le 40 ] || fail "$time: more than a screen: $(cat "$scratch/$time")"
	awk 'length > 80 { exit 1 }' "$scratch/$time" || fail "$time: wider than 80: $(cat "$scratch/$time")"
	grep -q '^mmgauge: ' "$scratch/$time" "$scratch/stderr" && fail "$time: lines of a dry run"
	grep -q '^results  build/quickstart/2' "$scratch/$time" || fail "$time: where are the results?"
	sleep 1.1
done
# What docs/terminal shows of commands is a screen, with the prompt behind it.
for shown in "$MMGAUGE_SOURCE"/docs/terminal/*.txt; do
	[ "$(wc -l <"$shown")" -lt 40 ] && awk 'length > 80 { exit 1 }' "$shown" ||
		fail "$shown: more than a screen of 80x40"
done
[ -e /dev/mmgauge ] || grep -q '^ *[1-9][0-9]* skipped: ' "$scratch/first" ||
	fail "skipped cells are not counted: $(cat "$scratch/first")"
grep -q 'against the last' "$scratch/first" && fail "against what?"
grep -q '^== against the last quickstart, 2' "$scratch/second" || fail "the first one is not compared with"
[ "$(ls -d "$scratch"/clone/build/quickstart/2*Z | wc -l)" -eq 2 ] || fail "the first one's results are gone"
report=$(sed -n 's/^report   //p' "$scratch/second")
[ -s "$scratch/clone/$report" ] || [ -s "$report" ] || fail "no report at '$report'"

# No apt-get: a line with what to run where this is, and what nobody knows in Debian's words.
mkdir "$scratch/few" "$scratch/etc"
for program in sh dirname uname; do
	ln -s "$(command -v $program)" "$scratch/few"
done
elsewhere() {
	printf "$1" >"$scratch/etc/os-release"
	status=0
	MMGAUGE_ROOT=$scratch PATH=$scratch/few "$MMGAUGE_SOURCE/quickstart" >"$scratch/stdout" 2>"$scratch/stderr" ||
		status=$?
	[ "$status" -eq 2 ] && [ "$(wc -l <"$scratch/stderr")" -eq 1 ] &&
		grep -q "^mmgauge: packages: this is no Debian: run: $2" "$scratch/stderr" ||
		fail "$1: $status: $(cat "$scratch/stderr")"
}
elsewhere 'ID=fedora\n' 'sudo dnf install gcc .* jansson-devel '
elsewhere 'ID="rocky"\nID_LIKE="rhel centos fedora"\n' 'sudo dnf '
elsewhere 'ID=manjaro\nID_LIKE=arch\n' 'sudo pacman -S base-devel '
elsewhere 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n' 'sudo zypper install '
elsewhere 'ID=slackware\n' 'your package manager for the equivalents of: gcc '
finish
