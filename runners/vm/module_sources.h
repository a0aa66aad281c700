/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that the module is built of. */
#ifndef MMGAUGE_MODULE_SOURCES_H
#define MMGAUGE_MODULE_SOURCES_H

#include <dirent.h>

#include "results/base/error.h"

struct module_sources {
	struct dirent **entries;
	int count;
};

/* In the order of their names. -ENOENT where there are none. */
int module_sources_find(struct module_sources *sources, struct error *err);
void module_sources_free(struct module_sources *sources);

/* Hand each of them to @each, until one is not 0. */
int module_each_source(int (*each)(const char *name, const char *path,
				   void *data),
		       void *data, struct error *err);

#endif
