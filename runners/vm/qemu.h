/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The QEMU command line of a guest. */
#ifndef MMGAUGE_QEMU_H
#define MMGAUGE_QEMU_H

#include <limits.h>

#include "vm.h"

/* Files in the scratch folder, where QEMU runs. */
#define QEMU_FRAMES "frames"
#define QEMU_CONSOLE "console"
#define QEMU_LOG "log" /* its own messages */
#define QEMU_INITRAMFS "initramfs"
#define QEMU_PROFILE "profile"
#define QEMU_CPUS "cpus" /* what they executed, also a device's memory */
#define QEMU_PLAN "plan" /* a device's memory (runners/base/plan_memory.h) */
#define QEMU_SNAPSHOT "snapshot" /* a folder, or a link to one */
#define QEMU_NEAR "near" /* in that, the memory of each NUMA node */
#define QEMU_FAR "far"

#define QEMU_ARGUMENTS 80

/* Where a guest's memory is. */
enum qemu_memory {
	QEMU_MEMORY_OWN, /* QEMU's own */
	QEMU_MEMORY_SAVED, /* files, to be kept (snapshot.h) */
	QEMU_MEMORY_RESTORED, /* its own, filled with what was kept */
};

struct qemu_command {
	const char *argv[QEMU_ARGUMENTS]; /* ends with NULL */
	unsigned int count;
	unsigned int decides; /* of them, how many decide what the guest does */
	char words[2048]; /* what argv points into */
	char append[1024]; /* the kernel's command line */
	char image[PATH_MAX];
	char plugin[2 * PATH_MAX + 256];
	char memory[4][80], turns[80], monitor[48];
};

int qemu_command(struct qemu_command *command, const struct vm_options *options,
		 const char *scratch);

/*
 * Give the guest of a command its memory, and QEMU's monitor the descriptor
 * @monitor (-1: none).
 */
void qemu_command_add_memory(struct qemu_command *command,
			     const struct vm_options *options,
			     enum qemu_memory memory, int monitor);

/*
 * The path of a plugin as an argument has it: a comma is written twice. Returns
 * where it ends.
 */
char *qemu_plugin_path(char to[2 * PATH_MAX], const char *path);

/* What @program can; asked once. */
#define QEMU_HAS_SANDBOX (1 << 0) /* lock itself in */
#define QEMU_HAS_PLAN (1 << 1) /* the devices of runners/base/plan_memory.h */

unsigned int qemu_has(const char *program);

/* Say that it is not installed; returns -ENOENT. */
int qemu_missing(const struct arch *arch, struct error *err);

/* @error, negative, is why. */
int qemu_cannot_start(const struct arch *arch, int error, struct error *err);

/* What helps against the limit that it @said it ran into; NULL: none. */
const char *qemu_remedy(const char *said);

#endif
