// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/compare/behaviour.h"
#include "results/format.h"
#include "results/stats/stats.h"
#include "bisect_search.h"
#include "runners/vm/git.h"

static bool is_wall(const struct search *search)
{
	return search->options->clock &&
	       !strcmp(search->options->clock, "wall");
}

int search_spec(const struct search *search, const struct git_commit *commit,
		char spec[PATH_MAX])
{
	return git_spec(spec, PATH_MAX, search->repo, commit->id,
			arch_chosen(search->options->arch), search->err);
}

int search_prepare(struct search *search)
{
	const struct bisect_options *options = search->options;
	const char *const head[] = { options->name,
				     "--clock",
				     is_wall(search) ? "wall" : "instructions",
				     "--boots",
				     "1",
				     "--seed",
				     "1" };
	char spec[PATH_MAX];
	int ret = text_list_append_all(&search->arguments, NULL, head,
				       sizeof(head) / sizeof(*head));

	if (!ret && !is_wall(search))
		ret = text_list_append(&search->arguments, "--reuse");
	if (!ret)
		ret = subject_hand_on(&search->arguments, options->config,
				      &options->kbuild, &options->parameters);
	search->plan =
		(struct subject_plan){ &search->arguments,
				       subjects_at_once(options->clock), NULL };
	if (ret)
		return error_set(search->err, ret, "bisect: out of memory");
	ret = search_spec(search, &search->good, spec);
	return ret ? ret : subject_check(spec, &search->arguments, search->err);
}

bool search_is_of_cost(const struct search *search)
{
	return !is_wall(search) && !search->exact && !search->broken;
}

static void name_subject(const struct search *search,
			 const struct git_commit *commit,
			 struct subject *subject)
{
	*subject = (struct subject){ 0 };
	search_spec(search, commit, subject->spec); /* as long as good's */
	snprintf(subject->name, sizeof(subject->name), "%.12s", commit->id);
	snprintf(subject->path, sizeof(subject->path), "%s/%s.json",
		 search->scratch.path, commit->id);
}

/* A bisection is of one number: more cells would make it a choice. */
static int check_single(const struct result *result, struct error *err)
{
	const struct cell *found = NULL;
	char first[512], second[512];

	for (size_t i = 0; i < result->cell_count; i++) {
		if (result->cells[i].status == CELL_SKIPPED)
			continue;
		if (found)
			return error_set(
				err, -EINVAL,
				"--case: %.300s and %.300s: choose one "
				"with -p AXIS=V",
				cell_label(found, first, sizeof(first)),
				cell_label(&result->cells[i], second,
					   sizeof(second)));
		found = &result->cells[i];
	}
	return 0;
}

/* The metric, or else the exact fact, of that name; NaN when it is neither. */
static double cell_level(struct search *search, const struct result *result,
			 const struct cell *cell)
{
	const char *name = search->options->metric;
	double level = subject_level(result, name);

	if (isnan(level) && name) {
		level = behaviour_fact(cell, name);
		search->exact = !isnan(level);
		*search->unit = '\0';
	} else if (cell->trials[0].metric_count) {
		snprintf(search->unit, sizeof(search->unit), "%s",
			 cell->trials[0].metrics[0].unit);
	}
	return level;
}

static int read_level(struct search *search, const struct subject *subject,
		      double *level)
{
	struct result result = { 0 };
	int ret = result_load(subject->path, &result, search->err);

	if (!ret)
		ret = check_single(&result, search->err);
	*level = NAN;
	for (size_t i = 0; i < result.cell_count && !ret; i++) {
		const struct cell *cell = &result.cells[i];

		if (cell->status == CELL_OK && cell->trial_count)
			*level = cell_level(search, &result, cell);
		else if (behaviour_is_broken(CELL_OK, cell->status))
			*level = SEARCH_BROKEN;
	}
	result_free(&result);
	return ret;
}

/* One boot of each of @commits, at once where the clock allows. */
static int measure(struct search *search,
		   const struct git_commit *const *commits, size_t count,
		   double *levels, char reason[512])
{
	struct subject subjects[2];
	int ret;

	for (size_t i = 0; i < count; i++)
		name_subject(search, commits[i], &subjects[i]);
	ret = subjects_measure(subjects, count, &search->plan, NULL, NULL,
			       search->err);
	for (size_t i = 0; i < count && !ret; i++) {
		levels[i] = NAN;
		if (subjects[i].state != SUBJECT_SKIPPED)
			ret = read_level(search, &subjects[i], &levels[i]);
		if (subjects[i].state != SUBJECT_MEASURED)
			strcpy(reason, subjects[i].reason);
	}
	return ret;
}

const char *search_level_text(const struct search *search, double level,
			      char *buffer, size_t size)
{
	if (isnan(level))
		return "-";
	if (isinf(level))
		return "broken";
	return format_quantity(level, search->unit, buffer, size);
}

