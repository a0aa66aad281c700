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

# Kernels.
expect_error 'vm:deb:9.9' run null.loop --on vm:deb:9.9 -o "$scratch/out"
expect_error 'not a built kernel tree' run null.loop --on vm:file:/etc/passwd:/tmp -o "$scratch/out"
expect_error 'no target' run null.loop --on vm:file:nothing -o "$scratch/out"
[ -z "$(ls "$scratch/out" 2>/dev/null)" ] || fail "left in out: $(ls "$scratch/out")"

# No apt, nothing cached.
cat >"$scratch/poor" <<EOF
#!/bin/sh
XDG_CACHE_HOME="$scratch/cache" PATH=/nonexistent exec "$MMGAUGE" "\$@"
EOF
chmod +x "$scratch/poor"
MMGAUGE="$scratch/poor" expect_error 'apt' run null.loop --on vm:deb:6.12 -o "$scratch/out"

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
fi

# A full disk behind stdout.
status=0
"$MMGAUGE" list >/dev/full 2>"$scratch/stderr" || status=$?
[ "$status" -eq 2 ] && grep -q 'standard output' "$scratch/stderr" ||
	fail "/dev/full: exit code $status"
finish
