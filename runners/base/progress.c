// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench/clock.h"
#include "progress.h"
#include "results/base/text.h"

void progress_init(struct progress *progress, size_t total)
{
	memset(progress, 0, sizeof(*progress));
	progress->terminal = text_takes_escapes(STDERR_FILENO);
	progress->total = total;
}

void progress_clear(struct progress *progress)
{
	if (progress->terminal)
		text_own(stderr, "\r\033[K");
}

void progress_note(const char *text, void *data)
{
	struct progress *progress = data;

	progress_clear(progress);
	fprintf(stderr, "%s\n", text);
}

static int columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col < 40)
		return 80;
	return size.ws_col;
}

/* "2 min 10 s left", by the mean of what was done so far. */
static void time_left(const struct progress *progress, char *text, size_t size)
{
	size_t measured = progress->done - progress->resumed;
	uint64_t spent = clock_nanoseconds(CLOCK_MONOTONIC) - progress->started;
	uint64_t seconds;

	*text = '\0';
	if (measured < 3)
		return;
	seconds = spent / measured * (progress->total - progress->done) /
		  1000000000u;
	if (seconds >= 90)
		snprintf(text, size, ", about %u min left",
			 (unsigned int)((seconds + 30) / 60));
	else
		snprintf(text, size, ", about %u s left",
			 (unsigned int)seconds);
}

void progress_cell(struct progress *progress, const char *target,
		   const char *cell)
{
	char left[64], line[512];
	int width = columns() - 1;

	if (!progress->started)
		progress->started = clock_nanoseconds(CLOCK_MONOTONIC);
	if (!progress->terminal)
		return;
	time_left(progress, left, sizeof(left));
	snprintf(line, sizeof(line), "%zu/%zu%s  %s  %s", progress->done + 1,
		 progress->total, left, target, cell);
	progress_clear(progress);
	fprintf(stderr, "%.*s", width, line);
	fflush(stderr);
}
