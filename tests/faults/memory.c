// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preloaded into mmgauge by faults.py: allocations that fail. System calls are
 * strace's to fail, which also sees those that libc makes for itself.
 *
 *	FAULT_AT=N	the N-th allocation fails; with FAULT_ON=1, all from it on
 *	FAULT_DONE=FILE	which is made when one has failed
 *	FAULT_LIST=FILE	nothing fails; N of the first and second allocation of
 *			each stack of callers, a line each: a program that makes
 *			a hundred thousand does so from a few hundred places
 *
 * Only in a program of the name FAULT_IN, not in what it starts.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STACK 10 /* callers that tell two places apart */
#define PLACES 65536

static unsigned long count, fail_at;
static bool ready, fail_on;
static int list = -1;
static const char *done;
static unsigned char seen[PLACES];
static __thread bool within; /* what is allocated for what is here */

/*
 * What an allocation is otherwise: the sanitizer's, or libc's. dlsym() is no
 * way to them, since it allocates, and the sanitizer begins with it.
 */
#define NEXT(name, ...)                                                       \
	extern void *__interceptor_##name(__VA_ARGS__) __attribute__((weak)); \
	extern void *__libc_##name(__VA_ARGS__)
NEXT(malloc, size_t);
NEXT(calloc, size_t, size_t);
NEXT(realloc, void *, size_t);

static unsigned long number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void start(void)
{
	const char *program = getenv("FAULT_IN"), *to = getenv("FAULT_LIST");
	void *stack[1];

	if (!program || strcmp(program, program_invocation_short_name))
		return;
	fail_at = number("FAULT_AT");
	fail_on = number("FAULT_ON");
	done = getenv("FAULT_DONE");
	if (to) {
		list = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		within = true;
		backtrace(stack, 1); /* loads libgcc */
		within = false;
	}
	ready = true;
}

/* Is this a place that was seen at most once? */
static bool is_new(void)
{
	void *stack[STACK];
	int depth = backtrace(stack, STACK);
	uint64_t hash = 14695981039346656037u;

	for (int i = 0; i < depth; i++)
		hash = (hash ^ (uintptr_t)stack[i]) * 1099511628211u;
	return seen[(hash ^ hash >> 32) % PLACES]++ < 2;
}

static void note(unsigned long at)
{
	char line[32];
	int length = snprintf(line, sizeof(line), "%lu\n", at);

	if (write(list, line, (size_t)length) != length)
		_exit(98);
}

static void told(void)
{
	int fd = open(done, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd >= 0)
		close(fd);
}

static bool fails(void)
{
	unsigned long at;

	if (!ready || within)
		return false;
	at = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
	if (list >= 0) {
		within = true;
		if (is_new())
			note(at);
		within = false;
	}
	if (!fail_at || at < fail_at || (at > fail_at && !fail_on))
		return false;
	if (at == fail_at && done)
		told();
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	if (fails())
		return NULL;
	return __interceptor_malloc ? __interceptor_malloc(size) :
				      __libc_malloc(size);
}

void *calloc(size_t items, size_t size)
{
	if (fails())
		return NULL;
	return __interceptor_calloc ? __interceptor_calloc(items, size) :
				      __libc_calloc(items, size);
}

void *realloc(void *old, size_t size)
{
	if (fails())
		return NULL;
	return __interceptor_realloc ? __interceptor_realloc(old, size) :
				       __libc_realloc(old, size);
}
