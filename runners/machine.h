/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a measurement was made on: the machine and subject blocks of a result,
 * read from /proc and /sys of the kernel that is running, in a guest by the
 * agent.
 */
#ifndef MMGAUGE_MACHINE_H
#define MMGAUGE_MACHINE_H

#include <jansson.h>
#include <stdbool.h>

/*
 * {"subject", "machine"}: a new reference, NULL when out of memory. What
 * cannot be read is null, never guessed.
 */
json_t *machine_describe(void);

#endif
