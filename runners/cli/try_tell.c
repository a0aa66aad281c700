// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/process.h"
#include "results/base/threshold.h"
#include "runners/base/parse.h"
#include "runners/many/explain.h"
#include "runners/vm/cache.h"
#include "commands.h"
#include "repeat.h"
#include "try_tell.h"

/* A screen of 40 lines holds both, what was typed and the time it took. */
#define VERDICT_LINES "23"
#define WHY_LINES "14"

/* What was tried; NULL when out of memory. */
static char *make_repeat(const struct try_options *options, int argc,
			 char **argv)
{
	struct repeat repeat;

	repeat_begin(&repeat, "mmgauge try");
	repeat_option(&repeat, "base", options->base);
	repeat_option(&repeat, "arch", options->arch);
	repeat_option(&repeat, "config", options->config);
	repeat_option(&repeat, "threshold", options->threshold);
	repeat_list(&repeat, "--kbuild", &options->kbuild);
	repeat_list(&repeat, "-p", &options->parameters);
	repeat_words(&repeat, argc, argv);
	return repeat_end(&repeat);
}

/* `mmgauge compare` has the verdict and the exit code. */
static int compare(const struct subject subjects[2],
		   const struct try_options *options, const char *repeat,
		   bool with_why, struct error *err)
{
	const char *argv[14] = { "/proc/self/exe", "compare", subjects[0].path,
				 subjects[1].path };
	size_t count = 4;

	if (options->threshold) {
		argv[count++] = "--threshold";
		argv[count++] = options->threshold;
	}
	if (options->format) {
		argv[count++] = "--format";
		argv[count++] = options->format;
	}
	if (with_why) {
		argv[count++] = "--lines";
		argv[count++] = VERDICT_LINES;
	}
	argv[count++] = "--repeat";
	argv[count++] = repeat;
	return process_follow(argv, err);
}

/* What changed is profiled with calls, in one more boot of both. */
static int explain_changes(const struct subject subjects[2],
			   const struct try_options *options,
			   const struct explain *what, struct error *err)
{
	struct text_list cells = { 0 };
	double threshold = THRESHOLD_DEFAULT;
	char suite[PATH_MAX];
	int count, ret;

	if (options->threshold)
		parse_percent(options->threshold, &threshold);
	count = explain_cells(subjects[0].path, subjects[1].path, threshold,
			      what->folder, suite, err);
	if (count <= 0)
		return count;
	ret = text_list_append(&cells, suite);
	ret = ret ? error_set(err, ret, "why: out of memory") :
		    explain_measure(what, &cells, err);
	text_list_free(&cells);
	return ret ? ret : count;
}

static bool is_for_people(const struct try_options *options)
{
	return !options->format || !strcmp(options->format, "text");
}

/*
 * The verdict, with what explains it; a reason why it cannot be told is no
 * reason to fail.
 */
static int tell(const struct subject subjects[2],
		const struct try_options *options, bool profiled,
		const char *repeat, const struct explain *what,
		struct try_progress *progress, struct error *err)
{
	struct error why = { "" };
	int told = 0, ret;

	try_progress_now(progress, "profiling what changed");
	if (!profiled || is_for_people(options))
		told = explain_changes(subjects, options, what, &why);
	if (told > 0 && !profiled &&
	    explain_add(what, subjects[0].path, subjects[1].path, &why))
		told = -1;
	try_progress_clear(progress);
	if (told == -EINTR)
		return command_error(&why);
	ret = compare(subjects, options, repeat,
		      told > 0 && is_for_people(options), err);
	if (ret >= 0 && ret != EXIT_ERROR && told > 0 && is_for_people(options))
		told = explain_print(what, WHY_LINES, &why);
	if (told == -EINTR)
		return command_error(&why);
	if (told < 0)
		fprintf(stderr, "mmgauge: no why: %s\n", why.text);
	return ret;
}

int try_tell(const struct subject subjects[2],
	     const struct try_options *options, bool profiled, int argc,
	     char **argv, struct try_progress *progress, struct error *err)
{
	const struct text_list none = { 0 };
	struct text_list arguments = { 0 };
	struct explain what = {
		.specs = { subjects[0].spec, subjects[1].spec },
		.arguments = &arguments,
	};
	char *repeat = make_repeat(options, argc, argv);
	struct scratch scratch;
	int ret = subject_hand_on(&arguments, options->config, &options->kbuild,
				  &none);

	if (!repeat || ret)
		ret = error_set(err, -ENOMEM, "try: out of memory");
	else
		ret = scratch_open(&scratch, err);
	if (!ret) {
		what.folder = scratch.path;
		ret = tell(subjects, options, profiled, repeat, &what, progress,
			   err);
		scratch_close(&scratch);
	}
	text_list_free(&arguments);
	free(repeat);
	return ret;
}
