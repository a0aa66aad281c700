# SPDX-License-Identifier: GPL-2.0-or-later
# What is missing, damaged or full: one line with the cause and the remedy, exit
# code 2, nothing half-written.
. "$MMGAUGE_SOURCE/tests/lib.sh"

# Results.
printf '{"schema": "mmgauge-result/1", ' >"$scratch/cut.json"
printf '{"schema": "mmgauge-result/2"}' >"$scratch/new.json"
printf '\377\376' >"$scratch/binary.json"
for command in compare report plot; do
	case $command in
	compare) set -- ;;
	report) set -- -o "$scratch/html" ;;
	plot) set -- -o "$scratch/x.svg" ;;
	esac
	expect_error 'No such\|no run\|no such' $command "$scratch/absent.json" "$scratch/absent.json" "$@"
	expect_error 'cut.json:1:' $command "$scratch/cut.json" "$scratch/cut.json" "$@"
	expect_error 'mmgauge-result/2' $command "$scratch/new.json" "$scratch/new.json" "$@"
	expect_error 'binary.json:1:' $command "$scratch/binary.json" "$scratch/binary.json" "$@"
done
[ ! -e "$scratch/html/index.html" ] && [ ! -e "$scratch/x.svg" ] || fail "output from nothing"

# A folder where a file is meant, and what a file must be mended of.
mkdir "$scratch/folder"
expect_error 'folder: a folder' compare "$scratch/folder" "$scratch/folder"
expect_error 'folder/: a folder' report "$scratch/folder/" -o "$scratch/html"
expect_error 'folder: a folder' run "$scratch/folder"
expect_error 'cut.json:1:[0-9]*: .*: mend' compare "$scratch/cut.json" "$scratch/cut.json"
expect_error 'cut.json:1:[0-9]*: .*: mend' run "$scratch/cut.json"

expect_error 'measure afresh' run --resume "$scratch/folder"

# Operands that are missing.
expect_error 'usage: mmgauge compare BASE NEW' compare "$scratch/cut.json"
expect_error 'usage: mmgauge report RUN' report -o "$scratch/html"
expect_error 'give -o DIR' report "$scratch/cut.json"
expect_error 'give -o FILE' plot "$scratch/cut.json"

# Every help fits a terminal.
for command in $("$MMGAUGE" help | awk '/^  [a-z]/ { print $1 }'); do
	expect 0 "usage: mmgauge $command" "$command" -h
	awk 'length > 80 { exit 1 }' "$scratch/stdout" || fail "$command -h: wider than 80"
done

# Kernels.
# Once a day a line says that indexes are read: before, as one line is expected.
"$MMGAUGE" kernel list --available >/dev/null 2>&1 || :
expect_error 'vm:deb:9.9' run null.loop --on vm:deb:9.9 -o "$scratch/out"
expect_error 'not a built kernel tree' run null.loop --on vm:file:/etc/passwd:/tmp -o "$scratch/out"
expect_error 'no target' run null.loop --on vm:file:nothing -o "$scratch/out"
[ -z "$(ls "$scratch/out" 2>/dev/null)" ] || fail "left in out: $(ls "$scratch/out")"

# No home.
status=0
env -u HOME -u XDG_DATA_HOME -u MMGAUGE_STORE "$MMGAUGE" run null.loop --boots 1 \
	>"$scratch/stdout" 2>"$scratch/stderr" || status=$?
[ "$status" -eq 2 ] && grep -q 'HOME is not set: set' "$scratch/stderr" ||
	fail "no home: exit code $status: $(cat "$scratch/stderr")"

# No apt, nothing cached.
cat >"$scratch/poor" <<EOF
#!/bin/sh
XDG_CACHE_HOME="$scratch/cache" PATH=/nonexistent exec "$MMGAUGE" "\$@"
EOF
chmod +x "$scratch/poor"
MMGAUGE="$scratch/poor" expect_error 'apt' run null.loop --on vm:deb:6.12 -o "$scratch/out"

# What is wrong with a plan is told before any kernel is looked for.
MMGAUGE="$scratch/poor" expect_error 'profile: only the exact clock' \
	run null.loop --on vm:deb:6.12 --clock wall --profile -o "$scratch/out"
MMGAUGE="$scratch/poor" expect_error 'verify-determinism: the wall clock' \
	run null.loop --on vm:deb:6.12 --clock wall --verify-determinism -o "$scratch/out"
MMGAUGE="$scratch/poor" expect_error 'the host counts no instructions' \
	run null.loop --on vm:deb:6.12 --on host --clock instructions -o "$scratch/out"

# A module that cannot be loaded here, or not by us.
if [ ! -d "/lib/modules/$(uname -r)/build" ]; then
	expect_error 'linux-headers\|headers\|CONFIG_MODULES\|modules' module load
fi

# A full disk (a mount of our own; needs a mount namespace).
if unshare -m true 2>/dev/null; then
	mkdir -p "$scratch/full"
	status=0
	unshare -m sh -c 'mount -t tmpfs -o size=4k none "$1/full" &&
		exec "$2" run null.loop --boots 1 -o "$1/full"' - "$scratch" "$MMGAUGE" \
		>"$scratch/stdout" 2>"$scratch/stderr" || status=$?
	[ "$status" -eq 2 ] || fail "full disk: exit code $status: $(cat "$scratch/stderr")"
	grep -q 'No space left' "$scratch/stderr" || fail "full disk: $(cat "$scratch/stderr")"

	# One that fills up on the way: what was measured stays, and goes on.
	status=0
	unshare -m sh -c 'mount -t tmpfs -o size=12k none "$1/full" || exit 3
		"$2" run "null.*" "membarrier.*" --boots 2 --max-time 20ms -o "$1/full" && exit 4
		mount -o remount,size=4m "$1/full"
		cat "$1"/full/*.journal >"$1/journal"
		"$2" run --resume "$1"/full/*.journal || exit 5
		cp "$1"/full/*.json "$1/filled.json"' - "$scratch" "$MMGAUGE" \
		>"$scratch/stdout" 2>"$scratch/stderr" || status=$?
	[ "$status" -eq 0 ] && grep -q 'No space left.*--resume' "$scratch/stderr" ||
		fail "disk that fills: $status: $(cat "$scratch/stderr")"
	expect 0 inconclusive compare "$scratch/filled.json" "$scratch/filled.json"
	[ "$(wc -l <"$scratch/journal")" -gt 1 ] || fail "disk that fills: nothing kept"
fi

# A folder of somebody else's.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	mkdir "$scratch/ours"
	chmod 755 "$scratch" "$scratch/ours"
	status=0
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$MMGAUGE" run null.loop --boots 1 -o "$scratch/ours" \
		>"$scratch/stdout" 2>"$scratch/stderr" || status=$?
	[ "$status" -eq 2 ] && grep -q 'Permission denied: give' "$scratch/stderr" ||
		fail "no permission: exit code $status: $(cat "$scratch/stderr")"
fi

# A full disk behind stdout.
status=0
"$MMGAUGE" list >/dev/full 2>"$scratch/stderr" || status=$?
[ "$status" -eq 2 ] && grep -q 'standard output' "$scratch/stderr" ||
	fail "/dev/full: exit code $status"

# Standard streams that are closed: nothing printed may end up in a result.
status=0
"$MMGAUGE" run null.loop --boots 1 <&- >&- 2>&- || status=$?
[ "$status" -eq 2 ] || fail "closed stdout: exit code $status"
expect 0 inconclusive compare latest latest
finish
