// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cache.h"
#include "kmod/mmgauge_uapi.h"
#include "results/base/process.h"
#include "qemu.h"
#include "turns.h"

/*
 * Trusting rdrand, whose numbers -seed fixes, has the guest's random numbers
 * ready from the start: init would wait a second for them. The boot loader's
 * are QEMU's and not fixed. No measurement needs self-tests of ciphers, which
 * are a fifth of an emulated boot. Balancing would take pages out of the page
 * tables to see who wants them, and does where there are two NUMA nodes. RAM
 * disks that are built in are 4 MiB each unless told (bench/disk.c).
 */
#define KERNEL_COMMON                                                 \
	"panic=-1 oops=panic nowatchdog nokaslr "                     \
	"norandmaps random.trust_cpu=on random.trust_bootloader=off " \
	"cryptomgr.notests numa_balancing=disable "                   \
	"brd.rd_nr=2 brd.rd_size=65536"

static const struct {
	const char *name, *arguments;
} modes[] = {
	[ACCELERATOR_AUTO] = { .name = "auto" },
	[ACCELERATOR_KVM] = { "kvm", "-accel kvm -cpu host" },
	[ACCELERATOR_TCG] = { "tcg", "-accel tcg,thread=multi -cpu " },
	[ACCELERATOR_ICOUNT] = { "tcg-icount",
				 "-accel tcg -icount shift=0,sleep=off -cpu " },
};

/*
 * The ports are files because a guest never waits for a file; for a reader of
 * a full pipe it would, by the host's clock, and would no longer be exact.
 */
static const char fixed_arguments[] =
	"-name mmgauge -nodefaults -no-user-config -display none "
	"-no-reboot -rtc base=2020-01-01,clock=vm -seed 1 "
	"-chardev file,id=console,path=" QEMU_CONSOLE " "
	"-serial chardev:console "
	"-chardev file,id=frames,path=" QEMU_FRAMES " "
	"-initrd " QEMU_INITRAMFS;

/*
 * All CPUs are on the first node, so that the second is used by nothing that
 * does not ask for it: cells that need no second node do not notice it.
 */
#define TWO_NODES                                \
	" -numa node,nodeid=0,memdev=" QEMU_NEAR \
	" -numa node,nodeid=1,memdev=" QEMU_FAR

/* A guest that broke out of QEMU starts no program, and becomes nobody else. */
#define SANDBOX \
	"on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"

#define CPU_COUNTS " -device ivshmem-plain,memdev=cpus,master=on"

/* Two devices that are the same whatever the plan is. */
#define PLAN                                                               \
	" -device ivshmem-plain,memdev=plan,master=on -device pvpanic-pci" \
	" -action panic=pause"

const char *accelerator_name(enum accelerator accelerator)
{
	return modes[accelerator].name;
}

