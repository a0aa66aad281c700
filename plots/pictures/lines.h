/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a sweep, and the straight ones that fit them. */
#ifndef MMGAUGE_LINES_H
#define MMGAUGE_LINES_H

#include "results/stats/line.h"
#include "selection.h"

struct line {
	char *label; /* what tells it from the others of its sweep */
	size_t from; /* rows of the selection */
	size_t end;
	struct stats_line *fits; /* one per subject */
};

struct lines {
	struct line *items;
	size_t count;
	bool straight; /* any of them in any subject */
};

/* Of @selection, which is a sweep. 0, -ENOMEM; free in either case. */
int lines_make(const struct selection *selection, size_t subject_count,
	       struct lines *lines);
void lines_free(struct lines *lines);

/*
 * "+106, +111": what each further one costs, subject by subject, as a new
 * string; a dash where the points make no straight line, NULL without memory.
 */
char *line_slopes(const struct line *line, size_t subject_count, double factor);

#endif
