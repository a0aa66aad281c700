// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <zlib.h>

#include "kernel_config.h"
#include "results/base/prefix.h"
#include "results/base/utf8.h"

/* What makes code of the measured paths, or what a page, a call or a switch is. */
static const char *const options[] = {
	/* what there is of memory */
	"TRANSPARENT_HUGEPAGE",
	"TRANSPARENT_HUGEPAGE_ALWAYS",
	"TRANSPARENT_HUGEPAGE_MADVISE",
	"TRANSPARENT_HUGEPAGE_NEVER",
	"READ_ONLY_THP_FOR_FS",
	"PERSISTENT_HUGE_ZERO_FOLIO",
	"HUGETLBFS",
	"HUGETLB_PAGE_OPTIMIZE_VMEMMAP",
	"MEMCG",
	"MEMCG_V1",
	"NUMA",
	"NUMA_BALANCING",
	"NUMA_BALANCING_DEFAULT_ENABLED",
	"KSM",
	"LRU_GEN",
	"LRU_GEN_ENABLED",
	"SWAP",
	"ZSWAP",
	"ZSWAP_DEFAULT_ON",
	"CMA",
	"COMPACTION",
	"MIGRATION",
	"MEMORY_HOTPLUG",
	"MEMORY_FAILURE",
	"SPARSEMEM_VMEMMAP",
	"ARM64_4K_PAGES",
	"ARM64_16K_PAGES",
	"ARM64_64K_PAGES",
	"X86_5LEVEL",
	/* who looks at or is told of page tables */
	"MMU_NOTIFIER",
	"HMM_MIRROR",
	"DEVICE_PRIVATE",
	"ZONE_DEVICE",
	"TEST_HMM",
	"USERFAULTFD",
	"PER_VMA_LOCK",
	"PT_RECLAIM",
	"MEM_SOFT_DIRTY",
	"IDLE_PAGE_TRACKING",
	"PAGE_IDLE_FLAG",
	"SECRETMEM",
	"ANON_VMA_NAME",
	"MMU_GATHER_RCU_TABLE_FREE",
	"MMU_GATHER_MERGE_VMAS",
	"ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH",
	/* what switches tasks, and membarrier */
	"MEMBARRIER",
	"RSEQ",
	"PREEMPT",
	"PREEMPT_NONE",
	"PREEMPT_VOLUNTARY",
	"PREEMPT_LAZY",
	"PREEMPT_RT",
	"PREEMPT_DYNAMIC",
	"PREEMPT_RCU",
	"HZ",
	"NO_HZ_FULL",
	"NR_CPUS",
	"MAXSMP",
	"CPUMASK_OFFSTACK",
	"VIRT_CPU_ACCOUNTING_GEN",
	"PSI",
	"SCHEDSTATS",
	"SCHED_CORE",
	"CGROUP_SCHED",
	/* what every call and allocation pays */
	"PAGE_TABLE_ISOLATION",
	"MITIGATION_PAGE_TABLE_ISOLATION",
	"RETPOLINE",
	"MITIGATION_RETPOLINE",
	"MITIGATION_RETHUNK",
	"MITIGATION_SRSO",
	"SPECULATION_MITIGATIONS",
	"CPU_MITIGATIONS",
	"RANDOMIZE_KSTACK_OFFSET_DEFAULT",
	"HARDENED_USERCOPY",
	"FORTIFY_SOURCE",
	"INIT_ON_ALLOC_DEFAULT_ON",
	"INIT_ON_FREE_DEFAULT_ON",
	"INIT_STACK_ALL_ZERO",
	"SLUB_DEBUG",
	"SLAB_FREELIST_HARDENED",
	"SLAB_FREELIST_RANDOM",
	"RANDOM_KMALLOC_CACHES",
	"SHUFFLE_PAGE_ALLOCATOR",
	"MEM_ALLOC_PROFILING",
	"STACKPROTECTOR_STRONG",
	"AUDITSYSCALL",
	"PARAVIRT",
	"PARAVIRT_XXL",
	/* how it was compiled */
	"CC_OPTIMIZE_FOR_SIZE",
	"CC_IS_CLANG",
	"LTO_CLANG",
	"CFI_CLANG",
	"X86_KERNEL_IBT",
	"FUNCTION_TRACER",
	"DYNAMIC_FTRACE",
	"JUMP_LABEL",
	/* what finds faults */
	"DEBUG_VM",
	"DEBUG_VM_PGFLAGS",
	"DEBUG_VM_PGTABLE",
	"PAGE_OWNER",
	"PAGE_TABLE_CHECK",
	"PAGE_POISONING",
	"DEBUG_PAGEALLOC",
	"DEBUG_LIST",
	"LOCKDEP",
	"PROVE_LOCKING",
	"DEBUG_ATOMIC_SLEEP",
	"KASAN",
	"KCSAN",
	"KMSAN",
	"KFENCE",
	"UBSAN",
	"KCOV",
	"GCOV_KERNEL",
};

static bool is_listed(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (strlen(options[i]) == length &&
		    !strncmp(options[i], name, length))
			return true;
	return false;
}

json_t *kernel_config_read(const char *path)
{
	gzFile file = gzopen(path, "rbe");
	json_t *found = json_object();
	char line[1024];
	bool any = false;

	while (file && gzgets(file, line, sizeof(line))) {
		const char *name = skip_prefix(line, "CONFIG_");
		size_t length = name ? strcspn(name, "=") : 0;

		if (!name || !name[length])
			continue;
		any = true;
		line[strcspn(line, "\n")] = '\0';
		if (is_listed(name, length))
			json_object_setn_new(found, name, length,
					     utf8_json(name + length + 1));
	}
	if (file)
		gzclose(file);
	if (any)
		return found;
	json_decref(found);
	return NULL;
}

json_t *kernel_config_running(void)
{
	/* Of the release, where its name goes between the two. */
	static const char *const places[][2] = {
		{ "/boot/config-", "" },
		{ "/lib/modules/", "/config" },
		{ "/lib/modules/", "/build/.config" },
	};
	json_t *found = kernel_config_read("/proc/config.gz");
	struct utsname name;

	uname(&name);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places) && !found;
	     i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s%s%s", places[i][0],
			 name.release, places[i][1]);
		found = kernel_config_read(path);
	}
	return found;
}
