// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The proof that memory is what an axis says: smaps for what is resident and
 * mapped huge, pagemap and kpageflags for the folios behind it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"

/* Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_PRESENT (1ull << 63)
#define PAGEMAP_EXCLUSIVE (1ull << 56)
#define PAGEMAP_FRAME ((1ull << 55) - 1)
#define KPF_ANON 12
#define KPF_COMPOUND_HEAD 15
#define KPF_COMPOUND_TAIL 16
#define KPF_HUGE 17
#define KPF_ZERO_PAGE 24

#define BIT(n) (1ull << (n))

/* What smaps says of all mappings inside the range, in bytes. */
struct smaps {
	uint64_t resident;
	uint64_t huge;
	uint64_t hugetlb;
};

static void smaps_line(const char *line, struct smaps *sum)
{
	uint64_t kib;

	if (sscanf(line, "Rss: %" SCNu64, &kib) == 1)
		sum->resident += kib << 10;
	else if (sscanf(line, "AnonHugePages: %" SCNu64, &kib) == 1 ||
		 sscanf(line, "ShmemPmdMapped: %" SCNu64, &kib) == 1 ||
		 sscanf(line, "FilePmdMapped: %" SCNu64, &kib) == 1)
		sum->huge += kib << 10;
	else if (sscanf(line, "Private_Hugetlb: %" SCNu64, &kib) == 1 ||
		 sscanf(line, "Shared_Hugetlb: %" SCNu64, &kib) == 1)
		sum->hugetlb += kib << 10;
}

static int smaps_read(uint64_t start, uint64_t end, struct smaps *sum)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	char line[512];
	bool inside = false;

	if (!file)
		return -errno;
	memset(sum, 0, sizeof(*sum));
	while (fgets(line, sizeof(line), file)) {
		uint64_t from, to;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &from, &to) == 2)
			inside = from < end && to > start;
		else if (inside)
			smaps_line(line, sum);
	}
	fclose(file);
	return 0;
}

/* The zero page is no one's: it does not count as resident. */
static struct smaps smaps_wanted(enum memory_kind kind, uint64_t length)
{
	struct smaps wanted = { .resident = length };

	switch (kind) {
	case MEMORY_THP:
		wanted.huge = length;
		break;
	case MEMORY_HUGETLB:
	case MEMORY_HUGETLB1G:
		wanted = (struct smaps){ .hugetlb = length };
		break;
	case MEMORY_ZERO:
		wanted.resident = 0;
		break;
	case MEMORY_HOLES:
		wanted.resident = length / 2;
		break;
	default:
		break;
	}
	return wanted;
}

static int verify_smaps(struct bench *bench, const struct memory *memory,
			size_t length)
{
	struct smaps wanted = smaps_wanted(memory->kind, length);
	uint64_t start = (uint64_t)memory->start;
	struct smaps sum;
	int ret = smaps_read(start, start + memory->length, &sum);

	if (ret)
		return bench_fail(bench, "cannot read /proc/self/smaps: %s",
				  strerror(-ret));
	if (sum.resident != wanted.resident)
		return bench_invalid(bench,
				     "%" PRIu64 " bytes are resident, not "
				     "%" PRIu64,
				     sum.resident, wanted.resident);
	if (sum.huge != wanted.huge)
		return bench_invalid(bench,
				     "%" PRIu64 " bytes are in huge pages, "
				     "not %" PRIu64,
				     sum.huge, wanted.huge);
	if (sum.hugetlb != wanted.hugetlb)
		return bench_invalid(bench,
				     "%" PRIu64 " bytes are in reserved huge "
				     "pages, not %" PRIu64,
				     sum.hugetlb, wanted.hugetlb);
	return 0;
}

/* The flags that tell folios apart, as they must be at page @index. */
static uint64_t flags_wanted(enum memory_kind kind, size_t index)
{
	size_t folio = memory_folio_pages(kind);
	uint64_t flags = 0;

	switch (kind) {
	case MEMORY_ZERO:
		return BIT(KPF_ZERO_PAGE);
	case MEMORY_SHMEM:
	case MEMORY_FILE:
		return 0;
	case MEMORY_HUGETLB:
	case MEMORY_HUGETLB1G:
		flags |= BIT(KPF_HUGE);
		break;
	default:
		break;
	}
	flags |= BIT(KPF_ANON);
	if (folio > 1)
		flags |= index % folio ? BIT(KPF_COMPOUND_TAIL) :
					 BIT(KPF_COMPOUND_HEAD);
	return flags;
}

