# SPDX-License-Identifier: GPL-2.0-or-later
# QEMU locks itself in, where it can; where it cannot, guests boot as ever.
. "$MMGAUGE_SOURCE/tests/lib.sh"

mkdir "$scratch/bin"
cat >"$scratch/bin/qemu-system-x86_64" <<'EOF'
#!/bin/sh
case "$*" in
*-kernel*)
	"$REAL_QEMU" "$@" &
	qemu=$!
	# Its threads are all under the filter once the guest runs.
	for i in 1 2 3 4 5 6 7 8 9 10; do
		grep -E '^(Seccomp|NoNewPrivs):' /proc/$qemu/status >"$SEEN.new" 2>/dev/null &&
			mv "$SEEN.new" "$SEEN"
		grep -q '^Seccomp:.2' "$SEEN" && break
		sleep 0.1
	done
	wait $qemu
	exit
	;;
*-sandbox*) [ -z "$NO_SANDBOX" ] || exit 1 ;;
esac
exec "$REAL_QEMU" "$@"
EOF
chmod +x "$scratch/bin/qemu-system-x86_64"
REAL_QEMU=$(command -v qemu-system-x86_64) PATH=$scratch/bin:$PATH SEEN=$scratch/seen
export REAL_QEMU PATH SEEN NO_SANDBOX

expect 0 '1 ok' run null.loop --on vm:deb:6.12 --max-time 25ms -o "$scratch/in.json"
grep -q '^Seccomp:.2' "$SEEN" || fail "not under a filter: $(cat "$SEEN")"
rm "$SEEN"
NO_SANDBOX=1
expect 0 '1 ok' run null.loop --on vm:deb:6.12 --max-time 25ms -o "$scratch/out.json"
grep -q '^Seccomp:.0' "$SEEN" || fail "under a filter it has not: $(cat "$SEEN")"
finish
