/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debian's kernel packages: which there are, fetching and unpacking them. */
#ifndef MMGAUGE_DEB_H
#define MMGAUGE_DEB_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel.h"

#define RELEASE_MAX 128
#define FLAVOUR_MAX 16

/* Of the cache; 130 MB each. */
#define DEB_KERNELS "kernels/deb"
#define DEB_KERNELS_MAX 24
#define DEB_STAMP "package" /* any file tells: the folder was renamed */

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
 * @flavour gets "rt", "cloud", or "" of the usual kind.
 */
bool deb_flavour(const char *release, char *flavour, size_t size);

/* Which @release is for, by its name; NULL: none that is known. */
const struct arch *deb_arch(const char *release);

/*
 * The releases for @arch that apt has image and headers of, oldest first. -ENOPKG without apt
 * (another distribution), -ENODATA when apt knows none.
 */
int deb_offered(struct release_list *list, const struct arch *arch,
		struct error *err);

/* The releases in the cache, oldest first; one of them; what is known of it. */
int deb_list_cached(struct release_list *list);
bool deb_is_cached(const char *release);
int deb_describe(const char *release, struct vm_kernel *kernel,
		 struct error *err);

/* Fetch and unpack @release to the new folder @path. */
int deb_fetch(const char *release, const char *path, kernel_note note,
	      void *data, struct error *err);

/* Unpack what is needed of a .deb below @folder; exposed for the tests. */
int deb_unpack(const char *package, const struct arch *arch, const char *folder,
	       struct error *err);

/* Unpack the *.ko.xz, or whatever they are packed with, in @folder. */
int deb_unpack_drivers(const char *folder, struct error *err);

/*
 * Make the KDIR @folder/build work where it lies: its Makefile names the
 * common headers in /usr/src.
 */
int deb_fix_build(const char *folder, struct error *err);

#endif
