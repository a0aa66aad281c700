/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of a kernel that was built, of all that make left. */
#ifndef MMGAUGE_GIT_COLLECT_H
#define MMGAUGE_GIT_COLLECT_H

#include "git_tree.h"

/* In an entry, beside the image where that is booted. */
#define GIT_ELF "vmlinux"
#define GIT_MODULE "mmgauge.ko"
#define GIT_DEBUG "debug" /* the two with DWARF */

/* From @tree and the @module ("": none), put together in the new @folder. */
int git_collect(const struct git_tree *tree, const char *module,
		const char *folder, struct error *err);

#endif
