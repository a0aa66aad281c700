// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Change points of many series and of many looks, and noise with a memory that
 * one autocorrelation does not describe.
 */
#include <stdio.h>
#include <stdlib.h>

#include "results/history/history_family.h"
#include "series.h"

#define SERIES 200
#define POINTS 100
#define LOOK_FIRST 10

/* The first @moved of them by half a standard deviation, from @at on. */
static void make(const gsl_rng *rng, const char *kind, size_t moved, size_t at,
		 struct history *history)
{
	*history = (struct history){ 0 };
	for (size_t i = 0; i < SERIES; i++) {
		double values[POINTS];
		char name[32];
		struct history_series *series;

		snprintf(name, sizeof(name), "%03zu", i);
		series = history_add(history, name, "", false);
		noise_find(kind)->fill(rng, values, POINTS);
		for (size_t j = 0; series && j < POINTS; j++) {
			double shift = i < moved && j >= at ? 0.5 : 0;

			if (history_add_point(series, values[j] + shift, j))
				abort();
		}
	}
}

static void find(struct history *history, double fdr, bool together)
{
	for (size_t i = 0; i < history->count; i++)
		if (history_find(&history->series[i], 0))
			abort();
	history_control(history, fdr);
	if (together && history_place(history, POINTS, 0))
		abort();
}

static bool shows_any(const struct history *history)
{
	for (size_t i = 0; i < history->count; i++)
		if (history->series[i].change_count)
			return true;
	return false;
}

/* How many series changed within @reach of @at, and how many elsewhere. */
static size_t changed_near(const struct history *history, size_t at,
			   size_t reach, size_t *elsewhere)
{
	size_t near = 0;

	*elsewhere = 0;
	for (size_t i = 0; i < history->count; i++)
		for (size_t j = 0; j < history->series[i].change_count; j++) {
			size_t index = history->series[i].changes[j].index;

			if (index + reach >= at && index <= at + reach)
				near++;
			else
				++*elsewhere;
		}
	return near;
}

static bool is_placed(const struct history *history, size_t reach)
{
	size_t elsewhere;
	size_t near = changed_near(history, POINTS / 2, reach, &elsewhere);

	return near >= 4 && near > elsewhere;
}

static bool many_series(unsigned int rounds)
{
	gsl_rng *rng = sim_rng(20261126);
	unsigned int any = 0, placed = 0, in_two = 0;
	size_t outside = 0, told = 0;
	bool holds;

	for (unsigned int i = 0; i < rounds; i++) {
		struct history history;
		size_t near, elsewhere;

		make(rng, "normal", 0, 0, &history);
		find(&history, HISTORY_FDR, true);
		any += shows_any(&history);
		history_free(&history);
		make(rng, "normal", 60, POINTS / 2, &history);
		find(&history, HISTORY_FDR, true);
		near = changed_near(&history, POINTS / 2, 2, &elsewhere);
		placed += is_placed(&history, 1);
		in_two += is_placed(&history, 2);
		outside += elsewhere;
		told += near + elsewhere;
		history_free(&history);
	}
	gsl_rng_free(rng);
	holds = sim_row("200 series, nothing changed: any change",
			series_share(any, rounds), true, 0.08);
	holds &= sim_row("60 of 200 by 0.5 sd: within 1 (oracle 0.99)",
			 series_share(placed, rounds), false, 0.95);
	holds &= sim_row("60 of 200 by 0.5 sd: within 2 (oracle 1.00)",
			 series_share(in_two, rounds), false, 0.98);
	holds &= sim_row("  of the changes told, those elsewhere",
			 told ? (double)outside / (double)told : 0, true, 0.12);
	return holds;
}

/* A look after each new point, for a year. */
static bool tells_in_a_year(const gsl_rng *rng, const char *kind)
{
	const size_t count = LOOK_FIRST + HISTORY_LOOKS;
	double values[LOOK_FIRST + HISTORY_LOOKS];
	struct history history = { 0 };
	struct history_series *series = history_add(&history, "s", "", false);
	bool any = false;

	noise_find(kind)->fill(rng, values, count);
	for (size_t i = 0; i < count && !any && series; i++) {
		if (history_add_point(series, values[i], i))
			abort();
		if (i < LOOK_FIRST)
			continue;
		find(&history, HISTORY_FDR / HISTORY_LOOKS, false);
		any = shows_any(&history);
	}
	history_free(&history);
	return any;
}

static bool many_looks(unsigned int rounds)
{
	static const char *const kinds[] = { "normal", "AR(1) 0.3" };
	bool holds = true;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
		gsl_rng *rng = sim_rng(0);
		unsigned int any = 0;
		char what[80];

		for (unsigned int i = 0; i < rounds; i++)
			any += tells_in_a_year(rng, kinds[k]);
		gsl_rng_free(rng);
		snprintf(what, sizeof(what), "365 looks, %s: any change",
			 kinds[k]);
		holds &= sim_row(what, series_share(any, rounds), true, 0.05);
	}
	return holds;
}

static bool long_memory(unsigned int rounds)
{
	static const struct {
		const char *kind;
		shape_fn shape;
		size_t count;
		double size, limit;
	} rows[] = {
		{ "AR(1) 0.9 and white", series_flat, 100, 0, 0.15 },
		{ "AR(1) 0.9 and white", series_flat, 1000, 0, 0.05 },
		{ "AR(1) 0.9", series_flat, 100, 0, 0.10 },
	};
	struct tally sure = series_run("normal", series_step, 100, 3, rounds);
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tally tally =
			series_run(rows[i].kind, rows[i].shape, rows[i].count,
				   rows[i].size, rounds);
		char what[80];

		snprintf(what, sizeof(what),
			 "%s, %zu points: a change without a word",
			 rows[i].kind, rows[i].count);
		holds &= sim_row(what, series_share(tally.unwarned, rounds),
				 true, rows[i].limit);
	}
	holds &= sim_row("step of 3 sd called strongly autocorrelated",
			 series_share(sure.any - sure.unwarned, rounds), true,
			 0.03);
	return holds;
}

bool sim_family(unsigned int rounds)
{
	bool holds = long_memory(rounds / 4);

	holds &= many_series(rounds / 20);
	holds &= many_looks(rounds / 20);
	return holds;
}
