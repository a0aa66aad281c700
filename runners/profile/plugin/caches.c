// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "caches.h"
#include "guest_code.h"

int cache_init(struct cache *cache, const char *size)
{
	char *end;
	uint64_t bytes = strtoull(size, &end, 10);
	unsigned long ways = *end == '/' ? strtoul(end + 1, &end, 10) : 0;

	if (!ways || *end || bytes % (ways * CODE_LINE))
		return -EINVAL;
	cache->ways = (unsigned int)ways;
	cache->sets = bytes / ways / CODE_LINE;
	if (!cache->sets || cache->sets & (cache->sets - 1))
		return -EINVAL;
	cache->tags = calloc(cache->sets * ways, sizeof(*cache->tags));
	return cache->tags ? 0 : -ENOMEM;
}

bool cache_use(struct cache *cache, uint64_t line)
{
	uint64_t *set = cache->tags + (line & (cache->sets - 1)) * cache->ways;
	unsigned int at = 0;
	bool found;

	if (*set == line + 1)
		return true;
	while (at < cache->ways && set[at] != line + 1)
		at++;
	found = at < cache->ways;
	if (!found)
		at--;
	memmove(set + 1, set, at * sizeof(*set));
	*set = line + 1;
	return found;
}
