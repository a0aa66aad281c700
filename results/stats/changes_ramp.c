// SPDX-License-Identifier: GPL-2.0-or-later
/* A level, a straight ramp and another level, by least squares. */
#include <math.h>

#include "changes_parts.h"

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

bool changes_next_ramp(const struct search *search, const struct window *window,
		       struct ramp *ramp)
{
	do {
		size_t from = ramp->tried / (CHANGES_RAMP_GRID + 1);
		size_t until = ramp->tried % (CHANGES_RAMP_GRID + 1);

		if (ramp->tried++ ==
		    CHANGES_RAMP_GRID * (CHANGES_RAMP_GRID + 1))
			return false;
		ramp->from = window->count * from / CHANGES_RAMP_GRID;
		ramp->until = window->count * until / CHANGES_RAMP_GRID;
	} while (ramp->until < ramp->from + CHANGES_RAMP_MIN);
	fit(search, window, ramp);
	return true;
}

bool changes_find_ramp(const struct search *search, const struct window *window,
		       struct ramp *best)
{
	struct ramp ramp = { 0 };

	best->rest = HUGE_VAL;
	while (changes_next_ramp(search, window, &ramp))
		if (ramp.rest < best->rest)
			*best = ramp;
	return isfinite(best->rest);
}

bool changes_move_ramp(const struct search *search, const struct window *window,
		       size_t by, unsigned int way, struct ramp *ramp)
{
	size_t *end = way & 1 ? &ramp->from : &ramp->until;

	if (way & 2)
		*end += by;
	else if (*end >= by)
		*end -= by;
	else
		return false;
	if (ramp->until > window->count ||
	    ramp->until < ramp->from + CHANGES_RAMP_MIN)
		return false;
	fit(search, window, ramp);
	return true;
}
