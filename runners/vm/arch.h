/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Architectures of guests: a file arch_NAME.c each, and a row in ARCHS. All
 * that the host knows of one is in its row; what the agent knows is in
 * bench/arch.h and bench/clock.h, the module's part in kmod/.
 */
#ifndef MMGAUGE_ARCH_H
#define MMGAUGE_ARCH_H

#include <stdbool.h>
#include <stddef.h>

struct arch {
	const char *name; /* as `uname -m` has it */
	const char *kernel; /* of its folder in the kernel's tree */
	const char *debian; /* of the distribution's packages */
	const char *triplet; /* of the compiler and of folders of libraries */
	/* In configs/kernels: what its lean kernel has beside lean.config. */
	const char *config;

	const char *qemu; /* the program */
	const char *qemu_package; /* that brings it */
	const char *machine; /* QEMU's, with its devices */
	const char *cpu; /* QEMU's, where it is emulated */
	const char *
		cpu_model; /* the guest's name of it, where others can be had */

	/*
	 * An option of kernels that this one is too plain for, and what else to
	 * choose; NULL: it runs all.
	 */
	const char *cpu_lacks, *cpu_instead;

	const char *console; /* of the kernel */
	/* For its command line: emulated on the wall, or the exact clock. */
	const char *emulated;
	const char *exact;
	/*
	 * Where a plugin finds the clock reads of modules and of programs;
	 * NULL: the plugin knows nothing of it.
	 */
	const char *plugin;
	const char *frames; /* the port of the agent's frames, in the guest */
	const char *frames_device; /* QEMU's, of the chardev "frames" */

	/* Where a build leaves the image, and what that is (image.h). */
	const char *image;
	int (*image_release)(const char *image, char *release, size_t size);
	/* The same to be entered sooner; NULL: QEMU boots the image. */
	int (*image_extract)(const char *image, const char *elf);
};

/* The first is that of a machine that has none of its own. */
#define ARCHS(row) row(arch_x86_64) row(arch_arm64)

#define ARCH_DECLARE(name) extern const struct arch name;
ARCHS(ARCH_DECLARE)

/* NULL-terminated. */
extern const struct arch *const archs[];

/* That of this machine, or the first row where it has none. */
const struct arch *arch_native(void);

/* By the name that the distribution has for it; NULL: none. */
const struct arch *arch_of_debian(const char *name);

/* The same of what --arch was given, NULL being this machine's. */
const struct arch *arch_chosen(const char *name);

/* Those names, "amd64|arm64". */
const char *arch_names(void);

/* Is it entered as an ELF file, vmlinux, and not by its image? */
bool arch_boots_elf(const struct arch *arch);

/* Its image without a folder: "Image". */
const char *arch_image_name(const struct arch *arch);

/* "strip" of the binutils for @arch: "aarch64-linux-gnu-strip". */
#define ARCH_TOOL 64
const char *arch_tool(const struct arch *arch, const char *name,
		      char tool[ARCH_TOOL]);

#endif
