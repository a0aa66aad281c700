// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "command.h"
#include "results/export/export.h"
#include "results/store/resolve.h"

struct export_options {
	const char *format;
	const char *metric;
	struct text_list axes;
};

#define AT(field) offsetof(struct export_options, field)

static const struct option_row rows[] = {
	{
		.name = "format",
		.kind = OPTION_CHOICE,
		.argument = "FORMAT",
		.help = "of a profile, for callgrind_annotate and KCachegrind "
			"or for flame graphs; of samples, for spreadsheets, "
			"benchstat, or compare.py of Google Benchmark; of "
			"levels, for Prometheus; of outcomes, for kernel CI "
			"(callgrind)",
		.offset = AT(format),
		.forms = export_format_names,
	},
	{
		.name = "metric",
		.kind = OPTION_TEXT,
		.argument = "NAME",
		.help = "which metric of the cell (the first that has a "
			"profile)",
		.offset = AT(metric),
	},
	{
		.name = "parameter",
		.letter = 'p',
		.kind = OPTION_LIST,
		.argument = "AXIS=V",
		.help = "the cell with this value on an axis",
		.offset = AT(axes),
	},
	{ 0 },
};

static int export(const struct result *result, int argc, char **argv,
		  const struct export_options *options, struct error *err)
{
	char label[512], title[600];
	const struct cell *cell;
	const char *metric;
	struct profile profile;
	struct export_subject subject = {
		.title = title,
		.kinds = result_value(result, "run/profile"),
		.profile = &profile,
	};
	int ret;

	if (argc < 2)
		return error_set(err, -EINVAL,
				 "export: --format %s is of one cell: usage: "
				 "mmgauge export RUN CASE",
				 options->format);
	if (!subject.kinds)
		return error_set(err, -ENODATA,
				 "%s: has no profile: measure it with `mmgauge "
				 "run --profile=calls`",
				 argv[0]);
	ret = export_find(result, argv[1], options->axes.items,
			  options->axes.count, options->metric, &cell, &metric,
			  &profile, err);
	if (ret)
		return ret;
	snprintf(title, sizeof(title), "%.400s %.64s",
		 cell_label(cell, label, sizeof(label)), metric);
	ret = export_format(options->format)->print(stdout, &subject);
	profile_free(&profile);
	return ret ? error_set(err, ret, "out of memory") : 0;
}

static int run(void *data, int argc, char **argv)
{
	const struct export_options *options = data;
	const struct export_format *format = export_format(options->format);
	struct result result = { 0 };
	const struct export_cells cells = {
		.result = &result,
		.glob = argc > 1 ? argv[1] : "*",
		.axes = options->axes.items,
		.axis_count = options->axes.count,
	};
	struct error err;
	char path[PATH_MAX];
	int ret;

	ret = resolve_run(argv[0], NULL, path, &err);
	if (!ret)
		ret = result_load(path, &result, &err);
	if (!ret)
		ret = format->sample || format->whole ?
			      export_samples(stdout, &cells, format, &err) :
			      export(&result, argc, argv, options, &err);
	result_free(&result);
	return ret ? command_error(&err) : EXIT_FINE;
}

const struct command cmd_export = {
	.name = "export",
	.summary = "samples or a profile for other programs",
	.arguments = "RUN [CASE]",
	.details =
		"With csv, benchfmt and gbench: every sample of the cells that "
		"CASE, a name or a glob, and -p choose, or of all; `mmgauge "
		"import` reads them. With openmetrics the level of each, for "
		"Prometheus. With ktap a test for each case in the kernel's Test "
		"Anything Protocol, with a subtest for each cell: ok, skipped "
		"or not ok, why, and its levels. `mmgauge compare --format "
		"junit` is for verdicts.\n"
		"\n"
		"With callgrind and folded: what the median sample of a metric executed, of one cell "
		"of a run that was measured with --profile, for other "
		"programs: with --profile=calls with who called whom. CASE is "
		"a name or a glob; -p chooses among its cells. In folded stacks "
		"what a function ran is divided among its callers by what their "
		"calls cost.",
	.min_arguments = 1,
	.max_arguments = 2,
	.options = rows,
	.options_size = sizeof(struct export_options),
	.defaults = &(struct export_options){ .format = "callgrind" },
	.run = run,
};
