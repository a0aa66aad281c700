// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the plugin makes of CPUs that take turns, driven by made-up blocks: whose
 * instructions, and how many where faults and devices cut blocks short.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "kmod/mmgauge_uapi.h"
#include "runners/profile/plugin/calls.h"
#include "runners/profile/plugin/cpus.h"
#include "runners/profile/plugin/ledger.h"
#include "runners/profile/plugin/log.h"
#include "runners/profile/plugin/places.h"
#include "runners/profile/plugin/several.h"

#define KERNEL 0xffffffff81000000u
#define SIZE 4u /* of each instruction */

/* As QEMU has them. */
extern void *current_cpu;
extern void *qemu_get_cpu(int index);

static int machine[2];
void *current_cpu = &machine[0];

void *qemu_get_cpu(int index)
{
	return &machine[index];
}

/* The log: what a window had, by part of the sample. */
static bool sampling;
static enum tell_part part;
static uint64_t told[TELL_PARTS];
static size_t windows[TELL_PARTS];
static uint64_t *progress;
static const struct mmg_cpus *seen;

bool log_is_sampling(void)
{
	return sampling;
}

enum tell_part log_part(void)
{
	return part;
}

void log_window(enum tell_part of, uint32_t from, uint32_t to,
		uint64_t instructions, const uint32_t *places, size_t count)
{
	uint64_t sum = 0;

	(void)from;
	(void)to;
	for (size_t i = 0; i < count; i++)
		sum += place_at(places[i])->executed;
	assert_int_equal(sum, instructions);
	told[of] += instructions;
	windows[of]++;
}

void log_give_up(const char *reason)
{
	fail_msg("gave up: %s", reason);
}

bool calls_wanted(void)
{
	return false;
}

void calls_stack(uint64_t address)
{
	(void)address;
}

void calls_follow(const struct block *from, uint32_t ran, bool whole,
		  uint64_t resume, struct block *to)
{
	(void)from;
	(void)ran;
	(void)whole;
	(void)resume;
	(void)to;
}

void calls_close(uint32_t ran)
{
	(void)ran;
}

void calls_forget(void)
{
}

/* @count instructions, of which the last does what @end says. */
static struct cpus_block *block(uint64_t address, uint32_t count,
				enum code_end end)
{
	struct block *counts = ledger_block(address, count);
	struct cpus_block *made = cpus_block(address, count, counts);

	assert_non_null(made);
	for (uint32_t i = 0; i < count; i++) {
		uint64_t at = address + i * SIZE;
		struct code_flow flow = { CODE_GOES_ON, CODE_NOWHERE };

		if (i + 1 == count)
			flow.end = end;
		if (flow.end == CODE_JUMPS) /* in a circle */
			flow.target = address;
		cpus_add(made, at, at + SIZE, flow);
		ledger_place(counts, i,
			     places_find(at, (const uint8_t[]){ 0x90 }, 1));
		counts->next = at + SIZE;
		counts->flow = flow;
	}
	return made;
}

/* CPU @cpu begins @made, and @begun of its instructions. */
static void run(int cpu, struct cpus_block *made, uint64_t begun)
{
	current_cpu = &machine[cpu];
	cpus_enter(made);
	*progress = begun;
}

static struct cpus_block *reads, *work, *more, *handler, *leaves, *spins, *last;
static struct cpus_block *enters;

