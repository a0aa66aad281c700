// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "stage.h"

static const char *const names[] = {
	[STAGE_START] = "start",     [STAGE_FETCH] = "fetch",
	[STAGE_BUILD] = "build",     [STAGE_BOOT] = "boot",
	[STAGE_MEASURE] = "measure",
};

/* As the notes of `mmgauge run` begin. */
static const struct {
	const char *begin;
	enum stage stage;
} notes[] = {
	{ "fetching ", STAGE_FETCH },
	{ "unpacking ", STAGE_FETCH },
	{ "making a worktree", STAGE_BUILD },
	{ "building ", STAGE_BUILD },
};

const char *stage_name(enum stage stage)
{
	return names[stage];
}

/* "6.12.1: boot 1 of 2, 86 cells, instruction clock" */
static void read_note(const char *line, struct stage_at *at)
{
	const char *boot = strstr(line, ": boot ");
	unsigned int number, boots;
	size_t cells;

	for (size_t i = 0; i < sizeof(notes) / sizeof(*notes); i++)
		if (!strncmp(line, notes[i].begin, strlen(notes[i].begin)))
			at->stage = notes[i].stage;
	if (boot && sscanf(boot, ": boot %u of %u, %zu cells", &number, &boots,
			   &cells) == 3) {
		at->stage = STAGE_BOOT;
		at->total = boots * cells;
	}
}

/* Lines: what the run is, the guest's greeting, and each trial's. */
static size_t count_lines(const char *path)
{
	FILE *file = fopen(path, "re");
	char block[16384];
	size_t count = 0, got;

	while (file && (got = fread(block, 1, sizeof(block), file)))
		for (size_t i = 0; i < got; i++)
			count += block[i] == '\n';
	if (file)
		fclose(file);
	return count;
}

struct stage_at stage_read(const char *path)
{
	struct stage_at at = { 0 };
	char name[PATH_MAX], line[512];
	FILE *file;
	size_t lines;

	snprintf(name, sizeof(name), "%.4000s.log", path);
	file = fopen(name, "re");
	while (file && fgets(line, sizeof(line), file))
		read_note(line, &at);
	if (file)
		fclose(file);
	snprintf(name, sizeof(name), "%.4000s.journal", path);
	lines = at.stage == STAGE_BOOT ? count_lines(name) : 0;
	if (lines < 2)
		return at;
	at.stage = STAGE_MEASURE;
	at.done = lines - 2 < at.total ? lines - 2 : at.total;
	return at;
}
