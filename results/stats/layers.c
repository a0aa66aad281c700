// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layers.h"
#include "level.h"

static const struct stats_row unknown = { NAN, NAN, NAN, 0, NAN };

static double log_level(const struct stats_boot *boot)
{
	const struct stats_side alone = { boot, 1 };
	struct level level;
	double value = NAN;

	if (level_make(&alone, &level))
		return NAN;
	if (level.median > 0)
		value = log(level.median);
	level_free(&level);
	return value;
}

bool stats_logs_make(const struct stats_side *side, const unsigned int *boots,
		     const unsigned int *runs, struct stats_logs *logs)
{
	size_t count = side->count;

	memset(logs, 0, sizeof(*logs));
	logs->values = calloc(count + 1, sizeof(*logs->values));
	logs->boots = calloc(count + 1, sizeof(*logs->boots));
	logs->runs = calloc(count + 1, sizeof(*logs->runs));
	if (!logs->values || !logs->boots || !logs->runs)
		return false;
	for (size_t b = 0; b < count; b++) {
		logs->values[b] = log_level(&side->boots[b]);
		logs->boots[b] = boots[b];
		logs->runs[b] = runs[b];
		if (isnan(logs->values[b]))
			return true;
	}
	logs->count = count;
	return true;
}

void stats_logs_free(struct stats_logs *logs)
{
	free(logs->values);
	free(logs->boots);
	free(logs->runs);
}

/* A mean with its squared standard error and the degrees of freedom of that. */
struct mean {
	double value, error2, free;
};

/* @cut: without an eighth at either end, which count as the next. */
static struct mean trimmed_mean(const double *sorted, size_t count, bool cut)
{
	size_t trim = cut ? count / 8 : 0, last = count - 1 - trim;
	double kept = (double)(count - 2 * trim), middle = 0, squares = 0;
	struct mean mean = { 0, 0, kept - 1 };

	for (size_t i = trim; i <= last; i++)
		mean.value += sorted[i] / kept;
	for (size_t i = 0; i < count; i++)
		middle += sorted[i < trim ? trim :
				 i > last ? last :
					    i] /
			  (double)count;
	for (size_t i = 0; i < count; i++)
		squares += pow(sorted[i < trim ? trim :
				      i > last ? last :
						 i] -
				       middle,
			       2);
	mean.error2 = squares / (kept * (kept - 1));
	return mean;
}

/* Of @count values in any order. False when out of memory. */
static bool mean_of(const double *values, size_t count, bool cut,
		    struct mean *mean)
{
	double *sorted = malloc(count * sizeof(*sorted));

	if (!sorted)
		return false;
	memcpy(sorted, values, count * sizeof(*sorted));
	stats_sort(sorted, count);
	*mean = trimmed_mean(sorted, count, cut);
	free(sorted);
	return true;
}

struct stats_row stats_boots_differ(const struct stats_logs *base,
				    const struct stats_logs *new, bool trim)
{
	struct stats_row row = unknown;
	struct mean old, young;

	if (base->count < 2 || new->count < 2 ||
	    !mean_of(base->values, base->count, trim, &old) ||
	    !mean_of(new->values, new->count, trim, &young))
		return row;
	row.difference = young.value - old.value;
	row.error = sqrt(old.error2 + young.error2);
	row.free = old.free + young.free;
	if (row.error > 0)
		row.free = pow(row.error, 4) /
			   (old.error2 * old.error2 / old.free +
			    young.error2 * young.error2 / young.free);
	row.units = 1 / (1.0 / (double)base->count + 1.0 / (double)new->count);
	return row;
}

struct stats_row stats_rounds_differ(const struct stats_logs *base,
				     const struct stats_logs *new, bool trim)
{
	double *pairs = calloc(base->count + 1, sizeof(*pairs));
	struct stats_row row = unknown;
	size_t count = 0;
	struct mean mean;

	for (size_t b = 0, n = 0; pairs && b < base->count; b++) {
		while (n < new->count &&new->boots[n] < base->boots[b])
			n++;
		if (n < new->count &&new->boots[n] == base->boots[b])
			pairs[count++] = new->values[n] - base->values[b];
	}
	if (count >= 2) {
		stats_sort(pairs, count);
		mean = trimmed_mean(pairs, count, trim);
		row.difference = mean.value;
		row.error = sqrt(mean.error2);
		row.free = mean.free;
		row.units = (double)count;
	}
	free(pairs);
	return row;
}

struct runs {
	double count, mean, squares; /* around the mean */
	double boots; /* in a run, harmonic mean */
	double inside, free; /* squares inside runs, degrees of freedom */
};

static double run_level(double *sorted, size_t count)
{
	size_t trim = count >= 4;
	double sum = 0;

	stats_sort(sorted, count);
	for (size_t i = trim; i < count - trim; i++)
		sum += sorted[i] / (double)(count - 2 * trim);
	return sum;
}

/* One run of @count boots; Welford 1962. */
static void add_run(struct runs *runs, double *values, size_t count)
{
	double level = run_level(values, count), off = level - runs->mean;

	for (size_t i = 0; i < count; i++)
		runs->inside += pow(values[i] - level, 2);
	runs->free += (double)count - 1;
	runs->boots += 1 / (double)count;
	runs->count++;
	runs->mean += off / runs->count;
	runs->squares += off * (level - runs->mean);
}

static bool find_runs(const struct stats_logs *logs, struct runs *runs)
{
	double *values = malloc((logs->count + 1) * sizeof(*values));

	memset(runs, 0, sizeof(*runs));
	if (!values)
		return false;
	if (logs->count)
		memcpy(values, logs->values, logs->count * sizeof(*values));
	for (size_t b = 0, next; b < logs->count; b = next) {
		for (next = b;
		     next < logs->count && logs->runs[next] == logs->runs[b];)
			next++;
		add_run(runs, values + b, next - b);
	}
	free(values);
	runs->boots = runs->count / runs->boots;
	return runs->count > 0;
}

struct stats_row stats_runs_differ(const struct stats_logs *base,
				   const struct stats_logs *new)
{
	struct stats_row row = unknown;
	struct runs old, young;
	double variance, boots;

	if (!find_runs(base, &old) || !find_runs(new, &young) ||
	    old.count + young.count < 4)
		return row;
	row.difference = young.mean - old.mean;
	row.free = old.count + young.count - 2;
	row.units = 1 / (1 / old.count + 1 / young.count);
	variance = (old.squares + young.squares) / row.free;
	/* A run of fewer boots than the others varies more than they do. */
	boots = (old.inside + young.inside) / fmax(1, old.free + young.free);
	variance += boots * fmax(0, 1 / young.boots - 1 / old.boots);
	row.error = sqrt(variance / row.units);
	return row;
}

unsigned int stats_runs(const struct stats_logs *logs)
{
	unsigned int runs = 0;

	for (size_t b = 0; b < logs->count; b++)
		runs += !b || logs->runs[b] != logs->runs[b - 1];
	return runs;
}

double stats_usual_change(const struct stats_logs *logs)
{
	struct runs runs;
	double spread;

	if (!find_runs(logs, &runs) || runs.count < 3)
		return NAN;
	spread = sqrt(runs.squares / (runs.count - 1) * (1 + 1 / runs.count));
	return expm1(stats_t_quantile(0.025, runs.count - 1) * spread);
}
