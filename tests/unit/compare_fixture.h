/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Made-up results, for tests of what compare makes of them. */
#ifndef TEST_COMPARE_FIXTURE_H
#define TEST_COMPARE_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/compare/compare.h"

static const struct compare_options one_percent = { .threshold = 0.01,
						    .seed = 1 };

static inline void surround(struct result *result, const char *kind,
			    const char *accelerator, const char *fingerprint)
{
	memset(result, 0, sizeof(*result));
	result->run = json_pack("{s:s}", "id", "20261121T090000Z-6.1.0-0001");
	result->subject = json_pack("{s:s}", "release", "6.1.0");
	result->machine = json_pack("{s:s, s:s}", "accelerator", accelerator,
				    "fingerprint", fingerprint);
	result->clock = json_pack("{s:s}", "kind", kind);
}

static inline void add_trial(struct cell *cell, unsigned int boot,
			     const char *metric, const char *unit, bool higher,
			     const double *samples, size_t count)
{
	struct trial trial = { .boot = boot, .batch = 1 };
	struct metric *made = trial_add_metric(&trial, metric, unit, higher);

	for (size_t i = 0; i < count; i++)
		metric_add_sample(made, samples[i]);
	assert_int_equal(cell_add_trial(cell, &trial), 0);
}

static inline struct cell *add_cell(struct result *result, const char *name,
				    uint64_t pages)
{
	struct axis_value axis = { .axis = (char *)"pages", .number = pages };

	return result_cell(result, name, &axis, 1);
}

/*
 * Boots around @level, @spread wide, in an order that has nothing to do with
 * their numbers.
 */
static inline void add_boots(struct cell *cell, unsigned int boots,
			     double level, double spread)
{
	for (unsigned int b = 0; b < boots; b++) {
		double place = boots > 1 ? (double)((b * 3 + 1) % boots) /
						   (boots - 1) :
					   0.5;
		double boot = level * (1 + spread * (place - 0.5));
		double samples[5];

		for (int i = 0; i < 5; i++)
			samples[i] = boot * (1 + 0.0002 * (i - 2));
		add_trial(cell, b, "latency", "s/page", false, samples, 5);
	}
}

/* Compare one metric of one cell, as the given sides have it. */
static inline struct comparison
compare_one(struct result *base, struct result *new,
	    const struct compare_options *options)
{
	struct compare_report report;
	struct comparison row;

	assert_int_equal(compare_results(base, new, options, &report), 0);
	assert_int_equal(report.count, 1);
	assert_int_equal(report.verdicts[report.rows[0].verdict], 1);
	row = report.rows[0];
	row.reason = row.reason ? strdup(row.reason) : NULL;
	compare_free(&report);
	return row;
}

static inline void assert_row(struct comparison row, enum verdict verdict,
			      const char *reason)
{
	if (row.verdict != verdict)
		fail_msg("%s, not %s: ratio %g [%g, %g] %s",
			 verdict_name(row.verdict), verdict_name(verdict),
			 row.ratio, row.low, row.high,
			 row.reason ? row.reason : "");
	/* How many more boots it says depends on the draws. */
	if (reason)
		assert_non_null(strstr(row.reason ? row.reason : "", reason));
	else
		assert_null(row.reason);
	free(row.reason);
}

static inline const struct comparison *
find_row(const struct compare_report *report, const char *name,
	 const char *metric)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];
		const struct cell *cell =
			row->base_cell ? row->base_cell : row->new_cell;

		if (!strcmp(cell->name, name) &&
		    !strcmp(row->metric ? row->metric : "", metric))
			return row;
	}
	return NULL;
}

/* Sides with one of each: a report to look at. */
static inline void make_mixed(struct result *base, struct result *new)
{
	surround(base, "wall", "kvm", "m");
	surround(new, "wall", "kvm", "m");
	json_object_set_new(new->subject, "release", json_string("6.<2>.0"));
	add_boots(add_cell(base, "pin.fast", 1), 5, 100e-9, 0.004);
	add_boots(add_cell(new, "pin.fast", 1), 5, 110e-9, 0.004);
	add_boots(add_cell(base, "pin.fast", 512), 5, 2e-6, 0.004);
	add_boots(add_cell(new, "pin.fast", 512), 5, 2e-6, 0.004);
	add_boots(add_cell(base, "fault.hmm", 1), 1, 1e-6, 0);
	add_boots(add_cell(new, "fault.hmm", 1), 1, 1e-6, 0);
	cell_set_status(add_cell(base, "a\033[2J|<&>.b", 1), CELL_SKIPPED,
			"no\ndevice");
	add_cell(new, "a\033[2J|<&>.b", 1);
}

static inline void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no\n%s\nin\n%s", part, text);
}

#endif
