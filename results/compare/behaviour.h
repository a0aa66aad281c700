/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel does, beside what it costs: the exact facts of a cell (bench.h)
 * and whether it still works.
 */
#ifndef MMGAUGE_BEHAVIOUR_H
#define MMGAUGE_BEHAVIOUR_H

#include "results/base/result.h"

/* An exact fact that differs, per operation unless its name says otherwise. */
struct fact_change {
	const char *name; /* of the base cell */
	double base, new;
};

struct behaviour {
	struct fact_change *changes; /* in the order of the base cell's facts */
	size_t count;
};

/*
 * The value of the exact fact @name, where all trials of @cell that have it
 * agree; NaN otherwise. A fact that varies in one kernel says nothing of two.
 */
double behaviour_fact(const struct cell *cell, const char *name);

/*
 * What differs between two measured cells, of the exact facts that both have.
 * 0 or -ENOMEM; free with behaviour_free().
 */
int behaviour_compare(const struct cell *base, const struct cell *new,
		      struct behaviour *behaviour);
void behaviour_free(struct behaviour *behaviour);

/* "callbacks 1 -> 2, bytes 4096 -> 8192"; NULL when out of memory. */
char *behaviour_text(const struct behaviour *behaviour);

/* Whether a cell was measured, and is invalid, failed or crashed now. */
bool behaviour_is_broken(enum cell_status base, enum cell_status new);

#endif
