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
 * @threshold, the largest change of each case first, then those that changed by
 * less; as a suite in @folder, whose path goes to @suite: how many there are, at
 * most EXPLAIN_CELLS, or a negative errno.
 */
#define EXPLAIN_CELLS 8

int explain_cells(const char *base, const char *new, double threshold,
		  const char *folder, char suite[PATH_MAX], struct error *err);

/* Measure what @cells, arguments of `mmgauge run`, name, on both. */
int explain_measure(const struct explain *explain,
		    const struct text_list *cells, struct error *err);

/* The profiles found, into the results @base and @new of the same kernels. */
int explain_add(const struct explain *explain, const char *base,
		const char *new, struct error *err);

/* `mmgauge why` of what was measured, in @lines. */
int explain_print(const struct explain *explain, const char *lines,
		  struct error *err);

/*
 * The verdict, with @threshold, and the same as a mail, which ends with how to
 * @repeat it.
 */
int explain_mail(const struct explain *explain, double threshold,
		 const char *repeat, struct error *err);

#endif
