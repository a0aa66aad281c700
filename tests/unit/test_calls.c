// SPDX-License-Identifier: GPL-2.0-or-later
/* The plugin's shadow stacks, driven by made-up blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runners/profile/plugin/calls.h"
#include "runners/profile/plugin/log.h"
#include "runners/profile/plugin/places.h"

/* Kernel stacks of two tasks and of interrupts, and a program's. */
#define TASK 0xffffc90000004000u
#define OTHER 0xffffc90000010000u
#define IRQ 0xffffc90000020000u
#define USER 0x00007ffd00000000u

/* Block N begins at place N; its last instruction is at place N + 100. */
static struct place places[200];

struct place *place_at(uint32_t number)
{
	return &places[number];
}

void log_give_up(const char *reason)
{
	fail_msg("gave up: %s", reason);
}

/* A block of ten bytes; its number is its address by sixteen. */
static struct block block(uint32_t number, enum code_end end, uint64_t target)
{
	struct block made = {
		.address = 16u * number,
		.next = 16u * number + 10,
		.flow = { end, target },
		.first_place = number,
		.last_place = number + 100,
	};

	places[number].address = made.address;
	places[number + 100].address = made.address + 8;
	return made;
}

static void follow(struct block from, uint32_t ran, struct block *to)
{
	calls_follow(&from, ran, true, from.next, to);
}

/* A call by block @from whose return address is kept at @sp. */
static void call(uint32_t from, uint32_t ran, uint64_t sp, uint32_t to)
{
	struct block entry = block(to, CODE_GOES_ON, CODE_NOWHERE);

	calls_stack(sp);
	follow(block(from, CODE_CALLS, CODE_NOWHERE), ran, &entry);
}

/* ... and the return from it, behind the call in block @to. */
static void leave(uint32_t from, uint32_t ran, uint64_t sp, uint32_t to)
{
	struct block behind = block(to, CODE_GOES_ON, CODE_NOWHERE);

	behind.address = behind.next;
	calls_stack(sp);
	follow(block(from, CODE_RETURNS, CODE_NOWHERE), ran, &behind);
}

static void assert_call(uint32_t from, uint32_t to, uint32_t times,
			uint64_t inclusive)
{
	uint32_t site = from == PROFILE_NOBODY ? from : from + 100;
	const struct call_edge *edges;
	size_t count = calls_edges(&edges);

	for (size_t i = 0; i < count; i++) {
		if (edges[i].site != site || edges[i].callee != to)
			continue;
		assert_int_equal(edges[i].calls, times);
		assert_int_equal(edges[i].inclusive, inclusive);
		return;
	}
	fail_msg("no call of %u by %u", to, from);
}

static void assert_count(size_t wanted)
{
	const struct call_edge *edges;

	assert_int_equal(calls_edges(&edges), wanted);
}

static void test_nested(void **state)
{
	(void)state;
	call(1, 5, TASK + 64, 2);
	call(2, 7, TASK + 48, 3);
	leave(3, 11, TASK + 48, 2);
	call(2, 1, TASK + 48, 3);
	leave(3, 11, TASK + 48, 2);
	leave(2, 2, TASK + 64, 1);
	calls_close(100);
	assert_count(2);
	assert_call(1, 2, 1, 7 + 11 + 1 + 11 + 2);
	assert_call(2, 3, 2, 22);
	/* A window begins with nothing open, and ends with all closed. */
	calls_forget();
	leave(2, 5, TASK + 64, 1);
	call(1, 5, TASK + 64, 4);
	calls_close(9);
	assert_count(1);
	assert_call(1, 4, 1, 9);
	calls_forget();
}

