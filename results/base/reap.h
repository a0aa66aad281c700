/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Children that end, or are made to. No wait here is without an end. */
#ifndef MMGAUGE_REAP_H
#define MMGAUGE_REAP_H

#include <sys/types.h>

/*
 * Wait at most @seconds (of CLOCK_MONOTONIC) for child @pid to end and reap it:
 * 0 with *status as of waitpid(), which may be NULL; -ETIMEDOUT; -EINTR when a
 * signal was caught meanwhile and @pid lives on.
 */
int reap(pid_t pid, double seconds, int *status);

/*
 * Kill @pid and reap it. A process that the kernel does not let die is left
 * after a while: nothing is gained by waiting for it, and -ETIMEDOUT returned.
 */
int reap_killed(pid_t pid, int *status);

#endif
