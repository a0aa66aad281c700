// SPDX-License-Identifier: GPL-2.0-or-later
#include "arch.h"
#include "image.h"

/*
 * The generic timer of the exact clock counts instructions where it is told to
 * tick once a nanosecond; QEMU's own 62.5 MHz would be 16 of them a tick. A
 * Cortex-A57 has no extension that came after ARMv8.0, so that any QEMU gives
 * the same CPU.
 */
#define CPU "cortex-a57,cntfrq=1000000000"

/*
 * A system call moves the stack by the counter's low bits, and the next one
 * finds other cache lines and pages: 22 to 133 instructions more or less.
 */
#define EXACT "randomize_kstack_offset=off"

/* The board has one port of its own, which is the console. */
const struct arch arch_arm64 = {
	.name = "aarch64",
	.kernel = "arm64",
	.debian = "arm64",
	.triplet = "aarch64-linux-gnu",
	.config = "lean-arm64.config",
	.qemu = "qemu-system-aarch64",
	.qemu_package = "qemu-system-arm",
	.machine = "virt,gic-version=3",
	.cpu = CPU,
	.cpu_model = "implementer 0x41 part 0xd07 variant 0x1 revision 0",
	.cpu_lacks = "CONFIG_ARM64_16K_PAGES=y",
	.cpu_instead = "neoverse-n1",
	.console = "ttyAMA0",
	.emulated = EXACT,
	.exact = EXACT,
	.plugin = "modules=0,user=0", /* they are marked, wherever they are */
	.frames = "/dev/ttyS0",
	.frames_device = "-device pci-serial,chardev=frames",
	.image = "arch/arm64/boot/Image",
	.image_release = image_arm64_release,
};
