// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "results/stats/changes.h"
#include "series.h"

size_t series_flat(double *values, size_t count, double size, size_t *truth)
{
	(void)values;
	(void)count;
	(void)size;
	(void)truth;
	return 0;
}

static void lift(double *values, size_t start, size_t end, double size)
{
	for (size_t i = start; i < end; i++)
		values[i] += size;
}

size_t series_step(double *values, size_t count, double size, size_t *truth)
{
	*truth = count / 2;
	lift(values, count / 2, count, size);
	return 1;
}

size_t series_bump(double *values, size_t count, double size, size_t *truth)
{
	truth[0] = count / 2;
	truth[1] = count / 2 + 5;
	lift(values, truth[0], truth[1], size);
	return 2;
}

size_t series_late(double *values, size_t count, double size, size_t *truth)
{
	*truth = count - 4;
	lift(values, *truth, count, size);
	return 1;
}

size_t series_stairs(double *values, size_t count, double size, size_t *truth)
{
	for (size_t i = 1; i < 5; i++) {
		truth[i - 1] = count * i / 5;
		if (i % 2)
			lift(values, truth[i - 1], count * (i + 1) / 5, size);
	}
	return 4;
}

/* @steps of them, all the same way. */
static size_t climb(double *values, size_t count, double size, size_t *truth,
		    size_t steps)
{
	for (size_t i = 1; i <= steps; i++) {
		truth[i - 1] = count * i / (steps + 1);
		lift(values, truth[i - 1], count, size);
	}
	return steps;
}

size_t series_climb_twice(double *values, size_t count, double size,
			  size_t *truth)
{
	return climb(values, count, size, truth, 2);
}

size_t series_climb_thrice(double *values, size_t count, double size,
			   size_t *truth)
{
	return climb(values, count, size, truth, 3);
}

size_t series_ramp(double *values, size_t count, double size, size_t *truth)
{
	(void)truth;
	for (size_t i = 0; i < count; i++)
		values[i] += size * (double)i / (double)count;
	return 0;
}

size_t series_half_ramp(double *values, size_t count, double size,
			size_t *truth)
{
	size_t start = count / 4, length = count / 2;

	(void)truth;
	for (size_t i = 0; i < length; i++)
		values[start + i] += size * (double)i / (double)length;
	lift(values, start + length, count, size);
	return 0;
}

/* Ever slower towards the new level, four fifths of the way in 20 points. */
size_t series_approach(double *values, size_t count, double size, size_t *truth)
{
	(void)truth;
	for (size_t i = 0; i < count; i++)
		values[i] += size * (1 - exp(-(double)i / 12));
	return 0;
}

size_t series_there_and_back(double *values, size_t count, double size,
			     size_t *truth)
{
	(void)truth;
	for (size_t i = 0; i < count; i++)
		values[i] += size * (double)(i < count / 2 ? i : count - i) /
			     (double)(count / 2);
	return 0;
}

size_t series_climb_much(double *values, size_t count, double size,
			 size_t *truth)
{
	return climb(values, count, size, truth, 7);
}

static size_t step_at(double *values, size_t count, double size, size_t *truth,
		      size_t at)
{
	*truth = at;
	lift(values, at, count, size);
	return 1;
}

size_t series_last_5(double *values, size_t count, double size, size_t *truth)
{
	return step_at(values, count, size, truth, count - 5);
}

size_t series_last_3(double *values, size_t count, double size, size_t *truth)
{
	return step_at(values, count, size, truth, count - 3);
}

/* The trend rises by 20 standard deviations. */
size_t series_on_trend(double *values, size_t count, double size, size_t *truth)
{
	series_ramp(values, count, 20, truth);
	return step_at(values, count, size, truth, count / 2);
}

static bool close_to(size_t a, size_t b)
{
	return (a > b ? a - b : b - a) <= 2;
}

static void count_steps(const struct changes *found, const size_t *truth,
			size_t steps, double size, struct tally *tally)
{
	bool all = found->count == steps, any_step = false;

	for (size_t i = 0; i < found->count; i++)
		any_step = any_step || found->items[i].kind == CHANGE_STEP;
	for (size_t i = 0; i < found->count; i++) {
		const struct change *change = &found->items[i];

		all = all && change->kind == CHANGE_STEP &&
		      close_to(change->index, truth[i]);
		if (steps != 1 || change->kind != CHANGE_STEP ||
		    !close_to(change->index, *truth))
			continue;
		tally->near++;
		tally->placed +=
			change->first <= *truth && *truth <= change->last;
		tally->sized += change->low <= size && size <= change->high;
		break;
	}
	tally->any += found->count > 0;
	tally->unwarned += found->count > 0 && !found->wandering;
	tally->any_step += any_step;
	tally->exact += all;
	tally->drifts +=
		found->count == 1 && found->items[0].kind == CHANGE_DRIFT;
}

static bool shown;

void series_show(void)
{
	shown = true;
}

/* One line: where it steps, where it was told to, its values. */
static void show_series(const struct changes *found, const size_t *truth,
			size_t steps, const double *values, size_t count)
{
	printf("series steps");
	for (size_t i = 0; i < steps; i++)
		printf(" %zu", truth[i]);
	printf(" told");
	for (size_t i = 0; i < found->count; i++)
		printf(" %zu", found->items[i].index);
	printf(" values");
	for (size_t i = 0; i < count; i++)
		printf(" %.6g", values[i]);
	putchar('\n');
}

struct tally series_run(const char *kind, shape_fn shape, size_t count,
			double size, unsigned int rounds)
{
	const struct noise *noise = noise_find(kind);
	gsl_rng *rng = sim_rng(20261121);
	struct tally tally = { .rounds = rounds };
	double values[SERIES_POINTS_MAX];
	size_t truth[8];

	for (unsigned int i = 0; i < rounds; i++) {
		struct changes found;
		size_t steps;

		noise->fill(rng, values, count);
		steps = shape(values, count, size, truth);
		found = changes_find(values, count);
		count_steps(&found, truth, steps, size, &tally);
		if (shown)
			show_series(&found, truth, steps, values, count);
		changes_free(&found);
	}
	gsl_rng_free(rng);
	return tally;
}