static int open_all(void **state)
{
	char path[] = "/tmp/mmgauge-cpus-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	if (fd < 0 || ftruncate(fd, MMG_CPUS_BYTES))
		return -1;
	seen = mmap(NULL, MMG_CPUS_BYTES, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	assert_ptr_not_equal(seen, MAP_FAILED);
	assert_true(cpus_told());
	assert_int_equal(cpus_open(path), 0);
	unlink(path);
	assert_int_equal(places_init(), 0);
	assert_int_equal(ledger_init(LEDGERS), 0);
	progress = cpus_progress();
	cpus_grow(2);
	reads = block(KERNEL, 3, CODE_GOES_ON);
	work = block(KERNEL + 3 * SIZE, 5, CODE_GOES_ON);
	more = block(KERNEL + 6 * SIZE, 2, CODE_GOES_ON);
	handler = block(KERNEL + 0x1000, 7, CODE_GOES_ON);
	leaves = block(KERNEL + 0x1000 + 7 * SIZE, 2, CODE_LEAVES);
	spins = block(0x400000, 4, CODE_JUMPS);
	enters = block(0x500000, 2, CODE_ENTERS);
	last = block(KERNEL + 8 * SIZE, 1, CODE_CALLS);
	return 0;
}

/* CPU 0 reads the clock with the second instruction of a block. */
static void read_clock(void)
{
	run(0, reads, 1);
	cpus_read(reads, 1);
	*progress = 3;
}

/* A sample: @inside is what happens in it. Its own instructions, by the clock. */
static void sample(void (*inside)(void))
{
	memset(told, 0, sizeof(told));
	memset(windows, 0, sizeof(windows));
	sampling = true;
	part = TELL_INSIDE;
	run(0, spins, 4);
	several_sample(0);
	read_clock();
	several_run();
	read_clock();
	inside();
	read_clock();
	part = TELL_AFTER;
	read_clock();
	sampling = false;
}

static void alone(void)
{
	run(0, work, 5);
}

/* A handler on CPU 1, which otherwise spins. */
static void interrupted(void)
{
	run(0, work, 5);
	run(1, spins, 4);
	run(1, spins, 4);
	run(1, handler, 7);
	run(0, last, 1);
	cpus_accessed();
	run(1, leaves, 2);
	run(1, spins, 4);
}

/* The fourth instruction of work is at a device, the next block behind it. */
static void device(void)
{
	run(0, work, 3);
	run(0, more, 2);
}

/* The third faults and runs again, from there on. */
static void faulted(void)
{
	run(0, work, 4);
	run(0, handler, 7);
	run(0, leaves, 2);
	run(0, more, 2);
}

/* A call whose store faults, while another CPU has a turn in between. */
static void last_faulted(void)
{
	run(0, last, 1);
	run(1, spins, 4);
	run(0, handler, 7);
	run(0, leaves, 2);
	run(0, last, 1);
	cpus_accessed();
}

/* A fault of the other CPU, in its handler. */
static void handler_faulted(void)
{
	run(1, spins, 4);
	run(1, handler, 3);
	run(0, work, 5);
	run(1, handler, 7);
	run(1, leaves, 2);
	run(1, leaves, 2);
	run(1, spins, 4);
}

/* On arm64 a system call goes where faults go: it is no handler. */
static void system_called(void)
{
	run(0, work, 5);
	run(1, spins, 4);
	run(1, handler, 7);
	run(1, leaves, 2);
	run(1, enters, 2);
	run(1, handler, 7);
	run(1, leaves, 2);
	run(1, spins, 4);
}

static void test_whose_instructions(void **state)
{
	static const struct {
		void (*inside)(void);
		uint64_t own, others;
	} cases[] = {
		{ alone, 5, 0 },
		{ interrupted, 5 + 1, 7 + 2 },
		{ device, 3 + 2, 0 },
		{ faulted, 3 + 7 + 2 + 2, 0 },
		{ last_faulted, 7 + 2 + 1, 0 },
		{ handler_faulted, 5, 2 + 7 + 2 + 2 },
		{ system_called, 5, 7 + 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t before = seen->cpus[0].interrupts;

		sample(cases[i].inside);
		/* Between its reads also the end and the beginning of theirs. */
		assert_int_equal(told[TELL_INSIDE], cases[i].own + 2 + 1);
		assert_int_equal(windows[TELL_INSIDE], 1);
		assert_int_equal(told[TELL_OTHERS], cases[i].others);
		assert_int_equal(windows[TELL_OTHERS], 1);
		assert_int_equal(seen->cpus[0].interrupts - before,
				 cases[i].others);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whose_instructions),
	};

	return cmocka_run_group_tests(tests, open_all, NULL);
}
