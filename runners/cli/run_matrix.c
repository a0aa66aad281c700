// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "results/base/process.h"
#include "results/base/threshold.h"
#include "command.h"
#include "run_matrix.h"
#include "run_rows.h"
#include "runners/many/matrix.h"
#include "runners/run/estimate.h"
#include "runners/run/run_setup.h"
#include "style.h"
#include "sweep_progress.h"

/* The exact clock repeats itself: what is above is no chance. */
#define TOLERANCE 0.001
#define FURTHER_MAX 6
#define FURTHER_ROUNDS 6
#define TABLE_LINES 60

struct work {
	struct matrix matrix;
	struct sweep sweep;
	struct result *results; /* of each subject */
	size_t result_count;
	struct analysis analysis;
	char folder[PATH_MAX];
	char boots[32];
};

static void free_work(struct work *work)
{
	analysis_free(&work->analysis);
	for (size_t i = 0; i < work->result_count; i++)
		result_free(&work->results[i]);
	free(work->results);
	sweep_free(&work->sweep);
	matrix_free(&work->matrix);
}

int run_matrix_asked(const struct run_options *options, int argc, char **argv,
		     struct error *err)
{
	int found = 0;

	/* Elsewhere than it says its cells are those of a suite. */
	for (int i = 0; i < argc && !options->targets.count && !found; i++)
		found = matrix_is(argv[i]);
	if (found && argc > 1)
		return error_set(err, -EINVAL,
				 "run: a matrix and more: give it alone, or "
				 "--on TARGET, which measures its cells there");
	if (options->pairwise && !found)
		return error_set(err, -EINVAL,
				 "--pairwise: of what: give the file of a "
				 "matrix, and no --on");
	if (options->format && !found)
		return error_set(err, -EINVAL,
				 "--format: only of what a matrix moves: of a "
				 "run, mmgauge show RUN --json");
	return found;
}

/* What decides a figure is in the file, or it could not be resumed. */
static int check_options(const struct run_options *options, struct error *err)
{
	struct run_options rest;

	/* With its padding, which is that of the defaults. */
	memcpy(&rest, options, sizeof(rest));
	rest.parameters = (struct text_list){ 0 };
	rest.kbuild = (struct text_list){ 0 };
	rest.boots = 0;
	rest.output = NULL;
	rest.dry_run = false;
	rest.pairwise = false;
	rest.format = NULL;
	if (!memcmp(&rest, &run_defaults, sizeof(rest)))
		return 0;
	return error_set(
		err, -EINVAL,
		"run: a matrix takes -p, --kbuild, --boots, -o, "
		"--dry-run, --pairwise and --json: leave the others out, or "
		"give --on TARGET, which measures its cells there");
}

/* As `run` would take the cells, on each kernel with all that is no base. */
static int check_cells(const struct run_options *options, struct work *work,
		       struct error *err)
{
	const struct design *design = &work->matrix.design;
	const char *clock = "instructions";
	struct combination last = { 0 };
	char text[256], *path = work->matrix.path;
	const char *config = text;
	struct run_options chosen = *options;
	struct run run = { .stop = &process_interrupted };
	struct run_estimate estimate;
	bool exact;
	int ret;

	for (size_t i = 0; i < design->count; i++)
		last.values[i] = (unsigned char)(design->sizes[i] - 1);
	matrix_configuration(&work->matrix, &last, text, sizeof(text));
	chosen.targets = (struct text_list){ design->dimensions[0].values,
					     design->sizes[0] };
	chosen.configs = (struct text_list){ &config, *text != '\0' };
	ret = run_choose(&run, &chosen, 1, &path, &clock, err);
	if (!ret)
		ret = run_check_targets(&run, clock, &exact, err);
	if (!ret) {
		estimate = run_estimate(&run, run.boots ?: 1);
		work->sweep.seconds =
			estimate.seconds / (double)run.target_count;
		work->matrix.cached = !estimate.missing;
	}
	run_release(&run);
	return ret;
}

static int make_arguments(const struct run_options *options, struct work *work)
{
	struct text_list *arguments = &work->sweep.arguments;
	const char *const head[] = { "--seed",	     "1",	"--clock",
				     "instructions", "--boots", work->boots };
	int ret;

	snprintf(work->boots, sizeof(work->boots), "%llu",
		 (unsigned long long)options->boots);
	ret = text_list_append_all(arguments, NULL, head,
				   options->boots ? 6 : 4);
	if (!ret)
		ret = subject_hand_on(arguments, NULL, &options->kbuild,
				      &options->parameters);
	return ret;
}

/* What is in the folder already is not measured again. */
static int measure(struct work *work, struct error *err)
{
	struct sweep *sweep = &work->sweep;
	/* The file may move: its cells are what must be the same. */
	struct text_list arguments = { 0 };
	int ret = matrix_subjects(&work->matrix, sweep, err);

	if (!ret &&
	    (text_list_append_all(&arguments, NULL, sweep->arguments.items,
				  sweep->arguments.count) ||
	     text_list_append(&arguments, work->matrix.path)))
		ret = error_set(err, -ENOMEM, "run: out of memory");

	if (!ret)
		ret = sweep_resume(sweep, work->folder, err);
	if (!ret)
		ret = sweep_measure(sweep, &arguments,
				    subjects_at_once("instructions"),
				    work->folder, "run", err);
	text_list_free(&arguments);
	return ret;
}

