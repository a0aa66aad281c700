/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `run --until-verdict BASE`: boots of a base and a new kernel, one of each in
 * turns, until compare has a verdict on every row that boots can settle.
 *
 * The result files say how many looks there could have been (stats/looks.h), so
 * that `mmgauge compare` shares the error among them and comes to the same
 * verdicts.
 */
#ifndef MMGAUGE_RUN_UNTIL_H
#define MMGAUGE_RUN_UNTIL_H

#include "results/compare/compare.h"
#include "run.h"

#define UNTIL_BOOTS 40 /* a side, unless --boots says otherwise */
#define UNTIL_TIME 3600.0 /* seconds, unless --max-time does */

/* Who is the base, in run->targets and in the order of result files. */
enum { UNTIL_BASE, UNTIL_NEW };

/*
 * A target to boot again, from what was given as BASE: itself, or that of a run
 * or a baseline, which is loaded into @base. A new string; NULL with the line.
 */
char *until_target(const char *name, struct result *base, struct error *err);

/*
 * As run_measure(), but ends as soon as @report, which is filled in unless an
 * error comes back, leaves nothing open, or after run->time_limit seconds.
 */
int until_measure(struct run *run, const struct compare_options *options,
		  struct compare_report *report, struct error *err);

#endif
