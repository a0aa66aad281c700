/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results for the tests of plots and reports, with what strangers may write. */
#ifndef MMGAUGE_TEST_PLOT_RESULTS_H
#define MMGAUGE_TEST_PLOT_RESULTS_H

#include "plots/plot.h"

#define HOSTILE "<script>alert(\"1\")</script>&'\t\\n\xe2\x80\xae"

static const struct compare_options one_percent = { .threshold = 0.01,
						    .seed = 1 };

static inline void surround(struct result *result, const char *kind,
			    const char *release, const char *fingerprint)
{
	memset(result, 0, sizeof(*result));
	result->run =
		json_pack("{s:s, s:s, s:s}", "id", release, "command_line",
			  "mmgauge run " HOSTILE, "tool_version", "0.1.0");
	result->subject = json_pack("{s:s}", "release", release);
	result->machine = json_pack("{s:s, s:s, s:{s:s}}", "accelerator",
				    "none", "fingerprint", fingerprint,
				    "mitigations", HOSTILE, HOSTILE);
	result->clock = json_pack("{s:s}", "kind", kind);
}

static inline struct cell *add_cell(struct result *result, const char *name,
				    uint64_t batch)
{
	struct axis_value axis = { .axis = (char *)"batch", .number = batch };
	struct cell *cell = result_cell(result, name, &axis, 1);

	assert_non_null(cell);
	return cell;
}

/* A trial whose samples are @level and a little on either side. */
static inline void add_trial(struct cell *cell, unsigned int boot,
			     const char *metric, const char *unit, double level)
{
	struct trial trial = { .boot = boot, .batch = 1 };
	struct metric *made = trial_add_metric(&trial, metric, unit, false);

	assert_non_null(made);
	for (int i = -1; i <= 1; i++)
		assert_int_equal(metric_add_sample(made, level + i), 0);
	assert_int_equal(cell_add_trial(cell, &trial), 0);
}

#endif
