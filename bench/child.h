/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A child process to be mirrored and ended. It shares the file descriptors but
 * not the memory, so that what it subscribes belongs to its own mm, and what
 * was counted can be read when it is gone.
 */
#ifndef MMGAUGE_BENCH_CHILD_H
#define MMGAUGE_BENCH_CHILD_H

#include <sys/types.h>

#include "bench.h"

#define CHILD_DEVICES 256

/* What parent and child share. */
struct child_shared {
	int ret; /* of the child's setup */
	uint64_t elapsed; /* what it timed, if it did */
	unsigned int count;
	int devices[CHILD_DEVICES]; /* opened by the child, @count of them */
};

struct child {
	pid_t pid; /* 0: none */
	int start[2]; /* a byte ends the child */
	struct child_shared *shared;
};

int child_init(struct bench *bench, struct child *child);

/* A new child, which does @setup and then waits for its end. */
int child_start(struct bench *bench, struct child *child,
		int (*setup)(struct bench *bench, struct child *child));

/* In the child: open a device that its parent can read. */
int child_open_device(struct child *child);

/* Have it exit, or kill it, and wait until it is gone. */
int child_end(struct child *child, bool killed);

/* Close the devices of a child that is gone. */
void child_close_devices(struct child *child);

void child_free(struct child *child);

#endif
