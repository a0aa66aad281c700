// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"
#include "runners/base/sysfile.h"
#include "results/base/utf8.h"

#define CPUS "/sys/devices/system/cpu/"
#define THP "/sys/kernel/mm/transparent_hugepage/"

static json_t *text_of(const char *path)
{
	char *text = sysfile_read(path);
	json_t *value = text ? utf8_json(text) : NULL;

	free(text);
	return value ? value : json_null();
}

/* "always [madvise] never" -> "madvise" */
static json_t *chosen_of(const char *path)
{
	char *text = sysfile_read(path);
	json_t *value = text ? utf8_json(sysfile_chosen(text)) : json_null();

	free(text);
	return value;
}

struct naming {
	json_t *object;
	size_t skip; /* of the path, before the name */
	size_t drop; /* after it */
};

static int add_chosen(const char *path, void *data)
{
	const struct naming *naming = data;
	size_t length = strlen(path) - naming->skip - naming->drop;

	json_object_setn_new(naming->object, path + naming->skip, length,
			     chosen_of(path));
	return 0;
}

/* Files by what their pattern's "*" stands for. */
static json_t *chosen_by_name(const char *pattern)
{
	const char *star = strchr(pattern, '*');
	struct naming naming = {
		.object = json_object(),
		.skip = (size_t)(star - pattern),
		.drop = strlen(star + 1),
	};

	sysfile_each(pattern, add_chosen, &naming);
	return naming.object;
}

static json_t *thp(void)
{
	/* Each size apart, where the kernel has sizes: "hugepages-64kB". */
	json_t *object = chosen_by_name(THP "*/enabled");

	json_object_set_new(object, "enabled", chosen_of(THP "enabled"));
	json_object_set_new(object, "defrag", chosen_of(THP "defrag"));
	json_object_set_new(object, "shmem_enabled",
			    chosen_of(THP "shmem_enabled"));
	json_object_set_new(object, "khugepaged_defrag",
			    chosen_of(THP "khugepaged/defrag"));
	return object;
}

static json_t *flag_of(const char *path)
{
	char *text = sysfile_read(path);
	json_t *value = text ? json_boolean(*text == '1') : json_null();

	free(text);
	return value;
}

/* Turbo is spelled the other way round by intel_pstate. */
static json_t *turbo(void)
{
	char *off = sysfile_read(CPUS "intel_pstate/no_turbo");
	json_t *value =
		off ? json_boolean(*off == '0') : flag_of(CPUS "cpufreq/boost");

	free(off);
	return value;
}

static int count_one(const char *path, void *data)
{
	(void)path;
	++*(json_int_t *)data;
	return 0;
}

static json_t *nodes(void)
{
	json_int_t count = 0;

	sysfile_each("/sys/devices/system/node/node[0-9]*", count_one, &count);
	return count ? json_integer(count) : json_null();
}

/* "0-3,8" is five. */
static json_t *cpus(void)
{
	char *text = sysfile_read(CPUS "online");
	json_int_t count = 0;

	for (char *at = text; at && *at;) {
		long first = strtol(at, &at, 10), last = first;

		if (*at == '-')
			last = strtol(at + 1, &at, 10);
		count += last - first + 1;
		if (*at++ != ',')
			break;
	}
	free(text);
	return json_integer(count ? count : sysconf(_SC_NPROCESSORS_ONLN));
}

static json_t *memory_bytes(void)
{
	char *text = sysfile_read("/proc/meminfo");
	const char *line = text ? strstr(text, "MemTotal:") : NULL;
	json_int_t bytes =
		line ? strtoll(line + strlen("MemTotal:"), NULL, 10) * 1024 :
		       sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);

	free(text);
	return json_integer(bytes);
}

/* A line per swap area, below a heading. */
static json_t *swaps(void)
{
	char *text = sysfile_read("/proc/swaps");
	json_int_t count = 0;

	for (const char *at = text; at && (at = strchr(at, '\n')); at++)
		count++;
	if (!text)
		return json_null();
	free(text);
	return json_integer(count);
}

