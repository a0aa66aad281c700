// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the means of boots are trimmed: see compare_untrim(). */
#include <math.h>

#include "compare_parts.h"

/* Fewer rows do not tell; each knows its own noise badly. */
#define ROWS_MIN 20

/* A row has a bad boot where all boots are that much less sure than most. */
#define BAD 1.5

static struct stats_row whole(const struct comparison *row)
{
	return row->layer == LAYER_ROUNDS ?
		       stats_rounds_differ(&row->base_logs, &row->new_logs,
					   false) :
		       stats_boots_differ(&row->base_logs, &row->new_logs,
					  false);
}

/* How much less sure all boots are than most of them; NaN: no trim, or runs. */
static double loss(const struct comparison *row)
{
	double all, most = row->evidence.error;

	if (row->status || row->reason || row->layer == LAYER_RUNS ||
	    !(most > 0))
		return NAN;
	all = whole(row).error;
	return all > 0 && all != most ? all / most : NAN;
}

void compare_untrim(const struct judged *all)
{
	double sum = 0;
	size_t count = 0;

	for (size_t i = 0; i < all->count; i++) {
		double off = loss(&all->rows[i]);

		if (isnan(off))
			continue;
		/* One bad boot is not the noise of all rows. */
		sum += log(fmin(off, BAD));
		count++;
	}
	if (count < ROWS_MIN || sum >= 0)
		return;
	for (size_t i = 0; i < all->count; i++) {
		struct comparison *row = &all->rows[i];

		if (!(loss(row) < BAD))
			continue;
		row->evidence = whole(row);
		if (row->layer == LAYER_BOOTS)
			row->inside = row->evidence;
		else
			row->ratio = exp(row->evidence.difference);
	}
}
