// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <linux/kcov.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "board.h"
#include "cover.h"

/* Words of a thread's record; the rest of a call that fills it is not seen. */
#define WORDS 16384u
#define RECORDS (PROGRAM_THREADS + 1)

static struct {
	int fd;
	uint64_t *words;
} records[RECORDS];

static bool opened;

bool cover_open(void)
{
	for (unsigned int i = 0; i < RECORDS; i++) {
		int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);

		if (fd < 0 || ioctl(fd, KCOV_INIT_TRACE, WORDS))
			return false;
		records[i].fd = fd;
		records[i].words =
			mmap(NULL, WORDS * sizeof(uint64_t),
			     PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (records[i].words == MAP_FAILED)
			return false;
	}
	opened = true;
	return true;
}

void cover_start(unsigned int thread)
{
	if (!opened)
		return;
	ioctl(records[thread].fd, KCOV_ENABLE, KCOV_TRACE_PC);
	records[thread].words[0] = 0;
}

static bool is_new(uint64_t point)
{
	uint64_t at = point * 0x9e3779b97f4a7c15ull >> 48, number;

	if (board->seen[at] || atomic_exchange(&board->seen[at], 1))
		return false;
	number = board->covered++;
	if (number < BOARD_POINTS)
		board->points[number] = point;
	return true;
}

bool cover_collect(unsigned int thread)
{
	const volatile uint64_t *words = records[thread].words;
	uint64_t count, last = 0;
	bool found = false;

	if (!opened)
		return false;
	count = words[0];
	for (uint64_t i = 1; i <= count && i < WORDS; i++) {
		if (words[i] != last)
			found |= is_new(words[i]);
		last = words[i];
	}
	__atomic_store_n(records[thread].words, 0, __ATOMIC_RELAXED);
	return found;
}
