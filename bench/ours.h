/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_BENCH_OURS_H
#define MMGAUGE_BENCH_OURS_H

#include <stdbool.h>

/* Whether this is a guest that runs nothing but the agent: all is ours. */
bool system_is_ours(void);

#endif
