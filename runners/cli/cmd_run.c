// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "results/compare/compare_output.h"
#include "results/store/store.h"
#include "commands.h"
#include "figures.h"
#include "runners/run/determinism.h"
#include "runners/run/guest_profile.h"
#include "runners/trial/measure.h"
#include "runners/run/record.h"
#include "runners/run/reuse.h"
#include "run_choose.h"
#include "run_matrix.h"
#include "run_rows.h"
#include "runners/run/estimate.h"
#include "runners/run/run_setup.h"
#include "runners/run/run_until.h"
#include "runners/run/several.h"
#include "runners/run/target_kind.h"
#include "signals.h"
#include "style.h"
#include "results/base/process.h"

#define WALL_BOOTS 3
/* All targets of a run have one screen. */
#define FIGURE_LINES 30

static void print_plan(const struct run *run)
{
	char label[512];

	for (size_t i = 0; i < run->plan.count; i++)
		puts(run_label(run, i, label, sizeof(label)));
}

static void print_estimate(const struct run *run, unsigned int boots)
{
	const struct run_estimate estimate = run_estimate(run, boots);

	fprintf(stderr,
		"mmgauge: %zu cells on %zu targets, %u boots: at most about "
		"%.0f s on idle cores, %u KiB of results\n",
		run->plan.count, run->target_count, boots, estimate.seconds,
		estimate.result_kib);
	if (estimate.missing)
		fprintf(stderr,
			"mmgauge: %zu kernels are not in the cache: about %u s "
			"and %u MiB of disk more\n",
			estimate.missing, estimate.make_seconds,
			estimate.make_mib);
}

/* Every target is told of, also behind one that is not exact. */
static bool is_exact(const struct run *run)
{
	bool exact = true;

	for (size_t i = 0; i < run->target_count; i++)
		exact &= determinism_report(&run->targets[i].result,
					    run->targets[i].name);
	return exact;
}

static int interrupted(const struct run *run, struct error *err)
{
	return error_set(err, -EINTR,
			 "interrupted: all finished trials are kept: go on "
			 "with `mmgauge run --resume %s`",
			 run->targets[0].path);
}

/* A table where its reader is: on stdout, behind the paths. */
static int print_verdict(const struct compare_report *report)
{
	const struct compare_style style = style_of_stdout();

	printf("\n");
	if (compare_print_text(stdout, report, &style))
		return -ENOMEM;
	return compare_any(report, COMPARE_WORSE) ? EXIT_FOUND : EXIT_FINE;
}

static int measure_until(struct run *run, struct error *err)
{
	const struct compare_options options = {
		.threshold = run->until.threshold,
		.seed = 1, /* as `mmgauge compare` has it */
		.force = run->until.force,
	};
	struct compare_report report = { 0 };
	int ret = until_measure(run, &options, &report, err);

	if (!ret)
		ret = run_finish(run, err);
	if (!ret && !run_summarise(run))
		ret = EXIT_NOTHING;
	else if (!ret)
		ret = print_verdict(&report);
	if (ret == -ENOMEM)
		error_set(err, ret, "run: out of memory");
	compare_free(&report);
	return ret;
}

/* As a command line has it: a run of the store by its id. */
static void print_name(const struct target *target)
{
	char folder[PATH_MAX], path[2 * PATH_MAX];
	struct error err;

	if (!store_runs(folder, &err)) {
		snprintf(path, sizeof(path), "%s/%s.json", folder, target->id);
		if (!strcmp(path, target->path)) {
			fprintf(stderr, " %s", target->id);
			return;
		}
	}
	fprintf(stderr, " %s", target->path);
}

static void print_next(const struct run *run, const struct result *base)
{
	const char *id = result_text(base, "run/id");

	if (run->target_count > 1) {
		fputs("next: mmgauge compare", stderr);
		print_name(&run->targets[0]);
		print_name(&run->targets[1]);
	} else if (id) {
		fprintf(stderr, "next: mmgauge compare %s", id);
		print_name(&run->targets[0]);
	} else {
		fputs("next: mmgauge show", stderr);
		print_name(&run->targets[0]);
		fputs(" --all", stderr);
	}
	fputc('\n', stderr);
}

/*
 * On stderr, for stdout has the paths and may be somebody else's: the first
 * target against the last run of the kind, the others against the first.
 */
static void print_figures(const struct run *run)
{
	const struct figures figures = {
		.style = style_of_stderr(),
		.lines = FIGURE_LINES / run->target_count,
	};
	const struct result *first = &run->targets[0].result;
	struct result base;
	bool found = figures_base(first, &base) > 0;

	for (size_t i = 0; i < run->target_count; i++) {
		fputc('\n', stderr);
		figures_print(stderr, &run->targets[i].result,
			      i	    ? first :
			      found ? &base :
				      NULL,
			      &figures);
	}
	print_next(run, &base);
	result_free(&base);
}

static int measure_all(struct run *run, struct error *err)
{
	int ret = run_measure(run, err);

	if (!ret)
		ret = run_finish(run, err);
	if (ret)
		return ret;
	reuse_keep(run);
	if (!run_summarise(run))
		return EXIT_NOTHING;
	print_figures(run);
	return run->verify && !is_exact(run) ? EXIT_FOUND : EXIT_FINE;
}