/* Settings of the kernel that measurements feel. */
static json_t *kernel_parameters(void)
{
	static const struct {
		const char *name, *path;
	} rows[] = {
		{ "isolated_cpus", CPUS "isolated" },
		{ "nohz_full", CPUS "nohz_full" },
		{ "smt_control", CPUS "smt/control" },
		{ "nmi_watchdog", "/proc/sys/kernel/nmi_watchdog" },
		{ "watchdog", "/proc/sys/kernel/watchdog" },
		{ "numa_balancing", "/proc/sys/kernel/numa_balancing" },
		{ "randomize_va_space", "/proc/sys/kernel/randomize_va_space" },
		{ "perf_event_paranoid",
		  "/proc/sys/kernel/perf_event_paranoid" },
		{ "sched_rt_runtime_us",
		  "/proc/sys/kernel/sched_rt_runtime_us" },
		{ "tainted", "/proc/sys/kernel/tainted" },
		{ "compaction_proactiveness",
		  "/proc/sys/vm/compaction_proactiveness" },
		{ "overcommit_memory", "/proc/sys/vm/overcommit_memory" },
		{ "swappiness", "/proc/sys/vm/swappiness" },
		{ "zswap", "/sys/module/zswap/parameters/enabled" },
		{ "ksm", "/sys/kernel/mm/ksm/run" },
		{ "kfence_interval_ms",
		  "/sys/module/kfence/parameters/sample_interval" },
		{ "lru_gen", "/sys/kernel/mm/lru_gen/enabled" },
		{ "preemption", "/sys/kernel/debug/sched/preempt" },
		{ "rcu_expedited", "/sys/kernel/rcu_expedited" },
		{ "idle_governor", CPUS "cpuidle/current_governor" },
	};
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *text = sysfile_read(rows[i].path);
		/* "none (voluntary) full" */
		char *open = text ? strchr(text, '(') : NULL;

		if (open && strchr(open, ')')) {
			*strchr(open, ')') = '\0';
			memmove(text, open + 1, strlen(open + 1) + 1);
		}
		/* An empty list of CPUs is none, not nothing. */
		json_object_set_new(object, rows[i].name,
				    text ? utf8_json(text) : json_null());
		free(text);
	}
	json_object_set_new(object, "swap_areas", swaps());
	return object;
}

static json_t *machine(const struct utsname *name)
{
	struct timespec tick = { 0 };

	clock_getres(CLOCK_MONOTONIC, &tick);
	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
		" s:o, s:o, s:o, s:o, s:i, s:i}",
		"architecture", name->machine, "cpu_model", machine_cpu_model(),
		"cpu", machine_cpu(), "cpu_flags", machine_cpuinfo("flags"),
		"cpu_bugs", machine_cpuinfo("bugs"), "microcode",
		machine_cpuinfo("microcode"), "cpus", cpus(), "smt",
		flag_of(CPUS "smt/active"), "nodes", nodes(), "memory_bytes",
		memory_bytes(), "hypervisor", machine_hypervisor(), "governor",
		text_of(CPUS "cpu0/cpufreq/scaling_governor"), "turbo", turbo(),
		"mitigations", chosen_by_name(CPUS "vulnerabilities/*"), "thp",
		thp(), "kernel_parameters", kernel_parameters(), "page_size",
		(int)sysconf(_SC_PAGESIZE), "timer_resolution_ns",
		(int)tick.tv_nsec);
}

/* "Linux version R (builder) (COMPILER, LINKER) #1 SMP ..." */
static json_t *compiler(void)
{
	char *text = sysfile_read("/proc/version");
	char *open = text ? strstr(text, ") (") : NULL;
	char *shut = open ? strchr(open, ',') : NULL;
	json_t *value;

	if (shut)
		*shut = '\0';
	value = shut ? utf8_json(open + 3) : json_null();

	free(text);
	return value;
}

static json_t *subject(const struct utsname *name)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "release", name->release,
			 "version", name->version, "command_line",
			 text_of("/proc/cmdline"), "compiler", compiler(),
			 "module_version",
			 text_of("/sys/module/mmgauge/version"));
}

json_t *machine_describe(void)
{
	struct utsname name;
	json_t *block;

	uname(&name);
	block = machine(&name);
	json_object_set_new(block, "clocksource",
			    text_of("/sys/devices/system/clocksource/"
				    "clocksource0/current_clocksource"));
	/* arm64 calls its flags features. */
	if (json_is_null(json_object_get(block, "cpu_flags")))
		json_object_set_new(block, "cpu_flags",
				    machine_cpuinfo("Features"));
	return json_pack("{s:o, s:o}", "subject", subject(&name), "machine",
			 block);
}
