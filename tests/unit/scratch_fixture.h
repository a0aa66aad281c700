/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in a folder of the test's own, which the fixtures make. */
#ifndef SCRATCH_FIXTURE_H
#define SCRATCH_FIXTURE_H

#include <limits.h>
#include <stdio.h>

static char scratch[64];

/* Good until the fourth call from now. */
static inline char *in_scratch(const char *name)
{
	static char paths[4][PATH_MAX];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, PATH_MAX, "%s/%s", scratch, name);
	return path;
}

#endif
