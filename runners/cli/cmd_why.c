// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "load.h"
#include "style.h"
#include "results/base/threshold.h"
#include "results/compare/why.h"

struct why_command {
	const char *format;
	bool all;
	uint64_t lines;
};

static const struct option_row rows[] = {
	{
		.name = "all",
		.kind = OPTION_FLAG,
		.help = "each change by itself, with every function, however "
			"small its part",
		.offset = offsetof(struct why_command, all),
	},
	OPTION_FORMAT(offsetof(struct why_command, format)),
	OPTION_LINES(offsetof(struct why_command, lines)),
	{ 0 },
};

static int has_profile(const struct result *result, const char *name,
		       struct error *err)
{
	return result_value(result, "run/profile") ?
		       0 :
		       error_set(err, -ENODATA,
				 "%s: has no profile: measure it with `mmgauge "
				 "run --profile`",
				 name);
}

static int print(const struct why_list *list, const struct why_command *options)
{
	struct compare_style style = style_of_stdout();
	json_t *json;
	int ret;

	style.lines = options->lines;
	if (!strcmp(options->format, "text"))
		return why_print(stdout, list, &style);
	json = why_to_json(list);
	ret = json ? json_dumpf(json, stdout, JSON_INDENT(1)) : -ENOMEM;
	fputc('\n', stdout);
	json_decref(json);
	return ret ? -ENOMEM : 0;
}

static int explain_rows(const struct compare_report *report, int argc,
			char **argv, const struct why_command *options,
			struct error *err)
{
	struct why_list list;
	int ret = why_list_make(report, argv, (size_t)argc, &list);

	if (!ret && !list.count && !list.unchanged && !list.unknown)
		ret = error_set(err, -ENODATA,
				"nothing to explain: the runs have no such "
				"cell in common: run the same suite for both");
	else if (!ret)
		ret = print(&list, options);
	if (ret == -ENOMEM)
		error_set(err, ret, "out of memory");
	why_list_free(&list);
	return ret;
}

static int explain(const struct result *base, const struct result *new,
		   int argc, char **argv, const struct why_command *options,
		   struct error *err)
{
	const struct compare_options compare = {
		.threshold = THRESHOLD_DEFAULT,
		.seed = 1,
		.all = options->all,
	};
	struct compare_report report;
	int ret = compare_results(base, new, &compare, &report);

	if (ret)
		return error_set(err, ret, "out of memory");
	if (report.refusal)
		ret = error_set(err, -EINVAL, "%s and %s: %s", argv[0], argv[1],
				report.refusal);
	else
		ret = explain_rows(&report, argc - 2, argv + 2, options, err);
	compare_free(&report);
	return ret;
}

static int run(void *data, int argc, char **argv)
{
	struct result base, new;
	struct error err;
	int ret = load_pair(argv, &base, &new, &err);

	if (!ret)
		ret = has_profile(&base, argv[0], &err);
	if (!ret)
		ret = has_profile(&new, argv[1], &err);
	if (!ret)
		ret = explain(&base, &new, argc, argv, data, &err);
	result_free(&base);
	result_free(&new);
	return ret ? command_error(&err) : EXIT_FINE;
}

const struct command cmd_why = {
	.name = "why",
	.summary = "which functions and kinds of work make a change",
	.arguments = "BASE NEW [GLOB...]",
	.details =
		"Takes two runs that were measured with --profile apart: for "
		"each cell that changed, or once for those that are explained "
		"alike, the kernel functions whose instructions "
		"differ, the largest change first, and the kinds of work that "
		"differ (docs/kinds.md). All amounts are per unit of the metric, "
		"of the sample that is its median, and exact: they add up to "
		"the clock's count. A run is a file, an id of the store, "
		"`latest` or @BASELINE, as for compare.",
	.min_arguments = 2,
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct why_command),
	.defaults = &(struct why_command){ .format = "text" },
	.run = run,
};
