// SPDX-License-Identifier: GPL-2.0-or-later
/* Versions and targets, two of them a line each: their order is an order. */
#include <stdlib.h>
#include <string.h>

#include "runners/run/target.h"
#include "runners/vm/deb.h"
#include "fuzz.h"

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *first = fuzz_text(data, size), *second;
	char flavour[FLAVOUR_MAX];
	struct error err;

	if (!first)
		return 0;
	second = strchr(first, '\n');
	if (second)
		*second++ = '\0';
	else
		second = first;
	target_check(first, &err);
	deb_flavour(first, flavour, sizeof(flavour));
	if (release_compare(first, first) ||
	    sign(release_compare(first, second)) !=
		    -sign(release_compare(second, first)))
		abort();
	free(first);
	return 0;
}
