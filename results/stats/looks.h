/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When to look at results that grow. Who looks after every boot finds what is
 * not there sooner or later; so it is fixed before the first boot when there is
 * a look, and the chance of being wrong is shared among them.
 */
#ifndef MMGAUGE_STATS_LOOKS_H
#define MMGAUGE_STATS_LOOKS_H

#include <stdbool.h>

/*
 * How many looks there are at up to @boots boots a side: the first at five, one
 * each time there are half as many again, and one at the end.
 */
unsigned int stats_looks(unsigned int boots);

/* Whether one of them is due after @done. */
bool stats_is_look(unsigned int done, unsigned int boots);

#endif
