// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is replicated, and how often too little is taken for enough: runs that
 * differ, boots of two values, tails of unequal counts, drift between rounds,
 * and whether the boots asked for settle what they were asked for.
 */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/compare/compare.h"
#include "results/stats/looks.h"
#include "sides.h"

#define BOOTS 5 /* in a run */

static const struct compare_options one_percent = { .threshold = 0.01,
						    .fdr = 0.05,
						    .seed = 1 };

static bool is_change(const struct comparison *row)
{
	return row->verdict == VERDICT_REGRESSION ||
	       row->verdict == VERDICT_IMPROVEMENT;
}

static void compare(const struct result *base, const struct result *new,
		    const struct compare_options *options,
		    struct compare_report *report)
{
	if (compare_results(base, new, options, report))
		abort();
}

/* Every sample of a boot, 0.5 % around its level. */
static void fill_boot(const gsl_rng *rng, const struct cell *cell,
		      unsigned int boot, double log_level)
{
	struct metric *metric = &cell->trials[boot].metrics[0];

	for (size_t s = 0; s < metric->sample_count; s++)
		metric->samples[s] =
			exp(log_level + gsl_ran_gaussian(rng, 0.005));
}

/* As `baseline save` does of @runs of five boots each. */
static void make_runs(struct result *result, unsigned int runs)
{
	json_t *list = json_array();

	sides_make(result, runs * BOOTS, 1);
	for (unsigned int r = 0; r < runs; r++)
		json_array_append_new(list, json_pack("{si}", "first_boot",
						      (int)(r * BOOTS)));
	json_object_set_new(result->run, "baseline",
			    json_pack("{so}", "runs", list));
}

/* Runs differ by 0.5 %, their boots by 0.3 %. */
static void fill_runs(const gsl_rng *rng, const struct result *result,
		      unsigned int runs, double tenth)
{
	for (size_t c = 0; c < result->cell_count; c++) {
		const struct cell *cell = &result->cells[c];
		double run = 0;

		for (unsigned int b = 0; b < runs * BOOTS; b++) {
			if (b % BOOTS == 0)
				run = gsl_ran_gaussian(rng, 0.005);
			fill_boot(rng, cell, b,
				  run + gsl_ran_gaussian(rng, 0.003) +
					  (sides_is_tenth(cell) ? log(tenth) :
								  0));
		}
	}
}

struct told {
	double any; /* comparisons with a false verdict */
	double rate; /* false among told, mean over comparisons */
	double finds; /* of the cells that are slower */
};

static void count_told(const struct compare_report *report, bool slower,
		       struct told *told)
{
	double right = 0, wrong = 0;

	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];

		if (slower && sides_is_tenth(row->base_cell))
			right += row->verdict == VERDICT_REGRESSION;
		else
			wrong += is_change(row);
	}
	for (size_t i = 0; i < report->group_count && !slower; i++)
		wrong += report->groups[i].verdict == VERDICT_REGRESSION ||
			 report->groups[i].verdict == VERDICT_IMPROVEMENT;
	told->any += wrong > 0;
	told->rate += wrong / fmax(1, right + wrong);
	told->finds += right / (CELLS / 10);
}

static struct told run_learnt(unsigned int runs, double tenth,
			      unsigned int rounds)
{
	struct compare_options options = one_percent;
	gsl_rng *rng = sim_rng(13);
	struct told told = { 0 };
	struct result base, new;

	options.learn = true;
	make_runs(&base, runs);
	sides_make(&new, BOOTS, 1);
	for (unsigned int i = 0; i < rounds; i++) {
		struct compare_report report;

		fill_runs(rng, &base, runs, 1);
		fill_runs(rng, &new, 1, tenth);
		compare(&base, &new, &options, &report);
		count_told(&report, tenth > 1, &told);
		compare_free(&report);
	}
	result_free(&base);
	result_free(&new);
	gsl_rng_free(rng);
	told.any /= rounds;
	told.rate /= rounds;
	told.finds /= rounds;
	return told;
}

static bool learnt(unsigned int rounds)
{
	static const unsigned int runs[] = { 3, 5, 10 };
	bool holds = true;

	for (size_t i = 0; i < sizeof(runs) / sizeof(*runs); i++) {
		struct told same = run_learnt(runs[i], 1, rounds);
		struct told slower = run_learnt(runs[i], 1.05, rounds);
		char what[96];

		snprintf(
			what, sizeof(what),
			"baseline of %u runs, 0.5 %% between runs: any verdict",
			runs[i]);
		holds &= sim_row(what, same.any, true, 0.06);
		holds &= sim_row("  false among told, a tenth 5 % slower",
				 slower.rate, true, 0.055);
		holds &= sim_row("  5 % slower is told", slower.finds, false,
				 0.95);
	}
	return holds;
}

