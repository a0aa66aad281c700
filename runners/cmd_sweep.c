// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../bench/clock.h"
#include "commands.h"
#include "signals.h"
#include "sweep.h"

#define ARGUMENTS 48

struct sweep_options {
	const char *repo;
	const char *range;
	struct text_list targets;
	struct text_list parameters;
	const char *clock;
	uint64_t boots;
	const char *output;
	bool dry_run;
};

#define AT(field) offsetof(struct sweep_options, field)

static const struct option_row rows[] = {
	{ "on", 0, OPTION_LIST, "vm:deb:GLOB",
	  "every kernel that the distribution offers and that matches",
	  AT(targets), 0, 0, NULL },
	{ "repo", 0, OPTION_TEXT, "DIR",
	  "the git tree that --range is of (the current folder)", AT(repo), 0,
	  0, NULL },
	{ "range", 0, OPTION_TEXT, "A..B", "A and every commit up to B",
	  AT(range), 0, 0, NULL },
	{ "parameter", 'p', OPTION_LIST, "AXIS=V[,V...]",
	  "measure these values on an axis", AT(parameters), 0, 0, NULL },
	{ "clock", 0, OPTION_CHOICE, "KIND",
	  "instructions: a guest a core; wall: one guest at a time "
	  "(instructions)",
	  AT(clock), 0, 0, "wall|instructions" },
	{ "boots", 0, OPTION_COUNT, "N", "boots of every kernel, as of run",
	  AT(boots), 1, 1000, NULL },
	{ "output", 'o', OPTION_TEXT, "DIR",
	  "a folder for the results; what is in it already is not measured "
	  "again (sweep)",
	  AT(output), 0, 0, NULL },
	{ "dry-run", 0, OPTION_FLAG, NULL,
	  "print the kernels in their order and measure nothing", AT(dry_run),
	  0, 0, NULL },
	{ 0 },
};

struct progress_of_sweep {
	const struct sweep *sweep;
	const char *folder;
	size_t waiting; /* at the start */
	size_t done;
	uint64_t started;
};

static void note_subject(const struct subject *subject, void *data)
{
	struct progress_of_sweep *progress = data;
	double spent = (double)(clock_nanoseconds(CLOCK_MONOTONIC) -
				progress->started) /
		       1e9;
	size_t left = progress->waiting - ++progress->done;

	fprintf(stderr, "mmgauge: %zu/%zu %s %s%s%s, about %.0f s left\n",
		progress->done, progress->waiting, subject->name,
		subject->state == SUBJECT_MEASURED ? "measured" : "skipped",
		*subject->reason ? ": " : "", subject->reason,
		spent / (double)progress->done * (double)left);
	sweep_save(progress->sweep, progress->folder, NULL);
}

static int choose(const struct sweep_options *options, struct sweep *sweep,
		  struct error *err)
{
	int ret = 0;

	if (!options->targets.count == !options->range)
		return error_set(err, -EINVAL,
				 "sweep: over what: give --on 'vm:deb:GLOB', "
				 "or --repo DIR and --range A..B");
	for (size_t i = 0; i < options->targets.count && !ret; i++)
		ret = sweep_add_releases(sweep, options->targets.items[i], err);
	if (options->range)
		ret = sweep_add_range(sweep,
				      options->repo ? options->repo : ".",
				      options->range, err);
	return ret;
}

/* A kernel takes some 10 s to boot and measure, one to build or fetch more. */
static size_t announce(const struct sweep *sweep, unsigned int at_once)
{
	size_t waiting = 0;

	for (size_t i = 0; i < sweep->count; i++)
		waiting += sweep->subjects[i].state == SUBJECT_WAITING;
	fprintf(stderr,
		"mmgauge: %zu kernels, %zu to measure, %u at a time: from %zu s "
		"when all are in the cache to %zu min when none is\n",
		sweep->count, waiting, at_once, 10 * waiting / at_once,
		(waiting + 1) / 2 + 1);
	return waiting;
}

static int measure(const struct sweep_options *options, struct sweep *sweep,
		   const char *folder, int argc, char **argv, struct error *err)
{
	const char *arguments[ARGUMENTS] = { "--seed", "1", "--clock",
					     options->clock ? options->clock :
							      "instructions" };
	struct subject_plan plan = { arguments,
				     subjects_at_once(options->clock) };
	struct progress_of_sweep progress = {
		sweep, folder, announce(sweep, plan.at_once), 0,
		clock_nanoseconds(CLOCK_MONOTONIC)
	};
	char boots[32];
	size_t count = 4;

	if (options->boots) {
		snprintf(boots, sizeof(boots), "%llu",
			 (unsigned long long)options->boots);
		arguments[count++] = "--boots";
		arguments[count++] = boots;
	}
	for (size_t i = 0; i < options->parameters.count; i++)
		if (count < ARGUMENTS - 3) {
			arguments[count++] = "-p";
			arguments[count++] = options->parameters.items[i];
		}
	for (int i = 0; i < argc && count < ARGUMENTS - 1; i++)
		arguments[count++] = argv[i];
	return subjects_measure(sweep->subjects, sweep->count, &plan,
				note_subject, &progress, err);
}

static int summarise(const struct sweep *sweep)
{
	bool any = false;

	for (size_t i = 0; i < sweep->count; i++) {
		const struct subject *subject = &sweep->subjects[i];

		if (subject->state == SUBJECT_MEASURED)
			printf("%s\n", subject->path);
		else
			fprintf(stderr, "mmgauge: %s skipped: %s\n",
				subject->name, subject->reason);
		any |= subject->state == SUBJECT_MEASURED;
	}
	return any ? EXIT_FINE : EXIT_NOTHING;
}

static int sweep_all(const struct sweep_options *options, struct sweep *sweep,
		     int argc, char **argv, struct error *err)
{
	const char *output = options->output ? options->output : "sweep";
	char folder[PATH_MAX];
	int ret = choose(options, sweep, err);

	if (ret)
		return ret;
	if (options->dry_run) {
		for (size_t i = 0; i < sweep->count; i++)
			printf("%s %s\n", sweep->subjects[i].name,
			       sweep->subjects[i].title);
		return EXIT_FINE;
	}
	if ((mkdir(output, 0777) && errno != EEXIST) ||
	    !realpath(output, folder))
		return error_set(err, -errno, "-o: %s: %s: give another place",
				 output, strerror(errno));
	ret = sweep_resume(sweep, folder, err);
	if (!ret)
		ret = measure(options, sweep, folder, argc, argv, err);
	if (!ret)
		ret = sweep_save(sweep, folder, err);
	return ret ? ret : summarise(sweep);
}

static int run_command(void *data, int argc, char **argv)
{
	struct sweep sweep = { 0 };
	struct error err = { "" };
	int ret;

	signals_catch();
	ret = sweep_all(data, &sweep, argc, argv, &err);
	sweep_free(&sweep);
	return ret < 0 ? command_error(&err) : ret;
}

const struct command cmd_sweep = {
	.name = "sweep",
	.summary = "measure every kernel of a range",
	.arguments = "[SUITE.json|NAME|GLOB...]",
	.details =
		"Fetches or builds, boots and measures (the suite quick when "
		"none is named) every release that matches, or every commit of "
		"a range. A kernel that does not build or boot is skipped and "
		"its log kept. The same command again goes on where it was; "
		"`mmgauge history --from DIR` then says where it changed.",
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct sweep_options),
	.defaults = &(struct sweep_options){ 0 },
	.run = run_command,
};
