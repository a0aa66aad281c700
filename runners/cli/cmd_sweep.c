// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "signals.h"
#include "sweep_progress.h"
#include "runners/many/sweep.h"
#include "runners/vm/kbuild.h"
#include "results/base/process.h"

struct sweep_options {
	const char *repo;
	struct text_list configs;
	const char *range;
	const char *arch;
	struct text_list kbuild;
	struct text_list targets;
	struct text_list parameters;
	const char *clock;
	uint64_t boots;
	const char *output;
	bool available;
	bool dry_run;
};

#define AT(field) offsetof(struct sweep_options, field)

static const struct option_row rows[] = {
	{
		.name = "on",
		.kind = OPTION_LIST,
		.argument = "vm:deb:GLOB",
		.help = "every kernel that the distribution offers and that "
			"matches",
		.offset = AT(targets),
	},
	{
		.name = "repo",
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "the git tree that --range is of (the current folder)",
		.offset = AT(repo),
	},
	{
		.name = "range",
		.kind = OPTION_TEXT,
		.argument = "A..B",
		.help = "A and every commit up to B",
		.offset = AT(range),
	},
	{
		.name = "config",
		.kind = OPTION_LIST,
		.argument = "NAME|KEY=VALUE[,...]",
		.help = "what surrounds the kernel, as of run; each kernel under "
			"each of several; all: the default and every machine of "
			"`list` that a kernel can be booted with",
		.offset = AT(configs),
	},
	OPTION_ARCH(AT(arch)),
	OPTION_KBUILD(AT(kbuild)),
	{
		.name = "parameter",
		.letter = 'p',
		.kind = OPTION_LIST,
		.argument = "AXIS=V[,V...]",
		.help = "measure these values on an axis",
		.offset = AT(parameters),
	},
	{
		.name = "clock",
		.kind = OPTION_CHOICE,
		.argument = "KIND",
		.help = "instructions: a guest a core; wall: one guest at a "
			"time (instructions)",
		.offset = AT(clock),
		.choices = "wall|instructions",
	},
	{
		.name = "boots",
		.kind = OPTION_COUNT,
		.argument = "N",
		.help = "boots of every kernel, as of run",
		.offset = AT(boots),
		.min = 1,
		.max = 1000,
	},
	{
		.name = "output",
		.letter = 'o',
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "a folder for the results; what is in it already is "
			"not measured again (sweep)",
		.offset = AT(output),
	},
	{
		.name = "available",
		.kind = OPTION_FLAG,
		.help = "also the kernels of Debian's other releases, as of "
			"kernel list",
		.offset = AT(available),
	},
	{
		.name = "dry-run",
		.kind = OPTION_FLAG,
		.help = "print the kernels in their order, and what time and "
			"disk they would take; measure nothing",
		.offset = AT(dry_run),
	},
	{ 0 },
};

static void note(const char *text, void *data)
{
	(void)data;
	fprintf(stderr, "mmgauge: %s\n", text);
}

/* One alone is an argument of all runs, as are their cells. */
static bool varies(const struct sweep_options *options)
{
	return options->configs.count > 1 ||
	       (options->configs.count &&
		!strcmp(options->configs.items[0], SWEEP_ALL_CONFIGURATIONS));
}

static int choose(const struct sweep_options *options, struct sweep *sweep,
		  struct error *err)
{
	struct kbuild_options kbuild;
	int ret = kbuild_parse(&options->kbuild, &kbuild, err);

	if (ret)
		return ret;
	if (kbuild.count && !options->range)
		return error_set(err, -EINVAL,
				 "--kbuild: no kernel is built: give --repo "
				 "DIR and --range A..B");
	if (!options->targets.count == !options->range)
		return error_set(err, -EINVAL,
				 "sweep: over what: give --on 'vm:deb:GLOB', "
				 "or --repo DIR and --range A..B");
	if (options->arch)
		sweep->arch = arch_of_debian(options->arch);
	for (size_t i = 0; i < options->targets.count && !ret; i++)
		ret = sweep_add_releases(sweep, options->targets.items[i],
					 options->available, note, NULL, err);
	if (options->range)
		ret = sweep_add_range(sweep,
				      options->repo ? options->repo : ".",
				      options->range, err);
	return !ret && varies(options) ?
		       sweep_configure(sweep, &options->configs, err) :
		       ret;
}

