// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "bisect.h"

int bisect_init(struct bisect *bisect, size_t count)
{
	bisect->marks = calloc(count, sizeof(*bisect->marks));
	bisect->count = count;
	if (!bisect->marks)
		return -ENOMEM;
	bisect->marks[count - 1] = BISECT_BAD;
	return 0;
}

void bisect_free(struct bisect *bisect)
{
	free(bisect->marks);
}

void bisect_mark(struct bisect *bisect, size_t commit, enum bisect_mark mark)
{
	bisect->marks[commit] = mark;
}

void bisect_suspects(const struct bisect *bisect, size_t *first, size_t *last)
{
	*first = 0;
	*last = 0;
	/* The first that is bad, and the last good one before it. */
	while (bisect->marks[*last] != BISECT_BAD)
		++*last;
	for (size_t i = 0; i < *last; i++)
		if (bisect->marks[i] == BISECT_GOOD)
			*first = i + 1;
}

bool bisect_next(const struct bisect *bisect, size_t *commit)
{
	size_t first, last, middle;
	bool found = false;

	bisect_suspects(bisect, &first, &last);
	middle = first + (last - first) / 2;
	/* The last suspect is bad already; it is never tested again. */
	for (size_t i = first; i < last; i++) {
		size_t far = i > middle ? i - middle : middle - i;

		if (bisect->marks[i] != BISECT_UNKNOWN)
			continue;
		if (!found || far < (*commit > middle ? *commit - middle :
							middle - *commit))
			*commit = i;
		found = true;
	}
	return found;
}

unsigned int bisect_steps_left(const struct bisect *bisect)
{
	unsigned int steps = 0;
	size_t first, last, left;

	bisect_suspects(bisect, &first, &last);
	for (left = last - first + 1; left > 1; left = (left + 1) / 2)
		steps++;
	return steps;
}

enum bisect_mark bisect_decide(const struct bisect_vote *vote)
{
	if (vote->good >= vote->bad + BISECT_LEAD)
		return BISECT_GOOD;
	if (vote->bad >= vote->good + BISECT_LEAD)
		return BISECT_BAD;
	return vote->good + vote->bad >= BISECT_BOOTS_MAX ? BISECT_SKIP :
							    BISECT_UNKNOWN;
}
