// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/base/threshold.h"
#include "plots/plot.h"
#include "command.h"
#include "load.h"
#include "signals.h"

struct plot_options {
	const char *output;
	double threshold;
};

static const struct option_row rows[] = {
	{ .name = "output",
	  .letter = 'o',
	  .kind = OPTION_TEXT,
	  .argument = "FILE",
	  .help = "where to write the picture; it ends in .svg or .png",
	  .offset = offsetof(struct plot_options, output) },
	{ .name = "threshold",
	  .kind = OPTION_PERCENT,
	  .argument = "P%",
	  .help = "changes up to this size count as none",
	  .offset = offsetof(struct plot_options, threshold) },
	{ 0 },
};

/* A run has none of these characters, unless it is a file that is there. */
static bool is_glob(const char *operand)
{
	return strpbrk(operand, "*?[") && access(operand, F_OK);
}

/* The runs to the front of @argv, in their order; how many there are. */
static int runs_first(int argc, char **argv)
{
	int runs = 0;

	for (int i = 0; i < argc; i++) {
		char *operand = argv[i];

		if (is_glob(operand))
			continue;
		memmove(argv + runs + 1, argv + runs,
			(size_t)(i - runs) * sizeof(*argv));
		argv[runs++] = operand;
	}
	return runs;
}

static bool matches(const struct cell *cell, char *const *globs, int count)
{
	for (int i = 0; i < count; i++)
		if (!fnmatch(globs[i], cell->name, 0))
			return true;
	return !count;
}

/* The cells that match, in an array of their own; contents stay shared. */
static int select_cells(struct result *result, char *const *globs, int count)
{
	struct cell *cells = calloc(result->cell_count + 1, sizeof(*cells));
	size_t chosen = 0;

	if (!cells)
		return -ENOMEM;
	for (size_t i = 0; i < result->cell_count; i++)
		if (matches(&result->cells[i], globs, count))
			cells[chosen++] = result->cells[i];
	result->cells = cells;
	result->cell_count = chosen;
	return 0;
}

static int plot_cells(const struct loaded *loaded, char *const *globs,
		      int glob_count, const struct plot_options *options,
		      struct error *err)
{
	const struct compare_options compare = {
		.threshold = options->threshold,
		.seed = 1,
	};
	struct result *results = calloc(loaded->count, sizeof(*results));
	const struct result **pointers =
		calloc(loaded->count, sizeof(*pointers));
	size_t selected = 0;
	int ret = results && pointers ? 0 : -ENOMEM;

	while (selected < loaded->count && !ret) {
		results[selected] = *loaded->pointers[selected];
		pointers[selected] = &results[selected];
		ret = select_cells(&results[selected], globs, glob_count);
		selected += !ret;
	}
	if (ret)
		error_set(err, ret, "out of memory");
	else
		ret = plot_results(pointers, selected, &compare,
				   options->output, err);
	for (size_t i = 0; i < selected; i++)
		free(results[i].cells);
	free(results);
	free(pointers);
	return ret;
}

static int check(const struct plot_options *options, int runs,
		 struct error *err)
{
	if (!options->output)
		return error_set(err, -EINVAL,
				 "plot: no place to write to: give -o FILE.svg "
				 "or -o FILE.png");
	if (!runs)
		return error_set(err, -EINVAL,
				 "plot: patterns of cases but no run: name one "
				 "as well, for example latest");
	return 0;
}

static int run(void *data, int argc, char **argv)
{
	const struct plot_options *options = data;
	int runs = runs_first(argc, argv), ret;
	struct loaded loaded = { 0 };
	struct error err;

	signals_catch();
	ret = check(options, runs, &err);
	if (!ret)
		ret = loaded_make(&loaded, runs, argv, &err);
	if (!ret)
		ret = plot_cells(&loaded, argv + runs, argc - runs, options,
				 &err);
	loaded_free(&loaded);
	if (ret)
		return command_error(&err);
	puts(options->output);
	return EXIT_FINE;
}

const struct command cmd_plot = {
	.name = "plot",
	.summary = "a picture of what one or more runs measured",
	.arguments = "RUN|GLOB...",
	.details =
		"A run is a file, the beginning of a run id, latest or "
		"latest~N. A pattern such as 'pin.*' chooses cases; without "
		"one all are plotted. With several runs, the base first, the "
		"picture begins with the change of every metric, coloured by "
		"verdict. Below are the absolute values: lines over a numeric "
		"axis with three values or more, with the slopes of those that "
		"are straight, and beyond the same cell with \"none\" where "
		"there is one; a dot each elsewhere; quantiles of single "
		"operations (run --latency). The bars are intervals. Needs gnuplot. The path of the picture "
		"goes to stdout.",
	.min_arguments = 1,
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct plot_options),
	.defaults =
		&(const struct plot_options){ .threshold = THRESHOLD_DEFAULT },
	.run = run,
};