/* A retpoline: a return to an address that nobody called from. */
static void test_thunk(void **state)
{
	struct block target = block(5, CODE_GOES_ON, CODE_NOWHERE);

	(void)state;
	call(1, 5, TASK + 64, 2);
	call(2, 1, TASK + 56, 3);
	calls_stack(TASK + 56);
	follow(block(3, CODE_RETURNS, CODE_NOWHERE), 2, &target);
	leave(5, 30, TASK + 64, 1);
	calls_close(0);
	assert_count(1);
	assert_call(1, 5, 1, 33);
	calls_forget();
	/* ... and where it is patched to a jump. */
	call(1, 5, TASK + 64, 2);
	follow(block(2, CODE_JUMPS, CODE_NOWHERE), 1, &target);
	leave(5, 30, TASK + 64, 1);
	calls_close(0);
	assert_count(1);
	assert_call(1, 5, 1, 31);
	calls_forget();
}

/* An interrupt and what it runs on its own stack are no part of a call. */
static void test_interrupt(void **state)
{
	struct block handler = block(6, CODE_GOES_ON, CODE_NOWHERE);
	struct block resumed = block(2, CODE_GOES_ON, CODE_NOWHERE);

	(void)state;
	call(1, 5, TASK + 64, 2);
	follow(block(2, CODE_GOES_ON, CODE_NOWHERE), 3, &handler);
	call(6, 20, IRQ + 64, 7);
	leave(7, 40, IRQ + 64, 6);
	resumed.address = resumed.next;
	follow(block(6, CODE_LEAVES, CODE_NOWHERE), 2, &resumed);
	leave(2, 4, TASK + 64, 1);
	calls_close(0);
	assert_count(3);
	assert_call(1, 2, 1, 3 + 4);
	assert_call(6, 7, 1, 40);
	assert_call(PROFILE_NOBODY, 6, 1, 62);
	calls_forget();
}

/* A fault within a block; the handler goes back to where it was. */
static void test_fault(void **state)
{
	struct block from = block(2, CODE_CALLS, CODE_NOWHERE);
	struct block handler = block(6, CODE_GOES_ON, CODE_NOWHERE);
	struct block again = block(2, CODE_GOES_ON, CODE_NOWHERE);

	(void)state;
	call(1, 5, TASK + 64, 2);
	calls_follow(&from, 2, false, from.address + 4, &handler);
	again.address = from.address + 4;
	follow(block(6, CODE_LEAVES, CODE_NOWHERE), 50, &again);
	leave(2, 4, TASK + 64, 1);
	calls_close(0);
	assert_call(1, 2, 1, 6);
	assert_call(PROFILE_NOBODY, 6, 1, 50);
	calls_forget();
}

/* What another task runs until the switch back is no part of a call. */
static void test_switch(void **state)
{
	(void)state;
	call(1, 5, TASK + 64, 2);
	call(2, 1, TASK + 48, 3);
	leave(3, 10, OTHER + 80, 8); /* now the other task */
	call(8, 100, OTHER + 80, 9);
	leave(9, 1000, TASK + 48, 2); /* and back */
	leave(2, 4, TASK + 64, 1);
	calls_close(0);
	assert_call(2, 3, 1, 10);
	assert_call(1, 2, 1, 15);
	assert_call(8, 9, 1, 1000);
	calls_forget();
}

/* A program calls the kernel, which has a stack of its own. */
static void test_system_call(void **state)
{
	struct block entry = block(4, CODE_GOES_ON, CODE_NOWHERE);
	struct block behind = block(2, CODE_GOES_ON, CODE_NOWHERE);

	(void)state;
	call(1, 5, USER + 64, 2);
	follow(block(2, CODE_ENTERS, CODE_NOWHERE), 3, &entry);
	call(4, 2, TASK + 64, 5);
	leave(5, 30, TASK + 64, 4);
	behind.address = behind.next;
	follow(block(4, CODE_LEAVES, CODE_NOWHERE), 6, &behind);
	leave(2, 4, USER + 64, 1);
	calls_close(0);
	assert_count(3);
	assert_call(1, 2, 1, 3 + 2 + 30 + 6 + 4);
	assert_call(2, 4, 1, 38);
	assert_call(4, 5, 1, 30);
	calls_forget();
}

