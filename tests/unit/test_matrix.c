// SPDX-License-Identifier: GPL-2.0-or-later
/* Pairs of values, and effects that were planted. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "results/matrix/effects.h"

static void assert_pairs(const unsigned int *values, size_t dimensions,
			 const struct combination *runs, size_t count)
{
	for (size_t a = 0; a < dimensions; a++)
		for (size_t b = a + 1; b < dimensions; b++)
			for (unsigned int i = 0; i < values[a] * values[b];
			     i++) {
				bool found = false;

				for (size_t j = 0; j < count; j++)
					found |= runs[j].values[a] ==
							 i / values[b] &&
						 runs[j].values[b] ==
							 i % values[b];
				if (!found)
					fail_msg("%zu %zu: %u", a, b, i);
			}
}

static void test_pairwise(void **state)
{
	static const struct {
		unsigned int values[10];
		size_t dimensions, least, most;
	} rows[] = {
		{ { 3 }, 1, 3, 3 },
		{ { 2, 2 }, 2, 4, 4 },
		{ { 2, 2, 2, 2 }, 4, 6, 9 },
		{ { 5, 3, 2, 2, 2 }, 5, 20, 27 },
		{ { 2, 2, 2, 2, 2, 2, 2, 2, 2, 2 }, 10, 14, 22 },
		{ { 1, 4, 1, 3 }, 4, 12, 12 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct combination *runs, none = { 0 };
		size_t count;

		assert_int_equal(pairwise_choose(rows[i].values,
						 rows[i].dimensions, &runs,
						 &count),
				 0);
		assert_memory_equal(&runs[0], &none, sizeof(none));
		assert_in_range(count, rows[i].least, rows[i].most);
		assert_pairs(rows[i].values, rows[i].dimensions, runs, count);
		free(runs);
	}
}

/* log(100) and what each value adds; @pair for 0:1 with 2:2. */
static double cost(const struct combination *run, double pair)
{
	static const double main_effect[4][3] = {
		{ 0, 0.1 }, { 0, -0.05 }, { 0, 0, 0.2 }, { 0, 0.01 }
	};
	double sum = log(100);

	for (size_t i = 0; i < 4; i++)
		sum += main_effect[i][run->values[i]];
	return sum + (run->values[0] == 1 && run->values[2] == 2) * pair;
}

static const unsigned int sizes[] = { 2, 2, 3, 2 };

static struct effects find(const struct combination *runs, size_t count,
			   double pair)
{
	double *logs = malloc(count * sizeof(*logs));
	const struct effects_input input = { sizes, 4, runs, logs, count };
	struct effects effects;

	for (size_t i = 0; i < count; i++)
		logs[i] = cost(&runs[i], pair);
	assert_int_equal(effects_find(&input, 1e-4, &effects), 0);
	free(logs);
	return effects;
}

