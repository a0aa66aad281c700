// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runners/base/sysfile.h"
#include "tune.h"

#define CPUS "/sys/devices/system/cpu/"
#define THP "/sys/kernel/mm/transparent_hugepage/"

const struct tune_setting tune_settings[] = {
	{ "smt", CPUS "smt/control", "off",
	  "off|forceoff|notsupported|notimplemented",
	  "the other thread of a core takes part of it",
	  "echo off >" CPUS "smt/control, or boot with nosmt" },
	{ "governor", CPUS "cpu[0-9]*/cpufreq/scaling_governor", "performance",
	  NULL, "the frequency follows the load",
	  "cpupower frequency-set -g performance" },
	{ "turbo", CPUS "intel_pstate/no_turbo", "1", NULL,
	  "the frequency follows temperature and neighbours",
	  "echo 1 >" CPUS "intel_pstate/no_turbo" },
	{ "turbo", CPUS "cpufreq/boost", "0", NULL,
	  "the frequency follows temperature and neighbours",
	  "echo 0 >" CPUS "cpufreq/boost" },
	/* State 0 polls and state 1 halts; what is deeper wakes up slowly. */
	{ "idle states", CPUS "cpu[0-9]*/cpuidle/state[2-9]/disable", "1", NULL,
	  "waking up from deep idle states takes long, and varies",
	  "cpupower idle-set -D 2" },
	{ "NMI watchdog", "/proc/sys/kernel/nmi_watchdog", "0", NULL,
	  "it interrupts, and occupies a counter of the PMU",
	  "sysctl kernel.nmi_watchdog=0" },
	{ "NUMA balancing", "/proc/sys/kernel/numa_balancing", "0", NULL,
	  "it unmaps pages to see who uses them, which invalidates mirrors",
	  "sysctl kernel.numa_balancing=0" },
	{ "THP", THP "enabled", "madvise", "madvise",
	  "huge pages appear where a case did not ask, or not where it did",
	  "echo madvise >" THP "enabled" },
	{ "khugepaged", THP "khugepaged/defrag", "0", NULL,
	  "it collapses pages, which invalidates mirrors",
	  "echo 0 >" THP "khugepaged/defrag" },
	{ "KSM", "/sys/kernel/mm/ksm/run", "0", "0|2",
	  "it merges pages, which invalidates mirrors and breaks pins",
	  "echo 0 >/sys/kernel/mm/ksm/run" },
	{ "compaction", "/proc/sys/vm/compaction_proactiveness", "0", NULL,
	  "it migrates pages in the background",
	  "sysctl vm.compaction_proactiveness=0" },
	{ 0 },
};

bool tune_is_fine(const struct tune_setting *setting, const char *value)
{
	const char *at = setting->fine;
	size_t length = strlen(value);

	if (!strcmp(value, setting->want))
		return true;
	for (; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
		if (!strncmp(at, value, length) &&
		    (at[length] == '|' || !at[length]))
			return true;
	return false;
}

struct collecting {
	struct tune_plan *plan;
	const struct tune_setting *setting;
};

static int collect(const char *path, void *data)
{
	const struct collecting *collecting = data;
	struct tune_plan *plan = collecting->plan;
	char *value = sysfile_read(path);
	struct tune_change *changes;

	if (!value ||
	    tune_is_fine(collecting->setting, sysfile_chosen(value))) {
		free(value);
		return 0;
	}
	changes = realloc(plan->changes, (plan->count + 1) * sizeof(*changes));
	if (!changes) {
		free(value);
		return -ENOMEM;
	}
	plan->changes = changes;
	changes[plan->count] = (struct tune_change){
		.path = strdup(path),
		.old = value,
		.setting = collecting->setting,
	};
	return changes[plan->count++].path ? 0 : -ENOMEM;
}

int tune_plan(const struct tune_setting *only, struct tune_plan *plan)
{
	int ret = 0;

	*plan = (struct tune_plan){ 0 };
	for (const struct tune_setting *at = tune_settings; at->name && !ret;
	     at++) {
		struct collecting collecting = { plan, at };

		if (!only || only == at)
			ret = sysfile_each(at->pattern, collect, &collecting);
	}
	return ret;
}

void tune_plan_free(struct tune_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		free(plan->changes[i].path);
		free(plan->changes[i].old);
	}
	free(plan->changes);
}
