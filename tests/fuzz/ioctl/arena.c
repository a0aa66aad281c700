// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "random.h"
#include "subject.h"

#define PAGE 4096ull
#define STAMP 0x6d6d677370616765ull
/* Newer than the C library's headers may be. */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static char *zone_at(enum zone zone)
{
	return (char *)(ARENA + zone * ZONE_BYTES);
}

static bool map(enum zone zone, int flags, int fd)
{
	return mmap(zone_at(zone), ZONE_BYTES, PROT_READ | PROT_WRITE,
		    flags | MAP_FIXED | MAP_NORESERVE |
			    (fd < 0 ? MAP_ANONYMOUS : 0),
		    fd, 0) != MAP_FAILED;
}

static void stamp(enum zone zone)
{
	for (unsigned int page = 0; page < KEPT_PAGES; page++) {
		uint64_t *words = (uint64_t *)(zone_at(zone) + page * PAGE);

		for (unsigned int i = 0; i < PAGE / 8; i += 64)
			words[i] = STAMP + page * 64 + zone + i;
	}
}

bool arena_make(struct subject *subject)
{
	int memfd = memfd_create("fuzz", 0);

	subject->targets.memfd = memfd;
	subject->targets.arena = ARENA;
	subject->targets.arena_bytes = ZONES * ZONE_BYTES;
	if (memfd < 0 || ftruncate(memfd, ZONE_BYTES) ||
	    !map(ZONE_TOUCHED, MAP_PRIVATE, -1) ||
	    !map(ZONE_EMPTY, MAP_PRIVATE, -1) ||
	    !map(ZONE_HUGE, MAP_PRIVATE, -1) ||
	    !map(ZONE_SHARED, MAP_SHARED, -1) ||
	    !map(ZONE_FILE, MAP_SHARED, memfd) ||
	    !map(ZONE_COPY, MAP_PRIVATE, memfd) ||
	    !map(ZONE_ASKED, MAP_PRIVATE, -1) ||
	    !map(ZONE_KEPT, MAP_PRIVATE, -1) ||
	    !map(ZONE_KEPT_SHARED, MAP_SHARED, -1))
		return false;
	madvise(zone_at(ZONE_HUGE), ZONE_BYTES, MADV_HUGEPAGE);
	*zone_at(ZONE_HUGE) = 1;
	for (size_t i = 0; i < 32 * PAGE; i += PAGE) {
		zone_at(ZONE_TOUCHED)[i] = 1;
		zone_at(ZONE_FILE)[i] = 1;
	}
	stamp(ZONE_KEPT);
	stamp(ZONE_KEPT_SHARED);
	return true;
}

static bool zone_is_kept(enum zone zone)
{
	for (unsigned int page = 0; page < KEPT_PAGES; page++) {
		const uint64_t *words =
			(uint64_t *)(zone_at(zone) + page * PAGE);

		for (unsigned int i = 0; i < PAGE / 8; i += 64)
			if (words[i] != STAMP + page * 64 + zone + i)
				return false;
	}
	return true;
}

bool arena_is_kept(void)
{
	return zone_is_kept(ZONE_KEPT) && zone_is_kept(ZONE_KEPT_SHARED);
}

/* What takes nothing away. */
static void call_kept(struct random *random, char *at, size_t bytes)
{
	static const int advices[] = { MADV_PAGEOUT,  MADV_PAGEOUT,
				       MADV_COLD,     MADV_WILLNEED,
				       MADV_HUGEPAGE, MADV_COLLAPSE,
				       MADV_MERGEABLE };

	if (random_one_in(random, 6))
		mlock(at, bytes);
	else if (random_one_in(random, 6))
		munlock(at, bytes);
	else
		madvise(at, bytes,
			advices[random_below(random, COUNT(advices))]);
}

static void call_mapping(struct random *random, enum zone zone, char *at,
			 size_t bytes)
{
	switch (random_below(random, 5)) {
	case 0:
		munmap(at, bytes);
		break;
	case 1: /* to where it was, or into another zone */
		mremap(at, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED,
		       zone_at(ZONE_EMPTY) + random_below(random, 64) * PAGE);
		break;
	case 2:
		mprotect(at, bytes, random_below(random, 4));
		break;
	case 3:
		mprotect(at, bytes, PROT_READ | PROT_WRITE);
		break;
	default:
		map(zone, MAP_PRIVATE, -1);
	}
}

void arena_call(struct subject *subject, uint64_t seed)
{
	static const int advices[] = {
		MADV_DONTNEED, MADV_FREE,	MADV_PAGEOUT,	 MADV_COLD,
		MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_COLLAPSE,	 MADV_MERGEABLE,
		MADV_REMOVE,   MADV_DONTFORK,	MADV_WIPEONFORK, MADV_DONTNEED,
		MADV_PAGEOUT,
	};
	struct random random = { seed };
	enum zone zone = random_below(&random, ZONES);
	size_t page = random_one_in(&random, 2) ? 0 : random_below(&random, 64);
	size_t pages = random_one_in(&random, 3) ?
			       512 - page :
			       1 + random_below(&random, 32);
	char *at = zone_at(zone) + page * PAGE;

	if (zone == ZONE_GAP)
		return;
	if (zone >= ZONE_KEPT)
		call_kept(&random, at, pages * PAGE);
	else if (random_one_in(&random, 3))
		call_mapping(&random, zone, at, pages * PAGE);
	else if (random_one_in(&random, 20))
		/* -1 where it is sealed or gone: no matter */
		(void)!ftruncate(subject->targets.memfd,
				 random_below(&random, 512) * PAGE);
	else
		madvise(at, pages * PAGE,
			advices[random_below(&random, COUNT(advices))]);
}

/*
 * By a system call, which fails where there is nothing: reads of some pages, or
 * writes to them.
 */
void arena_touch(uint64_t seed)
{
	struct random random = { seed };
	enum zone zone = random_below(&random, ZONE_GAP);
	size_t page = random_below(&random, 64);
	size_t pages = 1 + random_below(&random, 8);
	int pipes[2];
	char byte = 1;

	if (pipe2(pipes, O_NONBLOCK))
		return;
	for (; pages--; page++) {
		char *at = zone_at(zone) + page % 512 * PAGE;

		if (random_one_in(&random, 3)) {
			(void)!write(pipes[1], at, 1);
			(void)!read(pipes[0], &byte, 1);
		} else {
			(void)!write(pipes[1], &byte, 1);
			(void)!read(pipes[0], at, 1);
		}
	}
	close(pipes[0]);
	close(pipes[1]);
}