/* Those that are not loaded yet; without cells where nothing was measured. */
static int load_results(struct work *work, struct error *err)
{
	size_t count = work->sweep.count;
	struct result *grown =
		reallocarray(work->results, count, sizeof(*grown));
	int ret = 0;

	if (!grown)
		return error_set(err, -ENOMEM, "run: out of memory");
	work->results = grown;
	while (work->result_count < count && !ret) {
		const struct subject *subject =
			&work->sweep.subjects[work->result_count];
		struct result *result = &grown[work->result_count++];

		*result = (struct result){ 0 };
		if (subject->state == SUBJECT_MEASURED)
			ret = result_load(subject->path, result, err);
	}
	return ret;
}

static int analyse(struct work *work, struct error *err)
{
	int ret = load_results(work, err);

	if (!ret && analysis_make(&work->analysis, &work->matrix.design,
				  work->results, threshold_limit(TOLERANCE)))
		ret = error_set(err, -ENOMEM, "run: out of memory");
	return ret;
}

/* Runs of their own, for pairs that seem to do more than both. */
static int confirm(struct work *work, struct error *err)
{
	struct combination wanted[FURTHER_MAX];
	size_t left = FURTHER_MAX;
	int ret = analyse(work, err);

	for (int round = 0; round < FURTHER_ROUNDS && !ret; round++) {
		size_t count = analysis_ask(&work->analysis, wanted, left);

		if (!count)
			break;
		left -= count;
		fprintf(stderr,
			"mmgauge: %zu further, to see whether pairs that are "
			"suspected do more than both\n",
			count);
		for (size_t i = 0; i < count && !ret; i++)
			if (matrix_add(&work->matrix, &wanted[i]))
				ret = error_set(err, -ENOMEM,
						"run: out of memory");
		if (!ret)
			ret = measure(work, err);
		if (!ret)
			ret = analyse(work, err);
	}
	return ret;
}

static int print_json(const struct work *work, struct error *err)
{
	json_t *document = analysis_to_json(&work->analysis, work->matrix.name);
	int ret = document ? 0 : -ENOMEM;

	if (!ret && json_dumpf(document, stdout, JSON_INDENT(1)))
		ret = -EIO;
	putchar('\n');
	json_decref(document);
	return ret ? error_set(err, ret, "run: the effects: %s",
			       strerror(-ret)) :
		     0;
}

static int print(const struct work *work, size_t measured, struct error *err)
{
	struct axes_said said = { .is_default = style_is_default };
	int ret = 0;

	for (size_t i = 0; i < work->result_count && !ret; i++)
		ret = axes_said_add(&said, &work->results[i]);
	printf("%s: %zu of %zu combinations measured\n", work->matrix.name,
	       measured, work->sweep.count);
	if (!ret)
		ret = analysis_print(stdout, &work->analysis, &said,
				     TABLE_LINES);
	axes_said_free(&said);
	return ret ? error_set(err, ret, "run: out of memory") : 0;
}

static int open_folder(struct work *work, const char *output, struct error *err)
{
	if (!output)
		output = work->matrix.name;
	if ((mkdir(output, 0777) && errno != EEXIST) ||
	    !realpath(output, work->folder))
		return error_set(err, -errno, "-o: %s: %s: give another place",
				 output, strerror(errno));
	return 0;
}

static int prepare(const struct run_options *options, const char *path,
		   struct work *work, struct error *err)
{
	int ret = check_options(options, err);

	if (!ret)
		ret = matrix_load(path, &work->matrix, err);
	if (!ret)
		ret = matrix_choose(&work->matrix, options->pairwise, err);
	if (!ret)
		ret = check_cells(options, work, err);
	if (!ret && make_arguments(options, work))
		ret = error_set(err, -ENOMEM, "run: out of memory");
	work->sweep.matrix = work->matrix.cells;
	return ret ? ret : matrix_subjects(&work->matrix, &work->sweep, err);
}

static int dry_run(const struct work *work)
{
	for (size_t i = 0; i < work->sweep.count; i++)
		puts(work->sweep.subjects[i].name);
	sweep_progress_estimate(&work->sweep, subjects_at_once("instructions"));
	return EXIT_FINE;
}

static int run_all(struct work *work, bool json, struct error *err)
{
	size_t measured;
	int ret = measure(work, err);

	if (!ret)
		ret = confirm(work, err);
	if (ret)
		return ret;
	measured = sweep_progress_measured(&work->sweep);
	if (!measured)
		return EXIT_NOTHING;
	ret = json ? print_json(work, err) : print(work, measured, err);
	return ret ? ret : EXIT_FINE;
}

int run_matrix(const struct run_options *options, const char *path,
	       struct error *err)
{
	struct work work = { 0 };
	int ret = prepare(options, path, &work, err);

	if (!ret && options->dry_run)
		ret = dry_run(&work);
	else if (!ret)
		ret = open_folder(&work, options->output, err);
	if (!ret && !options->dry_run)
		ret = run_all(&work, command_is_json(options->format), err);
	free_work(&work);
	return ret;
}
