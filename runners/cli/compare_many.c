// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/compare/compare_architectures.h"
#include "results/compare/compare_runs.h"
#include "runners/base/exit_code.h"
#include "compare_many.h"
#include "load.h"
#include "style.h"

/*
 * Why no row could be compared: the reason of most of them. A cell that only
 * one run has is told apart, for another suite is not another cost.
 */
static int compared_nothing(const struct compare_report *report,
			    struct error *err)
{
	size_t most = 0, common = 0;

	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];
		size_t alike = 0;

		if (!row->base_cell || !row->new_cell)
			continue;
		for (size_t j = 0; j < report->count; j++)
			alike += !strcmp(row->reason, report->rows[j].reason);
		if (alike > common) {
			common = alike;
			most = i;
		}
	}
	if (!common)
		return error_set(err, -ENODATA,
				 "nothing to compare: the runs have no cell in "
				 "common: run the same suite for both");
	return error_set(err, -ENODATA,
			 "nothing to compare: %zu of %zu rows: %.200s: see the "
			 "reasons above",
			 common, report->count, report->rows[most].reason);
}

int compare_exit_code(const struct compare_report *report, unsigned int failing,
		      struct error *err)
{
	if (report->refusal)
		return error_set(err, -EXDEV,
				 "these runs cannot be compared: %s: "
				 "--force compares them all the same",
				 report->refusal);
	if (report->verdicts[VERDICT_INCOMPARABLE] == report->count)
		return compared_nothing(report, err);
	return compare_any(report, failing) ? EXIT_FOUND : EXIT_FINE;
}

/* Runs beside each other; what none of them could be compared with is told. */
static int print_runs(const struct compare_report *reports, size_t count,
		      const struct compare_many *many, struct error *err)
{
	struct compare_style style = style_of_stdout();
	int ret, worst = EXIT_FINE;

	style.by_case = many->by_case;
	style.by = many->by;
	ret = compare_runs_print(stdout, reports, count, &style);
	if (ret)
		return error_set(err, ret, "out of memory");
	for (size_t i = 0; i < count; i++) {
		ret = compare_exit_code(&reports[i], many->failing, err);
		if (ret < 0)
			return ret;
		worst = ret > worst ? ret : worst;
	}
	return worst;
}

static int with_verdicts(const struct compare_many *many,
			 const struct result *const *results, size_t count,
			 struct error *err)
{
	struct compare_report *reports = calloc(count, sizeof(*reports));
	size_t done = 0;
	int ret = reports ? 0 : -ENOMEM;

	while (!ret && done + 1 < count) {
		ret = compare_results(results[0], results[done + 1],
				      many->options, &reports[done]);
		done += !ret;
	}
	ret = ret ? error_set(err, ret, "out of memory") :
		    print_runs(reports, done, many, err);
	while (done)
		compare_free(&reports[--done]);
	free(reports);
	return ret;
}

/* An instruction of one architecture is not one of another. */
static int without(const struct compare_many *many,
		   const struct result *const *results, size_t count,
		   struct error *err)
{
	const struct compare_style style = style_of_stdout();
	int ret = compare_architectures_print(stdout, results, count,
					      many->options->keep, &style,
					      many->options->all);

	if (ret < 0)
		return error_set(err, ret, "out of memory");
	return ret ? EXIT_FINE :
		     error_set(err, -ENOENT,
			       "--by architecture: no metric of the first run "
			       "is in another: measure the same cells");
}

int compare_many(const struct compare_many *many, const struct result *base,
		 const struct result *new, int count, char **names,
		 struct error *err)
{
	struct loaded others = { 0 };
	const struct result **all = NULL;
	int ret = loaded_make(&others, count, names, err);

	if (!ret) {
		all = calloc(2 + others.count, sizeof(*all));
		ret = all ? 0 : error_set(err, -ENOMEM, "out of memory");
	}
	if (!ret) {
		all[0] = base;
		all[1] = new;
		for (size_t i = 0; i < others.count; i++)
			all[2 + i] = others.pointers[i];
		ret = (many->by && !strcmp(many->by, "architecture") ?
			       without :
			       with_verdicts)(many, all, 2 + others.count, err);
	}
	free(all);
	loaded_free(&others);
	return ret;
}
