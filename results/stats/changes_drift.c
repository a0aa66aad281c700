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
#define REFINE 16 /* moves of an end by one length */

/*
 * The odds a ramp must have over the stairs beyond what its numbers cost, since
 * the best of many ramps is taken.
 */
#define RAMP_MARGIN 2.0

/*
 * A ramp and a step are seven numbers, and the best of many ramps at that: more
 * than any other pair, or spikes would make them.
 */
#define SLOPE_COST 10
#define SLOPE_GAIN_MIN 12.0 /* of slopes between steps, to look at all */

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

/* The ends of the best on the grid may be a little off. */
static void refine(const struct search *search, const struct window *window,
		   struct ramp *ramp)
{
	for (size_t by = window->count / CHANGES_RAMP_GRID + 1; by; by /= 2)
		for (unsigned int i = 0; i < REFINE; i++) {
			struct ramp moved = *ramp;

			if (changes_move_ramp(search, window, by, i % 4,
					      &moved) &&
			    moved.rest < ramp->rest)
				*ramp = moved;
		}
}

/*
 * Whether what leaves @rest beats @steps steps by Schwarz's criterion, in which
 * a step costs three numbers, its place being the best of many (Zhang and
 * Siegmund, "A modified Bayes information criterion", 2007); a ramp is four.
 */
static bool is_better(const struct window *window, double rest, double unit,
		      double numbers, size_t steps)
{
	double more_numbers = numbers - 3 * (double)steps;

	if (!(unit > 0))
		return false;
	return (window->stairs - rest) / (unit * unit) >
	       more_numbers * log((double)window->count) + RAMP_MARGIN;
}

static double to_raw(const struct search *search, double value)
{
	return 2 * (value * search->half_unit + search->half_middle);
}

/* A drift over @from..@until of the window, from one value to another. */
static struct change drift(const struct search *search,
			   const struct window *window, size_t from,
			   size_t until, double before, double after)
{
	return (struct change){
		.kind = CHANGE_DRIFT,
		.index = window->start + from,
		.end = window->start + until - 1,
		.first = window->start + from,
		.last = window->start + until - 1,
		.before = to_raw(search, window->origin + before),
		.after = to_raw(search, window->origin + after),
	};
}

static size_t describe_ramp(const struct search *search,
			    const struct window *window,
			    const struct ramp *ramp, struct change *change)
{
	*change = drift(search, window, ramp->from, ramp->until, ramp->level,
			ramp->level + ramp->rise);
	changes_set_size(search, search->noise / sqrt(ramp->spread),
			 (double)window->count - 4, change);
	return 1;
}

/* The drift until the step, the step, and the drift behind it. */
static size_t describe_slope(const struct search *search,
			     const struct window *window,
			     const struct slope *slope, struct change *items)
{
	const struct ramp *ramp = &slope->ramp;
	double here = changes_slope_at(slope, (double)slope->at);
	double end = ramp->level + ramp->rise + slope->size;
	double error = slope->noise / search->inflation;
	size_t count = 0;
	struct change *step;

	if (slope->at >= ramp->from + CHANGES_RAMP_MIN)
		items[count++] =
			drift(search, window, ramp->from,
			      slope->at < ramp->until ? slope->at : ramp->until,
			      ramp->level, here);
	step = &items[count++];
	*step = drift(search, window, slope->at, slope->at + 1, here,
		      here + slope->size);
	step->kind = CHANGE_STEP;
	step->first = window->start + slope->first;
	step->last = window->start + slope->last;
	if (ramp->until >= slope->at + CHANGES_RAMP_MIN)
		items[count++] =
			drift(search, window,
			      slope->at > ramp->from ? slope->at : ramp->from,
			      ramp->until, here + slope->size, end);
	for (size_t i = 0; i < count; i++) {
		items[i].probability = 1 - slope->chance;
		changes_set_size(search,
				 error / sqrt(items[i].kind == CHANGE_STEP ?
						      slope->spread :
						      ramp->spread),
				 (double)window->count - 7, &items[i]);
	}
	return count;
}

/* How much a straight line leaves less of @from..@until than a level. */
static double line_gain(const struct search *search, size_t from, size_t until)
{
	double count = (double)(until - from);
	double middle = ((double)from + (double)until - 1) / 2;
	double together = search->moments[until] - search->moments[from] -
			  middle * (search->sums[until] - search->sums[from]);

	return together * together * 12 / (count * (count * count - 1));
}

/*
 * Whether a ramp and a step can be better than @steps steps from @first on, as
 * far as slopes between these tell; the search for them takes long.
 */
static bool may_be_slope(const struct search *search,
			 const struct window *window, size_t first,
			 size_t steps)
{
	double unit = search->noise, gain = 0;
	double needed = (SLOPE_COST - 3 * (double)steps) *
			log((double)window->count) * unit * unit;

	for (size_t i = first; i <= first + steps; i++) {
		size_t until = i < search->place_count ? search->places[i].at :
							 search->count;

		gain += line_gain(search,
				  changes_start(search, i) - window->start,
				  until - window->start);
	}
	return gain > fmax(needed / 2, SLOPE_GAIN_MIN * unit * unit);
}

static bool same_way(const struct change *a, const struct change *b)
{
	return (a->after > a->before) == (b->after > b->before);
}

/* What explains the steps from @first on: into @out, as many; 0 for nothing. */
static size_t explain(struct search *search, const struct change *steps,
		      size_t first, size_t *used, struct change *out)
{
	double unit = search->noise * search->inflation;
	size_t count = search->place_count;
	struct window window;
	struct slope slope;
	struct ramp ramp = { 0 };

	*used = 1;
	while (*used < RUN_MAX && first + *used < count &&
	       same_way(&steps[first], &steps[first + *used]))
		++*used;
	for (; *used; *used /= 2) {
		bool is_drift;

		fill(search, first, first + *used - 1, &window);
		if (!changes_find_ramp(search, &window, &ramp))
			continue;
		refine(search, &window, &ramp);
		is_drift = is_better(&window, ramp.rest, unit, 4, *used);
		if (may_be_slope(search, &window, first, *used) &&
		    changes_find_slope(search, &window, &ramp, &slope) &&
		    is_better(&window, slope.rest, slope.noise, SLOPE_COST,
			      *used))
			return describe_slope(search, &window, &slope, out);
		if (is_drift)
			return describe_ramp(search, &window, &ramp, out);
	}
	return 0;
}

/* Two ramps may both reach into the level between them. */
static void keep_apart(const struct change *last, struct change *change)
{
	if (change->index <= last->end) {
		change->index = last->end + 1;
		change->first = change->index;
	}
	if (change->end < change->index)
		change->end = change->index;
	if (change->last < change->index)
		change->last = change->index;
}

size_t changes_find_drifts(struct search *search, const struct change *steps,
			   struct change *out)
{
	size_t kept = 0, used;

	for (size_t i = 0; i < search->place_count; i += used) {
		double probability = steps[i].probability;
		size_t found = explain(search, steps, i, &used, out + kept);

		if (!found) {
			out[kept] = steps[i];
			found = used = 1;
		}
		for (size_t j = i + 1; j < i + used; j++)
			probability = fmax(probability, steps[j].probability);
		for (size_t j = kept; j < kept + found; j++) {
			out[j].probability =
				fmax(out[j].probability, probability);
			if (j)
				keep_apart(&out[j - 1], &out[j]);
		}
		kept += found;
	}
	return kept;
}
