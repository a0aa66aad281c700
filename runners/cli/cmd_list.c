// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "list_machines.h"
#include "runners/base/config_names.h"
#include "runners/trial/cases.h"
#include "runners/trial/needs.h"
#include "runners/base/suggest.h"
#include "runners/run/plan.h"
#include "runners/run/suite.h"

struct list_options {
	const char *format;
	bool names;
	bool suites;
	bool machines;
};

static const struct option_row rows[] = {
	OPTION_FORMAT(offsetof(struct list_options, format)),
	{
		.name = "names",
		.kind = OPTION_FLAG,
		.help = "print nothing but names",
		.offset = offsetof(struct list_options, names),
	},
	{
		.name = "suites",
		.kind = OPTION_FLAG,
		.help = "the suites that `run` knows by name, not the cases",
		.offset = offsetof(struct list_options, suites),
	},
	{
		.name = "machines",
		.kind = OPTION_FLAG,
		.help = "what configurations of a guest are made of: names, settings",
		.offset = offsetof(struct list_options, machines),
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

/* Cut between words, so that it stays a line of 80. */
static void print_line(const struct bench_case *c, bool available)
{
	size_t room = 80 - 33, length = strlen(c->summary);

	if (length > room) {
		length = room - 3;
		while (length > room / 2 && c->summary[length] != ' ')
			length--;
	}
	printf("%-30s %c %.*s%s\n", c->name, available ? ' ' : '-', (int)length,
	       c->summary, c->summary[length] ? "..." : "");
}

/* What several cases lack, once, with how many. */
struct absences {
	char reasons[8][1024];
	size_t counts[8];
};

static void note_absence(struct absences *absences, const char *reason)
{
	for (size_t i = 0; i < 8; i++) {
		char *kept = absences->reasons[i];

		if (absences->counts[i] && strcmp(kept, reason))
			continue;
		snprintf(kept, sizeof(absences->reasons[i]), "%s", reason);
		absences->counts[i]++;
		return;
	}
}

static void print_absences(const struct absences *absences)
{
	if (absences->counts[0])
		puts("\n- not here:");
	for (size_t i = 0; i < 8 && absences->counts[i]; i++)
		printf("%4zu  %s\n", absences->counts[i], absences->reasons[i]);
}

/* All of a case that is named, a line of one that a glob has. */
static void print_text(const struct bench_case *c, int argc, char **argv,
		       struct absences *absences)
{
	char reason[1024];
	bool available;

	for (int i = 0; i < argc; i++)
		if (!strcmp(argv[i], c->name)) {
			print_case(c);
			return;
		}
	available = cases_available(c, NULL, 0, reason, sizeof(reason));
	print_line(c, available);
	if (!available)
		note_absence(absences, reason);
}

static int list_suite(const char *name, const struct list_options *options,
		      json_t *list, struct error *err)
{
	struct suite suite;
	struct plan plan = { 0 };
	struct text_list none = { 0 };
	int ret = suite_load(name, &suite, err);

	if (!ret)
		ret = plan_build(&plan, &name, 1, &none, err);
	if (!ret && command_is_json(options->format))
		json_array_append_new(list, json_pack("{s:s, s:s, s:I}", "name",
						      name, "summary",
						      suite.summary, "cells",
						      (json_int_t)plan.count));
	else if (!ret && options->names)
		puts(name);
	else if (!ret)
		printf("%-14s %5zu cells  %s\n", name, plan.count,
		       suite.summary);
	plan_free(&plan);
	suite_free(&suite);
	return ret;
}

static int list_suites(const struct list_options *options, int argc,
		       struct error *err)
{
	json_t *list = json_array();
	struct text_list names = { 0 };
	int ret = argc ? error_set(err, -EINVAL,
				   "list --suites: takes no GLOB: leave it "
				   "out") :
			 config_names("suites", ".json", &names, err);

	for (size_t i = 0; i < names.count && !ret; i++)
		ret = list_suite(names.items[i], options, list, err);
	if (!ret && command_is_json(options->format)) {
		json_t *document = json_pack("{s:O}", "suites", list);

		json_dumpf(document, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(document);
	}
	json_decref(list);
	config_names_free(&names);
	return ret;
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
	struct absences absences = { 0 };
	struct error err;
	size_t found = 0;
	json_t *list;

	if (options->suites)
		return list_suites(options, argc, &err) ? command_error(&err) :
							  EXIT_FINE;
	if (options->machines)
		return (argc ? error_set(&err, -EINVAL,
					 "list --machines: takes no GLOB: "
					 "leave it out") :
			       list_machines(command_is_json(options->format),
					     options->names, &err)) ?
			       command_error(&err) :
			       EXIT_FINE;
	list = json_array();
	bench_for_each_case (position) {
		if (!is_wanted(*position, argc, argv))
			continue;
		found++;
		if (command_is_json(options->format))
			json_array_append_new(list, case_json(*position));
		else if (options->names)
			puts((*position)->name);
		else
			print_text(*position, argc, argv, &absences);
	}
	print_absences(&absences);
	if (command_is_json(options->format) && found) {
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
	.summary =
		"what can be measured: cases or suites, and what a case needs",
	.arguments = "[GLOB...]",
	.details =
		"A line for each case, or those that a GLOB matches; all of "
		"those that are named: axes, metrics, facts. "
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
