/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a cell's axes a table has to say: not a value that all cells of its
 * case share, and not one that a case has unless asked otherwise.
 */
#ifndef MMGAUGE_RESULTS_AXES_H
#define MMGAUGE_RESULTS_AXES_H

#include "results/base/result.h"

/* Whether the case @name has this value unless asked otherwise. */
typedef bool axes_default(const char *name, const struct axis_value *axis);

struct axes_case {
	const struct cell *first;
	uint64_t varies; /* a bit for each axis of @first */
};

struct axes_said {
	axes_default *is_default; /* NULL: nobody knows */
	struct axes_case *cases;
	size_t count;
};

/* All cells of @result, which must outlive it, are in the table. 0, -ENOMEM. */
int axes_said_add(struct axes_said *said, const struct result *result);
void axes_said_free(struct axes_said *said);

/*
 * New strings, NULL when out of memory. What tells @cell from the others of its
 * case, "term=long batch=512" or ""; @brief: "long batch=512", where the word
 * says it. The case with what they share and is not its default:
 * "pin.fast[memory=thp]".
 */
char *axes_said_of(const struct axes_said *said, const struct cell *cell,
		   bool brief);
char *axes_case_of(const struct axes_said *said, const struct cell *cell);

/* "pin.fast[term=long,batch=512]"; @shared: with what the others have, too. */
char *axes_label_of(const struct axes_said *said, const struct cell *cell,
		    bool shared);

#endif
