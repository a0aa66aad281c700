/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The range of an axis and the round values to mark on it. */
#ifndef MMGAUGE_TICKS_H
#define MMGAUGE_TICKS_H

#include <stdbool.h>
#include <stddef.h>

#define TICKS_MAX 32

struct tick {
	double at;
	char label[24];
};

struct ticks {
	double low;
	double high;
	bool logarithmic;
	struct tick items[TICKS_MAX];
	size_t count;
};

/*
 * For absolute values from @low to @high: from zero while that keeps them
 * apart, logarithmic where they span more than one and a half decades and
 * need not be @linear.
 */
void ticks_values(struct ticks *ticks, double low, double high, bool linear);

/*
 * For a series from @low to @high whose small changes matter: what is around
 * it, a tenth of it at the least, so that little looks like little.
 */
void ticks_range(struct ticks *ticks, double low, double high);

/* For ratios around 1, labelled as changes; shows +-@margin at the least. */
void ticks_ratios(struct ticks *ticks, double low, double high, double margin);

/*
 * Positions for the values of a numeric axis, @values sorted: logarithmic when
 * they span a factor of eight or more, with zero one step before the first;
 * where lines are @straight, which shows on a linear axis only, 128 or more.
 * Whether it is linear.
 */
bool ticks_positions(const double *values, size_t count, bool straight,
		     double *positions);

#endif
