/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's side of runners/base/plan_memory.h: a file that QEMU maps. */
#ifndef MMGAUGE_PLAN_FILE_H
#define MMGAUGE_PLAN_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* The device's memory for a plan of this text. */
size_t plan_file_bytes(const char *text);

/* Write the file @fd, for CPUs that take such turns; 0 or a negative errno. */
int plan_file_write(int fd, const char *text, unsigned int turn_ns);

/* Whether the guest is to stop before it reads the plan, or has done so. */
int plan_file_stop(int fd, bool stop, bool restored);

/* Whether it did that. */
bool plan_file_stops(int fd);

#endif
