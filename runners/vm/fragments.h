/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of kernel configurations by name: configs/fragments/NAME.config, which
 * are merged over the one that all kernels built here have, and each of whose
 * options has to be there in the end.
 */
#ifndef MMGAUGE_FRAGMENTS_H
#define MMGAUGE_FRAGMENTS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "results/base/error.h"

#define FRAGMENTS_MAX 8

/* Of "rt+lockdep". */
struct fragments {
	char paths[FRAGMENTS_MAX][PATH_MAX];
	size_t count;
};

/* -EINVAL for one that there is not, with the nearest; "" are none. */
int fragments_find(const char *names, struct fragments *fragments,
		   struct error *err);
int fragments_check(const char *names, struct error *err);

/*
 * Whether the kernel configuration @config has what @fragment says. -ENOTSUP
 * with the first option that did not take, and how many more.
 */
int fragment_took(const char *fragment, const char *config, struct error *err);

/* Is one of them for finding faults: what costs are of no use with it? */
bool fragments_debug(const char *names);

/* Whether @config has @option, a whole line: "CONFIG_MMU_NOTIFIER=y". */
bool fragment_has(const char *config, const char *option);

#endif