/* Where faults go to, system calls may, too. */
static void test_one_entry(void **state)
{
	struct block vector = block(4, CODE_GOES_ON, CODE_NOWHERE);
	struct block behind = block(2, CODE_GOES_ON, CODE_NOWHERE);

	(void)state;
	vector.interrupts = true;
	call(1, 5, USER + 64, 2);
	follow(block(2, CODE_ENTERS, CODE_NOWHERE), 3, &vector);
	behind.address = behind.next;
	follow(block(4, CODE_LEAVES, CODE_NOWHERE), 6, &behind);
	leave(2, 4, USER + 64, 1);
	calls_close(0);
	assert_call(1, 2, 1, 3 + 6 + 4);
	assert_call(2, 4, 1, 6);
	calls_forget();
}

/* On arm64 a block uses its stack, and a call has its return in a register. */
static void run(uint32_t from, uint32_t ran, enum code_end end, uint64_t sp,
		uint32_t to, bool behind)
{
	struct block next = block(to, CODE_GOES_ON, CODE_NOWHERE);

	if (sp)
		calls_stack(sp);
	if (behind)
		next.address = next.next;
	follow(block(from, end,
		     end == CODE_JUMPS ? next.address : CODE_NOWHERE),
	       ran, &next);
}

static void test_registers(void **state)
{
	(void)state;
	guest_code_use("aarch64");
	run(1, 5, CODE_CALLS, TASK + 64, 2, false);
	run(2, 7, CODE_CALLS, TASK + 48, 3, false);
	run(3, 11, CODE_RETURNS, 0, 2, true); /* a leaf */
	/* 4 is called by a jump: it returns for 2. */
	run(2, 1, CODE_JUMPS, TASK + 64, 4, false);
	run(4, 2, CODE_RETURNS, TASK + 64, 1, true);
	calls_close(100);
	assert_count(2);
	assert_call(1, 2, 1, 7 + 11 + 1 + 2);
	assert_call(2, 3, 1, 11);
	calls_forget();
	/* A function on the stack of interrupts, as call_on_irq_stack(). */
	run(1, 5, CODE_CALLS, TASK + 64, 2, false);
	run(2, 3, CODE_CALLS, TASK + 48, 3, false);
	run(3, 4, CODE_CALLS, IRQ + 64, 5, false);
	run(5, 9, CODE_RETURNS, 0, 3, true);
	run(3, 1, CODE_RETURNS, IRQ + 64, 2, true);
	run(2, 2, CODE_RETURNS, TASK + 64, 1, true);
	calls_close(0);
	assert_count(3);
	assert_call(2, 3, 1, 4 + 9 + 1);
	assert_call(1, 2, 1, 3 + 14 + 2);
	calls_forget();
	guest_code_use("x86_64");
}

