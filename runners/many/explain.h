/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why two kernels differ: what changed is measured once more on both, profiled
 * with calls, and taken apart by `mmgauge why`.
 */
#ifndef MMGAUGE_EXPLAIN_H
#define MMGAUGE_EXPLAIN_H

#include "subject.h"

struct explain {
	const char *specs[2]; /* for --on: base and new */
	const struct text_list *arguments; /* of `mmgauge run`: its --kbuild */
	const char *folder; /* for what is measured */
};

/*
 * The cells of the results @base and @new whose cost changed by more than
 * @threshold, the largest change first, as a suite in @folder, whose path goes
 * to @suite: how many there are, at most EXPLAIN_CELLS, or a negative errno.
 */
#define EXPLAIN_CELLS 8

int explain_cells(const char *base, const char *new, double threshold,
		  const char *folder, char suite[PATH_MAX], struct error *err);

/* `mmgauge why` of what @cells, arguments of `mmgauge run`, name. */
int explain(const struct explain *explain, const struct text_list *cells,
	    struct error *err);

#endif
