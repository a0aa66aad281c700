/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Releases of kernels by their names: order, flavour, architecture. */
#ifndef MMGAUGE_VERSION_H
#define MMGAUGE_VERSION_H

#include <stdbool.h>
#include <stddef.h>

#include "arch.h"

#define RELEASE_MAX 128
#define FLAVOUR_MAX 16

struct release_list {
	char (*names)[RELEASE_MAX]; /* "6.1.0-56-amd64" */
	size_t count;
};

int release_add(struct release_list *list, const char *name);
void release_sort(struct release_list *list); /* oldest first */
void release_free(struct release_list *list);

/*
 * <0, 0, >0: the order of kernel releases and tags: that of Debian versions
 * (Debian Policy 5.6.12), but -rcN comes before its release, a leading v counts
 * for nothing, and 6.14 is 6.14.0. What is longer than RELEASE_MAX is cut.
 */
int release_compare(const char *a, const char *b);

/*
 * Is @release a kernel: not debug symbols, not a meta package ("6.12-amd64")?
 * @flavour gets "rt", "cloud", "16k", or "" of the usual kind.
 */
bool deb_flavour(const char *release, char *flavour, size_t size);

/* Which @release is for, by its name; NULL: none that is known. */
const struct arch *deb_arch(const char *release);

#endif
