// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "disk.h"
#include "swap.h"
#include "ours.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

#define DEVICE "/dev/ram1"

/* The bit of an entry: Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_SWAPPED 62

/* The first page of a swap area, version 1: include/linux/swap.h. */
struct header {
	char boot[1024];
	uint32_t version;
	uint32_t last_page;
	uint32_t bad_pages;
	unsigned char identity[16], label[16];
	uint32_t padding[117];
};

static int write_header(int fd, off_t size)
{
	size_t page = memory_page_size();
	char *bytes = calloc(1, page);
	struct header *header = (struct header *)bytes;
	int ret = 0;

	if (!bytes)
		return -ENOMEM;
	header->version = 1;
	header->last_page = (uint32_t)(size / (off_t)page - 1);
	memcpy(bytes + page - 10, "SWAPSPACE2", 10);
	if (pwrite(fd, bytes, page, 0) != (ssize_t)page || fsync(fd))
		ret = -EIO;
	free(bytes);
	return ret;
}

static int switch_on(struct bench *bench, struct swap *swap)
{
	int ret = disk_drivers(bench), fd;
	off_t size;

	if (ret)
		return ret;
	fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return bench_skip(bench,
				  DEVICE ": %s: needs CONFIG_BLK_DEV_RAM",
				  strerror(errno));
	size = lseek(fd, 0, SEEK_END);
	ret = write_header(fd, size);
	close(fd);
	if (!ret && swapon(DEVICE, 0))
		ret = -errno;
	if (ret)
		return bench_skip(bench, "cannot swap to " DEVICE ": %s",
				  strerror(-ret));
	swap->on = true;
	return 0;
}

int swap_on(struct bench *bench, struct swap *swap)
{
	struct sysinfo info;

	if (system_is_ours())
		return switch_on(bench, swap);
	if (sysinfo(&info) || !info.freeswap)
		return bench_skip(bench, "no swap here: see swapon(8)");
	return 0;
}

uint64_t swap_bytes(const char *start, size_t length)
{
	size_t page = memory_page_size(), pages = length / page;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	off_t at = (off_t)((uintptr_t)start / page * sizeof(uint64_t));
	uint64_t entries[512], swapped = 0;

	for (size_t done = 0; fd >= 0 && done < pages;) {
		size_t want = (pages - done) * sizeof(*entries);
		ssize_t got =
			pread(fd, entries,
			      want < sizeof(entries) ? want : sizeof(entries),
			      at + (off_t)(done * sizeof(*entries)));

		if (got < (ssize_t)sizeof(*entries))
			break;
		for (size_t i = 0; i < (size_t)got / sizeof(*entries); i++)
			swapped += entries[i] >> PAGEMAP_SWAPPED & 1;
		done += (size_t)got / sizeof(*entries);
	}
	if (fd >= 0)
		close(fd);
	return swapped * page;
}

int swap_out(struct bench *bench, struct memory *memory)
{
	/* Pages touched again are kept once: ask more often. */
	for (int tries = 0; tries < 4; tries++) {
		if (madvise(memory->start, memory->length, MADV_PAGEOUT))
			return bench_skip(bench, "MADV_PAGEOUT: %s: needs 5.4",
					  strerror(errno));
		if (swap_bytes(memory->start, memory->length) == memory->length)
			return 0;
	}
	return bench_invalid(bench, "%" PRIu64 " of %zu bytes are in swap",
			     swap_bytes(memory->start, memory->length),
			     memory->length);
}

void swap_off(struct swap *swap)
{
	if (swap->on && swapoff(DEVICE))
		fprintf(stderr, "mmgauge: cannot switch " DEVICE " off: %s\n",
			strerror(errno));
	swap->on = false;
}
