// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "disk.h"
#include "memory.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MAP_HUGE_2MB
#define MAP_HUGE_2MB (21 << 26)
#define MAP_HUGE_1GB (30 << 26)
#endif

#define GIGANTIC_SIZE (1ul << 30)

/* Pages of each mapping of MEMORY_MIXED. */
#define MIXED_PAGES 16

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
static char *reserve_aligned(size_t length, size_t alignment)
{
	size_t total = length + alignment;
	char *raw = mmap(NULL, total, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *start;
	size_t before;

	if (raw == MAP_FAILED)
		return NULL;
	start = (char *)round_up((size_t)raw, alignment);
	before = (size_t)(start - raw);
	if (before)
		munmap(raw, before);
	if (total - before - length)
		munmap(start + length, total - before - length);
	return start;
}

/* 0 with memory->fd for the kinds that have one. */
static int open_backing(struct bench *bench, struct memory *memory)
{
	switch (memory->kind) {
	case MEMORY_SHMEM:
	case MEMORY_MIXED:
		memory->fd = memfd_create("mmgauge", MFD_CLOEXEC);
		break;
	case MEMORY_FILE:
		return disk_file(bench, memory->length, &memory->fd);
	default:
		return 0;
	}
	if (memory->fd < 0 || ftruncate(memory->fd, (off_t)memory->length))
		return bench_fail(bench, "cannot make a memfd of %zu bytes: %s",
				  memory->length, strerror(errno));
	return 0;
}

static int map_flags(const struct memory *memory)
{
	int flags = MAP_FIXED | MAP_NORESERVE;

	switch (memory->kind) {
	case MEMORY_SHMEM:
	case MEMORY_FILE:
		return flags | MAP_SHARED;
	case MEMORY_HUGETLB:
		return flags | MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB |
		       MAP_HUGE_2MB;
	case MEMORY_HUGETLB1G:
		return flags | MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB |
		       MAP_HUGE_1GB;
	default:
		return flags | MAP_PRIVATE | MAP_ANONYMOUS;
	}
}

/* Every second MIXED_PAGES become a mapping of the memfd. */
static int map_mixed(const struct memory *memory)
{
	size_t step = MIXED_PAGES * memory_page_size();

	for (size_t at = step; at < memory->length; at += 2 * step) {
		size_t length = memory->length - at;

		if (mmap(memory->start + at, length < step ? length : step,
			 PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
			 memory->fd, (off_t)at) == MAP_FAILED)
			return -errno;
	}
	return 0;
}

/* Without THP in the kernel there is nothing to switch off. */
static int advise(const struct memory *memory)
{
	if (memory_is_reserved(memory->kind))
		return 0;
	if (memory_folio_pages(memory->kind) == 1)
		return madvise(memory->start, memory->length,
			       MADV_NOHUGEPAGE) &&
				       errno != EINVAL ?
			       -errno :
			       0;
	return madvise(memory->start, memory->length, MADV_HUGEPAGE) ? -errno :
								       0;
}

static int map_range(struct memory *memory)
{
	int ret;

	if (mmap(memory->start, memory->length, PROT_READ | PROT_WRITE,
		 map_flags(memory),
		 memory->kind == MEMORY_MIXED ? -1 : memory->fd,
		 0) == MAP_FAILED)
		return -errno;
	ret = advise(memory);
	if (!ret && memory->kind == MEMORY_MIXED)
		ret = map_mixed(memory);
	return ret;
}

/*
 * Cells are chosen for pages of 4 KiB, of which all that can be written are
 * whole folios.
 */
static int check_folios(struct bench *bench, enum memory_kind kind,
			size_t length)
{
	size_t page = memory_page_size();
	size_t folio = memory_folio_pages(kind) * page;

	if (page == 4096 || !(length % folio))
		return 0;
	return bench_skip(bench,
			  "pages are of %zu KiB here, and %s of %zu: %zu pages "
			  "are not a whole number: measure others with -p "
			  "range=%zu",
			  page >> 10, memory_all_choices[kind].name,
			  folio >> 10, length / page, folio / page);
}

int memory_map(struct bench *bench, struct memory *memory,
	       enum memory_kind kind, size_t length)
{
	int ret = check_folios(bench, kind, length);

	memory->kind = kind;
	memory->fd = -1;
	if (ret)
		return ret;
	memory->length =
		round_up(length, memory_folio_pages(kind) * memory_page_size());
	ret = memory_available(bench, memory->length);
	if (!ret)
		ret = memory_system_prepare(bench, memory);
	if (!ret)
		ret = open_backing(bench, memory);
	if (ret)
		return ret;
	memory->start = reserve_aligned(
		memory->length,
		kind == MEMORY_HUGETLB1G ? GIGANTIC_SIZE : memory_pmd_size());
	if (!memory->start)
		return bench_fail(bench, "cannot reserve %zu bytes: %s",
				  memory->length, strerror(errno));
	ret = map_range(memory);
	if (!ret)
		return 0;
	bench_fail(bench, "cannot map %zu bytes of %s: %s", memory->length,
		   memory_all_choices[kind].name, strerror(-ret));
	memory_unmap(memory);
	return -EIO;
}

/* From 5.14 on the kernel does it; before, one access a page. */
static int populate(char *start, size_t length, bool write)
{
	if (!madvise(start, length,
		     write ? MADV_POPULATE_WRITE : MADV_POPULATE_READ))
		return 0;
	if (errno != EINVAL)
		return -errno;
	for (size_t at = 0; at < length; at += memory_page_size()) {
		volatile char *byte = start + at;

		if (write)
			*byte = 1;
		else
			(void)*byte;
	}
	return 0;
}

/*
 * A mapping that begins inside a huge page splits its page table entry, not
 * the folio; with the protection back the two mappings are one again. While
 * more is populated the rest must stay as it is: no advice for khugepaged.
 */
static int populate_split(const struct memory *memory, size_t length)
{
	size_t page = memory_page_size();
	int ret;

	if (madvise(memory->start, memory->length, MADV_HUGEPAGE))
		return -errno;
	ret = populate(memory->start, length, true);
	for (size_t at = 0; at < length && !ret; at += memory_pmd_size())
		if (mprotect(memory->start + at, page, PROT_READ) ||
		    mprotect(memory->start + at, page, PROT_READ | PROT_WRITE))
			ret = -errno;
	/* Writable again, but not yet in the page table. */
	if (!ret)
		ret = populate(memory->start, length, true);
	if (!ret && madvise(memory->start, memory->length, MADV_NOHUGEPAGE))
		ret = -errno;
	return ret;
}

static int populate_holes(const struct memory *memory, size_t length)
{
	for (size_t at = 0; at < length; at += 2 * memory_page_size())
		*(volatile char *)(memory->start + at) = 1;
	return 0;
}

static int populate_readonly(const struct memory *memory, size_t length)
{
	int ret = mprotect(memory->start, length, PROT_READ | PROT_WRITE) ?
			  -errno :
			  populate(memory->start, length, true);

	if (!ret && mprotect(memory->start, length, PROT_READ))
		ret = -errno;
	return ret;
}

int memory_populate(struct bench *bench, struct memory *memory, size_t length)
{
	int ret;

	switch (memory->kind) {
	case MEMORY_PTETHP:
		ret = populate_split(memory, length);
		break;
	case MEMORY_HOLES:
		ret = populate_holes(memory, length);
		break;
	case MEMORY_READONLY:
		ret = populate_readonly(memory, length);
		break;
	default:
		ret = populate(memory->start, length,
			       memory->kind != MEMORY_ZERO);
	}
	if (ret)
		return bench_fail(bench, "cannot populate %zu bytes: %s",
				  length, strerror(-ret));
	return 0;
}

int memory_make(struct bench *bench, struct memory *memory,
		enum memory_kind kind, size_t length)
{
	int ret = memory_map(bench, memory, kind, length);

	if (!ret)
		ret = memory_populate(bench, memory, length);
	if (!ret)
		ret = memory_verify(bench, memory, length);
	return ret;
}

int memory_renew(struct bench *bench, struct memory *memory)
{
	int ret = map_range(memory);

	if (ret)
		return bench_fail(bench, "cannot map the range anew: %s",
				  strerror(-ret));
	ret = memory_populate(bench, memory, memory->length);
	return ret ? ret : memory_verify(bench, memory, memory->length);
}

int memory_drop(struct bench *bench, struct memory *memory, size_t length)
{
	int advice = memory->kind == MEMORY_SHMEM ? MADV_REMOVE : MADV_DONTNEED;

	if (madvise(memory->start, length, advice))
		return bench_fail(bench, "cannot drop the pages: %s",
				  strerror(errno));
	return 0;
}

/* madvise_cold() begins with lru_add_drain(), whatever it is given. */
int memory_drain(struct bench *bench)
{
	size_t length = memory_page_size();
	void *page = mmap(NULL, length, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret = 0;

	if (page == MAP_FAILED)
		return -errno;
	if (madvise(page, length, MADV_COLD))
		ret = bench_skip(bench, "MADV_COLD: %s: needs 5.4",
				 strerror(errno));
	munmap(page, length);
	return ret;
}

void memory_unmap(struct memory *memory)
{
	if (memory->start)
		munmap(memory->start, memory->length);
	if (memory->fd >= 0)
		close(memory->fd);
	memory->start = NULL;
	memory->fd = -1;
	memory_system_restore(memory);
}
