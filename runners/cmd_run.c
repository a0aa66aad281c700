// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "counters.h"
#include "determinism.h"
#include "measure.h"
#include "run.h"
#include "signals.h"
#include "vm/git.h"
#include "vm/process.h"

/* Guest seconds are counted in instructions: 0.5 s are 500 million. */
#define DEFAULT_PRECISION 0.01
#define DEFAULT_MAX_TIME 1.0
#define WALL_BOOTS 3
#define EXACT_BOOTS 1

struct run_options {
	struct text_list parameters;
	struct text_list targets;
	const char *repo;
	const char *clock;
	uint64_t boots;
	double precision;
	double max_time;
	uint64_t latency;
	const char *counters;
	uint64_t seed;
	struct text_list labels;
	const char *output;
	const char *resume;
	bool dry_run;
	bool verify;
};

#define AT(field) offsetof(struct run_options, field)

static const struct option_row rows[] = {
	{ "parameter", 'p', OPTION_LIST, "AXIS=V[,V...]",
	  "measure these values on an axis", AT(parameters), 0, 0, NULL },
	{ "on", 0, OPTION_LIST, "TARGET",
	  "host, vm:deb:VERSION, vm:git:REV or vm:file:BZIMAGE:KDIR; several "
	  "take turns",
	  AT(targets), 0, 0, NULL },
	{ "repo", 0, OPTION_TEXT, "DIR",
	  "the git tree of Linux that vm:git:REV is of (the current folder)",
	  AT(repo), 0, 0, NULL },
	{ "clock", 0, OPTION_CHOICE, "KIND",
	  "wall or instructions; a guest counts instructions by default",
	  AT(clock), 0, 0, "wall|instructions" },
	{ "boots", 0, OPTION_COUNT, "N",
	  "boots of a guest, or rounds on the host (3; instructions 1)",
	  AT(boots), 1, 1000, NULL },
	{ "precision", 0, OPTION_PERCENT, "P%",
	  "half-width of the median's 95 % interval to sample for (1%)",
	  AT(precision), 0, 0, NULL },
	{ "max-time", 0, OPTION_SECONDS, "T",
	  "the most time for a trial, on the guest's clock (1s)", AT(max_time),
	  0, 0, NULL },
	{ "latency", 0, OPTION_COUNT, "N",
	  "time N operations of a trial one by one too, for the tails (0)",
	  AT(latency), 0, 100000, NULL },
	{ "counters", 0, OPTION_TEXT, "LIST",
	  "count these events too, like cycles:k,dTLB-load-misses:k, or usual",
	  AT(counters), 0, 0, NULL },
	{ "seed", 0, OPTION_COUNT, "N", "of the order of cells", AT(seed), 1,
	  UINT32_MAX, NULL },
	{ "label", 0, OPTION_LIST, "K=V", "a note to keep in the result",
	  AT(labels), 0, 0, NULL },
	{ "output", 'o', OPTION_TEXT, "PATH",
	  "a folder for the results, or a .json file for one target",
	  AT(output), 0, 0, NULL },
	{ "resume", 0, OPTION_TEXT, "RUN",
	  "go on with a run that was interrupted", AT(resume), 0, 0, NULL },
	{ "dry-run", 0, OPTION_FLAG, NULL,
	  "print the cells in their order and measure nothing", AT(dry_run), 0,
	  0, NULL },
	{ "verify-determinism", 0, OPTION_FLAG, NULL,
	  "prove the exact clock: three boots, say what varies between them",
	  AT(verify), 0, 0, NULL },
	{ 0 },
};

