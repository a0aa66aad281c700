/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the series of a history say together: how many changes chance alone
 * would show among so many series, and which commit moved many of them.
 */
#ifndef MMGAUGE_HISTORY_FAMILY_H
#define MMGAUGE_HISTORY_FAMILY_H

#include "history.h"

#define HISTORY_FDR 0.05

/* A history that is looked at once a day shows a false change in 5 % of years.
 */
#define HISTORY_LOOKS 365

/* A change that is gone within so many points went back. */
#define HISTORY_BACK_MAX 10

/*
 * Drop changes that are likely chance among so many series, so that of those
 * left a share of @fdr at most is false (Benjamini and Hochberg 1995; within a
 * series the level of the series told, Benjamini and Bogomolov 2014). Counts
 * them in series->by_chance. Exact series have no chance in them.
 */
void history_control(struct history *history, double fdr);

/*
 * Find the runs at which many noisy series moved together, of @runs: place the
 * changes of the series that moved there, and add those that are not clear in
 * any series alone; none smaller than @threshold. 0 or -ENOMEM.
 *
 * At each run the likelihoods of all series' differences are multiplied; the
 * product must be larger than in any of 199 orders of the runs, the same for
 * all series, which keeps what these have in common.
 */
int history_place(struct history *history, size_t runs, double threshold);

/* Mark steps that went away again. */
void history_mark_back(struct history *history);

#endif
