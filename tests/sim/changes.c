// SPDX-License-Identifier: GPL-2.0-or-later
/* Change points: false alarms, recall, intervals and drifts. */
#include <stdio.h>

#include "series.h"

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
		struct tally tally = series_run(rows[i].noise, series_flat,
						rows[i].count, 0, fewer);
		char what[80];

		snprintf(what, sizeof(what), "false alarms, %zu points, %s",
			 rows[i].count, rows[i].noise);
		holds &= sim_row(what, series_share(tally.any, fewer), true,
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
		struct tally tally = series_run("normal", series_step, 100,
						rows[i].size, rounds);
		char what[80];

		snprintf(what, sizeof(what), "step of %g sd found within 2",
			 rows[i].size);
		holds &= sim_row(what, series_share(tally.near, rounds), false,
				 rows[i].limit);
		if (rows[i].size < 2)
			continue;
		snprintf(what, sizeof(what), "  its place in the range");
		holds &= sim_row(what, series_share(tally.placed, tally.near),
				 false, 0.94);
		snprintf(what, sizeof(what), "  its size in the interval");
		holds &= sim_row(what, series_share(tally.sized, tally.near),
				 false, 0.93);
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
		{ "step of 2 sd", "normal", series_step, 2, 0.90, false },
		{ "step of 3 sd", "normal", series_step, 3, 0.95, false },
		{ "bump of 5 points, 6 sd", "normal", series_bump, 6, 0.90,
		  false },
		{ "last 4 points, 6 sd", "normal", series_late, 6, 0.85,
		  false },
		{ "4 steps of 3 sd", "normal", series_stairs, 3, 0.85, false },
		{ "4 steps of 4 sd, t3", "t3", series_stairs, 4, 0.80, false },
		{ "4 steps of 4 sd, spikes", "spikes 2 % at 10 sd",
		  series_stairs, 4, 0.90, false },
		{ "step of 3 sd, AR(1) 0.3", "AR(1) 0.3", series_step, 3, 0.90,
		  false },
		{ "2 steps of 2 sd, both up", "normal", series_climb_twice, 2,
		  0.75, false },
		{ "3 steps of 3 sd, all up", "normal", series_climb_thrice, 3,
		  0.85, false },
		{ "drift of 4 sd over all", "normal", series_ramp, 4, 0.85,
		  true },
		{ "drift of 8 sd over all", "normal", series_ramp, 8, 0.90,
		  true },
		{ "drift of 4 sd over half", "normal", series_half_ramp, 4,
		  0.85, true },
		{ "drift of 8 sd over half, t3", "t3", series_half_ramp, 8,
		  0.90, true },
	};
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tally tally = series_run(rows[i].noise, rows[i].shape,
						100, rows[i].size, rounds);
		char what[80];

		snprintf(what, sizeof(what), "%s: all found%s", rows[i].what,
			 rows[i].drift ? ", as one drift" : " within 2");
		holds &= sim_row(
			what,
			series_share(rows[i].drift ? tally.drifts : tally.exact,
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
		{ "drift over all", series_ramp },
		{ "drift over half", series_half_ramp },
		{ "drift there and back", series_there_and_back },
		{ "approach of a level", series_approach },
		{ "one step", series_step },
		{ "7 steps, all up", series_climb_much },
	};
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		unsigned int least = rounds;
		char what[80];

		for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
			struct tally tally = series_run("normal", rows[i].shape,
							60, sizes[s], rounds);

			if (tally.any < least)
				least = tally.any;
		}
		snprintf(what, sizeof(what),
			 "60 points, %s, 20 sd or more: told", rows[i].what);
		holds &=
			sim_row(what, series_share(least, rounds), false, 0.97);
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
