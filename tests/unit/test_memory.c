// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory as an axis: what is claimed is proved, and a false claim is found. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "bench/memory.h"
#include "runners/trial/bench_context.h"

#define PAGES 1024 /* two huge pages */

static const struct bench_case nothing = {
	.name = "test.nothing",
	.facts = (const struct bench_fact[]){ MEMORY_FACTS, { 0 } },
};

static struct bench bench;
static struct memory memory;

static int setup(void **state)
{
	(void)state;
	memset(&bench, 0, sizeof(bench));
	memset(&memory, 0, sizeof(memory));
	bench.bench_case = &nothing;
	bench.device = -1;
	memory.fd = -1;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	memory_unmap(&memory);
	return 0;
}

static int make(enum memory_kind kind)
{
	return memory_make(&bench, &memory, kind, PAGES * memory_page_size());
}

static int verify(void)
{
	return memory_verify(&bench, &memory, memory.length);
}

/* Not every machine has huge pages, a disk or the right to reserve. */
static void make_or_skip(enum memory_kind kind)
{
	int ret = make(kind);

	if (ret == -ENOTSUP || (ret == -EILSEQ && kind != MEMORY_4K)) {
		print_message("%s: %s\n", memory_all_choices[kind].name,
			      bench.reason);
		skip();
	}
	assert_int_equal(ret, 0);
}

static void test_plain_kinds(void **state)
{
	static const enum memory_kind kinds[] = {
		MEMORY_4K,    MEMORY_SHMEM, MEMORY_READONLY,
		MEMORY_MIXED, MEMORY_HOLES,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (make(kinds[i]))
			fail_msg("%s: %s", memory_all_choices[kinds[i]].name,
				 bench.reason);
		memory_unmap(&memory);
	}
}

static void test_page_gone(void **state)
{
	(void)state;
	assert_int_equal(make(MEMORY_4K), 0);
	madvise(memory.start + 7 * memory_page_size(), memory_page_size(),
		MADV_DONTNEED);
	assert_int_equal(verify(), -EILSEQ);
	assert_non_null(strstr(bench.reason, "resident"));
}

static void test_hole_filled(void **state)
{
	(void)state;
	assert_int_equal(make(MEMORY_HOLES), 0);
	/* As many resident as before, but another one. */
	memory.start[memory_page_size()] = 1;
	madvise(memory.start, memory_page_size(), MADV_DONTNEED);
	assert_int_equal(verify(), -EILSEQ);
	assert_non_null(strstr(bench.reason, "page 0 is not mapped"));
}

/* Skipped where the kernel has none, and not for memory that is wrong. */
static void test_zero_page(void **state)
{
	(void)state;
	assert_int_equal(make(MEMORY_ZERO),
			 memory_has_zero_page() ? 0 : -ENOTSUP);
	if (!memory_has_zero_page())
		assert_non_null(strstr(bench.reason, "no zero page"));
}

static void test_zero_page_written(void **state)
{
	(void)state;
	if (memory_has_zero_page()) {
		assert_int_equal(make(MEMORY_ZERO), 0);
	} else {
		/* All of it is then as if it had been written. */
		assert_int_equal(memory_map(&bench, &memory, MEMORY_4K,
					    PAGES * memory_page_size()),
				 0);
		memory.kind = MEMORY_ZERO;
		assert_int_equal(
			memory_populate(&bench, &memory, memory.length), 0);
	}
	memory.start[5 * memory_page_size()] = 1;
	assert_int_equal(verify(), -EILSEQ);
}

static void test_thp_split(void **state)
{
	(void)state;
	make_or_skip(MEMORY_THP);
	mprotect(memory.start, memory_page_size(), PROT_READ);
	mprotect(memory.start, memory_page_size(), PROT_READ | PROT_WRITE);
	assert_int_equal(verify(), -EILSEQ);
	assert_non_null(strstr(bench.reason, "huge pages"));
}

/* With the right to see page frames the folios are looked at, too. */
static bool frames_seen(void)
{
	for (size_t i = 0; i < bench.tally_count; i++)
		if (!strcmp(bench.tallies[i].fact->name, "folios_verified"))
			return bench.tallies[i].total > 0;
	return false;
}

static void test_ptethp_is_not_base_pages(void **state)
{
	(void)state;
	make_or_skip(MEMORY_PTETHP);
	assert_int_equal(memory_renew(&bench, &memory), 0);
	memory.kind = MEMORY_4K;
	/* Only the flags of the frames tell them apart. */
	if (!frames_seen())
		skip();
	assert_int_equal(verify(), -EILSEQ);
	assert_non_null(strstr(bench.reason, "kpageflags"));
}

static void test_drop(void **state)
{
	(void)state;
	assert_int_equal(make(MEMORY_SHMEM), 0);
	assert_int_equal(memory_drop(&bench, &memory, memory.length), 0);
	assert_int_equal(verify(), -EILSEQ);
	assert_int_equal(memory_populate(&bench, &memory, memory.length), 0);
	assert_int_equal(verify(), 0);
}

static void test_fits(void **state)
{
	(void)state;
	assert_true(memory_fits(MEMORY_4K, 1));
	assert_true(memory_fits(MEMORY_THP, 512));
	assert_false(memory_fits(MEMORY_THP, 511));
	assert_false(memory_fits(MEMORY_MTHP64K, 8));
	assert_false(memory_fits(MEMORY_HOLES, 3));
}

/* Every kind has a name, at its own place, in both lists. */
static void test_choices(void **state)
{
	(void)state;
	for (int i = 0; i <= MEMORY_FILE; i++)
		assert_string_equal(memory_choices[i].name,
				    memory_all_choices[i].name);
	assert_null(memory_choices[MEMORY_FILE + 1].name);
	for (int i = 0; i <= MEMORY_HOLES; i++)
		assert_non_null(memory_all_choices[i].name);
	assert_null(memory_all_choices[MEMORY_HOLES + 1].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_plain_kinds, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_page_gone, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_hole_filled, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_zero_page, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_zero_page_written, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_thp_split, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_ptethp_is_not_base_pages,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_drop, setup, teardown),
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_choices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
