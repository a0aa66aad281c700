// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pci_memory.h"
#include "runners/base/sysfile.h"

#define DEVICES "/sys/bus/pci/devices/"

struct search {
	const struct pci_memory *wanted;
	char *memory;
	size_t size;
};

static char *read_of(const char *folder, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%.480s/%s", folder, name);
	return sysfile_read(path);
}

static bool holds(const char *folder, const char *name, unsigned long wanted)
{
	char *text = read_of(folder, name);
	bool same = text && strtoul(text, NULL, 16) == wanted;

	free(text);
	return same;
}

/* Its start and end, from the line of it: "0x... 0x... flags". */
static bool read_range(const char *folder, int bar, uint64_t range[2])
{
	char *text = read_of(folder, "resource"), *at = text;

	for (int i = 0; i < 3 * bar && at; i++)
		strtoull(at, &at, 16);
	for (int i = 0; i < 2 && at; i++)
		range[i] = strtoull(at, &at, 16);
	free(text);
	return text && range[0] && range[1] > range[0];
}

/*
 * Where no firmware ran before the kernel nobody has told the device to answer
 * at its addresses.
 */
static void enable(const char *folder)
{
	char path[512];

	snprintf(path, sizeof(path), "%.480s/enable", folder);
	sysfile_write(path, "1");
}

static char *map(const char *folder, const struct pci_memory *wanted,
		 size_t size)
{
	int protection = PROT_READ | (wanted->writes ? PROT_WRITE : 0), fd;
	char path[512];
	char *memory;

	snprintf(path, sizeof(path), "%.480s/resource%d", folder, wanted->bar);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return MAP_FAILED;
	memory = mmap(NULL, size, protection, MAP_SHARED, fd, 0);
	close(fd);
	return memory;
}

static int look_at(const char *folder, void *data)
{
	struct search *search = data;
	const struct pci_memory *wanted = search->wanted;
	uint64_t range[2] = { 0 }, page = (uint64_t)sysconf(_SC_PAGESIZE),
		 inside;
	size_t size;
	char *memory;

	if (!holds(folder, "vendor", wanted->vendor) ||
	    !holds(folder, "device", wanted->device) ||
	    !read_range(folder, wanted->bar, range))
		return 0;
	enable(folder);
	/* Pages are what is mapped, which a small one shares with others. */
	inside = range[0] % page;
	size = (size_t)(range[1] - range[0] + 1);
	memory = map(folder, wanted, size + inside);
	if (memory == MAP_FAILED)
		return 0;
	if (wanted->is_it && !wanted->is_it(memory + inside, size)) {
		munmap(memory, size + inside);
		return 0;
	}
	search->memory = memory + inside;
	search->size = size;
	return 1;
}

void *pci_memory_map(const struct pci_memory *wanted, size_t *size)
{
	struct search search = { .wanted = wanted };

	sysfile_each(DEVICES "*", look_at, &search);
	*size = search.size;
	return search.memory;
}
