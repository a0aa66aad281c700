/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rows of a chapter make a line over a numeric axis, and which don't. */
#ifndef MMGAUGE_ARRANGE_H
#define MMGAUGE_ARRANGE_H

#include "selection.h"

struct arranged {
	const struct row *row;
	char *line; /* the other axes; NULL when the cell lacks the axis */
	bool swept; /* its line has points enough */
	size_t place; /* in the chapter */
	size_t line_place; /* of the first row of its line */
	size_t metric_place; /* of the first row of its metric */
};

struct arrangement {
	const struct chapter *chapter;
	const char *axis; /* the one that sweeps most rows, NULL for none */
	struct arranged *rows; /* the swept ones first, line by line */
	size_t count;
};

/* 0, -ENOMEM; free in either case. */
int arrange(const struct chapter *chapter, struct arrangement *arrangement);
void arrangement_free(struct arrangement *arrangement);

/*
 * The rows of the next panel, from *@at on, which is moved behind them: at most
 * @lines lines of one metric of a sweep, or @rows rows of one unit without.
 * 0, -ENOMEM; free with selection_free() in either case.
 */
int arrangement_next(const struct arrangement *arrangement, size_t lines,
		     size_t rows, size_t *at, struct selection *selection);

#endif
