// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <sched.h>
#include <unistd.h>

#include "cpu_counts.h"
#include "pci_memory.h"

const struct mmg_cpus *clock_cpus;

#ifdef __aarch64__
unsigned int clock_cpu(void)
{
	return (unsigned int)sched_getcpu() % MMG_CPUS_MAX;
}
#endif

static bool counts(const void *memory, size_t size)
{
	const struct mmg_cpus *cpus = memory;

	return size >= sizeof(*cpus) && cpus->magic == MMG_CPUS_MAGIC;
}

void cpu_counts_find(void)
{
	const struct pci_memory wanted = { .vendor = MMG_CPUS_VENDOR,
					   .device = MMG_CPUS_DEVICE,
					   .bar = MMG_CPUS_BAR,
					   .is_it = counts };
	size_t size;

	if (sysconf(_SC_NPROCESSORS_CONF) <= MMG_CPUS_MAX)
		clock_cpus = pci_memory_map(&wanted, &size);
}

uint64_t cpu_counts_others(int own)
{
	if (!clock_cpus)
		return 0;
	clock_own(); /* which has it shown */
	return *(const volatile __u64 *)&clock_cpus->cpus[own % MMG_CPUS_MAX]
			.interrupts;
}
