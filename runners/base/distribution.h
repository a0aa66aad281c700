/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a package is called where this runs, and what installs it. */
#ifndef MMGAUGE_DISTRIBUTION_H
#define MMGAUGE_DISTRIBUTION_H

#include <stddef.h>

/*
 * "sudo dnf install git elfutils-libelf-devel" for @packages, Debian's names with
 * blanks between, by ID and ID_LIKE of /etc/os-release; of Debian where that says
 * nothing known. Headers of a kernel are linux-headers-RELEASE. Returns @buffer.
 */
const char *install_command(const char *packages, char *buffer, size_t size);

#endif
