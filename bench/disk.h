/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file system with a block device under it, which is what writeback and
 * write-protection of shared pages are about: tmpfs has neither.
 *
 * A guest of ours gets an ext4 on a RAM disk, from an image in the agent and
 * the kernel's own modules in /drivers. On a host it is where TMPDIR, or
 * /var/tmp, lies.
 */
#ifndef MMGAUGE_BENCH_DISK_H
#define MMGAUGE_BENCH_DISK_H

#include "bench.h"

/* A new unnamed file of @length bytes, its blocks allocated; bench_skip(). */
int disk_file(struct bench *bench, size_t length, int *fd);

/*
 * Have a guest's RAM disks: /dev/ram0 carries the file system, /dev/ram1 is
 * for swap.
 */
int disk_drivers(struct bench *bench);

#endif
