// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the noise comes from, and the cheapest way to a wanted precision. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compare_parts.h"

/* A wild sample must not pass for noise: a median does not mind it. */
#define CLIP 3.5

/* To boot a host, which no run has timed, takes about a minute. */
#define HOST_BOOT 60.0

/* The logarithms, each held near the middle of its trial. */
static int take_logs(const struct stats_trial *trial, double *logs,
		     double *sorted)
{
	double middle, reach;

	for (size_t i = 0; i < trial->count; i++)
		sorted[i] = logs[i] = log(trial->samples[i]);
	stats_sort(sorted, trial->count);
	middle = stats_sorted_quantile(sorted, trial->count, 0.5);
	reach = stats_sorted_quantile(sorted, trial->count, 0.75) -
		stats_sorted_quantile(sorted, trial->count, 0.25);
	reach *= CLIP / 1.349;
	for (size_t i = 0; i < trial->count; i++)
		logs[i] = fmin(middle + reach, fmax(middle - reach, logs[i]));
	return isfinite(middle) && isfinite(reach) ? 0 : -EDOM;
}

static size_t count_samples(const struct metric_side *from)
{
	size_t count = 0;

	for (size_t b = 0; b < from->side.count; b++)
		for (size_t t = 0; t < from->boots[b].count; t++)
			count += from->boots[b].trials[t].count;
	return count;
}

/* The samples of @side are its logarithms' afterwards, and gone. */
static int noise_of(struct metric_side *side, struct stats_components *noise)
{
	size_t count = count_samples(side);
	double *logs = calloc(2 * count + 1, sizeof(*logs)), *at = logs;
	struct stats_trial *trial = side->trials;
	int ret = 0;

	*noise = (struct stats_components){ STATS_EMPTY, NAN, NAN, NAN };
	if (!logs)
		return -ENOMEM;
	for (size_t b = 0; b < side->side.count && !ret; b++)
		for (size_t t = 0; t < side->boots[b].count && !ret; t++) {
			ret = take_logs(trial, at, logs + count);
			trial->samples = at;
			at += trial++->count;
		}
	if (!ret)
		*noise = stats_components(&side->side);
	free(logs);
	return 0;
}

static double mean(double a, double b)
{
	return a / 2 + b / 2;
}

int compare_noise(struct metric_side *base, struct metric_side *new,
		  struct stats_components *noise)
{
	struct stats_components old, young;
	int ret = noise_of(base, &old);

	if (!ret)
		ret = noise_of(new, &young);
	if (ret)
		return ret;
	*noise = old.status ? old : young;
	if (old.status || young.status)
		return 0;
	noise->boot = mean(old.boot, young.boot);
	noise->trial = mean(old.trial, young.trial);
	noise->sample = mean(old.sample, young.sample);
	return 0;
}