/* The ELF kernel, from the cache or unpacked now, else the image. */
static int choose_image(struct qemu_command *command,
			const struct vm_options *options, const char *scratch)
{
	const struct vm_kernel *kernel = options->kernel;
	int (*extract)(const char *, const char *) =
		kernel->arch->image_extract;
	int ret;

	if (options->boots_image && *kernel->image)
		return join_path(command->image, "%s", kernel->image);
	if (*kernel->elf)
		return join_path(command->image, "%s", kernel->elf);
	ret = join_path(command->image, "%s/kernel", scratch);
	if (!ret && extract && !extract(kernel->image, command->image))
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

/* What the kernel is to do about its clock, or its console, under it. */
static const char *kernel_extra(const struct arch *arch,
				enum accelerator accelerator)
{
	if (accelerator == ACCELERATOR_ICOUNT)
		return arch->exact;
	/* Every byte on the console leaves a KVM guest: warnings only. */
	return accelerator == ACCELERATOR_KVM ? "loglevel=5" : arch->emulated;
}

static void add_text(struct qemu_command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_text(struct qemu_command *command, const char *format, ...)
{
	size_t used = strlen(command->words);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(command->words + used, sizeof(command->words) - used, format,
		  arguments);
	va_end(arguments);
}

/* Another model has the plain one's features. */
static void add_cpu(struct qemu_command *command,
		    const struct vm_options *options)
{
	const char *cpu = options->kernel->arch->cpu;

	if (options->accelerator == ACCELERATOR_KVM)
		cpu = "";
	else if (options->cpu_model)
		cpu += strcspn(cpu, ",");
	add_text(command, "%s%s%s",
		 options->cpu_model ? options->cpu_model : "", cpu,
		 options->cpu_features);
}

static void write_words(struct qemu_command *command,
			const struct vm_options *options)
{
	const struct arch *arch = options->kernel->arch;

	add_text(command, "%s %s", arch->qemu,
		 modes[options->accelerator].arguments);
	add_cpu(command, options);
	add_text(command, " -machine %s%s %s %s -smp %u -m %uM", arch->machine,
		 options->far_memory_mib ? "" : ",memory-backend=" QEMU_NEAR,
		 fixed_arguments, arch->frames_device,
		 options->cpus ? options->cpus : 1,
		 options->memory_mib + options->far_memory_mib);
	if (options->far_memory_mib)
		add_text(command, TWO_NODES);
	if (turns_needed(options))
		add_text(command, TURNS_NETWORK);
	if (options->counts_cpus)
		add_text(command, CPU_COUNTS);
	if (options->plan_bytes)
		add_text(command, PLAN);
	snprintf(command->append, sizeof(command->append),
		 "console=%s " KERNEL_COMMON " %s%s", arch->console,
		 kernel_extra(arch, options->accelerator), options->append);
}

static void add_plugin(struct qemu_command *command,
		       const struct vm_options *options)
{
	char *to = qemu_plugin_path(command->plugin, options->plugin);

	to += sprintf(to, ",%.100s", options->kernel->arch->plugin);
	if (options->counts_cpus)
		to += sprintf(to, ",cpus=" QEMU_CPUS);
	if (options->profiles)
		sprintf(to, ",out=" QEMU_PROFILE "%.120s",
			options->plugin_asks);
	add_argument(command, "-plugin");
	add_argument(command, command->plugin);
}

/* Another one than what is installed, with what it loads. */
static void add_emulator(struct qemu_command *command,
			 const struct emulator *emulator)
{
	command->argv[0] = emulator->program;
	if (!*emulator->data)
		return;
	add_argument(command, "-L");
	add_argument(command, emulator->data);
	add_argument(command, "-L");
	add_argument(command, EMULATOR_SYSTEM_DATA);
}

int qemu_command(struct qemu_command *command, const struct vm_options *options,
		 const char *scratch)
{
	int ret;

	*command = (struct qemu_command){ 0 };
	ret = choose_image(command, options, scratch);
	if (ret)
		return ret;
	write_words(command, options);
	add_words(command, command->words);
	if (options->emulator)
		add_emulator(command, options->emulator);
	if (qemu_has(command->argv[0]) & QEMU_HAS_SANDBOX) {
		add_argument(command, "-sandbox");
		add_argument(command, SANDBOX);
	}
	command->decides = command->count;
	add_argument(command, "-kernel");
	add_argument(command, command->image);
	add_argument(command, "-append");
	add_argument(command, command->append);
	if (options->plugin)
		add_plugin(command, options);
	return 0;
}

static void add_node(struct qemu_command *command, char text[80],
		     enum qemu_memory memory, const char *name,
		     unsigned int mib)
{
	if (!mib)
		return;
	if (memory == QEMU_MEMORY_SAVED)
		snprintf(text, 80,
			 "memory-backend-file,id=%s,size=%uM,share=on,"
			 "mem-path=" QEMU_SNAPSHOT "/%s",
			 name, mib, name);
	else
		snprintf(text, 80, "memory-backend-ram,id=%s,size=%uM", name,
			 mib);
	add_argument(command, "-object");
	add_argument(command, text);
}

/*
 * The file @name as the memory of a device. What is shared is not saved, and
 * must be loaded to the same address where it is shared again, which a device's
 * memory has only later: then it is private, which shows what others write to
 * the file as long as the guest itself does not.
 */
static void add_file(struct qemu_command *command, char text[80],
		     enum qemu_memory memory, const char *name, size_t bytes)
{
	if (!bytes)
		return;
	snprintf(text, 80,
		 "memory-backend-file,id=%s,size=%zu,share=%s,mem-path=%s",
		 name, bytes, memory == QEMU_MEMORY_RESTORED ? "off" : "on",
		 name);
	add_argument(command, "-object");
	add_argument(command, text);
}

void qemu_command_add_memory(struct qemu_command *command,
			     const struct vm_options *options,
			     enum qemu_memory memory, int monitor)
{
	add_node(command, command->memory[0], memory, QEMU_NEAR,
		 options->memory_mib);
	add_node(command, command->memory[1], memory, QEMU_FAR,
		 options->far_memory_mib);
	add_file(command, command->memory[2], memory, QEMU_PLAN,
		 options->plan_bytes);
	add_file(command, command->memory[3], memory, QEMU_CPUS,
		 options->counts_cpus ? MMG_CPUS_BYTES : 0);
	if (turns_needed(options) && memory != QEMU_MEMORY_RESTORED) {
		turns_object(options, command->turns);
		add_argument(command, "-object");
		add_argument(command, command->turns);
	}
	if (monitor >= 0) {
		snprintf(command->monitor, sizeof(command->monitor),
			 "socket,id=monitor,fd=%d", monitor);
		add_argument(command, "-chardev");
		add_argument(command, command->monitor);
		add_argument(command, "-mon");
		add_argument(command, "chardev=monitor,mode=control");
	}
	if (memory == QEMU_MEMORY_RESTORED) {
		add_argument(command, "-incoming");
		add_argument(command, "defer");
	}
}
