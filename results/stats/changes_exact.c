// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Series without noise: runs of equal values. No noise can be estimated from
 * them, and none need be: values that come in runs do not come by chance.
 */
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "changes_parts.h"

/* How often values in any order may come in as few runs. */
#define RUNS_CHANCE 0.002

/* The share of points that may be spikes: of no level. */
#define SPIKES_MAX 0.1

struct level {
	double value;
	size_t points, runs;
	bool lasts; /* long enough for a segment, once at least */
};

static size_t run_end(const double *values, size_t count, size_t start)
{
	size_t end = start + 1;

	while (end < count && values[end] == values[start])
		end++;
	return end;
}

static bool is_level(size_t start, size_t end)
{
	return end - start >= CHANGES_SEGMENT_MIN;
}

static int by_value(const void *a, const void *b)
{
	const struct level *first = a, *second = b;

	return (first->value > second->value) - (first->value < second->value);
}

/* Each value once, with how many points and runs there are of it. */
static size_t find_levels(const double *values, size_t count,
			  struct level *levels)
{
	size_t found = 0, kept = 0;

	for (size_t start = 0, end; start < count; start = end) {
		end = run_end(values, count, start);
		levels[found++] = (struct level){ values[start], end - start, 1,
						  is_level(start, end) };
	}
	qsort(levels, found, sizeof(*levels), by_value);
	for (size_t i = 1; i < found; i++) {
		if (levels[kept].value == levels[i].value) {
			levels[kept].points += levels[i].points;
			levels[kept].runs += levels[i].runs;
			levels[kept].lasts |= levels[i].lasts;
		} else {
			levels[++kept] = levels[i];
		}
	}
	return kept + 1;
}

/*
 * Whether the values that last come in too few runs for their order to be
 * chance: in how many orders they come in as many runs, of all there are. A
 * value that never lasts is a spike, and there may be few.
 */
static bool is_exact(const struct level *levels, size_t count, size_t all)
{
	double chance = 0;
	size_t points = 0, runs = 0, values = 0;

	for (size_t i = 0; i < count; i++) {
		if (!levels[i].lasts)
			continue;
		values++;
		points += levels[i].points;
		runs += levels[i].runs;
		chance += gsl_sf_lnchoose(levels[i].points - 1,
					  levels[i].runs - 1) -
			  gsl_sf_lnfact(levels[i].runs) +
			  gsl_sf_lnfact(levels[i].points);
	}
	chance += gsl_sf_lnfact(runs) - gsl_sf_lnfact(points);
	return values > 1 &&
	       (double)(all - points) <= SPIKES_MAX * (double)all &&
	       chance < log(RUNS_CHANCE);
}

/* How many points are in runs that last. */
static size_t count_lasting(const double *values, size_t count)
{
	size_t lasting = 0;

	for (size_t start = 0, end; start < count; start = end) {
		end = run_end(values, count, start);
		if (is_level(start, end))
			lasting += end - start;
	}
	return lasting;
}

static void find_steps(const double *values, size_t count,
		       struct changes *answer)
{
	size_t last = 0; /* the end of the last run that lasts */

	for (size_t start = 0, end; start < count; start = end) {
		end = run_end(values, count, start);
		if (!is_level(start, end))
			continue;
		if (last && values[start] != values[last - 1])
			answer->items[answer->count++] = (struct change){
				.kind = CHANGE_STEP,
				.index = start,
				.end = start,
				.first = last,
				.last = start,
				.before = values[last - 1],
				.after = values[start],
				.low = values[start] - values[last - 1],
				.high = values[start] - values[last - 1],
				.probability = 1,
			};
		last = end;
	}
}

bool changes_find_exact(const double *values, size_t count,
			struct changes *answer)
{
	struct level *levels;
	bool exact;

	if (count_lasting(values, count) < count / 2)
		return false;
	levels = calloc(count, sizeof(*levels));
	answer->items =
		calloc(count / CHANGES_SEGMENT_MIN + 1, sizeof(*answer->items));
	exact = levels && answer->items &&
		is_exact(levels, find_levels(values, count, levels), count);
	if (!levels || !answer->items)
		answer->status = STATS_NO_MEMORY;
	free(levels);
	if (exact)
		find_steps(values, count, answer);
	else
		changes_free(answer);
	return exact;
}
