// SPDX-License-Identifier: GPL-2.0-or-later
/* Change points: false alarms, recall, intervals and drifts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/stats/changes.h"
#include "noise.h"

#define POINTS_MAX 1000

struct tally {
	unsigned int rounds;
	unsigned int any; /* series with a change */
	unsigned int near; /* with one within two points of the middle */
	unsigned int placed; /* whose range of places holds it */
	unsigned int sized; /* whose interval holds the true size */
	unsigned int exact; /* as many steps as there are, all within two */
	unsigned int drifts; /* one drift and nothing else */
};

/* What is added to the noise; @truth gets where it steps, hands back how often.
 */
typedef size_t (*shape_fn)(double *values, size_t count, double size,
			   size_t *truth);

static size_t flat(double *values, size_t count, double size, size_t *truth)
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

static size_t step(double *values, size_t count, double size, size_t *truth)
{
	*truth = count / 2;
	lift(values, count / 2, count, size);
	return 1;
}

static size_t bump(double *values, size_t count, double size, size_t *truth)
{
	truth[0] = count / 2;
	truth[1] = count / 2 + 5;
	lift(values, truth[0], truth[1], size);
	return 2;
}

static size_t late(double *values, size_t count, double size, size_t *truth)
{
	*truth = count - 4;
	lift(values, *truth, count, size);
	return 1;
}

static size_t stairs(double *values, size_t count, double size, size_t *truth)
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

static size_t climb_twice(double *values, size_t count, double size,
			  size_t *truth)
{
	return climb(values, count, size, truth, 2);
}

static size_t climb_thrice(double *values, size_t count, double size,
			   size_t *truth)
{
	return climb(values, count, size, truth, 3);
}

static size_t ramp(double *values, size_t count, double size, size_t *truth)
{
	(void)truth;
	for (size_t i = 0; i < count; i++)
		values[i] += size * (double)i / (double)count;
	return 0;
}

static size_t half_ramp(double *values, size_t count, double size,
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
static size_t approach(double *values, size_t count, double size, size_t *truth)
{
	(void)truth;
	for (size_t i = 0; i < count; i++)
		values[i] += size * (1 - exp(-(double)i / 12));
	return 0;
}

static size_t there_and_back(double *values, size_t count, double size,
			     size_t *truth)
{
	(void)truth;
	for (size_t i = 0; i < count; i++)
		values[i] += size * (double)(i < count / 2 ? i : count - i) /
			     (double)(count / 2);
	return 0;
}

static size_t climb_much(double *values, size_t count, double size,
			 size_t *truth)
{
	return climb(values, count, size, truth, 7);
}

static bool close_to(size_t a, size_t b)
{
	return (a > b ? a - b : b - a) <= 2;
}

static void count_steps(const struct changes *found, const size_t *truth,
			size_t steps, double size, struct tally *tally)
{
	bool all = found->count == steps;

	for (size_t i = 0; i < found->count; i++) {
		const struct change *change = &found->items[i];

		all = all && change->kind == CHANGE_STEP &&
		      close_to(change->index, truth[i]);
		if (steps != 1 || !close_to(change->index, *truth))
			continue;
		tally->near++;
		tally->placed +=
			change->first <= *truth && *truth <= change->last;
		tally->sized += change->low <= size && size <= change->high;
		break;
	}
	tally->any += found->count > 0;
	tally->exact += all;
	tally->drifts +=
		found->count == 1 && found->items[0].kind == CHANGE_DRIFT;
}

static struct tally run(const char *kind, shape_fn shape, size_t count,
			double size, unsigned int rounds)
{
	const struct noise *noise = noise_find(kind);
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct tally tally = { .rounds = rounds };
	double values[POINTS_MAX];
	size_t truth[8];

	gsl_rng_set(rng, 20261121);
	for (unsigned int i = 0; i < rounds; i++) {
		struct changes found;
		size_t steps;

		noise->fill(rng, values, count);
		steps = shape(values, count, size, truth);
		found = changes_find(values, count);
		count_steps(&found, truth, steps, size, &tally);
		changes_free(&found);
	}
	gsl_rng_free(rng);
	return tally;
}

static double share(unsigned int count, unsigned int rounds)
{
	return rounds ? (double)count / rounds : 0;
}

static bool false_alarms(unsigned int rounds)
{
	static const struct {
		const char *noise;
		size_t count;
		double limit;
	} rows[] = {
		{ "normal", 100, 0.01 },
		{ "t3", 100, 0.02 },
		{ "spikes 2 % at 10 sd", 100, 0.02 },
		{ "bimodal 70/30, 3 sd", 100, 0.02 },
		{ "bimodal 70/30, 6 sd", 100, 0.02 },
		{ "bimodal 70/30, 30 sd", 100, 0.02 },
		{ "AR(1) 0.3", 100, 0.05 },
		{ "AR(1) 0.6", 100, 0.10 },
		{ "AR(1) 0.9", 100, 0.33 },
		{ "exponential", 100, 0.02 },
		{ "rounded to 1 sd", 100, 0.01 },
		{ "normal", 30, 0.01 },
		{ "AR(1) 0.3", 30, 0.05 },
		{ "normal", 1000, 0.01 },
		{ "spikes 2 % at 10 sd", 1000, 0.02 },
		{ "AR(1) 0.6", 1000, 0.05 },
	};
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		unsigned int fewer = rows[i].count > 100 ? rounds / 4 : rounds;
		struct tally tally =
			run(rows[i].noise, flat, rows[i].count, 0, fewer);
		char what[80];

		snprintf(what, sizeof(what), "false alarms, %zu points, %s",
			 rows[i].count, rows[i].noise);
		holds &= sim_row(what, share(tally.any, fewer), true,
				 rows[i].limit);
	}
	return holds;
}

