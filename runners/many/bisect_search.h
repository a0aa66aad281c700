/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a bisection measures: commits, and on which side of the line they lie.
 */
#ifndef MMGAUGE_BISECT_SEARCH_H
#define MMGAUGE_BISECT_SEARCH_H

#include <math.h>

#include "bisect.h"
#include "runners/base/text_list.h"
#include "subject.h"
#include "runners/vm/cache.h"
#include "runners/vm/git_repo.h"

/* Smaller differences are none, on the exact clock and without --threshold. */
#define SMALLEST 0.001

struct bisect_options {
	const char *repo;
	const char *good;
	const char *bad;
	const char *name;
	const char *config;
	const char *arch;
	struct text_list kbuild;
	struct text_list parameters;
	const char *metric;
	double threshold;
	const char *clock;
	bool test;
	bool dry_run;
	const char *format;
};

/* The level of a cell that is invalid, failed or crashed. */
#define SEARCH_BROKEN INFINITY

struct search {
	const struct bisect_options *options;
	struct scratch scratch; /* holds the results */
	struct text_list arguments; /* of `mmgauge run` */
	struct subject_plan plan;
	char repo[PATH_MAX];
	struct git_commit good;
	struct git_commit *commits; /* good..bad, the oldest first */
	size_t count;
	/*
	 * What is searched for: a level that is higher, or one that is another
	 * where @exact, or SEARCH_BROKEN. NaN: not measured.
	 */
	double *levels;
	bool exact; /* the metric is an exact fact */
	bool broken; /* the search is for what broke the cell */
	bool broken_too; /* ... as for anything that good does not */
	double good_level, cutoff;
	char unit[64];
	struct error *err;
};

/* The spec of @commit, for the architecture that was chosen. */
int search_spec(const struct search *search, const struct git_commit *commit,
		char spec[PATH_MAX]);

/* What every commit is measured with; @search has its options. */
int search_prepare(struct search *search);

/*
 * Measure good alone, or with it the last commit, and draw the line. Good alone
 * does not say what is searched for: costs where a metric or a threshold is
 * named, and otherwise a cell that is broken, too.
 */
int search_measure_good(struct search *search);
int search_measure_ends(struct search *search);

/* Whether costs on the exact clock are searched for, which have a why. */
bool search_is_of_cost(const struct search *search);

/*
 * On which side of the line @level is. Where costs are searched for, a cell that
 * is broken has none.
 */
enum bisect_mark search_side(const struct search *search, double level);

/*
 * Boots until it is decided, one on the exact clock. @level is that of the last
 * boot, NaN when there is none: @reason says why.
 */
int search_test(struct search *search, const struct git_commit *commit,
		double *level, enum bisect_mark *mark, char reason[512]);

/* "-", "broken" or the level in its unit; @buffer may hold it. */
const char *search_level_text(const struct search *search, double level,
			      char *buffer, size_t size);

/* Tell what came of a commit on stderr. */
void search_say(const struct search *search, const struct git_commit *commit,
		double level, const char *verdict);

#endif
