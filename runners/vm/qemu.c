// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cache.h"
#include "image.h"
#include "runners/base/process.h"
#include "qemu.h"

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
#define EMULATED_CPU                                               \
	"qemu64,smep=on,smap=on,fsgsbase=on,pdpe1gb=on,rdtscp=on," \
	"xsave=on,xsaveopt=on,umip=on,pku=on,popcnt=on,arat=on,"   \
	"rdrand=on,svm=off"

/*
 * Trusting rdrand, whose numbers -seed fixes, has the guest's random numbers
 * ready from the start: init would wait a second for them. The boot loader's
 * are QEMU's and not fixed. No measurement needs self-tests of ciphers, which
 * are a fifth of an emulated boot. Balancing would take pages out of the page
 * tables to see who wants them, and does where there are two NUMA nodes.
 */
#define KERNEL_COMMON                                                 \
	"console=ttyS0 panic=-1 oops=panic nowatchdog nokaslr "       \
	"norandmaps random.trust_cpu=on random.trust_bootloader=off " \
	"cryptomgr.notests numa_balancing=disable"

/*
 * One instruction is one nanosecond: tell the kernel, and let the tick come
 * from the HPET, since calibrating the local APIC timer is 100 ms of PAUSE,
 * each of which leaves the translated code (2.4 s of the host).
 */
#define KERNEL_ICOUNT " tsc=reliable tsc_early_khz=1000000 nolapic_timer"

static const struct {
	const char *name, *arguments, *append;
} modes[] = {
	[ACCELERATOR_AUTO] = { .name = "auto" },
	/* Every byte on the console leaves a KVM guest: warnings only. */
	[ACCELERATOR_KVM] = { "kvm", "-accel kvm -cpu host",
			      KERNEL_COMMON " loglevel=5" },
	[ACCELERATOR_TCG] = { "tcg",
			      "-accel tcg,thread=multi -cpu " EMULATED_CPU,
			      KERNEL_COMMON " tsc=reliable" },
	[ACCELERATOR_ICOUNT] = { "tcg-icount",
				 "-accel tcg -icount shift=0,sleep=off "
				 "-cpu " EMULATED_CPU,
				 KERNEL_COMMON KERNEL_ICOUNT },
};

/*
 * The ports are files because a guest never waits for a file; for a reader of
 * a full pipe it would, by the host's clock, and would no longer be exact.
 */
static const char fixed_arguments[] =
	"-name mmgauge -machine pc -nodefaults -no-user-config -display none "
	"-no-reboot -rtc base=2020-01-01,clock=vm -seed 1 "
	"-chardev file,id=console,path=" QEMU_CONSOLE " "
	"-serial chardev:console "
	"-chardev file,id=frames,path=" QEMU_FRAMES " "
	"-serial chardev:frames "
	"-initrd " QEMU_INITRAMFS;

/*
 * All CPUs are on the first node, so that the second is used by nothing that
 * does not ask for it: cells that need no second node do not notice it.
 */
#define TWO_NODES                                      \
	" -object memory-backend-ram,id=near,size=%uM" \
	" -object memory-backend-ram,id=far,size=%uM"  \
	" -numa node,nodeid=0,memdev=near"             \
	" -numa node,nodeid=1,memdev=far"

const char *accelerator_name(enum accelerator accelerator)
{
	return modes[accelerator].name;
}

/* The ELF kernel, from the cache or unpacked now, else the bzImage. */
static int choose_image(struct qemu_command *command,
			const struct vm_options *options, const char *scratch)
{
	const struct vm_kernel *kernel = options->kernel;
	int status;

	if (*kernel->elf)
		return join_path(command->image, "%s", kernel->elf);
	status = join_path(command->image, "%s/kernel", scratch);
	if (!status && !image_extract(kernel->image, command->image))
		return 0;
	return join_path(command->image, "%s", kernel->image);
}

static void add_argument(struct qemu_command *command, const char *argument)
{
	if (command->count < QEMU_ARGUMENTS - 1)
		command->argv[command->count++] = argument;
}

static void add_words(struct qemu_command *command, char *words)
{
	char *word;

	while ((word = strsep(&words, " ")))
		add_argument(command, word);
}

int qemu_command(struct qemu_command *command, const struct vm_options *options,
		 const char *scratch)
{
	bool icount = options->accelerator == ACCELERATOR_ICOUNT;
	int status, length;

	*command = (struct qemu_command){ 0 };
	status = choose_image(command, options, scratch);
	if (status)
		return status;
	length =
		snprintf(command->words, sizeof(command->words),
			 QEMU_PROGRAM " %s %s -smp %u -m %uM",
			 modes[options->accelerator].arguments, fixed_arguments,
			 icount || !options->cpus ? 1 : options->cpus,
			 options->memory_mib + options->far_memory_mib);
	if (options->far_memory_mib)
		snprintf(command->words + length,
			 sizeof(command->words) - (size_t)length, TWO_NODES,
			 options->memory_mib, options->far_memory_mib);
	add_words(command, command->words);
	add_argument(command, "-kernel");
	add_argument(command, command->image);
	add_argument(command, "-append");
	add_argument(command, modes[options->accelerator].append);
	return 0;
}

int qemu_missing(struct error *err)
{
	return error_set(err, -ENOENT,
			 QEMU_PROGRAM ": not installed: run: sudo apt-get "
				      "install qemu-system-x86");
}

int vm_qemu_version(char *version, size_t size, struct error *err)
{
	const char *const argv[] = { QEMU_PROGRAM, "--version", NULL };
	static const char prefix[] = "QEMU emulator version ";
	struct process_result result;
	const char *found;
	int status;

	status = process_run(argv, NULL, 30, &result);
	if (status == -ENOENT)
		return qemu_missing(err);
	if (status)
		return error_set(err, status, QEMU_PROGRAM " --version: %s",
				 strerror(-status));
	found = strstr(result.output, prefix);
	if (found) {
		found += sizeof(prefix) - 1;
		snprintf(version, size, "%.*s", (int)strcspn(found, " \n"),
			 found);
	} else {
		status = error_set(err, -EPROTO,
				   QEMU_PROGRAM " --version: not understood: "
						"install QEMU 6.2 or newer");
	}
	process_result_free(&result);
	return status;
}
