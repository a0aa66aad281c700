// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>

#include "guest_places.h"
#include "runners/vm/cache.h"

/* That this process may use, not those of the machine. */
static unsigned int usable_cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ?
		       1 :
		       (unsigned int)CPU_COUNT(&set);
}

static unsigned long long available_mib(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0;
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %llu", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib / 1024;
}

int guest_place(const struct target *target)
{
	unsigned long long each = target->memory_mib + target->far_memory_mib;
	unsigned long long room = available_mib();
	unsigned int cpus = usable_cpus();
	char name[32];
	int fd;

	/* Those whose places are taken may not have touched theirs yet. */
	for (unsigned int i = 0; i < cpus && (i + 1) * each <= room; i++) {
		snprintf(name, sizeof(name), "guest-%u", i);
		fd = cache_try_lock(name);
		if (fd >= 0)
			return fd;
	}
	return -1;
}
