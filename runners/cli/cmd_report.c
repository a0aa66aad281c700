// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "results/base/threshold.h"
#include "plots/plot.h"
#include "command.h"
#include "load.h"
#include "signals.h"

struct report_options {
	const char *output;
	double threshold;
	uint64_t seed;
};

static const struct option_row rows[] = {
	{ .name = "output",
	  .letter = 'o',
	  .kind = OPTION_TEXT,
	  .argument = "PLACE",
	  .help = "the file to write, NAME.html, or a folder for an index.html",
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
	char path[PATH_MAX];
	struct loaded loaded;
	struct error err;
	int ret;

	signals_catch();
	if (!options->output) {
		error_set(&err, -EINVAL,
			  "report: no place to write to: give -o DIR or "
			  "-o NAME.html");
		return command_error(&err);
	}
	ret = report_path(options->output, path, &err);
	if (ret)
		return command_error(&err);
	ret = loaded_make(&loaded, argc, argv, &err);
	if (!ret)
		ret = report(&loaded, options, &err);
	loaded_free(&loaded);
	if (ret)
		return command_error(&err);
	printf("%s\n", path);
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
		"functions and kinds of work that make them. Of three runs "
		"and more it says first what changed since when. The page is "
		"one file with its pictures in it, without scripts; it prints "
		"well. Needs gnuplot. Its path goes to stdout.",
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
