// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/clock.h"
#include "results/base/text.h"
#include "runners/many/sweep_time.h"
#include "style.h"
#include "sweep_progress.h"

struct sweep_progress {
	const struct sweep *sweep;
	const char *folder;
	unsigned int at_once;
	size_t waiting, done; /* of those that were to measure */
	enum stage *told; /* of each subject, where there is no terminal */
};

const char *sweep_state_name(const struct subject *subject)
{
	return subject->state == SUBJECT_MEASURED ? "measured" :
	       subject->state == SUBJECT_BROKEN	  ? "broken" :
						    "skipped";
}

static struct sweep_time time_of(const struct sweep_progress *progress)
{
	return sweep_time(progress->sweep, progress->at_once,
			  clock_nanoseconds(CLOCK_MONOTONIC));
}

void sweep_progress_estimate(const struct sweep *sweep, unsigned int at_once)
{
	struct sweep_time time = sweep_time(sweep, at_once, 0);
	size_t waiting = time.waiting[0] + time.waiting[1];
	char text[256];

	fprintf(stderr, "mmgauge: %zu %s, %zu to measure, %u at a time: %s\n",
		sweep->count, sweep->matrix ? "combinations" : "kernels",
		waiting, at_once, sweep_time_text(&time, text, sizeof(text)));
	if (time.waiting[1])
		fprintf(stderr,
			"mmgauge: %zu are not in the cache: about %llu MiB of "
			"disk\n",
			time.waiting[1], time.mib);
}

static int progress_begin(struct sweep_progress *progress)
{
	progress->told =
		calloc(progress->sweep->count + 1, sizeof(*progress->told));
	if (!progress->told)
		return -ENOMEM;
	for (size_t i = 0; i < progress->sweep->count; i++)
		progress->waiting +=
			progress->sweep->subjects[i].state == SUBJECT_WAITING;
	sweep_progress_estimate(progress->sweep, progress->at_once);
	return 0;
}

/* "6.12.1: measure 43/86" */
static int put_stage(char *text, size_t size, const struct subject *subject)
{
	const struct stage_at *at = &subject->stage;
	int used = snprintf(text, size, "%.60s: %s", subject->name,
			    stage_name(at->stage));

	if (at->total && at->stage == STAGE_MEASURE)
		used += snprintf(text + used, size - (size_t)used, " %zu/%zu",
				 at->done, at->total);
	return used;
}

/* One line for all that run, written over and over. */
static void watch_line(const struct sweep_progress *progress)
{
	struct sweep_time time = time_of(progress);
	char line[1024];
	size_t used;

	used = (size_t)snprintf(line, sizeof(line), "%zu/%zu", progress->done,
				progress->waiting);
	used += (size_t)snprintf(line + used, sizeof(line) - used,
				 time.left >= 90 ? ", about %.0f min left" :
						   ", about %.0f s left",
				 time.left >= 90 ? time.left / 60 : time.left);
	for (size_t i = 0; i < progress->sweep->count; i++) {
		const struct subject *subject = &progress->sweep->subjects[i];

		if (subject->state != SUBJECT_RUNNING ||
		    used + 128 > sizeof(line))
			continue;
		used += (size_t)snprintf(line + used, sizeof(line) - used,
					 "  ");
		used += (size_t)put_stage(line + used, sizeof(line) - used,
					  subject);
	}
	text_own(stderr, "\r\033[K");
	fprintf(stderr, "%.*s", (int)style_width(STDERR_FILENO) - 1, line);
	fflush(stderr);
}

/* Where lines stay, one for each stage that a kernel comes to. */
static void progress_watch(void *data)
{
	struct sweep_progress *progress = data;
	char stage[128], left[256];

	if (text_takes_escapes(STDERR_FILENO)) {
		watch_line(progress);
		return;
	}
	for (size_t i = 0; i < progress->sweep->count; i++) {
		const struct subject *subject = &progress->sweep->subjects[i];
		struct sweep_time time;

		if (subject->state != SUBJECT_RUNNING ||
		    subject->stage.stage == progress->told[i])
			continue;
		progress->told[i] = subject->stage.stage;
		time = time_of(progress);
		put_stage(stage, sizeof(stage), subject);
		fprintf(stderr, "mmgauge: %s, %s\n", stage,
			sweep_time_text(&time, left, sizeof(left)));
	}
}

static void progress_note(const struct subject *subject, void *data)
{
	struct sweep_progress *progress = data;
	struct sweep_time time = time_of(progress);
	char left[256];

	progress->done++;
	if (text_takes_escapes(STDERR_FILENO))
		text_own(stderr, "\r\033[K");
	fprintf(stderr, "mmgauge: %zu/%zu %s %s%s%s, %s\n", progress->done,
		progress->waiting, subject->name, sweep_state_name(subject),
		*subject->reason ? ": " : "", subject->reason,
		sweep_time_text(&time, left, sizeof(left)));
	sweep_save(progress->sweep, progress->folder, NULL);
}

int sweep_measure(struct sweep *sweep, const struct text_list *arguments,
		  unsigned int at_once, const char *folder, const char *command,
		  struct error *err)
{
	struct subject_plan plan = { arguments, at_once, progress_watch };
	struct sweep_progress progress = {
		.sweep = sweep,
		.folder = folder,
		.at_once = at_once,
	};
	int ret = sweep_save(sweep, folder, err);

	if (!ret && progress_begin(&progress))
		ret = error_set(err, -ENOMEM, "%s: out of memory", command);
	if (!ret)
		ret = subjects_measure(sweep->subjects, sweep->count, &plan,
				       progress_note, &progress, err);
	free(progress.told);
	return ret ? ret : sweep_save(sweep, folder, err);
}

size_t sweep_progress_measured(const struct sweep *sweep)
{
	size_t measured = 0;

	for (size_t i = 0; i < sweep->count; i++) {
		const struct subject *subject = &sweep->subjects[i];

		if (subject->state == SUBJECT_MEASURED ||
		    subject->state == SUBJECT_BROKEN)
			measured++;
		if (subject->state != SUBJECT_MEASURED)
			fprintf(stderr, "mmgauge: %s %s: %s\n", subject->name,
				sweep_state_name(subject), subject->reason);
	}
	return measured;
}
