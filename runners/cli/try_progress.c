// SPDX-License-Identifier: GPL-2.0-or-later
#include "try_progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/clock.h"
#include "results/base/text.h"
#include "style.h"

void try_progress_begin(struct try_progress *progress,
			const struct subject subjects[2])
{
	*progress = (struct try_progress){
		.subjects = subjects,
		.terminal = text_takes_escapes(STDERR_FILENO),
		.first = clock_nanoseconds(CLOCK_MONOTONIC),
	};
	progress->last = progress->first;
}

void try_progress_clear(const struct try_progress *progress)
{
	if (progress->terminal)
		text_own(stderr, "\r\033[K");
}

static void say(const struct try_progress *progress, const char *text)
{
	try_progress_clear(progress);
	if (progress->terminal)
		fprintf(stderr, "%.*s", style_width(STDERR_FILENO) - 1, text);
	else
		fprintf(stderr, "mmgauge: %s\n", text);
	fflush(stderr);
}

static double seconds(uint64_t from, uint64_t to)
{
	return (double)(to - from) / 1e9;
}

void try_progress_now(struct try_progress *progress, const char *part)
{
	if (progress->terminal)
		say(progress, part);
}

void try_progress_done(struct try_progress *progress, const char *part,
		       const char *name)
{
	uint64_t now = clock_nanoseconds(CLOCK_MONOTONIC);
	size_t used = strlen(progress->parts);
	char line[128];

	snprintf(line, sizeof(line), "%s: %.1f s", part,
		 seconds(progress->last, now));
	if (!progress->terminal)
		say(progress, line);
	snprintf(progress->parts + used, sizeof(progress->parts) - used,
		 "%s %s %.1f", used ? "," : "", name,
		 seconds(progress->last, now));
	progress->last = now;
}

void try_progress_end(const struct try_progress *progress)
{
	double all =
		seconds(progress->first, clock_nanoseconds(CLOCK_MONOTONIC));

	try_progress_clear(progress);
	if (progress->terminal)
		fprintf(stderr, "mmgauge: %.1f s:%s\n", all, progress->parts);
	else
		fprintf(stderr, "mmgauge: from start to verdict: %.1f s\n",
			all);
}

void try_progress_note(const char *text, void *data)
{
	say(data, text);
}

void try_progress_watch(void *data)
{
	const struct try_progress *progress = data;
	char line[256];
	int used = snprintf(line, sizeof(line), "measuring");

	if (!progress->terminal)
		return;
	for (int i = 0; i < 2; i++) {
		const struct stage_at *at = &progress->subjects[i].stage;

		used += snprintf(line + used, sizeof(line) - (size_t)used,
				 "%s %s: %s", i ? "," : "", i ? "tree" : "base",
				 stage_name(at->stage));
		if (at->total && at->stage == STAGE_MEASURE)
			used += snprintf(line + used,
					 sizeof(line) - (size_t)used,
					 " %zu/%zu", at->done, at->total);
	}
	say(progress, line);
}
