// SPDX-License-Identifier: GPL-2.0-or-later
/* The geometry of subscriptions, against a count of every interval. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/subscription.h"

#define PAGE 4096ull
#define START (1ull << 40)

static const struct subscription_place place = {
	.start = START,
	.length = 64 * 16 * PAGE,
	.range = 16 * PAGE,
	.page = PAGE,
};

static struct subscription plan(enum subscription_kind kind, uint64_t count)
{
	struct subscription subscription;

	assert_int_equal(subscription_plan(&subscription, kind, count, &place),
			 0);
	return subscription;
}

static uint64_t hits_of_range(const struct subscription *subscription,
			      uint64_t range)
{
	uint64_t at = START + range * place.range;

	return subscription_hits(subscription, at, at + place.range);
}

/* What every call must hit, whichever range it is for. */
static void every_range_hits(enum subscription_kind kind, uint64_t count,
			     uint64_t hits)
{
	struct subscription subscription = plan(kind, count);

	for (uint64_t i = 0; i < place.length / place.range; i++)
		assert_int_equal(hits_of_range(&subscription, i), hits);
	subscription_free(&subscription);
}

static void test_kinds(void **state)
{
	static const uint64_t counts[] = { 1, 2, 7, 16 };

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		uint64_t count = counts[i];

		every_range_hits(SUBSCRIPTION_INTERVAL, count, count);
		every_range_hits(SUBSCRIPTION_OVERLAPPING, count, count);
		every_range_hits(SUBSCRIPTION_DISJOINT, count, count);
		every_range_hits(SUBSCRIPTION_MM, count, count);
		every_range_hits(SUBSCRIPTION_MIXED, count, count);
		every_range_hits(SUBSCRIPTION_ADJACENT, count, 0);
		every_range_hits(SUBSCRIPTION_APART, count, 0);
	}
	every_range_hits(SUBSCRIPTION_NONE, 0, 0);
	every_range_hits(SUBSCRIPTION_OVERLAPPING, 65536, 65536);
	every_range_hits(SUBSCRIPTION_APART, 65536, 0);
}

/* The edges: an end is not part of an interval, nor is the byte before it. */
static void test_edges(void **state)
{
	struct subscription one = plan(SUBSCRIPTION_INTERVAL, 1);
	uint64_t end = START + place.length;

	(void)state;
	assert_int_equal(subscription_hits(&one, START - PAGE, START), 0);
	assert_int_equal(subscription_hits(&one, START - PAGE, START + 1), 1);
	assert_int_equal(subscription_hits(&one, end, end + PAGE), 0);
	assert_int_equal(subscription_hits(&one, end - 1, end), 1);
	assert_int_equal(subscription_hits(&one, 0, UINT64_MAX), 1);
	subscription_free(&one);
}

/* One page shorter at both ends each; then from the outermost again. */
static void test_nested(void **state)
{
	uint64_t deepest = place.length / PAGE / 2;
	struct subscription nested = plan(SUBSCRIPTION_NESTED, deepest + 1);

	(void)state;
	assert_int_equal(subscription_hits(&nested, START, START + PAGE), 2);
	assert_int_equal(
		subscription_hits(&nested, START + PAGE, START + 2 * PAGE), 3);
	assert_int_equal(
		subscription_hits(&nested, START, START + place.length),
		deepest + 1);
	for (uint64_t i = 0; i < nested.interval_count; i++)
		assert_true(nested.spans[i].start < nested.spans[i].end);
	subscription_free(&nested);
}

/* Against the definition, over ranges that cut intervals anywhere. */
static void test_against_definition(void **state)
{
	static const enum subscription_kind kinds[] = {
		SUBSCRIPTION_ADJACENT,	  SUBSCRIPTION_NESTED,
		SUBSCRIPTION_DISJOINT,	  SUBSCRIPTION_APART,
		SUBSCRIPTION_OVERLAPPING,
	};

	(void)state;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		struct subscription some = plan(kinds[k], 13);
		uint64_t seed = 1;

		for (int turn = 0; turn < 2000; turn++) {
			uint64_t start, end, hits = 0;

			seed = seed * 6364136223846793005ull + 1;
			start = START - 32 * PAGE + (seed >> 40) % (5ull << 20);
			end = start + 1 + (seed >> 20) % (64 * PAGE);
			for (uint64_t i = 0; i < some.interval_count; i++)
				hits += some.spans[i].start < end &&
					some.spans[i].end > start;
			assert_int_equal(subscription_hits(&some, start, end),
					 hits);
		}
		subscription_free(&some);
	}
}

/* Disjoint means that no two share a byte, touching or not. */
static void test_disjoint(void **state)
{
	static const enum subscription_kind kinds[] = {
		SUBSCRIPTION_DISJOINT,
		SUBSCRIPTION_APART,
	};

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct subscription some = plan(kinds[k], 16);

		for (uint64_t i = 1; i < some.interval_count; i++)
			assert_true(some.spans[i - 1].end <=
				    some.spans[i].start);
		subscription_free(&some);
	}
	assert_int_equal(subscription_ranges(SUBSCRIPTION_DISJOINT, 64) * 64,
			 MMG_MAX_SUBSCRIPTIONS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_against_definition),
		cmocka_unit_test(test_disjoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
