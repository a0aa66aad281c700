/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_PLOT_HISTORY_H
#define MMGAUGE_PLOT_HISTORY_H

#include "panel.h"
#include "results/history/history.h"

/*
 * Plot the series of @history over the runs called @names, their changes
 * marked:
 * @folder/CASE.svg (results/file_name.h), made if absent, a panel per cell and
 * metric.
 */
int plot_history(const struct history *history, const char *const *names,
		 const char *folder, struct error *err);

/* Where the points of a picture of one series lie, in its pixels. */
struct history_place {
	unsigned int left, right, top, bottom;
	double first, last; /* points at left and right, counted from 0 */
	double low, high; /* values at bottom and top, in the series' unit */
	bool logarithmic;
};

/* The panel of one series, under @title. */
int history_write(FILE *stream, struct panel *panel,
		  const struct history_series *series, const char *const *names,
		  const char *title, struct history_place *place);

#endif
