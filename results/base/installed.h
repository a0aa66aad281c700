/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where an installed mmgauge has its files. */
#ifndef MMGAUGE_INSTALLED_H
#define MMGAUGE_INSTALLED_H

#include <limits.h>

/*
 * @name ("share/mmgauge/plots") below the prefix that the running program was
 * installed to, wherever that is now; @fallback, the place in the sources, when
 * there is no such thing: it was not installed. Returns @path or @fallback.
 */
const char *installed_path(const char *name, const char *fallback,
			   char path[PATH_MAX]);

#endif
