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

#define QEMU_ARGUMENTS 80

struct qemu_command {
	const char *argv[QEMU_ARGUMENTS]; /* ends with NULL */
	unsigned int count;
	char words[2048]; /* what argv points into */
	char append[1024]; /* the kernel's command line */
	char image[PATH_MAX];
	char plugin[2 * PATH_MAX + 256];
};

int qemu_command(struct qemu_command *command, const struct vm_options *options,
		 const char *scratch);

/*
 * The path of a plugin as an argument has it: a comma is written twice. Returns
 * where it ends.
 */
char *qemu_plugin_path(char to[2 * PATH_MAX], const char *path);

/* Whether @program can lock itself in; asked once. */
bool qemu_has_sandbox(const char *program);

/* Say that it is not installed; returns -ENOENT. */
int qemu_missing(const struct arch *arch, struct error *err);

/* @error, negative, is why. */
int qemu_cannot_start(const struct arch *arch, int error, struct error *err);

/* What helps against the limit that it @said it ran into; NULL: none. */
const char *qemu_remedy(const char *said);

#endif