/* As it was typed, for whoever wants to repeat it. */
static char *own_command_line(void)
{
	FILE *file = fopen("/proc/self/cmdline", "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t length = -1;

	if (file) {
		length = getdelim(&text, &size, EOF, file);
		fclose(file);
	}
	for (ssize_t i = 0; i + 1 < length; i++)
		if (!text[i])
			text[i] = ' ';
	return length > 0 ? text : strdup("mmgauge run");
}

static int parse_labels(const struct text_list *list, json_t **labels,
			struct error *err)
{
	*labels = json_object();
	for (size_t i = 0; i < list->count; i++) {
		const char *equals = strchr(list->items[i], '=');
		char key[64];

		if (!equals || equals == list->items[i] ||
		    equals - list->items[i] >= (long)sizeof(key))
			return error_set(err, -EINVAL,
					 "--label: '%s' is not K=V: give one, "
					 "like --label branch=mm-next",
					 list->items[i]);
		memcpy(key, list->items[i], (size_t)(equals - list->items[i]));
		key[equals - list->items[i]] = '\0';
		if (json_object_set_new(*labels, key, json_string(equals + 1)))
			return error_set(err, -EINVAL,
					 "--label: '%s' is not UTF-8: give "
					 "another",
					 list->items[i]);
	}
	return 0;
}

/* A name that no machine knows is told now, not by every trial. */
static int parse_counters(struct run *run, const char *list, struct error *err)
{
	struct counters *set;
	int ret;

	if (!list)
		return 0;
	if (!strcmp(list, "usual"))
		list = "";
	ret = counters_open(&set, *list ? list : NULL, err);
	if (ret)
		return ret;
	counters_close(set);
	run->counters = strdup(list);
	return run->counters ? 0 :
			       error_set(err, -ENOMEM, "run: out of memory");
}

static int prepare_targets(struct run *run, const char *clock,
			   struct error *err)
{
	bool exact = true;
	int ret = 0;

	for (size_t i = 0; i < run->target_count && !ret; i++) {
		struct target *target = &run->targets[i];

		ret = target_prepare(target, clock, progress_note,
				     &run->progress, err);
		exact &= target->instructions;
		if (!ret && *target->accelerator_reason) {
			char text[512];

			snprintf(text, sizeof(text), "%s: no KVM: %s",
				 target->name, target->accelerator_reason);
			progress_note(text, &run->progress);
		}
	}
	if (!run->boots)
		run->boots = exact ? EXACT_BOOTS : WALL_BOOTS;
	if (!ret && run->verify && !exact)
		ret = error_set(err, -EINVAL,
				"--verify-determinism: the wall clock never "
				"says the same twice: take --on vm:deb:VERSION "
				"--clock instructions");
	return ret;
}

/* A name that still means the same for --resume, elsewhere and later. */
static char *lasting_spec(const char *spec, const char *repo, struct error *err)
{
	char full[PATH_MAX];
	char *copy = NULL;

	if (target_check(spec, err))
		return NULL;
	if (strncmp(spec, GIT_PREFIX, strlen(GIT_PREFIX)))
		copy = strdup(spec);
	else if (git_full_spec(spec, repo, full, sizeof(full), err))
		return NULL;
	else
		copy = strdup(full);
	if (!copy)
		error_set(err, -ENOMEM, "run: out of memory");
	return copy;
}

static int list_targets(struct run *run, const struct text_list *list,
			const char *repo, struct error *err)
{
	size_t count = list->count ? list->count : 1;

	run->targets = calloc(count, sizeof(*run->targets));
	if (!run->targets)
		return error_set(err, -ENOMEM, "run: out of memory");
	for (size_t i = 0; i < count; i++) {
		const char *spec = list->count ? list->items[i] : "host";
		char *lasting = lasting_spec(spec, repo, err);

		if (!lasting)
			return -EINVAL;
		run->targets[run->target_count++].spec = lasting;
	}
	return 0;
}

/* All that a new run needs before its first boot. */
static int set_up(struct run *run, const struct run_options *options, int argc,
		  char **argv, struct error *err)
{
	int ret = plan_build(&run->plan, (const char *const *)argv,
			     (size_t)argc, &options->parameters, err);

	if (!ret)
		ret = list_targets(run, &options->targets, options->repo, err);
	if (!ret)
		ret = parse_counters(run, options->counters, err);
	if (!ret)
		ret = parse_labels(&options->labels, &run->labels, err);
	if (ret)
		return ret;
	run->precision = options->precision >= 0 ? options->precision :
			 run->plan.precision	 ? run->plan.precision :
						   DEFAULT_PRECISION;
	run->max_time = options->max_time  ? options->max_time :
			run->plan.max_time ? run->plan.max_time :
					     DEFAULT_MAX_TIME;
	run->boots = (unsigned int)(options->boots ? options->boots :
						     run->plan.boots);
	run->latency = (unsigned int)(options->latency != UINT64_MAX ?
					      options->latency :
					      run->plan.latency);
	run->seed = options->seed ? options->seed : (uint64_t)time(NULL);
	plan_shuffle(&run->plan, run->seed);
	run->verify = options->verify;
	if (run->verify)
		run->boots = DETERMINISM_BOOTS;
	return 0;
}

static void print_plan(const struct run *run)
{
	char label[512];

	for (size_t i = 0; i < run->plan.count; i++)
		puts(run_label(run, i, label, sizeof(label)));
}

/* "3 skipped" and each reason once, with the cells it holds back. */
static void print_reasons(const struct result *result, enum cell_status status)
{
	char label[512];

	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *cell = &result->cells[i];
		bool first = true;

		if (cell->status != status)
			continue;
		for (size_t j = 0; j < i; j++)
			if (result->cells[j].status == status &&
			    !strcmp(result->cells[j].reason, cell->reason))
				first = false;
		if (!first)
			continue;
		fprintf(stderr, "  %s: %s\n", cell_status_name(status),
			cell->reason);
		for (size_t j = i; j < result->cell_count; j++)
			if (result->cells[j].status == status &&
			    !strcmp(result->cells[j].reason, cell->reason))
				fprintf(stderr, "    %s\n",
					cell_label(&result->cells[j], label,
						   sizeof(label)));
	}
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

/* Whether anything was measured anywhere. */
static bool summarise(const struct run *run)
{
	bool any = false;

	for (size_t i = 0; i < run->target_count; i++) {
		const struct target *target = &run->targets[i];
		size_t counts[CELL_CRASHED + 1] = { 0 };

		for (size_t j = 0; j < target->result.cell_count; j++)
			counts[target->result.cells[j].status]++;
		fprintf(stderr, "%s:", target->name);
		for (int status = 0; status <= CELL_CRASHED; status++)
			if (counts[status])
				fprintf(stderr, " %zu %s", counts[status],
					cell_status_name(status));
		fputc('\n', stderr);
		for (int status = 1; status <= CELL_CRASHED; status++)
			print_reasons(&target->result, status);
		printf("%s\n", target->path);
		any |= counts[CELL_OK] > 0;
	}
	return any;
}

static int interrupted(const struct run *run, struct error *err)
{
	return error_set(err, -EINTR,
			 "interrupted: all finished trials are kept: go on "
			 "with `mmgauge run --resume %s`",
			 run->targets[0].path);
}

static int measure(struct run *run, struct error *err)
{
	int ret = run_measure(run, err);

	if (process_interrupted)
		return interrupted(run, err);
	return ret ? ret : run_finish(run, err);
}

static int start(struct run *run, const struct run_options *options, int argc,
		 char **argv, struct error *err)
{
	int ret = set_up(run, options, argc, argv, err);

	if (ret)
		return ret;
	run->command_line = own_command_line();
	if (options->dry_run) {
		print_plan(run);
		return 1;
	}
	progress_init(&run->progress, 0);
	ret = prepare_targets(run, options->clock, err);
	run->progress.total = run->plan.count * run->boots * run->target_count;
	return ret ? ret : run_begin(run, options->output, err);
}

static int resume(struct run *run, const char *name, struct error *err)
{
	int ret = run_reload(run, name, err);

	progress_init(&run->progress,
		      run->plan.count * run->boots * run->target_count);
	for (size_t i = 0; i < run->target_count && !ret; i++)
		ret = target_prepare(
			&run->targets[i],
			run->targets[i].instructions ? "instructions" : "wall",
			progress_note, &run->progress, err);
	return ret ? ret : run_replay(run, err);
}

static int run_command(void *data, int argc, char **argv)
{
	const struct run_options *options = data;
	struct run run = { .stop = &process_interrupted };
	struct error err = { "" };
	int ret;

	signals_catch();
	if (options->resume)
		ret = resume(&run, options->resume, &err);
	else
		ret = start(&run, options, argc, argv, &err);
	if (!ret)
		ret = measure(&run, &err);
	if (ret < 0)
		ret = command_error(&err);
	else if (ret == 0)
		ret = summarise(&run) ? EXIT_FINE : EXIT_NOTHING;
	else
		ret = EXIT_FINE; /* a dry run */
	if (ret == EXIT_FINE && run.verify && !options->dry_run &&
	    !is_exact(&run))
		ret = EXIT_FOUND;
	run_release(&run);
	return ret;
}

const struct command cmd_run = {
	.name = "run",
	.summary = "measure cells here or in guests",
	.arguments = "[SUITE.json|NAME|GLOB...]",
	.details =
		"Measures a suite (quick when none is named) or all cases a "
		"glob matches, on this kernel or in QEMU guests, and prints "
		"the path of one result file per target. Every finished trial "
		"is kept at once: an interrupted run goes on with --resume. "
		"With --verify-determinism every cell is measured on three "
		"boots, on one of them in the opposite order, and the exit "
		"code is 1 when medians differ by more than 0.1 % or fewer "
		"than 99 % of them are identical.",
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct run_options),
	.defaults =
		&(struct run_options){ .precision = -1, .latency = UINT64_MAX },
	.run = run_command,
};
