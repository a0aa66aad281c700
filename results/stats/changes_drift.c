// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A series that climbs slowly looks like stairs to a search for steps. Where a
 * level, a straight ramp and another level fit as well with fewer numbers, the
 * stairs are one drift.
 */
#include <math.h>
#include <string.h>

#include "changes_parts.h"

#define RUN_MAX 16 /* steps explained by one drift */
#define GRID 16 /* places where a ramp may begin or end */
#define POINTS_MIN 8 /* of a ramp: anything shorter is a step */

/*
 * The odds a ramp must have over the stairs beyond what its numbers cost, since
 * the best of many ramps is taken.
 */
#define RAMP_MARGIN 2.0

void changes_fill_window(struct search *search, size_t start, size_t end,
			 double reach, struct window *window)
{
	double level = changes_median(search, start, end), sum = 0, squares = 0;

	if (!window->count) {
		search->sums[0] = search->moments[0] = 0;
		window->start = start;
		window->origin = level;
	}
	for (size_t i = start; i < end; i++) {
		size_t at = window->count++;
		double value = changes_clamp(search->values[i], level - reach,
					     level + reach) -
			       window->origin;

		search->sums[at + 1] = search->sums[at] + value;
		search->moments[at + 1] =
			search->moments[at] + value * (double)at;
		sum += value;
		squares += value * value;
	}
	window->squares += squares;
	window->stairs += squares - sum * sum / (double)(end - start);
}

static void fill(struct search *search, size_t first, size_t last,
		 struct window *window)
{
	double reach = CHANGES_CLIP * search->noise;

	memset(window, 0, sizeof(*window));
	for (size_t i = first; i <= last; i++)
		changes_fill_window(search, changes_start(search, i),
				    search->places[i].at, reach, window);
	changes_fill_window(search, search->places[last].at,
			    changes_end(search, last), reach, window);
}

/* Least squares on 0 before, 1 behind and a straight line between. */
static void fit(const struct search *search, const struct window *window,
		struct ramp *ramp)
{
	const double *sums = search->sums, *moments = search->moments;
	double count = (double)window->count, total = sums[window->count];
	double length = (double)(ramp->until - ramp->from);
	double behind = count - (double)ramp->until;
	double inside = sums[ramp->until] - sums[ramp->from];
	double mean = (length / 2 + behind) / count, together;

	ramp->spread =
		length / 3 - 1 / (12 * length) + behind - mean * mean * count;
	together = (moments[ramp->until] - moments[ramp->from] -
		    ((double)ramp->from - 0.5) * inside) /
			   length +
		   total - sums[ramp->until] - mean * total;
	ramp->rise = together / ramp->spread;
	ramp->level = total / count - ramp->rise * mean;
	ramp->rest =
		window->squares - total * total / count - together * ramp->rise;
}

bool changes_find_ramp(const struct search *search, const struct window *window,
		       struct ramp *best)
{
	struct ramp ramp = { 0 };

	best->rest = HUGE_VAL;
	for (size_t i = 0; i < GRID; i++) {
		for (size_t j = i + 1; j <= GRID; j++) {
			ramp.from = window->count * i / GRID;
			ramp.until = window->count * j / GRID;
			if (ramp.until - ramp.from < POINTS_MIN)
				continue;
			fit(search, window, &ramp);
			if (ramp.rest < best->rest)
				*best = ramp;
		}
	}
	return isfinite(best->rest);
}

/*
 * Whether the ramp beats @steps steps by Schwarz's criterion, in which a step
 * costs three numbers, its place being the best of many (Zhang and Siegmund,
 * "A modified Bayes information criterion", 2007); a ramp is four.
 */
static bool is_better(const struct search *search, const struct window *window,
		      const struct ramp *ramp, size_t steps)
{
	double unit = search->noise * search->inflation;
	double more_numbers = 4 - 3 * (double)steps;

	if (!(unit > 0))
		return false;
	return (window->stairs - ramp->rest) / (unit * unit) >
	       more_numbers * log((double)window->count) + RAMP_MARGIN;
}

static double to_raw(const struct search *search, double value)
{
	return 2 * (value * search->half_unit + search->half_middle);
}

static void describe(const struct search *search, const struct window *window,
		     const struct ramp *ramp, struct change *change)
{
	double level = ramp->level + window->origin;

	change->kind = CHANGE_DRIFT;
	change->index = window->start + ramp->from;
	change->end = window->start + ramp->until - 1;
	change->first = change->index;
	change->last = change->end;
	change->before = to_raw(search, level);
	change->after = to_raw(search, level + ramp->rise);
	changes_set_size(search, search->noise / sqrt(ramp->spread),
			 (double)window->count - 4, change);
}

static bool same_way(const struct change *a, const struct change *b)
{
	return (a->after > a->before) == (b->after > b->before);
}

/* How many steps from @first on one drift explains, 0 for none. */
static size_t explain(struct search *search, const struct change *items,
		      size_t first, struct change *drift)
{
	size_t steps = 1, count = search->place_count;
	struct window window;
	struct ramp ramp = { 0 };

	while (steps < RUN_MAX && first + steps < count &&
	       same_way(&items[first], &items[first + steps]))
		steps++;
	for (; steps; steps /= 2) {
		fill(search, first, first + steps - 1, &window);
		if (changes_find_ramp(search, &window, &ramp) &&
		    is_better(search, &window, &ramp, steps)) {
			describe(search, &window, &ramp, drift);
			return steps;
		}
	}
	return 0;
}

size_t changes_find_drifts(struct search *search, struct change *items)
{
	size_t kept = 0, steps;

	for (size_t i = 0; i < search->place_count; i += steps ? steps : 1) {
		struct change change = items[i];

		steps = explain(search, items, i, &change);
		for (size_t j = i + 1; j < i + steps; j++)
			change.probability =
				fmax(change.probability, items[j].probability);
		/* Two ramps may both reach into the level between them. */
		if (kept && change.index <= items[kept - 1].end) {
			change.index = items[kept - 1].end + 1;
			change.first = change.index;
		}
		if (change.end < change.index)
			change.end = change.index;
		items[kept++] = change;
	}
	return kept;
}
