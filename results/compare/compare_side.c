// SPDX-License-Identifier: GPL-2.0-or-later
/* One side of a row: the samples of a metric by boot. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"

#define TAIL_SAMPLES_MIN 100

static const char latency[] = "latency";
const char metric_tail[] = "latency p99";

bool side_has_tail(const struct metric *metric)
{
	return !strcmp(metric->name, latency) &&
	       metric->sample_count >= TAIL_SAMPLES_MIN;
}

struct found {
	const struct trial *trial;
	const struct metric *metric;
};

/* By boot; trials of a boot stay in the order they were measured. */
static int compare_found(const void *a, const void *b)
{
	const struct found *left = a, *right = b;

	if (left->trial->boot != right->trial->boot)
		return left->trial->boot < right->trial->boot ? -1 : 1;
	return (left->trial > right->trial) - (left->trial < right->trial);
}

static void note_unit(const struct metric *metric, struct metric_side *side)
{
	if (!side->unit) {
		side->unit = metric->unit;
		side->higher_is_better = metric->higher_is_better;
	} else if (strcmp(side->unit, metric->unit) ||
		   side->higher_is_better != metric->higher_is_better) {
		side->mixed = true;
	}
}

/* A trial that stopped before its first sample says nothing: left out. */
static size_t find_metric(const struct cell *cell, const char *wanted,
			  struct found *found, struct metric_side *side)
{
	bool tail = !strcmp(wanted, metric_tail);
	const char *name = tail ? latency : wanted;
	size_t count = 0;

	for (size_t i = 0; i < cell->trial_count; i++) {
		const struct metric *metric =
			trial_metric(&cell->trials[i], name);

		if (!metric)
			continue;
		note_unit(metric, side);
		if (!metric->sample_count || (tail && !side_has_tail(metric)))
			continue;
		found[count].trial = &cell->trials[i];
		found[count++].metric = metric;
	}
	qsort(found, count, sizeof(*found), compare_found);
	return count;
}

static void group_by_boot(const struct found *found, size_t count,
			  struct metric_side *side)
{
	struct stats_boot *boot = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!i || found[i].trial->boot != found[i - 1].trial->boot) {
			side->numbers[side->side.count] = found[i].trial->boot;
			boot = &side->boots[side->side.count++];
			boot->trials = &side->trials[i];
		}
		side->trials[i].samples = found[i].metric->samples;
		side->trials[i].count = found[i].metric->sample_count;
		boot->count++;
	}
	side->side.boots = side->boots;
}

int side_gather(const struct result *result, const struct cell *cell,
		const char *metric, struct metric_side *side)
{
	struct found *found;
	size_t count;

	memset(side, 0, sizeof(*side));
	side->result = result;
	found = calloc(cell->trial_count + 1, sizeof(*found));
	side->trials = calloc(cell->trial_count + 1, sizeof(*side->trials));
	side->boots = calloc(cell->trial_count + 1, sizeof(*side->boots));
	side->numbers = calloc(cell->trial_count + 1, sizeof(*side->numbers));
	if (!found || !side->trials || !side->boots || !side->numbers) {
		free(found);
		return -ENOMEM;
	}
	count = find_metric(cell, metric, found, side);
	group_by_boot(found, count, side);
	free(found);
	return 0;
}

void side_free(struct metric_side *side)
{
	free(side->trials);
	free(side->boots);
	free(side->tails);
	free(side->numbers);
}

/* Of a baseline, whose boots are numbered on: where its run begins. */
static unsigned int run_of(const json_t *runs, unsigned int boot)
{
	json_int_t run = 0;

	for (size_t r = 0; r < json_array_size(runs); r++) {
		json_int_t first = json_integer_value(
			json_object_get(json_array_get(runs, r), "first_boot"));

		if (first <= boot && first > run)
			run = first;
	}
	return (unsigned int)run;
}

int side_logs(const struct metric_side *side, struct stats_logs *logs)
{
	const json_t *runs = result_value(side->result, "run/baseline/runs");
	unsigned int *of = calloc(side->side.count + 1, sizeof(*of));
	bool made = false;

	for (size_t b = 0; of && b < side->side.count; b++)
		of[b] = run_of(runs, side->numbers[b]);
	if (of)
		made = stats_logs_make(&side->side, side->numbers, of, logs);
	free(of);
	return made ? 0 : -ENOMEM;
}
