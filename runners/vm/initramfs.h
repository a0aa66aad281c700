/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_INITRAMFS_H
#define MMGAUGE_INITRAMFS_H

#include "results/base/error.h"

struct initramfs {
	const char *agent; /* path of what becomes /init */
	const char *module; /* path of what becomes /mmgauge.ko, or NULL */
	const char *drivers; /* folder of what becomes /drivers, or NULL */
	const char *plan; /* text of /plan.json, or NULL */
	const char *settings; /* text of /settings.json, or NULL */
	const char *frames; /* the port that /frames is a link to */
};

/*
 * Write the guest's first file system to @path, a newc archive. The same
 * contents give the same bytes, or two boots would differ in where the kernel
 * puts what it unpacks.
 */
int initramfs_write(const char *path, const struct initramfs *contents,
		    struct error *err);

#endif
