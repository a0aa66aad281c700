/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cells of a result by case and axes, the axes in any order. */
#ifndef MMGAUGE_CELL_INDEX_H
#define MMGAUGE_CELL_INDEX_H

#include "result.h"

struct cell_key {
	char *key; /* case and sorted axes */
	const struct cell *cell;
};

struct cell_index {
	struct cell_key *keys; /* sorted; equal keys in file order */
	size_t count;
};

int cell_index_build(const struct result *result, struct cell_index *index);
void cell_index_free(struct cell_index *index);

/* The cell that is @like into *@found, NULL when there is none. 0, -ENOMEM. */
int cell_index_find(const struct cell_index *index, const struct cell *like,
		    const struct cell **found);

/* A cell that comes twice: its later place; NULL when all differ. */
const struct cell *cell_index_duplicate(const struct cell_index *index);

#endif