static int measure(struct run *run, struct error *err)
{
	int ret = run->until.looks ? measure_until(run, err) :
				     measure_all(run, err);

	return ret < 0 && process_interrupted ? interrupted(run, err) : ret;
}

static int start(struct run *run, const struct run_options *options, int argc,
		 char **argv, struct error *err)
{
	const char *clock = options->clock;
	int ret = run_choose(run, options, argc, argv, &clock, err);

	if (!ret)
		ret = run_check_output(run, options->output, err);
	if (ret)
		return ret;
	run->command_line = run_own_command_line();
	progress_init(&run->progress, 0);
	ret = run_prepare_targets(
		run, clock, options->until ? UNTIL_BOOTS : WALL_BOOTS, err);
	if (!ret && options->until)
		run_choose_looks(run, options);
	run->progress.total = run->plan.count * run->boots * run->target_count;
	if (!ret && options->reuse)
		ret = reuse_check(run, err);
	if (!ret)
		ret = run_begin(run, options->output, err);
	return ret || !options->reuse ? ret : reuse_take(run, err);
}

/* All is as the journal has it: what else is asked for would be ignored. */
static int only_resume(const struct run_options *options, int operands,
		       struct error *err)
{
	struct run_options rest;

	/* With its padding, which is that of the defaults. */
	memcpy(&rest, options, sizeof(rest));
	rest.resume = NULL;
	if (!operands && !memcmp(&rest, &run_defaults, sizeof(rest)))
		return 0;
	return error_set(err, -EINVAL,
			 "--resume: goes on as the run began, with or without "
			 "a profile and all else: give nothing besides, or "
			 "start a new run");
}

static int resume(struct run *run, const struct run_options *options,
		  int operands, struct error *err)
{
	int ret = only_resume(options, operands, err);

	if (!ret)
		ret = run_reload(run, options->resume, err);
	progress_init(&run->progress,
		      run->plan.count * run->boots * run->target_count);
	for (size_t i = 0; i < run->target_count && !ret; i++)
		ret = target_prepare(
			&run->targets[i],
			run->targets[i].instructions ? "instructions" : "wall",
			progress_note, &run->progress, err);
	for (size_t i = 0; i < run->target_count && !ret; i++)
		ret = several_prepare(run, &run->targets[i], err);
	if (!ret)
		guest_profile_inlined(run);
	return ret ? ret : run_replay(run, err);
}

static int dry_run(struct run *run, const struct run_options *options, int argc,
		   char **argv, struct error *err)
{
	const char *clock = options->clock;
	bool exact;
	int ret = run_choose(run, options, argc, argv, &clock, err);

	if (!ret)
		ret = run_check_targets(run, clock, &exact, err);
	if (ret)
		return ret;
	print_plan(run);
	print_estimate(run, run->boots ? run->boots : exact ? 1 : WALL_BOOTS);
	return 0;
}

static int run_cells(struct run *run, const struct run_options *options,
		     int argc, char **argv, struct error *err)
{
	int ret;

	if (options->dry_run && !options->resume)
		return dry_run(run, options, argc, argv, err);
	ret = options->resume ? resume(run, options, argc, err) :
				start(run, options, argc, argv, err);
	return ret ? ret : measure(run, err);
}

static int run_command(void *data, int argc, char **argv)
{
	const struct run_options *options = data;
	struct run run = { .stop = &process_interrupted };
	struct error err = { "" };
	int ret;

	signals_catch();
	ret = run_matrix_asked(options, argc, argv, &err);
	if (ret > 0)
		ret = run_matrix(options, argv[0], &err);
	else if (!ret)
		ret = run_cells(&run, options, argc, argv, &err);
	if (ret < 0)
		ret = command_error(&err);
	run_release(&run);
	return ret;
}

const struct command cmd_run = {
	.name = "run",
	.summary = "measure cells here or in guests",
	.arguments = "[SUITE.json|MATRIX.json|NAME|GLOB...]",
	.details =
		"Measures a suite (quick when none is named) or all cases a "
		"glob matches, on this kernel or in QEMU guests, and prints "
		"the path of one result file per target. Every finished trial "
		"is kept at once: an interrupted run goes on with --resume. "
		"With --verify-determinism every cell is measured on three "
		"boots, on one of them in the opposite order, and the exit "
		"code is 1 when medians differ by more than 0.1 % or fewer "
		"than 99 % of them are identical; of several CPUs, the other "
		"order may move a median as far as samples alike differ.\n"
		"\n"
		"A matrix is a file of kernels, settings and cells, which are "
		"measured in all their combinations or, with --pairwise, in "
		"few: a result each in the folder -o (its name). The same "
		"command again goes on where it was. At the end it says which "
		"value moves what, and which pairs do more than both.\n"
		"\n"
		"With --until-verdict BASE the base and the --on target boot "
		"in turns, until `mmgauge compare` has a verdict on every row "
		"that boots can settle, or --boots or --max-time is reached. It "
		"prints both paths, the base's first, and the comparison; the "
		"exit code is 1 on a regression. That it looks at 5, 8, 12, 18, "
		"27 and 40 boots and not once is allowed for. On the exact "
		"clock one boot a side is enough.",
	.max_arguments = -1,
	.options = run_rows,
	.options_size = sizeof(struct run_options),
	.defaults = &run_defaults,
	.run = run_command,
};