/* What every kernel is measured with; @boots is room for that number. */
static int make_arguments(const struct sweep_options *options, int argc,
			  char **argv, char boots[32],
			  struct text_list *arguments)
{
	const char *const head[] = {
		"--seed",  "1",	 "--clock", options->clock ?: "instructions",
		"--boots", boots
	};
	int ret;

	snprintf(boots, 32, "%llu", (unsigned long long)options->boots);
	ret = text_list_append_all(arguments, NULL, head,
				   options->boots ? 6 : 4);
	if (!ret)
		ret = subject_hand_on(arguments,
				      options->configs.count &&
						      !varies(options) ?
					      options->configs.items[0] :
					      NULL,
				      &options->kbuild, &options->parameters);
	return ret ? ret :
		     text_list_append_all(arguments, NULL,
					  (const char *const *)argv,
					  (size_t)argc);
}

/* `mmgauge history` says where it changed, and draws it where it can. */
static int tell_history(const char *folder, struct error *err)
{
	char plots[PATH_MAX];
	const char *argv[] = { "/proc/self/exe", "history", "--from", folder,
			       "--plots",	 plots,	    NULL };

	snprintf(plots, sizeof(plots), "%.4000s/plots", folder);
	if (!process_exists("gnuplot")) {
		fprintf(stderr,
			"mmgauge: no plots: gnuplot is not installed: run: "
			"sudo apt-get install gnuplot-nox\n");
		argv[4] = NULL;
	}
	return process_follow(argv, err);
}

static bool is_one_kernel(const struct sweep *sweep)
{
	for (size_t i = 1; i < sweep->count; i++)
		if (strcmp(sweep->subjects[0].spec, sweep->subjects[i].spec))
			return false;
	return true;
}

/* Of one kernel there is no history, and what each configuration costs. */
static int tell_configurations(const struct sweep *sweep, struct error *err)
{
	static const char *const head[] = { "/proc/self/exe", "compare", "--by",
					    "configuration" };
	struct text_list command = { 0 };
	int ret = text_list_append_all(&command, NULL, head, 4);

	for (size_t i = 0; i < sweep->count && !ret; i++)
		if (sweep->subjects[i].state == SUBJECT_MEASURED)
			ret = text_list_append(&command,
					       sweep->subjects[i].path);
	ret = ret ? error_set(err, ret, "sweep: out of memory") :
		    process_follow(command.items, err);
	text_list_free(&command);
	return ret;
}

static int sweep_all(const struct sweep_options *options, struct sweep *sweep,
		     int argc, char **argv, struct error *err)
{
	const char *output = options->output ? options->output : "sweep";
	char folder[PATH_MAX], boots[32];
	size_t measured;
	int ret = choose(options, sweep, err);

	if (ret)
		return ret;
	ret = make_arguments(options, argc, argv, boots, &sweep->arguments);
	if (ret)
		return error_set(err, ret, "sweep: out of memory");
	/* All are measured alike: what one would refuse, the others would. */
	if (sweep->count)
		ret = subject_check(sweep->subjects[0].spec, &sweep->arguments,
				    err);
	if (ret)
		return ret;
	if (options->dry_run) {
		for (size_t i = 0; i < sweep->count; i++)
			printf("%s %s\n", sweep->subjects[i].name,
			       sweep->subjects[i].title);
		sweep_progress_estimate(sweep,
					subjects_at_once(options->clock));
		return EXIT_FINE;
	}
	if ((mkdir(output, 0777) && errno != EEXIST) ||
	    !realpath(output, folder))
		return error_set(err, -errno, "-o: %s: %s: give another place",
				 output, strerror(errno));
	ret = sweep_resume(sweep, folder, err);
	if (!ret)
		ret = sweep_measure(sweep, &sweep->arguments,
				    subjects_at_once(options->clock), folder,
				    "sweep", err);
	if (ret)
		return ret;
	measured = sweep_progress_measured(sweep);
	if (measured > 1)
		ret = varies(options) && is_one_kernel(sweep) ?
			      tell_configurations(sweep, err) :
			      tell_history(folder, err);
	/* That something changed is the answer, not a failure. */
	return ret < 0 || ret == EXIT_ERROR ? ret :
	       measured			    ? EXIT_FINE :
					      EXIT_NOTHING;
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
		"its log kept. The same command again goes on where it was. "
		"At the end `mmgauge history --from DIR` says what changed "
		"where, and DIR/plots/CASE.svg show it.",
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct sweep_options),
	.defaults = &(struct sweep_options){ 0 },
	.run = run_command,
};
