# SPDX-License-Identifier: GPL-2.0-or-later
# What cases say that they need is in the lean kernel; vm/lean.sh boots one.
. "$MMGAUGE_SOURCE/tests/lib.sh"
cd "$MMGAUGE_SOURCE" || exit 2

for option in $(grep -oh 'CONFIG_[A-Z0-9_]*' bench/*.c runners/trial/needs.c | sort -u); do
	case $option in
	CONFIG_BLK_DEV_RAM_SIZE) # the command line of a guest says it
		grep -q 'brd.rd_size=' runners/vm/qemu.c || fail "no size for the RAM disk"
		;;
	*)
		grep -qxh "$option=[ym]" configs/kernels/lean.config configs/kernels/lean-x86.config ||
			fail "a case needs $option: not in configs/kernels/lean.config"
		;;
	esac
done
finish
