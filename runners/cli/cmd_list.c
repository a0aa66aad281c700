// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "commands.h"
#include "runners/trial/cases.h"
#include "runners/trial/needs.h"
#include "runners/base/suggest.h"

struct list_options {
	bool json;
	bool names;
};

static const struct option_row rows[] = {
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "print one JSON document",
		.offset = offsetof(struct list_options, json),
	},
	{
		.name = "names",
		.kind = OPTION_FLAG,
		.help = "print nothing but names",
		.offset = offsetof(struct list_options, names),
	},
	{ 0 },
};

static json_t *choices_json(const struct bench_choice *choice)
{
	json_t *list = json_array();

	for (; choice && choice->name; choice++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "name",
						      choice->name, "help",
						      choice->help));
	return list;
}

static json_t *axes_json(const struct bench_axis *axis)
{
	json_t *list = json_array();

	for (; axis && axis->name; axis++) {
		json_t *item =
			json_pack("{s:s, s:s, s:s}", "name", axis->name, "help",
				  axis->help, "default", axis->values);

		if (axis->choices)
			json_object_set_new(item, "choices",
					    choices_json(axis->choices));
		else
			json_object_update_new(
				item,
				json_pack("{s:s, s:I, s:I}", "unit", axis->unit,
					  "min", (json_int_t)axis->min, "max",
					  (json_int_t)axis->max));
		json_array_append_new(list, item);
	}
	return list;
}

static json_t *metrics_json(const struct bench_metric *metric)
{
	json_t *list = json_array();

	for (; metric->name; metric++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s?}",
						      "name", metric->name,
						      "help", metric->help,
						      "per", metric->per));
	return list;
}

static json_t *facts_json(const struct bench_fact *fact)
{
	json_t *list = json_array();

	for (; fact && fact->name; fact++)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s}", "name", fact->name,
					"help", fact->help, "kind",
					fact_kind_name(fact->kind)));
	return list;
}

static json_t *needs_json(unsigned int mask)
{
	json_t *list = json_array();

	for (const struct need *need = needs; need->bit; need++)
		if (mask & need->bit)
			json_array_append_new(list, json_string(need->name));
	return list;
}

static json_t *case_json(const struct bench_case *c)
{
	char reason[1024];
	bool available = cases_available(c, NULL, 0, reason, sizeof(reason));

	return json_pack(
		"{s:s, s:s, s:o, s:o, s:o, s:o, s:b, s:s?}", "name", c->name,
		"summary", c->summary, "axes", axes_json(c->axes), "metrics",
		metrics_json(c->metrics), "facts", facts_json(c->facts),
		"needs", needs_json(c->needs), "available", available, "reason",
		available ? NULL : reason);
}

static void print_axis(const struct bench_axis *axis)
{
	printf("    %-13s %s", axis->name, axis->help);
	if (!axis->choices)
		printf(" (%" PRIu64 "..%" PRIu64 "%s%s; %s)\n", axis->min,
		       axis->max, *axis->unit ? " " : "", axis->unit,
		       axis->values);
	else
		printf(" (%s)\n", axis->values);
	for (const struct bench_choice *at = axis->choices; at && at->name;
	     at++)
		printf("      %-17s %s\n", at->name, at->help);
}

static void print_case(const struct bench_case *c)
{
	char reason[1024];

	printf("%-30s %s\n", c->name, c->summary);
	for (const struct bench_axis *at = c->axes; at && at->name; at++)
		print_axis(at);
	for (const struct bench_metric *at = c->metrics; at->name; at++)
		printf("    = %-11s %s%s%s\n", at->name, at->help,
		       at->per ? ", per " : "", at->per ? at->per : "");
	for (const struct bench_fact *at = c->facts; at && at->name; at++)
		printf("    # %-21s %s%s\n", at->name, at->help,
		       at->kind == BENCH_EXACT	     ? " (exact)" :
		       at->kind == BENCH_EXACT_ALONE ? " (exact alone)" :
						       "");
	if (!cases_available(c, NULL, 0, reason, sizeof(reason)))
		printf("    not here: %s\n", reason);
}

static bool is_wanted(const struct bench_case *c, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (!fnmatch(argv[i], c->name, 0))
			return true;
	return !argc;
}

static int unknown_case(int argc, char **argv)
{
	struct suggestion nearest = { 0 };
	struct error err;

	for (int i = 0; i < argc; i++)
		bench_for_each_case (position)
			suggest(&nearest, argv[i], (*position)->name);
	if (nearest.name)
		error_set(&err, -ENOENT, "no case '%s': did you mean %s?",
			  argv[0], nearest.name);
	else
		error_set(&err, -ENOENT, "no case '%s': see `mmgauge list`",
			  argc ? argv[0] : "");
	return command_error(&err);
}

static int run(void *data, int argc, char **argv)
{
	const struct list_options *options = data;
	json_t *list = json_array();
	size_t found = 0;

	bench_for_each_case (position) {
		if (!is_wanted(*position, argc, argv))
			continue;
		found++;
		if (options->json)
			json_array_append_new(list, case_json(*position));
		else if (options->names)
			puts((*position)->name);
		else
			print_case(*position);
	}
	if (options->json && found) {
		json_t *document = json_pack("{s:O, s:o}", "cases", list,
					     "facts_of_every_case",
					     facts_json(harness_facts));

		json_dumpf(document, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(document);
	}
	json_decref(list);
	return found ? EXIT_FINE : unknown_case(argc, argv);
}

const struct command cmd_list = {
	.name = "list",
	.summary = "cases, their axes, what each needs, and whether it is here",
	.arguments = "[GLOB...]",
	.details =
		"Numbers behind an axis are what is measured unless a suite "
		"or -p says otherwise. Behind = are metrics, behind # facts: what "
		"is counted beside the time; those that are exact are held "
		"against another kernel's by compare. Cases are in the order "
		"of linking.",
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct list_options),
	.defaults = &(struct list_options){ 0 },
	.run = run,
};
