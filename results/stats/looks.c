// SPDX-License-Identifier: GPL-2.0-or-later
#include "looks.h"

#define FIRST_LOOK 5

/* A look shortly before the last would cost error and tell little. */
bool stats_is_look(unsigned int done, unsigned int boots)
{
	unsigned int look = FIRST_LOOK;

	while (look < done)
		look += (look + 1) / 2;
	return done == boots || (done == look && 5 * done <= 4 * boots);
}

unsigned int stats_looks(unsigned int boots)
{
	unsigned int looks = 0;

	for (unsigned int done = 1; done <= boots; done++)
		looks += stats_is_look(done, boots);
	return looks;
}