/* Seconds since 1970; NaN when absent or damaged. */
static double when(const struct result *result, const char *path)
{
	const char *text = result_text(result, path);
	struct tm tm = { 0 };

	if (!text || !strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return NAN;
	return (double)timegm(&tm);
}

bool compare_at_once(const struct compare_report *report)
{
	const struct result *base = report->base, *new = report->new;

	return when(new, "run/started") <= when(base, "run/finished") &&
	       when(base, "run/started") <= when(new, "run/finished");
}

/* What was measured, and how long its samples took. */
struct spent {
	double boots, cells, trials, samples;
	double seconds; /* of the samples */
};

/* A sample is in seconds an operation, or a page of it. */
static double sample_seconds(const struct trial *trial,
			     const struct metric *metric)
{
	double pages = 1, sum = 0;

	for (size_t i = 0; i < trial->fact_count; i++)
		if (!strcmp(trial->facts[i].name, "pages") &&
		    !strcmp(metric->unit, "s/page"))
			pages = fmax(1, trial->facts[i].value);
	for (size_t i = 0; i < metric->sample_count; i++)
		sum += metric->samples[i];
	return sum * pages * (double)trial->batch;
}

static struct spent add_up(const struct result *result)
{
	struct spent spent = { 0 };

	for (size_t c = 0; c < result->cell_count; c++) {
		const struct cell *cell = &result->cells[c];

		spent.cells += cell->trial_count > 0;
		for (size_t t = 0; t < cell->trial_count; t++) {
			const struct trial *trial = &cell->trials[t];
			size_t most = 0;

			spent.boots = fmax(spent.boots, trial->boot + 1.0);
			spent.trials++;
			for (size_t m = 0; m < trial->metric_count; m++) {
				const struct metric *metric =
					&trial->metrics[m];

				spent.seconds += sample_seconds(trial, metric);
				if (metric->sample_count > most)
					most = metric->sample_count;
			}
			spent.samples += (double)most;
		}
	}
	return spent;
}

/*
 * What one more boot, trial and sample of all cells together takes. What is no
 * sample is laid to the boots of a guest and to the trials of a host; the
 * warm-up of a trial takes about as long as its samples.
 */
static struct stats_cost cost_of(const struct compare_report *report)
{
	const struct result *run = report->new;
	double total = when(run, "run/finished") - when(run, "run/started");
	struct spent spent = add_up(run);
	struct stats_cost cost;

	/* Both sides of an interleaved run take the same time together. */
	if (compare_at_once(report))
		total /= 2;
	cost.sample = spent.seconds / spent.samples * spent.cells;
	cost.trial = cost.sample * spent.samples / spent.trials;
	cost.boot = fmax(0, total - 2 * spent.seconds) / spent.boots;
	if (compare_on_host(run)) {
		cost.trial += cost.boot * spent.boots / spent.trials;
		cost.boot = HOST_BOOT;
	}
	return cost;
}

static bool takes_part(const struct comparison *row)
{
	return row->verdict != VERDICT_INCOMPARABLE && !row->noise.status;
}

/* One of the layers' standard deviations, that of the middle row. */
static double middle_of(const struct compare_report *report, size_t layer,
			double *scratch)
{
	size_t count = 0;

	for (size_t i = 0; i < report->count; i++) {
		const struct stats_components *noise = &report->rows[i].noise;
		const double layers[] = { noise->boot, noise->trial,
					  noise->sample };

		if (takes_part(&report->rows[i]))
			scratch[count++] = sqrt(layers[layer]);
	}
	stats_sort(scratch, count);
	return stats_sorted_quantile(scratch, count, 0.5);
}

/*
 * One design for all rows: the dearest that any of them needs, and the boots
 * that another may need beyond, with more noise in another layer. A row that no
 * number of boots brings so far is counted.
 */
static void design(struct compare_report *report)
{
	struct stats_cost cost = cost_of(report);
	double reach = log1p(report->options.precision);
	struct compare_plan *plan = &report->plan;
	struct stats_design *best = &plan->design, own;

	if (!isfinite(cost.boot + cost.trial + cost.sample))
		return;
	for (size_t i = 0; i < report->count; i++) {
		const struct stats_components *noise = &report->rows[i].noise;

		if (!takes_part(&report->rows[i]) ||
		    (best->boots && stats_design_reach(noise, best) <= reach))
			continue;
		if (!stats_cheapest(noise, &cost, reach, &own))
			plan->hopeless++;
		else if (own.cost > best->cost)
			*best = own;
	}
	for (size_t i = 0; i < report->count && best->boots; i++)
		while (takes_part(&report->rows[i]) &&
		       best->boots < STATS_DESIGN_BOOTS &&
		       stats_design_reach(&report->rows[i].noise, best) > reach)
			best->boots++;
	best->cost = best->boots *
		     (cost.boot + best->trials * (cost.trial +
						  best->samples * cost.sample));
}

int compare_make_plan(struct compare_report *report)
{
	double *scratch = calloc(report->count + 1, sizeof(*scratch));

	if (!scratch)
		return -ENOMEM;
	report->plan.boot = middle_of(report, 0, scratch);
	report->plan.trial = middle_of(report, 1, scratch);
	report->plan.sample = middle_of(report, 2, scratch);
	free(scratch);
	design(report);
	return 0;
}
