// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/text.h"
#include "results/store/baseline.h"
#include "commands.h"
#include "runners/base/suggest.h"

struct baseline_options {
	const char *format;
};

static const struct option_row rows[] = {
	OPTION_FORMAT(offsetof(struct baseline_options, format)),
	{ 0 },
};

static const char *text_or(const struct result *result, const char *path)
{
	const char *text = result_text(result, path);

	return text ? text : "unknown";
}

static json_t *describe(const struct baseline *baseline,
			const struct result *result)
{
	const json_t *runs = result_value(result, "run/baseline/runs");

	return json_pack("{ss ss ss ss ss sI sO}", "name", baseline->name,
			 "key", baseline->key, "clock",
			 text_or(result, "clock/kind"), "accelerator",
			 text_or(result, "machine/accelerator"), "release",
			 text_or(result, "subject/release"), "cells",
			 (json_int_t)result->cell_count, "runs",
			 runs ? (json_t *)runs : json_null());
}

/* Runs may share one: the boots of a host. */
static unsigned int count_boots(const json_t *runs)
{
	json_int_t boots = 0;

	for (size_t i = 0; i < json_array_size(runs); i++) {
		const json_t *run = json_array_get(runs, i);
		json_int_t end =
			json_integer_value(json_object_get(run, "first_boot")) +
			json_integer_value(json_object_get(run, "boots"));

		boots = end > boots ? end : boots;
	}
	return (unsigned int)boots;
}

static void print_one(const struct baseline *baseline,
		      const struct result *result, bool with_runs)
{
	const json_t *runs = result_value(result, "run/baseline/runs");
	char release[128], clock[64], id[256];

	printf("@%-20s %-30s %-13s %4zu runs %4u boots %4zu cells  %s\n",
	       baseline->name,
	       text_line_copy(release, sizeof(release),
			      text_or(result, "subject/release")),
	       text_line_copy(clock, sizeof(clock),
			      text_or(result, "clock/kind")),
	       json_array_size(runs), count_boots(runs), result->cell_count,
	       baseline->key);
	for (size_t i = 0; with_runs && i < json_array_size(runs); i++) {
		const json_t *run = json_array_get(runs, i);
		const char *text =
			json_string_value(json_object_get(run, "id"));

		printf("  %s, %lld boots\n",
		       text_line_copy(id, sizeof(id), text ? text : "-"),
		       (long long)json_integer_value(
			       json_object_get(run, "boots")));
	}
}

/* All, or those called @name; false when there was none. */
static int print_list(const struct baseline_options *options, const char *name,
		      struct error *err)
{
	json_t *array = json_array();
	struct baseline *list;
	size_t count, shown = 0;
	int ret = baseline_list(&list, &count, err);

	if (ret) {
		json_decref(array);
		return ret;
	}
	for (size_t i = 0; i < count && !ret; i++) {
		struct result result = { 0 };

		if (name && strcmp(name, list[i].name) != 0)
			continue;
		ret = result_load(list[i].path, &result, err);
		if (ret)
			break;
		shown++;
		if (command_is_json(options->format))
			json_array_append_new(array,
					      describe(&list[i], &result));
		else
			print_one(&list[i], &result, name);
		result_free(&result);
	}
	if (!ret && name && !shown)
		ret = error_set(err, -ENOENT,
				"@%s: no such baseline: see `mmgauge baseline "
				"list`",
				name);
	if (!ret && command_is_json(options->format)) {
		json_t *document = json_pack("{sO}", "baselines", array);

		json_dumpf(document, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(document);
	}
	json_decref(array);
	free(list);
	return ret;
}

static int list_all(const struct baseline_options *options, int argc,
		    char **argv, struct error *err)
{
	(void)argc;
	(void)argv;
	return print_list(options, NULL, err);
}

static int show(const struct baseline_options *options, int argc, char **argv,
		struct error *err)
{
	(void)argc;
	return print_list(options, argv[0] + (*argv[0] == '@'), err);
}

static int save(const struct baseline_options *options, int argc, char **argv,
		struct error *err)
{
	(void)options;
	return baseline_save(argv[0], argv + 1, (size_t)argc - 1, err);
}

static int drop(const struct baseline_options *options, int argc, char **argv,
		struct error *err)
{
	(void)options;
	(void)argc;
	return baseline_remove(argv[0] + (*argv[0] == '@'), err);
}

static const struct action {
	const char *name;
	int min, max; /* operands; max -1: any number */
	int (*run)(const struct baseline_options *options, int argc,
		   char **argv, struct error *err);
	const char *usage;
} actions[] = {
	{ "save", 2, -1, save, "save NAME RUN..." },
	{ "list", 0, 0, list_all, "list" },
	{ "show", 1, 1, show, "show NAME" },
	{ "rm", 1, 1, drop, "rm NAME" },
};

#define ACTIONS (sizeof(actions) / sizeof(actions[0]))

static const struct action *find_action(const char *name, struct error *err)
{
	struct suggestion nearest = { 0 };

	for (size_t i = 0; i < ACTIONS; i++) {
		if (!strcmp(name, actions[i].name))
			return &actions[i];
		suggest(&nearest, name, actions[i].name);
	}
	error_set(err, -EINVAL, "baseline: no action '%s': %s%s", name,
		  nearest.name ? "did you mean " : "see `mmgauge baseline -h`",
		  nearest.name ? nearest.name : "");
	return NULL;
}

static int run(void *data, int argc, char **argv)
{
	struct error err;
	const struct action *action = find_action(argv[0], &err);
	int operands = argc - 1;

	if (!action)
		return command_error(&err);
	if (operands < action->min ||
	    (action->max >= 0 && operands > action->max)) {
		error_set(&err, -EINVAL,
			  "baseline %s: wrong number of operands: type "
			  "`mmgauge baseline %s`",
			  action->name, action->usage);
		return command_error(&err);
	}
	if (action->run(data, operands, argv + 1, &err))
		return command_error(&err);
	return EXIT_FINE;
}

const struct command cmd_baseline = {
	.name = "baseline",
	.summary = "runs kept under a name, to compare others with",
	.arguments = "save NAME RUN... | list | show NAME | rm NAME",
	.details =
		"Several runs of the same kernel on the same machine and clock "
		"form one baseline, the boots of each counted apart; save it "
		"again to replace it. A name may stand for one baseline of each "
		"machine and clock: `mmgauge compare @NAME RUN` takes the one "
		"that fits RUN.\n"
		"\n"
		"From three runs on, compare learns from them how much a level "
		"varies by itself and takes that for the threshold, unless "
		"--threshold is given.",
	.min_arguments = 1,
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct baseline_options),
	.defaults = &(const struct baseline_options){ 0 },
	.run = run,
};
