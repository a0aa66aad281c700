/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that figures are told in, and what they mean. */
#ifndef MMGAUGE_TERMS_H
#define MMGAUGE_TERMS_H

#include <stdbool.h>

struct term {
	const char *name;
	const char *meaning; /* a sentence or two, no full stop at the end */
	bool in_figures; /* stands beside them: a metric, the value of an axis */
};

/* In the order of reading: each uses those above; ends with a NULL name. */
extern const struct term terms[];

#endif
