// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cpu_counts.h"
#include "runners/base/sysfile.h"

#define DEVICES "/sys/bus/pci/devices/"

const struct mmg_cpus *clock_cpus;

#ifdef __aarch64__
unsigned int clock_cpu(void)
{
	return (unsigned int)sched_getcpu() % MMG_CPUS_MAX;
}
#endif

static bool holds(const char *folder, const char *name, unsigned long wanted)
{
	char path[512], *text;
	bool same;

	snprintf(path, sizeof(path), "%.480s/%s", folder, name);
	text = sysfile_read(path);
	same = text && strtoul(text, NULL, 16) == wanted;
	free(text);
	return same;
}

/* Other devices of this kind hold other things: the magic tells. */
static int look_at(const char *folder, void *data)
{
	struct mmg_cpus *cpus;
	char path[512];
	int fd;

	(void)data;
	if (!holds(folder, "vendor", MMG_CPUS_VENDOR) ||
	    !holds(folder, "device", MMG_CPUS_DEVICE))
		return 0;
	snprintf(path, sizeof(path), "%.480s/resource%d", folder, MMG_CPUS_BAR);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return 0;
	cpus = mmap(NULL, sizeof(*cpus), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (cpus == MAP_FAILED)
		return 0;
	if (cpus->magic == MMG_CPUS_MAGIC &&
	    sysconf(_SC_NPROCESSORS_CONF) <= MMG_CPUS_MAX)
		clock_cpus = cpus;
	else
		munmap(cpus, sizeof(*cpus));
	return clock_cpus != NULL;
}

void cpu_counts_find(void)
{
	sysfile_each(DEVICES "*", look_at, NULL);
}

uint64_t cpu_counts_others(int own)
{
	if (!clock_cpus)
		return 0;
	clock_own(); /* which has it shown */
	return *(const volatile __u64 *)&clock_cpus->cpus[own % MMG_CPUS_MAX]
			.interrupts;
}
