// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>

#include "bench/clock.h"
#include "meet.h"

/* Two ticks of the slowest kernel, and once more where that was too early. */
#define TICKS_US 30000
#define AGAIN_US 10000
#define ASLEEP_US 30000

/* Of a turn: how late it may be written. QEMU counts turns in whole us. */
#define TURN_START_NS 500

#if defined(__x86_64__)

#define LOOP               \
	{                  \
		0xeb, 0xfe \
	}

static inline void write_and_wait(volatile unsigned char *port,
				  unsigned char byte)
{
	__asm__ volatile("movb %1, %0\n"
			 "1: jmp 1b"
			 : "=m"(*port)
			 : "q"(byte)
			 : "memory");
}

static uintptr_t *counter(ucontext_t *user)
{
	return (uintptr_t *)&user->uc_mcontext.gregs[REG_RIP];
}

#elif defined(__aarch64__)

#define LOOP                           \
	{                              \
		0x00, 0x00, 0x00, 0x14 \
	}

static inline void write_and_wait(volatile unsigned char *port,
				  unsigned char byte)
{
	__asm__ volatile("strb %w1, %0\n"
			 "1: b 1b"
			 : "=m"(*port)
			 : "r"(byte)
			 : "memory");
}

static uintptr_t *counter(ucontext_t *user)
{
	return (uintptr_t *)&user->uc_mcontext.pc;
}

#endif

#ifdef LOOP

static const unsigned char loop[] = LOOP;

static void leave_loop(int number, siginfo_t *info, void *context)
{
	uintptr_t *at = counter(context);

	(void)number;
	(void)info;
	if (!memcmp((const void *)*at, loop, sizeof(loop)))
		*at += sizeof(loop);
}

static void await_turn(unsigned int turn_ns)
{
	while (turn_ns > TURN_START_NS &&
	       (uint64_t)((double)clock_cycles() * clock_step()) % turn_ns >=
		       TURN_START_NS)
		;
}

void meet(volatile unsigned char *port, unsigned char byte,
	  unsigned int turn_ns)
{
	const struct sigaction leave = { .sa_sigaction = leave_loop,
					 .sa_flags = SA_SIGINFO };
	const struct itimerval later = { { 0, AGAIN_US }, { 0, TICKS_US } };
	const struct itimerval none = { 0 };
	const struct timespec asleep = { .tv_nsec = ASLEEP_US * 1000 };
	struct sigaction before;

	if (sigaction(SIGALRM, &leave, &before))
		return;
	if (!setitimer(ITIMER_REAL, &later, NULL)) {
		await_turn(turn_ns);
		write_and_wait(port, byte);
	}
	setitimer(ITIMER_REAL, &none, NULL);
	sigaction(SIGALRM, &before, NULL);
	if (turn_ns)
		nanosleep(&asleep, NULL);
}

#else /* no guests of it */

void meet(volatile unsigned char *port, unsigned char byte,
	  unsigned int turn_ns)
{
	(void)turn_ns;
	*port = byte;
}

#endif
