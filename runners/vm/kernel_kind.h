/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kinds of kernels to boot: a file kernel_NAME.c each, and a row in
 * KERNEL_KINDS. What can be written behind --on, its help and its errors
 * follow from the rows.
 */
#ifndef MMGAUGE_KERNEL_KIND_H
#define MMGAUGE_KERNEL_KIND_H

#include <stddef.h>

#include "kernel.h"

struct kernel_kind {
	const char *prefix; /* "vm:deb:" */
	const char *form; /* "vm:deb:VERSION" */
	const char *glob; /* of a sweep, "vm:deb:GLOB"; NULL: cannot be swept */
	const char *summary; /* one line, lower case, no full stop */

	/* Whether @argument can be meant; NULL: whatever is not empty. */
	bool (*fits)(const char *argument);

	/* It is built here, and takes options of kbuild. */
	bool builds;

	/*
	 * About what fetch takes of a kernel that is not in the cache, and of
	 * disk the first one besides: for estimates, on two idle cores.
	 */
	unsigned int make_seconds, make_mib, first_mib;

	/*
	 * Whether fetch would find it in the cache, where @kbuild says how it
	 * is built; asks nobody. NULL: it makes little of it.
	 */
	bool (*is_cached)(const char *argument,
			  const struct kbuild_options *kbuild);

	/*
	 * Find or make it; its module too, or module_build() does. Where it
	 * @builds, kernel->kbuild says how.
	 */
	int (*fetch)(const char *argument, struct vm_kernel *kernel,
		     kernel_note note, void *data, struct error *err);

	/*
	 * The spec that means the same kernel from any folder and later;
	 * @repo as given with --repo, or NULL. NULL: as it was written.
	 */
	int (*lasting)(const char *argument, const char *repo, char *spec,
		       size_t size, struct error *err);

	/*
	 * The spec of the very kernel that called itself @release, where the
	 * spec may mean another one by now. NULL: it cannot.
	 */
	void (*again)(const char *release, char *spec, size_t size);

	/*
	 * The architecture that @argument says; NULL: none. Where this is not
	 * NULL ":ARCHITECTURE" can be written behind it.
	 */
	const struct arch *(*arch_of)(const char *argument);

	/* It is booted; NULL: nothing of it is in the cache. */
	void (*used)(const struct vm_kernel *kernel);

	/* For `kernel list` and `kernel rm`; NULL: not in the cache. */
	int (*list)(const struct kernel_query *query,
		    struct kernel_entry **entries, size_t *count,
		    struct error *err);
	/* Add what is not listed and would have to be looked for; NULL: none. */
	int (*available)(const struct kernel_query *query,
			 struct kernel_entry **entries, size_t *count,
			 struct error *err);
	int (*remove)(const char *argument, struct error *err);
};

/* In the order of help; the first is meant where only an argument is written. */
#define KERNEL_KINDS(row) row(kernel_deb) row(kernel_git) row(kernel_file)

#define KERNEL_KIND_DECLARE(name) extern const struct kernel_kind name;
KERNEL_KINDS(KERNEL_KIND_DECLARE)

/* NULL-terminated. */
extern const struct kernel_kind *const kernel_kinds[];

/* The kind of @spec, *@argument what follows its prefix; NULL: of none. */
const struct kernel_kind *kernel_kind_of(const char *spec,
					 const char **argument);

#endif
