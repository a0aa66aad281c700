// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lifetime.h"
#include "memory.h"
#include "subscription.h"

/* How long the other process sleeps in each callback. */
#define SLOW_NS 10000000u

const struct bench_choice background_choices[] = {
	[BACKGROUND_IDLE] = { "idle", "nothing", 0 },
	[BACKGROUND_SLOW] = { "slow_callback",
			      "one is in a callback that sleeps for 10 ms, "
			      "again and again",
			      BENCH_NEEDS_MODULE },
	{ NULL, NULL, 0 },
};

int lifetime_map(struct bench *bench, struct lifetime *lifetime)
{
	size_t page = memory_page_size();
	size_t vmas = bench_number(bench, "vmas");

	lifetime->length = 2 * vmas * page;
	if (!vmas)
		return 0;
	lifetime->mappings =
		mmap(NULL, lifetime->length, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (lifetime->mappings == MAP_FAILED) {
		lifetime->mappings = NULL;
		return bench_fail(bench, "cannot map %zu bytes: %s",
				  lifetime->length, strerror(errno));
	}
	/* Holes keep the kernel from merging neighbours. */
	for (size_t at = page; at < lifetime->length; at += 2 * page)
		if (munmap(lifetime->mappings + at, page))
			return bench_fail(bench, "cannot make %zu mappings: %s",
					  vmas, strerror(errno));
	return 0;
}

/*
 * The other process; it has an mm, a device and a subscription of its own. A
 * mm-wide one: interval callbacks run outside the SRCU read section.
 */
static _Noreturn void slow_main(struct bench *bench, uint32_t *turns)
{
	const struct subscription own = { .device = bench_device() };
	size_t page = memory_page_size();
	char *at = mmap(NULL, page, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct mmg_mirror_add add = {
		.kind = MMG_MIRROR_MM,
		.count = 1,
		.cost_kind = MMG_COST_SLEEP,
		.cost_ns = SLOW_NS,
	};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (own.device < 0 || at == MAP_FAILED ||
	    subscription_request(bench, &own, MMG_IOC_MIRROR_ADD, &add))
		_exit(1);
	for (;;) {
		*(volatile char *)at = 1;
		__atomic_add_fetch(turns, 1, __ATOMIC_RELAXED);
		madvise(at, page, MADV_DONTNEED);
	}
}

static int start_slow(struct bench *bench, struct lifetime *lifetime)
{
	uint32_t *turns = mmap(NULL, sizeof(*turns), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (turns == MAP_FAILED)
		return bench_fail(bench, "mmap: %s", strerror(errno));
	lifetime->turns = turns;
	lifetime->slow = fork();
	if (!lifetime->slow)
		slow_main(bench, turns);
	if (lifetime->slow < 0)
		return bench_fail(bench, "fork: %s", strerror(errno));
	while (__atomic_load_n(turns, __ATOMIC_RELAXED) < 2) {
		if (waitpid(lifetime->slow, NULL, WNOHANG)) {
			lifetime->slow = 0;
			return bench_fail(bench, "the other process cannot "
						 "subscribe");
		}
		usleep(1000);
	}
	return 0;
}

int lifetime_setup(struct bench *bench, struct lifetime *lifetime)
{
	int ret = lifetime_map(bench, lifetime);

	if (!ret && bench_option(bench, "background") == BACKGROUND_SLOW)
		ret = start_slow(bench, lifetime);
	return ret;
}

void lifetime_before(struct lifetime *lifetime)
{
	if (lifetime->slow)
		lifetime->turns_before =
			__atomic_load_n(lifetime->turns, __ATOMIC_RELAXED);
}

void lifetime_after(struct bench *bench, const struct lifetime *lifetime)
{
	if (lifetime->slow)
		bench_count(bench, "background_turns",
			    __atomic_load_n(lifetime->turns, __ATOMIC_RELAXED) -
				    lifetime->turns_before);
}

void lifetime_teardown(struct lifetime *lifetime)
{
	if (lifetime->slow > 0) {
		kill(lifetime->slow, SIGKILL);
		waitpid(lifetime->slow, NULL, 0);
	}
	if (lifetime->turns)
		munmap(lifetime->turns, sizeof(*lifetime->turns));
	if (lifetime->mappings)
		munmap(lifetime->mappings, lifetime->length);
}

uint64_t lifetime_limit(struct bench *bench)
{
	(void)bench;
	return 1;
}
