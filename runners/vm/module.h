/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_MODULE_H
#define MMGAUGE_MODULE_H

#include <limits.h>

#include "../../results/error.h"

/* Where the module of the current sources for @kdir is, or would be. */
int module_path(const char *kdir, const char *release, char path[PATH_MAX],
		struct error *err);

#endif
