/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far a `mmgauge run` of ours is, by what it has written so far. */
#ifndef MMGAUGE_STAGE_H
#define MMGAUGE_STAGE_H

#include <stddef.h>

enum stage {
	STAGE_START,
	STAGE_FETCH,
	STAGE_BUILD,
	STAGE_BOOT,
	STAGE_MEASURE,
};

struct stage_at {
	enum stage stage;
	size_t done, total; /* trials, of STAGE_MEASURE */
};

const char *stage_name(enum stage stage);

/* Of the run whose result is to be at @path: its log and journal lie beside. */
struct stage_at stage_read(const char *path);

#endif
