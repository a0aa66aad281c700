/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that runs a program: its memory, its threads, and the partner, a
 * process that is handed files. It is one of many, is killed at any moment, and
 * all that it did must be gone then.
 */
#ifndef FUZZ_SUBJECT_H
#define FUZZ_SUBJECT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "program.h"
#include "requests.h"

/* Zones of the arena, a huge page each. */
enum zone {
	ZONE_TOUCHED, /* anonymous, some of it there */
	ZONE_EMPTY,
	ZONE_HUGE, /* huge pages, where there are any */
	ZONE_SHARED, /* anonymous, shared with children */
	ZONE_FILE, /* of the memfd, shared */
	ZONE_COPY, /* of the memfd, private */
	ZONE_ASKED, /* userfaultfd is asked for each page */
	ZONE_GAP, /* nothing is there */
	/* Nobody writes to these, and what is in them must stay. */
	ZONE_KEPT,
	ZONE_KEPT_SHARED,
	ZONES,
};

#define ARENA 0x200000000ull
#define ZONE_BYTES (2ull << 20)
#define KEPT_PAGES 16u

struct subject {
	const struct program *program;
	struct targets targets;
	_Atomic int files[PROGRAM_FILES]; /* -1: none */
	_Atomic uint32_t turn;
	int partner; /* the socket to it */
	int asked; /* the userfaultfd, or -1 */
	_Atomic bool *found; /* new code was covered; the worker's */
};

/* The exit codes of a subject. */
enum { SUBJECT_FINE, SUBJECT_CANNOT = 2, SUBJECT_LOST = 3 };

/* Runs @program in the calling process; returns its exit code. */
int subject_run(const struct program *program, _Atomic bool *found);

/* calls.c: one call of thread @thread. */
void calls_make(struct subject *subject, const struct call *call,
		unsigned int thread);

/* Some requests on @fd, decided by @seed. */
void calls_some(const struct targets *targets, int fd, uint64_t seed,
		unsigned int count);

/* arena.c */
bool arena_make(struct subject *subject);
bool arena_is_kept(void); /* what must stay is there */
void arena_call(struct subject *subject, uint64_t seed);
void arena_touch(uint64_t seed);

/* asked.c: faults in ZONE_ASKED, which a thread answers, or nobody. */
int asked_start(bool lazy);

/* others.c: processes beside the subject. */
int partner_start(const struct subject *subject);
void partner_send(const struct subject *subject, int file, uint64_t seed);
void others_fork(const struct subject *subject, uint64_t seed, bool executes);
/* What others_fork() executes, with a file open: main() of "after SEED FD". */
int others_after(char **argv);

#endif