/* A boot is one of two levels, to the last digit, and no cell differs. */
static bool two_valued(unsigned int boots, unsigned int rounds)
{
	gsl_rng *rng = sim_rng(17);
	struct told told = { 0 };
	struct result sides[2];
	char what[96];

	for (int i = 0; i < 2; i++)
		sides_make(&sides[i], boots, 1);
	for (unsigned int i = 0; i < rounds; i++) {
		struct compare_report report;

		for (size_t at = 0; at < 2 * CELLS * boots; at++) {
			const struct result *side = &sides[at % 2];
			struct metric *metric = &side->cells[at / 2 / boots]
							 .trials[at / 2 % boots]
							 .metrics[0];
			double level = gsl_ran_bernoulli(rng, 0.5) ? 105 : 100;

			for (size_t s = 0; s < metric->sample_count; s++)
				metric->samples[s] = level;
		}
		compare(&sides[0], &sides[1], &one_percent, &report);
		count_told(&report, false, &told);
		compare_free(&report);
	}
	result_free(&sides[0]);
	result_free(&sides[1]);
	gsl_rng_free(rng);
	snprintf(what, sizeof(what),
		 "boots of 100 or 105, %u boots: any verdict", boots);
	return sim_row(what, told.any / rounds, true, 0.05);
}

static void add_latencies(const gsl_rng *rng, struct result *result,
			  unsigned int count)
{
	static char axis_name[] = "n";

	sides_make(result, 0, 1);
	for (unsigned int i = 0; i < 100; i++) {
		const struct axis_value axis = { .axis = axis_name,
						 .number = i / BOOTS };
		struct cell *cell = result_cell(result, "sim.tail", &axis, 1);
		struct trial trial = { .boot = i % BOOTS };
		struct metric *metric =
			trial_add_metric(&trial, "latency", "s", false);

		for (unsigned int s = 0; s < count; s++)
			metric_add_sample(metric,
					  gsl_ran_lognormal(rng, 0, 0.5));
		cell_add_trial(cell, &trial);
	}
}

/* The same operation in 20 cells, timed 100 times here and 2000 there. */
static bool tails(unsigned int rounds)
{
	gsl_rng *rng = sim_rng(19);
	double alarms = 0, off = 0, count = 0;
	bool holds;

	for (unsigned int i = 0; i < rounds; i++) {
		struct compare_report report;
		struct result base, new;

		add_latencies(rng, &base, 100);
		add_latencies(rng, &new, 2000);
		compare(&base, &new, &one_percent, &report);
		for (size_t r = 0; r < report.count; r++) {
			const struct comparison *row = &report.rows[r];

			if (!row->metric || strcmp(row->metric, "latency p99"))
				continue;
			off += log(row->ratio);
			count++;
			alarms += is_change(row);
		}
		compare_free(&report);
		result_free(&base);
		result_free(&new);
	}
	gsl_rng_free(rng);
	holds = sim_row("p99 of 100 against 2000: rows with a verdict",
			alarms / count, true, 0.01);
	holds &= sim_row("  ratio above one", fabs(exp(off / count) - 1), true,
			 0.02);
	return holds;
}

/* Relative standard deviations of boots and of a step between rounds. */
struct noises {
	double boot, drift;
};

/* With what ten samples add, medians of boots differ by 1 %. */
static const struct noises one_in_all = { .boot = 0.00983 };

/*
 * @boots of either side around the level of its cell, which has this ratio, or
 * one of up to @tenth.
 */
static void fill_sides(const gsl_rng *rng, const struct result *base,
		       const struct result *new, unsigned int boots,
		       double ratio, double tenth, struct noises sds)
{
	for (size_t c = 0; c < base->cell_count; c++) {
		bool is_tenth = sides_is_tenth(&base->cells[c]);
		double level = 0, change = log(ratio);

		if (is_tenth && tenth > ratio)
			change = log(tenth) * gsl_ran_flat(rng, 0.25, 1);
		for (unsigned int b = 0; b < boots; b++) {
			level += gsl_ran_gaussian(rng, sds.drift);
			fill_boot(rng, &base->cells[c], b,
				  level + gsl_ran_gaussian(rng, sds.boot));
			fill_boot(rng, &new->cells[c], b,
				  level + change +
					  gsl_ran_gaussian(rng, sds.boot));
		}
	}
}

/* The first @boots of what was measured. */
static void cut(struct result *result, unsigned int boots)
{
	for (size_t c = 0; c < result->cell_count; c++)
		result->cells[c].trial_count = boots;
}

static double share(const struct compare_report *report, enum verdict verdict)
{
	return (double)report->verdicts[verdict] / (double)report->count;
}

/* Of cells with this ratio and 10 boots, how many are told unchanged. */
static double run_equal(double ratio, unsigned int rounds)
{
	gsl_rng *rng = sim_rng(23);
	struct result base, new;
	double unchanged = 0;

	sides_make(&base, 10, 1);
	sides_make(&new, 10, 1);
	for (unsigned int i = 0; i < rounds; i++) {
		struct compare_report report;

		fill_sides(rng, &base, &new, 10, ratio, ratio, one_in_all);
		compare(&base, &new, &one_percent, &report);
		unchanged += share(&report, VERDICT_UNCHANGED) / rounds;
		compare_free(&report);
	}
	result_free(&base);
	result_free(&new);
	gsl_rng_free(rng);
	return unchanged;
}

