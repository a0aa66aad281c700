/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which QEMU runs a guest of several CPUs on the exact clock.
 *
 * Its CPUs take turns. Before 8.1 the first one got all the time until the next
 * deadline, so that a thread that spins on it keeps the others out, unless it
 * PAUSEs; since then they share it. Where what is installed is older, the
 * distribution's backports have a newer one: it is unpacked in the cache
 * (qemu/VERSION, of another architecture VERSION-ARCH) and not installed.
 */
#ifndef MMGAUGE_EMULATOR_H
#define MMGAUGE_EMULATOR_H

#include <limits.h>

#include "kernel.h"

#define EMULATORS "qemu" /* of the cache */
#define EMULATOR_STAMP "version"
#define EMULATORS_MAX 4

/* Debian's QEMU has the BIOS there, which is another package. */
#define EMULATOR_SYSTEM_DATA "/usr/share/seabios"

struct emulator {
	char program[PATH_MAX];
	char data[PATH_MAX]; /* of what it loads; "": as built */
	char version[64];
};

/*
 * One for several CPUs; fetched, with a @note, where need be. -ENOTSUP: there
 * is none whose CPUs share time, with the reason and the remedy; @emulator is
 * the one that is installed.
 */
int emulator_of_several(const struct arch *arch, struct emulator *emulator,
			kernel_note note, void *data, struct error *err);

/* Whether CPUs share time in this version, "7.2.22". */
bool emulator_shares_time(const char *version);

#endif
