// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "figures.h"
#include "results/store/resolve.h"
#include "style.h"

/* A screen of 40, less the head and the prompt. */
#define SCREEN_LINES 34

struct show_options {
	const char *format;
	const char *sort;
	const char *base;
	struct text_list axes;
	bool all;
};

#define AT(field) offsetof(struct show_options, field)

static const struct option_row rows[] = {
	{
		.name = "base",
		.kind = OPTION_TEXT,
		.argument = "RUN",
		.help = "what changes are from: else the last run of the store "
			"before it on the same machine and clock, or a "
			"baseline of these; none tells no changes",
		.offset = AT(base),
	},
	{
		.name = "parameter",
		.letter = 'p',
		.kind = OPTION_LIST,
		.argument = "AXIS=V[,V...]",
		.help = "only cells with one of these values, which may be "
			"globs, on an axis",
		.offset = AT(axes),
	},
	{
		.name = "sort",
		.kind = OPTION_CHOICE,
		.help = "the rows: those first that changed most (change), or "
			"in the order of cases",
		.offset = AT(sort),
		.choices = "change|case",
	},
	{
		.name = "all",
		.kind = OPTION_FLAG,
		.help = "a row for each metric of each cell, not a screen",
		.offset = AT(all),
	},
	OPTION_FORMAT(AT(format)),
	{ 0 },
};

static int load(const char *name, const struct result *like,
		struct result *result, struct error *err)
{
	char path[PATH_MAX];
	int ret = resolve_run(name, like, path, err);

	return ret ? ret : result_load(path, result, err);
}

/* 1 with @base filled, 0 without one. */
static int find_base(const struct show_options *options,
		     const struct result *result, struct result *base,
		     struct error *err)
{
	int ret;

	if (!options->base)
		return figures_base(result, base);
	if (!strcmp(options->base, "none"))
		return 0;
	ret = load(options->base, result, base, err);
	return ret ? ret : 1;
}

static int show(const struct show_options *options, const struct result *result,
		const struct figures *figures, struct error *err)
{
	const char *unused = cell_filter_unused(&figures->filter, &result, 1);
	struct result base = { 0 };
	int ret = cell_filter_check(&figures->filter, err);

	if (ret)
		return ret;
	if (unused)
		return error_set(err, -ENOENT,
				 "%.200s: no case of this run: see `mmgauge "
				 "show` without it",
				 unused);
	ret = find_base(options, result, &base, err);
	if (ret < 0)
		return ret;
	ret = figures_print(stdout, result, ret ? &base : NULL, figures);
	result_free(&base);
	return ret ? error_set(err, ret, "show: out of memory") : 0;
}

static int run(void *data, int argc, char **argv)
{
	const struct show_options *options = data;
	struct figures figures = {
		.filter = { .globs = (const char *const *)argv + 1,
			    .glob_count = (size_t)argc - 1,
			    .axes = options->axes.items,
			    .axis_count = options->axes.count },
		.style = style_of_stdout(),
		.lines = SCREEN_LINES,
		.all = options->all,
		.json = command_is_json(options->format),
	};
	struct result result = { 0 };
	struct error err;
	int ret = load(argv[0], NULL, &result, &err);

	figures.style.by_case = !strcmp(options->sort, "case");
	if (!ret)
		ret = show(options, &result, &figures, &err);
	result_free(&result);
	return ret ? command_error(&err) : EXIT_FINE;
}

const struct command cmd_show = {
	.name = "show",
	.summary = "the figures of a run, and what changed since the last",
	.arguments = "RUN [GLOB...]",
	.details =
		"RUN is a file, the beginning of a run id, latest, latest~N or "
		"@BASELINE; globs and -p choose cells. What is printed is a "
		"screen: a row for each cell where there is room, else a line for each "
		"metric of a case, with the least and the most of its cells "
		"and the geometric mean of their changes. On the wall clock +- "
		"is half of what trials differ by, and a change with ? behind it "
		"is not settled: `mmgauge compare` says why, and whether one is "
		"a regression.",
	.min_arguments = 1,
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct show_options),
	.defaults = &(struct show_options){ .sort = "change" },
	.run = run,
};