static int verify_flags(struct bench *bench, int kpageflags,
			const struct memory *memory, const uint64_t *entries,
			size_t count)
{
	size_t folio = memory_folio_pages(memory->kind);
	uint64_t mask = BIT(KPF_ANON) | BIT(KPF_COMPOUND_HEAD) |
			BIT(KPF_COMPOUND_TAIL) | BIT(KPF_HUGE) |
			BIT(KPF_ZERO_PAGE);

	for (size_t i = 0; i < count; i++) {
		uint64_t frame = entries[i] & PAGEMAP_FRAME, flags, wanted;

		if (i % folio && frame != (entries[i - 1] & PAGEMAP_FRAME) + 1)
			return bench_invalid(bench,
					     "page %zu does not follow the one "
					     "before it in memory",
					     i);
		if (!(entries[i] & PAGEMAP_PRESENT) ||
		    memory->kind == MEMORY_MIXED)
			continue;
		if (pread(kpageflags, &flags, sizeof(flags),
			  (off_t)(frame * sizeof(flags))) != sizeof(flags))
			return bench_fail(bench,
					  "cannot read /proc/kpageflags: %s",
					  strerror(errno));
		wanted = flags_wanted(memory->kind, i);
		if ((flags & mask) != wanted)
			return bench_invalid(bench,
					     "page %zu has flags %" PRIx64
					     ", not %" PRIx64
					     " (/proc/kpageflags)",
					     i, flags & mask, wanted);
	}
	return 0;
}

static int verify_present(struct bench *bench, enum memory_kind kind,
			  const uint64_t *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool wanted = kind != MEMORY_HOLES || !(i % 2);

		if (!!(entries[i] & PAGEMAP_PRESENT) != wanted)
			return bench_invalid(
				bench, "page %zu is %smapped (/proc/pagemap)",
				i, wanted ? "not " : "");
	}
	return 0;
}

static int read_pagemap(const char *start, uint64_t *entries, size_t count)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	size_t bytes = count * sizeof(*entries), done = 0;
	off_t at = (off_t)((uintptr_t)start / memory_page_size() *
			   sizeof(*entries));
	ssize_t got = 0;

	if (fd < 0)
		return -errno;
	while (done < bytes) {
		got = pread(fd, (char *)entries + done, bytes - done,
			    at + (off_t)done);
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	close(fd);
	if (done == bytes)
		return 0;
	return got < 0 ? -errno : -EIO;
}

bool memory_has_zero_page(void)
{
	size_t size = memory_page_size();
	char *page = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t entry = 0;
	int ret;

	if (page == MAP_FAILED)
		return true; /* whoever asked will fail to map, too */
	(void)*(volatile char *)page;
	ret = read_pagemap(page, &entry, 1);
	munmap(page, size);
	return ret || !(entry & PAGEMAP_EXCLUSIVE);
}

/* Without the right to see page frames smaps must do. */
static int verify_folios(struct bench *bench, const struct memory *memory,
			 size_t count)
{
	uint64_t *entries = calloc(count, sizeof(*entries));
	int kpageflags = -1;
	int ret;

	if (!entries)
		return -ENOMEM;
	ret = read_pagemap(memory->start, entries, count);
	if (ret)
		ret = bench_fail(bench, "cannot read /proc/self/pagemap: %s",
				 strerror(-ret));
	if (!ret)
		ret = verify_present(bench, memory->kind, entries, count);
	if (!ret && (entries[0] & PAGEMAP_FRAME))
		kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	bench_fact(bench, "folios_verified", kpageflags >= 0);
	if (kpageflags >= 0) {
		ret = verify_flags(bench, kpageflags, memory, entries, count);
		close(kpageflags);
	}
	free(entries);
	return ret;
}

int memory_verify(struct bench *bench, const struct memory *memory,
		  size_t length)
{
	int ret = verify_smaps(bench, memory, length);

	if (!ret)
		ret = verify_folios(bench, memory, length / memory_page_size());
	return ret;
}