static bool recall(unsigned int rounds)
{
	static const struct {
		double size, limit;
	} rows[] = { { 1, 0.52 }, { 1.5, 0.80 }, { 2, 0.92 }, { 3, 0.98 } };
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tally tally =
			run("normal", step, 100, rows[i].size, rounds);
		char what[80];

		snprintf(what, sizeof(what), "step of %g sd found within 2",
			 rows[i].size);
		holds &= sim_row(what, share(tally.near, rounds), false,
				 rows[i].limit);
		if (rows[i].size < 2)
			continue;
		snprintf(what, sizeof(what), "  its place in the range");
		holds &= sim_row(what, share(tally.placed, tally.near), false,
				 0.94);
		snprintf(what, sizeof(what), "  its size in the interval");
		holds &= sim_row(what, share(tally.sized, tally.near), false,
				 0.93);
	}
	return holds;
}

static bool shapes(unsigned int rounds)
{
	static const struct {
		const char *what, *noise;
		shape_fn shape;
		double size, limit;
		bool drift;
	} rows[] = {
		{ "step of 2 sd", "normal", step, 2, 0.90, false },
		{ "step of 3 sd", "normal", step, 3, 0.95, false },
		{ "bump of 5 points, 6 sd", "normal", bump, 6, 0.90, false },
		{ "last 4 points, 6 sd", "normal", late, 6, 0.85, false },
		{ "4 steps of 3 sd", "normal", stairs, 3, 0.85, false },
		{ "4 steps of 4 sd, t3", "t3", stairs, 4, 0.80, false },
		{ "4 steps of 4 sd, spikes", "spikes 2 % at 10 sd", stairs, 4,
		  0.90, false },
		{ "step of 3 sd, AR(1) 0.3", "AR(1) 0.3", step, 3, 0.90,
		  false },
		{ "2 steps of 2 sd, both up", "normal", climb_twice, 2, 0.75,
		  false },
		{ "3 steps of 3 sd, all up", "normal", climb_thrice, 3, 0.85,
		  false },
		{ "drift of 4 sd over all", "normal", ramp, 4, 0.85, true },
		{ "drift of 8 sd over all", "normal", ramp, 8, 0.90, true },
		{ "drift of 4 sd over half", "normal", half_ramp, 4, 0.85,
		  true },
		{ "drift of 8 sd over half, t3", "t3", half_ramp, 8, 0.90,
		  true },
	};
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tally tally = run(rows[i].noise, rows[i].shape, 100,
					 rows[i].size, rounds);
		char what[80];

		snprintf(what, sizeof(what), "%s: all found%s", rows[i].what,
			 rows[i].drift ? ", as one drift" : " within 2");
		holds &= sim_row(
			what,
			share(rows[i].drift ? tally.drifts : tally.exact,
			      rounds),
			false, rows[i].limit);
	}
	return holds;
}

/* What nobody could miss: the least share of series with any change told. */
static bool strong(unsigned int rounds)
{
	static const double sizes[] = { 20, 40, 60, 100, 300, 1000, 1e5 };
	static const struct {
		const char *what;
		shape_fn shape;
	} rows[] = {
		{ "drift over all", ramp },
		{ "drift over half", half_ramp },
		{ "drift there and back", there_and_back },
		{ "approach of a level", approach },
		{ "one step", step },
		{ "7 steps, all up", climb_much },
	};
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		unsigned int least = rounds;
		char what[80];

		for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
			struct tally tally = run("normal", rows[i].shape, 60,
						 sizes[s], rounds);

			if (tally.any < least)
				least = tally.any;
		}
		snprintf(what, sizeof(what),
			 "60 points, %s, 20 sd or more: told", rows[i].what);
		holds &= sim_row(what, share(least, rounds), false, 0.97);
	}
	return holds;
}

bool sim_changes(unsigned int rounds)
{
	bool holds = false_alarms(rounds);

	holds &= recall(rounds);
	holds &= shapes(rounds);
	holds &= strong(rounds / 4);
	return holds;
}
