/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_PLOT_HISTORY_H
#define MMGAUGE_PLOT_HISTORY_H

#include "results/history/history.h"

/*
 * Plot the series of @history over the runs called @names, their changes
 * marked:
 * @folder/CASE.svg (results/file_name.h), made if absent, a panel per cell and
 * metric.
 */
int plot_history(const struct history *history, const char *const *names,
		 const char *folder, struct error *err);

#endif
