// SPDX-License-Identifier: GPL-2.0-or-later
#include "arch.h"
#include "image.h"

/*
 * The emulated CPU: the oldest model with the features that matter to memory
 * management named one by one, each known to TCG since QEMU 6.2, so that any
 * QEMU gives the same CPU and the same counts. A model of a real server would
 * gain features with the QEMU version, and:
 *  - Intel's would look vulnerable to Meltdown, without ARCH_CAPABILITIES, and
 *    get page table isolation; AMD's Zen would be "vulnerable: no microcode"
 *    to SRSO and TSA with thunks at every return. This one has what needs no
 *    microcode: retpolines and the Spectre v1 barriers.
 *  - erms and fsrm: TCG counts each byte of "rep movsb" as an instruction, so
 *    clearing one page would count 4096 and drown a page fault of 2600; "rep
 *    stosq" counts 512.
 *  - la57: 4-level page tables as on nearly every machine.
 *  - rdseed: rdrand is enough, and follows -seed.
 */
#define CPU                                                        \
	"qemu64,smep=on,smap=on,fsgsbase=on,pdpe1gb=on,rdtscp=on," \
	"xsave=on,xsaveopt=on,umip=on,pku=on,popcnt=on,arat=on,"   \
	"rdrand=on,svm=off"

/*
 * One instruction is one nanosecond: tell the kernel, and let the tick come
 * from the HPET, since calibrating the local APIC timer is 100 ms of PAUSE,
 * each of which leaves the translated code (2.4 s of the host).
 */
#define EXACT "tsc=reliable tsc_early_khz=1000000 nolapic_timer"

const struct arch arch_x86_64 = {
	.name = "x86_64",
	.kernel = "x86",
	.debian = "amd64",
	.triplet = "x86_64-linux-gnu",
	.config = "lean-x86.config",
	.qemu = "qemu-system-x86_64",
	.qemu_package = "qemu-system-x86",
	.machine = "pc",
	.cpu = CPU,
	.console = "ttyS0",
	.emulated = "tsc=reliable",
	.exact = EXACT,
	.plugin = "modules=ffffffffa0000000,user=7f0000000000",
	.frames = "/dev/ttyS1",
	.frames_device = "-serial chardev:frames",
	.image = "arch/x86/boot/bzImage",
	.image_release = image_release,
	.image_extract = image_extract,
};
