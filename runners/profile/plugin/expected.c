// SPDX-License-Identifier: GPL-2.0-or-later
#include "expected.h"
#include "places.h"

bool expected_to(const struct block *from, bool whole, uint64_t resume,
		 const struct block *to)
{
	uint64_t target = from->flow.target;

	/* Where faults go to, system calls may, too. */
	if (to->interrupts && !(whole && from->flow.end == CODE_ENTERS))
		return false;
	if (!whole)
		return to->address == resume;
	switch (from->flow.end) {
	case CODE_GOES_ON: /* or once more, of one that repeats */
		return to->address == from->next ||
		       to->address == place_at(from->last_place)->address;
	case CODE_BRANCHES:
		return to->address == from->next || to->address == target;
	case CODE_JUMPS:
	case CODE_CALLS:
		return target == CODE_NOWHERE || to->address == target;
	default:
		return true;
	}
}

uint64_t expected_of(const struct block *from, bool whole, uint64_t resume)
{
	if (!whole)
		return resume;
	return from->flow.target == CODE_NOWHERE ? from->next :
						   from->flow.target;
}
