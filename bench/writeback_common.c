// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "verify.h"
#include "writeback.h"

enum { HELD_NONE, HELD_REFERENCES, HELD_PINS };

const struct bench_choice writeback_held_choices[] = {
	[HELD_NONE] = { "none", "nothing", 0 },
	[HELD_REFERENCES] = { "get", "a reference to every page",
			      BENCH_NEEDS_MODULE },
	[HELD_PINS] = { "pin", "every page pinned for writing",
			BENCH_NEEDS_MODULE },
	{ NULL, NULL, 0 },
};

static struct mmg_pin hold_request(const struct bench *bench,
				   const struct writeback *writeback)
{
	bool get = bench_option(bench, "held") == HELD_REFERENCES;

	return (struct mmg_pin){
		.start = (uint64_t)writeback->memory.start,
		.pages = (uint32_t)writeback->pages,
		.batch = (uint32_t)writeback->pages,
		.iterations = 1,
		.flags = MMG_PIN_WRITE | MMG_PIN_HOLD | (get ? MMG_PIN_GET : 0),
		.clock = bench_clock(bench),
	};
}

static int hold(struct bench *bench, struct writeback *writeback)
{
	struct mmg_pin request = hold_request(bench, writeback);
	int ret;

	if (bench_option(bench, "held") == HELD_NONE)
		return 0;
	ret = pin_request(bench, MEMORY_FILE, &request);
	writeback->held = !ret;
	return ret;
}

static int map_more(struct bench *bench, struct writeback *writeback)
{
	size_t length = writeback->memory.length;

	while (writeback->mappers + 1 < bench_number(bench, "mappers")) {
		void *at = mmap(NULL, length, PROT_READ | PROT_WRITE,
				MAP_SHARED, writeback->memory.fd, 0);

		if (at == MAP_FAILED)
			return bench_fail(bench, "mapping number %u: %s",
					  writeback->mappers + 2,
					  strerror(errno));
		writeback->more[writeback->mappers++] = at;
	}
	return 0;
}

static void write_pages(char *start, size_t pages)
{
	size_t page = memory_page_size();

	for (size_t i = 0; i < pages; i++)
		*(volatile char *)(start + i * page) = 1;
}

static void write_all(const struct writeback *writeback, size_t pages)
{
	write_pages(writeback->memory.start, pages);
	for (unsigned int i = 0; i < writeback->mappers; i++)
		write_pages(writeback->more[i], pages);
}

int writeback_make(struct bench *bench, struct writeback *writeback)
{
	int ret;

	writeback->memory.fd = -1;
	writeback->pages = bench_number(bench, "range");
	writeback->dirty =
		(writeback->pages * bench_number(bench, "dirty") + 99) / 100;
	ret = memory_make(bench, &writeback->memory, MEMORY_FILE,
			  writeback->pages * memory_page_size());
	if (!ret)
		ret = map_more(bench, writeback);
	/* A pin for writing dirties what it pins: before the cleaning. */
	if (!ret)
		ret = hold(bench, writeback);
	if (ret)
		return ret;
	/* Every block once: the first write of each also allocates it. */
	write_all(writeback, writeback->pages);
	if (msync(writeback->memory.start, writeback->memory.length, MS_SYNC))
		return bench_fail(bench, "msync: %s", strerror(errno));
	write_all(writeback, writeback->dirty);
	return 0;
}

static long minor_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

void writeback_write(const struct writeback *writeback)
{
	write_all(writeback, writeback->dirty);
}

int writeback_dirty(struct bench *bench, struct writeback *writeback)
{
	long wanted = (long)(writeback->dirty * (writeback->mappers + 1));
	long faults = minor_faults();

	writeback_write(writeback);
	faults = minor_faults() - faults;
	bench_count(bench, "refaults", (double)faults);
	if (faults < wanted)
		return bench_invalid(bench,
				     "%ld faults to write again to what was "
				     "cleaned, not %ld",
				     faults, wanted);
	return 0;
}

int writeback_check(struct bench *bench, struct writeback *writeback)
{
	struct mmg_unpin unpin = { .clock = bench_clock(bench) };
	struct mmg_pin request = hold_request(bench, writeback);
	int ret = memory_verify(bench, &writeback->memory,
				writeback->memory.length);

	if (ret || !writeback->held)
		return ret;
	ret = bench_kernel(bench, MMG_IOC_UNPIN, &unpin);
	if (ret)
		return bench_fail(bench, "cannot unpin: %s", strerror(-ret));
	return verify_request(bench, &writeback->memory, &request);
}

void writeback_unmake(struct writeback *writeback)
{
	while (writeback->mappers)
		munmap(writeback->more[--writeback->mappers],
		       writeback->memory.length);
	memory_unmap(&writeback->memory);
}
