/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cache of so many sets and ways: each set drops what was used longest ago.
 * What it holds follows from what was touched alone. No prefetching, nothing
 * is written back or invalidated.
 */
#ifndef MMGAUGE_PLUGIN_CACHES_H
#define MMGAUGE_PLUGIN_CACHES_H

#include <stdbool.h>
#include <stdint.h>

struct cache {
	uint64_t *tags; /* of each set, used last first; 0: empty */
	uint64_t sets; /* a power of two */
	unsigned int ways;
};

/* Of "BYTES/WAYS"; -EINVAL, -ENOMEM. */
int cache_init(struct cache *cache, const char *size);

/* Line number @line is used: whether it was there. It is from now on. */
bool cache_use(struct cache *cache, uint64_t line);

#endif
