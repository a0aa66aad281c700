/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /dev/mmgauge: the sole client of the module's ioctls. */
#ifndef MMGAUGE_KDEV_H
#define MMGAUGE_KDEV_H

#include "kmod/mmgauge_uapi.h"
#include "results/base/error.h"

/*
 * Open the device and hold its ABI against ours. A file descriptor, or -ENOENT
 * (not loaded), -EACCES (not privileged), -EPROTO (another build's module).
 */
int kdev_open(struct error *err);

/* One request; 0 or a negative errno. */
int kdev_request(int fd, unsigned long request, void *argument);

#endif