void search_say(const struct search *search, const struct git_commit *commit,
		double level, const char *verdict)
{
	char value[64];

	fprintf(stderr, "mmgauge: %.12s %s %s %s\n", commit->id,
		search_level_text(search, level, value, sizeof(value)), verdict,
		commit->title);
}

/* The median of as many boots as the clock asks for, of each of @commits. */
static int measure_level(struct search *search,
			 const struct git_commit *const *commits, size_t count,
			 double *levels, char reason[512])
{
	size_t boots = is_wall(search) ? BISECT_END_BOOTS : 1;
	double values[2][BISECT_END_BOOTS];
	int ret = 0;

	/* A B A B: what changes with time changes both. */
	for (size_t i = 0; i < boots && !ret; i++) {
		ret = measure(search, commits, count, levels, reason);
		for (size_t j = 0; j < count && !ret; j++)
			values[j][i] = levels[j];
	}
	for (size_t j = 0; j < count && !ret; j++)
		for (size_t i = 0; i < boots; i++)
			if (!isfinite(values[j][i]))
				values[j][0] = values[j][i];
	for (size_t j = 0; j < count && !ret; j++)
		levels[j] = !isfinite(values[j][0]) ?
				    values[j][0] :
				    stats_median(values[j], boots, 0.95).median;
	return ret;
}

static int untestable(struct search *search, const struct git_commit *commit,
		      const char *reason)
{
	return error_set(search->err, -EIO,
			 "%.12s cannot be tested: %s: choose another end",
			 commit->id, reason);
}

int search_measure_good(struct search *search)
{
	const struct bisect_options *options = search->options;
	const struct git_commit *const good = &search->good;
	char reason[512] = "no such metric";
	int ret = measure_level(search, &good, 1, &search->good_level, reason);

	if (!ret && !isfinite(search->good_level))
		ret = untestable(search, good, reason);
	search->cutoff =
		search->good_level * (1 + fmax(options->threshold, SMALLEST));
	search->broken_too =
		search->exact || (!options->metric && !options->threshold);
	return ret;
}

/* Whether @level is on the other side of the line than good. */
static bool is_bad(const struct search *search, double level)
{
	if (search->broken)
		return isinf(level);
	return search->exact ? level != search->good_level :
			       level > search->cutoff;
}

/* The last commit must differ from good, in what is searched for. */
static int check_bad(const struct search *search, double level)
{
	const struct git_commit *last = &search->commits[search->count - 1];

	if (is_bad(search, level) &&
	    (search->exact || search->broken ||
	     level > search->good_level * (1 + SMALLEST)))
		return 0;
	if (search->exact)
		return error_set(search->err, -EINVAL,
				 "%.12s behaves as %.12s: %s is %.9g in both: "
				 "choose other ends or another --metric",
				 last->id, search->good.id,
				 search->options->metric, level);
	return error_set(search->err, -EINVAL,
			 "%.12s is not slower than %.12s: %.9g after %.9g %s: "
			 "choose other ends or a lower --threshold",
			 last->id, search->good.id, level, search->good_level,
			 search->unit);
}

int search_measure_ends(struct search *search)
{
	const struct git_commit *last = &search->commits[search->count - 1];
	const struct git_commit *const ends[] = { &search->good, last };
	double levels[2], threshold = search->options->threshold;
	char reason[512] = "no such metric";
	int ret = measure_level(search, ends, 2, levels, reason);

	if (ret)
		return ret;
	if (!isfinite(levels[0]) || isnan(levels[1]))
		return untestable(search, ends[!!isfinite(levels[0])], reason);
	search->good_level = levels[0];
	search->levels[search->count - 1] = levels[1];
	search->broken = isinf(levels[1]);
	search->cutoff = threshold > 0 ? levels[0] * (1 + threshold) :
					 (levels[0] + levels[1]) / 2;
	search_say(search, &search->good, levels[0], "good");
	search_say(search, last, levels[1], "bad");
	if (search->broken)
		fprintf(stderr, "mmgauge: searching for what broke it: %s\n",
			reason);
	return check_bad(search, levels[1]);
}

enum bisect_mark search_side(const struct search *search, double level)
{
	if (isnan(level))
		return BISECT_SKIP;
	if (isinf(level))
		return search->broken || search->broken_too ? BISECT_BAD :
							      BISECT_SKIP;
	return is_bad(search, level) ? BISECT_BAD : BISECT_GOOD;
}

int search_test(struct search *search, const struct git_commit *commit,
		double *level, enum bisect_mark *mark, char reason[512])
{
	struct bisect_vote vote = { 0 };
	int ret;

	do {
		ret = measure(search, &commit, 1, level, reason);
		*mark = search_side(search, *level);
		if (ret || *mark == BISECT_SKIP || !is_wall(search))
			break;
		if (*mark == BISECT_GOOD)
			vote.good++;
		else
			vote.bad++;
		*mark = bisect_decide(&vote);
	} while (*mark == BISECT_UNKNOWN);
	return ret;
}
