// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "results/base/threshold.h"
#include "plots/plot.h"
#include "command.h"
#include "load.h"

struct report_options {
	const char *output;
	double threshold;
	uint64_t seed;
};

static const struct option_row rows[] = {
	{ .name = "output",
	  .letter = 'o',
	  .kind = OPTION_TEXT,
	  .argument = "DIR",
	  .help = "folder to write index.html into",
	  .offset = offsetof(struct report_options, output) },
	{ .name = "threshold",
	  .kind = OPTION_PERCENT,
	  .argument = "P%",
	  .help = "changes up to this size count as none",
	  .offset = offsetof(struct report_options, threshold) },
	{ .name = "seed",
	  .kind = OPTION_COUNT,
	  .argument = "N",
	  .help = "of the bootstrap; the same seed gives the same intervals",
	  .offset = offsetof(struct report_options, seed),
	  .max = UINT64_MAX },
	{ 0 },
};

static int report(const struct loaded *loaded,
		  const struct report_options *options, struct error *err)
{
	const struct compare_options compare = {
		.threshold = options->threshold,
		.seed = options->seed,
	};

	return report_write(loaded->pointers, loaded->count, &compare,
			    options->output, err);
}

static int run(void *data, int argc, char **argv)
{
	const struct report_options *options = data;
	struct loaded loaded;
	struct error err;
	int ret;

	if (!options->output) {
		error_set(&err, -EINVAL,
			  "report: no place to write to: give -o DIR");
		return command_error(&err);
	}
	ret = loaded_make(&loaded, argc, argv, &err);
	if (!ret)
		ret = report(&loaded, options, &err);
	loaded_free(&loaded);
	if (ret)
		return command_error(&err);
	printf("%s/index.html\n", options->output);
	return EXIT_FINE;
}

const struct command cmd_report = {
	.name = "report",
	.summary = "one HTML page with verdicts, plots, figures and machines",
	.arguments = "RUN...",
	.details =
		"A run is a file, the beginning of a run id, latest or "
		"latest~N. Each run is compared with the first one before it "
		"of the same clock and machine. Of the largest changes, "
		"where both runs were measured with --profile, it draws the "
		"functions and kinds of work that make them. The folder has "
		"all that the page needs; there are no scripts, and it prints "
		"well. Needs gnuplot. The path of the page goes to stdout.",
	.min_arguments = 1,
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct report_options),
	.defaults =
		&(const struct report_options){
			.threshold = THRESHOLD_DEFAULT,
			.seed = 1,
		},
	.run = run,
};
