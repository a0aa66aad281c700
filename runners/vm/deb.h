/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debian's kernel packages: which there are, fetching and unpacking them. */
#ifndef MMGAUGE_DEB_H
#define MMGAUGE_DEB_H

#include <stdbool.h>
#include <stddef.h>

#include "apt.h"
#include "kernel.h"
#include "version.h"

/* Of the cache; 130 MB each. */
#define DEB_KERNELS "kernels/deb"
#define DEB_KERNELS_MAX 64
#define DEB_DEBUG "debug" /* of an entry: what has DWARF */
#define DEB_FOREIGN "foreign" /* of an entry: of another suite */
#define DEB_STAMP "package" /* any file tells: the folder was renamed */

/*
 * The releases for @arch that apt has image and headers of, oldest first; of
 * @root's suites, or the machine's (NULL). -ENOPKG without apt (another
 * distribution), -ENODATA when apt knows none.
 */
int deb_offered(struct release_list *list, const struct arch *arch,
		const struct apt_root *root, struct error *err);

/*
 * Fetch what is meant by @wanted, a release or a series ("6.1", "6.12-rt": its
 * newest), of the machine's suites or else of Debian's other ones, if it is not
 * in the cache, whose newest it is where nobody can be asked. @release gets its
 * name. -ENOENT: none is.
 */
int deb_fetch_series(const char *wanted, const struct arch *arch,
		     char release[RELEASE_MAX], kernel_note note, void *data,
		     struct error *err);

/* Whether one of them is in the cache. */
bool deb_has_series(const char *wanted, const struct arch *arch);

/* The releases in the cache, oldest first; one of them; what is known of it. */
int deb_list_cached(struct release_list *list);
bool deb_is_cached(const char *release);
bool deb_is_foreign(const char *release); /* of a suite the machine has not */
int deb_describe(const char *release, struct vm_kernel *kernel,
		 struct error *err);

/* Fetch and unpack @release to the new folder @path. */
int deb_fetch(const char *release, const struct apt_root *root,
	      const char *path, kernel_note note, void *data,
	      struct error *err);

/*
 * Fetch the DWARF of the kernel @release, whose package has that @version: to
 * the new folder @path, vmlinux and NAME.ko of the drivers. -ENOENT where apt
 * has none, -ESTALE where it is of another version.
 */
int deb_fetch_debug(const char *release, const char *version, const char *path,
		    kernel_note note, void *data, struct error *err);

#endif
