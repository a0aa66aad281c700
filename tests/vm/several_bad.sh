# SPDX-License-Identifier: GPL-2.0-or-later
# A QEMU that is new enough and was built without what several CPUs want.
. "$MMGAUGE_SOURCE/tests/lib.sh"

mkdir "$scratch/bin"
cat >"$scratch/bin/qemu-system-x86_64" <<'EOF'
#!/bin/sh
case "$*" in
--version) echo "QEMU emulator version 9.9.9"; exit ;;
*"$MISSING,help"*) echo "qemu-system-x86_64: '$MISSING': not found" >&2; exit 1 ;;
esac
exec "$REAL_QEMU" "$@"
EOF
chmod +x "$scratch/bin/qemu-system-x86_64"
REAL_QEMU=$(command -v qemu-system-x86_64) PATH=$scratch/bin:$PATH
export REAL_QEMU PATH MISSING

# Several CPUs that were asked for are an error, a cell that wants them skips.
MISSING=filter-buffer
expect_error 'QEMU 9.9.9 has no -object filter-buffer: install' \
	run null.loop --on vm:deb:6.12 --config cpus=2 -o "$scratch/two.json"
status=0
"$MMGAUGE" run null.loop membarrier.sync_core -p siblings=1 -p doing=running --on vm:deb:6.12 \
	-o "$scratch/one.json" >"$scratch/log" 2>&1 </dev/null || status=$?
[ "$status" -eq 0 ] || fail "a cell that cannot run: exit code $status: $(cat "$scratch/log")"
grep -q 'cells with other threads skip: QEMU 9.9.9 has no -object filter-buffer' "$scratch/log" ||
	fail "no line says why: $(cat "$scratch/log")"
grep -q 'siblings need CPUs' "$scratch/one.json" || fail "the cell does not say why it skips"

# Without a place to show their counts CPUs count as one.
MISSING=ivshmem-plain
expect 0 'several CPUs count as one: QEMU 9.9.9 has no -device ivshmem-plain: install' \
	run null.loop pin.contended -p against=same -p threads=1 -p method=fast -p range=16 \
	--on vm:deb:6.12 -o "$scratch/counted.json"
# More CPUs than any cell has work for.
expect 0 'CPUs idle.*: no cell has work for more than 1$' \
	run null.loop --on vm:deb:6.12 --config cpus=2 -o "$scratch/idle.json"
grep -q 'contention has no count where CPUs count as one' "$scratch/counted.json" ||
	fail "contention without a count: $(cat "$scratch/counted.json")"
finish
