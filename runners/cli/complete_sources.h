/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the candidates of a completion come from. */
#ifndef MMGAUGE_COMPLETE_SOURCES_H
#define MMGAUGE_COMPLETE_SOURCES_H

#include <stdio.h>

struct completion {
	FILE *to;
	const char *before; /* what of the word stays as it is: "batch=1," */
	const char *begun; /* what a candidate must begin with */
};

/* Print @word unless it does not begin so; @help may be NULL. */
void complete_offer(const struct completion *completion, const char *word,
		    const char *help);

/* All that the argument @text, like "[SUITE.json|NAME|GLOB...]", can be. */
void complete_argument(const struct completion *completion, const char *text);

#endif
