// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>

#include "../plots/plot.h"
#include "command.h"
#include "load.h"

struct plot_options {
	const char *output;
};

static const struct option_row rows[] = {
	{ .name = "output",
	  .letter = 'o',
	  .kind = OPTION_TEXT,
	  .argument = "FILE",
	  .help = "where to write the picture; it ends in .svg or .png",
	  .offset = offsetof(struct plot_options, output) },
	{ 0 },
};

static int plot(const struct loaded *loaded, const char *path,
		struct error *err)
{
	if (!path)
		return error_set(err, -EINVAL,
				 "plot: no place to write to: give -o FILE.svg "
				 "or -o FILE.png");
	return plot_results(loaded->pointers, loaded->count, path, err);
}

static int run(void *data, int argc, char **argv)
{
	const struct plot_options *options = data;
	struct loaded loaded;
	struct error err;
	int ret;

	ret = loaded_make(&loaded, argc, argv, &err);
	if (!ret)
		ret = plot(&loaded, options->output, &err);
	loaded_free(&loaded);
	if (ret)
		return command_error(&err);
	puts(options->output);
	return EXIT_FINE;
}

const struct command cmd_plot = {
	.name = "plot",
	.summary = "a picture of the figures of one or more runs",
	.arguments = "RUN...",
	.details =
		"A run is a file, the beginning of a run id, latest or "
		"latest~N. Where a numeric axis has three values or more the "
		"cells become lines over it, elsewhere a dot each; the bars "
		"are intervals. Needs gnuplot. The path of the picture goes "
		"to stdout.",
	.min_arguments = 1,
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct plot_options),
	.defaults = &(const struct plot_options){ 0 },
	.run = run,
};