/* cpu_switch_to() returns as whoever called it last on the other stack. */
static void test_registers_switch(void **state)
{
	struct block entry = block(4, CODE_GOES_ON, CODE_NOWHERE);
	struct block behind = block(2, CODE_GOES_ON, CODE_NOWHERE);

	(void)state;
	guest_code_use("aarch64");
	run(1, 5, CODE_CALLS, TASK + 64, 2, false);
	run(2, 1, CODE_CALLS, TASK + 48, 3, false);
	run(3, 10, CODE_RETURNS, 0, 2, true); /* now the other task */
	run(2, 20, CODE_CALLS, OTHER + 80, 9, false);
	run(9, 1000, CODE_RETURNS, OTHER + 40, 2, true);
	run(2, 1, CODE_CALLS, OTHER + 80, 3, false);
	run(3, 10, CODE_RETURNS, 0, 2, true); /* and back */
	run(2, 4, CODE_RETURNS, TASK + 64, 1, true);
	calls_close(0);
	assert_call(2, 9, 1, 1000);
	assert_call(1, 2, 1, 1 + 10 + 4);
	calls_forget();
	/* A task that is new comes from nowhere, and is told from then on. */
	run(1, 5, CODE_CALLS, TASK + 64, 2, false);
	run(2, 1, CODE_CALLS, TASK + 48, 3, false);
	run(3, 10, CODE_RETURNS, 0, 7, false);
	run(7, 100, CODE_CALLS, 0, 8, false);
	run(8, 1000, CODE_RETURNS, OTHER + 40, 7, true);
	run(3, 10, CODE_RETURNS, 0, 2, true);
	run(2, 4, CODE_RETURNS, TASK + 64, 1, true);
	calls_close(0);
	assert_call(1, 2, 1, 1 + 10 + 100 + 4);
	calls_forget();
	/* A program calls the kernel. */
	run(1, 5, CODE_CALLS, USER + 64, 2, false);
	follow(block(2, CODE_ENTERS, CODE_NOWHERE), 3, &entry);
	run(4, 2, CODE_CALLS, TASK + 64, 5, false);
	run(5, 30, CODE_RETURNS, TASK + 32, 4, true);
	behind.address = behind.next;
	follow(block(4, CODE_LEAVES, CODE_NOWHERE), 6, &behind);
	run(2, 4, CODE_RETURNS, USER + 64, 1, true);
	calls_close(0);
	assert_call(1, 2, 1, 3 + 2 + 30 + 6 + 4);
	assert_call(2, 4, 1, 38);
	assert_call(4, 5, 1, 30);
	calls_forget();
	guest_code_use("x86_64");
}

/* Where an instruction goes, by its bytes. */
static void test_code(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		enum code_end end;
		uint64_t target;
	} rows[] = {
		{ "\x90", 1, CODE_GOES_ON, CODE_NOWHERE },
		{ "\xe8\x10\0\0\0", 5, CODE_CALLS, 0x1015 },
		{ "\xff\xd0", 2, CODE_CALLS, CODE_NOWHERE }, /* call *%rax */
		{ "\x41\xff\xd2", 3, CODE_CALLS, CODE_NOWHERE },
		{ "\xff\xe0", 2, CODE_JUMPS, CODE_NOWHERE }, /* jmp *%rax */
		{ "\xff\x30", 2, CODE_GOES_ON, CODE_NOWHERE }, /* push */
		{ "\xff\xc0", 2, CODE_GOES_ON, CODE_NOWHERE }, /* inc */
		{ "\xe9\xfb\xff\xff\xff", 5, CODE_JUMPS, 0x1000 },
		{ "\xeb\xfe", 2, CODE_JUMPS, 0x1000 },
		{ "\x74\x02", 2, CODE_BRANCHES, 0x1004 },
		{ "\x2e\x74\x02", 3, CODE_BRANCHES, 0x1005 },
		{ "\x0f\x84\0\x01\0\0", 6, CODE_BRANCHES, 0x1106 },
		{ "\xc3", 1, CODE_RETURNS, CODE_NOWHERE },
		{ "\xf3\xc3", 2, CODE_RETURNS, CODE_NOWHERE },
		{ "\x0f\x05", 2, CODE_ENTERS, CODE_NOWHERE },
		{ "\x48\x0f\x07", 3, CODE_LEAVES, CODE_NOWHERE },
		{ "\x48\xcf", 2, CODE_LEAVES, CODE_NOWHERE },
		{ "\xf3\x0f\x1e\xfa", 4, CODE_GOES_ON, CODE_NOWHERE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct code_flow flow =
			guest_x86_64.flow((const uint8_t *)rows[i].bytes,
					  rows[i].size, 0x1000 + rows[i].size);

		if (flow.end != rows[i].end || flow.target != rows[i].target)
			fail_msg("row %zu: %d %llx", i, flow.end,
				 (unsigned long long)flow.target);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_thunk),
		cmocka_unit_test(test_interrupt),
		cmocka_unit_test(test_fault),
		cmocka_unit_test(test_switch),
		cmocka_unit_test(test_system_call),
		cmocka_unit_test(test_one_entry),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_registers_switch),
		cmocka_unit_test(test_code),
	};

	if (calls_init())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
