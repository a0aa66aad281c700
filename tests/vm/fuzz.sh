# SPDX-License-Identifier: GPL-2.0-or-later
# The campaign against the module, for seconds and on Debian's kernel, which says
# what it notices by itself: docs/reliability.md has the long ones.
. "$MMGAUGE_SOURCE/tests/lib.sh"

"$MMGAUGE" kernel build 6.12 >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 77; }
timeout 900 "$MMGAUGE_SOURCE/tests/fuzz/kernel" 0.2 --most 3000 --on 6.12 --seed 1 --loads 3 \
	>"$scratch/report" 2>&1 || fail "$(cat "$scratch/report")"
cat "$scratch/report"
# None was left out.
made=$(sed -n 's/^taken of made: //p' "$scratch/report" | tr ',' '\n' | wc -l)
kinds=$(grep -c '_IOWR(MMG_IOC_MAGIC' "$MMGAUGE_SOURCE/kmod/mmgauge_uapi.h")
[ "$made" -eq "$kinds" ] || fail "$made of $kinds requests: $(cat "$scratch/report")"
finish
