/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a file is the one of which the code that runs was made. */
#ifndef MMGAUGE_BUILD_ID_H
#define MMGAUGE_BUILD_ID_H

#include "results/base/error.h"

/*
 * Hold the build id of the ELF file @path against that of what runs,
 * hexadecimal digits or NULL. -ESTALE with a line when they differ; 0 when they
 * do not, or when one of the two has none: what is no ELF file, like the image
 * of a kernel that could not be unpacked, says nothing of itself.
 */
int build_id_check(const char *path, const char *running, struct error *err);

#endif
