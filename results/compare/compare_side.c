// SPDX-License-Identifier: GPL-2.0-or-later
/* One side of a row: the samples of a metric by boot. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"

#define TAIL_SAMPLES_MIN 100
#define ROUNDS_MAX 65536 /* of a boot */

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

/* A round's number, for rounds of two runs in turns are pairs. */
static unsigned int round_number(const struct trial *trial)
{
	return trial->boot * ROUNDS_MAX + trial->trial;
}

/* @rounds: every trial by itself. */
static void group(const struct found *found, size_t count, bool rounds,
		  struct metric_side *side)
{
	struct stats_boot *boot = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct trial *trial = found[i].trial;

		if (!i || rounds || trial->boot != found[i - 1].trial->boot) {
			side->numbers[side->side.count] =
				rounds ? round_number(trial) : trial->boot;
			side->firsts[side->side.count] = trial;
			boot = &side->boots[side->side.count++];
			boot->trials = &side->trials[i];
		}
		side->trials[i].samples = found[i].metric->samples;
		side->trials[i].count = found[i].metric->sample_count;
		boot->count++;
	}
	side->side.boots = side->boots;
}

static int gather(const struct result *result, const struct cell *cell,
		  const char *metric, bool rounds, struct metric_side *side)
{
	struct found *found;
	size_t count, room = cell->trial_count + 1;

	memset(side, 0, sizeof(*side));
	side->result = result;
	found = calloc(room, sizeof(*found));
	side->trials = calloc(room, sizeof(*side->trials));
	side->boots = calloc(room, sizeof(*side->boots));
	side->numbers = calloc(room, sizeof(*side->numbers));
	side->firsts = calloc(room, sizeof(*side->firsts));
	if (!found || !side->trials || !side->boots || !side->numbers ||
	    !side->firsts) {
		free(found);
		return -ENOMEM;
	}
	count = find_metric(cell, metric, found, side);
	group(found, count, rounds, side);
	free(found);
	return 0;
}

int side_gather(const struct result *result, const struct cell *cell,
		const char *metric, struct metric_side *side)
{
	return gather(result, cell, metric, compare_on_host(result), side);
}

int side_gather_boots(const struct result *result, const struct cell *cell,
		      const char *metric, struct metric_side *side)
{
	return gather(result, cell, metric, false, side);
}

void side_free(struct metric_side *side)
{
	free(side->trials);
	free(side->boots);
	free(side->tails);
	free(side->numbers);
	free(side->firsts);
}

/*
 * Of a baseline, whose boots are numbered on, and whose trials are where runs
 * are of one boot: the run that @trial is of, or where its boot begins.
 */
static unsigned int run_of(const json_t *runs, const struct trial *trial,
			   bool by_boot)
{
	json_int_t boot = 0, number = 0;

	for (size_t r = 0; r < json_array_size(runs); r++) {
		const json_t *run = json_array_get(runs, r);
		json_int_t first =
			json_integer_value(json_object_get(run, "first_boot"));

		if (first > trial->boot || first < boot)
			continue;
		if (first > boot)
			number = 0;
		boot = first;
		first = json_integer_value(json_object_get(run, "first_trial"));
		if (first <= trial->trial && first > number)
			number = first;
	}
	return (unsigned int)boot * ROUNDS_MAX +
	       (by_boot ? 0 : (unsigned int)number);
}

int side_logs(const struct metric_side *side, bool by_boot,
	      struct stats_logs *logs)
{
	const json_t *runs = result_value(side->result, "run/baseline/runs");
	unsigned int *of = calloc(side->side.count + 1, sizeof(*of));
	bool made = false;

	for (size_t b = 0; of && b < side->side.count; b++)
		of[b] = run_of(runs, side->firsts[b], by_boot);
	if (of)
		made = stats_logs_make(&side->side, side->numbers, of, logs);
	free(of);
	return made ? 0 : -ENOMEM;
}