static void assert_main(const struct effects *effects)
{
	static const double planted[] = { 0.1, -0.05, 0, 0.2, 0.01 };

	assert_int_equal(effects->count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_float_equal(effects->list[i].log, planted[i], 1e-6);
	assert_true(effects->residual < 1e-4);
}

static void test_effects(void **state)
{
	struct combination *runs;
	struct effects effects;
	size_t count;

	(void)state;
	assert_int_equal(pairwise_choose(sizes, 4, &runs, &count), 0);
	effects = find(runs, count, 0);
	assert_main(&effects);
	assert_int_equal(effects.suspect_count, 0);
	effects_free(&effects);
	free(runs);

	assert_int_equal(pairwise_all(sizes, 4, &runs, &count), 0);
	assert_int_equal(count, 24);
	effects = find(runs, count, 0.05);
	assert_main(&effects);
	assert_int_equal(effects.suspect_count, 1);
	assert_int_equal(effects.suspects[0].a.dimension, 0);
	assert_int_equal(effects.suspects[0].b.dimension, 2);
	assert_int_equal(effects.suspects[0].b.value, 2);
	assert_int_equal(effects.suspects[0].alias_count, 0);
	assert_float_equal(effects.suspects[0].log, 0.05, 1e-6);
	assert_float_equal(effects.suspects[0].direct, 0.05, 1e-6);
	effects_free(&effects);
	free(runs);
}

/*
 * Few runs, and a pair that is in one of them beside all others: what each
 * value does alone is told by its own run, the pair by what is left.
 */
static void test_few(void **state)
{
	const unsigned int values[] = { 2, 2, 2, 2, 2 };
	const double alone[] = { 0, 0, -0.02, -0.2, 0 };
	struct effects effects;
	struct combination *runs;
	double logs[32];
	size_t count;

	(void)state;
	assert_int_equal(pairwise_choose(values, 5, &runs, &count), 0);
	for (size_t i = 0; i < count; i++) {
		logs[i] = 13 + 0.002 * (runs[i].values[2] && runs[i].values[3]);
		for (size_t j = 0; j < 5; j++)
			logs[i] += runs[i].values[j] ? alone[j] : 0;
	}
	assert_int_equal(effects_find(&(struct effects_input){ values, 5, runs,
							       logs, count },
				      1e-3, &effects),
			 0);
	for (size_t i = 0; i < 5; i++)
		assert_float_equal(effects.list[i].log, alone[i], 1e-6);
	assert_int_equal(effects.suspect_count, 1);
	assert_int_equal(effects.suspects[0].a.dimension, 2);
	assert_int_equal(effects.suspects[0].b.dimension, 3);
	assert_true(effects.suspects[0].alias_count > 0);
	effects_free(&effects);
	free(runs);
}

/* Few runs: the pair is among what they cannot tell apart. */
static void test_aliases(void **state)
{
	struct combination *runs;
	struct effects effects;
	bool found = false;
	size_t count;

	(void)state;
	assert_int_equal(pairwise_choose(sizes, 4, &runs, &count), 0);
	effects = find(runs, count, 0.05);
	assert_true(effects.suspect_count > 0);
	for (size_t i = 0; i < effects.suspect_count; i++) {
		const struct suspect *suspect = &effects.suspects[i];

		found |= suspect->a.dimension == 0 && suspect->b.dimension == 2;
		for (size_t j = 0;
		     j < suspect->alias_count && j < EFFECT_ALIASES; j++)
			found |= suspect->aliases[j].a.dimension == 0 &&
				 suspect->aliases[j].b.dimension == 2;
	}
	assert_true(found);
	effects_free(&effects);
	free(runs);
}

/* Four runs say what a pair does, and nothing else is left. */
static void test_four(void **state)
{
	const unsigned int values[] = { 2, 2 };
	const double logs[] = { 7, 7.1, 7.2, 7.35 };
	struct combination *runs;
	struct effects effects;
	size_t count;

	(void)state;
	assert_int_equal(pairwise_all(values, 2, &runs, &count), 0);
	assert_int_equal(effects_find(&(struct effects_input){ values, 2, runs,
							       logs, count },
				      1e-3, &effects),
			 0);
	assert_int_equal(effects.suspect_count, 1);
	assert_float_equal(effects.suspects[0].log, 0.05, 1e-6);
	assert_float_equal(effects.suspects[0].direct, 0.05, 1e-6);
	assert_float_equal(effects.list[0].log, 0.2, 1e-6);
	assert_true(effects.residual < 1e-6);
	effects_free(&effects);
	free(runs);
}

/* Two dimensions that always move together: neither can be told. */
static void test_confounded(void **state)
{
	const struct combination runs[] = {
		{ { 0, 0, 0, 0 } }, { { 1, 1, 0, 0 } }, { { 0, 0, 1, 0 } },
		{ { 0, 0, 2, 1 } }, { { 1, 1, 0, 1 } }, { { 0, 0, 2, 0 } },
	};
	struct effects effects = find(runs, 6, 0);

	(void)state;
	assert_true(isnan(effects.list[0].log));
	assert_true(isnan(effects.list[1].log));
	assert_float_equal(effects.list[3].log, 0.2, 1e-6);
	effects_free(&effects);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairwise),
		cmocka_unit_test(test_effects),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_four),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_confounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
