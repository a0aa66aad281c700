/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a history that is looked at again and again has told: a JSON file beside
 * what it is of, FOLDER/told.json or FILE.csv.told.json. Remove it to be told
 * everything anew.
 */
#ifndef MMGAUGE_HISTORY_TOLD_H
#define MMGAUGE_HISTORY_TOLD_H

#include "results/base/error.h"
#include "results/history/history.h"
#include "runners/many/history_runs.h"

/*
 * Read @path, which need not exist, mark the changes of @history that are in it
 * (the same series went the same way at a run where this change may be), and
 * add those that are not. -EINVAL with the place, or what writing gave.
 */
int history_told_update(const char *path, const struct history_runs *runs,
			struct history *history, struct error *err);

#endif
