# SPDX-License-Identifier: GPL-2.0-or-later
# The campaign against the module, for seconds and on Debian's kernel, which says
# what it notices by itself: docs/reliability.md has the long ones.
. "$MMGAUGE_SOURCE/tests/lib.sh"

"$MMGAUGE" kernel build 6.12 >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 77; }
timeout 900 "$MMGAUGE_SOURCE/tests/fuzz/kernel" 0.003 --on 6.12 --seed 1 --loads 3 \
	>"$scratch/report" 2>&1 || fail "$(cat "$scratch/report")"
cat "$scratch/report"
# Each request was made, and each but one that wants more luck was taken.
sed -n 's/^taken of made: //p' "$scratch/report" | tr ',' '\n' >"$scratch/kinds"
[ "$(wc -l <"$scratch/kinds")" -eq "$(grep -c 'define MMG_IOC_.*0x\|_IOWR(MMG_IOC_MAGIC' \
	"$MMGAUGE_SOURCE/kmod/mmgauge_uapi.h")" ] || fail "not every request: $(cat "$scratch/kinds")"
finish
