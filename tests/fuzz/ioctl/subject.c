// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "cover.h"
#include "subject.h"

/* How long a thread waits for its turn: another may be stuck in a request. */
#define TURN_NS 5000000ll
#define PARTNER_US 2000 /* for it to use the files while our mm lives */

struct worker_thread {
	struct subject *subject;
	unsigned int number;
};

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec;
}

static void await_turn(struct subject *subject, uint32_t call)
{
	long long until = now_ns() + TURN_NS;

	while (subject->turn < call && now_ns() < until)
		sched_yield();
}

static void make_calls(struct subject *subject, unsigned int thread)
{
	const struct program *program = subject->program;

	for (uint32_t i = 0; i < program->count; i++) {
		if (program->calls[i].thread != thread)
			continue;
		if (program->flags & PROGRAM_IN_TURN)
			await_turn(subject, i);
		calls_make(subject, &program->calls[i], thread);
		subject->turn = i + 1;
	}
}

static void *thread_main(void *data)
{
	const struct worker_thread *thread = data;

	cover_start(thread->number);
	make_calls(thread->subject, thread->number);
	return NULL;
}

static void run_threads(struct subject *subject)
{
	struct worker_thread threads[PROGRAM_THREADS];
	pthread_t handles[PROGRAM_THREADS];
	unsigned int started = 1;

	for (; started < subject->program->threads; started++) {
		threads[started] = (struct worker_thread){ subject, started };
		if (pthread_create(&handles[started], NULL, thread_main,
				   &threads[started]))
			break;
	}
	threads[0] = (struct worker_thread){ subject, 0 };
	thread_main(&threads[0]);
	while (--started)
		pthread_join(handles[started], NULL);
}

int subject_run(const struct program *program, _Atomic bool *found)
{
	static struct subject subject;

	subject.program = program;
	subject.found = found;
	for (unsigned int i = 0; i < PROGRAM_FILES; i++)
		subject.files[i] = -1;
	subject.targets.buffer = (uint64_t)mmap(
		NULL, MMG_MAX_SAMPLES * sizeof(uint64_t),
		PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!arena_make(&subject))
		return SUBJECT_CANNOT;
	subject.partner = partner_start(&subject);
	subject.asked = asked_start(program->flags & PROGRAM_LAZY_FAULTS);
	run_threads(&subject);
	if (!arena_is_kept())
		return SUBJECT_LOST;
	/* Or the partner has them when this process has ended. */
	if (!(program->flags & PROGRAM_LEAVES_PARTNER)) {
		close(subject.partner);
		usleep(PARTNER_US);
	}
	return SUBJECT_FINE;
}
