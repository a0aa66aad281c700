// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Change points where it is hard: few points, steps near the end, noise that
 * differs between the sides, and steps on a trend.
 */
#include <stdio.h>

#include "series.h"

static bool few_points(unsigned int rounds)
{
	static const struct {
		size_t count;
		const char *noise;
		double limit;
	} rows[] = {
		{ 10, "normal", 0.01 },	   { 20, "normal", 0.01 },
		{ 20, "t3", 0.02 },	   { 20, "exponential", 0.02 },
		{ 20, "AR(1) 0.3", 0.05 }, { 50, "normal", 0.01 },
		{ 200, "normal", 0.01 },   { 500, "normal", 0.01 },
	};
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tally tally = series_run(rows[i].noise, series_flat,
						rows[i].count, 0, rounds);
		char what[80];

		snprintf(what, sizeof(what), "false alarms, %zu points, %s",
			 rows[i].count, rows[i].noise);
		holds &= sim_row(what, series_share(tally.any, rounds), true,
				 rows[i].limit);
	}
	return holds;
}

static bool unequal_noise(unsigned int rounds)
{
	static const char *const kinds[] = {
		"last 8 ten times louder",
		"last 8 three times louder",
		"silent but for the last 20",
	};
	bool holds = true;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct tally tally =
			series_run(kinds[i], series_flat, 100, 0, rounds);
		char what[80];

		snprintf(what, sizeof(what), "false alarms, %s", kinds[i]);
		holds &= sim_row(what, series_share(tally.any, rounds), true,
				 0.05);
	}
	return holds;
}

static bool near_the_end(unsigned int rounds)
{
	static const struct {
		const char *what;
		shape_fn shape;
		size_t count;
		double size, limit;
	} rows[] = {
		{ "step of 2 sd at 95 of 100", series_last_5, 100, 2, 0.50 },
		{ "step of 3 sd at 97 of 100", series_last_3, 100, 3, 0.75 },
		{ "step of 3 sd at 17 of 20", series_last_3, 20, 3, 0.60 },
	};
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tally tally =
			series_run("normal", rows[i].shape, rows[i].count,
				   rows[i].size, rounds);
		char what[80];

		snprintf(what, sizeof(what), "%s found within 2", rows[i].what);
		holds &= sim_row(what, series_share(tally.near, rounds), false,
				 rows[i].limit);
	}
	return holds;
}

static bool on_a_trend(unsigned int rounds)
{
	static const struct {
		double size, limit;
	} rows[] = { { 3, 0.60 }, { 5, 0.95 }, { 10, 0.99 } };
	static const struct {
		const char *what;
		shape_fn shape;
		double size;
	} trends[] = {
		{ "drift of 8 sd over all", series_ramp, 8 },
		{ "drift of 20 sd over all", series_ramp, 20 },
		{ "drift of 100 sd over all", series_ramp, 100 },
		{ "drift of 20 sd over half", series_half_ramp, 20 },
		{ "drift of 100 sd over half", series_half_ramp, 100 },
	};
	bool holds = true;
	char what[80];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tally tally = series_run("normal", series_on_trend, 100,
						rows[i].size, rounds);

		snprintf(what, sizeof(what),
			 "step of %g sd on a trend of 20 sd found within 2",
			 rows[i].size);
		holds &= sim_row(what, series_share(tally.near, rounds), false,
				 rows[i].limit);
	}
	for (size_t i = 0; i < sizeof(trends) / sizeof(*trends); i++) {
		struct tally tally = series_run("normal", trends[i].shape, 100,
						trends[i].size, rounds);

		snprintf(what, sizeof(what), "%s: a step told", trends[i].what);
		holds &= sim_row(what, series_share(tally.any_step, rounds),
				 true, 0.02);
	}
	return holds;
}

bool sim_edges(unsigned int rounds)
{
	bool holds = few_points(rounds);

	holds &= unequal_noise(rounds);
	holds &= near_the_end(rounds);
	holds &= on_a_trend(rounds);
	return holds;
}
