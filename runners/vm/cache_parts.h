/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the cache is made of, how many of each it keeps, and how many bytes in
 * all: what was not used for longest goes first, what may be in use never.
 */
#ifndef MMGAUGE_CACHE_PARTS_H
#define MMGAUGE_CACHE_PARTS_H

#include <stddef.h>

#include "cache.h"

/* Results of the exact clock by what they depend on (runners/run/reuse.h). */
#define MEASURED "measured"
#define MEASURED_STAMP "result.json.gz"

struct cache_part {
	const char *name; /* for people, in the singular */
	const char *folder, *stamp; /* as cache_entries() has them */
	const char *lock; /* format with an entry's name; NULL: none */
	int most; /* entries kept; 0: as many as there are */
	bool small; /* an entry is not worth counting all bytes again */
};

/* The rows of cache_parts.c; ends with one without a name. */
extern const struct cache_part cache_parts[];

struct cache_item {
	const struct cache_part *part;
	struct cache_entry entry;
	unsigned long long bytes;
};

/* All there is, the one not used for longest first; the count, or -ENOMEM. */
int cache_items(struct cache_item **items);

/* Bytes that $MMGAUGE_CACHE_MAX allows, "20G"; 32 GiB without. -EINVAL. */
int cache_most(unsigned long long *most, struct error *err);

/*
 * Remove what was not used for longest until @most bytes are left or all others
 * may be in use; @note of each. What is left.
 */
unsigned long long
cache_fit(unsigned long long most,
	  void (*note)(const struct cache_item *item, void *data), void *data);

/* An entry came: keep the bounds, of the part whose folder this is and of all. */
void cache_grew(const char *folder);

#endif
