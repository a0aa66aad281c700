// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What can be set about a guest, and where the guest shows that it took. Names
 * and words are the kernel's own (Documentation/admin-guide).
 */
#include "configuration_keys.h"

#define FLAGS "/proc/cpuinfo"
#define BUGS "/sys/devices/system/cpu/vulnerabilities/"
#define MM "/sys/kernel/mm/"
#define GROUPS "/sys/fs/cgroup"
#define COMMAND_LINE "/proc/cmdline"

#define HAS(file, what) .check = { .path = file, .word = what }
#define LACKS(file, what) .check = { .path = file, .word = what, .lacks = 1 }
/* A CPU that needs what the emulated one, of no such family, does not. */
#define ZEN_2 "family=23,model=49,stepping=0"
#define ANY                                  \
	(const struct configuration_value[]) \
	{                                    \
		{ .name = "" },              \
		{                            \
			0                    \
		}                            \
	}
#define VALUES (const struct configuration_value[])
#define CPUS(text, count)                     \
	{                                     \
		.name = text, .number = count \
	}

const struct configuration_key configuration_keys[] = {
	{
		.name = "cpus",
		.summary = "CPUs of the guest",
		.values = VALUES{ CPUS("1", 1),
				  CPUS("2", 2),
				  CPUS("3", 3),
				  CPUS("4", 4),
				  CPUS("5", 5),
				  CPUS("6", 6),
				  CPUS("7", 7),
				  CPUS("8", 8),
				  { 0 } },
	},
	{
		.name = "nodes",
		.summary = "NUMA nodes; the second one has memory only",
		.values = VALUES{ { .name = "1",
				    .number = 1,
				    LACKS("/sys/devices/system/node/online",
					  "0-1") },
				  { .name = "2",
				    .number = 2,
				    HAS("/sys/devices/system/node/online",
					"0-1") },
				  { 0 } },
	},
	{
		.name = "memory",
		.summary =
			"MiB of the first node; what ranges need beyond fails",
		.values = ANY,
		.least = 512,
		.most = 1 << 20,
		.form = "512..1048576",
	},
	{
		.name = "quantum",
		.summary = "how long CPUs of the exact clock take turns",
		.values = ANY,
		.least = 5,
		.most = 1000,
		.form = "5..1000",
	},
	{
		.name = "append",
		.summary = "words of the kernel's command line",
		.values = ANY,
		.appends = true,
		.form = "WORD[ WORD...]",
	},
	{
		.name = "sysctl",
		.summary = "set in the guest before the first cell",
		.values = ANY,
		.files = "/proc/sys/",
		.form = "NAME=VALUE[+NAME=VALUE...]",
	},
	{
		.name = "sysfs",
		.summary = "files below /sys, written before the first cell",
		.values = ANY,
		.files = "/sys/",
		.form = "PATH=VALUE[+PATH=VALUE...]",
	},
	{
		.name = "cpu",
		.summary = "the model of an arm64 guest's CPUs",
		/* ARMv8.2: the first of Arm's servers' with LSE atomics. */
		.values = VALUES{ { .name = "neoverse-n1",
				    .model = "neoverse-n1",
				    .arch = "aarch64",
				    HAS(FLAGS, "0xd0c") },
				  { 0 } },
	},
	{
		.name = "pti",
		.summary = "page table isolation, as against Meltdown",
		.values = VALUES{ { .name = "on",
				    .append = "pti=on",
				    HAS(FLAGS, "pti") },
				  { .name = "off",
				    .append = "pti=off",
				    LACKS(FLAGS, "pti") },
				  { 0 } },
	},
	{
		.name = "mitigations",
		.summary = "all of them against faults of CPUs",
		.values = VALUES{ { .name = "off",
				    .append = "mitigations=off",
				    HAS(BUGS "spectre_v2", "Vulnerable") },
				  { 0 } },
	},
	{
		.name = "spectre_v2",
		.summary = "how indirect branches are guarded",
		.values = VALUES{ { .name = "off",
				    .append = "spectre_v2=off",
				    HAS(BUGS "spectre_v2", "Vulnerable") },
				  { .name = "retpoline",
				    .append = "spectre_v2=retpoline",
				    HAS(BUGS "spectre_v2", "Retpolines") },
				  { .name = "lfence",
				    .append = "spectre_v2=retpoline,lfence",
				    HAS(BUGS "spectre_v2", "LFENCE") },
				  { 0 } },
	},
	{
		.name = "retbleed",
		.summary = "return thunks, on a CPU of family 17h (Zen 2)",
		.values = VALUES{ { .name = "off",
				    .append = "retbleed=off",
				    .cpu = ZEN_2,
				    .arch = "x86_64",
				    HAS(BUGS "retbleed", "Vulnerable") },
				  { .name = "unret",
				    .append = "retbleed=unret",
				    .cpu = ZEN_2,
				    .arch = "x86_64",
				    HAS(BUGS "retbleed", "untrained return") },
				  { 0 } },
	},
	{
		.name = "la57",
		.summary = "page tables of five levels",
		.values = VALUES{ { .name = "on",
				    .cpu = "la57=on",
				    .arch = "x86_64",
				    .boot_code = 1,
				    HAS(FLAGS, "la57") },
				  { 0 } },
	},
	{
		.name = "erms",
		.summary = "fast \"rep movsb\": a page cleared counts 4096",
		.values = VALUES{ { .name = "on",
				    .cpu = "erms=on",
				    .arch = "x86_64",
				    HAS(FLAGS, "erms") },
				  { 0 } },
	},
	{
		.name = "init_on_alloc",
		.summary = "pages are cleared when they are allocated",
		.values = VALUES{ { .name = "on",
				    .append = "init_on_alloc=1",
				    HAS("log", "alloc:on") },
				  { .name = "off",
				    .append = "init_on_alloc=0",
				    HAS("log", "alloc:off") },
				  { 0 } },
	},
	{
		.name = "init_on_free",
		.summary = "pages are cleared when they are freed",
		.values = VALUES{ { .name = "on",
				    .append = "init_on_free=1",
				    HAS("log", "free:on") },
				  { .name = "off",
				    .append = "init_on_free=0",
				    HAS("log", "free:off") },
				  { 0 } },
	},
	{
		.name = "thp",
		.summary = "transparent huge pages of memory that did not ask",
		.values = VALUES{ { .name = "never",
				    .append = "transparent_hugepage=never",
				    HAS(MM "transparent_hugepage/enabled",
					"[never]") },
				  { .name = "madvise",
				    .append = "transparent_hugepage=madvise",
				    HAS(MM "transparent_hugepage/enabled",
					"[madvise]") },
				  { .name = "always",
				    .append = "transparent_hugepage=always",
				    HAS(MM "transparent_hugepage/enabled",
					"[always]") },
				  { 0 } },
	},
	{
		.name = "preempt",
		.summary = "where the kernel lets others run",
		.values = VALUES{ { .name = "none",
				    .append = "preempt=none",
				    HAS("/sys/kernel/debug/sched/preempt",
					"(none)") },
				  { .name = "voluntary",
				    .append = "preempt=voluntary",
				    HAS("/sys/kernel/debug/sched/preempt",
					"(voluntary)") },
				  { .name = "full",
				    .append = "preempt=full",
				    HAS("/sys/kernel/debug/sched/preempt",
					"(full)") },
				  { .name = "lazy",
				    .append = "preempt=lazy",
				    HAS("/sys/kernel/debug/sched/preempt",
					"(lazy)") },
				  { 0 } },
	},
	{
		.name = "memcg",
		.summary = "memory control groups: measured in one, or without",
		.values = VALUES{ { .name = "limit",
				    .writes = { { .path = GROUPS,
						  .mount = "cgroup2" },
						{ .path = GROUPS
						  "/cgroup.subtree_control",
						  .text = "+memory" },
						{ .path = GROUPS "/mmgauge" },
						{ .path = GROUPS
						  "/mmgauge/cgroup.procs",
						  .text = "1" } },
				    HAS("/proc/1/cgroup", "0::/mmgauge") },
				  { .name = "off",
				    .append = "cgroup_disable=memory",
				    HAS("log",
					"Disabling memory control group") },
				  { 0 } },
	},
	{
		.name = "numa_balancing",
		.summary = "pages are taken away to see who wants them",
		.values =
			VALUES{ { .name = "on",
				  .append = "numa_balancing=enable",
				  HAS("/proc/sys/kernel/numa_balancing", "1") },
				{ .name = "off",
				  .append = "numa_balancing=disable",
				  HAS("/proc/sys/kernel/numa_balancing", "0") },
				{ 0 } },
	},
	{
		.name = "ksm",
		.summary = "the thread that merges equal pages runs",
		.values = VALUES{ { .name = "on",
				    .writes = { { MM "ksm/run", "1", 0 } },
				    HAS(MM "ksm/run", "1") },
				  { 0 } },
	},
	{
		.name = "lru_gen",
		.summary = "reclaim by generations",
		.values = VALUES{ { .name = "on",
				    .writes = { { MM "lru_gen/enabled", "y",
						  0 } },
				    LACKS(MM "lru_gen/enabled", "0x0000") },
				  { .name = "off",
				    .writes = { { MM "lru_gen/enabled", "n",
						  0 } },
				    HAS(MM "lru_gen/enabled", "0x0000") },
				  { 0 } },
	},
	{
		.name = "slub_debug",
		.summary = "red zones and poison around every object",
		.values = VALUES{ { .name = "on",
				    .append = "slub_debug=FZPU",
				    HAS("/sys/kernel/slab/kmalloc-64/red_zone",
					"1") },
				  { 0 } },
	},
	{
		.name = "hardened_usercopy",
		.summary = "copies to and from users are checked (untold)",
		.values =
			VALUES{ { .name = "off",
				  .append = "hardened_usercopy=off",
				  HAS(COMMAND_LINE, "hardened_usercopy=off") },
				{ .name = "on",
				  .append = "hardened_usercopy=on",
				  HAS(COMMAND_LINE, "hardened_usercopy=on") },
				{ 0 } },
	},
	{
		.name = "kstack",
		.summary = "where on the stack system calls begin (untold)",
		.values = VALUES{ { .name = "random",
				    .append = "randomize_kstack_offset=on",
				    HAS(COMMAND_LINE,
					"randomize_kstack_offset=on") },
				  { .name = "fixed",
				    .append = "randomize_kstack_offset=off",
				    HAS(COMMAND_LINE,
					"randomize_kstack_offset=off") },
				  { 0 } },
	},
	{
		.name = "page_owner",
		.summary = "who allocated each page is kept (untold)",
		.values = VALUES{ { .name = "on",
				    .append = "page_owner=on",
				    HAS(COMMAND_LINE, "page_owner=on") },
				  { 0 } },
	},
	{
		.name = "kconfig",
		.summary =
			"of a kernel that is built here, over the lean config",
		.values = ANY,
		.builds = CONFIGURATION_FRAGMENTS,
		.form = "FRAGMENT[+FRAGMENT...]",
	},
	{
		.name = "compiler",
		.summary =
			"what it is built with; LLVM's tools come with clang",
		.values = ANY,
		.builds = "CC",
		.form = "gcc[-N]|clang[-N]",
	},
	{
		.name = "kcflags",
		.summary = "flags for the compiler, behind the kernel's own",
		.values = ANY,
		.builds = "KCFLAGS",
		.form = "FLAG[ FLAG...]",
	},
	{ 0 },
};