struct asked {
	double rows[2], settled[2]; /* of those that are equal, and slower */
};

/* Rows that asked for so many boots more, with as many. */
static void follow(struct result *base, struct result *new,
		   const unsigned int *more, unsigned int now,
		   unsigned int wanted, struct asked *asked)
{
	struct compare_report report;
	bool any = false;

	for (size_t c = 0; c < CELLS; c++)
		any |= more[c] == wanted;
	if (!any)
		return;
	cut(base, now + wanted);
	cut(new, now + wanted);
	compare(base, new, &one_percent, &report);
	for (size_t c = 0; c < CELLS; c++) {
		bool slower = sides_is_tenth(&base->cells[c]);

		if (more[c] != wanted)
			continue;
		asked->rows[slower]++;
		asked->settled[slower] +=
			report.rows[c].verdict != VERDICT_INCONCLUSIVE;
	}
	compare_free(&report);
}

/*
 * A tenth of the cells is slower by a quarter to all of @tenth: what is inconclusive after @now boots gets as
 * many as it asked for.
 */
static struct asked run_asked(double tenth, unsigned int now,
			      unsigned int rounds)
{
	const struct noises boots = { .boot = 0.01 };
	gsl_rng *rng = sim_rng(29);
	struct asked asked = { 0 };
	struct result base, new;

	sides_make(&base, BOOTS_MAX, 1);
	sides_make(&new, BOOTS_MAX, 1);
	for (unsigned int i = 0; i < rounds; i++) {
		struct compare_report report;
		unsigned int more[CELLS];

		cut(&base, BOOTS_MAX);
		cut(&new, BOOTS_MAX);
		fill_sides(rng, &base, &new, BOOTS_MAX, 1, tenth, boots);
		cut(&base, now);
		cut(&new, now);
		compare(&base, &new, &one_percent, &report);
		for (size_t c = 0; c < CELLS; c++)
			more[c] = report.rows[c].more_boots;
		compare_free(&report);
		for (unsigned int m = 1; m <= BOOTS_MAX - now; m++)
			follow(&base, &new, more, now, m, &asked);
	}
	cut(&base, BOOTS_MAX);
	cut(&new, BOOTS_MAX);
	result_free(&base);
	result_free(&new);
	gsl_rng_free(rng);
	return asked;
}

static bool asked(unsigned int rounds)
{
	static const struct {
		unsigned int boots;
		double slower;
	} rows[] = { { 5, 1.06 }, { 8, 1.06 } };
	static const char *const kinds[] = { "equal", "slower" };
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct asked all =
			run_asked(rows[i].slower, rows[i].boots, rounds);
		char what[96];

		for (int kind = 0; kind < 2; kind++) {
			double settled = all.settled[kind] / all.rows[kind];

			snprintf(what, sizeof(what),
				 "%u boots, up to %.0f %% slower: boots asked "
				 "for settle %s",
				 rows[i].boots, 100 * (rows[i].slower - 1),
				 kinds[kind]);
			holds &= sim_row(what, settled, false, 0.65);
			holds &= sim_row("  and are not too many", settled,
					 true, 0.92);
		}
	}
	return holds;
}

/* Equal cells while the machine drifts, after 40 boots of either in turns. */
static bool drift(unsigned int rounds)
{
	const struct noises rounds_drift = { 0.01, 0.01 };
	gsl_rng *rng = sim_rng(31);
	struct result base, new;
	double settled = 0, alarms = 0;
	bool holds;

	sides_make(&base, 40, stats_looks(40));
	sides_make(&new, 40, stats_looks(40));
	for (unsigned int i = 0; i < rounds; i++) {
		struct compare_report report;

		fill_sides(rng, &base, &new, 40, 1, 1, rounds_drift);
		compare(&base, &new, &one_percent, &report);
		settled += share(&report, VERDICT_UNCHANGED) / rounds;
		alarms += (share(&report, VERDICT_REGRESSION) +
				   share(&report, VERDICT_IMPROVEMENT) >
			   0) /
			  (double)rounds;
		compare_free(&report);
	}
	result_free(&base);
	result_free(&new);
	gsl_rng_free(rng);
	holds = sim_row("in turns, drift 1 % a round: equal cells settled",
			settled, false, 0.6);
	holds &= sim_row("  any change", alarms, true, 0.01);
	return holds;
}

bool sim_replication(unsigned int rounds)
{
	bool holds = learnt(2 * rounds);

	holds &= two_valued(4, 2 * rounds);
	holds &= two_valued(9, rounds);
	holds &= tails(rounds);
	holds &= sim_row("1 %, 10 boots: equal is told unchanged (oracle 0.44)",
			 run_equal(1, rounds), false, 0.42);
	holds &= sim_row("  and what differs by the threshold",
			 run_equal(1.01, rounds), true, 0.052);
	holds &= asked(rounds / 2);
	holds &= drift(rounds);
	return holds;
}
