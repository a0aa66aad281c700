// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "arch.h"
#include "clock.h"
#include "membarrier_duties.h"
#include "sort.h"

/*
 * Long enough to be nearly always inside read(), short for a sample that eight
 * CPUs share: 11,000 instructions on x86, 25,000 on arm64.
 */
#define READ_BYTES (64u << 10)
#define QUIET_TURNS 2001
/* A turn of this many quiet ones was interrupted; an interrupt is 10 or more.
 */
#define GAP_TURNS 4

static void add(atomic_ulong *to, unsigned long amount)
{
	/* One writer: a locked instruction would slow the loop for nothing. */
	atomic_store_explicit(
		to, atomic_load_explicit(to, memory_order_relaxed) + amount,
		memory_order_relaxed);
}

static bool stopped(const struct sibling *sibling)
{
	return atomic_load_explicit(&sibling->all->stop, memory_order_relaxed);
}

/* The end of a turn of one that spins. */
static uint64_t spun(const struct sibling *sibling)
{
	if (sibling->duty == SIBLING_PAUSING || sibling->all->pause)
		arch_pause();
	return clock_nanoseconds(CLOCK_MONOTONIC_RAW);
}

/* The median turn, measured by the thread itself before anybody calls. */
static uint64_t quiet_turn(const struct sibling *sibling)
{
	static _Thread_local uint64_t turns[QUIET_TURNS];
	uint64_t last = clock_nanoseconds(CLOCK_MONOTONIC_RAW);

	for (size_t i = 0; i < QUIET_TURNS; i++) {
		uint64_t now = spun(sibling);

		turns[i] = now - last;
		last = now;
	}
	sort_ticks(turns, QUIET_TURNS);
	return turns[QUIET_TURNS / 2] ? turns[QUIET_TURNS / 2] : 1;
}

static void spin(struct sibling *sibling)
{
	uint64_t quiet = quiet_turn(sibling);
	uint64_t last = clock_nanoseconds(CLOCK_MONOTONIC_RAW);

	while (!stopped(sibling)) {
		uint64_t now = spun(sibling);

		if (now - last > GAP_TURNS * quiet) {
			add(&sibling->gaps, 1);
			add(&sibling->lost, now - last - quiet);
		}
		add(&sibling->turns, 1);
		last = now;
	}
}

static void stay_in_kernel(struct sibling *sibling)
{
	char *buffer = malloc(READ_BYTES);
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	while (buffer && fd >= 0 && !stopped(sibling) &&
	       read(fd, buffer, READ_BYTES) == READ_BYTES)
		add(&sibling->turns, 1);
	if (fd >= 0)
		close(fd);
	free(buffer);
}

static void call_on(struct sibling *sibling)
{
	while (!stopped(sibling) && !sibling->call(sibling->data))
		add(&sibling->turns, 1);
}

void *sibling_main(void *data)
{
	struct sibling *sibling = data;

	atomic_store(&sibling->tid, gettid());
	switch (sibling->duty) {
	case SIBLING_RUNNING:
	case SIBLING_PAUSING:
		spin(sibling);
		break;
	case SIBLING_SLEEPING:
		while (sem_wait(&sibling->all->wake) && errno == EINTR)
			;
		break;
	case SIBLING_IN_KERNEL:
		stay_in_kernel(sibling);
		break;
	case SIBLING_CALLING:
		call_on(sibling);
		break;
	}
	return NULL;
}
