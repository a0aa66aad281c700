// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "suggest.h"

#define LONGEST 64

static unsigned int least(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static unsigned int edit_distance(const char *a, size_t a_length, const char *b,
				  size_t b_length)
{
	unsigned int row[LONGEST + 1];

	for (size_t j = 0; j <= b_length; j++)
		row[j] = (unsigned int)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned int diagonal = row[0];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= b_length; j++) {
			unsigned int above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1,
				       diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[b_length];
}

void suggest(struct suggestion *nearest, const char *given,
	     const char *candidate)
{
	size_t a = strlen(given), b = strlen(candidate);
	unsigned int distance;

	if (!a || a > LONGEST || b > LONGEST)
		return;
	distance = strncmp(given, candidate, a) ?
			   edit_distance(given, a, candidate, b) :
			   1;
	if (distance > (a > b ? a : b) / 3 + 1 || distance >= a)
		return;
	if (nearest->name && nearest->distance <= distance)
		return;
	nearest->name = candidate;
	nearest->distance = distance;
}
