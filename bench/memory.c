// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "memory.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define HUGE_SIZE (2ul << 20)

const struct bench_choice memory_choices[] = {
	[MEMORY_4K] = { "4k", "anonymous memory in base pages", 0 },
	[MEMORY_THP] = { "thp", "anonymous memory in PMD-mapped huge pages",
			 BENCH_NEEDS_THP },
	[MEMORY_SHMEM] = { "shmem", "shared memory (memfd) in base pages", 0 },
	{ NULL, NULL, 0 },
};

size_t memory_page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

bool memory_fits(enum memory_kind kind, uint64_t pages)
{
	return kind != MEMORY_THP || !(pages * memory_page_size() % HUGE_SIZE);
}

/* Populating beyond what is free would end in swap or the OOM killer. */
static int memory_available(struct bench *bench, size_t length)
{
	struct sysinfo info;
	uint64_t available;

	if (sysinfo(&info))
		return 0;
	available = (uint64_t)(info.freeram + info.bufferram) * info.mem_unit;
	if (length < available - available / 8)
		return 0;
	return bench_skip(bench,
			  "needs %zu MiB of free memory, %" PRIu64
			  " MiB are there",
			  length >> 20, available >> 20);
}

static size_t round_up(size_t value, size_t to)
{
	return (value + to - 1) / to * to;
}

/* Reserve address space with slack, then give back all but an aligned part. */
static char *reserve_aligned(size_t length)
{
	size_t total = length + HUGE_SIZE;
	char *raw = mmap(NULL, total, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *start;
	size_t before;

	if (raw == MAP_FAILED)
		return NULL;
	start = (char *)round_up((size_t)raw, HUGE_SIZE);
	before = (size_t)(start - raw);
	if (before)
		munmap(raw, before);
	if (total - before - length)
		munmap(start + length, total - before - length);
	return start;
}

int memory_map(struct bench *bench, struct memory *memory,
	       enum memory_kind kind, size_t length)
{
	int flags = MAP_FIXED | MAP_NORESERVE;
	int advice = kind == MEMORY_THP ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;
	int ret;

	memory->kind = kind;
	memory->fd = -1;
	memory->length = round_up(
		length, kind == MEMORY_THP ? HUGE_SIZE : memory_page_size());
	ret = memory_available(bench, memory->length);
	if (ret)
		return ret;
	memory->start = reserve_aligned(memory->length);
	if (!memory->start)
		return bench_fail(bench, "cannot reserve %zu bytes: %s",
				  memory->length, strerror(errno));

	if (kind == MEMORY_SHMEM) {
		memory->fd = memfd_create("mmgauge", MFD_CLOEXEC);
		if (memory->fd < 0 ||
		    ftruncate(memory->fd, (off_t)memory->length))
			goto fail;
		flags |= MAP_SHARED;
	} else {
		flags |= MAP_PRIVATE | MAP_ANONYMOUS;
	}
	if (mmap(memory->start, memory->length, PROT_READ | PROT_WRITE, flags,
		 memory->fd, 0) == MAP_FAILED)
		goto fail;
	/* Without THP in the kernel there is nothing to switch off. */
	if (madvise(memory->start, memory->length, advice) &&
	    kind == MEMORY_THP)
		goto fail;
	return 0;
fail:
	bench_fail(bench, "cannot map %zu bytes of %s: %s", memory->length,
		   memory_choices[kind].name, strerror(errno));
	memory_unmap(memory);
	return -EIO;
}

int memory_populate(struct bench *bench, struct memory *memory, size_t length)
{
	if (!madvise(memory->start, length, MADV_POPULATE_WRITE))
		return 0;
	if (errno != EINVAL)
		return bench_fail(bench, "cannot populate %zu bytes: %s",
				  length, strerror(errno));
	/* Before 5.14: one write a page. */
	for (size_t at = 0; at < length; at += memory_page_size())
		*(volatile char *)(memory->start + at) = 1;
	return 0;
}

/* What smaps says of all mappings inside the range, in bytes. */
struct smaps {
	uint64_t resident;
	uint64_t huge;
};

static int smaps_read(uint64_t start, uint64_t end, struct smaps *sum)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	char line[512];
	bool inside = false;

	if (!file)
		return -errno;
	memset(sum, 0, sizeof(*sum));
	while (fgets(line, sizeof(line), file)) {
		uint64_t from, to, kib;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &from, &to) == 2)
			inside = from < end && to > start;
		else if (!inside)
			continue;
		else if (sscanf(line, "Rss: %" SCNu64, &kib) == 1)
			sum->resident += kib << 10;
		else if (sscanf(line, "AnonHugePages: %" SCNu64, &kib) == 1 ||
			 sscanf(line, "ShmemPmdMapped: %" SCNu64, &kib) == 1)
			sum->huge += kib << 10;
	}
	fclose(file);
	return 0;
}

int memory_verify(struct bench *bench, const struct memory *memory,
		  size_t length)
{
	uint64_t start = (uint64_t)memory->start;
	uint64_t huge = memory->kind == MEMORY_THP ? length : 0;
	struct smaps sum;
	int ret = smaps_read(start, start + memory->length, &sum);

	if (ret)
		return bench_fail(bench, "cannot read /proc/self/smaps: %s",
				  strerror(-ret));
	if (sum.resident != length)
		return bench_invalid(bench,
				     "%" PRIu64 " of %zu bytes are resident",
				     sum.resident, length);
	if (sum.huge != huge)
		return bench_invalid(bench,
				     "%" PRIu64 " bytes are in huge pages, "
				     "not %" PRIu64,
				     sum.huge, huge);
	return 0;
}

void memory_unmap(struct memory *memory)
{
	if (memory->start)
		munmap(memory->start, memory->length);
	if (memory->fd >= 0)
		close(memory->fd);
	memory->start = NULL;
	memory->fd = -1;
}
